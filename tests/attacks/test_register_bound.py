"""Attacks on the register of draws that everybody downloads: entries cut off, left out, invented or dated back.

The visitor has no earlier copy. What is forged is written again as the organiser could, who has the whole ledger.
"""

import copy
import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from onevisit.core import canonical, merkle
from onevisit.core.draw import bundle, verify_seen
from onevisit.core.merkle import note
from onevisit.project import checking
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw
from onevisit.support import clock
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger import selectors as ledger
from onevisit.support.ledger.models import LedgerLeaf
from onevisit.verifier.outcome import UNVERIFIED
from onevisit.verifier.verify_command import verify_command
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import T0
from tests.web.portal.test_lodged_public import Witnessed, log

pytestmark = pytest.mark.django_db
__all__ = ["log"]
NIGHT = T0 + timedelta(hours=13)
MORNING = T0 + timedelta(hours=18)
LATER = T0 + timedelta(days=9)
Document = dict[str, Any]


@dataclass(frozen=True)
class Downloaded:
    """What a visitor has: the register of an organiser whose draw was opened, and who else could write it anew."""

    draw: Draw
    register: Document
    folder: Path
    capsys: pytest.CaptureFixture[str]

    def forged(self, change: Callable[[Document], None], *, is_proven: bool = False) -> Document:
        """Change a copy; `is_proven` makes the hashes fit what is left, as who has the whole tree can."""
        document = copy.deepcopy(self.register)
        change(document)
        if is_proven:
            places = [one["index"] for one in document["entries"]] + [document["stated"]["index"]]
            hashes = ledger.cover(indexes=sorted(set(places)), size=_size(document))
            document["checkpoint"]["hashes"] = [one.hex() for one in hashes]
        return document

    def said(self, document: Document, *more: str) -> tuple[int, str]:
        path = self.folder / "register.json"
        path.write_bytes(canonical.encode(value=document) + b"\n")
        code = verify_command(["--register", str(path), *more])
        return code, self.capsys.readouterr().out


def _size(document: Document) -> int:
    return int(b64decode(document["checkpoint"]["note"]).decode().splitlines()[1])


def _file(client: Client, draw: Draw) -> Document:
    found: Document = json.loads(client.get(f"/open/draws/register/{draw.organiser.code}.json").content)
    return found


@pytest.fixture
def downloaded(
    client: Client,
    people: Cast,
    log: Witnessed,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Downloaded:
    sealed = draw_scenes.sealed(people, log)
    log.step()
    draw = draws.open_draw(draw=sealed, open_visits=0, actor=SYSTEM, at=T0)
    log.step()
    checking.check(at=NIGHT)
    log.seen = MORNING
    log.step()
    monkeypatch.setattr(clock, "now", lambda: MORNING + timedelta(minutes=2))
    return Downloaded(draw=draw, register=_file(client, draw), folder=tmp_path, capsys=capsys)


def test_an_honest_register_is_verified_and_says_how_old_it_is(downloaded: Downloaded, tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_bytes(b64decode(downloaded.register["checkpoint"]["policy"]))

    code, said = downloaded.said(downloaded.register, "--policy", str(own), "--now", "2026-11-19T10:00:00+08:00")

    lines = said.splitlines()
    assert (code, lines[-1]) == (0, "verified; not looked at: R6"), said
    assert lines[7].startswith(
        f"R7 ok 3 entries in the tree of {_size(downloaded.register)}, which the quorum saw at 2026"
    )
    assert "which the quorum saw at 2026-11-19T09:00:00+08:00; policy " in lines[7]
    assert lines[8] == "R8 ok the 3 entries that the ledger counted at 2026-11-19T04:00:00+08:00, 0 came since"


def test_the_last_result_is_not_cut_off_by_an_earlier_date(downloaded: Downloaded) -> None:
    def cut(document: Document) -> None:
        document["entries"] = document["entries"][:1]
        document["at"] = "2026-11-18T20:00:00+08:00"  # before t0 + 24 hours: nothing would be due

    code, said = downloaded.said(downloaded.forged(cut))
    assert (code, "R7 failed E_PROOF: the entries do not lead to the root" in said) == (1, True), said
    code, said = downloaded.said(downloaded.forged(cut, is_proven=True))
    assert (code, "R7 failed E_ORDER: the register is dated 2026-11-18T20:00:00+08:00, the quorum saw" in said) == (
        1,
        True,
    ), said


def test_what_is_overdue_is_counted_from_the_witnesses_clocks(
    client: Client, downloaded: Downloaded, log: Witnessed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten days on the result is still left out: no date that the checkpoint allows makes it not due."""
    checking.check(at=LATER)
    log.seen = LATER
    log.step()
    monkeypatch.setattr(clock, "now", lambda: LATER)
    now = Downloaded(downloaded.draw, _file(client, downloaded.draw), downloaded.folder, downloaded.capsys)

    def cut(document: Document) -> None:
        document["entries"] = document["entries"][:1]

    code, said = now.said(now.forged(cut, is_proven=True))

    assert (code, said.splitlines()[-1].startswith("R4 failed E_OUTCOME")) == (1, True), said
    dated = now.forged(cut, is_proven=True) | {"at": "2026-11-18T20:00:00+08:00"}
    code, said = now.said(dated)
    assert (code, said.splitlines()[-1].startswith("R7 failed E_ORDER")) == (1, True), said


def test_an_old_checkpoint_does_not_make_a_young_register(downloaded: Downloaded) -> None:
    code, said = downloaded.said(downloaded.register, "--now", "2026-11-29T09:00:00+08:00")
    assert (
        code,
        "R7 failed E_LATE: it is 2026-11-29T09:00:00+08:00, and what the register shows is of 2026-11-19" in said,
    ) == (1, True), said
    code, said = downloaded.said(downloaded.forged(lambda one: one.update(at="2026-11-29T09:00:00+08:00")))
    assert (code, "R7 failed E_LATE: the register is dated 2026-11-29T09:00:00+08:00" in said) == (1, True), said


def test_an_entry_that_was_invented_leads_to_no_root(downloaded: Downloaded) -> None:
    def invented(document: Document) -> None:
        last = document["entries"][-1]
        taken = {one["index"] for one in document["entries"]} | {document["stated"]["index"]}
        place = max(set(range(_size(document))) - taken)
        draw = last["payload"]["draw"].removesuffix("0001") + "0002"
        payload = {"event": "draw.voided", "draw": draw, "digest": "", "stage": "before-commitment"}
        document["entries"].append({"index": place, "payload": payload})
        document["entries"].sort(key=lambda one: int(one["index"]))

    for document in (downloaded.forged(invented), downloaded.forged(invented, is_proven=True)):
        code, said = downloaded.said(document)
        assert (code, "R7 failed E_PROOF: the entries do not lead to the root" in said) == (1, True), said

    def beyond(document: Document) -> None:
        invented(document)
        document["entries"][-1]["index"] = _size(document)

    code, said = downloaded.said(downloaded.forged(beyond))
    assert (code, "R7 failed E_PROOF: the entry at index" in said) == (1, True), said


def test_an_entry_that_is_left_out_contradicts_the_ledgers_own_count(downloaded: Downloaded) -> None:
    """The whole draw is left out, or its opening; the hashes are made to fit."""

    def opening(document: Document) -> None:
        document["entries"].pop()

    def whole(document: Document) -> None:
        document.update(entries=[], manifests=[], prepared=[downloaded.draw.number])

    for change, count in ((opening, 2), (whole, 0)):
        code, said = downloaded.said(downloaded.forged(change, is_proven=True))
        refused = f"R8 failed E_MISMATCH: the ledger counted 3 entries at 2026-11-19T04:00:00+08:00, {count} are here"
        assert (code, said.splitlines()[-1]) == (1, refused), said


def test_without_the_count_or_with_an_old_one_nothing_is_verified(downloaded: Downloaded) -> None:
    def uncounted(document: Document) -> None:
        del document["stated"]
        hashes = ledger.cover(indexes=[one["index"] for one in document["entries"]], size=_size(document))
        document["checkpoint"]["hashes"] = [one.hex() for one in hashes]

    document = downloaded.forged(uncounted)
    code, said = downloaded.said(document)
    assert (code, said.splitlines()[-1]) == (UNVERIFIED, "not verified: R8 skipped; not looked at: R6"), said
    assert downloaded.said(document, "--strict")[0] == 1
    code, said = downloaded.said(document, "--allow-skipped", "R8")
    assert (code, said.splitlines()[-1]) == (0, "not verified: R8 skipped; not looked at: R6 (allowed here)")
    assert downloaded.said(document, "--allow-skipped", "R7")[0] == UNVERIFIED, "another one was skipped"
    assert downloaded.said(document, "--allow-skipped", "R2")[0] == 2, "this one is never skipped"

    def another(document: Document) -> None:
        """A count that no entry of the ledger made."""
        document["stated"]["payload"]["draws"] = []

    code, said = downloaded.said(downloaded.forged(another, is_proven=True))
    assert (code, "R7 failed E_PROOF" in said) == (1, True), said


def test_a_register_without_its_checkpoint_is_an_old_one_or_none(downloaded: Downloaded) -> None:
    def bare(document: Document) -> None:
        del document["checkpoint"], document["stated"]

    code, said = downloaded.said(downloaded.forged(bare))
    assert (code, said.splitlines()[-1]) == (UNVERIFIED, "not verified: R7, R8 skipped; not looked at: R6"), said
    assert "R7 skipped an older register without a checkpoint" in said
    code, said = downloaded.said(downloaded.forged(bare) | {"at": verify_seen.SINCE})
    assert (code, "R7 failed E_FIELD: no checkpoint: a register from 2027-01-01" in said) == (1, True), said


def test_who_signed_is_asked_of_the_policy_and_of_the_visitors_own(downloaded: Downloaded, tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_bytes(b64decode(downloaded.register["checkpoint"]["policy"]))

    def unwitnessed(document: Document) -> None:
        """A policy that asks nobody comes along, and a note that nobody cosigned."""
        log_line = own.read_text().splitlines()[0]
        document["checkpoint"]["policy"] = b64encode(f"{log_line}\nquorum none\n".encode()).decode()
        signed = note.parse_note(data=b64decode(document["checkpoint"]["note"]))
        alone = note.encode_note(note=note.Note(text=signed.text, signatures=signed.signatures[:1]))
        document["checkpoint"]["note"] = b64encode(alone).decode()

    document = downloaded.forged(unwitnessed)
    code, said = downloaded.said(document)
    assert (code, "R7 skipped 3 entries in the tree of" in said) == (UNVERIFIED, True), said
    assert "signed by the log alone, nobody witnessed when" in said
    assert said.splitlines()[-1] == "not verified: R7 skipped; not looked at: R6"
    code, said = downloaded.said(document, "--policy", str(own))
    assert (code, "R7 failed E_QUORUM" in said) == (1, True), said
    strange = tmp_path / "strange.txt"
    strange.write_text(own.read_text().replace("log city.example/ledger+", "log other.example/ledger+"))
    code, said = downloaded.said(downloaded.register, "--policy", str(strange))
    assert (code, "R7 failed E_POLICY" in said) == (1, True), said


def test_another_root_or_a_note_of_another_shape_is_refused(downloaded: Downloaded) -> None:
    def root(document: Document) -> None:
        text = b64decode(document["checkpoint"]["note"]).decode().split("\n")
        text[2] = b64encode(merkle.EMPTY_ROOT).decode()
        document["checkpoint"]["note"] = b64encode("\n".join(text).encode()).decode()

    code, said = downloaded.said(downloaded.forged(root))
    assert (code, "R7 failed E_SIGNATURE" in said) == (1, True), said
    for field, value, code_word in (
        ("note", "", "R7 failed E_PROOF"),
        ("note", b64encode(b"no note\n").decode(), "R7 failed E_PROOF"),
        ("note", "=", "R7 failed E_PROOF"),
        ("policy", "=", "R7 failed E_POLICY"),
        ("hashes", [], "R7 failed E_PROOF"),
        ("hashes", ["x"], "R0 failed E_HEX"),
        ("note", 7, "R0 failed E_TYPE"),
        ("more", 7, "R0 failed E_FIELD"),
    ):
        document = copy.deepcopy(downloaded.register)
        document["checkpoint"][field] = value
        code, said = downloaded.said(document)
        assert (code, said.splitlines()[-1].startswith(code_word)) == (1, True), (field, value, said)


def test_only_what_the_quorum_has_seen_stands_in_the_register(
    client: Client, people: Cast, log: Witnessed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry that is signed by the log and by no witness could still be taken back."""
    draw = draw_scenes.sealed(people, log)
    draw_scenes.Log.step(log)  # signed, not cosigned
    before = _file(client, draw)
    log.step()
    after = _file(client, draw)

    assert [one["payload"]["event"] for one in before["entries"]] == ["draw.committed"]
    assert before["entries"][0]["index"] < _size(before) < LedgerLeaf.objects.count()
    assert [one["payload"]["event"] for one in after["entries"]] == ["draw.committed", "draw.drawn"]


def test_a_bundle_is_held_against_the_register(client: Client, downloaded: Downloaded, tmp_path: Path) -> None:
    zipped, register = tmp_path / "draw.zip", tmp_path / "own-register.json"
    zipped.write_bytes(client.get(f"/open/draws/{downloaded.draw.number}/bundle.zip").content)

    def said(document: Document, *more: str) -> tuple[int, str]:
        register.write_bytes(canonical.encode(value=document) + b"\n")
        code = verify_command(["--bundle", str(zipped), "--register", str(register), *more])
        captured = downloaded.capsys.readouterr()
        return code, captured.out + captured.err

    code, words = said(downloaded.register)
    assert (code, words.splitlines()[-1]) == (0, "verified; not looked at: R6"), words
    assert "register the first draw of its organiser" in words
    code, words = said(downloaded.forged(lambda one: one["entries"].pop()))
    assert (code, "R7 failed E_PROOF" in words) == (1, True), words
    files = bundle.read_bundle(data=zipped.read_bytes())
    assert "previous.json" not in files
