"""In the demo city somebody can follow a silent escrow: a second organ holds the post 执法监督 and can be played."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from onevisit.demo import loading, packs
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.keys import deposits, escrows
from onevisit.stages.draws.models import Draw, DrawItem
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.support.identity import actors
from onevisit.support.identity.models import Department, Officer
from tests import draw_scenes, scenes
from tests.cast import AT, Cast

pytestmark = pytest.mark.django_db
LATE = AT + timedelta(days=2)
"""AT is a Tuesday: one working day after it ends on Wednesday."""
ACCOUNTS = {"林": "lin", "王": "wang", "何": "he", "苏": "su", "周": "zhou", "司": "supervisor", "纪": "discipline"}


@pytest.fixture(scope="module", autouse=True)
def city(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load the demo city once for this module and take it back after the last test."""
    with django_db_blocker.unblock(), transaction.atomic():
        loading.load(pack=packs.folder_of("xiamen"), actor=actors.SYSTEM, at=AT, is_demo=True)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def people() -> Cast:
    """Those of the demo's cast who take part, under the names of the tests' own cast."""
    officers = Officer.objects.filter(is_demo_cast=True).select_related("user", "department")
    by_account = {officer.user.username: officer for officer in officers if officer.user}
    return Cast(officers={name: by_account[f"demo-{account}"] for name, account in ACCOUNTS.items()})


def _draw() -> Draw:
    """A draw that 领导小组办公室 prepares for the five departments."""
    draw = Draw.objects.create(
        number="350200-2026-0001",
        sequence=1,
        year=2026,
        organiser=Department.objects.get(code="350200-LX"),
        title="加油（气）站安全联合检查",
        created_at=AT,
    )
    for short in scenes.CLERKS:
        organ = Department.objects.get(short_name=short)
        DrawItem.objects.create(draw=draw, item=organ.code, department=organ)
    return draw


def test_two_organs_stand_in_the_published_order() -> None:
    assert [organ.short_name for organ in escrows.order(on=AT.date())] == ["市司法局", "市纪委监委"]


def test_the_second_organ_takes_over_from_a_silent_one_and_the_departments_deposit_again(people: Cast) -> None:
    draw = _draw()
    for item in draw_scenes.items_of(draw):
        draw_scenes.commit_key(item, people)
    draw_scenes.hold_escrow(draw, people)
    for item in draw_scenes.items_of(draw):
        draw_scenes.deposit_shares(item, people)
    with pytest.raises(DrawRefused, match="才可接任托管"):
        draw_scenes.take_escrow(draw, people, by="纪", at=AT + timedelta(hours=8))

    draw_scenes.take_escrow(draw, people, by="纪", at=LATE)

    for item in draw_scenes.items_of(draw):
        draw_scenes.deposit_shares(item, people, at=LATE)
    fresh = [str(row.row.pk) for row in deposits.deposits_of(draw).unverified() if row.row]
    draws.verify_shares(draw=draw, verified=fresh, rejected={}, actor=people.actor("纪"), at=LATE)
    assert deposits.missing(draw) == []
    assert [one.name for one in escrows.replaced_of(draw)] == ["市司法局"]
