"""Subjects of the verbs on organs and people."""

from datetime import date

from onevisit.support.identity.models import Delegation, Department, Post
from onevisit.support.identity.roles import Role
from tests.cast import Cast


def _organ(people: Cast) -> Department:
    return people.departments["市商务局"]


def _post_noun(people: Cast) -> Department:
    return people.departments["市商务局"]


def _delegation(people: Cast) -> object:
    return Post.objects.get(officer=people.officers["林局"], role=Role.APPROVER)


def _granted(people: Cast) -> Delegation:
    return Delegation.objects.create(
        from_officer=people.officers["林局"],
        to_officer=people.officers["林"],
        department=people.departments["市商务局"],
        role=Role.APPROVER,
        reason="出差",
        valid_from=date(2026, 1, 1),
        valid_to=date(2030, 1, 1),
    )


SUBJECTS = {"organ": _organ, "post": _post_noun, "delegation.grant": _delegation, "delegation.revoke": _granted}
