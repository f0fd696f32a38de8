"""Raise alerts from the rules, ask the department, and let the supervisor find what is true."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.support.deadlines import services as deadlines
from onevisit.support.deadlines.models import RuleVersion
from onevisit.support.deadlines.selectors import due_at
from onevisit.support.identity import selectors as identity
from onevisit.support.identity import services as identity_services
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Department, Post
from onevisit.support.identity.roles import Role
from onevisit.support.ledger import services as ledger
from onevisit.watch.oversight import events, rulebook
from onevisit.watch.oversight.detectors import Hit, Look
from onevisit.watch.oversight.lifecycle import ALERT
from onevisit.watch.oversight.models import Alert, AlertRule

CHECK, EXPLAIN = "alert.check", "alert.explain"


class AlertRefused(Exception):
    """The act on an alert or a rule is refused; `field` names the input."""

    def __init__(self, *, code: str, message: str, field: str = "", status: int = 422) -> None:
        super().__init__(message)
        self.code, self.message, self.field, self.status = code, message, field, status


def look(*, actor: Actor, at: datetime, keys: Collection[str] = tuple(rulebook.BY_KEY)) -> list[Alert]:
    """Run every rule (or those of `keys`) that is in force and return the new alerts; a second run makes none."""
    actor.must("alert.look")
    today = timezone.localtime(at).date()
    window = rulebook.version_on("alert.window", on=today)
    if window is None:  # a city that has no alert rules among its rule records
        return []
    since = at - timedelta(days=window.amount)
    made: list[Alert] = []
    for kind in (kind for kind in rulebook.KINDS if kind.key in keys):
        version = rulebook.version_on(kind.key, on=today)
        rule = _rule_in_force(kind.key, on=today) if version is not None else None
        if rule is None or version is None:
            continue
        known = set(Alert.objects.filter(rule=rule).values_list("key", flat=True))
        for hit in kind.detect(Look(amount=version.amount, at=at, since=since)):
            if hit.key not in known:
                known.add(hit.key)
                made += _raise(hit, kind=kind, rule=rule, version=version, actor=actor, at=at)
    return made


def _rule_in_force(key: str, *, on: date) -> AlertRule | None:
    """Return the rule, founded with its owner when the city has just got it; None once it has expired."""
    rule = AlertRule.objects.filter(pk=key).first()
    if rule is None:
        owner = _first_owner(on=on)
        last = on + timedelta(days=deadlines.amount("alert.expiry", on=on))
        rule, _made = AlertRule.objects.get_or_create(pk=key, defaults={"owner": owner, "expires_on": last})
    return rule if rule.expires_on >= on else None


def _first_owner(*, on: date) -> Department:
    """The organ of the supervisor owns the rules (行政执法监督条例 art. 6); without one, the coordination office."""
    post = (
        Post.objects.filter(role=Role.SUPERVISOR, valid_from__lte=on)
        .exclude(valid_to__lt=on)
        .select_related("department")
        .order_by("department__code")
        .first()
    )
    return post.department if post else identity.coordination_office()


@transaction.atomic
def _raise(
    hit: Hit, *, kind: rulebook.Kind, rule: AlertRule, version: RuleVersion, actor: Actor, at: datetime
) -> list[Alert]:
    year = timezone.localtime(at).year
    alert, is_new = Alert.objects.get_or_create(
        rule=rule,
        key=hit.key,
        defaults={
            "number": f"YJ{year}-{identity_services.next_number(series=f'alert:{year}'):05d}",
            "rule_version": version,
            "department_id": hit.department_id,
            "words": kind.say(version),
            "measured": hit.measured[:60],
            "rows": [row.as_json() for row in hit.rows],
            "raised_at": at,
        },
    )
    if not is_new:
        return []
    event = events.AlertRaised(
        subject=str(alert.pk),
        number=alert.number,
        rule=kind.key,
        version=version.version,
        department=str(alert.department_id),
        rows=len(hit.rows),
        says=alert.words,
        related=tuple(f"{row.noun}:{row.subject}" for row in hit.rows),
    )
    ledger.append(event, actor=actor, at=at)
    _open_check(alert, at=at)
    return [alert]


def _open_check(alert: Alert, *, at: datetime) -> None:
    """Start the supervisor's term to check an alert, or to find after the explanation."""
    deadlines.open_deadline(
        key=CHECK,
        subject_type="alert",
        subject=alert.pk,
        department_id=alert.rule.owner_id,
        sentence=_("核查预警 %(number)s：%(words)s") % {"number": alert.number, "words": alert.words},
        url=f"/oversight/alerts/{alert.pk}",
        at=at,
    )


@transaction.atomic
def ask(*, alert: Alert, actor: Actor, at: datetime) -> Alert:
    """Ask the department to explain, with a term."""
    capacity = actor.must("alert.ask", alert)
    held = _locked(alert)
    held.state, held.asked_at = ALERT.next(state=held.state, verb="alert.ask"), at
    held.save(update_fields=["state", "asked_at"])
    deadlines.close_deadline(key=CHECK, subject_type="alert", subject=held.pk, at=at)
    term = deadlines.open_deadline(
        key=EXPLAIN,
        subject_type="alert",
        subject=held.pk,
        department_id=held.department_id,
        sentence=_("说明预警 %(number)s：%(words)s") % {"number": held.number, "words": held.words},
        url=f"/oversight/alerts/{held.pk}",
        at=at,
    )
    event = events.AlertAsked(
        subject=str(held.pk),
        number=held.number,
        department=str(held.department_id),
        due_at=timezone.localtime(term.due_at).isoformat(),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def explain(*, alert: Alert, words: str, actor: Actor, at: datetime) -> Alert:
    """Explain what happened, as the department concerned.

    Raises:
        AlertRefused: no words.
    """
    capacity = actor.must("alert.explain", alert)
    held = _locked(alert)
    held.state = ALERT.next(state=held.state, verb="alert.explain")
    held.explanation, held.explained_at, held.explained_by = _words(words, field="words"), at, actor.id
    held.save(update_fields=["state", "explanation", "explained_at", "explained_by"])
    event = events.AlertExplained(subject=str(held.pk), number=held.number, reason=held.explanation)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    deadlines.close_deadline(key=EXPLAIN, subject_type="alert", subject=held.pk, at=at)
    _open_check(held, at=at)
    return held


def confirm(*, alert: Alert, words: str, actor: Actor, at: datetime) -> Alert:
    """Find the alert true, once the department has explained or its term is over.

    Raises:
        AlertRefused: no words, or the department may still explain.
    """
    return _judge(alert, verb="alert.confirm", event=events.AlertConfirmed, words=words, actor=actor, at=at)


def reject(*, alert: Alert, words: str, actor: Actor, at: datetime) -> Alert:
    """Find the alert false; it counts as a false alarm of its rule."""
    return _judge(alert, verb="alert.reject", event=events.AlertRejected, words=words, actor=actor, at=at)


def exclude(*, alert: Alert, words: str, actor: Actor, at: datetime) -> Alert:
    """Leave the alert out of every count, because the visit was made for cause (有因检查)."""
    return _judge(alert, verb="alert.exclude", event=events.AlertExcluded, words=words, actor=actor, at=at)


@transaction.atomic
def _judge(alert: Alert, *, verb: str, event: Any, words: str, actor: Actor, at: datetime) -> Alert:
    capacity = actor.must(verb, alert)
    held = _locked(alert)
    state = ALERT.next(state=held.state, verb=verb)
    if verb == "alert.confirm" and held.state == "asked":
        _check_lapsed(held, at=at)
    held.state, held.judgement, held.judged_at, held.judged_by = state, _words(words, field="words"), at, actor.id
    held.save(update_fields=["state", "judgement", "judged_at", "judged_by"])
    ledger.append(
        event(subject=str(held.pk), number=held.number, reason=held.judgement), actor=actor, at=at, capacity=capacity
    )
    for key in (CHECK, EXPLAIN):
        deadlines.close_deadline(key=key, subject_type="alert", subject=held.pk, at=at)
    return held


def _check_lapsed(alert: Alert, *, at: datetime) -> None:
    due = due_at(key=EXPLAIN, subject_type="alert", subject=alert.pk)
    if due is not None and at <= due:
        raise AlertRefused(
            code="may_still_explain",
            message=_("部门说明期限至 %s，期满或者收到说明后再定为属实。") % f"{timezone.localtime(due):%m-%d %H:%M}",
            status=409,
        )


@transaction.atomic
def renew(
    *, rule: AlertRule, expires_on: date, owner: Department, reason: str, actor: Actor, at: datetime
) -> AlertRule:
    """Give a rule another last day and owner; a last day that has come stops it.

    Raises:
        AlertRefused: no reason, or a last day in the past.
    """
    capacity = actor.must("alert_rule.renew", rule)
    held = AlertRule.objects.select_for_update().get(pk=rule.pk)
    words = _words(reason, field="reason")
    if expires_on < timezone.localtime(at).date():
        raise AlertRefused(code="expiry", message=_("截止日期不能早于今天。"), field="expires_on")
    held.expires_on, held.owner = expires_on, owner
    held.save(update_fields=["expires_on", "owner"])
    event = events.AlertRuleRenewed(
        subject=str(held.pk), owner=str(owner.pk), expires_on=expires_on.isoformat(), reason=words
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


def _locked(alert: Alert) -> Alert:
    return Alert.objects.select_for_update(of=("self",)).select_related("rule").get(pk=alert.pk)


def _words(words: str, *, field: str) -> str:
    if not words.strip():
        raise AlertRefused(code="words", message=_("请写明情况和依据。"), field=field)
    return words.strip()
