"""The business's own key (企业口令): what no officer knows, so that nobody rates, signs or answers in its place.

An inspection code is known to the officers who show it: it proves the visit to the business. The key proves the
business to the system. It is made for a letter of the coordination office, which never inspects; a digest is kept.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from onevisit.stages.registers import selectors as registers
from onevisit.stages.visits.models import BusinessKey, Visit
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.support.identity.actors import Actor

if TYPE_CHECKING:
    from onevisit.stages.registers.models import InspectionTarget

# No letter that is taken for another one when it is read off paper: 30 of them, sixteen times, are 78 bits.
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 16, 4
_BEGUN = ("in_progress", "incomplete", "submitted", "closed")


@dataclass(frozen=True)
class Letter:
    """The letter to one business, the only place where its key stands in clear."""

    target: "InspectionTarget"
    key: str
    issued_at: datetime


class KeyNeeded(VisitRefused):
    """The act belongs to the business itself and came without its key."""

    def __init__(self) -> None:
        super().__init__(
            code="business_key",
            message=_("这一步只能由企业本单位办理，请先输入企业口令。"),
            fix=_("请输入企业口令"),
            field="key",
            status=403,
        )


def make() -> str:
    """Return a new key in groups of four."""
    text = "".join(secrets.choice(LETTERS) for _n in range(LENGTH))
    return "-".join(text[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def digest(key: str) -> str:
    """Return the digest by which a key is known, however it was typed."""
    plain = re.sub(r"[^0-9A-Z]", "", key.upper())
    return hashlib.sha256(f"business-key\x00{plain}".encode()).hexdigest()


def opened_by(*, key: str, visit: Visit) -> BusinessKey | None:
    """Return the valid key of the visit's business that was typed, or None."""
    return _valid_of(visit).filter(sha256=digest(key)).first()


def must_hold(*, key_id: UUID | None, visit_id: UUID) -> BusinessKey:
    """Return the valid key of a visit's business.

    Raises:
        KeyNeeded: none was given, it was replaced, or it is another business's.
    """
    visit = Visit.objects.select_related("target__owner__merged_into").filter(pk=visit_id).first()
    valid = _valid_of(visit).filter(pk=key_id).first() if visit is not None and key_id is not None else None
    if valid is None:
        raise KeyNeeded
    return valid


def _valid_of(visit: Visit) -> QuerySet[BusinessKey]:
    """Return the valid keys of a visit's business: of the owner where a place, a product or conduct is visited.

    A key that was issued for the place itself, before letters went to the owner only, opens it until it is replaced.
    """
    return BusinessKey.objects.filter(target_id__in=(visit.target.party.pk, visit.target_id), revoked_at__isnull=True)


def holder(key_id: UUID | None) -> Actor:
    """Return who acts with a key: the business itself, without an account."""
    return Actor(id=f"key:{key_id}", name=_("当事人"))


def businesses(*, words: str = "") -> "QuerySet[InspectionTarget]":
    """Return whom a letter can go to: by words any business that asks, without words those visited and without a key.

    A visit that has not begun puts nobody on the list: no letter tells that somebody will be visited.
    """
    valid = BusinessKey.objects.filter(target_id=OuterRef("pk"), revoked_at__isnull=True)
    found = (
        registers.targets()
        .filter(owner__isnull=True)
        .annotate(key_issued_at=valid.values("issued_at")[:1])
        .order_by("name", "pk")
    )
    if words:
        return found.filter(registers.matching_words(words) | Q(uscc=words.upper()))
    own = Q(target_id=OuterRef("pk")) | Q(target__owner_id=OuterRef("pk"))
    visited = Visit.objects.filter(own, state__in=_BEGUN)
    return found.filter(Exists(visited), key_issued_at__isnull=True)
