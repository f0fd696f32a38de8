"""Hits of terms that passed and of acts that were taken back: offers, publication, correction, void draws."""

import json
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from onevisit.stages.draws.models import Draw
from onevisit.stages.findings.models import CorrectionOrder
from onevisit.stages.offers.models import OfferReply
from onevisit.support.deadlines.models import Deadline
from onevisit.support.ledger.models import LedgerEntry
from onevisit.watch.oversight.detectors import Hit, Look, Row, in_groups

CORRECTION = "finding.correction"
# What a business or the public was promised an answer to, by a date that stands on the receipt.
ANSWERS = (
    "finding.follow_up",
    "objection.answer",
    "request.complaint",
    "request.enquiry",
    "request.reply",
    "request.statement",
    "request.stranger",
)

CHANGED = (
    "draw.source_differs",
    "draw.officers_differ",
    "draw.targets_differ",
    "draw.team_differs",
    "draw.moment_differs",
)


def unanswered(look: Look) -> Iterator[Hit]:
    """Offers that ran out without an answer, counted per department and year (R59)."""
    year = timezone.localtime(look.at).year
    replies = (
        OfferReply.objects.filter(state="expired", due_at__year=year)
        .select_related("offer__campaign")
        .order_by("due_at", "pk")
    )
    rows = (
        (
            reply.department_id,
            str(year),
            Row(
                noun="offer",
                subject=str(reply.offer_id),
                label=f"{reply.offer.number} {reply.offer.campaign.title}",
                url=f"/offers/{reply.offer_id}",
            ),
        )
        for reply in replies
    )
    return in_groups(rows, amount=look.amount)


def late_publication(look: Look) -> Iterator[Hit]:
    """Results published, or still not published, past the term and the days of the rule (R26)."""
    return _past(look, rules=("publication.release",))


def late_answer(look: Look) -> Iterator[Hit]:
    """Answers to businesses and the public past their term: proofs of correction, complaints, objections (R148)."""
    return _past(look, rules=ANSWERS)


def _past(look: Look, *, rules: tuple[str, ...]) -> Iterator[Hit]:
    terms = Deadline.objects.filter(
        rule_version__rule_id__in=rules, opened_at__gte=look.since, due_at__lt=look.at, paused_at__isnull=True
    )
    for term in terms.select_related("department").order_by("due_at", "pk"):
        days = ((term.closed_at or look.at) - term.due_at).days
        if days >= look.amount:
            row = Row(noun=term.subject_type, subject=term.subject, label=term.sentence, url=term.url)
            yield Hit(key=str(term.pk), department_id=term.department_id, measured=f"逾期 {days} 日", rows=(row,))


def late_correction(look: Look) -> Iterator[Hit]:
    """Orders to correct whose date passed, whose problem is open and whose term does not stand still (R22)."""
    today = timezone.localtime(look.at).date()
    terms = {
        term.subject: term for term in Deadline.objects.filter(subject_type="finding", rule_version__rule_id=CORRECTION)
    }
    orders = (
        CorrectionOrder.objects.filter(due_on__lte=today - timedelta(days=look.amount))
        .filter(~Q(finding__state__in=("closed", "dropped", "revoked")))
        .select_related("finding__target")
        .order_by("due_on", "pk")
    )
    for order in orders:
        term = terms.get(str(order.finding_id))
        if term is not None and term.paused_at is not None and term.closed_at is None:
            continue
        # A term that stood still ends later than the order's paper says.
        due_on = max(order.due_on, timezone.localtime(term.due_at).date()) if term is not None else order.due_on
        if due_on > today - timedelta(days=look.amount):
            continue
        row = Row(
            noun="finding",
            subject=str(order.finding_id),
            label=f"{order.document_number} {order.finding.target.name}：{order.finding.title}",
            url=f"/findings/{order.finding_id}",
        )
        yield Hit(
            key=str(order.pk),
            department_id=order.finding.department_id,
            measured=f"逾期 {(today - due_on).days} 日",
            rows=(row,),
        )


def void_draws(look: Look) -> Iterator[Hit]:
    """Draws declared void after they were committed to, counted per organiser and year (R46)."""
    year = timezone.localtime(look.at).year
    draws = Draw.objects.filter(state="void", committed_at__isnull=False, voided_at__year=year)
    rows = (
        (
            draw.organiser_id,
            str(year),
            Row(noun="draw", subject=str(draw.pk), label=f"{draw.number} {draw.title}", url=f"/draws/{draw.pk}"),
        )
        for draw in draws.order_by("voided_at", "pk")
    )
    return in_groups(rows, amount=look.amount)


def lapsed_rounds(look: Look) -> Iterator[Hit]:
    """Replacement orders that lapsed without a result, counted per organiser and year."""
    year = timezone.localtime(look.at).year
    draws = Draw.objects.filter(rounds__lapsed_at__year=year).order_by("rounds__lapsed_at", "pk")
    rows = (
        (
            draw.organiser_id,
            str(year),
            Row(noun="draw", subject=str(draw.pk), label=f"{draw.number} {draw.title}", url=f"/draws/{draw.pk}"),
        )
        for draw in draws
    )
    return in_groups(rows, amount=look.amount)


def reused_keys(look: Look) -> Iterator[Hit]:
    """Keys that were brought though another draw had used them, counted per department and year."""
    year = timezone.localtime(look.at).year
    entries = LedgerEntry.objects.filter(event="draw.key_reused", at__year=year).order_by("at", "pk")
    draws = {str(draw.pk): draw for draw in Draw.objects.filter(pk__in=[entry.subject for entry in entries])}
    rows = []
    for entry in entries:
        draw, party = draws[entry.subject], json.loads(bytes(entry.payload))["party"]
        row = Row(noun="draw", subject=entry.subject, label=f"{draw.number} {draw.title}", url=f"/draws/{draw.pk}")
        rows.append((draw.items.get(item=party).department_id, str(year), row))
    return in_groups(rows, amount=look.amount)


def changed_sources(look: Look) -> Iterator[Hit]:
    """Draws refused because values, pseudonyms or the moment had been changed, per organiser and year."""
    year = timezone.localtime(look.at).year
    entries = LedgerEntry.objects.filter(event__in=CHANGED, at__year=year).order_by("at", "pk")
    draws = {str(draw.pk): draw for draw in Draw.objects.filter(pk__in=[entry.subject for entry in entries])}
    found = [draws[entry.subject] for entry in entries]
    rows = (
        (
            draw.organiser_id,
            str(year),
            Row(noun="draw", subject=str(draw.pk), label=f"{draw.number} {draw.title}", url=f"/draws/{draw.pk}"),
        )
        for draw in found
    )
    return in_groups(rows, amount=look.amount)
