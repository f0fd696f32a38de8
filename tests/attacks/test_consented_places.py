"""Attacks on what a second organ is said to have agreed to: other places, fewer places, or an organ with part in it."""

import json
from pathlib import Path

import pytest
from django.test import Client

from onevisit.core.draw import beside, consent_entries, forms, whole
from onevisit.core.refusals import Refused
from onevisit.stages.draws import documents, readiness
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, NarrowConsent
from onevisit.stages.draws.pool import narrow
from onevisit.stages.draws.services import consenting
from tests import draw_scenes
from tests.attacks.test_beside import EARLIER, Files, _bundle, _without
from tests.attacks.test_beside import _theirs as theirs
from tests.cast import AT, Cast
from tests.draw_scenes import NARROW_REASON, Log

pytestmark = pytest.mark.django_db

FIRST, PLACES = "consent-1.tlog-proof", "consent-1.json"


def _said(files: Files) -> dict[str, str]:
    receipt = forms.parse_receipt(data=files["receipt.json"])
    said = dict(beside.check_beside(files=files, receipt=receipt, trusted=beside.parse_policy(files=files)))
    return said | dict(whole.check_whole(files=files, receipt=receipt))


def _ours(files: Files) -> str:
    try:
        _said(files)
    except Refused as refused:
        return refused.code
    return ""


def _wanted(files: Files) -> set[str]:
    return consent_entries.narrow_places(forms.parse_receipt(data=files["receipt.json"]).manifest)


def test_the_places_of_a_consent_are_public_with_the_draw_and_a_lie_about_them_is_refused_by_both_verifiers(
    people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Log(tmp_path / "log")
    draw = draw_scenes.sealed(people, own)
    link = f"/open/draws/{draw.number}/files/{PLACES}"
    assert Client().get(link).status_code == 404, "pools are not public yet"
    files = _bundle(draw, own)
    assert Client().get(link).content == files[PLACES]
    places = json.loads(files[PLACES])["places"]
    sets = {
        "honest": files,
        "left out": _without(files, PLACES),
        "entry left out": _without(files, FIRST),
        "both left out": _without(files, FIRST, PLACES),
        "another place": {**files, PLACES: consent_entries.places_file(places=["few:X:1", *places[1:]])},
        "no list": {**files, PLACES: b"{}"},
    }

    assert _wanted(files)
    assert _wanted(files) < set(places), "pools of officers too"
    said = _said(files)
    assert said[PLACES] == "the places whose digest the entry holds"
    assert _said(sets["left out"])[PLACES].startswith("not shown: an older bundle")
    held = {name for name, code in theirs(sets).items() if not code}
    assert held == {"honest", "left out", "entry left out", "both left out"}
    monkeypatch.setattr(consent_entries, "SINCE", EARLIER)
    ours = {name: _ours(given) for name, given in sets.items()}
    assert ours == theirs(sets, since=EARLIER)
    assert ours["honest"] == ""
    assert ours["left out"] == ours["entry left out"] == ours["both left out"] == "E_FILE"
    assert ours["another place"] == ours["no list"] == "E_MISMATCH"
    assert theirs(sets, since=EARLIER, is_older=True)["left out"] == "", "by their number, as older versions did"


def _agreed_to_pools_only(draw: Draw, people: Cast) -> None:
    """Ask for the pools, twice: in number these are as many places as the strata, and more."""
    places = narrow.places_of(draw, documents.ground_of(draw), on=AT.date())
    pools = [place for place in places if place.code == narrow.POOL]
    for round_number in range(len(places)):
        again = [
            narrow.NarrowPlace(code=one.code, key=one.key, size=one.size + round_number, words="") for one in pools
        ]
        with pytest.MonkeyPatch.context() as around:
            around.setattr(narrow, "open_places", lambda _draw, _places, again=again: again)
            draws.ask_consent(draw=draw, reason=NARROW_REASON, actor=people.actor("陈"), at=AT)
            draws.consent(draw=draw, actor=people.actor("公"), at=AT)


def test_consents_to_pools_do_not_stand_for_strata_that_nobody_agreed_to(
    people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The freeze was made to look away; the number of places is enough, the places are others."""
    own = Log(tmp_path / "log")
    with monkeypatch.context() as around:
        around.setattr(draw_scenes, "consent_to_narrow", lambda draw, people, **at: _agreed_to_pools_only(draw, people))
        around.setattr(readiness, "_without_consent", lambda draw, places: [])
        files = _bundle(draw_scenes.sealed(people, own), own)
    assert (_ours(files), theirs({"files": files})) == ("E_COUNT", {"files": "E_COUNT"}), "what is shown is held"
    monkeypatch.setattr(consent_entries, "SINCE", EARLIER)

    assert sum(len(row.places) for row in NarrowConsent.objects.all()) >= len(_wanted(files))
    assert _ours(files) == "E_COUNT"
    assert theirs({"files": files}, since=EARLIER) == {"files": "E_COUNT"}


def test_an_organ_with_part_in_the_draw_is_no_second_organ(
    people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Log(tmp_path / "log")
    organiser = people.officers["陈"].department
    event = consenting.pool_events.NarrowConsented
    with monkeypatch.context() as around:
        around.setattr(
            consenting.pool_events,
            "NarrowConsented",
            lambda **said: event(**{**said, "department": organiser.code}),
        )
        around.setattr(readiness, "_without_consent", lambda draw, places: [])
        files = _bundle(draw_scenes.sealed(people, own), own)

    assert _ours(files) == "E_MISMATCH"
    assert theirs({"files": files}) == {"files": "E_MISMATCH"}
