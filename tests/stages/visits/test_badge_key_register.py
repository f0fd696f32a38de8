"""A colleague is confirmed by the code of the own phone; the server checks who signed it and when."""

import base64
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from onevisit.stages.visits import badges, packages, selectors, services
from onevisit.stages.visits.models import BadgeKey
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from tests import visit_scenes
from tests.cast import AT, Cast
from tests.visit_scenes import Phone

KEY = ec.generate_private_key(ec.SECP256R1())


def text_of(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def public(key: ec.EllipticCurvePrivateKey = KEY) -> str:
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    return text_of(key.public_key().public_bytes(serialization.Encoding.DER, spki))


def badge(officer: object, *, at: object, key: ec.EllipticCurvePrivateKey = KEY) -> str:
    shown = int(at.timestamp() * 1000)  # type: ignore[attr-defined]  # a moment
    signed = f"{badges.PREFIX}|{officer}|{shown}|{badges.key_id(public(key))}"
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{signed}|{text_of(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


@pytest.fixture
def phone(people: Cast) -> Phone:
    return visit_scenes.phone(people, visit_scenes.dispatched(people), "市商务局")


def colleague(phone: Phone) -> str:
    own = str(phone.people.officers["林一"].pk)
    return next(officer for officer in phone.team() if officer != own)


def register(phone: Phone) -> None:
    """The colleague's phone tells its key."""
    BadgeKey.objects.create(
        officer_id=colleague(phone), device="d2", public_key=public(), key_id=badges.key_id(public()), created_at=AT
    )


def enter(phone: Phone, *, way: str = "badge", text: str = "") -> None:
    phone.enter(confirmations=[{"officer_id": colleague(phone), "way": way, "badge": text}])


def test_a_phone_registers_its_key_once(people: Cast) -> None:
    actor = people.actor("林一")

    made = services.register_badge_key(device="d1", public_key=public(), actor=actor, at=AT)
    again = services.register_badge_key(device="d1", public_key=public(), actor=actor, at=AT)

    assert made.pk == again.pk
    assert services.badge_key_ids(officer_id=made.officer_id) == [made.key_id]
    assert LedgerEntry.objects.filter(event="badge_key.registered").count() == 1


def test_a_new_key_of_the_same_phone_replaces_the_former_one(people: Cast) -> None:
    actor = people.actor("林一")
    services.register_badge_key(device="d1", public_key=public(), actor=actor, at=AT)

    made = services.register_badge_key(
        device="d1", public_key=public(ec.generate_private_key(ec.SECP256R1())), actor=actor, at=AT
    )

    assert services.badge_key_ids(officer_id=made.officer_id) == [made.key_id]


def test_only_an_inspector_registers_a_key_and_only_a_real_one(people: Cast) -> None:
    with pytest.raises(MayNot):
        services.register_badge_key(device="d1", public_key=public(), actor=people.actor("吴"), at=AT)
    with pytest.raises(VisitRefused, match="密钥"):
        services.register_badge_key(device="d1", public_key="AAAA", actor=people.actor("林一"), at=AT)


def test_a_scanned_badge_is_checked_and_shown_at_the_desk(phone: Phone) -> None:
    register(phone)

    enter(phone, text=badge(colleague(phone), at=phone.now - timedelta(minutes=2)))

    part = visit_scenes.part(phone.inspection.visit, "市商务局")
    assert part.confirmations[0]["key"] == badges.key_id(public())
    row = next(row for row in selectors.board(part.visit, at=phone.now) if row.inspection.pk == part.pk)
    assert [text.partition("：")[2] for text in row.confirmations] == ["扫亮证码"]
    entry = LedgerEntry.objects.get(event="inspection.entered")
    assert b'"ways":"badge"' in bytes(entry.payload)


@pytest.mark.parametrize(
    ("minutes", "foreign", "words"),
    [(-11, False, "已过 10 分钟"), (0, True, "不是该执法人员"), (0, False, "不是亮证码")],
)
def test_a_bad_badge_is_refused_with_a_remedy(phone: Phone, minutes: int, foreign: bool, words: str) -> None:
    register(phone)
    key = ec.generate_private_key(ec.SECP256R1()) if foreign else KEY
    text = (
        "hello"
        if "不是亮证码" in words
        else badge(colleague(phone), at=phone.now + timedelta(minutes=minutes), key=key)
    )

    with pytest.raises(VisitRefused, match=words) as refusal:
        enter(phone, text=text)

    assert "执法证号" in refusal.value.fix


def test_the_typed_number_stays_the_last_resort_and_is_told(phone: Phone) -> None:
    enter(phone, way="certificate")

    part = visit_scenes.part(phone.inspection.visit, "市商务局")
    row = next(row for row in selectors.board(part.visit, at=phone.now) if row.inspection.pk == part.pk)
    assert [text.partition("：")[2] for text in row.confirmations] == ["填写执法证号"]


def test_the_package_carries_the_keys_of_the_team(phone: Phone) -> None:
    register(phone)

    package = packages.packages_of(officer_id=phone.people.officers["林一"].pk, at=phone.now)[0]

    keys = {member["officer_id"]: member["badge_keys"] for member in package.content["visit"]["team"]}
    assert keys[colleague(phone)] == [public()]
