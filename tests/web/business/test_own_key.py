"""The officers know the code: with it they open the visit and do nothing in the business's place."""

import pytest
from django.core.cache import cache
from django.test import Client

from onevisit.stages.findings.models import CorrectionProof, Finding
from onevisit.stages.publication.request_models import PublicRequest, Rating, SpentRating
from onevisit.stages.visits.models import BusinessKey, EntryCode, PartySignature, SignatureDispute
from onevisit.support import clock
from onevisit.support.ledger.models import LedgerEntry
from tests import visit_scenes, voice_scenes
from tests.cast import Cast
from tests.stages.publication import scene
from tests.web.business.test_party import TAPS
from tests.web.business.test_sign import PICTURE

pytestmark = pytest.mark.django_db
CODE = voice_scenes.CODE


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()
    clock.forget()


@pytest.fixture
def code(people: Cast) -> EntryCode:
    return voice_scenes.code(scene.visit(people), is_over=True)


@pytest.fixture
def officer(people: Cast) -> Client:
    """The phone of an officer of the visit, signed in, with the code that it shows."""
    phone = Client()
    user = people.officers["林一"].user
    assert user is not None
    phone.force_login(user)
    return phone


def test_an_officer_with_the_code_cannot_rate_sign_send_a_correction_or_speak_for_the_business(
    officer: Client, code: EntryCode
) -> None:
    voice_scenes.key(code.visit)
    finding, part = Finding.objects.get(), code.visit.inspections.first()
    assert part is not None
    attacks = {
        "rate": TAPS,
        "sign": {f"record-{part.pk}": "ab" * 32, "name": "陈某", "picture": PICTURE},
        f"sign/{part.pk}/dispute": {"words": "不是我们签的名字"},
        f"correct/{finding.pk}": {"words": "已改正"},
        "reply": {"words": "检查很规范，没有意见", "department": str(part.department_id)},
    }

    answers = {path: officer.post(f"/c/{CODE}/{path}", body).status_code for path, body in attacks.items()}

    assert set(answers.values()) == {403}, answers
    assert (
        officer.post(f"/c/{CODE}/correct/{finding.pk}/files", "{}", content_type="application/json").status_code == 403
    )
    for made in (Rating, SpentRating, PartySignature, SignatureDispute, CorrectionProof, PublicRequest):
        assert not made.objects.exists(), made


def test_the_code_alone_still_opens_the_visit_its_papers_and_the_way_to_complain(
    client: Client, code: EntryCode
) -> None:
    for page in ("", "/documents", "/correct", "/complain", "/stranger"):
        assert client.get(f"/c/{CODE}{page}").status_code == 200
    asked = client.get(f"/c/{CODE}/rate").content.decode()
    assert "请输入企业口令" in asked
    assert "提交整改" not in client.get(f"/c/{CODE}/correct").content.decode().replace("后提交整改", "")
    organ = code.visit.inspections.first()
    assert organ is not None
    words = {"words": "来人没有出示执法证件", "department": str(organ.department_id)}
    assert client.post(f"/c/{CODE}/complain", words).status_code == 200
    assert PublicRequest.objects.get().kind == "complaint"


def test_the_own_key_opens_the_acts_and_is_typed_as_it_comes(client: Client, code: EntryCode) -> None:
    text = voice_scenes.key(code.visit)

    answer = client.post(f"/c/{CODE}/key", {"key": text.lower().replace("-", " "), "then": f"/c/{CODE}/rate"})

    assert (answer.status_code, answer["Location"]) == (302, f"/c/{CODE}/rate")
    cookie = next(iter(answer.cookies.values()))
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", f"/c/{CODE}")
    assert text not in cookie.value
    assert "已收到" in client.post(f"/c/{CODE}/rate", TAPS).content.decode()


def test_it_leads_nowhere_else(client: Client, code: EntryCode) -> None:
    text = voice_scenes.key(code.visit)

    answer = client.post(f"/c/{CODE}/key", {"key": text, "then": "https://elsewhere.example/"})

    assert answer["Location"] == f"/c/{CODE}"


def test_wrong_and_replaced_keys_and_another_businesss_open_nothing(
    client: Client, people: Cast, code: EntryCode
) -> None:
    former = voice_scenes.key(code.visit)
    voice_scenes.unlock(client, code)  # a new key is issued, the former one ends

    for wrong in ("", "AAAA-BBBB-CCCC-DDDD", former):
        refused = Client().post(f"/c/{CODE}/key", {"key": wrong})
        assert refused.status_code == 422
        assert "口令不对" in refused.content.decode()
    BusinessKey.objects.update(revoked_at=clock.now())
    assert client.post(f"/c/{CODE}/rate", TAPS).status_code == 403
    assert not Rating.objects.exists()


def test_who_guesses_a_key_is_slowed_down(client: Client, code: EntryCode) -> None:
    statuses = [client.post(f"/c/{CODE}/key", {"key": "AAAA"}).status_code for _n in range(21)]

    assert statuses[:20] == [422] * 20
    assert statuses[20] == 429


def test_the_rating_keeps_nothing_of_the_key(client: Client, code: EntryCode) -> None:
    voice_scenes.unlock(client, code)
    key = BusinessKey.objects.get(revoked_at__isnull=True)

    client.post(f"/c/{CODE}/rate", TAPS)

    entry = LedgerEntry.objects.get(event="rating.given")
    assert str(key.pk) not in str(vars(entry))
    assert entry.actor == "public"


def test_a_signature_in_its_name_is_disputed_and_undone(
    client: Client, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = visit_scenes.phone(people, visit_scenes.dispatched(people), "市商务局")
    monkeypatch.setattr(clock, "now", lambda: phone.now)
    phone.enter()
    phone.answer_all()
    phone.sign_all()
    code = EntryCode.objects.get(visit=phone.inspection.visit)
    voice_scenes.unlock(client, code)
    page = client.get(f"/c/{code.code}/sign").content.decode()
    assert "签名不是本单位签的" in page
    path = f"/c/{code.code}/sign/{phone.inspection.pk}/dispute"
    assert client.post(path, {"words": "短"}).status_code == 422

    answer = client.post(path, {"words": "当天负责人不在店里，没有人签名"})

    made = SignatureDispute.objects.get()
    assert made.receipt in answer.content.decode()
    entry = LedgerEntry.objects.get(event="inspection.signature_disputed")
    assert entry.subject == str(phone.inspection.pk)
    assert "负责人" not in str(entry.payload)
    assert client.post(path, {"words": "当天负责人不在店里，没有人签名"}).status_code == 409
