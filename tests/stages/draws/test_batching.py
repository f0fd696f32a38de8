"""随机排批次: the number is public before the seed, the seed says who comes when, and the visits follow."""

import json
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from onevisit.core.lifecycle import WrongState
from onevisit.stages.draws import assignments
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import batching
from onevisit.stages.draws.public import open_files, open_pool
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.visits import services as visits
from onevisit.stages.visits.models import Visit
from onevisit.support.identity.actors import SYSTEM, MayNot
from onevisit.support.ledger.models import LedgerEntry
from onevisit.verifier.verify_command import verify_command
from tests import draw_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import FREEZE_AT, T0, Log


def _batched(people: Cast, log: Log, *, count: int, monkeypatch: pytest.MonkeyPatch) -> Draw:
    before = draw_scenes.committed_keys

    def with_batches(cast: Cast) -> Draw:
        return draws.batch(draw=before(cast), count=count, actor=cast.actor("陈"), at=AT)

    monkeypatch.setattr(draw_scenes, "committed_keys", with_batches)
    return draw_scenes.sealed(people, log)


def test_the_visits_come_in_the_batches_that_everybody_can_compute(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draw = _batched(people, log, count=3, monkeypatch=monkeypatch)

    visits.dispatch_draw(draw_id=draw.pk, actor=SYSTEM, at=T0)

    placed = {one.object_id: one.batch for one in batching.placed_of(draw)}
    days = {one.number: one for one in batching.days_of(draw)}
    made = list(Visit.objects.filter(draw=draw).select_related("target"))
    assert {visit.target.object_id: visit.batch for visit in made} == placed
    for visit in made:
        assert visit.batch is not None
        assert timezone.localtime(visit.starts_at).date() >= days[visit.batch].first
    entry = LedgerEntry.objects.get(event="draw.batched", subject=str(draw.pk), is_public=True)
    committed = LedgerEntry.objects.get(pk=draw.commitment_entry)
    assert entry.at < committed.at

    assert open_files.file_of(number=draw.number, name="batches.txt") is None
    Draw.objects.filter(pk=draw.pk).update(state="opened", opened_at=T0)
    receipt = tmp_path / "receipt.json"
    receipt.write_bytes(open_files.file_of(number=draw.number, name="receipt.json") or b"")
    assert verify_command([str(receipt), "--batches", "3"]) == 0
    said = [line.split() for line in capsys.readouterr().out.splitlines() if line.startswith("batch ")]
    assert {object_id: int(batch) for _word, batch, object_id, _value in said} == placed
    file = (open_files.file_of(number=draw.number, name="batches.txt") or b"").decode()
    assert [line.split("|")[:2] for line in file.splitlines()] == [[batch, id_] for _w, batch, id_, _v in said]
    own = said[0][2]
    page = Client().get(f"/open/draws/{draw.number}?id={own}").content.decode()
    assert f"您排在第 {placed[own]} 批" in page
    assert "onevisit verify receipt.json --batches 3" in page


def test_the_number_of_batches_is_public_but_not_who_comes_when(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = _batched(people, log, count=2, monkeypatch=monkeypatch)

    page = Client().get(f"/open/draws/{draw.number}").content.decode()

    assert "第 2 批" in page
    assert "batches.txt" not in page
    pool = open_pool.open_pool(draw.number)
    assert pool is not None
    assert pool.placed == ()


def test_one_batch_is_no_batch(people: Cast, log: Log) -> None:
    draw = draw_scenes.sealed(people, log)

    assert (batching.days_of(draw), batching.placed_of(draw)) == ((), ())
    assert assignments.result_of(draw.pk).batches == {}
    assert json.loads(bytes(draw.receipt or b"{}"))["results"]


def test_only_the_organiser_only_before_the_freeze_and_no_more_than_days(people: Cast) -> None:
    draw = draw_scenes.committed_keys(people)

    with pytest.raises(MayNot):
        draws.batch(draw=draw, count=2, actor=people.actor("林"), at=AT)
    for count in (0, 4):
        with pytest.raises(DrawRefused, match="批次数为 1 至 3"):
            draws.batch(draw=draw, count=count, actor=people.actor("陈"), at=AT)
    draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    with pytest.raises(WrongState):
        draws.batch(draw=draw, count=2, actor=people.actor("陈"), at=AT)
