"""What everybody may know of a draw's pool: conditions, reconciliation, strata, consents, batches, doubtful issues."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onevisit.core.draw.batches import Placed
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import batching, directed, given, reconciling, repeating, strata
from onevisit.stages.draws.pool.batching import BatchDays
from onevisit.stages.draws.pool.narrow import Consent
from onevisit.stages.draws.pool.reconciling import Approval
from onevisit.stages.draws.public import open_consents, open_record, seen_receipt
from onevisit.stages.draws.public.open_consents import OpenRefusal
from onevisit.stages.draws.sources import declaring
from onevisit.stages.draws.void_reasons import label_of
from onevisit.support.identity import regions


@dataclass(frozen=True)
class OpenExclusion:
    """One list of exclusions of the frozen manifest, and the organ and post that approved exactly this list."""

    reason: str
    label: str
    count: int
    list_sha256: str
    approval: Approval | None


@dataclass(frozen=True)
class OpenStratum:
    """One stratum as it was frozen: n of N, beside the rate that was declared, if one was."""

    label: str
    size: int
    drawn: int
    declared: float | None

    @property
    def percent(self) -> float:
        return round(100 * self.drawn / self.size, 1) if self.size else 0.0


@dataclass(frozen=True, kw_only=True)
class OpenPool:
    """The pool of a committed draw as the public sees it; `placed` is empty until the draw is open."""

    direction: dict[str, Any]
    direction_sha256: str
    repeated: tuple[tuple[str, int, int], ...]
    repeated_why: str
    exclusions: tuple[OpenExclusion, ...]
    strata_by: str
    strata: tuple[OpenStratum, ...]
    consents: tuple[Consent, ...]
    refusals: tuple[OpenRefusal, ...]
    batch_days: tuple[BatchDays, ...]
    placed: tuple[Placed, ...]
    doubtful: tuple[tuple[str, str, datetime], ...]


def open_pool(number: str) -> OpenPool | None:
    """Return the pool of one committed draw by the draw's number."""
    rows = Draw.objects.filter(number=number, state__in=open_record.SHOWN_STATES, manifest__isnull=False)
    draw = rows.select_related("offer").first()
    if draw is None or draw.manifest is None:
        return None
    manifest: dict[str, Any] = json.loads(bytes(draw.manifest))
    agreed = open_consents.of_draw(draw)
    direction: dict[str, Any] = {} if given.is_withheld(draw) else draw.direction
    return OpenPool(
        direction=direction,
        repeated=repeating.published(direction),
        repeated_why=label_of(str(direction.get("repeats", {}).get("reason", ""))),
        direction_sha256=directed.digest_of(draw.direction) if draw.direction else "",
        exclusions=_exclusions(agreed.approvals, manifest),
        strata_by=str(strata.LABELS[draw.strata_by]),
        strata=_strata(draw, manifest),
        consents=agreed.consents,
        refusals=agreed.refusals,
        batch_days=batching.days_of(draw),
        placed=_placed(draw) if open_record.is_open(draw) else (),
        doubtful=_doubtful(draw),
    )


def _placed(draw: Draw) -> tuple[Placed, ...]:
    """Return the batches of what is in the public receipt, as batches.txt has them."""
    draw.receipt = seen_receipt.receipt_of(draw)
    return batching.placed_of(draw)


def _strata(draw: Draw, manifest: dict[str, Any]) -> tuple[OpenStratum, ...]:
    """Return the strata once: all departments of a draw share them."""
    districts = dict(regions.districts())
    return tuple(
        OpenStratum(
            label=strata.label_of(one["id"], by=draw.strata_by, districts=districts),
            size=one["N"],
            drawn=one["n"],
            declared=one["bp"] / 100 if "bp" in one else None,
        )
        for one in manifest["items"][0]["strata"]
    )


def _exclusions(approvals: Mapping[tuple[str, str], Approval], manifest: dict[str, Any]) -> tuple[OpenExclusion, ...]:
    """Return each list once: all departments of a draw share it."""
    stated = {(one["reason"], one["list_sha256"]): one["n"] for item in manifest["items"] for one in item["excluded"]}
    return tuple(
        OpenExclusion(
            reason=reason,
            label=reconciling.label_of(reason),
            count=size,
            list_sha256=digest,
            approval=approvals.get((reason, digest)),
        )
        for (reason, digest), size in sorted(stated.items())
    )


def _doubtful(draw: Draw) -> tuple[tuple[str, str, datetime], ...]:
    """Return the declared issues of a lottery that may have been drawn before T0: label, issue, earliest evening."""
    if draw.t0 is None:
        return ()
    found = declaring.doubtful(types=draw.source_types, issues=draw.issues, t0=draw.t0)
    return tuple((str(declaring.LABELS[type_]), issue, moment) for type_, issue, moment in found)
