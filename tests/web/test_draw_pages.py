"""The screens of a draw: evidence is what it says it is, a refusal stays on its page, lists read no documents."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from onevisit.stages.draws.models import Draw
from onevisit.support import clock
from onevisit.support.attachments.models import Attachment
from tests import draw_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import DIGITS, TYPE_AT, Log

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

    refused = client.post(f"/draws/{draw.pk}/type", {"digits": DIGITS, "evidence": program})
    taken = client.post(f"/draws/{draw.pk}/type", {"digits": DIGITS, "evidence": photo})

    assert refused.status_code == 422
    assert "请上传 JPG、PNG、WebP 或 PDF 文件" in refused.content.decode()
    assert taken.status_code == 302
    assert list(Attachment.objects.filter(subject=str(draw.pk)).values_list("mime", flat=True)) == ["image/jpeg"]


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
