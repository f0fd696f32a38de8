"""Before `t0`: the values made in the room are logged, and only then the departments hand over their keys."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.core.canonical import Json
from onevisit.core.draw import seeds
from onevisit.stages.draws import documents, events, modes, readiness, said
from onevisit.stages.draws.models import DepartmentKey, Draw, DrawItem
from onevisit.stages.draws.moments import MomentDiffers, note_moment
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.services.committing import counted
from onevisit.stages.draws.services.matching import SourceDiffers, must_be_as_logged, note_difference
from onevisit.stages.draws.services.preparing import locked
from onevisit.stages.draws.services.valuing import check_before, local_margin, sources_file
from onevisit.stages.draws.sources import declaring, room, typists
from onevisit.support.identity.actors import SYSTEM, Actor
from onevisit.support.ledger import selectors as ledger_state
from onevisit.support.ledger import services as ledger

Taken = TypeVar("Taken")
_HEX = re.compile(r"[0-9a-f]{64}")


@transaction.atomic
def source(*, draw: Draw, actor: Actor, at: datetime) -> Draw:
    """Log the values made in the room, before any key is handed over; a draw without such sources logs that too.

    Raises:
        DrawRefused: two typings that agree are not there yet, or it is too late.
    """
    capacity = actor.must("draw.source", draw)
    held = counted(draw=draw, at=at)
    held.state = modes.step(held, verb="draw.source")
    check_before(held.t0, at, local_margin(held))
    given = _local_values(held)
    data = sources_file(held, given)
    digest = room.digest(number=held.number, values=given)
    event = events.DrawSourced(subject=str(held.pk), draw=held.number, digest=digest, organs=typists.of_room(held))
    held.source_entry = ledger.append(event, actor=actor, at=at, capacity=capacity).pk
    held.sourced_at = at
    if not declaring.has_public(held.source_types):
        held.sources = data
    held.save(update_fields=["state", "sources", "source_entry", "sourced_at"])
    return held


@transaction.atomic
def source_by_itself(*, draw: Draw, at: datetime) -> Draw:
    """Log that an open draw has no values made in the room; with neither keys nor digits nobody has to do anything."""
    held = locked(draw)
    has_local = any(map(declaring.is_local, held.source_types))
    if held.state != "committed" or not modes.is_open(held) or has_local or held.t0 is None:
        return held
    return source(draw=held, actor=SYSTEM, at=at) if held.t0 - at >= local_margin(held) else held


class KeyReused(DrawRefused):
    """The key that was brought for a party has been used in another draw."""

    def __init__(self, *, party: str) -> None:
        words = _("这把密钥已在另一次抽取中用过，不能再用。本次抽取须按程序作废，重新生成密钥。")
        super().__init__(message=words, code="reused")
        self.party = party


def noting_keys(act: Callable[..., Taken]) -> Callable[..., Taken]:
    """Let an act that brings a key leave an entry when the key was used before, or the draw itself was changed.

    Nothing else of the act stays.
    """

    @wraps(act)
    def noted(*, item: DrawItem, actor: Actor, at: datetime, **given: Any) -> Taken:
        try:
            with transaction.atomic():
                return act(item=item, actor=actor, at=at, **given)
        except KeyReused as refused:
            event = events.KeyReused(subject=str(item.draw_id), draw=item.draw.number, party=refused.party)
            ledger.append(event, actor=actor, at=at)
            raise
        except MomentDiffers as refused:
            note_moment(refused.draw, at=at)
            raise
        except SourceDiffers as refused:
            note_difference(item.draw, round_number=refused.round_number, at=at)
            raise

    return noted


@noting_keys
def hand_key(*, item: DrawItem, key: str, actor: Actor, at: datetime) -> DepartmentKey:
    """Take over a department's key; it must open the commitment, and come 60 seconds before `t0` at the latest.

    Raises:
        DrawRefused: too early, too late, twice, used before, not the key that was committed to, or the department
            has not signed the fingerprint of this very manifest (draw-protocol.md section 7).
    """
    capacity = actor.must("draw.hand_key", item)
    held = locked(item.draw)
    modes.step(held, verb="draw.hand_key")
    begun(held)
    check_before(held.t0, at, readiness.KEY_MARGIN)
    row = DepartmentKey.objects.select_for_update().get(draw=held, party=item.item)
    if row.handed_at is not None:
        raise DrawRefused(message=_("本部门密钥已交出。"), code="twice")
    if not has_signed(held, item.department_id):
        raise DrawRefused(
            message=_("本部门还没有签认这份清单的指纹。密钥只交给签认过的清单：请先签认，再交出密钥。"), code="unsigned"
        )
    event = events.KeyHanded(
        subject=str(held.pk),
        draw=held.number,
        party=row.party,
        commitment=row.commitment,
        manifest_digest=held.manifest_digest,
    )
    take(held, row, key, by=actor, at=at)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return row


def has_signed(draw: Draw, department_id: UUID) -> bool:
    """Say whether an organ signed the fingerprint of the manifest as it stands; its entry is the signature."""
    signed = draw.attestations.filter(department_id=department_id, fingerprint=draw.manifest_digest, is_agreed=True)
    return any(said.is_attested(draw, row) for row in signed.select_related("department"))


def begun(draw: Draw) -> None:
    """Refuse every key and every share before the values made in the room are logged and seen.

    The ledger is asked, not the row, and the witnesses' own clocks decide, as outsiders do by the proof: 60 seconds
    before `t0` at the latest.

    Raises:
        DrawRefused: they are not logged, or not seen.
        SourceDiffers: the table holds other values than the ledger.
    """
    state = ledger_state.witnessing(must_be_as_logged(draw)) if room.logged(draw) else None
    if state is None or not state.is_complete:
        raise DrawRefused(message=_("来源取值尚未见证，请稍候再交出密钥。"), code="unwitnessed")
    if draw.t0 is not None and state.quorum_time is not None:
        check_before(draw.t0, datetime.fromtimestamp(state.quorum_time, tz=UTC), readiness.KEY_MARGIN)


def take(draw: Draw, row: DepartmentKey, key: str, *, by: Actor, at: datetime) -> None:
    """Store a key that opens its commitment, whoever brought it; the last one closes the hand-over.

    Raises:
        DrawRefused: it is not the key that was committed to, or was used before.
    """
    if not _HEX.fullmatch(key) or seeds.key_commitment(draw=draw.number, party=row.party, key=key) != row.commitment:
        raise DrawRefused(message=_("密钥与承诺不符。请选择本次抽取生成的密钥文件。"), field="key")
    if DepartmentKey.objects.filter(key=key).exists():
        raise KeyReused(party=row.party)
    row.key, row.handed_at, row.handed_by = key, at, by.id
    row.save(update_fields=["key", "handed_at", "handed_by", "combined_from"])
    if not draw.keys.filter(handed_at__isnull=True).exists():
        draw.state = modes.step(draw, verb="draw.close_keys")
        draw.save(update_fields=["state"])


def _local_values(draw: Draw) -> list[Json]:
    declared = [dict(source) for source in documents.declared_sources(draw) if isinstance(source, dict)]
    local = [n for n, source in enumerate(declared) if declaring.is_local(str(source["type"]))]
    fixed = dict(draw.source_values.filter(round_number=0, position__in=local).values_list("position", "value"))
    if len(fixed) < len(local):
        typed = draw.typed_values.filter(is_superseded=False, round_number=0).count()
        raise DrawRefused(message=_("公证摇号须由两人分别录入且一致，现有 %(n)s 次。") % {"n": typed})
    return [fixed[position] for position in local]
