"""Attacks on who is sent: a cap that leaves one officer to swap to, and a repetition that tells who was drawn."""

import itertools
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from onevisit.core.draw import forms, frame
from onevisit.core.draw.officers import Assignment
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, DrawnSlot
from onevisit.stages.draws.pool import strata
from onevisit.stages.draws.public import open_files, organ_figures, public_register
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.registers.models import InspectionTarget
from onevisit.support.identity.actors import SYSTEM, MayNot
from onevisit.support.ledger.models import LedgerEntry
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import FREEZE_AT, T0, Beacon, Log
from tests.stages.draws import test_given_targets as given_targets
from tests.stages.draws.test_given_targets import listed
from tests.stages.draws.test_infeasible import _short

__all__ = ["listed"]


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    """A log that signs when the test says so."""
    cache.clear()
    return Log(tmp_path / "log")


def _sealed_with_cap(people: Cast, log: Log, cap: int) -> Draw:
    draw = draw_scenes.committed_keys(people, cap=cap)
    draw = draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    draw = draws.commit(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    log.step()
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name)
    draws.source(draw=draw, actor=people.actor("陈"), at=draw_scenes.TYPE_AT)
    log.step()
    for item in draw_scenes.items_of(draw):
        draw_scenes.hand_key(item, people)
    return draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)


def test_a_cap_that_nobody_can_be_swapped_under_stops_the_freeze(people: Cast, log: Log) -> None:
    draw = draw_scenes.committed_keys(people, cap=3)

    with pytest.raises(DrawRefused, match="每人最多 3 户，合计不足"):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)


def test_a_cap_that_leaves_one_officer_to_swap_to_is_the_same_for_all_and_shows_in_width_and_figures(
    people: Cast, log: Log
) -> None:
    draw = _sealed_with_cap(people, log, 4)
    draw = draws.open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=T0)

    receipt = forms.parse_receipt(data=bytes(draw.receipt or b""))

    assert receipt.roster is not None
    assert {officer.cap for officer in receipt.roster.officers} == {4}, "nobody is given another cap than the others"
    assignment = receipt.results[0].result.assignment
    assert isinstance(assignment, Assignment)
    assert max(slot.width for slot in assignment.slots) == 3, "two go, one is left: the reader sees it"
    (figures,) = organ_figures.organ_figures()
    assert figures.narrow_pools == len(receipt.roster.pools) == 5


def test_under_such_a_cap_the_own_head_cannot_swap_in_the_one_who_is_left_and_it_is_counted(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Beacon(monkeypatch)
    draw = draw_scenes.keyed_with(people, log, ("ceremony", "drand"), cap=5)
    draws.carry_value(draw=draw, signature=own.at(T0), actor=people.actor("公"), at=T0)
    draw = draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)
    slots = DrawnSlot.objects.filter(draw=draw, department=people.departments["市商务局"]).order_by("slot", "pk")
    slot = next(one for one in slots if draws.choice_of(one) == 1)

    swap = draws.request_swap(
        slot=slot,
        is_begun=False,
        reason="ON_LEAVE",
        words="急性阑尾炎住院手术，病假两周",
        evidence_sha256=draw_scenes.EVIDENCE,
        actor=people.actor("林"),
        at=T0,
    )
    with pytest.raises(MayNot):
        draws.confirm_swap(swap=swap, is_begun=False, actor=people.actor("林局"), at=T0)
    draws.confirm_swap(swap=swap, is_begun=False, actor=people.actor("公"), at=T0)
    moment = T0 + timedelta(hours=1)
    draws.order(draw=draw, t0=moment, actor=people.actor("陈"), at=T0)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name, at=moment - timedelta(minutes=5))
    draws.carry_value(draw=draw, signature=own.at(moment), actor=people.actor("公"), at=moment)
    draws.replace(draw=draw, actor=people.actor("陈"), at=moment)
    draws.open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=moment)

    (figures,) = organ_figures.organ_figures()
    assert (figures.swaps, figures.narrow_swaps) == (1, 1)
    page = Client().get("/open/draws/figures").content.decode()
    assert "其中可抽不足 4 人" in page


def test_after_a_shortage_nothing_public_names_a_drawn_target(people: Cast, log: Log) -> None:
    draw = _short(people, log)
    drawn = _drawn(draw)
    assert drawn

    public = [bytes(entry.payload).decode() for entry in LedgerEntry.objects.filter(is_public=True)]
    names = ["manifest.json", "sources.json", "receipt.json", *(f"{item.item}.txt" for item in draw.items.all())]
    files = {name: open_files.file_of(number=draw.number, name=name) for name in names}

    assert {name for name, data in files.items() if data is not None} == {"manifest.json", "sources.json"}
    shown = "".join(public) + "".join((data or b"").decode() for data in files.values())
    ids = InspectionTarget.objects.values_list("object_id", flat=True)
    assert [object_id for object_id in ids if object_id in shown] == []


def test_the_few_targets_of_a_draw_for_officers_only_cannot_be_tried_against_anything_public(
    listed: Cast, log: Log
) -> None:
    draw = given_targets.sealed(listed, log)
    ids = sorted(InspectionTarget.objects.values_list("object_id", flat=True))
    names = ["manifest.json", "sources.json", "conditions.json", "receipt.json"]
    files = [open_files.file_of(number=draw.number, name=name) or b"" for name in names]
    files.append(public_register.register_file(organiser=draw.organiser.code, at=T0) or b"")
    files.append(Client().get(f"/open/draws/{draw.number}").content)
    files += [bytes(entry.payload) for entry in LedgerEntry.objects.filter(is_public=True)]
    public = b"\n".join(files).decode()

    lists = [(*some,) for size in (1, 2, 3) for some in itertools.combinations(ids, size)]
    guesses = [frame.frame_bytes(rows=((one, strata.ALL) for one in some)) for some in lists]
    assert bytes(draw.items.all()[0].frame or b"") in guesses, "somebody who tries them all meets the right one"
    found = [
        data for data in guesses if frame.frame_sha256(data=data) in public or frame.frame_root(data=data) in public
    ]
    assert found == []
    assert [one for one in ids if one in public] == []
    manifest = json.loads(bytes(draw.manifest or b""))
    assert manifest["roster"] not in public, "without it the digest of the manifest cannot be computed either"


def _drawn(draw: Draw) -> list[str]:
    recorded = json.loads(bytes(draw.receipt or b""))["results"][0]["result"]
    return [one["id"] for item in recorded["items"] for stratum in item["strata"] for one in stratum["selected"]]
