"""The house stands: the cast can be built and an organ that coordinates can never inspect."""

import pytest
from django.db import IntegrityError

from tests import cast


@pytest.mark.requirement("R22")
def test_the_coordination_office_can_never_be_an_inspecting_body(people: cast.Cast) -> None:
    office = people.departments["领导小组办公室"]

    office.can_inspect = True

    with pytest.raises(IntegrityError):
        office.save(update_fields=["can_inspect"])


def test_an_outsider_has_no_capacity(people: cast.Cast) -> None:
    assert people.actor("吴").capacities == ()
