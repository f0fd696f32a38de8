"""The receipt of a lodged freeze on the public pages and in the bundle, before the verifier and the witness itself."""

from pathlib import Path

import pytest
from django.test import Client

from onevisit.core.draw import bundle, lodging, lodgings
from onevisit.core.merkle import note, policy
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.lodged.lodging_events import DrawLodged
from onevisit.stages.draws.models import Draw, Lodging
from onevisit.support import clock
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger import quorum
from onevisit.support.ledger import services as ledger
from onevisit.support.ledger.models import LedgerCheckpoint
from onevisit.verifier.verify_command import verify_command
from onevisit.witness import command
from onevisit.witness import folder as folders
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import FREEZE_AT, Log
from tests.stages.draws.lodgers import Lodgers

pytestmark = pytest.mark.django_db
frozen = draw_scenes.frozen
AUDIT = "市审计局"
"""A city's witnesses have Chinese names, in the policy, in the ledger's entries and in their keys."""


class Witnessed(Log):
    """A log whose witnesses cosign at once, and one of which lodges what is frozen."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "keys")
        self.seen = FREEZE_AT
        """The witnesses' own clocks."""
        self.lodgers = Lodgers(folder, AUDIT, "court")

    def step(self) -> None:
        super().step()
        latest = LedgerCheckpoint.objects.latest("size")
        text = note.parse_note(data=latest.note.encode()).text
        for folder in self.lodgers.folders.values():
            line = folders.load_key(folder=folder).cosign(text=text, time=int(self.seen.timestamp()))
            quorum.record_cosignature(size=latest.size, line=line)

    def lodge(self) -> None:
        self.step()
        assert self.lodgers.errand().run() == 1


@pytest.fixture
def log(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Witnessed:
    log = Witnessed(tmp_path)
    monkeypatch.setattr(clock, "now", lambda: FREEZE_AT)

    def lodged(people: Cast) -> Draw:
        draw = frozen(people)
        log.lodge()
        return draw

    monkeypatch.setattr(draw_scenes, "frozen", lodged)
    return log


def _opened(people: Cast, log: Witnessed) -> Draw:
    sealed = draw_scenes.sealed(people, log)
    log.step()
    draw = draws.open_draw(draw=sealed, open_visits=0, actor=SYSTEM, at=draw_scenes.T0)
    log.step()
    return draw


def test_the_receipt_is_public_with_the_commitment(client: Client, people: Cast, log: Witnessed) -> None:
    draw = draw_scenes.committed(people, log)

    page = client.get(f"/open/draws/{draw.number}").content.decode()
    file = client.get(f"/open/draws/{draw.number}/files/lodged-1.note")

    assert f"{AUDIT}于" in page
    assert "签收名单、名册和排除名单" in page
    assert "lodged-1.note" in page
    assert lodging.parse_receipt(data=file.content).manifest == draw.manifest_digest
    assert client.get(f"/open/draws/{draw.number}/files/lodged-2.note").status_code == 404
    assert f"寄存于{AUDIT}，取得签收回执才公布承诺" in client.get("/open/ledger").content.decode()


def test_the_bundle_is_checked_by_everybody_and_by_the_witness(
    client: Client, people: Cast, log: Witnessed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draw = _opened(people, log)
    path = tmp_path / "bundle.zip"
    path.write_bytes(client.get(f"/open/draws/{draw.number}/bundle.zip").content)

    assert verify_command(["--bundle", str(path)]) == 0
    said = capsys.readouterr().out
    name = policy.printable(name=f"{AUDIT}.example/witness".encode())
    assert f"lodged-1.note frames, roster and exclusions were lodged with {name}" in said
    assert f"policy.tlog-proof the policy of the commitment asks {AUDIT} to lodge the lists" in said
    assert "lodged-1.tlog-proof entry " in said
    assert command.main(["compare", str(log.lodgers.folders[AUDIT]), str(path)]) == 0
    said = capsys.readouterr().out
    assert all(f"{item.item}.txt: as lodged" in said for item in draw.items.all())
    assert "roster.json: as lodged" in said

    files = bundle.read_bundle(data=path.read_bytes())
    item = draw.items.first()
    assert item is not None
    files[f"{item.item}.txt"] += b"site:9|low\n"
    kept = {name: data for name, data in files.items() if name not in (bundle.SUMS, bundle.FIELDS)}
    path.write_bytes(bundle.write_bundle(files=kept))
    assert command.main(["compare", str(log.lodgers.folders[AUDIT]), str(path)]) == 1
    assert f"{item.item}.txt: DIFFERS at line" in capsys.readouterr().out


def test_a_receipt_that_was_changed_or_is_of_nobody_is_no_receipt(
    client: Client, people: Cast, log: Witnessed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draw = _opened(people, log)
    files = bundle.read_bundle(data=client.get(f"/open/draws/{draw.number}/bundle.zip").content)
    path = tmp_path / "bundle.zip"
    good = files["lodged-1.note"]
    other = folders.make(folder=tmp_path / "other", name="other.example/witness")
    text = note.parse_note(data=good).text

    def said(receipt: bytes, *left_out: str) -> tuple[int, str]:
        gone = (bundle.SUMS, bundle.FIELDS, *left_out)
        kept = {name: data for name, data in files.items() if name not in gone}
        path.write_bytes(bundle.write_bundle(files={**kept, "lodged-1.note": receipt}))
        code = verify_command(["--bundle", str(path)])
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    early = good.replace(b"time 1", b"time 2")
    assert (said(early)[0], "E_SIGNATURE" in said(early)[1]) == (1, True)
    listing = lodging.parse_receipt(data=good).listing.encode()
    assert "E_MISMATCH: other files were lodged" in said(good.replace(listing, b"0" * 64))[1]
    assert "another manifest was lodged" in said(good.replace(draw.manifest_digest.encode(), b"0" * 64))[1]
    assert "E_PROOF" in said(b"nothing")[1]
    code, words = said(other.sign_note(text=text))
    assert (code, "E_MISMATCH: the entry of lodged-1.tlog-proof is of another receipt" in words) == (1, True), words
    code, words = said(other.sign_note(text=text), "lodged-1.tlog-proof")
    assert (code, "E_FILE: lodged-1.note with lodged-1.tlog-proof is missing" in words) == (1, True), words


def test_a_receipt_younger_than_the_commitment_is_too_late_unless_another_is_older(
    client: Client, people: Cast, log: Witnessed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draw = _opened(people, log)
    files = bundle.read_bundle(data=client.get(f"/open/draws/{draw.number}/bundle.zip").content)
    path = tmp_path / "bundle.zip"
    good = files["lodged-1.note"]
    stated = lodging.parse_receipt(data=good)
    committed = int(FREEZE_AT.timestamp())

    def signed(name: str, time: int) -> bytes:
        text = stated.note.text.replace(f"time {stated.time}", f"time {time}")
        return folders.load_key(folder=log.lodgers.folders[name]).sign_note(text=text)

    def said(**more: bytes) -> tuple[int, str]:
        gone = (bundle.SUMS, bundle.FIELDS, *(["lodged-1.tlog-proof"] if "lodged_1" in more else []))
        kept = {name: data for name, data in files.items() if name not in gone}
        notes = {f"{name.replace('_', '-')}.note": data for name, data in more.items()}
        path.write_bytes(bundle.write_bundle(files={**kept, **notes}))
        code = verify_command(["--bundle", str(path)])
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    code, words = said(lodged_1=signed(AUDIT, committed + lodgings.LODGED_SLACK + 1))
    assert (code, "E_LATE: lodged-1.note was signed" in words) == (1, True), words
    code, words = said(lodged_1=signed(AUDIT, committed + lodgings.LODGED_SLACK))
    assert (code, "E_LATE" in words, "E_FILE: lodged-1.note with" in words) == (1, False, True), words
    code, words = said(lodged_2=signed("court", committed + 86_400))
    assert (code, "lodged-2.note frames, roster and exclusions were lodged" in words) == (0, True), words


def test_a_receipt_that_was_logged_after_the_commitment_is_not_one_of_the_freeze(
    client: Client, people: Cast, log: Witnessed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Organiser and one witness agree afterwards on a receipt with an early date."""
    draw = _opened(people, log)
    row = Lodging.objects.get()
    found = lodging.parse_receipt(data=row.receipt.encode())
    receipt = folders.load_key(folder=log.lodgers.folders["court"]).sign_note(text=found.note.text)
    line = note.parse_note(data=receipt).signatures[0]
    Lodging.objects.update(witness="court", receipt=receipt.decode())
    event = DrawLodged(
        subject=str(draw.pk),
        draw=draw.number,
        witness="court",
        digest=row.manifest_digest,
        listing=row.listing,
        time=found.time,
        signature=note.encode_base64(line.key_id + line.value),
    )
    ledger.append(event, actor=SYSTEM, at=draw_scenes.T0)
    log.step()
    path = tmp_path / "bundle.zip"
    path.write_bytes(client.get(f"/open/draws/{draw.number}/bundle.zip").content)

    assert verify_command(["--bundle", str(path)]) == 1

    assert "REFUSED E_ORDER: lodged-1.tlog-proof is entry" in capsys.readouterr().err
