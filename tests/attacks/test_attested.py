"""Attacks on what a bundle shows of the signatures under the manifest: left out, exchanged, or made after the key."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from onevisit.core.draw import attested_entries, beside, forms, whole
from onevisit.core.refusals import Refused
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.services import seeding
from tests import draw_scenes
from tests.attacks.test_beside import EARLIER, Files, _bundle, _changed, _without
from tests.attacks.test_beside import _theirs as theirs
from tests.cast import Cast
from tests.draw_scenes import KEY_AT, T0, Log

pytestmark = pytest.mark.django_db


def _said(files: Files) -> Iterator[tuple[str, str]]:
    receipt = forms.parse_receipt(data=files["receipt.json"])
    yield from beside.check_beside(files=files, receipt=receipt, trusted=beside.parse_policy(files=files))
    yield from whole.check_whole(files=files, receipt=receipt)


def _ours(files: Files) -> str:
    try:
        list(_said(files))
    except Refused as refused:
        return refused.code
    return ""


def _answers(files: Files) -> list[str]:
    return sorted(filter(attested_entries.is_attested, files))


def test_the_bundle_shows_who_signed_and_who_did_not(people: Cast, tmp_path: Path) -> None:
    own = Log(tmp_path / "log")
    draw = draw_scenes.keyed(people, own)
    for name, is_agreed in (("公", True), ("司", False)):
        draws.attest(
            draw=draw,
            fingerprint=draw.manifest_digest,
            is_agreed=is_agreed,
            reason="" if is_agreed else "大屏上的指纹与宣读的不一致，请核对",
            actor=people.actor(name),
            at=KEY_AT,
        )
    sealed = draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)
    draws.attest(draw=sealed, fingerprint=sealed.seal, is_agreed=True, actor=people.actor("公"), at=T0)
    files = _bundle(sealed, own)
    departments = [item.department.code for item in draw_scenes.items_of(draw)]

    said = dict(_said(files))

    shown = [said[name].partition(" the fingerprint")[0] for name in _answers(files)]
    assert sorted(shown) == sorted(
        [
            *(f"{code} signed" for code in departments),
            f"{people.officers['公'].department.code} signed",
            f"{people.officers['司'].department.code} did not sign",
        ]
    ), "the signature under the result is no part of it"
    assert theirs({"files": files}, since=EARLIER) == {"files": ""}


def test_signatures_that_are_left_out_or_exchanged_are_refused_by_both_verifiers(
    people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Log(tmp_path / "log")
    files = _bundle(draw_scenes.sealed(people, own), own)
    first, second, *_more = _answers(files)
    sets = {
        "honest": files,
        "one left out": _without(files, second),
        "all left out": _without(files, *_answers(files)),
        "one twice": {**files, first: files[second]},
        "changed": {**files, first: _changed(files[first])},
        "another entry": {**files, first: files["conditions.tlog-proof"]},
    }

    held = {name for name, code in theirs(sets).items() if not code}
    assert held == {"honest", "one left out", "all left out", "one twice"}, "an older bundle shows none or some"
    older = dict(_said(sets["all left out"]))
    assert older["attested-1.tlog-proof"].startswith("not shown: an older bundle")
    monkeypatch.setattr(attested_entries, "SINCE", EARLIER)
    ours = {name: _ours(given) for name, given in sets.items()}
    assert ours == theirs(sets, since=EARLIER)
    assert ours["honest"] == ""
    assert ours["one left out"] == ours["one twice"] == ours["another entry"] == "E_MISMATCH"
    assert ours["all left out"] == "E_FILE"
    assert ours["changed"].startswith("E_")


def _signed_late(people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch) -> Draw:
    """Let keys come in unsigned, past the service, and the signatures after them."""
    with monkeypatch.context() as around:
        around.setattr(seeding, "has_signed", lambda _draw, _department: True)
        around.setattr(draw_scenes, "sign", lambda item, people, *, at=KEY_AT: None)
        draw = draw_scenes.keyed(people, log)
    for item in draw_scenes.items_of(draw):
        draw_scenes.sign(item, people)
    log.step()
    return draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)


def test_a_signature_that_was_made_after_the_key_was_handed_over_is_refused_by_both_verifiers(
    people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Log(tmp_path / "log")
    files = _bundle(_signed_late(people, own, monkeypatch), own)

    assert _ours(files) == "E_ORDER"
    assert theirs({"late": files}) == {"late": "E_ORDER"}
    sets = {name: _without(files, name) for name in _answers(files)}
    assert {_ours(given) for given in sets.values()} == set(theirs(sets).values()) == {"E_ORDER"}, "one is left out too"
    manifest = files["manifest.tlog-proof"]
    assert _ours({**files, "attested-1.tlog-proof": manifest}) == "E_MISMATCH"


def test_a_key_that_came_from_shares_asks_for_no_signature_of_its_owner(
    people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Log(tmp_path / "log")
    draw = draw_scenes.sourced(people, own)
    lost, *holders = draw_scenes.items_of(draw)
    for holder in holders:
        draw_scenes.hand_key(holder, people)
    for holder in holders[:2]:
        draw_scenes.open_share(holder, people, lost.item)
    draw_scenes.open_share(holders[2], people, lost.item, key=draw_scenes.key_of(lost.item))
    draw = Draw.objects.get(pk=draw.pk)
    own.step()
    files = _bundle(draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0), own)
    monkeypatch.setattr(attested_entries, "SINCE", EARLIER)

    assert _ours(files) == ""
    assert theirs({"files": files}, since=EARLIER) == {"files": ""}
    assert len(_answers(files)) == len(holders)
