"""Whether a published bundle holds what was lodged at the freeze; the first difference is named.

Of a draw that was given up nothing is ever public. The draw after it names its void record, so that the witness can say
whether the objects stayed the same.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from onevisit.core import canonical
from onevisit.core.draw import beside, bundle, forms, lodging
from onevisit.core.draw.documents import Item, Manifest
from onevisit.core.refusals import Refused
from onevisit.witness import lodging as packages
from onevisit.witness.folder import FolderRefused
from onevisit.witness.lodging import Kept

RECEIPT, MANIFEST, PREVIOUS = "receipt.json", "manifest.json", "previous.json"
_SHOWN = 120


@dataclass(frozen=True)
class Line:
    """One thing that was compared, and whether it differs."""

    words: str
    differs: bool = False


def compare(*, folder: Path, data: bytes) -> Iterator[Line]:
    """Compare a bundle with the package of its draw, file by file, and with that of the void draw before it.

    Raises:
        Refused: it is no bundle of a draw.
        FolderRefused: a package of the folder cannot be read.
    """
    files = bundle.read_bundle(data=data)
    published = forms.parse_manifest(data=_manifest(files))
    kept = packages.kept(folder=folder)
    own = [one for one in kept if one.lodged and one.lodged.draw == published.draw]
    same = next((one for one in own if one.lodged and one.lodged.manifest == published.digest), None)
    if not own:
        yield Line(f"draw {published.draw}: NOTHING was lodged here", differs=True)
        return
    if same is None:
        yield _other_manifest(own[-1], published)
        return
    held = _unpacked(same)
    yield Line(f"{MANIFEST}: as lodged")
    yield from _frames(files, held, published)
    yield from _lists(files, held, published)
    yield _roster(files, held, published)
    yield from _before(files, kept, published)


def _manifest(files: Mapping[str, bytes]) -> bytes:
    """Return the manifest that is published: the one inside the receipt where there is one."""
    if RECEIPT in files:
        return canonical.encode(value=canonical.parse(data=files[RECEIPT]).get("manifest", {}))
    if MANIFEST in files:
        return files[MANIFEST]
    raise Refused("E_FILE", f"neither {RECEIPT} nor {MANIFEST} is in the bundle")


def _other_manifest(one: Kept, published: Manifest) -> Line:
    lodged = forms.parse_manifest(data=_unpacked(one)[lodging.MANIFEST])
    where = _first_field(lodged.document, published.document)
    words = f"lodged {lodged.digest}, published {published.digest}"
    return Line(f"draw {published.draw}: another manifest DIFFERS at {where}; {words}", differs=True)


def _frames(files: Mapping[str, bytes], held: Mapping[str, bytes], manifest: Manifest) -> Iterator[Line]:
    for item in manifest.items:
        lodged = held[lodging.frame_name(digest=item.frame_sha256)]
        yield _text(f"{item.item}.txt", lodged, files)


def _lists(files: Mapping[str, bytes], held: Mapping[str, bytes], manifest: Manifest) -> Iterator[Line]:
    stated = {(one.reason, one.list_sha256) for item in manifest.items for one in item.excluded}
    for reason, digest in sorted(stated):
        name = beside.excluded_name(reason=reason)
        yield _text(name, held[lodging.excluded_name(digest=digest)], files)


def _roster(files: Mapping[str, bytes], held: Mapping[str, bytes], manifest: Manifest) -> Line:
    if not manifest.roster:
        return Line(f"{lodging.ROSTER}: none was named")
    if RECEIPT not in files:
        return Line(f"{lodging.ROSTER}: not in the bundle, as long as the draw is not public")
    published = canonical.parse(data=files[RECEIPT]).get("roster")
    lodged = canonical.parse(data=held[lodging.ROSTER])
    if published == lodged:
        return Line(f"{lodging.ROSTER}: as lodged")
    return Line(f"{lodging.ROSTER}: DIFFERS at {_first_field(lodged, published)}", differs=True)


def _text(name: str, lodged: bytes, files: Mapping[str, bytes]) -> Line:
    if name not in files:
        if RECEIPT in files:
            return Line(f"{name}: DIFFERS: not in the bundle, though the draw is public", differs=True)
        return Line(f"{name}: not in the bundle, as long as the draw is not public")
    published = files[name]
    if published == lodged:
        count = lodged.count(b"\n")
        return Line(f"{name}: as lodged, {count} lines")
    pairs = zip_longest(io.BytesIO(lodged), io.BytesIO(published), fillvalue=b"")  # lines with their ends
    number, (then, now) = next((n, pair) for n, pair in enumerate(pairs, start=1) if pair[0] != pair[1])
    if then.endswith(b"\n") and now.endswith(b"\n"):
        then, now = then[:-1], now[:-1]
    return Line(f"{name}: DIFFERS at line {number}: lodged {_shown(then)}, published {_shown(now)}", differs=True)


def _before(files: Mapping[str, bytes], kept: Sequence[Kept], now: Manifest) -> Iterator[Line]:
    """Compare with the void draw before this one, where its record stands in the bundle and its package here."""
    try:
        void = forms.parse_void(data=files[PREVIOUS])
    except (KeyError, Refused):
        return  # the record before is the receipt of a draw, or not public yet
    found = next((one for one in kept if one.lodged and one.lodged.manifest == void.basis), None)
    if void.digest != now.prev or found is None:
        yield Line(f"void draw {void.draw}: not lodged here, or not the one before; nothing to compare")
        return
    held = _unpacked(found)
    before = forms.parse_manifest(data=held[lodging.MANIFEST])
    items = {item.item: item for item in before.items}
    if not items.keys() & {item.item for item in now.items}:
        yield Line(f"void draw {void.draw}: of other items; nothing to compare")
        return
    for item in now.items:
        yield _kept_frame(item, items.get(item.item), held, void.draw, files)


def _kept_frame(
    item: Item, before: Item | None, held: Mapping[str, bytes], draw: str, files: Mapping[str, bytes]
) -> Line:
    title = f"{item.item}.txt against void draw {draw}"
    if before is None:
        return Line(f"{title}: the item is new")
    if before.frame_sha256 == item.frame_sha256:
        return Line(f"{title}: the same frame")
    lodged = set(held[lodging.frame_name(digest=before.frame_sha256)].split(b"\n"))
    published = set(files.get(f"{item.item}.txt", b"").split(b"\n"))
    came, went = sorted(published - lodged), sorted(lodged - published)
    first = _shown((went or came or [b""])[0])
    return Line(f"{title}: {len(came)} lines came, {len(went)} went, the first of them {first}; see its conditions")


def _unpacked(one: Kept) -> dict[str, bytes]:
    """Unpack a package and hold it against its receipt: the folder may have been tampered with, too."""
    try:
        data = one.package.read_bytes()
        manifest = lodging.read_package(data=data)
        if one.lodged is not None:
            lodging.check_of(lodged=one.lodged, manifest=manifest)
        return bundle.read_bundle(data=data)
    except (OSError, Refused) as error:
        raise FolderRefused(f"{one.package} is not what was lodged: {error}; bring it back from a backup") from error


def _first_field(one: object, other: object, path: str = "") -> str:
    """Name the first place at which two documents differ."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for name in sorted(one.keys() | other.keys()):
            if one.get(name) != other.get(name):
                return _first_field(one.get(name, ""), other.get(name, ""), f"{path}/{name}")
    if isinstance(one, list) and isinstance(other, list):
        for place, (then, now) in enumerate(zip_longest(one, other, fillvalue="")):
            if then != now:
                return _first_field(then, now, f"{path}/{place}")
    return f"{path or '/'}: lodged {_shown(str(one).encode())}, published {_shown(str(other).encode())}"


def _shown(value: bytes) -> str:
    text = value.decode("utf-8", "replace")
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
