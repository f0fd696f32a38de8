"""Who acts, and in which capacities: `actor.may(verb, subject)` and `actor.must(verb, subject)`."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from onevisit.support.identity.roles import ROLE_LABELS, Role
from onevisit.support.identity.verbs import policy_of

if TYPE_CHECKING:
    from onevisit.support.identity.models import User


class MayNot(Exception):
    """The actor may not do this; the subject may be seen."""

    code = "may_not"

    def __init__(self, *, verb: str, message: str) -> None:
        super().__init__(message)
        self.verb = verb
        self.message = message


@dataclass(frozen=True)
class Capacity:
    """One role in one organ; `on_behalf_of_id` names the officer whose substitute this one is."""

    department_id: UUID
    role: Role
    department_name: str = ""
    on_behalf_of_id: UUID | None = None
    on_behalf_of_name: str = ""
    until: date | None = None
    is_read_only: bool = False

    @property
    def label(self) -> str:
        words = f"{self.department_name} · {ROLE_LABELS[self.role]}"
        return (
            _("代 %(name)s · %(post)s") % {"name": self.on_behalf_of_name, "post": words}
            if self.on_behalf_of_id
            else words
        )


@dataclass(frozen=True)
class Actor:
    """Somebody who acts; without capacities it is the public or an outsider, who may see nothing."""

    id: str
    name: str = ""
    officer_id: UUID | None = None
    capacities: tuple[Capacity, ...] = ()
    is_system: bool = False

    def holds(self, *roles: Role, department_id: UUID | None = None) -> Capacity | None:
        """Return the first capacity with one of `roles` (in that organ, if given), own posts before substitutions."""
        for capacity in sorted(self.capacities, key=lambda held: held.on_behalf_of_id is not None):
            if capacity.role in roles and department_id in (None, capacity.department_id):
                return capacity
        return None

    def department_ids(self, *roles: Role) -> set[UUID]:
        """Return the organs in which the actor holds one of `roles` (any role if none is given)."""
        return {held.department_id for held in self.capacities if not roles or held.role in roles}

    def may(self, verb: str, subject: object = None) -> bool:
        policy = policy_of(verb)
        capacity = policy.rule(self, subject)
        return capacity is not None and (policy.is_read or not capacity.is_read_only)

    def must(self, verb: str, subject: object = None) -> Capacity:
        """Return the capacity in which the actor does `verb`.

        Raises:
            MayNot: no capacity of the actor allows it.
        """
        policy = policy_of(verb)
        capacity = policy.rule(self, subject)
        if capacity is None:
            words = _("您的身份不能%(act)s。%(who)s") % {"act": policy.label, "who": policy.who}
            raise MayNot(verb=verb, message=words)
        if capacity.is_read_only and not policy.is_read:
            words = _("%(organ)s处于只读试用阶段，暂不能%(act)s。")
            raise MayNot(verb=verb, message=words % {"organ": capacity.department_name, "act": policy.label})
        return capacity


SYSTEM_CAPACITY = Capacity(department_id=UUID(int=0), role=Role.OPERATOR, department_name="系统")
SYSTEM = Actor(id="system", name="系统", is_system=True)
PARTY_CAPACITY = Capacity(department_id=UUID(int=0), role=Role.OPERATOR, department_name="当事人")
NOBODY = Actor(id="nobody", name="公众")


def of_user(*, user: "User", on: date) -> Actor:
    """Build the actor of a signed-in account from the posts and delegations valid on `on`."""
    from onevisit.support.identity.models import Delegation, Officer, Post

    officer = Officer.objects.filter(user=user).first()
    if officer is None:
        return Actor(id=f"user:{user.pk}", name=user.get_username())
    posts = Post.objects.filter(valid_from__lte=on).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
    held = [
        Capacity(
            department_id=post.department_id,
            role=Role(post.role),
            department_name=post.department.short_name,
            is_read_only=post.department.is_read_only,
        )
        for post in posts.filter(officer=officer).select_related("department").order_by("valid_from", "role")
    ]
    # Nobody substitutes in a post that its holder has lost.
    substituted = posts.filter(
        officer=OuterRef("from_officer"), department=OuterRef("department"), role=OuterRef("role")
    )
    held += [
        Capacity(
            department_id=delegation.department_id,
            role=Role(delegation.role),
            department_name=delegation.department.short_name,
            on_behalf_of_id=delegation.from_officer_id,
            on_behalf_of_name=delegation.from_officer.name,
            until=delegation.valid_to,
            is_read_only=delegation.department.is_read_only,
        )
        for delegation in Delegation.objects.filter(
            Exists(substituted), to_officer=officer, valid_from__lte=on, valid_to__gte=on, revoked_at__isnull=True
        ).select_related("department", "from_officer")
    ]
    return Actor(id=f"officer:{officer.pk}", name=officer.name, officer_id=officer.pk, capacities=tuple(held))
