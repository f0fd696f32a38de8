"""The field API over HTTP, as contracts/field.md says it."""

import hashlib
import json
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from onevisit.stages.visits.models import TeamMember, Visit
from onevisit.support import clock
from onevisit.support.ledger.models import LedgerEntry
from tests import visit_scenes
from tests.cast import Cast
from tests.visit_scenes import JPEG, Phone


@pytest.fixture(autouse=True)
def _place(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.FILES = tmp_path / "files"
    settings.KEYS = tmp_path / "keys"


@pytest.fixture
def visit(people: Cast, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """A dispatched visit, and a clock that stands at its start."""
    made = visit_scenes.dispatched(people)
    monkeypatch.setattr(clock, "now", lambda: made.starts_at)
    return made


def client_of(people: Cast, name: str, **how: Any) -> Client:
    client = Client(**how)
    user = people.officers[name].user
    assert user is not None
    client.force_login(user)
    return client


def put(client: Client, phone: Phone, kind: str, payload: dict[str, Any], *, identifier: str = "") -> Any:
    url = f"/field/api/submissions/{identifier or uuid.uuid4()}"
    return client.put(url, json.dumps(phone.body(kind, payload)), content_type="application/json")


def entry(phone: Phone) -> dict[str, Any]:
    return {"confirmed_by": phone.team(), "code_shown_at": phone.now.isoformat(), "place_reason": None}


def test_a_phone_that_is_signed_out_gets_401_and_an_officer_without_that_post_403(people: Cast) -> None:
    assert Client().get("/field/api/session").json()["code"] == "signed_out"
    assert Client().get("/field/api/packages").status_code == 401
    assert client_of(people, "林").get("/field/api/session").status_code == 403


def test_the_session_says_who_and_what_time(people: Cast, visit: Visit) -> None:
    content = client_of(people, "林一").get("/field/api/session").json()

    assert content["officer"]["name"] == "林一"
    assert content["officer"]["certificate_no"].startswith("3502")
    assert content["officer"]["certificate_valid_until"] == "2029-12-31"
    assert content["server_time"] == visit.starts_at.isoformat()
    assert content["csrf"]
    assert content["vapid_public_key"]


def test_a_package_holds_everything_for_a_day_without_a_network_and_nothing_of_others(
    people: Cast, visit: Visit
) -> None:
    answer = client_of(people, "林一").get("/field/api/packages")

    packages = answer.json()["packages"]
    assert len(packages) == 1
    inside, part = packages[0]["visit"], packages[0]["inspection"]
    assert part["department"] == "市商务局"
    assert len(part["shared_facts"]) == 3
    assert len(part["checklist"]["items"]) == 2
    assert part["checklist"]["sha256"] == visit_scenes.part(visit, "市商务局").checklist_sha256
    assert inside["target"]["name"] == visit.target.name
    assert inside["burden"] == "本年入企 0 / 2 次"
    assert inside["code"]["url"].split("#")[0].endswith(visit.codes.get().code)
    assert [row["department"] for row in inside["other_parts"]] == ["市市监局"]
    assert {row["name"] for row in inside["team"]} == {"林一", "林二", "王一", "王二"}
    assert client_of(people, "周一").get("/field/api/packages").json()["packages"] == []
    assert TeamMember.objects.get(inspector__officer__name="林一").opened_at == visit.starts_at


def test_the_hash_of_the_checklist_can_be_computed_again_from_the_package(people: Cast, visit: Visit) -> None:
    part = client_of(people, "林一").get("/field/api/packages").json()["packages"][0]["inspection"]
    text = json.dumps(part["checklist"]["items"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    assert hashlib.sha256(text.encode()).hexdigest() == part["checklist"]["sha256"]


def test_the_contact_that_comes_to_a_phone_is_a_read_that_stands_in_the_ledger_once(people: Cast, visit: Visit) -> None:
    for _again in range(2):
        client_of(people, "林一").get("/field/api/packages")

    read = LedgerEntry.objects.select_related("words").get(event="record.read", subject=str(visit.target_id))
    assert read.actor == f"officer:{people.officers['林一'].pk}"
    assert "联系人和电话" in read.sentence


def test_a_phone_that_has_the_packages_gets_304(people: Cast, visit: Visit) -> None:
    client = client_of(people, "林一")
    tag = client.get("/field/api/packages")["ETag"]

    assert client.get("/field/api/packages", headers={"If-None-Match": tag}).status_code == 304
    phone = visit_scenes.phone(people, visit, "市商务局")
    phone.enter()
    assert client.get("/field/api/packages", headers={"If-None-Match": tag}).status_code == 200


def test_a_sealed_address_is_not_told_before_its_hour(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = visit_scenes.dispatched(people, mode="sealed")
    opens = visit.address_opens_at
    assert opens is not None
    client = client_of(people, "林一")

    monkeypatch.setattr(clock, "now", lambda: opens - timedelta(minutes=1))
    answer = client.get("/field/api/packages")
    assert visit.target.name not in answer.content.decode()
    assert visit.target.address not in answer.content.decode()
    assert answer.json()["packages"][0]["visit"]["target"] is None
    assert answer.json()["packages"][0]["visit"]["code"] is None
    assert answer.json()["packages"][0]["visit"]["street"] == visit.target.street

    monkeypatch.setattr(clock, "now", lambda: opens)
    assert client.get("/field/api/packages").json()["packages"][0]["visit"]["target"]["name"] == visit.target.name


@pytest.mark.requirement("R7")
def test_a_message_is_201_once_then_200_with_the_same_receipt(people: Cast, visit: Visit) -> None:
    client = client_of(people, "林一")
    phone = visit_scenes.phone(people, visit, "市商务局")
    body = json.dumps(phone.body("entry", entry(phone)))
    url = f"/field/api/submissions/{uuid.uuid4()}"

    first = client.put(url, body, content_type="application/json")
    second = client.put(url, body, content_type="application/json")

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert first.json()["state"] == "accepted"


def test_refusals_say_what_to_do(people: Cast, visit: Visit) -> None:
    client = client_of(people, "林一")
    phone = visit_scenes.phone(people, visit, "市商务局")

    broken = client.put(f"/field/api/submissions/{uuid.uuid4()}", "{", content_type="application/json")
    alone = put(client, phone, "entry", entry(phone) | {"confirmed_by": phone.team()[:1]})
    early = put(client, phone, "opinion", {"has_objection": False, "text": ""})

    assert (broken.status_code, broken.json()["code"]) == (422, "bad_message")
    assert (alone.status_code, alone.json()["code"]) == (422, "entry_two")
    assert alone.json()["fix"]
    assert (early.status_code, early.json()["code"]) == (409, "wrong_state")


def test_a_conflict_is_409_with_theirs_also_when_asked_again(people: Cast, visit: Visit) -> None:
    phone = visit_scenes.phone(people, visit, "市商务局")
    phone.enter()
    item = visit_scenes.items_of(phone.inspection, with_shared=False)[0]
    Phone(people=people, name="林二", inspection=phone.inspection, now=phone.now).answer(item, "ok")
    client = client_of(people, "林一")
    payload: dict[str, Any] = {
        "item_id": item,
        "answer": "problem",
        "result_type": "6",
        "note": "缺台账",
        "skip_reason": None,
        "is_batch": False,
        "batch_note": None,
        "base_version": 0,
        "files": [],
    }
    body = json.dumps(phone.body("answer", payload))
    url = f"/field/api/submissions/{uuid.uuid4()}"

    for _time in range(2):
        answer = client.put(url, body, content_type="application/json")
        assert answer.status_code == 409
        assert answer.json()["code"] == "conflict"
        assert answer.json()["theirs"]["officer"] == "林二"
        assert answer.json()["theirs"]["answer"] == "ok"
        assert answer.json()["theirs"]["result_type"] is None


def announce(client: Client, visit: Visit, file_id: str, content: bytes = JPEG) -> Any:
    body = {
        "id": file_id,
        "inspection": str(visit_scenes.part(visit, "市商务局").pk),
        "item_id": None,
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "mime": "image/jpeg",
        "captured_at": visit.starts_at.isoformat(),
        "clock_offset_ms": -300,
        "place": {"latitude": 24.5, "longitude": 118.1, "accuracy_m": 12.5},
        "source": "camera",
        "width": 1200,
        "height": 900,
    }
    return client.post("/field/api/files", json.dumps(body), content_type="application/json")


def patch(client: Client, file_id: str, offset: int, chunk: bytes) -> Any:
    return client.patch(
        f"/field/api/files/{file_id}",
        chunk,
        content_type="application/offset+octet-stream",
        headers={"Upload-Offset": str(offset)},
    )


def test_a_photo_goes_on_where_the_server_stopped(people: Cast, visit: Visit) -> None:
    client = client_of(people, "林一")
    file_id = str(uuid.uuid4())

    assert announce(client, visit, file_id).status_code == 201
    assert patch(client, file_id, 0, JPEG[:1000]).json() == {"offset": 1000, "complete": False, "receipt": None}
    assert client.head(f"/field/api/files/{file_id}")["Upload-Offset"] == "1000"
    assert announce(client, visit, file_id).json() == {"offset": 1000}
    wrong = patch(client, file_id, 0, JPEG[:1000])
    assert (wrong.status_code, wrong.json()["code"]) == (409, "offset")
    done = patch(client, file_id, 1000, JPEG[1000:]).json()

    assert done["complete"]
    part = visit_scenes.part(visit, "市商务局")
    listed = client.get(f"/field/api/inspections/{part.pk}/receipts").json()
    assert listed["files"] == [
        {"id": file_id, "offset": len(JPEG), "complete": True, "receipt": done["receipt"]},
    ]
    assert listed["missing"] == []


def test_bytes_that_are_not_the_photos_are_refused_and_start_over(people: Cast, visit: Visit) -> None:
    client = client_of(people, "林一")
    file_id = str(uuid.uuid4())
    announce(client, visit, file_id)

    answer = patch(client, file_id, 0, bytes(len(JPEG)))
    empty = patch(client, file_id, 0, b"")

    assert (answer.status_code, answer.json()["code"]) == (422, "hash_mismatch")
    assert empty.status_code == 422
    assert client.head(f"/field/api/files/{file_id}")["Upload-Offset"] == "0"


def test_files_and_receipts_of_others_do_not_exist(people: Cast, visit: Visit) -> None:
    file_id = str(uuid.uuid4())
    announce(client_of(people, "林一"), visit, file_id)
    other = client_of(people, "王一")
    part = visit_scenes.part(visit, "市商务局")

    assert other.head(f"/field/api/files/{file_id}").status_code == 404
    assert patch(other, file_id, 0, JPEG).status_code == 404
    assert other.get(f"/field/api/inspections/{part.pk}/receipts").status_code == 404
    assert announce(other, visit, str(uuid.uuid4())).status_code == 404


def test_a_write_without_the_token_is_refused(people: Cast, visit: Visit) -> None:
    client = client_of(people, "林一", enforce_csrf_checks=True)
    phone = visit_scenes.phone(people, visit, "市商务局")

    assert put(client, phone, "entry", entry(phone)).status_code == 403

    token = client.get("/field/api/session").json()["csrf"]
    answer = client.put(
        f"/field/api/submissions/{uuid.uuid4()}",
        json.dumps(phone.body("entry", entry(phone))),
        content_type="application/json",
        headers={"X-CSRFToken": token},
    )
    assert answer.status_code == 201


def test_a_browser_is_remembered_for_push_and_forgotten(people: Cast, visit: Visit) -> None:
    client = client_of(people, "林一")
    body = json.dumps({"endpoint": "https://fcm.googleapis.com/fcm/send/x", "keys": {"p256dh": "a", "auth": "b"}})
    bad = json.dumps({"endpoint": "http://10.0.0.1/x", "keys": {"p256dh": "a", "auth": "b"}})

    assert client.post("/field/api/push/subscriptions", body, content_type="application/json").status_code == 201
    assert client.delete("/field/api/push/subscriptions", body, content_type="application/json").status_code == 204
    refused = client.post("/field/api/push/subscriptions", bad, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (422, "push_endpoint")
