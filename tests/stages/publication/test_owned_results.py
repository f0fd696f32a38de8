"""The result of a product's visit names the business that answers for it, so that other systems file it there."""

import json

import pytest

from onevisit.stages.publication import contents
from onevisit.stages.registers.models import InspectionTarget
from tests.cast import Cast
from tests.stages.publication import scene

pytestmark = pytest.mark.django_db
OWNER = "91350200XMDM000778"


def test_the_result_of_a_product_names_the_business_that_it_belongs_to(people: Cast) -> None:
    shared = {"region_code": "350206", "address": "某某路 1 号", "industry_code": "5265"}
    owner = InspectionTarget.objects.create(object_id=OWNER, uscc=OWNER, name="厦门湖滨加油站有限公司", **shared)
    # The scene visits the target with this id.
    InspectionTarget.objects.create(
        object_id="91350200XMDM000777", name="92 号车用汽油", kind="product", owner=owner, **shared
    )

    found = scene.released(people)

    content = json.loads(contents.encode(found.content))
    assert content["party"] == {"object_id": OWNER, "uscc": OWNER, "name": "厦门湖滨加油站有限公司"}
    assert content["target"]["name"] == "92 号车用汽油"


def test_the_result_of_a_business_stands_as_before(people: Cast) -> None:
    assert "party" not in scene.released(people).content
