"""POST /lodge against a real process: what is kept and receipted, and each refusal with a status of its own."""

import io
import itertools
import re
import subprocess
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from onevisit.core import merkle
from onevisit.core.draw import bundle, lodging
from onevisit.core.merkle import checkpoint, note
from onevisit.core.merkle.note import KeyType
from onevisit.core.refusals import Refused
from onevisit.witness import lodging as packages
from onevisit.witness import service
from onevisit.witness.judging import WitnessRefused
from onevisit.witness.service import Witness
from tests.witness import freezes, logs
from tests.witness.logs import DishonestLog, leaves, onevisit, post

LOG = DishonestLog()
FREEZE = freezes.frozen()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A witness of LOG; nobody runs it yet."""
    logs.made(tmp_path / "w", LOG.vkey)
    return tmp_path / "w"


@pytest.fixture
def url(folder: Path) -> Iterator[str]:
    with logs.running(folder) as address:
        yield address


def _lodge(url: str, data: bytes) -> logs.Answer:
    return post(url, data, to="lodge")


def _rest(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / packages.LODGED).glob("*"))


def test_a_freeze_is_kept_and_its_receipt_says_which_files_and_when(folder: Path, url: str) -> None:
    package, before = FREEZE.package(LOG), int(time.time())

    answer = _lodge(url, package)

    assert answer.status == 200
    found = lodging.parse_receipt(data=answer.body.encode())
    vkey = re.findall("key +(.*)", onevisit("show", folder).stdout)[0]
    key = note.parse_vkey(text=vkey, kind=KeyType.COSIGNATURE)
    lodging.check_signed(lodged=found, key=key)
    lodging.check_of(lodged=found, manifest=FREEZE.manifest)
    assert (found.origin, found.draw) == (LOG.key.name, FREEZE.manifest.draw)
    assert before <= found.time <= time.time()
    (kept,) = packages.kept(folder=folder)
    assert kept.package.read_bytes() == package
    assert kept.package.stat().st_mode & 0o077 == 0
    assert len(_rest(folder)) == 2


def test_a_receipt_is_no_cosignature_and_a_cosignature_is_no_receipt(folder: Path, url: str) -> None:
    receipt = note.parse_note(data=_lodge(url, FREEZE.package(LOG)).body.encode())
    line = note.parse_signature(line=post(url, LOG.request(leaves(3), old=0)).body.strip())
    vkey = re.findall("key +(.*)", onevisit("show", folder).stdout)[0]
    key = note.parse_vkey(text=vkey, kind=KeyType.COSIGNATURE)

    assert not checkpoint.verifies(signature=receipt.signatures[0], key=key, text=receipt.text)
    found = lodging.parse_receipt(data=note.encode_note(note=note.Note(text=receipt.text, signatures=(line,))))
    with pytest.raises(Refused, match="E_SIGNATURE"):
        lodging.check_signed(lodged=found, key=key)


def test_the_same_freeze_again_has_the_same_receipt_also_after_a_restart(folder: Path) -> None:
    with logs.running(folder, kill=True) as url:
        first = _lodge(url, FREEZE.package(LOG)).body
        time.sleep(1.1)
        assert _lodge(url, FREEZE.package(LOG)).body == first
    with logs.running(folder) as url:
        assert _lodge(url, FREEZE.package(LOG)).body == first


def test_a_witness_killed_before_it_signed_or_while_receiving_completes_the_package_later(folder: Path) -> None:
    with logs.running(folder, kill=True) as url:
        _lodge(url, FREEZE.package(LOG))
    (receipt,) = (folder / packages.LODGED).glob("*.note")
    receipt.unlink()  # as if the power had gone between package and receipt
    (folder / packages.LODGED / f"abc{packages.PART}").write_bytes(b"half")
    assert "INCOMPLETE" in onevisit("show", folder).stdout

    with logs.running(folder) as url:
        assert _lodge(url, FREEZE.package(LOG)).status == 200

    assert "INCOMPLETE" not in onevisit("show", folder).stdout
    assert len(_rest(folder)) == 2


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        (b"no zip at all", 400, "E_FILE"),
        (FREEZE.package(LOG, **{"manifest.json": None}), 400, "manifest.json is missing"),
        (FREEZE.package(LOG, **{"roster.json": None}), 400, "roster.json is missing"),
        (FREEZE.package(LOG, **{lodging.PROOF: None}), 400, "frozen.tlog-proof is missing"),
        (FREEZE.package(LOG, **{lodging.PROOF: b"proof"}), 400, "E_PROOF"),
        (FREEZE.package(LOG, **{"more.txt": b"x"}), 400, "more.txt"),
        (FREEZE.package(LOG, **{"roster.json": FREEZE.roster.replace(b'"slack":', b'"slack":1')}), 422, "roster"),
        (FREEZE.package(LOG, **{lodging.PROOF: freezes.proof(DishonestLog(), FREEZE.manifest)}), 403, "E_LOG"),
        (FREEZE.package(DishonestLog(origin="other.example/log")), 404, "unknown log"),
        (FREEZE.package(LOG, **{lodging.PROOF: freezes.proof(LOG, freezes.frozen(draw="X-1").manifest)}), 422, "draw"),
        (
            FREEZE.package(LOG, **{lodging.PROOF: freezes.proof(LOG, FREEZE.manifest, event="draw.committed")}),
            422,
            "event",
        ),
        (
            FREEZE.package(LOG, **{lodging.PROOF: freezes.proof(LOG, FREEZE.manifest, changed={"digest": "0" * 64})}),
            422,
            "digest",
        ),
    ],
)
def test_what_is_not_a_recorded_freeze_is_refused_and_leaves_nothing(
    folder: Path, url: str, data: bytes, status: int, words: str
) -> None:
    answer = _lodge(url, data)

    assert (answer.status, words in answer.body) == (status, True), answer.body
    assert _rest(folder) == []


def test_a_frame_or_list_that_is_not_the_manifests_is_refused_by_name(folder: Path, url: str) -> None:
    item = FREEZE.manifest.items[0]
    for name, data in (
        (lodging.frame_name(digest=item.frame_sha256), FREEZE.frames[item.item] + b"site:99|low\n"),
        (lodging.excluded_name(digest=item.excluded[0].list_sha256), freezes.LIST[:-50]),
    ):
        answer = _lodge(url, FREEZE.package(LOG, **{name: data}))

        assert answer.status == 422
        assert name in answer.body
    assert _rest(folder) == []


def test_a_manifest_whose_strata_its_own_frame_does_not_have_is_refused(url: str) -> None:
    lying = freezes.frozen()
    stratum = lying.document["items"][0]["strata"][0]
    stratum["N"] += 1
    lying.document["items"][0]["n"] += 1
    lying.document["items"][0]["registry_n"] += 1

    answer = _lodge(url, lying.package(LOG))

    assert (answer.status, "E_COUNT" in answer.body) == (422, True), answer.body


def test_another_root_of_the_cosigned_size_is_kept_as_evidence(folder: Path, url: str) -> None:
    history = leaves(freezes.BESIDE + 1)
    assert post(url, LOG.request(history, old=0)).status == 200

    answer = _lodge(url, FREEZE.package(LOG))

    assert answer.status == 409
    (evidence,) = (folder / "evidence").glob("*.txt")
    assert evidence.read_bytes() == freezes.proof(LOG, FREEZE.manifest)


def test_a_second_freeze_of_one_draw_stands_beside_the_first_and_is_reported(folder: Path, url: str) -> None:
    again = freezes.frozen(t0="2026-11-19T15:00:00+08:00")
    for one in (FREEZE, again):
        assert _lodge(url, one.package(LOG)).status == 200

    shown = [line for line in onevisit("show", folder).stdout.splitlines() if line.startswith("lodge ")]

    assert len(shown) == 2
    assert {FREEZE.manifest.digest, again.manifest.digest} == {line.split()[2] for line in shown}
    assert sum("AGAIN" in line for line in shown) == 1


def test_a_package_that_is_gone_from_the_folder_is_said(folder: Path, url: str) -> None:
    _lodge(url, FREEZE.package(LOG))
    (package,) = (folder / packages.LODGED).glob("*.zip")
    package.unlink()

    done = onevisit("show", folder)

    assert (done.returncode, "backup" in done.stderr) == (1, True)


def _bomb(name: str, *, mebibytes: int) -> bytes:
    """Return a package with one file that unpacks to zeros without end."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for one, data in FREEZE.files(LOG).items():
            if one != name:
                archive.writestr(one, data)
        with archive.open(name, "w", force_zip64=False) as file:
            for _ in range(mebibytes):
                file.write(bytes(1 << 20))
    return target.getvalue()


def _directory(count: int) -> bytes:
    """Return an archive that is nothing but a list of files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}.txt", b"")
    return target.getvalue()


def _peak(process: "subprocess.Popen[str]") -> int:
    """Return how many MiB a process has had in memory at most."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) // 1024


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (_bomb(lodging.frame_name(digest=FREEZE.manifest.items[0].frame_sha256), mebibytes=400), 413),
        (_bomb("manifest.json", mebibytes=40), 413),
        (_bomb(lodging.PROOF, mebibytes=40), 413),
        (_directory(60_000), 413),
        (FREEZE.package(LOG)[:-1] + b"\1", 400),
        (zlib.compress(bytes(1 << 22)), 400),
    ],
)
def test_a_bomb_is_refused_within_256_mebibytes(folder: Path, data: bytes, status: int) -> None:
    with logs.started(folder) as (url, process):
        answer = _lodge(url, data)

        assert answer.status == status, answer.body
        assert _peak(process) < 256
        assert _lodge(url, FREEZE.package(LOG)).status == 200, "it goes on"


def test_a_package_over_the_limit_is_sent_away_unread(url: str) -> None:
    answer = logs.announce(url, "lodge", length=packages.GREATEST_PACKAGE + 1)

    assert answer.startswith("HTTP/1.1 413")


def test_a_package_that_does_not_come_whole_leaves_nothing(folder: Path, url: str) -> None:
    assert logs.announce(url, "lodge", length=1000, sent=b"x" * 10).startswith("HTTP/1.1 408")
    assert _rest(folder) == []


@pytest.mark.parametrize(("rate", "whole"), [(1, False), (service.LEAST_RATE - 1, False), (service.LEAST_RATE, True)])
def test_who_sends_slowly_does_not_hold_a_place_for_long(
    monkeypatch: pytest.MonkeyPatch, rate: int, whole: bool
) -> None:
    """A piece comes each second; after the first seconds the average counts."""
    seconds, written = itertools.count(), io.BytesIO()
    monkeypatch.setattr("onevisit.witness.service.time.monotonic", lambda: next(seconds))
    body = io.BytesIO(bytes(service.LEAST_RATE * 60))

    def read(most: int) -> bytes:
        return body.read(rate)

    if whole:
        service.receive(read, written.write, len(body.getvalue()))
        assert written.tell() == len(body.getvalue())
        return
    with pytest.raises(WitnessRefused, match="slowly") as refused:
        service.receive(read, written.write, len(body.getvalue()))
    assert refused.value.status == 408
    assert next(seconds) <= service.SECONDS_TO_SPEAK + 3


def test_who_is_sent_away_is_not_listened_to_for_long(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = itertools.count()
    monkeypatch.setattr("onevisit.witness.service.time.monotonic", lambda: next(seconds))

    with pytest.raises(WitnessRefused):
        service.receive(bytes, len, 1 << 26, seconds=service.SECONDS_TO_SPEAK)

    assert next(seconds) <= service.SECONDS_TO_SPEAK + 3


def test_a_length_of_many_digits_is_refused_and_the_witness_goes_on(url: str) -> None:
    for to in ("lodge", "add-checkpoint"):
        assert logs.announce(url, to, length="9" * 5000).startswith("HTTP/1.1 413")
    assert _lodge(url, FREEZE.package(LOG)).status == 200


def test_a_full_disk_is_said_and_nothing_is_receipted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    witness = Witness(folder=folder, clock=lambda: 7, say=lambda _words: None)

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    def receive(file: BinaryIO) -> None:
        file.write(FREEZE.package(LOG))

    monkeypatch.setattr("onevisit.witness.lodging.os.link", full)
    with pytest.raises(WitnessRefused, match="No space") as refused:
        witness.lodge(receive=receive)

    assert refused.value.status == 507
    assert _rest(folder) == []


def test_one_line_of_a_package_is_never_two_files() -> None:
    """Items that share their objects share one file, and the listing is the manifest's alone."""
    shared = freezes.frozen()
    first = shared.document["items"][0]
    for item in shared.document["items"][1:]:
        kept = {name: item[name] for name in ("item", "department")}
        item.clear()
        item.update(first, **kept)
        shared.frames[item["item"]] = shared.frames[first["item"]]

    names = shared.files(LOG).keys()

    assert sum(name.startswith("frame-") for name in names) == 1
    assert bundle.read_bundle(data=shared.package(LOG)).keys() == names
    assert len(lodging.listing_digest(manifest=shared.manifest)) == merkle.HASH_SIZE * 2
