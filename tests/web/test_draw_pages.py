"""The screens of a draw: evidence is what it says it is, a refusal stays on its page, lists read no documents."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from onevisit.stages.draws.models import Draw, DrawnSlot, Replacement
from onevisit.support import clock
from onevisit.support.attachments.models import Attachment
from tests import draw_scenes, scenes
from tests.cast import AT, Cast
from tests.draw_scenes import DIGITS, T0, TYPE_AT, Beacon, Log

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256))


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    """A log that signs when the test says so."""
    return Log(tmp_path / "log")


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: TYPE_AT)


def client_of(people: Cast, name: str) -> Client:
    """Sign somebody of the cast in."""
    client = Client()
    user = people.officers[name].user
    assert user is not None
    client.force_login(user)
    return client


def test_evidence_is_a_photo_or_a_scan_by_its_content_whatever_its_name_says(people: Cast, log: Log) -> None:
    draw = draw_scenes.committed(people, log)
    client = client_of(people, "公")
    program = SimpleUploadedFile("照片.jpg", b"MZ\x90\x00" * 20, content_type="image/jpeg")
    photo = SimpleUploadedFile("photo.exe", JPEG, content_type="application/x-msdownload")

    client.get(f"/draws/{draw.pk}/type")
    refused = client.post(f"/draws/{draw.pk}/type", {"digits": DIGITS, "evidence": program})
    taken = client.post(f"/draws/{draw.pk}/type", {"digits": DIGITS, "evidence": photo})

    assert refused.status_code == 422
    assert "请上传 JPG、PNG、WebP 或 PDF 文件" in refused.content.decode()
    assert taken.status_code == 302
    assert list(Attachment.objects.filter(subject=str(draw.pk)).values_list("mime", flat=True)) == ["image/jpeg"]


def test_two_people_at_one_device_do_not_type_both_values(people: Cast, log: Log) -> None:
    draw = draw_scenes.committed(people, log)
    url = f"/draws/{draw.pk}/type"
    first, second = client_of(people, "陈"), client_of(people, "公")
    unknown = first.post(url, {"digits": DIGITS, "evidence": _photo()})
    assert "请允许本站 Cookie" in unknown.content.decode()
    assert first.post(url, {"digits": DIGITS, "evidence": _photo()}).status_code == 302

    second.cookies["onevisit-device"] = first.cookies["onevisit-device"].value
    there = second.post(url, {"digits": DIGITS, "evidence": _photo()})
    del second.cookies["onevisit-device"]
    second.get(url)
    elsewhere = second.post(url, {"digits": DIGITS, "evidence": _photo()})

    assert there.status_code == 422
    assert "两次录入须在两台设备上" in there.content.decode()
    assert elsewhere.status_code == 302
    marks = set(draw.typed_values.values_list("device", flat=True))
    assert len(marks) == 2
    assert first.cookies["onevisit-device"].value not in marks


def _photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("a.jpg", JPEG, content_type="image/jpeg")


def test_a_refused_act_is_shown_in_the_window_it_was_done_in(people: Cast, log: Log) -> None:
    draw = draw_scenes.committed(people, log)
    client = client_of(people, "陈")

    at_console = client.post(f"/draws/{draw.pk}/source", {"from": "console"})
    at_page = client.post(f"/draws/{draw.pk}/source", {})

    assert (at_console.status_code, at_page.status_code) == (422, 422)
    assert "主持" in at_console.content.decode()
    assert "现有 0 次" in at_page.content.decode()


def test_no_list_of_draws_reads_their_documents(people: Cast) -> None:
    for number in range(60):
        Draw.objects.create(
            number=f"350200-LX-2026-{number:04d}",
            sequence=number,
            year=2026,
            organiser=people.departments["领导小组办公室"],
            title=f"抽取 {number}",
            state="void",
            receipt=b"x" * 100,
            created_at=AT,
        )
    with CaptureQueriesContext(
        connection,
    ) as seen:
        page = client_of(people, "陈").get("/draws/?tab=void").content.decode()
    assert "抽取 59" in page or "抽取 1" in page
    assert not any('"draws_draw"."receipt"' in query["sql"] for query in seen)

    first = Client().get("/open/draws").content.decode()
    second = Client().get("/open/draws?page=2").content.decode()

    assert first.count("350200-LX-2026-") >= 50
    assert "第 1 / 2 页" in first
    assert "第 2 / 2 页" in second


def test_a_target_is_replaced_on_screen_from_the_result_to_the_drawn_round(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Beacon(monkeypatch)
    draw = draw_scenes.sealed_with_beacon(people, log, own)
    slot = DrawnSlot.objects.filter(draw=draw, target__credit_risk_class="A").order_by("target__object_id")[0]
    moment = T0 + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: moment)
    clerk, notary, office = (client_of(people, name) for name in ("林", "公", "陈"))
    base = f"/draws/{draw.pk}"

    result = clerk.post(f"{base}/result").content.decode()
    form = clerk.get(f"{base}/replacements?target={slot.target_id}").content.decode()
    photo = SimpleUploadedFile("现场.jpg", JPEG, content_type="image/jpeg")
    given = {"target": slot.target_id, "reason": "NOT_FOUND", "words": "登记住所为空置商铺，已搬走", "evidence": photo}
    asked = clerk.post(f"{base}/request_replacement", given, follow=True).content.decode()
    request = Replacement.objects.get()
    waiting = notary.get(f"{base}/replacements").content.decode()
    notary.post(f"{base}/confirm_replacement", {"replacement": request.pk})
    office.post(f"{base}/order", {"t0": f"{timezone.localtime(moment + timedelta(hours=1)):%Y-%m-%dT%H:%M}"})
    opened = draw.rounds.get()

    assert f"/replacements?target={slot.target_id}" in result
    assert f"申请替换：{slot.target.name}" in form
    assert "待公证或执法监督单位决定" in asked
    assert slot.target.name in waiting
    assert "不同意" in waiting
    for client, sent in ((office, opened.t0 - timedelta(minutes=9)), (notary, opened.t0 - timedelta(minutes=8))):
        monkeypatch.setattr(clock, "now", lambda sent=sent: sent)
        typed = {"digits": DIGITS, "evidence": SimpleUploadedFile("a.jpg", JPEG, content_type="image/jpeg")}
        client.get(f"{base}/type")
        assert client.post(f"{base}/type", typed).status_code == 302
    monkeypatch.setattr(clock, "now", lambda: opened.t0)
    page = notary.get(f"{base}/type").content.decode()
    assert "信标签名" in page
    notary.post(f"{base}/carry", {"signature": own.at(opened.t0)})
    ready = office.get(f"{base}/replacements").content.decode()
    assert "抽取本轮替换" in ready
    done = office.post(f"{base}/replace", follow=True).content.decode()
    assert "第 1 轮已抽出" in done
    assert client_of(people, "吴").get(f"{base}/replacements").status_code in (403, 404)


def test_a_draw_is_prepared_with_public_sources_and_a_lottery_needs_its_issue(people: Cast) -> None:
    offer = scenes.ready(people)
    client = client_of(people, "陈")
    given = {"t0": "2026-11-18T21:30", "length": 12, "slots": 2, "cap": 0, "mode": "sealed"}
    given["sources"] = ["ceremony", "cwl-kl8"]

    refused = client.post(f"/draws/new?offer={offer.pk}", given)
    assert refused.status_code == 422
    assert "期号" in refused.content.decode()


def test_the_form_of_a_small_draw_says_why_it_needs_a_value_of_t0_and_has_the_beacon_chosen(people: Cast) -> None:
    offer = scenes.small(people, without=scenes.PARTICIPANTS)

    page = client_of(people, "陈").get(f"/draws/new?offer={offer.pk}").content.decode()

    assert "参加部门不足三家" in page
    assert re.search(r'value="drand"[^>]*checked', page)
