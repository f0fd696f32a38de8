"""Attacks on what people's acts rest on: rows that stand for the moment of a gate, without the entry of the act."""

from datetime import timedelta
from pathlib import Path

import pytest

from onevisit.project import replay
from onevisit.stages.draws import documents
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import (
    Attestation,
    Draw,
    DrawnSlot,
    ExclusionApproval,
    NarrowConsent,
    Replacement,
    Swap,
)
from onevisit.stages.draws.pool import narrow, reconciling
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.support.identity.models import OrganKind
from tests import draw_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import EVIDENCE, FREEZE_AT, KEY_AT, NARROW_REASON, T0, Beacon, Log

ORDER_AT, ROUND_T0 = T0 + timedelta(hours=1), T0 + timedelta(hours=2)
WORDS = "登记住所为空置商铺，邻居称半年前已搬走"


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    """A log that signs when the test says so."""
    return Log(tmp_path / "log")


@pytest.fixture
def ready(db: None, people: Cast) -> Draw:
    """A draw that waits for approvals and consents only."""
    draw = draw_scenes.prepared(people)
    for item in draw_scenes.items_of(draw):
        draw_scenes.commit_key(item, people)
    draw_scenes.share_keys(draw, people)
    return draw


@pytest.fixture
def sealed(people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch) -> Draw:
    """A draw with rounds, whose result is sealed."""
    return draw_scenes.sealed_with_beacon(people, log, Beacon(monkeypatch))


def _freeze(draw: Draw, people: Cast) -> Draw:
    return draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)


def _consent_row(draw: Draw, people: Cast) -> NarrowConsent:
    places = narrow.places_of(draw, documents.ground_of(draw), on=AT.date())
    return NarrowConsent.objects.create(
        draw=draw,
        places=[place.token for place in places],
        reason=NARROW_REASON,
        requested_by=people.actor("陈").id,
        requested_at=AT,
        department=people.officers["公"].department,
        role="notary",
        consented_by=people.actor("公").id,
        consented_at=AT,
    )


def _target(draw: Draw) -> DrawnSlot:
    slots = DrawnSlot.objects.filter(draw=draw, target__credit_risk_class="A").order_by("target__object_id", "slot")
    return slots[0]


def _ask(draw: Draw, people: Cast) -> Replacement:
    return draws.request_replacement(
        draw=draw,
        target_id=_target(draw).target_id,
        reason="NOT_FOUND",
        words=WORDS,
        evidence_sha256=EVIDENCE,
        actor=people.actor("林"),
        at=ORDER_AT,
    )


def _order(draw: Draw, people: Cast) -> None:
    draws.order(draw=draw, t0=ROUND_T0, actor=people.actor("陈"), at=ORDER_AT)


def test_a_consent_that_is_a_row_for_the_moment_of_the_freeze_freezes_nothing(people: Cast, ready: Draw) -> None:
    draw_scenes.approve_exclusions(ready, people)
    row = _consent_row(ready, people)
    with pytest.raises(DrawRefused, match=r"须经公证或执法监督单位同意.*库中另有 1 条没有对应的留痕"):
        _freeze(ready, people)

    row.delete()
    draw_scenes.consent_to_narrow(ready, people)
    assert _freeze(ready, people).state == "frozen"


def test_a_consent_holds_for_the_places_organ_and_person_of_its_entry_only(people: Cast, ready: Draw) -> None:
    draw_scenes.approve_pool(ready, people)
    rows = NarrowConsent.objects.filter(draw=ready)
    held = rows.values("places", "department", "consented_by").get()
    assert narrow.unlogged_of(ready) == 0
    for changed in (
        {"places": [*held["places"], "few:X:1"]},
        {"department": people.departments["市商务局"]},
        {"consented_by": people.actor("陈").id},
    ):
        rows.update(**changed)
        with pytest.raises(DrawRefused, match="没有对应的留痕"):
            _freeze(ready, people)
        rows.update(**held)
    assert _freeze(ready, people).state == "frozen"


def test_the_consent_of_an_organ_that_has_a_part_in_the_draw_covers_nothing(people: Cast, ready: Draw) -> None:
    """The entry stands, but the organ that gave it takes part by now: it is no second one."""
    draw_scenes.approve_pool(ready, people)
    notary = NarrowConsent.objects.get(draw=ready).department
    assert notary is not None
    notary.kind = OrganKind.COORDINATION_OFFICE
    notary.save(update_fields=["kind"])

    with pytest.raises(DrawRefused, match="须经公证或执法监督单位同意"):
        _freeze(ready, people)


def test_an_approval_that_is_a_row_for_the_moment_of_the_freeze_drops_no_business(people: Cast, ready: Draw) -> None:
    draw_scenes.consent_to_narrow(ready, people)
    made = [
        ExclusionApproval.objects.create(
            draw=ready,
            reason=group.reason,
            count=group.count,
            list_sha256=group.list_sha256,
            words="同意",
            department=people.departments["领导小组办公室"],
            role="approver",
            approved_by=people.actor("陈处").id,
            approved_at=AT,
        )
        for group in reconciling.unapproved(reconciling.groups_of(ready, documents.ground_of(ready)))
    ]
    assert made
    with pytest.raises(DrawRefused, match=r"尚未批准.*没有对应的留痕"):
        _freeze(ready, people)

    draw_scenes.approve_exclusions(ready, people)
    assert reconciling.unlogged_of(ready) == 0
    assert _freeze(ready, people).state == "frozen"


def test_a_fingerprint_that_only_a_row_says_was_signed_gives_no_key(people: Cast, log: Log) -> None:
    draw = draw_scenes.sourced(people, log)
    log.step()
    item = draw_scenes.items_of(draw)[0]
    Attestation.objects.create(
        draw=draw,
        department=item.department,
        fingerprint=draw.manifest_digest,
        is_agreed=True,
        answered_by=people.actor(draw_scenes.clerk_of(item)).id,
        answered_at=KEY_AT,
    )
    with pytest.raises(DrawRefused, match="没有签认"):
        draws.hand_key(
            item=item,
            key=draw_scenes.key_of(item.item),
            actor=people.actor(draw_scenes.clerk_of(item)),
            at=KEY_AT,
        )

    signer = people.actor(draw_scenes.clerk_of(item))
    draws.attest(draw=draw, fingerprint=draw.manifest_digest, is_agreed=True, actor=signer, at=KEY_AT)
    draw_scenes.hand_key(item, people)
    assert draw.keys.get(party=item.item).handed_at == KEY_AT, "signed in earnest it is taken"


def test_a_replacement_that_only_a_row_says_was_agreed_to_is_not_ordered(people: Cast, sealed: Draw) -> None:
    request = _ask(sealed, people)
    Replacement.objects.filter(pk=request.pk).update(confirmed_at=ORDER_AT, confirmed_by=people.actor("公").id)
    with pytest.raises(DrawRefused, match="1 项替换、换人的同意没有对应的留痕"):
        _order(sealed, people)

    Replacement.objects.filter(pk=request.pk).update(confirmed_at=None, confirmed_by="")
    draws.confirm_replacement(request=request, actor=people.actor("公"), at=ORDER_AT)
    _order(sealed, people)
    assert sealed.rounds.count() == 1


def test_a_replacement_is_of_the_target_and_evidence_that_were_agreed_to(people: Cast, sealed: Draw) -> None:
    request = draws.confirm_replacement(request=_ask(sealed, people), actor=people.actor("公"), at=ORDER_AT)
    other = DrawnSlot.objects.filter(draw=sealed).exclude(target_id=request.target_id)[0]
    for changed in ({"target": other.target_id}, {"evidence_sha256": "0" * 64}, {"requested_by": "officer:x"}):
        was = Replacement.objects.filter(pk=request.pk).values(*changed).get()
        Replacement.objects.filter(pk=request.pk).update(**changed)
        with pytest.raises(DrawRefused, match="没有对应的留痕，或与留痕不符"):
            _order(sealed, people)
        if "target" in changed:
            nouns = tuple(noun for noun in replay.NOUNS if noun.name == "replacement")
            assert [one.field for one in replay.replay(nouns=nouns)] == ["grounds"]
        Replacement.objects.filter(pk=request.pk).update(**was)
    _order(sealed, people)
    assert sealed.rounds.count() == 1


def test_a_swap_that_only_a_row_says_was_agreed_to_is_not_ordered(people: Cast, sealed: Draw) -> None:
    slot = DrawnSlot.objects.filter(draw=sealed, department__short_name="市商务局").order_by("pk")[0]
    swap = draws.request_swap(
        slot=slot,
        is_begun=False,
        reason="ON_LEAVE",
        words="急性阑尾炎住院手术，病假两周，有诊断证明",
        evidence_sha256=EVIDENCE,
        actor=people.actor("林"),
        at=ORDER_AT,
    )
    Swap.objects.filter(pk=swap.pk).update(confirmed_at=ORDER_AT, confirmed_by=people.actor("公").id)
    with pytest.raises(DrawRefused, match="1 项替换、换人的同意没有对应的留痕"):
        _order(sealed, people)

    Swap.objects.filter(pk=swap.pk).update(confirmed_at=None, confirmed_by="")
    draws.confirm_swap(swap=swap, is_begun=False, actor=people.actor("公"), at=ORDER_AT)
    _order(sealed, people)
    assert sealed.rounds.count() == 1
