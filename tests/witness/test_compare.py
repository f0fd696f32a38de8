"""`onevisit witness compare`: a bundle against what was lodged at the freeze, the first difference by name."""

from pathlib import Path

import pytest

from onevisit.core import canonical
from onevisit.core.draw import bundle, forms, frame
from tests.witness import freezes, logs
from tests.witness.freezes import Freeze
from tests.witness.logs import DishonestLog, onevisit, post

LOG = DishonestLog()
FREEZE = freezes.frozen()
ITEM = FREEZE.manifest.items[0].item


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a witness that holds FREEZE."""
    logs.made(tmp_path / "w", LOG.vkey)
    with logs.running(tmp_path / "w") as url:
        assert post(url, FREEZE.package(LOG), to="lodge").status == 200
    return tmp_path / "w"


def _compared(folder: Path, data: bytes) -> tuple[int, str]:
    (folder.parent / "bundle.zip").write_bytes(data)
    done = onevisit("compare", folder, folder.parent / "bundle.zip")
    return done.returncode, done.stdout + done.stderr


def test_the_bundle_that_holds_what_was_lodged_is_confirmed_file_by_file(folder: Path) -> None:
    code, said = _compared(folder, FREEZE.bundle())

    assert code == 0, said
    names = ("manifest.json", *(f"{item.item}.txt" for item in FREEZE.manifest.items), "excluded-CLOSED.txt")
    assert all(f"{name}: as lodged" in said for name in (*names, "roster.json"))


def test_a_changed_frame_roster_list_or_manifest_is_named_with_its_place(folder: Path) -> None:
    frame = FREEZE.frames[ITEM].split(b"\n")
    other = b"\n".join([frame[0], b"site:0|low", *frame[2:]])
    roster = {**FREEZE.receipt["roster"], "slack": 9}
    again = freezes.frozen(plan="OTHER")
    for data, words in (
        (FREEZE.bundle(**{f"{ITEM}.txt": other}), f"{ITEM}.txt: DIFFERS at line 2: lodged '{frame[1].decode()}'"),
        (FREEZE.bundle(**{"excluded-CLOSED.txt": b"site:1|aa\n"}), "excluded-CLOSED.txt: DIFFERS at line 1"),
        (
            FREEZE.bundle(
                **{
                    "receipt.json": canonical.encode(
                        value={**FREEZE.receipt, "manifest": FREEZE.document, "roster": roster}
                    )
                }
            ),
            "roster.json: DIFFERS at /slack",
        ),
        (again.bundle(), "another manifest DIFFERS at /plan"),
    ):
        code, said = _compared(folder, data)

        assert (code, words in said) == (1, True), said


@pytest.mark.parametrize("more", [b"", b"\n\n"])
def test_a_last_line_that_ends_otherwise_is_named(folder: Path, more: bytes) -> None:
    last = freezes.LIST.count(b"\n")

    code, said = _compared(folder, FREEZE.bundle(**{"excluded-CLOSED.txt": freezes.LIST[:-1] + more}))

    assert (code, f"excluded-CLOSED.txt: DIFFERS at line {last + bool(more)}: lodged '" in said) == (1, True), said


@pytest.mark.parametrize("name", [f"{ITEM}.txt", "excluded-CLOSED.txt"])
def test_a_file_that_a_public_draw_leaves_out_differs(folder: Path, name: str) -> None:
    files = bundle.read_bundle(data=FREEZE.bundle())
    rest = {one: data for one, data in files.items() if one not in (name, bundle.SUMS, bundle.FIELDS)}

    code, said = _compared(folder, bundle.write_bundle(files=rest))

    assert (code, f"{name}: DIFFERS: not in the bundle" in said) == (1, True), said


def test_before_the_draw_is_public_its_lists_are_not_missed(folder: Path) -> None:
    manifest = canonical.encode(value=FREEZE.document)

    code, said = _compared(folder, bundle.write_bundle(files={"manifest.json": manifest}))

    assert (code, f"{ITEM}.txt: not in the bundle, as long as" in said) == (0, True), said


def test_a_draw_that_was_never_lodged_and_a_file_that_is_no_bundle_are_said(folder: Path) -> None:
    code, said = _compared(folder, freezes.frozen(draw="X-2026-0007").bundle())
    assert (code, "NOTHING was lodged" in said) == (1, True)

    code, said = _compared(folder, b"no zip")
    assert (code, "E_FILE" in said) == (1, True)
    assert onevisit("compare", folder, folder / "none.zip").returncode == 1


def test_a_package_that_was_changed_in_the_folder_is_said(folder: Path) -> None:
    (package,) = (folder / "lodged").glob("*.zip")
    package.write_bytes(freezes.frozen(plan="OTHER").package(LOG))

    code, said = _compared(folder, FREEZE.bundle())

    assert (code, "is not what was lodged" in said) == (1, True), said


@pytest.mark.parametrize(
    ("changed", "words"), [(False, "the same frame"), (True, "1 lines came, 1 went, the first of them")]
)
def test_of_a_void_draw_the_repetition_says_whether_its_frame_was_kept(folder: Path, changed: bool, words: str) -> None:
    void = {
        "v": "srd1",
        "kind": "void",
        "draw": FREEZE.manifest.draw,
        "basis": FREEZE.manifest.digest,
        "stage": "before-seed",
        "reason": "KEY_MISSING",
        "evidence_sha256": "0" * 64,
        "proposer": "P1",
        "confirmer": "P2",
    }
    record = canonical.encode(value=void)
    again = _repeated(forms.parse_void(data=record).digest, changed=changed)
    with logs.running(folder) as url:
        assert post(url, again.package(LOG), to="lodge").status == 200

    code, said = _compared(folder, again.bundle(**{"previous.json": record}))

    assert code == 0, said
    assert f"{ITEM}.txt against void draw {FREEZE.manifest.draw}: {words}" in said


def _repeated(previous: str, *, changed: bool) -> Freeze:
    """Return the draw after the void one, with another object in one stratum or not."""
    again = freezes.frozen(draw="X-2026-0002", prev=previous)
    if changed:
        lines = again.frames[ITEM].split(b"\n")
        name, bar, stratum = lines[0].partition(b"|")
        lines[0] = name[:-1] + (b"1" if name.endswith(b"0") else b"0") + bar + stratum
        data = b"\n".join(sorted(lines[:-1])) + b"\n"
        again.frames[ITEM] = data
        item = again.document["items"][0]
        item["frame_sha256"], item["frame_root"] = frame.frame_sha256(data=data), frame.frame_root(data=data)
    return again
