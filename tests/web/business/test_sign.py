"""The page on which the party signs with its own phone."""

import base64

import pytest
from django.test import Client

from onevisit.stages.visits.models import EntryCode, PartySignature
from onevisit.support import clock
from tests import visit_scenes, voice_scenes
from tests.cast import Cast
from tests.visit_scenes import Phone

PICTURE = "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(60)).decode()


@pytest.fixture
def phone(client: Client, people: Cast, monkeypatch: pytest.MonkeyPatch) -> Phone:
    phone = visit_scenes.phone(people, visit_scenes.dispatched(people), "市商务局")
    monkeypatch.setattr(clock, "now", lambda: phone.now)
    phone.enter()
    voice_scenes.unlock(client, EntryCode.objects.get(visit=phone.inspection.visit))
    return phone


def address(phone: Phone) -> str:
    return f"/c/{EntryCode.objects.get(visit=phone.inspection.visit).code}/sign"


def test_the_page_waits_for_the_whole_record(client: Client, phone: Phone) -> None:
    phone.answer(visit_scenes.items_of(phone.inspection)[0])

    page = client.get(address(phone)).content.decode()

    assert "服务器已收到 1 /" in page
    assert "提交签名" not in page


def test_the_party_reads_and_signs(client: Client, phone: Phone) -> None:
    phone.answer_all(problems=1)
    answer = client.get(address(phone))
    ready = [part for part in answer.context["parts"] if part.is_ready]
    assert "进货台账缺 3 月记录" in answer.content.decode()

    signed = client.post(
        address(phone),
        {f"record-{part.inspection_id}": part.sha256 for part in ready} | {"name": "陈某", "picture": PICTURE},
    )

    assert signed.status_code == 200
    assert PartySignature.objects.get().receipt in signed.content.decode()
    assert "提交签名" not in signed.content.decode()


def test_an_empty_pad_is_refused_with_the_name_kept(client: Client, phone: Phone) -> None:
    phone.answer_all()
    ready = client.get(address(phone)).context["parts"][0]

    refused = client.post(
        address(phone), {f"record-{ready.inspection_id}": ready.sha256, "name": "陈某", "picture": "?"}
    )

    assert refused.status_code == 422
    assert "没有收到签名" in refused.content.decode()
    assert "陈某" in refused.content.decode()


def test_a_part_handed_in_meanwhile_is_told_and_not_signed(client: Client, phone: Phone) -> None:
    phone.answer_all()
    ready = client.get(address(phone)).context["parts"][0]
    phone.sign_all()
    phone.submit()

    refused = client.post(
        address(phone), {f"record-{ready.inspection_id}": ready.sha256, "name": "陈某", "picture": PICTURE}
    )

    assert refused.status_code == 409
    assert not PartySignature.objects.exists()


def test_a_guessed_code_gives_the_one_page_of_bad_codes(client: Client, people: Cast) -> None:
    answer = client.get("/c/NOBODY/sign")

    assert answer.status_code == 404
    assert "没有查到这个检查码" in answer.content.decode()
