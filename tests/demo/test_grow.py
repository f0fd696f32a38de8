"""The city grows with the same invented targets every time, each with a valid demo code, found by search."""

import pytest
from django.db import connection

from onevisit.core import identifiers
from onevisit.demo import growing
from onevisit.stages.registers import selectors
from onevisit.stages.registers.models import InspectionTarget
from onevisit.support.identity import actors
from onevisit.support.ledger.models import LedgerEntry
from tests import cast

pytestmark = pytest.mark.django_db


def grow(targets: int) -> growing.Grown:
    return growing.grow(targets=targets, actor=actors.SYSTEM, at=cast.AT)


def test_the_register_grows_to_the_wanted_size_and_no_further() -> None:
    first = grow(200)
    again = grow(200)
    more = grow(250)

    assert (first.added, again.added, more.added) == (200, 0, 50)
    assert LedgerEntry.objects.filter(event="import.confirmed", subject="grow_city").count() == 2
    assert InspectionTarget.objects.count() == 250
    assert InspectionTarget.objects.values("uscc").distinct().count() == 250


def test_every_invented_code_is_valid_and_was_never_issued() -> None:
    rows = list(growing.rows(start=0, stop=300))

    assert all(identifiers.check_uscc(str(row[1])).is_acceptable for row in rows)
    assert all(str(row[1])[8:12] == "XMDM" and str(row[1])[12].isalpha() for row in rows)


def test_the_rows_are_the_same_every_time() -> None:
    assert list(growing.rows(start=5, stop=30)) == list(growing.rows(start=5, stop=30))


def test_grown_targets_are_found_and_the_index_is_there_again() -> None:
    grow(100)
    target = InspectionTarget.objects.order_by("object_id")[50]

    assert target in selectors.search(target.name[2:6], limit=100)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_indexes WHERE indexname = 'target_bigrams'")
        assert cursor.fetchone() == (1,)


def test_the_mix_of_classes_is_the_real_one() -> None:
    classes = [str(row[16]) for row in growing.rows(start=0, stop=5000)]

    assert 0.70 < classes.count("A") / 5000 < 0.76
    assert 0.02 < classes.count("D") / 5000 < 0.04
