"""Two characters anywhere in a name, a code, an address or the pinyin initials find a target."""

from datetime import date

import pytest

from onevisit.stages.registers import searching, selectors
from onevisit.support.identity.models import DepartmentName
from tests import cast
from tests.stages.registers import files, records

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "words", ["鹭安", "加油", "XMDM0001", "xmdm", "金山路", "xmlajyz", "jyz", "厦门鹭安加油站有限公司"]
)
def test_a_target_is_found_by_any_part(people: cast.Cast, words: str) -> None:
    target = records.target(people)

    assert selectors.search(words) == [target]


@pytest.mark.parametrize("words", ["鹭山", "安鹭", "jyx", "350203"])
def test_what_only_shares_characters_is_not_found(people: cast.Cast, words: str) -> None:
    records.target(people)

    assert selectors.search(words) == []


def test_a_former_name_answers_with_todays_organ(people: cast.Cast) -> None:
    organ = people.departments["市应急局"]
    DepartmentName.objects.create(
        department=organ,
        name="厦门市安全生产监督管理局",
        short_name="市安监局",
        valid_from=date(2016, 1, 1),
        valid_to=date(2019, 1, 31),
    )

    assert list(selectors.departments_named("安监")) == [organ]


def test_initials_leave_digits_and_latin_letters_in_place() -> None:
    assert searching.initials("厦门加油A1站") == "xmjya1z"


def test_grams_are_of_letters_digits_and_characters_only() -> None:
    assert searching.grams("湖里-12 号") == ["湖里", "里1", "12", "2号"]


def test_short_names_come_first(people: cast.Cast) -> None:
    long = records.target(people)
    short = records.target(people, row={**files.TARGET, "统一社会信用代码": files.GOOD_TOO, "名称": "鹭安加油站"})

    assert selectors.search("鹭安") == [short, long]
