"""The bundle of a draw: the same bytes each time, a changed byte is named, a bomb is refused."""

import io
import struct
import zipfile
from pathlib import Path

import pytest

from onevisit.core.draw import bundle
from onevisit.core.refusals import Refused
from onevisit.verifier.bundle_command import bundle_command
from onevisit.verifier.outcome import UNVERIFIED
from tests.core.draw.vectors import PLAIN, files_of, frames_of, receipt_of

FRAMES = {f"{item}.txt": data for item, data in frames_of(files_of(PLAIN)).items()}
FILES = {"manifest.json": files_of(PLAIN)["manifest.json"], "receipt.json": receipt_of(PLAIN), **FRAMES}


def _zipped(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def test_the_same_files_give_the_same_bundle_and_come_out_of_it() -> None:
    written = bundle.write_bundle(files=FILES)

    found = bundle.read_bundle(data=written)

    assert bundle.write_bundle(files=dict(reversed(FILES.items()))) == written
    assert {name: found[name] for name in FILES} == FILES
    assert bundle.changes(files=found) == ()


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("receipt.json", b'"seed":"', b'"seed":"f', "receipt.json /results/0/result/seed"),
        ("receipt.json", b'"round":0', b'"round":1', "receipt.json /results/0/result/round"),
        ("receipt.json", b'"plan":"', b'"plan":"X', "receipt.json /manifest/plan"),
        ("receipt.json", b'"kind":"receipt"', b'"kind":"receipz"', "receipt.json /kind"),
        ("receipt.json", b"{", b"[", "receipt.json E_JSON"),
        ("manifest.json", b'"open"', b'"oben"', "manifest.json /mode"),
        ("A01.txt", b"|", b"}", "A01.txt its bytes"),
    ],
)
def test_a_changed_byte_is_named_by_file_and_field(name: str, old: bytes, new: bytes, said: str) -> None:
    found = bundle.read_bundle(data=bundle.write_bundle(files=FILES))
    assert old in found[name]
    found[name] = found[name].replace(old, new, 1)

    (line,) = bundle.changes(files=found)

    assert line.startswith(said)


def test_a_byte_changed_inside_the_archive_is_named_by_its_file() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("A01.txt", FRAMES["A01.txt"])
    broken = bytearray(target.getvalue())
    broken[40] ^= 1

    with pytest.raises(Refused, match=r"A01\.txt was changed inside the archive"):
        bundle.read_bundle(data=bytes(broken))


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"../A01.txt": b"x"}, "E_NAME"),
        ({"a/b": b"x"}, "E_NAME"),
        ({f"F{number}": b"" for number in range(bundle.MOST_FILES + 1)}, "E_RANGE"),
    ],
)
def test_an_archive_of_another_kind_is_refused(files: dict[str, bytes], code: str) -> None:
    with pytest.raises(Refused) as refused:
        bundle.read_bundle(data=_zipped(files))

    assert refused.value.code == code


@pytest.mark.parametrize("data", [b"", b"PK", bundle.write_bundle(files=FILES)[:-9]])
def test_bytes_that_are_no_archive_are_refused(data: bytes) -> None:
    with pytest.raises(Refused, match="no archive"):
        bundle.read_bundle(data=data)


def test_no_bit_of_what_the_archive_says_of_its_files_changes_unseen() -> None:
    """Headers, the list and its end; packed bytes count by what they unpack to: several packings give the same."""
    data = bundle.write_bundle(files={"receipt.json": b'{"a":1}\n', "A01.txt": b"X|low\n"})
    packed = set()
    for entry in zipfile.ZipFile(io.BytesIO(data)).infolist():
        start = entry.header_offset + 30 + len(entry.filename)
        packed |= set(range(start, start + entry.compress_size))

    assert bundle.header_changes(data=data) == ()
    for at in sorted(set(range(len(data))) - packed):
        for bit in range(8):
            changed = data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]
            try:
                found = bundle.changes(files=bundle.read_bundle(data=changed)) or bundle.header_changes(data=changed)
            except Refused:
                continue
            assert found, (at, bit)


def test_a_bundle_packed_again_verifies_and_says_that_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "again.zip").write_bytes(_zipped(bundle.read_bundle(data=bundle.write_bundle(files=FILES))))

    assert bundle_command(["--bundle", str(tmp_path / "again.zip")]) == UNVERIFIED
    assert capsys.readouterr().out.startswith(
        "the archive was changed or packed again, its files are as listed: A01.txt"
    )


def test_a_size_that_an_extra_field_makes_larger_than_an_entry_holds_is_named() -> None:
    data = bundle.write_bundle(files=FILES)
    archive = zipfile.ZipFile(io.BytesIO(data))
    first, start = archive.infolist()[0], archive.start_dir
    extra = struct.pack("<HHQ", 1, 8, 1 << 33)
    entry = bytearray(data[start : start + 46 + len(first.filename)])
    entry[20:24], entry[30:32] = b"\xff" * 4, struct.pack("<H", len(extra))
    rest = data[start + len(entry) : -22]
    size = len(entry) + len(extra) + len(rest)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, *[len(archive.infolist())] * 2, size, start, 0)
    changed = data[:start] + bytes(entry) + extra + rest + end

    assert bundle.read_bundle(data=changed) == bundle.read_bundle(data=data)
    assert bundle.header_changes(data=changed) == (f"{first.filename} in what the archive says of it",)
