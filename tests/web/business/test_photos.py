"""Photos of a correction in a real browser: made smaller, sent in parts, continued after the network broke off."""

import struct
import zlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route

from onevisit.stages.findings import proofs
from onevisit.stages.findings.models import CorrectionProof, Finding
from onevisit.support import clock
from onevisit.support.attachments import selectors as attachments
from tests import voice_scenes
from tests.cast import Cast
from tests.stages.publication import scene
from tests.web.browser import Visitor

pytestmark = pytest.mark.django_db
WIDTH, HEIGHT = 2400, 1200


def picture() -> bytes:
    """Return a large picture with noise in it, as a camera makes."""
    row = bytes((column * 7 + column * column // 13) % 256 for column in range(WIDTH * 3))
    raw = b"".join(b"\0" + row[line % 97 :] + row[: line % 97] for line in range(HEIGHT))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw, 0)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def test_a_photo_is_made_smaller_sent_in_parts_and_becomes_the_proof(
    people: Cast, visit: Callable[..., Visitor]
) -> None:
    code = voice_scenes.code(scene.visit(people), is_over=True)
    finding = Finding.objects.get()
    proofs.open_correction(finding, due_on=clock.today() + timedelta(days=5), at=clock.now())
    sent = picture()
    phone = visit("", width=390, height=844)
    voice_scenes.type_key(phone, code)
    phone.open(f"/c/{code.code}/correct")

    def send(page: Page) -> None:
        file = {"name": "改正后.png", "mimeType": "image/png", "buffer": sent}
        page.locator("input[type=file]").set_input_files(files=[file])  # type: ignore[list-item]
        page.get_by_role("button", name="提交整改").click()
        page.get_by_text("整改材料已收到").wait_for()

    phone.do(send)

    kept = attachments.of_subject("correction_proof", CorrectionProof.objects.get().pk).get()
    assert kept.mime == "image/jpeg"
    assert kept.size < len(sent) / 3
    assert kept.captured_at is not None
    assert attachments.read(kept).startswith(b"\xff\xd8\xff")
    assert phone.problems == []


def test_a_broken_network_is_waited_for_and_nothing_is_sent_twice(people: Cast, visit: Callable[..., Visitor]) -> None:
    code = voice_scenes.code(scene.visit(people), is_over=True)
    proofs.open_correction(Finding.objects.get(), due_on=clock.today() + timedelta(days=5), at=clock.now())
    phone = visit("", width=390, height=844)
    voice_scenes.type_key(phone, code)
    phone.open(f"/c/{code.code}/correct")
    lost: list[str] = []

    def breaks_once(route: Route) -> None:
        if len(lost) < 1:
            lost.append(route.request.url)
            route.abort()
        else:
            route.fallback()

    def send(page: Page) -> None:
        page.route("**/files/*", breaks_once)
        file = {"name": "改正后.png", "mimeType": "image/png", "buffer": picture()}
        page.locator("input[type=file]").set_input_files(files=[file])  # type: ignore[list-item]
        page.get_by_role("button", name="提交整改").click()
        page.get_by_text("正在自动续传").wait_for()
        page.get_by_text("整改材料已收到").wait_for()

    phone.do(send)

    assert len(lost) == 1
    assert attachments.of_subject("correction_proof", CorrectionProof.objects.get().pk).count() == 1
