"""Count each public draw once and write the report over all of them; nothing is counted when a page is shown."""

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import cast

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from onevisit.core.draw.results import Receipt
from onevisit.core.fairness import counting, repeats, report
from onevisit.core.fairness.counting import Counts
from onevisit.core.fairness.groups import FIELDS, encode_groups, parse_groups
from onevisit.core.fairness.repeats import Chances
from onevisit.stages.draws.fairness.frames import StoredFrames, receipt_of
from onevisit.stages.draws.fairness.people import people_of
from onevisit.stages.draws.models import Draw, DrawStatistics, FairnessReport
from onevisit.stages.draws.pool import grouping
from onevisit.stages.draws.public import seen_receipt
from onevisit.stages.registers import lookup

KEY = "city"
DOCUMENTS = ("manifest", "roster", "exclusions", "groups", "sources", "receipt", "void_record")


def public_draws() -> QuerySet[Draw]:
    """Return the draws whose receipt everybody may read and that were not given up."""
    return Draw.objects.filter(state="opened", receipt__isnull=False).order_by("t0", "number")


@transaction.atomic
def refresh(*, at: datetime) -> bool:
    """Count what became public since, forget what no longer is, and write the report anew if anything changed."""
    FairnessReport.objects.get_or_create(key=KEY, defaults={"made_at": at})
    held = FairnessReport.objects.select_for_update().get(key=KEY)
    draws = list(_with_basis(public_draws().defer(*DOCUMENTS)))
    lines = (report.VERSION, *(f"{draw.number}:{_basis(draw)}" for draw in draws))
    basis = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    if held.basis == basis:
        return False
    for draw in draws:
        _count(draw, at=at)
    DrawStatistics.objects.exclude(draw__in=draws).delete()
    held.basis, held.made_at = basis, at
    held.document = report.encode_report(report=_report())
    held.people = people_of(draws=_in_window(_counts()))
    held.save(update_fields=["basis", "made_at", "document", "people"])
    return True


@transaction.atomic
def rebuild(*, at: datetime) -> None:
    """Throw away every count and count again, after a change of the counting or of the register."""
    DrawStatistics.objects.all().delete()
    FairnessReport.objects.filter(key=KEY).update(basis="")
    refresh(at=at)


def _with_basis(rows: QuerySet[Draw]) -> QuerySet[Draw]:
    return rows.annotate(drawn_rounds=Count("rounds", filter=Q(rounds__drawn_at__isnull=False)))


def _basis(draw: Draw) -> str:
    """Say which receipt was counted, that of round 0 and of so many rounds after it, and by how many groups."""
    drawn: int = draw.drawn_rounds  # type: ignore[attr-defined]  # annotated
    return f"{draw.result_digest}:{seen_receipt.rounds_of(draw) if drawn else 0}:{len(FIELDS)}"


def _count(draw: Draw, *, at: datetime) -> None:
    basis = _basis(draw)
    kept = DrawStatistics.objects.filter(draw=draw)
    if kept.filter(basis=basis).exists():
        return
    receipt, frames = receipt_of(draw), StoredFrames(draw)
    fixed = grouping.frozen(draw)
    groups = _now(receipt, frames) if fixed is None else fixed
    counts = counting.counts_of(receipt=receipt, frames=frames, groups=parse_groups(data=groups))
    kept.delete()
    DrawStatistics.objects.create(draw=draw, basis=basis, counts=counts, groups=zlib.compress(groups), counted_at=at)


def _now(receipt: Receipt, frames: StoredFrames) -> bytes:
    """Write the groups of a draw that was frozen before they had to be, as the register of targets has them now."""
    ids = {pk for one in counting.counted_items(receipt=receipt, frames=frames) for pk in one.frame.ids}
    return encode_groups(rows=((pk, tuple(values)) for pk, *values in lookup.places_of(sorted(ids))))


def _counts() -> list[Counts]:
    return [cast("Counts", counts) for counts in DrawStatistics.objects.values_list("counts", flat=True)]


def _report() -> report.Report:
    counts = _counts()
    return report.report_of(counts=counts, chances=_chances(_in_window(counts)))


def _in_window(counts: Sequence[Counts]) -> list[Draw]:
    """Return the draws of the twelve months up to the latest, as the report reads them."""
    numbers = report.in_window(counts=counts)
    found = {draw.number: draw for draw in public_draws().filter(number__in=numbers).defer(*DOCUMENTS)}
    return [found[number] for number in numbers]


def _chances(draws: Sequence[Draw]) -> Iterator[Chances]:
    for draw in draws:
        receipt = receipt_of(draw)
        counted = counting.counted_items(receipt=receipt, frames=StoredFrames(draw))
        yield repeats.chances_of(draw=draw.number, t0=receipt.manifest.t0, counted=counted)
