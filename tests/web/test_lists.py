"""Lists: query, tabs, keyset pages, chosen columns, saved filters, and exports that end as a notice."""

import csv
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from python_calamine import CalamineWorkbook

from onevisit.support.deadlines.models import RuleVersion
from onevisit.support.identity.models import Department, OrganKind
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.notices.models import Notice
from onevisit.web.ui import exports, keyset, saved_filters, sheets
from onevisit.web.ui.models import ExportState, ListExport, SavedFilter
from tests.cast import AT, Cast, department

PATH = "/settings/organs"


@pytest.fixture
def desk(people: Cast, client: Client, settings: Settings, tmp_path: Any) -> Client:
    settings.FILES = tmp_path
    user = people.officers["林"].user
    assert user is not None
    client.force_login(user)
    return client


@pytest.fixture
def many(people: Cast) -> int:
    """Make 60 more departments and return how many organs there are."""
    for ordinal in range(60):
        department(code=f"9{ordinal:03d}", name=f"第{ordinal:02d}区局", short_name=f"区{ordinal:02d}")
    return Department.objects.count()


def rows(answer: Any) -> list[str]:
    return [row.code for row in answer.context["page"].records]


def test_pages_follow_each_other_without_gap_or_repetition(desk: Client, many: int) -> None:
    seen: list[str] = []
    url = PATH
    while url:
        answer = desk.get(url)
        seen += rows(answer)
        url = answer.context["page"].next_url

    assert len(seen) == many
    assert seen == sorted(seen)


def test_the_way_back_shows_the_same_page(desk: Client, many: int) -> None:
    first = desk.get(PATH)
    second = desk.get(first.context["page"].next_url)

    back = desk.get(second.context["page"].previous_url)

    assert rows(back) == rows(first)
    assert back.context["page"].previous_url == ""


@pytest.mark.parametrize("place", ["x", "W10", "bm9wZQ", "eyJhIjoxfQ"])
def test_a_place_that_cannot_be_read_is_refused_in_words(desk: Client, many: int, place: str) -> None:
    answer = desk.get(f"{PATH}?after={place}")

    assert answer.status_code == 422
    assert "第一页" in answer.content.decode()


def test_an_order_goes_down_as_well_as_up(desk: Client, many: int) -> None:
    answer = desk.get(f"{PATH}?sort=-code")

    assert rows(answer) == sorted(rows(answer), reverse=True)


def test_a_column_that_sorts_nothing_changes_nothing(desk: Client, many: int) -> None:
    assert rows(desk.get(f"{PATH}?sort=password")) == rows(desk.get(PATH))


def test_a_query_narrows_and_says_so_in_words(desk: Client, many: int) -> None:
    page = desk.get(f"{PATH}?q=第07区").context["page"]

    assert [row.name for row in page.records] == ["第07区局"]
    assert [(str(name), value) for name, value in page.conditions] == [("名称、曾用名、编码、拼音首字母", "第07区")]


def test_nothing_that_matches_is_not_nothing_at_all(desk: Client) -> None:
    text = desk.get(f"{PATH}?q=没有这个").content.decode()

    assert 'data-empty="no_match"' in text
    assert "清除条件" in text


def test_a_wrong_value_says_so_beside_its_field_and_narrows_nothing(desk: Client, people: Cast) -> None:
    answer = desk.get(f"{PATH}?batch=x")

    assert answer.status_code == 200
    assert "has-error" in answer.content.decode()
    assert len(rows(answer)) == min(20, Department.objects.count())


def test_the_chosen_columns_and_size_are_remembered(desk: Client, many: int) -> None:
    desk.get(f"{PATH}?columns=&columns=code&size=50")

    page = desk.get(PATH).context["page"]

    assert [column.key for column in page.columns] == ["name", "code"]
    assert len(page.records) == 50


def test_a_list_costs_the_same_queries_for_many_rows(desk: Client, many: int) -> None:
    counted = []
    for size in (20, 50):
        desk.get(f"{PATH}?size={size}")
        with CaptureQueriesContext(connection) as queries:
            desk.get(PATH)
        counted.append(len(queries))

    assert counted[0] == counted[1]


def test_a_filter_is_kept_for_its_owner_alone(desk: Client, people: Cast) -> None:
    desk.post("/lists/settings.organs/filters", {"name": "只看市级", "query": "level=city"})

    kept = SavedFilter.objects.get()

    assert kept.officer == people.officers["林"]
    assert list(saved_filters.of(people.actor("王"), "settings.organs")) == []
    assert "只看市级" in desk.get(PATH).content.decode()


def test_a_filter_without_conditions_is_refused(people: Cast) -> None:
    with pytest.raises(saved_filters.FilterRefused):
        saved_filters.save(listing="x", name="空", query="", actor=people.actor("林"), at=AT)


def _make_every_export_long() -> None:
    RuleVersion.objects.filter(rule_id=exports.BIG_RULE).update(amount=0)


def test_a_short_export_is_there_at_once_and_tells_nobody(desk: Client, many: int) -> None:
    desk.post("/lists/settings.organs/export", {"query": "q=第0"})

    export = ListExport.objects.get()
    assert (export.state, export.written) == (ExportState.DONE, 10)
    assert b"".join(desk.get(f"/exports/{export.pk}/file").streaming_content)  # type: ignore[attr-defined]  # a file is streamed
    assert Notice.objects.count() == 0
    assert LedgerEntry.objects.filter(event="list.exported", subject=str(export.pk)).count() == 1


def test_an_export_as_a_workbook_holds_the_same_rows(desk: Client, many: int) -> None:
    desk.post("/lists/settings.organs/export", {"query": "q=第0", "columns": ["name", "code"], "format": "xlsx"})

    export = ListExport.objects.get()
    rows = CalamineWorkbook.from_path(exports.path_of(export)).get_sheet_by_index(0).to_python()
    assert rows[0] == ["机构", "编码"]
    assert len(rows) == 11
    answer = desk.get(f"/exports/{export.pk}/file")
    assert b"".join(answer.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]  # a file is streamed
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")


def test_another_kind_of_file_is_not_offered(desk: Client, many: int) -> None:
    assert desk.post("/lists/settings.organs/export", {"format": "exe"}).status_code == 422


def test_an_export_writes_the_filtered_list_tells_its_officer_and_leaves_an_entry(desk: Client, many: int) -> None:
    _make_every_export_long()
    desk.post("/lists/settings.organs/export", {"query": "q=第0", "columns": ["name", "code"]})
    export = ListExport.objects.get()
    assert export.state == ExportState.WAITING

    exports.write(export_id=str(export.pk), at=AT)

    export.refresh_from_db()
    with exports.path_of(export).open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[0] == ["机构", "编码"]
    assert len(lines) == 11
    assert (export.state, export.written) == (ExportState.DONE, 10)
    assert Notice.objects.get().url == f"/exports/{export.pk}"
    assert LedgerEntry.objects.filter(event="list.exported", subject=str(export.pk)).count() == 1


def test_an_export_is_not_for_who_holds_no_office(people: Cast, client: Client) -> None:
    user = people.officers["林一"].user
    assert user is not None
    client.force_login(user)

    assert client.post("/lists/settings.organs/export").status_code == 403
    assert ListExport.objects.count() == 0


def test_an_export_of_an_unknown_list_is_not_found(desk: Client) -> None:
    assert desk.post("/lists/nothing/export").status_code == 404


def test_a_cancelled_export_writes_nothing(desk: Client, many: int) -> None:
    _make_every_export_long()
    desk.post("/lists/settings.organs/export", {"query": ""})
    export = ListExport.objects.get()
    desk.post(f"/exports/{export.pk}/cancel")

    exports.write(export_id=str(export.pk), at=AT)

    export.refresh_from_db()
    assert export.state == ExportState.CANCELLED
    assert not exports.path_of(export).exists()
    assert Notice.objects.count() == 0


def test_files_are_gone_after_a_week_and_the_page_says_so(desk: Client, many: int) -> None:
    desk.post("/lists/settings.organs/export", {"query": ""})
    export = ListExport.objects.get()
    ListExport.objects.update(ended_at=AT)

    assert exports.sweep(at=AT + exports.KEPT) == 0
    assert exports.sweep(at=AT + exports.KEPT * 2) == 1

    assert desk.get(f"/exports/{export.pk}/file").status_code == 404


@pytest.mark.parametrize(
    ("value", "safe"), [("=1+1", "'=1+1"), ("@x", "'@x"), ("-12", "-12"), ("-", "-"), ("-x", "'-x"), ("3,000", "3,000")]
)
def test_a_cell_never_becomes_a_formula(value: str, safe: str) -> None:
    assert sheets.text_cell(value) == safe


def test_a_workbook_keeps_text_as_text_and_numbers_as_numbers(tmp_path: Path) -> None:
    with sheets.XlsxSheet(tmp_path / "x.xlsx", "导出[1]") as sheet:
        sheet.write(["=1+1", "@x", 3_000, "a\x00b"])

    with ZipFile(tmp_path / "x.xlsx") as archive:
        written = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in written
    (row,) = CalamineWorkbook.from_path(tmp_path / "x.xlsx").get_sheet_by_index(0).to_python()
    assert row == ["=1+1", "@x", 3_000, "ab"]


def test_an_organ_of_no_department_is_a_row_like_any_other(desk: Client) -> None:
    assert OrganKind.NOTARY_OFFICE in {row.kind for row in desk.get(f"{PATH}?size=200").context["page"].records}


def test_a_token_is_read_back() -> None:
    class Row:
        pk, name = 7, "王"

    assert keyset._values(keyset.token(Row(), ("name", "-pk")), ("name", "-pk")) == ["王", 7]
