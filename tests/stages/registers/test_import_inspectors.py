"""An entry of the register of inspectors is its officer's: certificates are renewed, exchanged, and never had twice."""

import pytest

from onevisit.stages.registers.imports import services as imports
from onevisit.stages.registers.models import ImportRun, Inspector
from onevisit.support.identity.models import Officer
from tests import cast
from tests.stages.registers import files, records

pytestmark = pytest.mark.django_db


def _file(people: cast.Cast, *rows: tuple[Officer, str], by: str = "陈") -> ImportRun:
    content = files.inspector_rows(
        *({"人员编号": officer.personnel_number, "执法证号": number} for officer, number in rows)
    )
    return imports.upload(kind="inspectors", file_name="名录.csv", content=content, actor=people.actor(by), at=cast.AT)


def _written(people: cast.Cast, run: ImportRun, *, by: str = "陈") -> ImportRun:
    assert run.errors == []
    return imports.confirm(run=run, actor=people.actor(by), at=cast.AT)


def _numbers() -> dict[str, str]:
    return dict(Inspector.objects.values_list("officer__name", "certificate_no"))


def test_a_certificate_renewed_under_a_new_number_stays_in_its_officers_entry(people: cast.Cast) -> None:
    standing = records.inspector(people, name="林一")

    done = _written(people, _file(people, (standing.officer, "C-2026")))

    assert (done.new_count, done.changed_count) == (0, 1)
    assert Inspector.objects.get(certificate_no="C-2026").pk == standing.pk


def test_numbers_that_stand_the_wrong_way_round_are_exchanged_by_one_file(people: cast.Cast) -> None:
    first, second = (records.inspector(people, name=name) for name in ("林一", "林二"))

    _written(people, _file(people, (first.officer, second.certificate_no), (second.officer, first.certificate_no)))

    assert _numbers() == {"林一": second.certificate_no, "林二": first.certificate_no}


def test_a_number_that_another_officer_gives_up_in_the_same_file_goes_to_a_new_entry(people: cast.Cast) -> None:
    standing, officer = records.inspector(people, name="林一"), people.officers["林二"]

    done = _written(people, _file(people, (officer, standing.certificate_no), (standing.officer, "C-2026")))

    assert (done.new_count, done.changed_count) == (1, 1)
    assert _numbers() == {"林一": "C-2026", "林二": standing.certificate_no}


def test_a_number_that_another_officer_keeps_is_refused_with_his_name(people: cast.Cast) -> None:
    first, second = (records.inspector(people, name=name) for name in ("林一", "林二"))

    (fault,) = _file(people, (second.officer, first.certificate_no)).errors

    assert (fault["row"], fault["title"], fault["value"]) == (2, "执法证号", first.certificate_no)
    assert f"已登记在林一（人员编号 {first.officer.personnel_number}）名下" in fault["words"]


def test_one_number_for_two_officers_and_two_numbers_for_one_are_refused(people: cast.Cast) -> None:
    one, other = people.officers["林一"], people.officers["林二"]

    twice = _file(people, (one, "C-1"), (other, "C-1")).errors
    both = _file(people, (one, "C-1"), (one, "C-2")).errors

    assert [(fault["row"], fault["title"]) for fault in (*twice, *both)] == [(3, "执法证号"), (3, "人员编号")]
    assert "与第 2 行的执法证号相同" in twice[0]["words"]
    assert "与第 2 行重复而内容不同" in both[0]["words"]


def test_an_entry_follows_its_person_to_a_new_personnel_number(people: cast.Cast) -> None:
    standing = records.inspector(people, name="林一")
    held = standing.officer
    again = Officer.objects.create(name=held.name, personnel_number="N-1", department=held.department)

    done = _written(people, _file(people, (again, standing.certificate_no)))

    assert (done.new_count, done.changed_count) == (0, 1)
    standing.refresh_from_db()
    assert standing.officer_id == again.pk


def test_the_clerk_of_one_organ_takes_no_entry_of_another(people: cast.Cast) -> None:
    standing = records.inspector(people, name="王一")
    own = people.officers["林二"]
    assert standing.department_id != own.department_id

    (fault,) = _file(people, (own, standing.certificate_no), by="林").errors

    assert f"已登记在王一（人员编号 {standing.officer.personnel_number}）名下" in fault["words"]
