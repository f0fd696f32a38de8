"""What people did for a draw, by its entries in the ledger: a row that stands without one is nobody's word.

A row can be put into a table for the moment of a freeze and taken out after it; an entry stays. So consents, approvals,
attestations and confirmations count only with the entry of the same draw, content, organ and person.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from onevisit.stages.draws.models import Attestation, Draw, Replacement, Swap
from onevisit.stages.draws.policies import SECOND_ORGANS, organs_outside
from onevisit.stages.draws.reasons import words_digest
from onevisit.support.identity.models import Department
from onevisit.support.ledger import selectors as ledger

Payload = dict[str, Any]


def of_draw(draw: Draw, *events: str) -> list[Payload]:
    """Return the payloads of a draw's own entries of some events, the earliest first."""
    rows = ledger.newest_first().filter(subject_type="draw", subject=str(draw.pk), event__in=events)
    found = (json.loads(bytes(payload)) for payload in rows.reverse().values_list("payload", flat=True))
    return [one for one in found if one["event"] in events and one["subject"] == str(draw.pk)]


def outside(draw: Draw, said: Iterable[Payload]) -> list[Payload]:
    """Return those that a second organ said: one without part in the draw; the post counts where an entry states it."""
    given = [one for one in said if one.get("role") in (*SECOND_ORGANS, None, "")]
    codes = dict(Department.objects.filter(code__in={one["department"] for one in given}).values_list("code", "pk"))
    free = set(organs_outside(draw, set(codes.values()))) if codes else set()
    return [one for one in given if codes.get(one["department"]) in free]


def is_attested(draw: Draw, row: Attestation) -> bool:
    """Say whether an entry holds the answer of an organ to a fingerprint as its row has it."""
    wanted = (row.fingerprint, row.department.code, row.is_agreed, row.answered_by)
    return any(
        (one["fingerprint"], one["department"], one["is_agreed"], one["actor"]) == wanted
        for one in of_draw(draw, "draw.attested")
    )


def unlogged_words(count: int) -> str:
    """Say that something in the tables was not counted: somebody wrote it there, or the ledger lacks it."""
    words = _("库中另有 %(n)s 条没有对应的留痕，不作数，请运维运行 onevisit ledger replay 查明。")
    return words % {"n": count} if count else ""


def grounds_digest(draw: Draw, one: Replacement | Swap) -> str:
    """Return what an entry holds of target, place and evidence of a request, under the draw's salt."""
    if isinstance(one, Swap):
        place = f"{one.slot.target.object_id}|{one.slot.slot}"
    else:
        place = one.target.object_id
    return words_digest(salt=draw.salt, words=f"{place}|{one.evidence_sha256}")


def is_confirmed(draw: Draw, one: Replacement | Swap, said: Iterable[Payload]) -> bool:
    """Say whether the entries of a draw hold request and confirmation of a replacement or swap as its row has them."""
    key, of_kind = ("swap", "draw.swap") if isinstance(one, Swap) else ("replacement", "draw.replacement")
    own = [entry for entry in said if entry.get(key) == str(one.pk)]
    asked = {entry["actor"] for entry in own if entry["event"] == f"{of_kind}_requested"}
    agreed = [entry for entry in own if entry["event"] == f"{of_kind}_confirmed"]
    if asked != {one.requested_by} or len(agreed) != 1 or one.requested_by == one.confirmed_by:
        return False
    (entry,) = agreed
    if (entry["actor"], entry["reason"]) != (one.confirmed_by, one.reason):
        return False
    if entry.get("grounds_sha256", "") not in ("", grounds_digest(draw, one)):
        return False
    if isinstance(one, Swap) and not one.is_outside:
        return bool(entry["choice"] == one.choice)
    # Entries of earlier versions name no organ for a replacement; who may confirm one was an organ outside.
    return not entry.get("department") or bool(outside(draw, [entry]))
