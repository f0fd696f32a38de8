"""Freeze, unfreeze, commit and witness."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from onevisit.core.draw import forms
from onevisit.core.lifecycle import WrongState
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import DepartmentKey, Draw
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.offers.models import Offer, PartApproval
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import FREEZE_AT, T0, Log


def test_a_freeze_fixes_one_frame_for_every_department(people: Cast) -> None:
    draw = draw_scenes.frozen(people)

    manifest = forms.parse_manifest(data=bytes(draw.manifest or b""))
    assert {item.namespace for item in manifest.items} == {"obj"}
    assert len({(item.frame_sha256, item.strata) for item in manifest.items}) == 1
    assert len({bytes(item.frame or b"") for item in draw.items.all()}) == 1
    assert manifest.digest == draw.manifest_digest
    assert LedgerEntry.objects.filter(event="draw.frozen", subject=str(draw.pk)).count() == 1


def test_no_freeze_without_every_department_s_own_approval(people: Cast) -> None:
    draw = draw_scenes.committed_keys(people)
    PartApproval.objects.filter(offer_id=draw.offer_id, department__short_name="市应急局").update(state="submitted")

    with pytest.raises(DrawRefused, match="市应急局"):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)


def test_no_freeze_without_every_key_commitment_nor_by_anybody_else_nor_too_late(people: Cast) -> None:
    draw = draw_scenes.committed_keys(people)

    with pytest.raises(MayNot):
        draws.freeze(draw=draw, actor=people.actor("林"), at=FREEZE_AT)
    with pytest.raises(DrawRefused, match="不足 10 分钟"):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=T0)
    DepartmentKey.objects.filter(draw=draw, department__short_name="市消防支队").delete()
    with pytest.raises(DrawRefused, match="市消防支队尚未提交密钥承诺"):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)


def test_a_sealed_draw_opens_30_days_after_the_inspection_and_never_after_180_days(people: Cast) -> None:
    draw = draw_scenes.committed_keys(people)
    day = T0.date() + timedelta(days=179)
    Offer.objects.filter(pk=draw.offer_id).update(ends_on=T0.date() + timedelta(days=180))
    fresh = Draw.objects.get(pk=draw.pk)
    with pytest.raises(DrawRefused, match="封存最长 180 天，2027-05-17 须公开"):
        draws.freeze(draw=fresh, actor=people.actor("陈"), at=FREEZE_AT)

    Offer.objects.filter(pk=draw.offer_id).update(ends_on=day)
    held = draws.freeze(draw=fresh, actor=people.actor("陈"), at=FREEZE_AT)
    assert held.opens_by == T0 + timedelta(days=180)
    back = draws.unfreeze(draw=held, reason="发现名单中有一户已注销", actor=people.actor("陈"), at=FREEZE_AT)
    Offer.objects.filter(pk=draw.offer_id).update(ends_on=T0.date() + timedelta(days=9))
    again = draws.freeze(draw=back, actor=people.actor("陈"), at=FREEZE_AT)

    shanghai = ZoneInfo("Asia/Shanghai")
    assert again.opens_by == datetime.combine(T0.date() + timedelta(days=39), time(18), tzinfo=shanghai)


def test_a_freeze_can_be_undone_until_it_is_committed(people: Cast) -> None:
    draw = draw_scenes.frozen(people)

    back = draws.unfreeze(draw=draw, reason="发现名单中有一户已注销", actor=people.actor("陈"), at=FREEZE_AT)
    again = draws.freeze(draw=back, actor=people.actor("陈"), at=FREEZE_AT)
    draws.commit(draw=again, actor=people.actor("陈"), at=FREEZE_AT)

    with pytest.raises(WrongState):
        draws.unfreeze(draw=again, reason="发现名单中有一户已注销", actor=people.actor("陈"), at=FREEZE_AT)


def test_a_commitment_is_public_and_waits_until_the_log_has_signed_it(people: Cast, log: Log) -> None:
    draw = draw_scenes.waiting(people)

    assert draws.witness(draw=draw, at=FREEZE_AT).state == "waiting"
    log.step()
    assert draws.witness(draw=draw, at=FREEZE_AT).state == "committed"

    entry = LedgerEntry.objects.get(pk=draw.commitment_entry)
    assert (entry.event, entry.is_public) == ("draw.committed", True)
    assert f'"digest":"{draw.manifest_digest}"' in bytes(entry.payload).decode()


def test_a_commitment_comes_600_seconds_before_t0_at_the_latest(people: Cast) -> None:
    draw = draw_scenes.frozen(people)

    with pytest.raises(DrawRefused, match="不足 10 分钟"):
        draws.commit(draw=draw, actor=people.actor("陈"), at=draw_scenes.TYPE_AT)
    with pytest.raises(MayNot):
        draws.commit(draw=draw, actor=people.actor("公"), at=FREEZE_AT)
