"""The moment of a draw is the one that its commitment named; who moves it in the table moves nothing.

A key, a value and a result each have their time before or after `t0` (draw-protocol.md section 7). Were the column
believed, it could be moved for the minute in which a late key is taken, and put back.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.core import canonical
from onevisit.core.draw import forms, grammar
from onevisit.core.draw.documents import Manifest
from onevisit.core.refusals import Refused
from onevisit.stages.draws import differing_events, events, modes, readiness
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger import selectors as ledger_state
from onevisit.support.ledger import services as ledger

UNCOMMITTED = ("preparing", "frozen", "cancelled")


class MomentDiffers(DrawRefused):
    """The draw's `t0` or manifest in the table is not the one of its commitment."""

    def __init__(self, draw: Draw) -> None:
        words = _(
            "抽取的 T0 或清单与承诺公布时入账的不符，可能被改动，不能继续。已留痕并预警。"
            "请运维运行 onevisit ledger replay 查明，恢复后再办。"
        )
        super().__init__(message=words, code="moment_differs")
        self.draw = draw


def must_be_as_committed(draw: Draw, *, is_to_end: bool = False) -> None:
    """Refuse a draw whose moment or manifest is not that of its one entry `draw.committed`.

    Args:
        is_to_end: a manifest that nobody can bring back does not keep a draw from being given up.

    Raises:
        MomentDiffers: they were changed since.
    """
    if draw.state in UNCOMMITTED:
        return
    digests = [str(payload["digest"]) for payload in _commitments(draw)]
    if not digests:  # given up before anything was committed
        return
    manifest = _manifest(draw)
    if manifest is None or digests != [manifest.digest] or manifest.digest != draw.manifest_digest:
        if not is_to_end or not _is_as_prepared(draw):
            raise MomentDiffers(draw)
        return
    if draw.t0 is None or draw.t0.timestamp() != grammar.unix(manifest.t0):
        raise MomentDiffers(draw)


def latest_opening(draw: Draw) -> datetime | None:
    """Return the last moment at which a sealed draw becomes public: what its commitment announced, or 180 days.

    The column alone decides for draws that were committed before their entries named it, and before a commitment.
    """
    said = [str(payload.get("opens", "")) for payload in _commitments(draw)]
    announced = datetime.fromisoformat(said[0]) if len(said) == 1 and said[0] else draw.opens_by
    longest = draw.t0 + readiness.LONGEST_SEAL if draw.t0 and not modes.is_open(draw) else None
    return min((one for one in (announced, longest) if one is not None), default=None)


def _is_as_prepared(draw: Draw) -> bool:
    """Tell whether `t0` is the one that was set last before the freeze, where no manifest says it any more."""
    names = (events.DrawPrepared.name, events.DrawRescheduled.name)
    entry = ledger_state.timeline("draw", draw.pk).filter(event__in=names, subject=str(draw.pk)).first()
    if entry is None or draw.t0 is None:
        return False
    return grammar.unix(str(canonical.parse(data=bytes(entry.payload))["t0"])) == draw.t0.timestamp()


def _manifest(draw: Draw) -> Manifest | None:
    try:
        return forms.parse_manifest(data=bytes(draw.manifest or b""))
    except Refused:
        return None


def _commitments(draw: Draw) -> list[dict[str, canonical.Parsed]]:
    entries = ledger_state.timeline("draw", draw.pk).filter(event=events.DrawCommitted.name, subject=str(draw.pk))
    return [canonical.parse(data=bytes(entry.payload)) for entry in entries]


def row_of(draw: Draw) -> Draw:
    """Return the draw under a row lock as it stands: for who only leaves a trace, whatever was changed."""
    return Draw.objects.select_for_update().get(pk=draw.pk)


@transaction.atomic
def note_moment(draw: Draw, *, at: datetime) -> None:
    """Leave one entry of a draw however often and by whomever it is tried."""
    held, name = row_of(draw), differing_events.MomentDiffers.name
    if not ledger_state.timeline("draw", held.pk).filter(event=name, subject=str(held.pk)).exists():
        ledger.append(differing_events.MomentDiffers(subject=str(held.pk), draw=held.number), actor=SYSTEM, at=at)
