"""投诉、咨询、异议 on the portal: no account, a receipt, what anonymity costs, the note on the result meanwhile."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from onevisit.stages.publication import requests, typical_cases
from onevisit.stages.publication.request_models import PublicRequest
from onevisit.support import clock
from tests import voice_scenes
from tests.cast import AT, Cast
from tests.stages.publication import scene

pytestmark = pytest.mark.django_db
BUSINESS = "/open/b/91350200XMDM000777"


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()
    clock.forget()


def _text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def _form(people: Cast, **more: str) -> dict[str, str]:
    organ = str(people.departments["市商务局"].pk)
    return {"kind": "complaint", "department": organ, "words": voice_scenes.WORDS, **more}


@pytest.mark.requirement("R148")
def test_anybody_complains_without_an_account_and_reads_the_answer_by_the_receipt(client: Client, people: Cast) -> None:
    assert "匿名的代价" in _text(client, "/open/requests")

    text = client.post("/open/requests", _form(people)).content.decode()

    made = PublicRequest.objects.get()
    assert made.receipt in text
    assert re.search(r"\d{4}-\d\d-\d\d 前答复", text)
    assert "还没有答复" in _text(client, f"/open/requests/{made.receipt}")
    requests.answer(request=made, words="已核实并整改", actor=people.actor("林局"), at=AT)
    status = _text(client, f"/open/requests/{made.receipt}")
    assert "已核实并整改" in status
    assert voice_scenes.WORDS not in status


def test_a_lookup_leads_to_the_page_of_the_receipt(client: Client, people: Cast) -> None:
    made = voice_scenes.asked(people)

    answer = client.get("/open/requests", {"receipt": made.receipt})

    assert (answer.status_code, answer["Location"]) == (302, f"/open/requests/{made.receipt}")
    assert "没有查到这个回执" in _text(client, "/open/requests/S-ZZZZZ-ZZZZZ", 404)


def test_what_is_missing_is_said_and_what_was_typed_stays(client: Client, people: Cast) -> None:
    answer = client.post("/open/requests", _form(people, department="", words="检查人员要求购买指定的灭火器"))

    assert answer.status_code == 422
    assert "请选择办理部门" in answer.content.decode()
    assert "购买指定的灭火器" in answer.content.decode()


def test_wrong_receipts_and_floods_are_slowed_down(client: Client, people: Cast) -> None:
    wrong = [client.get(f"/open/requests/S-AAAAA-{number:05}").status_code for number in range(22)]
    sent = [client.post("/open/requests", _form(people)).status_code for _number in range(21)]

    assert wrong == [404] * 20 + [429] * 2
    assert sent == [200] * 20 + [429]
    assert PublicRequest.objects.count() == 20


@pytest.mark.requirement("R148")
def test_an_objection_is_made_from_the_result_and_noted_there_until_decided(client: Client, people: Cast) -> None:
    publication = scene.released(people)
    link = f"/open/requests?publication={publication.pk}"
    assert link in _text(client, BUSINESS)
    assert "您可以在" in _text(client, link)

    client.post("/open/requests", _form(people, publication=str(publication.pk), kind="complaint"))

    made = PublicRequest.objects.get()
    assert (made.kind, made.publication_id) == ("objection", publication.pk)
    assert "异议处理中" in _text(client, BUSINESS)
    assert "异议处理中" in _text(client, "/open/results")
    requests.reject(request=made, words="经核对无误", actor=people.actor("林局"), at=AT)
    assert "异议处理中" not in _text(client, BUSINESS)


def test_the_business_objects_by_its_key_and_guesses_are_slowed_down(client: Client, people: Cast) -> None:
    publication = scene.released(people)
    form = _form(people, publication=str(publication.pk))

    wrong = [client.post("/open/requests", {**form, "key": f"2222-{n:04}"}).status_code for n in range(20)]
    assert wrong == [422] * 20
    assert client.post("/open/requests", {**form, "key": "2222"}).status_code == 429
    assert not PublicRequest.objects.exists()

    cache.clear()
    client.post("/open/requests", {**form, "key": voice_scenes.key(publication.visit)})
    made = PublicRequest.objects.get()
    assert (made.kind, made.is_by_party, made.visit_id) == ("objection", True, None)


def test_an_objection_to_what_is_not_public_does_not_exist(client: Client, people: Cast) -> None:
    prepared = scene.prepared(people)

    assert client.get(f"/open/requests?publication={prepared.pk}").status_code == 404
    assert client.get("/open/requests?publication=x").status_code == 404


def test_the_reply_of_the_business_stands_beside_its_result_masked(client: Client, people: Cast) -> None:
    scene.released(people)
    made = voice_scenes.reply(people)
    assert "企业说明" not in _text(client, BUSINESS)

    requests.print_reply(request=made, actor=people.actor("林"), at=AT)

    text = _text(client, BUSINESS)
    assert "已更换供油单位" in text
    assert "13800138000" not in text


@pytest.mark.requirement("R115")
def test_typical_cases_are_listed_once_approved(client: Client, people: Cast) -> None:
    case = typical_cases.propose(
        publication=scene.released(people),
        department_id=people.departments["市商务局"].pk,
        title="铅封损坏案",
        words="某加油站铅封损坏，电话13800138000，责令改正后已更换。",
        actor=people.actor("林"),
        at=AT,
    )
    assert "铅封损坏案" not in _text(client, "/open/cases")

    typical_cases.approve(case=case, words_sha256=typical_cases.digest(case), actor=people.actor("林局"), at=AT)

    text = _text(client, "/open/cases")
    assert "铅封损坏案" in text
    assert "13800138000" not in text
