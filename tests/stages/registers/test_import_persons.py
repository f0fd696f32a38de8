"""One person under two personnel numbers is named when a file brings it: rows, who stands already, and what to do."""

import pytest

from onevisit.stages.registers.imports import services as imports
from onevisit.stages.registers.models import ImportRun, Inspector
from onevisit.support.identity.models import Officer
from tests import cast
from tests.stages.registers import files, records

pytestmark = pytest.mark.django_db


def _officers(people: cast.Cast, *rows: tuple[str, str, str]) -> ImportRun:
    code = people.departments["市商务局"].code
    content = files.csv_bytes(
        *(
            {
                "人员编号": number,
                "姓名": name,
                "机构编码": code,
                "联系电话": phone,
                "账号": "",
                "演示身份": "否",
                "演示身份说明": "",
            }
            for number, name, phone in rows
        )
    )
    return imports.upload(kind="officers", file_name="人员.csv", content=content, actor=people.actor("运"), at=cast.AT)


def _inspectors(people: cast.Cast, *rows: dict[str, str]) -> ImportRun:
    content = files.inspector_rows(*rows)
    return imports.upload(
        kind="inspectors", file_name="名录.csv", content=content, actor=people.actor("陈"), at=cast.AT
    )


def _said(run: ImportRun) -> list[tuple[int, str]]:
    return [(int(one["row"]), str(one["words"])) for one in run.notices]


def test_the_same_name_and_telephone_under_two_numbers_is_named_within_a_file_and_against_the_register(
    people: cast.Cast,
) -> None:
    Officer.objects.filter(pk=people.officers["林一"].pk).update(phone="13959210001")
    number = people.officers["林一"].personnel_number

    run = _officers(
        people,
        ("N1", "林一", "139-5921-0001"),
        ("N2", "周小海", "13959210002"),
        ("N3", "周小海", "+86 139 5921 0002"),
        ("N4", "周小海", "13959210003"),
        ("N5", "周小山", "13959210002"),
        ("N6", "周小海", ""),
    )

    assert run.errors == []
    (first, one), (second, two) = _said(run)
    assert (first, second) == (2, 4)
    assert f"已登记的林一（市商务局，人员编号 {number}）" in one
    assert "第 3 行（人员编号 N2）" in two
    assert "请只保留一个编号" in one
    assert "13959210001" not in str(run.notices)
    imports.confirm(run=run, actor=people.actor("运"), at=cast.AT)
    assert Officer.objects.filter(name="周小海").count() == 4  # a warning stops nothing


def test_a_row_that_stands_already_or_is_mended_is_not_named(people: cast.Cast) -> None:
    run = _officers(people, ("N1", "周小海", "13959210002"))
    imports.confirm(run=run, actor=people.actor("运"), at=cast.AT)

    assert _said(_officers(people, ("N1", "周小海", "13959210002"))) == []
    assert _said(_officers(people, ("N1", "周小海", "13959210009"), ("N2", "周小海", "13959210002"))) == []
    assert len(_said(_officers(people, ("N2", "周小海", "13959210002")))) == 1


def test_one_certificate_under_two_numbers_is_named_the_second_one_too(people: cast.Cast) -> None:
    standing = records.inspector(people, name="林一")
    Inspector.objects.filter(pk=standing.pk).update(second_certificate_no="GA-7701")
    numbers = {name: people.officers[name].personnel_number for name in ("林一", "林二", "王一", "王二")}

    run = _inspectors(
        people,
        {"人员编号": numbers["林二"], "执法证号": "C2002", "第二证号": standing.certificate_no},
        {"人员编号": numbers["王一"], "执法证号": "C3003", "第二证号": "ga-7701"},
        {"人员编号": numbers["王二"], "执法证号": "C4004", "第二证号": "C2002"},
    )

    assert run.errors == []
    said = _said(run)
    assert [row for row, _words in said] == [2, 3, 4]
    assert f"已登记的林一（市商务局，人员编号 {numbers['林一']}）" in said[0][1]
    assert f"第 2 行（人员编号 {numbers['林二']}）" in said[2][1]
    assert all("请停用其中一个编号" in words for _row, words in said)
