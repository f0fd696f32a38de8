"""The register at the size of a large city: valid codes, the same every time, one entry in the ledger."""

import pytest

from onevisit.core.identifiers import check_uscc
from onevisit.demo import scale
from onevisit.stages.registers.models import InspectionTarget
from onevisit.support.ledger.models import LedgerEntry
from tests.cast import AT


@pytest.fixture
def _two(db: None) -> None:
    for code, name in (
        ("91350203XMDM00012L", "厦门盛瑞加油站有限公司"),
        ("91350206XMDM00020T", "厦门丰江加油站有限公司"),
    ):
        InspectionTarget.objects.create(
            object_id=code, uscc=code, name=name, region_code=code[2:8], address="厦门市", industry_code="5265"
        )


@pytest.mark.usefixtures("_two")
def test_the_register_grows_to_the_size_with_valid_codes() -> None:
    assert scale.fill(size=50, at=AT) == 48

    codes = list(InspectionTarget.objects.values_list("uscc", flat=True))
    assert len(codes) == len(set(codes)) == 50
    assert [code for code in codes if not check_uscc(code).is_acceptable] == []
    assert LedgerEntry.objects.filter(event="import.confirmed").count() == 1


@pytest.mark.usefixtures("_two")
def test_a_register_of_that_size_is_left_alone() -> None:
    assert scale.fill(size=2, at=AT) == 0

    assert not LedgerEntry.objects.exists()


@pytest.mark.usefixtures("_two")
def test_a_made_target_is_found_by_its_code() -> None:
    scale.fill(size=3, at=AT)

    made = InspectionTarget.objects.exclude(name__endswith="公司").get()

    assert made.name == "厦门盛瑞加油站有限公司（1号店）"
    assert made.uscc[-2:].lower() in made.bigrams
