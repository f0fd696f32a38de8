"""企业口令: the coordination office prints letters; nobody of an inspecting body comes near a key."""

import re
import uuid

import pytest
from django.test import Client

from onevisit.stages.registers.models import InspectionTarget
from onevisit.stages.visits import business_keys, services
from onevisit.stages.visits.models import BusinessKey
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from tests import visit_scenes
from tests.cast import AT, Cast

pytestmark = pytest.mark.django_db
PATH = "/visits/business_keys"


def desk(people: Cast, who: str) -> Client:
    client = Client()
    user = people.officers[who].user
    assert user is not None
    client.force_login(user)
    return client


def test_a_visit_that_has_not_begun_puts_nobody_on_the_list(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    assert not business_keys.businesses().exists()

    visit_scenes.phone(people, visit, "市商务局").enter()

    assert business_keys.businesses().get() == visit.target
    assert visit.target.name in desk(people, "陈").get(PATH).content.decode()


def test_the_letter_carries_the_key_once_and_the_store_a_digest(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    office = desk(people, "陈")

    page = office.post(f"{PATH}/letters", {"target": str(visit.target_id)})

    text = re.search(r"data-key>([0-9A-Z-]+)<", page.content.decode())
    assert text is not None
    assert "no-store" in page["Cache-Control"]
    made = business_keys.opened_by(key=text[1], visit=visit)
    assert made is not None
    assert text[1] not in str(BusinessKey.objects.values_list())
    entry = LedgerEntry.objects.get(event="business_key.issued")
    assert (entry.subject, text[1] in str(entry.payload)) == (str(made.pk), False)


def test_a_new_key_ends_the_former_one(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    first, second = (
        services.issue_business_keys(target_ids=[visit.target_id], actor=people.actor("陈"), at=AT)[0].key
        for _n in range(2)
    )

    assert business_keys.opened_by(key=first, visit=visit) is None
    assert business_keys.opened_by(key=second, visit=visit) is not None


def test_a_new_key_of_the_owner_ends_one_that_was_issued_for_its_place(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    place = InspectionTarget.objects.create(
        object_id="site:3502-K1", name="厦门某站点", owner=visit.target, region_code="350206", industry_code="5265"
    )
    of_place = BusinessKey.objects.create(target=place, sha256="ab" * 32, issued_at=AT, issued_by="office")

    services.issue_business_keys(target_ids=[visit.target_id], actor=people.actor("陈"), at=AT)

    of_place.refresh_from_db()
    assert of_place.revoked_at == AT


@pytest.mark.parametrize("who", ["林", "林局", "林一", "司", "运", "吴"])
def test_no_inspecting_body_issues_or_sees(people: Cast, who: str) -> None:
    visit = visit_scenes.dispatched(people)

    with pytest.raises(MayNot):
        services.issue_business_keys(target_ids=[visit.target_id], actor=people.actor(who), at=AT)

    assert desk(people, who).get(PATH).status_code == 403
    assert not BusinessKey.objects.exists()


@pytest.mark.parametrize("count", [0, services.MOST_LETTERS + 1])
def test_none_or_too_many_are_refused_with_the_limit(people: Cast, count: int) -> None:
    ids = [uuid.uuid4() for _n in range(count)] if count else []

    with pytest.raises(VisitRefused, match="请选择 1 至 50 户"):
        services.issue_business_keys(target_ids=ids, actor=people.actor("陈"), at=AT)


def test_a_business_that_asks_is_found_by_its_name(people: Cast) -> None:
    target = visit_scenes.dispatched(people).target

    page = desk(people, "陈").get(PATH, {"q": target.uscc.lower()}).content.decode()

    assert target.name in page
    assert "未发放" in page
    assert desk(people, "陈").post(f"{PATH}/letters").status_code == 422
