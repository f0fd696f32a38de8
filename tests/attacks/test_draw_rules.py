"""Attacks on the rules around the protocol: refused by the application, or betrayed by a figure everybody can read."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from onevisit.core.draw import forms
from onevisit.core.lifecycle import WrongState
from onevisit.stages.draws import documents, readiness
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import DepartmentKey, Draw, DrawnSlot, DrawRound
from onevisit.stages.draws.pool import directed, narrow
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.sources import declaring
from onevisit.stages.offers.models import Offer
from onevisit.stages.plans.models import ClusterTarget
from onevisit.stages.registers.models import Inspector, Interest
from onevisit.support.identity.actors import SYSTEM, MayNot
from onevisit.support.identity.roles import Role
from onevisit.support.ledger.models import LedgerEntry
from onevisit.watch.oversight import services as oversight
from tests import cast, draw_scenes, scenes
from tests.cast import AT, Cast
from tests.draw_scenes import DIGITS, EVIDENCE, FREEZE_AT, KEY_AT, T0, Beacon, Log

WORDS = "登记住所为空置商铺，邻居称半年前已搬走"


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    """A log that signs when the test says so."""
    return Log(tmp_path / "log")


def _manifest(draw: Draw) -> dict[str, object]:
    found: dict[str, object] = json.loads(bytes(draw.manifest or b""))
    return found


def test_digits_are_never_typed_once_a_key_is_in(people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    Beacon(monkeypatch)
    draw = draw_scenes.keyed_with(people, log, ("ceremony", "drand"))
    first = draw.source_values.get(position=0)

    for moment in (KEY_AT, T0, T0 + timedelta(minutes=1)):
        with pytest.raises(DrawRefused):
            draw_scenes.type_value(draw, people, by="周", digits=DIGITS[::-1], at=moment)
    with pytest.raises(IntegrityError), transaction.atomic():
        draw.source_values.create(position=0, value={}, fixed_at=T0)

    assert draw.source_values.get(position=0).value == first.value


def test_a_key_never_comes_before_the_values_of_the_room_are_logged_and_seen(people: Cast, log: Log) -> None:
    draw = draw_scenes.typed(people, log)
    item = draw_scenes.items_of(draw)[0]

    with pytest.raises(WrongState):
        draw_scenes.hand_key(item, people)
    draws.source(draw=draw, actor=people.actor("陈"), at=KEY_AT)
    with pytest.raises(DrawRefused, match="尚未见证"):
        draw_scenes.hand_key(item, people)


def test_a_lottery_value_older_than_the_freeze_is_no_source(people: Cast, log: Log) -> None:
    for issue in ("2026290", "2025318"):
        with pytest.raises(DrawRefused, match="期"):
            draw_scenes.prepared(people, sources=("cwl-kl8",), issues={"cwl-kl8": issue})


def test_an_issue_of_the_other_lottery_that_was_certainly_drawn_is_no_source(people: Cast) -> None:
    with pytest.raises(DrawRefused, match="双色球开奖号码在 T0 之前早已开奖"):
        draw_scenes.prepared(people, sources=("ceremony", "cwl-ssq"), issues={"cwl-ssq": "2026100"})


@pytest.mark.parametrize(
    ("type_", "day", "clock", "is_known"),
    [
        ("cwl-kl8", 18, (21, 15), False),
        ("cwl-kl8", 18, (21, 16), True),
        ("cwl-kl8", 18, (22, 0), True),
        ("cwl-kl8", 19, (0, 0), True),
        ("cwl-kl8", 19, (11, 59), True),
        ("cwl-kl8", 19, (12, 0), False),
        ("cwl-ssq", 19, (22, 0), True),  # a Thursday
        ("cwl-ssq", 18, (22, 0), False),  # a Wednesday: nothing is drawn
        ("cwl-ssq", 20, (9, 0), True),  # the morning after the Thursday
        ("cwl-ssq", 19, (9, 0), False),
    ],
)
def test_a_lottery_is_no_source_of_a_draw_whose_keys_come_when_its_numbers_are_out(
    type_: str, day: int, clock: tuple[int, int], is_known: bool
) -> None:
    """T0 is the time of its draw: with 22:00 and that evening's issue the numbers are public before the last key."""
    t0 = T0.replace(day=day, hour=clock[0], minute=clock[1])
    given = {"types": ("ceremony", type_), "issues": {type_: "2026330" if type_ == "cwl-kl8" else "2026135"}, "t0": t0}
    if not is_known:
        return declaring.check(**given)  # type: ignore[arg-type]
    with pytest.raises(DrawRefused, match="T0 之前号码已经公布，而各部门还在交密钥。请把 T0 改到") as refused:
        declaring.check(**given)  # type: ignore[arg-type]
    assert refused.value.field == "t0"
    return None


def test_no_draw_is_prepared_for_the_hour_after_the_lottery(people: Cast) -> None:
    how = {"sources": ("ceremony", "cwl-kl8"), "issues": {"cwl-kl8": "2026330"}, "salt": draw_scenes.SALT}
    how |= {"actor": people.actor("陈"), "at": AT}
    offer = scenes.ready(people)
    with pytest.raises(DrawRefused, match="2026-11-18 21:15 开奖"):
        draws.prepare(offer_id=offer.pk, t0=T0.replace(hour=22), **how)  # type: ignore[arg-type]
    assert draws.prepare(offer_id=offer.pk, t0=T0.replace(hour=21), **how).t0.hour == 21  # type: ignore[arg-type]


def _older(people: Cast) -> Draw:
    return Draw.objects.create(
        number="350200-LX-2025-0001",
        sequence=1,
        year=2025,
        organiser=people.departments["领导小组办公室"],
        title="先前的抽取",
        state="opened",
        created_at=AT,
    )


def _takes(draw: Draw, *, issue: str) -> None:
    draw.source_values.create(position=0, value={"type": "cwl-kl8", "issue": issue}, fixed_at=AT)


def test_an_issue_whose_numbers_another_draw_has_taken_is_no_source(people: Cast) -> None:
    offer = scenes.ready(people)
    _takes(_older(people), issue="2026318")
    given = {"offer_id": offer.pk, "t0": T0, "salt": draw_scenes.SALT, "actor": people.actor("陈"), "at": AT}

    for issue in ("2026317", "2026318"):
        with pytest.raises(DrawRefused, match="已经开奖"):
            draws.prepare(**given, sources=("ceremony", "cwl-kl8"), issues={"cwl-kl8": issue})
    draws.prepare(**given, sources=("ceremony", "cwl-kl8"), issues={"cwl-kl8": "2026319"})


def test_an_issue_whose_numbers_another_draw_takes_after_the_preparation_is_neither_frozen_nor_committed(
    people: Cast,
) -> None:
    how = {"sources": ("ceremony", "cwl-kl8"), "issues": {"cwl-kl8": "2026318"}}
    draw, office = draw_scenes.committed_keys(people, **how), people.actor("陈")
    older = _older(people)
    _takes(older, issue="2026319")

    with pytest.raises(DrawRefused, match="已经开奖"):
        draws.freeze(draw=draw, actor=office, at=FREEZE_AT)
    with pytest.raises(DrawRefused, match="已经开奖"):
        draws.reschedule(draw=draw, t0=T0, actor=office, at=AT)
    older.source_values.all().delete()
    frozen = draws.freeze(draw=draw, actor=office, at=FREEZE_AT)
    _takes(older, issue="2026318")

    with pytest.raises(DrawRefused, match="已经开奖") as refused:
        draws.commit(draw=frozen, actor=office, at=FREEZE_AT)
    assert refused.value.code == "known"


def test_an_issue_that_may_be_too_old_is_flagged_to_everybody(people: Cast, log: Log) -> None:
    early = draw_scenes.keyed_with(people, log, ("ceremony", "cwl-kl8"), issues={"cwl-kl8": "2026315"})

    page = Client().get(f"/open/draws/{early.number}").content.decode()

    assert "快乐8 开奖号码第 2026315 期最早可能在 2026-11-11 21:15 开奖，早于 T0" in page
    assert declaring.doubtful(types=("cwl-kl8",), issues={"cwl-kl8": "2026322"}, t0=T0) == []


def test_what_cannot_be_refused_of_a_lottery_stands_in_the_manifest(people: Cast, log: Log) -> None:
    draw = draw_scenes.keyed_with(people, log, ("ceremony", "cwl-kl8"), issues={"cwl-kl8": "2026315"})

    manifest = _manifest(draw)

    assert manifest["sources"][1] == {"type": "cwl-kl8", "issue": "2026315"}  # type: ignore[index]
    assert manifest["t0"] == "2026-11-18T15:00:00+08:00"


def test_a_round_has_one_order_and_nobody_keeps_the_best_of_several(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Beacon(monkeypatch)
    draw = draw_scenes.sealed_with_beacon(people, log, own)
    target = DrawnSlot.objects.filter(draw=draw).order_by("target__object_id")[0].target_id
    request = draws.request_replacement(
        draw=draw,
        target_id=target,
        reason="NOT_FOUND",
        words=WORDS,
        evidence_sha256=EVIDENCE,
        actor=people.actor("林"),
        at=T0,
    )
    draws.confirm_replacement(request=request, actor=people.actor("公"), at=T0)
    first = draws.order(draw=draw, t0=T0 + timedelta(hours=1), actor=people.actor("陈"), at=T0)

    for minutes in range(61, 71):
        with pytest.raises(DrawRefused, match="还没有抽取"):
            draws.order(draw=draw, t0=T0 + timedelta(minutes=minutes), actor=people.actor("陈"), at=T0)
    with pytest.raises(IntegrityError), transaction.atomic():
        DrawRound.objects.create(
            draw=draw, number=first.number, t0=T0, order=b"{}", order_digest="ab" * 32, ordered_at=T0
        )

    assert LedgerEntry.objects.filter(event="draw.ordered", is_public=True).count() == 1


def test_a_number_has_one_manifest(people: Cast, log: Log) -> None:
    draw = draw_scenes.committed(people, log)

    with pytest.raises(WrongState):
        draws.commit(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    with pytest.raises(WrongState):
        draws.unfreeze(draw=draw, reason="名单有误，需要重新整理一遍", actor=people.actor("陈"), at=FREEZE_AT)
    with pytest.raises(WrongState):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Draw.objects.create(
            number=draw.number, sequence=99, year=2026, organiser=draw.organiser, title="x", created_at=AT
        )

    assert LedgerEntry.objects.filter(event="draw.committed").count() == 1


def test_recusing_everybody_from_a_friend_stops_the_freeze(people: Cast) -> None:
    draw = draw_scenes.committed_keys(people)
    item = next(item for item in draw_scenes.items_of(draw) if item.department.short_name == "市商务局")
    friend = documents.ground_of(draw).rows[0]
    for inspector_id in scenes.inspector_ids(people, "市商务局"):
        draws.recuse(
            item=item,
            inspector_id=inspector_id,
            target_id=friend.target_id,
            reason="INTEREST",
            actor=people.actor("林"),
            at=AT,
        )

    with pytest.raises(DrawRefused, match=f"{friend.name}：市商务局回避后只剩 0 人"):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)


def test_a_relation_that_the_register_knows_counts_without_being_registered_again(people: Cast) -> None:
    scenes.registers(people)
    people.officers["林三"] = cast.officer(
        name="林三", department=people.departments["市商务局"], roles=(Role.INSPECTOR,)
    )
    scenes.inspector(people=people, name="林三")
    draw = draw_scenes.committed_keys(people)
    ground = documents.ground_of(draw)
    first = Inspector.objects.get(officer=people.officers["林一"])
    friend = ground.rows[0]
    Interest.objects.create(inspector=first, target_id=friend.target_id, reason="曾在该企业任职", declared_at=AT)

    assert documents.recused_pairs(draw, ground) == {(friend.target_id, first.pk): "FORMER_POST"}

    second = Inspector.objects.get(officer=people.officers["林二"])
    Interest.objects.create(inspector=second, target_id=friend.target_id, reason="亲属任职", declared_at=AT)
    found = readiness.of_draw(draw, documents.ground_of(draw), at=FREEZE_AT)
    assert any(
        friend.name in words and "回避后只剩 2 人，每户需 2 人，另须有 1 人备选" in words for words in found.blockers
    )
    assert len(documents.recused_pairs(draw, ground)) == 2


def test_a_stratum_of_one_needs_a_second_organ_and_is_published(people: Cast) -> None:
    draw = draw_scenes.prepared(people)
    for item in draw_scenes.items_of(draw):
        draw_scenes.commit_key(item, people)
    draw_scenes.share_keys(draw, people)
    draw_scenes.approve_exclusions(draw, people)

    with pytest.raises(DrawRefused, match="须经公证或执法监督单位同意"):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    draw_scenes.consent_to_narrow(draw, people)
    frozen = draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)

    found = readiness.of_draw(frozen, documents.ground_of(frozen), at=FREEZE_AT)
    assert "D 层只有 1 户（少于 5 户）" in found.warnings
    items = _manifest(frozen)["items"]
    assert {"id": "D", "N": 1, "bp": 10000, "n": 1} in items[0]["strata"]  # type: ignore[index]
    (consent,) = narrow.consents_of(frozen)
    assert (consent.organ, consent.post, consent.places) == ("公证处", "公证", len(found.warnings))


def _replaced(people: Cast, log: Log, own: Beacon) -> tuple[Draw, DrawnSlot]:
    """Withdraw a drawn target as not found, with a second organ, and draw the round."""
    draw = draw_scenes.sealed_with_beacon(people, log, own)
    slot = DrawnSlot.objects.filter(draw=draw, target__credit_risk_class="A").select_related("target")[0]
    given = {"reason": "NOT_FOUND", "words": WORDS, "evidence_sha256": EVIDENCE}
    request = draws.request_replacement(draw=draw, target_id=slot.target_id, actor=people.actor("林"), at=T0, **given)
    with pytest.raises(DrawRefused, match="没有已经同意"):
        draws.order(draw=draw, t0=T0 + timedelta(hours=1), actor=people.actor("陈"), at=T0)
    draws.confirm_replacement(request=request, actor=people.actor("司"), at=T0)
    moment = T0 + timedelta(hours=1)
    draws.order(draw=draw, t0=moment, actor=people.actor("陈"), at=T0)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name, at=moment - timedelta(minutes=2))
    draws.carry_value(draw=draw, signature=own.at(moment), actor=people.actor("公"), at=moment)
    draws.replace(draw=draw, actor=people.actor("陈"), at=moment)
    draw.refresh_from_db()
    return draw, slot


def test_not_found_is_no_way_out_without_a_second_organ_and_stands_in_the_receipt(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw, slot = _replaced(people, log, Beacon(monkeypatch))

    (ordered,) = forms.parse_receipt(data=bytes(draw.receipt or b"")).orders
    (withdrawal,) = ordered.order.withdrawn
    assert (withdrawal.object_id, withdrawal.grounds.reason) == (slot.target.object_id, "NOT_FOUND")
    assert withdrawal.grounds.proposer != withdrawal.grounds.confirmer


def test_not_found_is_no_way_out_of_the_next_draw_which_draws_it_for_certain(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw, slot = _replaced(people, log, Beacon(monkeypatch))
    offer = scenes.ready(people)
    Offer.objects.filter(pk=offer.pk).update(starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 3))
    later, at = T0 + timedelta(days=8), T0 + timedelta(hours=2)
    following = draws.prepare(offer_id=offer.pk, t0=later, salt="6b" * 32, actor=people.actor("陈"), at=at)
    for item in draw_scenes.items_of(following):
        draw_scenes.commit_key(item, people, at=at)
    draw_scenes.approve_pool(following, people, at=at)
    row = ClusterTarget.objects.get(cluster_id=offer.cluster_id, target_id=slot.target_id)
    row.delete()
    with pytest.raises(DrawRefused, match=f"{slot.target.name}在 {draw.number} 中被替换"):
        draws.freeze(draw=following, actor=people.actor("陈"), at=later - timedelta(hours=2))
    row.save(force_insert=True)

    frozen = draws.freeze(draw=following, actor=people.actor("陈"), at=later - timedelta(hours=2))

    strata = _manifest(frozen)["items"][0]["strata"]  # type: ignore[index]
    assert {"id": "BACK", "N": 1, "bp": 10000, "n": 1} in strata
    assert f"{slot.target.object_id}|BACK\n".encode() in bytes(draw_scenes.items_of(frozen)[0].frame or b"")
    assert frozen.direction["returned"] == {"n": 1, "unfit": 0}


def test_a_key_that_was_used_in_another_draw_is_not_taken(people: Cast, log: Log) -> None:
    draw = draw_scenes.sourced(people, log)
    item = draw_scenes.items_of(draw)[0]
    other = Draw.objects.create(
        number="350200-LX-2025-0001",
        sequence=1,
        year=2025,
        organiser=draw.organiser,
        title="上年的抽取",
        state="opened",
        created_at=AT,
    )
    DepartmentKey.objects.create(
        draw=other,
        department=item.department,
        party=item.item,
        commitment="cd" * 32,
        key=draw_scenes.key_of(item.item),
        committed_at=AT,
        committed_by="x",
    )

    with pytest.raises(DrawRefused, match="已在另一次抽取中用过"):
        draw_scenes.hand_key(item, people)

    entry = LedgerEntry.objects.get(event="draw.key_reused")
    assert (entry.is_public, entry.subject) == (True, str(draw.pk))
    raised = oversight.look(actor=SYSTEM, at=KEY_AT, keys=("alert.key_reused",))
    assert [(alert.rule_id, alert.department_id) for alert in raised] == [("alert.key_reused", item.department_id)]


def test_a_void_after_t0_is_never_called_before_the_seed(people: Cast, log: Log) -> None:
    draw = draw_scenes.sourced(people, log)
    draws.propose_void(
        draw=draw,
        reason="KEY_MISSING",
        words="市消防支队的密钥未在规定时刻前交出",
        evidence_sha256=EVIDENCE,
        actor=people.actor("陈"),
        at=KEY_AT,
    )

    gone = draws.void(draw=draw, actor=people.actor("公"), at=T0 + timedelta(minutes=1))

    record = forms.parse_void(data=bytes(gone.void_record or b""))
    assert record.stage == "after-seed"
    assert '"stage":"after-seed"' in bytes(LedgerEntry.objects.get(event="draw.voided").payload).decode()


def test_from_t0_on_no_cause_of_before_the_seed_can_be_claimed_that_did_not_happen(people: Cast, log: Log) -> None:
    draw = draw_scenes.sourced(people, log)
    given = {"words": "市消防支队的密钥未在规定时刻前交出", "evidence_sha256": EVIDENCE, "actor": people.actor("陈")}

    for reason in ("SOURCE_MISSING", "NOT_WITNESSED"):
        with pytest.raises(DrawRefused, match="与本次抽取的实际情况不符"):
            draws.propose_void(draw=draw, reason=reason, at=T0, **given)
    draws.propose_void(draw=draw, reason="SOURCE_MISSING", at=T0 - timedelta(seconds=1), **given)
    with pytest.raises(DrawRefused, match="已到 T0"):
        draws.void(draw=draw, actor=people.actor("公"), at=T0)

    draw.refresh_from_db()
    assert draw.state == "sourced"
    assert not LedgerEntry.objects.filter(event="draw.voided").exists()


def test_a_dropped_business_is_missed_by_the_register_s_own_count_that_everybody_reads(people: Cast, log: Log) -> None:
    draw = draw_scenes.committed_keys(people)
    ground = documents.ground_of(draw)
    registered = len(ground.rows) + len(ground.excluded)
    dropped = next(row for row in ground.rows if row.stratum == "A")
    ClusterTarget.objects.filter(target_id=dropped.target_id).delete()
    draw_scenes.consent_to_narrow(draw, people)

    found = readiness.of_draw(draw, documents.ground_of(draw), at=FREEZE_AT)
    frozen = draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    draws.commit(draw=frozen, actor=people.actor("陈"), at=FREEZE_AT)
    log.step()
    draws.witness(draw=frozen, at=FREEZE_AT)

    assert any(f"现有 {registered} 户" in words and "少列 1 户" in words for words in found.warnings)
    item = _manifest(frozen)["items"][0]  # type: ignore[index]
    assert item["registry_n"] == registered - 1  # the organiser's own count tells nothing
    assert item["registry_n"] - sum(one["n"] for one in item["excluded"]) == item["n"]
    stated = json.loads(directed.file_of(frozen.direction))
    assert stated["register"] == {"counted": registered, "stated": registered - 1, "missing": 1, "beyond": 0}
    page = Client().get(f"/open/draws/{frozen.number}").content.decode()
    assert f"名录库自己的数是 {registered} 户；组织单位少列 1 户，多列 0 户" in page
    entry = LedgerEntry.objects.get(event="draw.directed", subject=str(frozen.pk), is_public=True)
    assert f'"digest":"{directed.digest_of(frozen.direction)}"' in bytes(entry.payload).decode()


def test_a_void_before_t0_is_no_way_to_another_list_or_another_officer(people: Cast, log: Log) -> None:
    draw = draw_scenes.committed(people, log)
    draws.propose_void(
        draw=draw,
        reason="KEY_MISSING",
        words="市消防支队的密钥未在规定时刻前交出",
        evidence_sha256=EVIDENCE,
        actor=people.actor("陈"),
        at=KEY_AT,
    )
    draws.void(draw=draw, actor=people.actor("公"), at=KEY_AT)
    again = draws.prepare(offer_id=draw.offer_id, t0=T0, salt="6b" * 32, actor=people.actor("陈"), at=AT)  # type: ignore[arg-type]
    for item in draw_scenes.items_of(again):
        draw_scenes.commit_key(item, people)
    friend = next(row for row in documents.ground_of(again).rows if row.stratum == "A")
    ClusterTarget.objects.filter(target_id=friend.target_id).delete()
    draw_scenes.approve_pool(again, people)

    with pytest.raises(DrawRefused, match=rf"与作废的 {draw.number}（.*）相比：名单增 0 减 1.*请改回原样"):
        draws.freeze(draw=again, actor=people.actor("陈"), at=FREEZE_AT)

    assert Draw.objects.get(pk=again.pk).state == "preparing"


def test_an_organ_of_the_draw_is_no_second_organ(people: Cast) -> None:
    draw = draw_scenes.prepared(people)
    draws.ask_consent(draw=draw, reason=draw_scenes.NARROW_REASON, actor=people.actor("陈"), at=AT)

    for organ in (draw.organiser, people.departments["市消防支队"]):
        people.officers["自己人"] = cast.officer(name="自己人", department=organ, roles=(Role.SUPERVISOR,))
        with pytest.raises(MayNot, match="不组织、不协调、不参加本次抽取"):
            draws.consent(draw=draw, actor=people.actor("自己人"), at=AT)
