"""Lodge the files of a freeze: write the package, and record the receipt of a witness or what kept it."""

import json
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.core.draw import bundle
from onevisit.core.draw import lodging as core
from onevisit.core.merkle import note
from onevisit.stages.draws.lodged import lodging as states
from onevisit.stages.draws.lodged.lodging_events import DrawLodged
from onevisit.stages.draws.lodged.lodging_models import Lodging
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.services.preparing import locked
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger import selectors as ledger_state
from onevisit.support.ledger import services as ledger
from onevisit.support.ledger.lodgers import Lodger


def await_lodging(*, draw: Draw, lodger: Lodger) -> Lodging:
    """Note that the manifest of a draw waits to be lodged with a witness."""
    row, _created = Lodging.objects.get_or_create(draw=draw, manifest_digest=draw.manifest_digest, witness=lodger.name)
    return row


def package_of(draw: Draw) -> bytes | None:
    """Write what is lodged of a frozen draw, None as long as the log has not signed the entry of the freeze.

    Raises:
        DrawRefused: no entry froze the manifest that stands in the table.
    """
    proof = _frozen_proof(draw)
    if proof is None or draw.manifest is None:
        return None
    lists = dict(json.loads(bytes(draw.exclusions))) if draw.exclusions else {}
    files = core.pack(
        manifest=bytes(draw.manifest),
        roster=bytes(draw.roster or b""),
        frames={item.item: bytes(item.frame or b"") for item in draw.items.all()},
        lists={reason: str(text).encode("ascii") for reason, text in lists.items()},
    )
    return bundle.write_plain(files={**files, core.PROOF: proof})


@transaction.atomic
def record_receipt(*, lodging: Lodging, lodger: Lodger, data: bytes, at: datetime) -> Lodging:
    """Store the receipt of a witness and make it public; the same one again changes nothing.

    Raises:
        DrawRefused: it is not signed by that witness, or not over this manifest and this log.
    """
    draw = locked(lodging.draw)
    row = Lodging.objects.select_for_update().get(pk=lodging.pk)
    if row.receipt:
        return row
    if draw.manifest_digest != row.manifest_digest:
        raise DrawRefused(message=_("冻结已解除，本次寄存的清单不再有效。"), code="unfrozen")
    found = states.read_receipt(draw=draw, lodger=lodger, data=data)
    row.receipt, row.listing, row.trouble = data.decode(), found.listing, ""
    row.lodged_at, row.recorded_at = datetime.fromtimestamp(found.time, tz=UTC), at
    row.save(update_fields=["receipt", "listing", "trouble", "lodged_at", "recorded_at"])
    line = found.note.signatures[0]
    event = DrawLodged(
        subject=str(draw.pk),
        draw=draw.number,
        witness=lodger.name,
        digest=row.manifest_digest,
        listing=row.listing,
        time=found.time,
        signature=note.encode_base64(line.key_id + line.value),
    )
    ledger.append(event, actor=SYSTEM, at=at)
    return row


def note_trouble(*, lodging: Lodging, words: str) -> None:
    """Note what keeps a witness from lodging; no entry says so, since it passes by itself."""
    Lodging.objects.filter(pk=lodging.pk, receipt="").update(trouble=words[:200])


def _frozen_proof(draw: Draw) -> bytes | None:
    """Return the proof of the entry that froze the manifest which stands now."""
    entry: UUID | None = next(
        (
            one.pk
            for one in ledger_state.timeline("draw", draw.pk).filter(event=core.EVENT)
            if json.loads(bytes(one.payload))["digest"] == draw.manifest_digest
        ),
        None,
    )
    if entry is None:
        raise DrawRefused(message=_("留痕里没有冻结这份清单的记录，清单可能被改过。"), code="unrecorded")
    return ledger_state.proof_of(entry)
