"""Attacks on when something was fixed: conditions, batches and plan logged anew once the result is in hand."""

import hashlib
from pathlib import Path

import pytest
from django.test import Client

from onevisit.core.draw import beside, forms, grammar
from onevisit.core.refusals import Refused
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import directed, pool_events
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger import services as ledger
from onevisit.verifier.verify_command import verify_command
from tests import draw_scenes
from tests.cast import AT, Cast
from tests.core.draw.proven import ProvenLog
from tests.core.draw.vectors import DRAWS, SEALED, encoded
from tests.draw_scenes import T0, Log

DAY = 86_400


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    """A log that signs when the test says so."""
    return Log(tmp_path / "log")


def _told(client: Client, draw: Draw, log: Log, folder: Path) -> str:
    """Open a draw and download its bundle."""
    log.step()
    draws.open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=T0)
    log.step()
    path = folder / "bundle.zip"
    path.write_bytes(client.get(f"/open/draws/{draw.number}/bundle.zip").content)
    return str(path)


def test_conditions_logged_anew_after_the_draw_are_not_those_of_the_freeze(
    client: Client, people: Cast, log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draw = draw_scenes.sealed(people, log)
    told = {**draw.direction, "text": "按投诉多少选取"}
    Draw.objects.filter(pk=draw.pk).update(direction=told)
    event = pool_events.DrawDirected(subject=str(draw.pk), draw=draw.number, digest=directed.digest_of(told), matched=1)
    ledger.append(event, actor=SYSTEM, at=T0)

    assert verify_command(["--bundle", _told(client, draw, log, tmp_path)]) == 1

    assert "REFUSED E_ORDER: conditions.tlog-proof is entry" in capsys.readouterr().err


def test_a_number_of_batches_logged_once_the_seed_is_known_decides_nothing(
    client: Client,
    people: Cast,
    log: Log,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = draw_scenes.committed_keys
    batched = lambda cast: draws.batch(draw=before(cast), count=2, actor=cast.actor("陈"), at=AT)  # noqa: E731
    monkeypatch.setattr(draw_scenes, "committed_keys", batched)
    draw = draw_scenes.sealed(people, log)
    Draw.objects.filter(pk=draw.pk).update(batch_count=3)
    ledger.append(pool_events.DrawBatched(subject=str(draw.pk), draw=draw.number, count=3), actor=SYSTEM, at=T0)

    assert verify_command(["--bundle", _told(client, draw, log, tmp_path)]) == 1

    assert "REFUSED E_ORDER: batches.tlog-proof is entry" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (7 * DAY, "as the ledger fixed it, witnessed 7.0 days before t0"),
        (7 * DAY - 600, "as the ledger fixed it, witnessed 7.0 days before t0"),
        (7 * DAY - 601, "E_LATE"),
        (-3 * DAY, "E_LATE"),
    ],
)
def test_a_plan_that_the_quorum_saw_less_than_seven_days_ahead_is_refused(
    ahead: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "PLANS_SINCE", 0)
    receipt, log, plan = forms.parse_receipt(data=encoded(DRAWS[SEALED]["receipt"])), ProvenLog(), b"{}"
    draw, digest = receipt.manifest.draw, hashlib.sha256(plan).hexdigest()
    seen = grammar.unix(receipt.manifest.t0) - ahead
    announced = log.proven({"event": "plan_entry.logged", "draw": draw, "digest": digest}, seen=seen)
    commitment = log.proven({"event": "draw.committed", "draw": draw, "digest": receipt.manifest.digest}, seen=seen)
    files = {"plan.json": plan, "plan.tlog-proof": announced, "manifest.tlog-proof": commitment}

    def found() -> str:
        try:
            return dict(beside.check_beside(files=files, receipt=receipt, trusted=log.policy))["plan.json"]
        except Refused as refused:
            return refused.code

    assert found() == said
    if said != "E_LATE":
        late = log.proven({"event": "plan_entry.logged", "draw": draw, "digest": digest}, seen=seen)
        files["plan.tlog-proof"] = late
        assert found() == "E_ORDER", "the commitment stood before it"


@pytest.mark.parametrize(("later", "is_refused"), [(0, True), (1, False)])
def test_a_draw_announced_before_the_rule_is_told_of_its_late_plan_and_not_refused(
    later: int, is_refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt, log = forms.parse_receipt(data=encoded(DRAWS[SEALED]["receipt"])), ProvenLog()
    draw, t0 = receipt.manifest.draw, grammar.unix(receipt.manifest.t0)
    entry = {"event": "plan_entry.logged", "draw": draw, "digest": hashlib.sha256(b"{}").hexdigest()}
    announced = log.proven(entry, seen=t0 - 2 * DAY)
    commitment = log.proven({"event": "draw.committed", "draw": draw, "digest": receipt.manifest.digest}, seen=t0)
    files = {"plan.json": b"{}", "plan.tlog-proof": announced, "manifest.tlog-proof": commitment}
    monkeypatch.setattr(beside, "PLANS_SINCE", t0 + later)

    if is_refused:
        with pytest.raises(Refused, match="E_LATE"):
            list(beside.check_beside(files=files, receipt=receipt, trusted=log.policy))
    else:
        found = dict(beside.check_beside(files=files, receipt=receipt, trusted=log.policy))
        assert found["plan.json"].endswith("witnessed 2.0 days before t0, less than 7: an older draw")


def test_the_rule_for_plans_counts_from_seven_days_after_it_came() -> None:
    assert grammar.unix("2026-12-08T00:00:00+08:00") == beside.PLANS_SINCE
