"""Attacks on what a bundle shows: the receipts of the witness that had the lists left out, or its policy exchanged."""

from pathlib import Path

import pytest
from django.test import Client

from onevisit.core.draw import bundle, consent_entries, logged, room_values
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import grouping
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger import policies
from onevisit.verifier.outcome import UNVERIFIED
from onevisit.verifier.verify_command import verify_command
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import T0
from tests.web.portal.test_lodged_public import AUDIT, Witnessed, log

pytestmark = pytest.mark.django_db
__all__ = ["log"]


def _bundle(client: Client, people: Cast, log: Witnessed) -> dict[str, bytes]:
    """Draw under a policy that asks one witness to lodge the lists; return the files of the downloaded bundle."""
    sealed = draw_scenes.sealed(people, log)
    log.step()
    draw: Draw = draws.open_draw(draw=sealed, open_visits=0, actor=SYSTEM, at=T0)
    log.step()
    return bundle.read_bundle(data=client.get(f"/open/draws/{draw.number}/bundle.zip").content)


@pytest.fixture
def verdict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> "Verdict":
    return Verdict(tmp_path / "bundle.zip", capsys)


class Verdict:
    """What `onevisit verify --bundle` says of files, after somebody wrote the list of their digests anew."""

    def __init__(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._path, self._capsys = path, capsys

    def of(self, files: dict[str, bytes], *more: str) -> tuple[int, str]:
        kept = {name: data for name, data in files.items() if name not in (bundle.SUMS, bundle.FIELDS)}
        self._path.write_bytes(bundle.write_bundle(files=kept))
        code = verify_command(["--bundle", str(self._path), *more])
        said = self._capsys.readouterr()
        return code, said.out + said.err


def test_a_bundle_without_the_receipts_that_the_policy_asked_for_is_refused(
    client: Client, people: Cast, log: Witnessed, verdict: Verdict
) -> None:
    files = _bundle(client, people, log)
    without = {name: data for name, data in files.items() if not name.startswith("lodged-")}

    code, said = verdict.of(files)
    assert code == 0, said
    assert f"policy.tlog-proof the policy of the commitment asks {AUDIT} to lodge the lists" in said
    code, said = verdict.of(without)
    assert (code, "REFUSED E_FILE: lodged-1.note with lodged-1.tlog-proof is missing" in said) == (1, True), said
    del without["policy.tlog-proof"]
    code, said = verdict.of(without)
    assert (code, "REFUSED E_FILE: policy.tlog-proof is missing" in said) == (1, True), said


def test_a_consent_left_out_of_a_bundle_of_small_strata_is_missed(
    client: Client, people: Cast, log: Witnessed, verdict: Verdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = _bundle(client, people, log)
    first = "consent-1.tlog-proof"
    without = {name: data for name, data in files.items() if name != first}

    code, said = verdict.of(files)
    assert (code, f"{first} a second organ agreed to" in said) == (0, True), said
    code, said = verdict.of(without)
    assert (code, f"{first} not shown: an older bundle" in said) == (0, True), said
    monkeypatch.setattr(consent_entries, "SINCE", "2026-11-01T00:00:00+08:00")
    code, said = verdict.of(files)
    assert code == 0, said
    code, said = verdict.of(without)
    assert (code, f"REFUSED E_FILE: {first} is missing" in said) == (1, True), said
    monkeypatch.setattr(consent_entries, "narrow_places", lambda _manifest, **_least: {"few:NOWHERE:1"})
    code, said = verdict.of(files)
    assert (code, "REFUSED E_COUNT" in said) == (1, True), said


def test_every_file_that_a_new_draw_has_is_missed_when_it_is_left_out(
    client: Client, people: Cast, log: Witnessed, verdict: Verdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dropped business or a chosen condition is not shown by leaving a file out."""
    files = _bundle(client, people, log)
    kept = [name for name in files if name.startswith(("excluded-", "conditions.", "plan.", "manifest.", "sources."))]
    proofs = {name for name in files if name.endswith(".tlog-proof")}
    code, said = verdict.of(files, "--strict")
    assert (code, said.splitlines()[-1]) == (0, "verified")
    code, said = verdict.of({name: data for name, data in files.items() if name not in proofs})
    assert (code, "not verified: V1 skipped" in said) == (UNVERIFIED, True), "older draws without proofs"
    # The scene announces its plan hours ahead, so only what is left out counts as if the rules were in force.
    monkeypatch.setattr(room_values, "SINCE", "2026-11-01T00:00:00+08:00")

    assert len(kept) >= 8
    for name in (*kept, "sourced.tlog-proof", "policy.tlog-proof"):
        code, said = verdict.of({other: data for other, data in files.items() if other != name})
        assert (code, "E_FILE" in said and name in said) == (1, True), (name, said)
    code, said = verdict.of({name: data for name, data in files.items() if name not in {*proofs, "policy.txt"}})
    assert (code, "REFUSED E_FILE: no proof is in the bundle: it was made before the log had signed" in said) == (
        1,
        True,
    ), said


def test_other_values_in_the_file_of_the_sources_are_refused_and_unbound_files_are_named(
    client: Client, people: Cast, log: Witnessed, verdict: Verdict
) -> None:
    files = _bundle(client, people, log)

    code, said = verdict.of({**files, "sources.json": files["sources.json"].replace(b"004217993301", b"004217993302")})
    assert (code, "E_MISMATCH: sources.json has other values" in said) == (1, True), said
    code, said = verdict.of({**files, "more.txt": b"good\n"})
    assert "more.txt not held against anything" in said
    assert (code, said.splitlines()[-1]) == (0, "verified; not looked at: more.txt")


def test_the_businesses_are_not_sorted_anew_for_the_figures_once_it_is_known_who_was_drawn(
    client: Client, people: Cast, log: Witnessed, verdict: Verdict
) -> None:
    files = _bundle(client, people, log)
    sorted_anew = files["groups.txt"].replace(b"|", b"|9", 1)
    assert sorted_anew != files["groups.txt"]

    code, said = verdict.of(files)
    assert (code, "groups.txt as conditions.json fixed it at the freeze" in said) == (0, True), said
    code, said = verdict.of({**files, "groups.txt": sorted_anew})
    assert (code, "REFUSED E_MISMATCH: groups.txt is not the one that conditions.json fixed" in said) == (1, True), said
    code, said = verdict.of({name: data for name, data in files.items() if name != "groups.txt"})
    assert (code, "REFUSED E_FILE: groups.txt is missing: conditions.json fixes it" in said) == (1, True), said


def test_conditions_that_do_not_fix_the_groups_are_those_of_an_older_draw(
    client: Client, people: Cast, log: Witnessed, verdict: Verdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grouping, "stated", lambda groups: {})
    files = _bundle(client, people, log)

    code, said = verdict.of(files)
    assert (code, "REFUSED E_FIELD: conditions.json does not fix groups.txt" in said) == (1, True), said
    monkeypatch.setattr(logged, "ANNOUNCED", "no field of its commitment")
    code, said = verdict.of(files)
    assert (code, said.splitlines()[-1]) == (0, "verified; not looked at: groups.txt"), said


def test_nobody_hides_that_lodging_was_asked_for_behind_another_policy(
    client: Client, people: Cast, log: Witnessed, verdict: Verdict, tmp_path: Path
) -> None:
    files = _bundle(client, people, log)
    policy = files["policy.txt"]
    other = tmp_path / "own.txt"
    other.write_bytes(policy + b"# kept since the spring\n")

    code, said = verdict.of({**files, "policy.txt": policy + b"# the same keys\n"})
    assert (code, "E_MISMATCH: policy.txt is not the policy that the commitment names" in said) == (1, True), said
    code, said = verdict.of(files, "--policy", str(other))
    assert (code, "it is another than the one given here" in said) == (0, True), said


def test_a_commitment_written_by_hand_that_denies_any_policy_is_refused(
    client: Client, people: Cast, log: Witnessed, verdict: Verdict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policies, "digest", lambda *, at: "")
    files = _bundle(client, people, log)

    code, said = verdict.of({name: data for name, data in files.items() if not name.startswith("lodged-")})

    assert (code, "E_MISMATCH: the commitment says that no policy was in force" in said) == (1, True), said
