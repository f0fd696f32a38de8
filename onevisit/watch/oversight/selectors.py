"""The reads of alerts: the list, the rules with their rates, what waits for a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.support.deadlines.models import RuleVersion
from onevisit.support.deadlines.selectors import due_at
from onevisit.support.deadlines.todos import Todo
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.roles import Role
from onevisit.watch.oversight import rulebook
from onevisit.watch.oversight.chain import Chain
from onevisit.watch.oversight.models import SEE_OWN, Alert, AlertRule, Opinion
from onevisit.watch.oversight.services.alerts import CHECK, EXPLAIN

SOON = timedelta(days=30)


@dataclass(frozen=True)
class RuleRow:
    """One rule as the list shows it; a rate is None as long as too few alerts have been judged."""

    key: str
    words: str
    version: RuleVersion
    rule: AlertRule | None
    is_expired: bool
    hits: int
    open: int
    confirmed: int
    unfounded: int
    excluded: int
    is_sample_small: bool

    @property
    def judged(self) -> int:
        return self.confirmed + self.unfounded

    @property
    def hit_percent(self) -> int | None:
        return None if self.is_sample_small else round(self.confirmed * 100 / self.judged)

    @property
    def false_percent(self) -> int | None:
        return None if self.is_sample_small else round(self.unfounded * 100 / self.judged)


def alerts_for(actor: Actor) -> QuerySet[Alert]:
    """Return the alerts that the actor may know of."""
    return Alert.objects.visible_to(actor).select_related("department", "rule__rule", "rule_version")


def rule_rows(*, at: datetime) -> list[RuleRow]:
    """Return every rule of the city in force or not, with what came of its alerts."""
    today = timezone.localtime(at).date()
    sample = rulebook.version_on("alert.sample", on=today)
    if sample is None:  # a city that has no alert rules among its rule records
        return []
    held = {rule.pk: rule for rule in AlertRule.objects.select_related("owner")}
    counts = _counts()
    rows = []
    for kind in rulebook.KINDS:
        version = rulebook.version_on(kind.key, on=today)
        if version is None:
            continue
        rule, found = held.get(kind.key), counts.get(kind.key, dict.fromkeys(_COUNTED, 0))
        rows.append(
            RuleRow(
                key=kind.key,
                words=kind.say(version),
                version=version,
                rule=rule,
                is_expired=rule is not None and rule.expires_on < today,
                is_sample_small=found["confirmed"] + found["unfounded"] < sample.amount,
                **found,
            )
        )
    return rows


_COUNTED = {
    "hits": Q(),
    "open": Q(judged_at__isnull=True),
    "confirmed": Q(state="confirmed"),
    "unfounded": Q(state="unfounded"),
    "excluded": Q(state="excluded"),
}


def _counts() -> dict[str, dict[str, int]]:
    """Return what came of the alerts of each rule that has any."""
    counted = {name: Count("pk", filter=rows) for name, rows in _COUNTED.items()}
    rows: Any = Alert.objects.order_by().values("rule_id").annotate(**counted)
    return {row["rule_id"]: {name: row[name] for name in _COUNTED} for row in rows}


def opinions_on(chain: Chain) -> QuerySet[Opinion]:
    """Return the opinions written on an inspection, oldest first."""
    return Opinion.objects.filter(subject_type=chain.root._meta.model_name, subject=str(chain.root.pk)).select_related(
        "officer", "department"
    )


def todos(actor: Actor, at: datetime) -> list[Todo]:
    """Return the alerts that wait for the actor: to explain, to check and find, and rules about to run out."""
    return [*_to_explain(actor), *_to_check(actor, at), *_to_renew(actor, at)]


def _to_explain(actor: Actor) -> list[Todo]:
    waiting = Alert.objects.filter(state="asked", department_id__in=actor.department_ids(*SEE_OWN))
    return [
        _todo(alert, sentence=_("说明预警：%s") % alert.words, verb="alert.explain", label=_("说明"), key=EXPLAIN)
        for alert in waiting.select_related("rule__owner")
    ]


def _to_check(actor: Actor, at: datetime) -> list[Todo]:
    if actor.holds(Role.SUPERVISOR) is None:
        return []
    waiting = Alert.objects.exclude(state="asked").filter(judged_at__isnull=True)
    found = list(waiting.select_related("rule__owner"))
    for alert in Alert.objects.filter(state="asked").select_related("rule__owner"):
        due = due_at(key=EXPLAIN, subject_type="alert", subject=alert.pk)
        if due is not None and due < at:
            found.append(alert)
    words = {"raised": _("核查预警：%s"), "explained": _("已说明，请定性：%s"), "asked": _("逾期未说明，请定性：%s")}
    return [
        _todo(alert, sentence=words[alert.state] % alert.words, verb="alert.confirm", label=_("核查并定性"), key=CHECK)
        for alert in found
    ]


def _todo(alert: Alert, *, sentence: str, verb: str, label: str, key: str) -> Todo:
    return Todo(
        kind=_("预警"),
        sentence=sentence,
        sender=alert.rule.owner.short_name,
        url=f"/oversight/alerts/{alert.pk}",
        verb=verb,
        verb_label=label,
        subject_id=str(alert.pk),
        department_id=alert.department_id,
        due_at=due_at(key=key, subject_type="alert", subject=alert.pk),
    )


def _to_renew(actor: Actor, at: datetime) -> list[Todo]:
    owned = AlertRule.objects.filter(
        owner_id__in=actor.department_ids(Role.SUPERVISOR, Role.COORDINATOR),
        expires_on__lte=timezone.localtime(at).date() + SOON,
    )
    return [
        Todo(
            kind=_("预警规则"),
            sentence=_("预警规则“%(name)s” %(day)s 到期，请续期或者停用")
            % {"name": rule.rule.label, "day": rule.expires_on},
            sender=rule.owner.short_name,
            url="/oversight/alerts/rules",
            verb="alert_rule.renew",
            verb_label=_("续期"),
            subject_id=str(rule.pk),
            department_id=rule.owner_id,
        )
        for rule in owned.select_related("rule", "owner")
    ]
