"""The cast remembers an actor only as long as he is what the database says."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from django.db import transaction

from onevisit.support.identity.models import Delegation, Post
from onevisit.support.identity.roles import Role
from tests.cast import AT, Cast


def test_an_actor_is_built_once(
    people: Cast, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    first = people.actor("林")

    with django_assert_num_queries(0):
        assert people.actor("林") is first


def test_a_lost_post_is_seen_and_its_return_too(people: Cast) -> None:
    assert people.actor("林").holds(Role.CLERK)

    before = transaction.savepoint()
    Post.objects.filter(officer=people.officers["林"]).delete()
    assert not people.actor("林").holds(Role.CLERK)
    transaction.savepoint_rollback(before)
    assert people.actor("林").holds(Role.CLERK)
    Post.objects.filter(officer=people.officers["林"]).update(role=Role.INSPECTOR)
    assert people.actor("林").holds(Role.INSPECTOR)


def test_a_delegation_is_seen(people: Cast) -> None:
    assert not people.actor("吴").capacities

    Delegation.objects.create(
        from_officer=people.officers["林"],
        to_officer=people.officers["吴"],
        department=people.departments["市商务局"],
        role=Role.CLERK,
        valid_from=AT.date(),
        valid_to=AT.date(),
    )

    assert people.actor("吴").holds(Role.CLERK)
