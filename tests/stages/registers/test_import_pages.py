"""The pages of an import: upload, mend in place or by file, and nothing is written before 确认导入."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from onevisit.stages.registers.imports import background, reading, writing
from onevisit.stages.registers.models import ImportRun, InspectionTarget
from tests import cast
from tests.stages.registers import files, records

pytestmark = pytest.mark.django_db
WRONG = {**files.TARGET, "统一社会信用代码": "91350200XMDM00012X"}


@pytest.fixture
def clerk(people: cast.Cast) -> Client:
    client = Client()
    user = people.officers["林"].user
    assert user is not None
    client.force_login(user)
    return client


def _file(*rows: dict[str, str]) -> SimpleUploadedFile:
    return SimpleUploadedFile("名录.csv", files.csv_bytes(*rows), content_type="text/csv")


def test_a_file_with_faults_is_tried_and_listed(clerk: Client) -> None:
    answer = clerk.post("/registers/imports", {"kind": "targets", "file": _file(files.TARGET, WRONG)}, follow=True)

    page = answer.content.decode()
    assert "第 18 位校验不符，应为 9，现为 X" in page
    assert "还有 1 行有误，先改或从文件中剔除。" in page
    assert not InspectionTarget.objects.exists()


def test_a_file_that_cannot_be_read_stays_on_the_form_with_the_remedy(clerk: Client) -> None:
    broken = SimpleUploadedFile("名录.csv", "名称\n厦门".encode("utf-16"))

    answer = clerk.post("/registers/imports", {"kind": "targets", "file": broken})

    assert answer.status_code == 422
    assert "文件编码不是 UTF-8 或 GB18030" in answer.content.decode()
    assert not ImportRun.objects.exists()


def _confirm(clerk: Client, run: ImportRun) -> None:
    """Confirm on the page, and let the queue do its work."""
    clerk.post(f"/registers/imports/{run.pk}/queue")
    assert not InspectionTarget.objects.exists()
    background.write(import_id=str(run.pk), at=cast.AT)


def test_mending_in_place_and_confirming_writes_the_rows(clerk: Client, people: cast.Cast) -> None:
    run = records.run(people, wrong=True)

    clerk.post(f"/registers/imports/{run.pk}/correct", {"cell-2-uscc": files.GOOD})
    _confirm(clerk, run)

    assert InspectionTarget.objects.get().uscc == files.GOOD


def test_a_code_marked_historical_is_kept(clerk: Client, people: cast.Cast) -> None:
    run = records.run(people, wrong=True)

    clerk.post(f"/registers/imports/{run.pk}/correct", {"historical": "2"})
    _confirm(clerk, run)

    assert InspectionTarget.objects.get().is_historical_code


def test_the_wrong_rows_go_out_are_mended_and_come_back(clerk: Client, people: cast.Cast) -> None:
    run = records.run(people, wrong=True)

    sent = clerk.get(f"/registers/imports/{run.pk}/faults.csv")
    table = reading.read(content=sent.content, file_name="有误行.csv")
    mended = sent.content.decode("utf-8-sig").replace("91350200XMDM00012X", files.GOOD)
    clerk.post(
        f"/registers/imports/{run.pk}/correct", {"mended": SimpleUploadedFile("改好.csv", mended.encode("utf-8-sig"))}
    )

    assert table.headings[0] == "行号"
    assert table.headings[-1] == "问题与改法"
    run.refresh_from_db()
    assert run.errors_count == 0


def test_confirming_with_faults_is_refused_with_the_number(clerk: Client, people: cast.Cast) -> None:
    run = records.run(people, wrong=True)

    answer = clerk.post(f"/registers/imports/{run.pk}/queue")

    assert answer.status_code == 422
    assert "还有 1 行有误" in answer.content.decode()


def test_a_template_can_be_filled_and_sent_back(clerk: Client) -> None:
    sent = clerk.get("/registers/imports/templates/targets.csv").content.decode("utf-8-sig")
    headings = sent.strip().split(",")
    values = {**files.TARGET, **{title: "" for title in headings if title.rstrip("*") not in files.TARGET}}
    row = [values.get(title.rstrip("*"), "") for title in headings]
    content = f"{sent.strip()}\r\n{','.join(row)}\r\n".encode()

    answer = clerk.post(
        "/registers/imports", {"kind": "targets", "file": SimpleUploadedFile("模板.csv", content)}, follow=True
    )

    assert "确认导入" in answer.content.decode()


@pytest.mark.parametrize("cell", ["=1+1", "+86", "-3", "@x"])
def test_a_download_never_holds_a_formula_and_comes_back_as_it_was(cell: str) -> None:
    content = writing.csv_bytes(headings=["名称"], rows=[[cell]])

    assert f"'{cell}" in content.decode("utf-8-sig")
    assert reading.read(content=content, file_name="x.csv").rows[0][1] == (cell,)
