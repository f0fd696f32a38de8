"""The party signs on its own phone what the server holds; a later change of the record undoes the signature."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from onevisit.core.lifecycle import WrongState
from onevisit.stages.visits import business_keys, packages, services, signing_page
from onevisit.stages.visits.models import EntryCode, Inspection, PartySignature
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.stages.visits.services import business_keys as business_key_services
from onevisit.support.identity.actors import NOBODY, Actor, MayNot
from onevisit.support.ledger.models import LedgerEntry
from tests import visit_scenes, voice_scenes
from tests.cast import Cast
from tests.visit_scenes import Phone

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(60)


@pytest.fixture
def phone(people: Cast) -> Phone:
    phone = visit_scenes.phone(people, visit_scenes.dispatched(people), "市商务局")
    phone.enter()
    phone.answer_all(problems=1)
    return phone


def code(phone: Phone) -> EntryCode:
    return EntryCode.objects.get(visit=phone.inspection.visit)


def business(phone: Phone) -> Actor:
    return business_keys.holder(voice_scenes.key_id(phone.inspection.visit))


def part(phone: Phone) -> Inspection:
    return Inspection.objects.select_related("visit").get(pk=phone.inspection.pk)


def sign(phone: Phone, *, actor: Actor | None = None, **changes: object) -> list[PartySignature]:
    held = services.record_held(part(phone))
    what: dict[str, object] = {"signed": {part(phone).pk: held.sha256}, "name": "陈某", "picture": PICTURE}
    return services.sign_as_party(
        code_id=code(phone).pk,
        actor=actor or business(phone),
        at=phone.now + timedelta(hours=1),
        **(what | changes),  # type: ignore[arg-type]  # the changes of a test
    )


def officers_sign(phone: Phone) -> None:
    phone.send("opinion", {"has_objection": False, "text": ""})
    picture = str(phone.file(source="signature", mime="image/png"))
    for officer in phone.team():
        phone.sign(role="officer", officer_id=officer, strokes_png_file=picture)


def test_the_party_signs_and_the_part_can_be_handed_in(phone: Phone) -> None:
    made = sign(phone)
    officers_sign(phone)

    phone.submit()

    assert part(phone).state == "submitted"
    entry = LedgerEntry.objects.get(event="inspection.party_signed")
    assert (entry.subject, entry.actor) == (str(part(phone).pk), business(phone).id)
    assert made[0].record_sha256 == services.record_held(part(phone)).sha256
    assert (
        "陈某" not in entry.payload.decode() if isinstance(entry.payload, bytes) else "陈某" not in str(entry.payload)
    )


def test_the_officers_phone_hears_of_the_signature(phone: Phone) -> None:
    assert packages.party_signature(part(phone)) is None

    made = sign(phone)

    told = packages.party_signature(part(phone))
    assert told is not None
    assert (told["id"], told["name"]) == (str(made[0].pk), "陈某")


def test_an_answer_after_the_signature_undoes_it(phone: Phone) -> None:
    sign(phone)
    officers_sign(phone)
    item = visit_scenes.items_of(phone.inspection, with_shared=False)[0]
    phone.answer(item, "not_applicable", base_version=9)

    with pytest.raises(VisitRefused, match="签名不再对应") as refusal:
        phone.submit()

    assert refusal.value.code == "signature_stale"
    sign(phone)
    phone.submit()
    assert part(phone).state == "submitted"


def test_a_record_that_is_not_whole_cannot_be_signed(people: Cast) -> None:
    phone = visit_scenes.phone(people, visit_scenes.dispatched(people), "市商务局")
    phone.enter()
    phone.answer(visit_scenes.items_of(phone.inspection)[0])

    with pytest.raises(VisitRefused, match="有变动"):
        sign(phone)

    listed = signing_page.parts_to_sign(phone.inspection.visit)
    assert [(one.here, one.is_ready) for one in listed] == [(1, False)]


@pytest.mark.parametrize(
    ("changes", "code_word"),
    [
        ({"name": " "}, "name"),
        ({"picture": b"GIF89a"}, "picture"),
        ({"signed": {}}, "nothing_to_sign"),
        ({"signed": {UUID(int=7): "ab"}}, "not_found"),
    ],
)
def test_bad_input_is_refused_with_its_field(phone: Phone, changes: dict[str, object], code_word: str) -> None:
    with pytest.raises(VisitRefused) as refusal:
        sign(phone, **changes)

    assert refusal.value.code == code_word
    assert not PartySignature.objects.exists()


def deny(phone: Phone, *, minutes: int) -> None:
    business_key_services.dispute_signature(
        code_id=code(phone).pk,
        inspection_id=phone.inspection.pk,
        key_id=voice_scenes.key_id(phone.inspection.visit),
        words="当天负责人不在店里，没有人签名",
        at=phone.now + timedelta(minutes=minutes),
    )


def test_after_a_denial_no_signature_on_an_officers_phone_is_handed_in(phone: Phone) -> None:
    phone.sign_all()
    deny(phone, minutes=10)
    phone.now += timedelta(minutes=30)
    phone.sign(role="party", name="陈某", strokes_png_file=str(phone.file(source="signature", mime="image/png")))

    with pytest.raises(VisitRefused) as refusal:
        phone.submit()

    assert refusal.value.code == "signature_denied"
    assert packages.party_denied_at(part(phone)) is not None
    sign(phone)
    phone.submit()
    assert part(phone).state == "submitted"


def test_after_a_denial_a_refusal_is_noted_anew(phone: Phone) -> None:
    phone.sign_all()
    deny(phone, minutes=10)
    phone.now += timedelta(minutes=30)
    phone.sign(role="party", name="陈某", refused_reason="不同意记录")

    with pytest.raises(VisitRefused, match="见证人"):
        phone.submit()
    phone.sign(role="witness", name="张某", strokes_png_file=str(phone.file(source="signature", mime="image/png")))
    phone.submit()
    assert part(phone).state == "submitted"


def test_a_correction_after_the_signature_on_an_officers_phone_undoes_it(phone: Phone) -> None:
    phone.sign_all()
    item = visit_scenes.items_of(phone.inspection, with_shared=False)[0]
    phone.answer(item, "not_applicable", base_version=9)

    with pytest.raises(VisitRefused) as refusal:
        phone.submit()

    assert refusal.value.code == "signature_stale"
    phone.sign(role="party", name="陈某", strokes_png_file=str(phone.file(source="signature", mime="image/png")))
    phone.submit()
    assert part(phone).state == "submitted"


def test_a_signature_written_before_the_correction_counts_no_more_when_it_arrives_after_it(phone: Phone) -> None:
    officers_sign(phone)
    picture = str(phone.file(source="signature", mime="image/png"))
    early = phone.body("signature", {"role": "party", "name": "陈某", "strokes_png_file": picture})
    item = visit_scenes.items_of(phone.inspection, with_shared=False)[0]
    phone.answer(item, "not_applicable", base_version=9)
    services.take(submission_id=uuid4(), body=early, actor=phone.people.actor(phone.name), at=phone.now)

    with pytest.raises(VisitRefused) as refusal:
        phone.submit()

    assert refusal.value.code == "signature_stale"


def test_only_who_holds_the_own_key_of_the_business_signs(phone: Phone) -> None:
    for actor in (NOBODY, phone.people.actor("林一"), Actor(id=f"code:{code(phone).pk}"), Actor(id="key:another")):
        with pytest.raises(MayNot):
            sign(phone, actor=actor)


def test_a_part_that_is_handed_in_is_not_signed_any_more(phone: Phone) -> None:
    phone.sign_all()
    phone.submit()

    with pytest.raises(WrongState):
        sign(phone)
