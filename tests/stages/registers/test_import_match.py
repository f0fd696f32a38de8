"""Columns are matched by their headings, guessed when alike, and by hand where the file has another shape (对列)."""

from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from onevisit.core.lifecycle import WrongState
from onevisit.stages.registers.imports import background, matching, writing
from onevisit.stages.registers.imports import services as imports
from onevisit.stages.registers.imports.trying import ImportRefused
from onevisit.stages.registers.models import ImportRun
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from tests import cast
from tests.stages.registers import files

pytestmark = pytest.mark.django_db
OTHER = {
    "信用代码": files.GOOD,
    "企业名称": "厦门鹭安加油站有限公司",
    "行政区划代码": "350206",
    "住所": "厦门市湖里区金山路12号",
    "国民经济行业代码": "5265",
    "法人爱好": "围棋",
}
PLACES = {"uscc": 0, "name": 1, "region_code": 2, "address": 3, "industry_code": 4}


def received(people: cast.Cast, row: dict[str, str] | None = None) -> ImportRun:
    return background.receive(
        kind="targets", file_name="x.csv", content=files.csv_bytes(row or OTHER), actor=people.actor("林"), at=cast.AT
    )


def test_a_file_of_another_shape_waits_and_names_what_is_missing(people: cast.Cast) -> None:
    run = received(people)

    assert (run.state, run.rows_count) == ("uploaded", 0)
    assert "缺少列：名称、区划代码、地址、行业代码" in run.failure


def test_columns_that_look_alike_are_guessed() -> None:
    assert matching.guess(list(OTHER), files.template("targets")) == PLACES


def test_matched_columns_are_tried_and_the_rest_is_left_out(people: cast.Cast) -> None:
    run = imports.match(run=received(people), places=PLACES, actor=people.actor("林"), at=cast.AT)

    run = background.try_again(run=run, actor=people.actor("林"), at=cast.AT)

    assert (run.state, run.new_count, run.errors_count) == ("checked", 1, 0)
    assert LedgerEntry.objects.filter(event="import.matched").count() == 1


def test_wrong_rows_of_a_matched_file_go_out_under_our_titles_and_come_back(people: cast.Cast) -> None:
    wrong = {**OTHER, "行政区划代码": "湖里区"}
    run = imports.match(run=received(people, wrong), places=PLACES, actor=people.actor("林"), at=cast.AT)
    run = background.try_again(run=run, actor=people.actor("林"), at=cast.AT)

    sent = writing.wrong_rows_csv(run)
    mended = sent.decode("utf-8-sig").replace("湖里区,", "350206,", 1).encode()
    cells = writing.mended_cells(run=run, content=mended, file_name="x.csv")
    imports.correct(run=run, cells=cells, actor=people.actor("林"), at=cast.AT)
    run = background.try_again(run=run, actor=people.actor("林"), at=cast.AT)

    assert sent.decode("utf-8-sig").startswith("行号,统一社会信用代码,名称,区划代码,地址,行业代码,问题与改法")
    assert (run.errors_count, run.new_count) == (0, 1)


def test_a_required_column_must_be_matched(people: cast.Cast) -> None:
    places = {key: place for key, place in PLACES.items() if key != "address"}

    with pytest.raises(ImportRefused, match="必填列还没有对上：地址"):
        imports.match(run=received(people), places=places, actor=people.actor("林"), at=cast.AT)


def test_one_column_of_the_file_is_one_of_ours(people: cast.Cast) -> None:
    with pytest.raises(ImportRefused, match="文件的一列只能对一列"):
        imports.match(run=received(people), places={**PLACES, "street": 3}, actor=people.actor("林"), at=cast.AT)


def test_another_department_may_not_match(people: cast.Cast) -> None:
    with pytest.raises(MayNot):
        imports.match(run=received(people), places=PLACES, actor=people.actor("王"), at=cast.AT)


def test_an_import_that_was_given_up_is_not_matched(people: cast.Cast) -> None:
    run = imports.cancel(run=received(people), actor=people.actor("林"), at=cast.AT)

    with pytest.raises(WrongState):
        imports.match(run=run, places=PLACES, actor=people.actor("林"), at=cast.AT)


def test_a_file_from_an_old_template_says_which_one() -> None:
    template = replace(files.template("targets"), version=3)
    headings = [*template.titles, "模板第2版"]

    found = matching.exact(headings, template)

    assert found.faults == ["文件用的是第 2 版模板，现行是第 3 版"]
    assert matching.guess(headings, template)["name"] == template.titles.index("名称")


def test_the_page_offers_the_guess_and_takes_the_match(people: cast.Cast, client: Client) -> None:
    user = people.officers["林"].user
    assert user is not None
    client.force_login(user)
    file = SimpleUploadedFile("x.csv", files.csv_bytes(OTHER))

    page = client.post("/registers/imports", {"kind": "targets", "file": file}, follow=True).content.decode()
    run = ImportRun.objects.get()
    form = {f"column-{place}": key for key, place in PLACES.items()}
    refused = client.post(f"/registers/imports/{run.pk}/match", {**form, "column-3": "", "column-²": "street"})
    client.post(f"/registers/imports/{run.pk}/match", {**form, "column-5": ""})

    assert "按相近猜的，请核对" in page
    assert "必填列：" in page
    assert refused.status_code == 422
    assert "必填列还没有对上：地址" in refused.content.decode()
    run.refresh_from_db()
    assert (run.state, run.new_count) == ("checked", 1)
