"""Subjects of the verbs of 监督: an offer's chain, an alert about 市商务局 and its rule."""

from onevisit.support.deadlines.models import RuleVersion
from onevisit.watch.oversight.chain import Chain, chain_of
from onevisit.watch.oversight.models import Alert, AlertRule
from tests import alert_scenes, scenes
from tests.cast import AT, Cast


def _chain(people: Cast) -> Chain:
    chain = chain_of(scenes.settled(people).number)
    assert chain is not None
    return chain


def _alert(people: Cast) -> Alert:
    rule, _made = AlertRule.objects.get_or_create(
        rule_id=alert_scenes.RULE, defaults={"owner": people.departments["市司法局"], "expires_on": AT.date()}
    )
    alert, _made = Alert.objects.get_or_create(
        rule=rule,
        key="x",
        defaults={
            "number": "YJ2026-00001",
            "rule_version": RuleVersion.objects.get(rule_id=rule.pk),
            "department": people.departments[alert_scenes.SHORT],
            "words": "从入场到提交不足 10 分钟",
            "measured": "3 分钟",
            "raised_at": AT,
        },
    )
    return alert


def _rule(people: Cast) -> AlertRule:
    return _alert(people).rule


SUBJECTS = {"trace": _chain, "opinion": _chain, "alert": _alert, "alert_rule": _rule}
