"""The rules that a stage brings with it: version 1 of each, made once; an administrator makes the later versions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

START = date(2019, 1, 1)


@dataclass(frozen=True, kw_only=True)
class RuleDefault:
    """Version 1 of one rule; `unit` is empty for a plain figure."""

    key: str
    label: str
    amount: int
    unit: str = ""
    law: str = ""
    alert_percent: tuple[int, ...] = field(default=())


def ensure(defaults: Iterable[RuleDefault], *, rules: Any = None, versions: Any = None) -> None:
    """Make those rules that do not exist yet; migrations hand in their historical models."""
    if rules is None or versions is None:
        from onevisit.support.deadlines.models import Rule, RuleVersion

        rules, versions = Rule, RuleVersion
    for default in defaults:
        _rule, is_new = rules.objects.get_or_create(key=default.key, defaults={"label": default.label})
        if is_new:
            versions.objects.create(
                rule_id=default.key,
                version=1,
                amount=default.amount,
                unit=default.unit,
                law=default.law,
                alert_percent=list(default.alert_percent),
                valid_from=START,
                reason="初始版本",
            )
