"""What each kind of record needs so that its row can be changed behind the screens: short walks through the verbs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from procrastinate import testing
from procrastinate.contrib.django import procrastinate_app

from onevisit.stages.draws import documents
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, DrawnSlot
from onevisit.stages.findings import proofs
from onevisit.stages.findings import services as findings
from onevisit.stages.offers import services as offers
from onevisit.stages.plans import services as plans
from onevisit.stages.publication import requests, statements, typical_cases
from onevisit.stages.publication import services as publication
from onevisit.stages.registers import dossier, experts, letters
from onevisit.stages.registers import services as registers
from onevisit.stages.registers.services import CityProfile
from onevisit.stages.visits import services as visits
from onevisit.stages.visits.models import BusinessKey, Inspection, Submission
from onevisit.support import clock
from onevisit.support.attachments import services as attachments
from onevisit.support.deadlines import services as deadlines
from onevisit.support.identity import services as identity
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.identity.models import Post
from onevisit.support.ledger import adopting
from onevisit.support.ledger.cosigning import Answer
from onevisit.support.ledger.models import LedgerEntry
from onevisit.watch.oversight import services as oversight
from onevisit.watch.oversight.chain import chain_of
from onevisit.web.exchange import outbox
from onevisit.web.exchange.models import OutboundMessage
from onevisit.web.ui import exports
from tests import alert_scenes, draw_scenes, finding_scenes, scenes, visit_scenes, voice_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import DIGITS, EVIDENCE, FREEZE_AT, KEY_AT, T0, Beacon, Log
from tests.stages.draws import test_infeasible
from tests.stages.draws.lodgers import Lodgers
from tests.stages.draws.test_infeasible import _more_inspectors as more_inspectors
from tests.stages.offers import joins
from tests.stages.publication import scene
from tests.stages.registers import records
from tests.stages.visits import test_badge_key_register as badge
from tests.stages.visits import test_sign_as_party as party
from tests.support.deadlines import test_rules, test_terms
from tests.support.ledger.test_quorum import make, policy_file

REASON = "登记住所为空置商铺，邻居称半年前已搬走"
UNCLEAR = "第三组念作 12de，大屏上是 12dc，两处不一致"
ORDER_AT, ROUND_T0 = T0 + timedelta(hours=1), T0 + timedelta(hours=2)


@dataclass(frozen=True)
class Stage:
    """What a walk may use."""

    people: Cast
    folder: Path
    monkeypatch: pytest.MonkeyPatch
    settings: object


Walk = Callable[[Stage], object]


def recused(stage: Stage) -> None:
    """A draw in preparation: one inspector stays away from one target, and a department's way is chosen."""
    draw = draw_scenes.prepared(stage.people)
    item = next(item for item in draw_scenes.items_of(draw) if item.department.short_name == "市商务局")
    draws.staff(item=item, mode="mixed", actor=stage.people.actor("陈"), at=AT)
    draws.recuse(
        item=item,
        inspector_id=scenes.inspector_ids(stage.people, "市商务局")[0],
        target_id=documents.ground_of(draw).rows[0].target_id,
        reason="RELATIVE",
        actor=stage.people.actor("林"),
        at=AT,
    )


def refused(stage: Stage) -> None:
    """A draw in preparation whose small strata a second organ did not agree to at first."""
    people = stage.people
    draw = draw_scenes.prepared(people)
    draws.ask_consent(draw=draw, reason=draw_scenes.NARROW_REASON, actor=people.actor("陈"), at=AT)
    draws.refuse_consent(draw=draw, reason="请先合并 D 层与未分类层再来申请", actor=people.actor("司"), at=AT)
    draw_scenes.consent_to_narrow(draw, people)


def lodged(stage: Stage) -> None:
    """A frozen draw whose files one witness has, and another one not yet."""
    log = Log(stage.folder / "keys")
    stage.monkeypatch.setattr(clock, "now", lambda: FREEZE_AT)
    witnesses = Lodgers(stage.folder, "audit", "court", lodge=2)
    witnesses.answers["court"] = Answer(0, "down")
    draw_scenes.frozen(stage.people)
    log.step()
    assert witnesses.errand().run() == 1


def combined(stage: Stage) -> None:
    """A draw whose shares were checked and rejected, and one key of which was combined."""
    people = stage.people
    draw = draw_scenes.sourced(people, Log(stage.folder / "keys"))
    lost, *others = draw_scenes.items_of(draw)
    kept = draw.share_deposits.get(party=others[0].item).shares.order_by("holder")
    for answer, share in zip(("opened", "rejected"), kept, strict=False):
        holder = next(item for item in draw_scenes.items_of(draw) if item.item == share.holder)
        given: dict[str, Any] = {"opened": [], "rejected": {}}
        given[answer] = [str(share.pk)] if answer == "opened" else {str(share.pk): "UNREADABLE"}
        draws.check_shares(item=holder, **given, actor=people.actor(draw_scenes.clerk_of(holder)), at=KEY_AT)
    useless = str(draw.share_deposits.get(party=others[3].item).pk)
    draws.verify_shares(draw=draw, verified=[], rejected={useless: "COMMITMENT"}, actor=people.actor("司"), at=KEY_AT)
    for item in others[:2]:
        draw_scenes.open_share(item, people, lost.item)
    draw_scenes.open_share(others[2], people, lost.item, key=draw_scenes.key_of(lost.item))


def followed(stage: Stage) -> None:
    """A draw in preparation whose escrow was silent, so that the next organ of the order took over."""
    people = stage.people
    draw_scenes.oversight(people, code="350200-JW", short_name="市纪委监委", name="纪")
    draw = draw_scenes.prepared(people)
    for item in draw_scenes.items_of(draw):
        draw_scenes.commit_key(item, people)
    draw_scenes.hold_escrow(draw, people)
    draw_scenes.deposit_shares(draw_scenes.items_of(draw)[0], people)
    draw_scenes.take_escrow(draw, people, by="纪", at=AT + timedelta(days=2))


def repeated(stage: Stage) -> None:
    """A draw that fell short, and the number under which its officer half is drawn again."""
    people = stage.people
    short = test_infeasible._short(people, Log(stage.folder / "keys"))
    reason = "市商务局已增加提名人员两名"
    draws.repeat(draw=short, t0=T0 + timedelta(days=8), reason=reason, actor=people.actor("陈"), at=T0)


def voided(stage: Stage) -> None:
    """A committed draw that a second organ gave up."""
    draw = draw_scenes.committed(stage.people, Log(stage.folder / "keys"))
    for proposed in range(2):
        if proposed:
            draws.withdraw_void(draw=draw, actor=stage.people.actor("陈"), at=draw_scenes.FREEZE_AT)
        _propose_void(stage, draw)
    draws.void(draw=draw, actor=stage.people.actor("公"), at=draw_scenes.FREEZE_AT)


def _propose_void(stage: Stage, draw: Draw) -> None:
    draws.propose_void(
        draw=draw,
        reason="FRAME_DEFECT",
        words="抽取池漏列翔安区 12 户加油站，须重新冻结",
        evidence_sha256=EVIDENCE,
        actor=stage.people.actor("陈"),
        at=draw_scenes.FREEZE_AT,
    )


def replaced(stage: Stage) -> None:
    """A draw with an attestation, a published value, drawn officers and a replacement round."""
    own, people = Beacon(stage.monkeypatch), stage.people
    draw = draw_scenes.sealed_with_beacon(people, Log(stage.folder / "keys"), own)
    print_ = draws.fingerprint_of(draw)
    draws.attest(draw=draw, fingerprint=print_, is_agreed=False, reason=UNCLEAR, actor=people.actor("公"), at=T0)
    asked = draws.request_replacement(
        draw=draw,
        target_id=_in_a_large_stratum(draw),
        reason="NOT_FOUND",
        words=REASON,
        evidence_sha256=EVIDENCE,
        actor=people.actor("林"),
        at=ORDER_AT,
    )
    draws.confirm_replacement(request=asked, actor=people.actor("公"), at=ORDER_AT)
    draws.order(draw=draw, t0=ROUND_T0, actor=people.actor("陈"), at=ORDER_AT)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name, digits=DIGITS[::-1], at=ROUND_T0 - timedelta(minutes=5))
    draws.carry_value(draw=draw, signature=own.at(ROUND_T0), actor=people.actor("公"), at=ROUND_T0)
    draws.replace(draw=draw, actor=people.actor("陈"), at=ROUND_T0)


def swapped(stage: Stage) -> None:
    """A draw with two requests to replace an officer, one agreed to and one not."""
    people = stage.people
    more_inspectors(people, "林三", "林四", "林五")
    draw = draw_scenes.sealed_with_beacon(people, Log(stage.folder / "keys"), Beacon(stage.monkeypatch))
    own = DrawnSlot.objects.filter(draw=draw, department=people.departments["市商务局"])
    agreed, declined = (
        draws.request_swap(
            slot=slot,
            is_begun=False,
            reason="ON_LEAVE",
            words="急性阑尾炎住院手术，病假两周",
            evidence_sha256=EVIDENCE,
            actor=people.actor("林"),
            at=ORDER_AT,
        )
        for slot in own.order_by("target__object_id", "slot")[:2]
    )
    draws.confirm_swap(swap=agreed, is_begun=False, actor=people.actor("公"), at=ORDER_AT)
    draws.refuse_swap(swap=declined, words="病假到下周一为止，检查在下周三", actor=people.actor("司"), at=ORDER_AT)


def _in_a_large_stratum(draw: Draw) -> UUID:
    slots = DrawnSlot.objects.filter(draw=draw, target__credit_risk_class="A").order_by("target__object_id")
    return slots[0].target_id


def joined(stage: Stage) -> None:
    """An offer that one organ joined, one accepted and one declined."""
    people = stage.people
    offer = joins.sent_to_three(people)
    offers.accept_join(join=joins.asked(people, offer), actor=people.actor("林"), at=AT)
    offers.accept(reply=scenes.reply_of(offer, people, "市市监局"), actor=people.actor("王"), at=AT, officers_count=3)


def extended(stage: Stage) -> None:
    """An offer for which a sixth organ was asked for and allowed."""
    people = stage.people
    offer = scenes.drafted(people)
    extra = offers.extend(
        offer=offer,
        department=scenes.sixth_in_cluster(people, offer),
        reason="加油站便利店的消防设施须一并检查，避免再次入企",
        actor=people.actor("林"),
        at=AT,
    )
    offers.allow(extra=extra, opinion="", actor=people.actor("陈处"), at=AT)  # type: ignore[arg-type]  # the sixth


def corrected(stage: Stage) -> None:
    """A visit with a problem that was ordered to be corrected, proved, and is to be looked at on the spot."""
    finding = finding_scenes.proved(stage.people)
    later = AT + timedelta(days=10)
    proofs.revisit(
        finding=finding,
        on=later.date() + timedelta(days=2),
        reason="照片看不清铅封编号",
        actor=stage.people.actor("林"),
        at=later,
    )


def revoked(stage: Stage) -> None:
    """An order to correct that the head took back."""
    finding = finding_scenes.ordered(stage.people)
    reason = "陈述申辩成立，检定记录属实"
    findings.revoke(finding=finding, reason=reason, actor=stage.people.actor("林局"), at=AT + timedelta(days=9))


def signed(stage: Stage) -> None:
    """A part that the inspected party signed on its own phone, a recusal declined before, and a phone's badge key."""
    phone = visit_scenes.phone(stage.people, visit_scenes.dispatched(stage.people), "市商务局")
    phone.send("recusal", {"text": "股东是本人近亲属"})
    visits.decline_recusal(
        submission=Submission.objects.get(kind="recusal"),
        reason="股权已于去年转让，不影响公正检查",
        actor=stage.people.actor("林局"),
        at=phone.now,
    )
    phone.enter()
    phone.answer_all(problems=1)
    party.sign(phone)
    visits.dispute_signature(
        code_id=party.code(phone).pk,
        inspection_id=phone.inspection.pk,
        key_id=BusinessKey.objects.get(target=phone.inspection.visit.target, revoked_at__isnull=True).pk,
        words="这不是本单位人员签的字，请核对笔迹",
        at=AT,
    )
    visits.register_badge_key(device="d1", public_key=badge.public(), actor=stage.people.actor("林一"), at=AT)


def shown(stage: Stage) -> None:
    """A released result with its credit record, its message to another system, a reply and a typical case."""
    people = stage.people
    stage.settings.VAR = stage.folder  # type: ignore[attr-defined]  # django's settings
    released = scene.released(people)
    publication.collect(publication=released, at=AT)
    with procrastinate_app.current_app.replace_connector(testing.InMemoryConnector()):
        outbox.queue(entry_id=str(LedgerEntry.objects.get(event="credit.collected").pk), at=AT)
        outbox.deliver(message_id=str(OutboundMessage.objects.order_by("system")[0].pk), at=AT)
    typical_cases.propose(
        publication=released,
        department_id=people.departments["市商务局"].pk,
        title="铅封损坏案",
        words="某加油站一支加油枪的计量铅封损坏，责令改正后当日更换并重新检定合格",
        actor=people.actor("林"),
        at=AT,
    )
    requests.answer(
        request=voice_scenes.asked(people),
        words="已核实，感谢来信",
        actor=people.actor("林局"),
        at=AT + timedelta(days=1),
    )


def stated(stage: Stage) -> None:
    """A statement of the business that was adopted, and one that was not."""
    people = stage.people
    for decide, words in ((requests.adopt_statement, "检定记录属实"), (requests.reject_statement, "日期不符")):
        decide(request=voice_scenes.statement(people), words=words, actor=people.actor("林局"), at=AT)
    head, further = people.actor("林局"), voice_scenes.statement(people)
    requests.hold_statement(request=further, actor=people.actor("司"), at=AT)
    approved = scene.approved(people, number="350200-2026-V0009")
    last = voice_scenes.statement(people, visit=approved.visit)
    statements.send_back(publication=approved, actor=head, at=AT)
    for request in (further, last):
        requests.reject_statement(request=request, words="日期不符", actor=head, at=AT)


def alarmed(stage: Stage) -> None:
    """An alert that its department explained, a rule with another last day, and an opinion."""
    people = stage.people
    alert = alert_scenes.explained(people)
    oversight.renew(
        rule=alert.rule,
        expires_on=AT.date() + timedelta(days=90),
        owner=alert.rule.owner,
        reason="继续使用",
        actor=people.actor("司"),
        at=AT,
    )
    chain = chain_of(Inspection.objects.all()[0].visit.number)
    assert chain is not None
    oversight.write_opinion(chain=chain, words="请补充", actor=people.actor("司"), at=AT)


def imported(stage: Stage) -> None:
    """Two imports, two records that were merged, and a key for the business."""
    merge = records.merged(stage.people)
    visits.issue_business_keys(target_ids=[merge.kept_id], actor=stage.people.actor("陈"), at=AT)


def administered(stage: Stage) -> None:
    """A rule, a paused and resumed term, a renamed organ, a substitution, a file, and an export."""
    people = stage.people
    stage.settings.VAR = stage.folder  # type: ignore[attr-defined]  # django's settings
    test_rules.change(people)
    term, head = test_terms.start(people), people.actor("林局")
    deadlines.pause(deadline=term, reason="检测", actor=head, at=AT + timedelta(days=1))
    deadlines.resume(deadline=term, actor=head, at=AT + timedelta(days=8))
    organ = people.departments["市商务局"]
    identity.rename(
        department=organ,
        name="厦门市商务和投资局",
        short_name="市商务投资局",
        from_on=AT.date(),
        actor=people.actor("运"),
        at=AT,
    )
    identity.delegate(
        post=Post.objects.get(officer=people.officers["林局"], role="approver"),
        to_officer=people.officers["林"],
        valid_from=AT.date(),
        valid_to=AT.date() + timedelta(days=3),
        reason="出差",
        actor=head,
        at=AT,
    )
    attachments.store(
        subject_type="visit",
        subject="1",
        content=b"%PDF-1.7",
        mime="application/pdf",
        title="报告",
        actor=SYSTEM,
        at=AT,
    )
    profile = CityProfile(
        key="x", name="X市", region_code="350200", platform="X", pilot="", regions={}, policy_documents=[], version=3
    )
    registers.configure_city(profile=profile, actor=SYSTEM, at=AT)
    exports.ask(name="settings.organs", query="", columns=[], actor=people.actor("运"), at=AT)


def watched(stage: Stage) -> None:
    """A ledger with a policy."""
    log = Log(stage.folder / "keys")
    adopting.adopt(data=policy_file(make("audit", "court"), needed=2), own=(), actor=SYSTEM, at=AT)
    log.step()


def kept_beside(stage: Stage) -> None:
    """Send a letter, enter a complaint and a supply, suspend an expert, and rewrite a checklist."""
    people = stage.people
    organ, clerk = people.departments["市商务局"], people.actor("林")
    target = records.target(people)
    back = records.drafted_letter(people)
    letters.send_back(letter=back, reason="写明编号", actor=people.actor("林局"), at=AT)
    letters.redraft(letter=back, facts="1 号加油机铅封破损。", actor=clerk, at=AT)
    records.letter(people)
    dossier.register_complaint(
        target=target,
        department=organ,
        channel="12345",
        number="HL-1",
        received_on=AT.date(),
        matter="油品质量",
        summary="",
        actor=clerk,
        at=AT,
    )
    dossier.register_supply(
        supplier=records.site(people),
        buyer=target,
        goods="汽油",
        valid_from=AT.date(),
        source="台账",
        department=organ,
        actor=clerk,
        at=AT,
    )
    experts.suspend(expert=records.expert(people), reason="调离", actor=clerk, at=AT)
    records.edited_item(people)


def consulted(stage: Stage) -> None:
    """Let a department annotate a draft whose meeting has its minutes."""
    campaign = scenes.minuted(stage.people).campaign
    plans.annotate(campaign=campaign, section="goal", words="写明基数", actor=stage.people.actor("何"), at=AT)
