"""The business by its code: documents, corrections with files, words and a rating; all without JavaScript."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from onevisit.stages.findings import parties, proofs, services
from onevisit.stages.findings.models import CorrectionProof, Finding
from onevisit.stages.publication import requests
from onevisit.stages.publication.request_models import PublicRequest, Rating
from onevisit.stages.visits.models import EntryCode
from onevisit.support import clock
from onevisit.support.attachments import selectors as attachments
from onevisit.support.attachments import services as attachment_services
from onevisit.support.attachments.models import Attachment
from tests import voice_scenes
from tests.cast import Cast
from tests.stages.publication import scene
from tests.visit_scenes import JPEG

pytestmark = pytest.mark.django_db
CODE = voice_scenes.CODE
TAPS = {"stars": "4", "showed_code": "yes", "done_at_once": "yes", "made_demands": "no"}


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()
    clock.forget()


@pytest.fixture
def code(client: Client, people: Cast) -> EntryCode:
    """A visit with one order to correct, due in five days, and its code, whose window is over."""
    made = voice_scenes.code(scene.visit(people), is_over=True)
    finding = Finding.objects.get()
    finding.order.due_on = clock.today() + timedelta(days=5)
    finding.order.save(update_fields=["due_on"])
    proofs.open_correction(finding, due_on=finding.order.due_on, at=clock.now())
    voice_scenes.unlock(client, made)
    return made


def _text(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def _send(client: Client, *files: SimpleUploadedFile, words: str = "已更换铅封") -> tuple[int, str]:
    finding = Finding.objects.get()
    answer = client.post(f"/c/{CODE}/correct/{finding.pk}", {"words": words, "pictures": list(files)}, follow=True)
    return answer.status_code, answer.content.decode()


def test_after_its_visit_the_code_opens_no_door_but_the_papers_of_the_business(client: Client, code: EntryCode) -> None:
    text = _text(client, f"/c/{CODE}")

    assert "检查已经结束" in text
    assert "检查码有效" not in text
    assert "有 1 项需要改正" in text


def test_long_after_the_visit_the_code_lasts_until_the_last_problem_is_closed(
    client: Client, people: Cast, code: EntryCode
) -> None:
    code.valid_from, code.valid_to = code.valid_from - timedelta(days=90), code.valid_to - timedelta(days=90)
    code.save(update_fields=["valid_from", "valid_to"])
    assert client.get(f"/c/{CODE}/correct").status_code == 200

    Finding.objects.update(state="closed")

    answer = client.get(f"/c/{CODE}/correct")
    assert answer.status_code == 404
    assert answer.content == client.get("/c/NOTHING").content


@pytest.mark.requirement("R61")
def test_a_correction_is_sent_by_a_plain_form_and_answered_with_receipt_and_date(
    client: Client, code: EntryCode
) -> None:
    status, text = _send(client, SimpleUploadedFile("改正后.jpg", JPEG, "image/jpeg"))

    proof = CorrectionProof.objects.get()
    assert status == 200
    assert f"整改材料已收到，回执 {proof.receipt}。" in text
    assert re.search(
        r"厦门市市场监督管理局 将在 \d{4}-\d\d-\d\d 前答复；到期未答复，系统催办其负责人，逾期转执法监督核查。", text
    )
    assert attachments.of_subject("correction_proof", proof.pk).get().title == "改正后.jpg"
    assert Finding.objects.get().state == "proof_sent"


def test_a_wrong_file_is_named_and_nothing_typed_is_lost(client: Client, code: EntryCode) -> None:
    status, text = _send(client, SimpleUploadedFile("病毒.jpg", b"MZ\x90", "image/jpeg"), words="换了新的铅封")

    assert status == 422
    assert "“病毒.jpg”不是照片或 PDF" in text
    assert "换了新的铅封" in text
    assert not CorrectionProof.objects.exists()


def test_a_late_correction_is_taken_and_marked(client: Client, code: EntryCode) -> None:
    order = Finding.objects.get().order
    order.due_on = clock.today() - timedelta(days=1)
    order.save(update_fields=["due_on"])
    assert "已过期限，仍可提交" in _text(client, f"/c/{CODE}/correct")

    _status, text = _send(client)

    assert "逾期提交" in text


def test_what_was_sent_back_says_what_is_missing_and_is_sent_again(
    client: Client, people: Cast, code: EntryCode
) -> None:
    _send(client)
    services.return_proof(
        finding=Finding.objects.get(), reason="缺少铅封编号的照片", actor=people.actor("王"), at=clock.now()
    )

    assert "缺少铅封编号的照片" in _text(client, f"/c/{CODE}/correct")
    status, _text_after = _send(client, SimpleUploadedFile("编号.jpg", JPEG, "image/jpeg"))

    assert status == 200
    assert CorrectionProof.objects.count() == 2


def test_another_visits_order_is_none_of_this_business(client: Client, people: Cast, code: EntryCode) -> None:
    voice_scenes.code(scene.visit(people, number="350200-2026-V0002"), text="OTHER23456")
    other = Finding.objects.exclude(inspection__visit=code.visit).get()

    assert client.post(f"/c/{CODE}/correct/{other.pk}", {"words": "改了"}).status_code == 404
    other.refresh_from_db()
    assert other.state == "correcting"


def test_documents_are_those_of_this_visit_and_no_other_file(client: Client, people: Cast, code: EntryCode) -> None:
    finding = Finding.objects.get()
    services.issue_order(finding_id=finding.pk, at=clock.now())
    other = attachment_services.store(
        content=b"%PDF-secret",
        subject_type="inspection",
        subject=uuid4(),
        mime="application/pdf",
        title="别家",
        actor=people.actor("王"),
        at=clock.now(),
    )
    finding.order.refresh_from_db()

    assert "责令改正通知书" in _text(client, f"/c/{CODE}/documents")
    answer = client.get(f"/c/{CODE}/documents/{finding.order.document_id}")
    assert answer["Content-Type"] == "application/pdf"
    assert b"".join(answer).startswith(b"%PDF")
    assert client.get(f"/c/{CODE}/documents/{other.pk}").status_code == 404


@pytest.mark.parametrize(
    ("page", "kind"),
    [("reply", "reply"), ("statement", "statement"), ("complain", "complaint"), ("stranger", "stranger")],
)
def test_words_of_the_business_get_a_receipt(
    client: Client, people: Cast, code: EntryCode, page: str, kind: str
) -> None:
    organ = people.departments["市市监局"]
    form = {"words": "来了三个人，其中一人没有执法证", "department": str(organ.pk)}

    answer = client.post(f"/c/{CODE}/{page}", form)

    made = PublicRequest.objects.get()
    assert (made.kind, made.is_by_party, made.visit_id) == (kind, True, code.visit_id)
    assert made.receipt in answer.content.decode()
    assert made.department.kind == ("coordination_office" if kind == "stranger" else "department")
    assert client.post(f"/c/{CODE}/{page}", {"words": "短"}).status_code == 422


def test_a_statement_and_its_answer_stand_on_the_business_own_page(
    client: Client, people: Cast, code: EntryCode
) -> None:
    form = {"words": "铅封是检定时拆下的，有检定记录", "department": str(people.departments["市市监局"].pk)}
    client.post(f"/c/{CODE}/statement", form)
    made = PublicRequest.objects.get()
    text = _text(client, f"/c/{CODE}/statement")
    assert (made.receipt in text, "部门正在复核" in text) == (True, True)

    requests.adopt_statement(
        request=made, words="检定记录属实，撤销该项认定", actor=people.actor("王局"), at=clock.now()
    )

    text = _text(client, f"/c/{CODE}/statement")
    assert "已采纳" in text
    assert "检定记录属实，撤销该项认定" in text
    by_code_alone = Client().get(f"/c/{CODE}/statement").content.decode()
    assert made.receipt not in by_code_alone
    assert "请输入企业口令" in by_code_alone


@pytest.mark.requirement("R148")
def test_a_rating_is_three_taps_once_with_its_promise_above(client: Client, code: EntryCode) -> None:
    text = _text(client, f"/c/{CODE}/rate")
    assert text.index("看不到您的单条评价") < text.index("<form")
    assert "checked" not in text
    assert client.post(f"/c/{CODE}/rate", {**TAPS, "made_demands": ""}).status_code == 422

    assert "已收到，谢谢您的评价。" in client.post(f"/c/{CODE}/rate", TAPS).content.decode()
    assert "已经评价过了" in client.post(f"/c/{CODE}/rate", TAPS).content.decode()
    assert Rating.objects.count() == len(scene.DEPARTMENTS)


def test_no_page_behind_a_code_needs_a_script(client: Client, code: EntryCode) -> None:
    for page in ("", "/documents", "/correct", "/reply", "/statement", "/complain", "/stranger", "/rate"):
        text = _text(client, f"/c/{CODE}{page}")
        scripts = re.findall(r"<script[^>]*>", text)
        assert all("defer" in script for script in scripts), page
        assert len(scripts) == (1 if page == "/correct" else 0), page
        assert "onclick" not in text


def test_a_photo_in_parts_is_taken_from_its_own_business_only(client: Client, code: EntryCode) -> None:
    finding = Finding.objects.get()
    second = voice_scenes.code(code.visit, text="SECOND2345")
    other = Client()
    voice_scenes.unlock(other, second)
    voice_scenes.unlock(client, code)
    file_id = str(uuid4())
    said = {"id": file_id, "sha256": "0" * 64, "size": len(JPEG), "mime": "image/jpeg", "title": "改正.jpg"}
    path, part = f"/c/{CODE}/correct/{finding.pk}/files", f"/c/{CODE}/files/{file_id}"

    assert client.post(path, {**said, "mime": "text/html"}, content_type="application/json").status_code == 422
    assert client.post(path, {**said, "size": 11 * 1024 * 1024}, content_type="application/json").status_code == 422
    assert client.post(path, "kein", content_type="application/json").status_code == 422
    assert client.post(path, said, content_type="application/json").json() == {"offset": 0, "complete": False}
    headers = {"Upload-Offset": "0"}
    kind = "application/octet-stream"
    assert client.patch(part, b"<html>", content_type=kind, headers=headers).json()["code"] == "mime"
    voice_scenes.unlock(other, second)
    stranger = other.patch(f"/c/SECOND2345/files/{file_id}", JPEG, content_type=kind, headers=headers)
    assert stranger.status_code == 404
    voice_scenes.unlock(client, code)
    assert client.patch(part, JPEG[:100], content_type=kind, headers=headers).json() == {
        "offset": 100,
        "complete": False,
    }
    assert client.post(path, said, content_type="application/json").json()["offset"] == 100
    assert Attachment.objects.get(pk=file_id).subject == str(
        next(one for one in parties.orders(_party(), at=clock.now())).draft
    )


def _party() -> parties.Party:
    found = parties.party(code=CODE, at=clock.now())
    assert found is not None
    return found
