"""What an outsider takes home: the register of an organiser's draws, and the bundle of one draw."""

from datetime import datetime

from onevisit.core import canonical
from onevisit.core.draw import bundle, register
from onevisit.stages.draws.documents import moment_of
from onevisit.stages.draws.lifecycle import BEFORE_COMMITMENT
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import given
from onevisit.stages.draws.public import open_files
from onevisit.support.ledger import selectors as ledger


def organisers() -> list[tuple[str, str]]:
    """Return code and name of every organ that has organised a draw."""
    found = Draw.objects.order_by("organiser__code").values_list("organiser__code", "organiser__name").distinct()
    return list(found)


def register_file(*, organiser: str, at: datetime) -> bytes | None:
    """Write the register of an organiser from the ledger's own entries, None for one without draws.

    The tables of draws only add what no entry can say: the numbers in preparation and the documents behind the digests.
    """
    rows = Draw.objects.filter(organiser__code=organiser)
    numbers = set(rows.values_list("number", flat=True))
    if not numbers:
        return None
    placed = ledger.public_payloads(subject_type="draw", events=register.EVENTS)
    entries = [(index, data) for index, data in placed if _organiser(data) == organiser]
    begun = {str(canonical.parse(data=data)["draw"]) for _index, data in entries}
    committed = rows.exclude(state__in=BEFORE_COMMITMENT).exclude(commitment_entry=None).filter(number__in=begun)
    ordered = committed.order_by("year", "sequence").only(
        "number", "t0", "manifest", "void_record", "state", "given_basis"
    )
    documents = [(draw.manifest, draw.void_record, given.is_withheld(draw)) for draw in ordered]
    return register.encode_register(
        organiser=organiser,
        at=ledger.moment(at),
        prepared=numbers - begun,
        entries=entries,
        manifests=[bytes(manifest) for manifest, _void, is_withheld in documents if manifest and not is_withheld],
        withheld={draw.number: moment_of(draw) for draw in ordered if given.is_withheld(draw)},
        voids=[bytes(void) for _manifest, void, _is_withheld in documents if void],
    )


def bundle_of(*, number: str, proofs: dict[str, bytes]) -> bytes | None:
    """Pack every public file of an opened draw with its ledger proofs, None while it is sealed."""
    names = open_files.names_of(number)
    files = {name: data for name in names if (data := open_files.file_of(number=number, name=name)) is not None}
    return bundle.write_bundle(files=files | proofs) if "receipt.json" in files else None


def _organiser(payload: bytes) -> str:
    return register.parts_of_number(number=str(canonical.parse(data=payload)["draw"]))[0]
