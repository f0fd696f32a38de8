"""An organiser's draws follow each other in one line: each bound to the record of the one committed before."""

import pytest
from django.db import IntegrityError, transaction

from onevisit.core.draw import forms
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.refusals import DrawRefused
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import EVIDENCE, FREEZE_AT, KEY_AT, Log


def _other(draw: Draw, **changes: object) -> Draw:
    """Write a second draw of the same organiser, prepared earlier and frozen over the same record."""
    values: dict[str, object] = {
        "number": "350200-LX-2026-0900",
        "sequence": 900,
        "year": draw.year,
        "organiser": draw.organiser,
        "title": "另一次抽取",
        "state": "frozen",
        "groups": b"",
        "t0": draw.t0,
        "manifest_digest": "cd" * 32,
        "previous_digest": draw.previous_digest,
        "created_at": draw.created_at.replace(hour=1),
    }
    return Draw.objects.create(**{**values, **changes})


def test_a_second_draw_waits_until_the_one_in_hand_has_its_record(people: Cast, log: Log) -> None:
    draw = draw_scenes.committed(people, log)
    other = _other(draw)

    with pytest.raises(DrawRefused, match=f"{draw.number} 已公布承诺"):
        draws.commit(draw=other, actor=people.actor("陈"), at=FREEZE_AT)

    assert Draw.objects.get(pk=other.pk).commitment_entry is None


def test_what_was_frozen_over_an_older_record_is_frozen_again(people: Cast, log: Log) -> None:
    draw = draw_scenes.committed(people, log)
    other = _other(draw)
    words = "承诺未能在规定时刻前见证完成"
    draws.propose_void(
        draw=draw,
        reason="NOT_WITNESSED",
        words=words,
        evidence_sha256=EVIDENCE,
        actor=people.actor("陈"),
        at=KEY_AT,
    )
    gone = draws.void(draw=draw, actor=people.actor("公"), at=KEY_AT)

    with pytest.raises(DrawRefused, match="重新冻结"):
        draws.commit(draw=other, actor=people.actor("陈"), at=FREEZE_AT)

    other.previous_digest = forms.parse_void(data=bytes(gone.void_record or b"")).digest
    other.save(update_fields=["previous_digest"])
    assert draws.commit(draw=other, actor=people.actor("陈"), at=FREEZE_AT).state == "waiting"


def test_the_database_refuses_two_in_hand_two_after_one_record_and_two_of_one_offer(people: Cast, log: Log) -> None:
    draw = draw_scenes.committed(people, log)

    for changes in (
        {"state": "waiting"},
        {"state": "sealed", "commitment_entry": draw.commitment_entry},
        {"offer_id": draw.offer_id},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            _other(draw, **changes)


def test_a_draw_that_an_earlier_version_froze_is_frozen_again(people: Cast, log: Log) -> None:
    """Its conditions cannot fix what that version did not write down, and after the commitment nothing is added."""
    draw = draw_scenes.committed(people, log)
    other = _other(draw, groups=None)

    with pytest.raises(DrawRefused, match="升级前冻结的") as refused:
        draws.commit(draw=other, actor=people.actor("陈"), at=FREEZE_AT)

    assert refused.value.code == "refreeze"
