"""A city that lowers the figure of small strata: refused, and what it froze when nobody refused it still verifies."""

from pathlib import Path

import pytest

from onevisit.core.draw import beside, consent_entries, forms, logged
from onevisit.core.draw.documents import Manifest
from onevisit.core.refusals import Refused
from onevisit.stages.draws.models import NarrowConsent
from onevisit.support.deadlines import services as deadlines
from onevisit.support.deadlines.models import RuleVersion
from tests import draw_scenes
from tests.attacks.test_beside import EARLIER, Files, _bundle
from tests.attacks.test_beside import _theirs as theirs
from tests.cast import Cast
from tests.draw_scenes import Log

pytestmark = pytest.mark.django_db

FIRST = "consent-1.tlog-proof"


def _lowered() -> None:
    RuleVersion.objects.filter(rule_id__in=("draw.minimum_stratum", "draw.minimum_officers")).update(amount=1)


def _ours(files: Files) -> str:
    """Say the code, or else what the first consent shows."""
    receipt, trusted = forms.parse_receipt(data=files["receipt.json"]), beside.parse_policy(files=files)
    try:
        said = dict(beside.check_beside(files=files, receipt=receipt, trusted=trusted))
    except Refused as refused:
        return refused.code
    return said.get(FIRST, "")


def _manifest(files: Files) -> Manifest:
    return forms.parse_receipt(data=files["receipt.json"]).manifest


def test_the_verifier_and_the_product_hold_a_city_to_the_same_figure() -> None:
    assert deadlines.FLOORS["draw.minimum_stratum"] == consent_entries.LEAST


def test_a_city_that_has_lowered_the_figure_asks_for_the_consents_that_the_verifiers_ask_for(
    people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _lowered()
    own = Log(tmp_path / "log")
    files = _bundle(draw_scenes.sealed(people, own), own)
    places = {place for row in NarrowConsent.objects.all() for place in row.places}
    small = {f"few:{one.id}:{one.size}" for one in _manifest(files).items[0].strata if one.size < 5}
    monkeypatch.setattr(consent_entries, "SINCE", EARLIER)

    assert small
    assert small <= places
    assert _ours(files).startswith("a second organ agreed to")
    assert theirs({"files": files}, since=EARLIER) == {"files": ""}


def test_what_was_committed_when_a_city_could_lower_the_figure_is_never_refused_for_it(
    people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entry of such a commitment does not announce the last day of opening; all later ones do."""
    own = Log(tmp_path / "log")
    with monkeypatch.context() as before:
        before.setattr(deadlines, "FLOORS", {})
        _lowered()
        files = _bundle(draw_scenes.sealed(people, own), own)
    monkeypatch.setattr(consent_entries, "SINCE", EARLIER)
    manifest = _manifest(files)
    wanted = consent_entries.narrow_places(manifest)
    assert consent_entries.narrow_places(manifest, least=0) < wanted, "a true part of them"

    assert _ours(files) == "E_COUNT", "a version that announces it had the floor"
    assert theirs({"files": files}, since=EARLIER) == {"files": "E_COUNT"}
    monkeypatch.setattr(logged, "ANNOUNCED", "no field of its commitment")
    assert _ours(files).startswith("not shown: committed by an older version")
    without = {name: data for name, data in files.items() if name != FIRST}
    assert _ours(without) == "E_FILE", "the places that no figure makes small"
    sets = {"files": files, "without": without}
    assert theirs(sets, since=EARLIER, is_older=True) == {"files": "", "without": "E_FILE"}
    monkeypatch.setattr(logged, "EVERY_SINCE", EARLIER)
    assert _ours(files) == "E_COUNT", "no draw of this day is of an older version, whatever its commitment leaves out"
    assert theirs(sets, since=EARLIER, is_older=True, is_ended=True) == {"files": "E_COUNT", "without": "E_FILE"}
