"""问题处置 on the desk: what is uploaded is checked, before stands beside after, a sealed name is not told."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from onevisit.stages.findings.models import Finding
from onevisit.stages.visits.models import Visit
from onevisit.support import clock
from tests import finding_scenes as scenes
from tests.cast import Cast
from tests.visit_scenes import JPEG

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(people: Cast) -> Client:
    clock.forget()
    client = Client()
    user = people.officers[scenes.CLERK].user
    assert user is not None
    client.force_login(user)
    return client


def _prove(desk: Client, finding: Finding, *files: SimpleUploadedFile) -> tuple[int, str]:
    answer = desk.post(f"/findings/{finding.pk}/prove", {"words": "已改", "pictures": list(files)})
    return answer.status_code, answer.content.decode()


def test_a_file_that_is_not_what_it_says_is_refused_beside_the_field(people: Cast, desk: Client) -> None:
    finding = scenes.ordered(people)

    status, text = _prove(desk, finding, SimpleUploadedFile("台账.jpg", b"<script>1</script>", "image/jpeg"))

    assert status == 422
    assert "“台账.jpg”不是照片或 PDF" in text
    finding.refresh_from_db()
    assert finding.state == "correcting"


def test_before_and_after_stand_side_by_side(people: Cast, desk: Client) -> None:
    finding = scenes.ordered(people)

    status, _text = _prove(desk, finding, SimpleUploadedFile("改正后.jpg", JPEG, "text/plain"))
    text = desk.get(f"/findings/{finding.pk}").content.decode()

    assert status == 302
    assert text.index("改正前") < text.index("改正后") < text.index('alt="改正后.jpg"')
    assert "没有拍摄时间" in text


def test_the_page_shows_the_clock_with_its_law(people: Cast, desk: Client) -> None:
    text = desk.get(f"/findings/{scenes.ordered(people).pk}").content.decode()

    assert "clock-chip" in text
    assert "行政处罚法第28条" in text


def test_the_ledger_of_problems_filters_by_term_and_clause(people: Cast, desk: Client) -> None:
    finding = scenes.ordered(people)
    Finding.objects.filter(pk=finding.pk).update(basis="计量法实施细则第四十三条")
    finding.order.due_on = clock.today() - timedelta(days=1)
    finding.order.save(update_fields=["due_on"])

    assert finding.number in desk.get("/findings/?term=late&clause=计量法").content.decode()
    assert finding.number not in desk.get("/findings/?term=soon").content.decode()
    assert finding.number not in desk.get("/findings/?clause=食品安全法").content.decode()


def test_a_sealed_targets_name_is_not_told_in_reviews(people: Cast, desk: Client) -> None:
    finding = scenes.found(people)
    Visit.objects.update(address_opens_at=clock.now() + timedelta(hours=5))

    assert desk.get(f"/findings/review/{finding.inspection_id}").status_code == 404
    user = people.officers[scenes.HEAD].user
    assert user is not None
    desk.force_login(user)
    assert finding.target.name not in desk.get("/findings/review").content.decode()
    assert finding.target.name not in desk.get("/inbox").content.decode()
