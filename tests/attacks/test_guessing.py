"""Attacks on what is sealed: whoever knows every target tries each against all that is published before the opening.

The outsider of these tests knows more than any real one: every field of every entry that is not public, ids and actors
included, but its nonce; the result itself, but not the seed. Each test shows with a control that it could fail.
"""

import hashlib
import itertools
import json
from collections.abc import Iterator
from pathlib import Path

from django.test import Client

from onevisit.core import canonical, merkle
from onevisit.core.draw import forms, frame, lodging, seeds
from onevisit.core.draw.documents import Manifest
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, DrawnSlot
from onevisit.stages.draws.pool import strata
from onevisit.stages.registers.models import InspectionTarget
from onevisit.stages.visits.models import Visit
from onevisit.stages.visits.services import dispatch_draw
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger.models import LedgerEntry
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import FREEZE_AT, T0, TYPE_AT, Log
from tests.stages.draws.test_given_targets import GIVEN, listed
from tests.web.portal.test_lodged_public import Witnessed

__all__ = ["listed"]


def _get(path: str) -> bytes:
    return bytes(Client().get(path).content)


def _published_leaves() -> set[bytes]:
    """Read every leaf hash from the tiles that everybody may download."""
    size = int(_get("/open/ledger/checkpoint").split(b"\n")[1])
    found: set[bytes] = set()
    for index in range((size + 255) // 256):
        width = min(256, size - index * 256)
        part = "" if width == 256 else f".p/{width}"
        data = _get(f"/open/ledger/tile/0/{index:03}{part}")
        assert len(data) == width * 32
        found |= {data[start : start + 32] for start in range(0, len(data), 32)}
    assert len(found) == size
    return found


def _leaf(content: dict[str, object]) -> bytes:
    data = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    return merkle.leaf_hash(payload=data)


def _secret(draw: Draw) -> list[dict[str, object]]:
    """Return the payloads of all entries that are not public."""
    found = [json.loads(bytes(entry.payload)) for entry in LedgerEntry.objects.filter(is_public=False)]
    assert any(one["event"].startswith("visit.") for one in found), "the visits are dispatched"
    assert any(one.get("draw") == draw.number for one in found)
    return found


def _guesses(payload: dict[str, object], targets: list[InspectionTarget]) -> Iterator[dict[str, object]]:
    """Build what can be built of an entry without its nonce, with each target in every field that could name it."""
    known = {name: value for name, value in payload.items() if name != "nonce"}
    public = [str(known["id"]), str(known["words"]), "", "0" * 32, str(known["subject"])]
    for nonce in (None, *public):
        yield known if nonce is None else {**known, "nonce": nonce}
    for target, mark in itertools.product(targets, ("pk", "object_id", "name")):
        for field in ("subject", "target", "visit", "related"):
            told = str(getattr(target, mark))
            yield {**known, field: [f"target:{told}"] if field == "related" else told}


def _public(draw: Draw) -> bytes:
    """Collect everything that anybody may read before the opening: files, pages, entries, register, figures."""
    number, organiser = draw.number, draw.organiser.code
    page = _get(f"/open/draws/{number}")
    names = ["manifest.json", "plan.json", "conditions.json", "sources.json", "policy.txt", "manifest.tlog-proof"]
    names += ["sourced.tlog-proof", "result-0.tlog-proof", "conditions.tlog-proof", "policy.tlog-proof"]
    names += ["lodged-1.note", "lodged-1.tlog-proof", "receipt.json", "groups.txt", "batches.txt", "bundle.zip"]
    parts = [page, *(_answer(f"/open/draws/{number}/files/{name}") for name in names)]
    paths = ["", "draws", "draws/figures", "fairness", "fairness.json", "results", "requests", "cases", "ledger"]
    parts += [_answer(f"/open/{path}") for path in paths]
    parts += [
        _answer(f"/open/draws/register/{organiser}.json"),
        _answer(f"/open/requests?draw={number}&kind=complaint"),
    ]
    parts += [bytes(entry.payload) for entry in LedgerEntry.objects.filter(is_public=True)]
    return b"\n".join(parts)


def _answer(path: str) -> bytes:
    answer = Client().get(path)
    return bytes(answer.content) if answer.status_code == 200 else b""


def _digests(text: str) -> set[str]:
    """Hash a text in the ways in which something published might hold it."""
    data = text.encode()
    found = [hashlib.new(name, one).hexdigest() for name in ("sha256", "sha1", "md5") for one in (data, data + b"\n")]
    return {*found, merkle.leaf_hash(payload=data).hex()}


def _names(target: InspectionTarget) -> tuple[str, ...]:
    return tuple(filter(None, (target.object_id, target.uscc, str(target.pk), target.name)))


def _log(folder: Path) -> Log:
    return Log(folder / "log")


def test_no_leaf_of_a_sealed_draw_and_its_visits_can_be_built_without_its_nonce(people: Cast, tmp_path: Path) -> None:
    log = _log(tmp_path)
    draw = draw_scenes.sealed(people, log)
    dispatch_draw(draw_id=draw.pk, actor=SYSTEM, at=T0)
    log.step()
    leaves, targets = _published_leaves(), list(InspectionTarget.objects.all())
    secret = _secret(draw)

    tried = 0
    for payload in secret:
        for guess in _guesses(payload, targets):
            assert _leaf(guess) not in leaves, (payload["event"], guess)
            tried += 1

    assert tried == len(secret) * (6 + 12 * len(targets)), "every target in every field that could name it"
    assert [one["event"] for one in secret if _leaf(one) not in leaves] == [], (
        "with the nonce each matches: the control"
    )
    nonces = [str(one["nonce"]) for one in secret]
    assert {len(one) for one in nonces} == {32}, "128 bits"
    assert len(set(nonces)) == len(nonces)


def test_nothing_that_is_published_of_a_sealed_draw_tells_a_target(people: Cast, tmp_path: Path) -> None:
    log = _log(tmp_path)
    draw = draw_scenes.sealed(people, log)
    dispatch_draw(draw_id=draw.pk, actor=SYSTEM, at=T0)
    log.step()
    targets = list(InspectionTarget.objects.all())
    drawn = DrawnSlot.objects.filter(draw=draw).values_list("target_id", flat=True)
    public = _public(draw).decode(errors="replace")

    assert Visit.objects.filter(draw=draw).count() == len(set(drawn)) > 0
    told = [(target.name, name) for target in targets for name in _names(target) if name in public]
    assert told == []
    assert [one.name for one in targets if any(mark in public for name in _names(one) for mark in _digests(name))] == []
    inner = [str(pk) for pk in Visit.objects.values_list("pk", flat=True)]
    assert [one for one in inner if one in public] == [], "no visit is told apart before the opening"
    draws.open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=T0)
    log.step()
    opened = _public(draw).decode(errors="replace")
    objects = {target.object_id for target in targets if target.pk in set(drawn)}
    assert all(one in opened for one in objects), "the control: once opened the same search finds every one"


def test_a_seal_gives_way_only_to_who_has_the_seed(people: Cast, tmp_path: Path) -> None:
    """The outsider has the right result, as whoever tries every list would, and every public text as its salt."""
    log = _log(tmp_path)
    draw = draw_scenes.sealed(people, log)
    log.step()
    receipt = forms.parse_receipt(data=bytes(draw.receipt or b""))
    recorded, public = receipt.results[0], _public(draw).decode(errors="replace")
    seed, digest = recorded.result.seed, recorded.digest
    assert recorded.seal in public

    salts = {"", "0" * 64, draw.number, draw.manifest_digest, digest, recorded.result.sources_digest}
    salts |= {line for line in recorded.result.source_lines} | {key.commit for key in receipt.manifest.keys}
    salts |= {token for token in _hexadecimal(public) if len(token) == 64}
    guesses = {seeds.seal(result_digest=digest, seed=salt) for salt in salts}
    guesses |= {digest, hashlib.sha256(digest.encode()).hexdigest(), hashlib.sha256(bytes.fromhex(digest)).hexdigest()}
    guesses |= {canonical.digest(tag=tag, value=digest) for tag in ("sealed", "seal", "result")}

    assert recorded.seal not in guesses
    assert seeds.seal(result_digest=digest, seed=seed) == recorded.seal, "the control: with the seed it opens"
    hidden = [seed, digest, *(key.key for key in receipt.keys)]
    assert [one for one in hidden if one in public] == []


def _hexadecimal(text: str) -> set[str]:
    found = "".join(sign if sign in "0123456789abcdef" else " " for sign in text)
    return set(found.split())


def _lodged_for_officers(people: Cast, log: Witnessed) -> Draw:
    """Walk a draw for officers only, whose freeze is lodged with a witness, to its sealed result and its visits."""
    draw = draw_scenes.committed_keys(people, **GIVEN)
    draw = draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    log.lodge()
    draw = draws.commit(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    log.step()
    draws.witness(draw=draw, at=FREEZE_AT)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name)
    draws.source(draw=draw, actor=people.actor("陈"), at=TYPE_AT)
    log.step()
    for item in draw_scenes.items_of(draw):
        draw_scenes.hand_key(item, people)
    log.step()
    draw = draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)
    dispatch_draw(draw_id=draw.pk, actor=SYSTEM, at=T0)
    log.step()
    return draw


def test_the_few_targets_of_a_lodged_draw_for_officers_only_cannot_be_tried_against_what_is_published(
    listed: Cast, tmp_path: Path
) -> None:
    """The pool is small, so every list is tried: against the manifest's digest, the lodging receipt, and all pages."""
    log = Witnessed(tmp_path)
    draw = _lodged_for_officers(listed, log)
    manifest = forms.parse_manifest(data=bytes(draw.manifest or b""))
    public, leaves = _public(draw).decode(errors="replace"), _published_leaves()
    ids = sorted(InspectionTarget.objects.values_list("object_id", flat=True))
    lists = [some for size in (1, 2, 3) for some in itertools.combinations(ids, size)]
    frames = [frame.frame_bytes(rows=((one, strata.ALL) for one in some)) for some in lists]
    own = bytes(draw.items.all()[0].frame or b"")
    assert own in frames, "somebody who tries them all meets the right one"

    listing = lodging.listing_digest(manifest=manifest)
    assert listing in public, "the receipt of the witness is published"
    salted = {*(item.frame_sha256 for item in manifest.items), *(item.frame_root for item in manifest.items)}
    assert manifest.roster
    assert [one for one in (*salted, manifest.roster) if one in public] == []
    for data in frames:
        digest, root = frame.frame_sha256(data=data), frame.frame_root(data=data)
        assert digest not in public
        assert root not in public
        assert _listing(manifest, frame_digest=digest, roster="") != listing, (
            "without the roster's digest the receipt says nothing"
        )
    assert _listing(manifest, frame_digest=frame.frame_sha256(data=own), roster=manifest.roster) == listing, (
        "the control"
    )
    targets = list(InspectionTarget.objects.all())
    assert [name for target in targets for name in _names(target) if name in public] == []
    secret = _secret(draw)
    assert [one["event"] for one in secret for guess in _guesses(one, targets) if _leaf(guess) in leaves] == []
    assert [one["event"] for one in secret if _leaf(one) not in leaves] == []


def _listing(manifest: Manifest, *, frame_digest: str, roster: str) -> str:
    """Compute the digest of a package's listing from what is tried; the lists of exclusions are given for free."""
    digests = {lodging.frame_name(digest=frame_digest): frame_digest, lodging.MANIFEST: manifest.digest}
    for item in manifest.items:
        digests |= {lodging.excluded_name(digest=one.list_sha256): one.list_sha256 for one in item.excluded}
    if roster:
        digests[lodging.ROSTER] = roster
    lines = "".join(f"{digests[name]}  {name}\n" for name in sorted(digests))
    return hashlib.sha256(lines.encode("ascii")).hexdigest()
