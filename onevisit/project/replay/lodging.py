"""What the entries of lodging fix: the receipt of each witness that has the files of a freeze."""

from typing import Any

from onevisit.core.draw import lodging
from onevisit.core.merkle import note
from onevisit.core.refusals import Refused
from onevisit.project.replay.noun import Noun, Published, under


def _receipt_signature(row: Any) -> str:
    """Return the signature of a stored receipt, empty where it is none (any more) or says something else."""
    try:
        found = lodging.parse_receipt(data=str(row.receipt).encode())
    except Refused:
        return ""
    if (found.draw, found.manifest, found.listing) != (row.draw.number, row.manifest_digest, row.listing):
        return ""
    line = found.note.signatures[0]
    return note.encode_base64(line.key_id + line.value)


def _witness_time(row: Any) -> str:
    return str(int(row.lodged_at.timestamp())) if row.lodged_at is not None else ""


LODGING = (
    Noun(
        "lodging",
        "draws.Lodging",
        {"draw.lodged": ("lodged",)},
        (
            Published("receipt", ("draw.lodged",), "signature", _receipt_signature),
            Published("listing", ("draw.lodged",), "listing", lambda row: str(row.listing)),
            Published("lodged_at", ("draw.lodged",), "time", _witness_time),
        ),
        entries=("draw",),
        named=under("subject", "digest", "witness"),
        identity=lambda row: f"{row.draw_id}/{row.manifest_digest}/{row.witness}",
        state=lambda row: "lodged" if row.receipt or row.lodged_at is not None else "waiting",
        # What waits for a witness has no entry yet.
        resting=("waiting",),
        joined=("draw",),
    ),
)
