"""What an outsider takes home: the register of an organiser's draws, and the bundle of one draw."""

from collections.abc import Sequence
from datetime import datetime

from onevisit.core import canonical, merkle
from onevisit.core.canonical import Json
from onevisit.core.draw import bundle, forms, register, register_bound
from onevisit.core.draw.verify_register import BEFORE_SEED
from onevisit.stages.draws.documents import moment_of
from onevisit.stages.draws.lifecycle import BEFORE_COMMITMENT
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import given
from onevisit.stages.draws.public import open_files
from onevisit.support.ledger import selectors as ledger
from onevisit.support.ledger.selectors import Bearing


def organisers() -> list[tuple[str, str]]:
    """Return code and name of every organ that has organised a draw."""
    found = Draw.objects.order_by("organiser__code").values_list("organiser__code", "organiser__name").distinct()
    return list(found)


def register_file(*, organiser: str, at: datetime) -> bytes | None:
    """Write the register of an organiser from the ledger's own entries, None for one without draws.

    It holds what the newest checkpoint of the quorum covers, and the hashes that lead there: an entry that no witness
    has seen could be taken back. The tables of draws only add what no entry can say: the numbers in preparation and
    the documents behind the digests.
    """
    rows = Draw.objects.filter(organiser__code=organiser)
    numbers = set(rows.values_list("number", flat=True))
    if not numbers:
        return None
    bearing = ledger.bearing(at=at)
    entries = [(index, data) for index, data in _entries(organiser) if bearing is not None and index < bearing.size]
    said = [canonical.parse(data=data) for _index, data in entries]
    begun = {str(one["draw"]) for one in said}
    logged = {str(one["digest"]) for one in said if one["event"] == register.VOIDED}
    committed = rows.exclude(state__in=BEFORE_COMMITMENT).exclude(commitment_entry=None).filter(number__in=begun)
    ordered = committed.order_by("year", "sequence").only(
        "number", "t0", "manifest", "void_record", "state", "given_basis"
    )
    documents = [(draw.manifest, draw.void_record, given.is_withheld(draw)) for draw in ordered]
    voids = [record for _manifest, void, _is_withheld in documents if void for record in _records(bytes(void))]
    return register.encode_register(
        organiser=organiser,
        at=ledger.moment(at),
        prepared=numbers - begun,
        entries=entries,
        manifests=[bytes(manifest) for manifest, _void, is_withheld in documents if manifest and not is_withheld],
        withheld={draw.number: moment_of(draw) for draw in ordered if given.is_withheld(draw)},
        voids=[void for void in voids if forms.parse_void(data=void).digest in logged],
        **_bound(entries, bearing),
    )


def counts() -> tuple[str, ...]:
    """Say of every organiser how many draw entries the ledger has and over which leaves, as is stated every night."""
    leaves: dict[str, list[str]] = {}
    for _index, data in ledger.public_payloads(subject_type="draw", events=register.EVENTS):
        leaves.setdefault(_organiser(data), []).append(merkle.leaf_hash(payload=data).hex())
    return tuple(register_bound.statement_line(organiser=code, leaves=own) for code, own in sorted(leaves.items()))


def _records(record: bytes) -> set[bytes]:
    """Return the record of a void, and the one of before the seed that it may have corrected; entries tell which is."""
    return {record, canonical.encode(value=canonical.parse(data=record) | {"stage": BEFORE_SEED})}


def _entries(organiser: str) -> list[tuple[int, bytes]]:
    placed = ledger.public_payloads(subject_type="draw", events=register.EVENTS)
    return [(index, data) for index, data in placed if _organiser(data) == organiser]


def _bound(entries: Sequence[tuple[int, bytes]], bearing: Bearing | None) -> dict[str, dict[str, Json]]:
    """Return what leads from the entries to the checkpoint, and the ledger's latest count of them."""
    if bearing is None:
        return {}
    stated = ledger.newest_public(event=register_bound.STATED, below=bearing.size)
    if stated is not None and "draws" not in canonical.parse(data=stated[1]):
        stated = None  # of before the ledger counted
    indexes = sorted({index for index, _data in entries} | ({stated[0]} if stated else set()))
    hashes = ledger.cover(indexes=indexes, size=bearing.size)
    bound = register_bound.encode_bound(note=bearing.note, policy_text=bearing.policy, hashes=hashes)
    counted = {"stated": register_bound.encode_stated(index=stated[0], payload=stated[1])} if stated else {}
    return {"checkpoint": bound, **counted}


def bundle_of(*, number: str, proofs: dict[str, bytes]) -> bytes | None:
    """Pack every public file of an opened draw with its ledger proofs, None while it is sealed."""
    names = open_files.names_of(number)
    files = {name: data for name in names if (data := open_files.file_of(number=number, name=name)) is not None}
    return bundle.write_bundle(files=files | proofs) if "receipt.json" in files else None


def _organiser(payload: bytes) -> str:
    return register.parts_of_number(number=str(canonical.parse(data=payload)["draw"]))[0]
