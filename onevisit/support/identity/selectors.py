"""Reads of organs and officers that others use."""

from datetime import date
from uuid import UUID

from django.db.models import Min, Q, QuerySet, Window

from onevisit.support.identity.actors import Actor, Capacity
from onevisit.support.identity.models import Department, Officer, OrganKind, Post
from onevisit.support.identity.roles import Role


def officers_with(*, role: Role, department_id: UUID, on: date) -> QuerySet[Officer]:
    """Return the officers who hold `role` in an organ on a day, substitutes included."""
    posted = Q(posts__role=role, posts__department_id=department_id, posts__valid_from__lte=on) & (
        Q(posts__valid_to__isnull=True) | Q(posts__valid_to__gte=on)
    )
    substituting = Q(
        delegations_held__role=role,
        delegations_held__department_id=department_id,
        delegations_held__valid_from__lte=on,
        delegations_held__valid_to__gte=on,
        delegations_held__revoked_at__isnull=True,
    )
    return Officer.objects.filter(posted | substituting).distinct()


def demo_cast() -> QuerySet[Officer]:
    """Return the cast of the demo city in the order of its personnel numbers."""
    return Officer.objects.filter(is_demo_cast=True, user__isnull=False).select_related("department", "user")


def demo_players() -> QuerySet[Officer]:
    """Return the cast, and whoever a draw has sent out, so that every drawn officer can be played in the demo city.

    The organs stand in the order of their first officers, each with all of its people.
    """
    return (
        Officer.objects.filter(Q(is_demo_cast=True, user__isnull=False) | Q(notices__kind="visit"))
        .distinct()
        .select_related("department", "user")
        .prefetch_related("posts")
        .annotate(first=Window(Min("personnel_number"), partition_by="department_id"))
        .order_by("first", "personnel_number")
    )


def coordination_office() -> Department:
    """Return the 领导小组办公室.

    Raises:
        Department.DoesNotExist: the city has none.
    """
    return Department.objects.get(kind="coordination_office", valid_to__isnull=True)


def coordination_capacity(actor: Actor, *roles: Role) -> Capacity | None:
    """Return the capacity of an actor who holds one of `roles` (any if none is given) in the coordination office."""
    held = [capacity for capacity in actor.capacities if not roles or capacity.role in roles]
    if not held:
        return None
    if coordinators := [capacity for capacity in held if capacity.role == Role.COORDINATOR]:
        return coordinators[0]
    offices = set(
        Department.objects.filter(
            kind=OrganKind.COORDINATION_OFFICE, pk__in=[capacity.department_id for capacity in held]
        ).values_list("pk", flat=True)
    )
    return next((capacity for capacity in held if capacity.department_id in offices), None)


def is_coordination_office(department_id: UUID) -> bool:
    """Say whether an organ is a coordination office."""
    return Department.objects.filter(pk=department_id, kind=OrganKind.COORDINATION_OFFICE).exists()


def operating_organs() -> QuerySet[Department]:
    """Return the organs that run the platform: whom to ask when nobody nearer can help."""
    return Department.objects.filter(kind=OrganKind.OPERATOR, valid_to__isnull=True)


def posts_of(*, officer_id: UUID, on: date) -> QuerySet[Post]:
    """Return the posts an officer holds on a day."""
    return (
        Post.objects.filter(officer_id=officer_id, valid_from__lte=on)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
        .select_related("department")
    )


def name_of(actor_id: str) -> str:
    """Return the name of the officer behind an actor's id; empty for the system and for nobody."""
    kind, _sign, key = actor_id.partition(":")
    if kind != "officer":
        return ""
    return Officer.objects.filter(pk=key).values_list("name", flat=True).first() or ""
