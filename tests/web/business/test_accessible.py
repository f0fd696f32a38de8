"""The pages behind a code in Chromium: axe finds nothing, nothing scrolls sideways at 360 pixels, no error."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe

from onevisit.stages.findings import proofs
from onevisit.stages.findings.models import Finding
from onevisit.support import clock
from tests import voice_scenes
from tests.cast import Cast
from tests.stages.publication import scene
from tests.web.browser import Visitor
from tests.web.test_pages_are_accessible import RULES, said

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("is_over", [False, True], ids=["during", "after"])
def test_the_pages_behind_a_code_can_be_read_and_used_by_everybody(
    people: Cast, visit: Callable[..., Visitor], is_over: bool
) -> None:
    code = voice_scenes.code(scene.visit(people), is_over=is_over)
    proofs.open_correction(Finding.objects.get(), due_on=clock.today() + timedelta(days=5), at=clock.now())
    phone = visit("", width=360, height=640)
    phone.open(f"/c/{code.code}/rate")
    assert said(phone.do(lambda page: Axe().run(page, options=RULES)).response) == []
    voice_scenes.type_key(phone, code)
    for page in (
        "",
        "/documents",
        "/correct",
        "/reply",
        "/statement",
        "/complain",
        "/stranger",
        "/rate",
        "/sign",
        "/key",
    ):
        phone.open(f"/c/{code.code}{page}")

        found = phone.do(lambda page: Axe().run(page, options=RULES))

        assert said(found.response) == [], page
        assert phone.overflow() <= 0, page
    assert phone.problems == []
