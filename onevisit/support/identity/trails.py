"""Which ledger entries a person may read in words: overseers all, others those of their own organs and public ones."""

from django.db.models import Q, QuerySet

from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Officer
from onevisit.support.identity.roles import Role
from onevisit.support.ledger import selectors as ledger
from onevisit.support.ledger.models import LedgerEntry

OVERSEERS = (Role.OPERATOR, Role.SUPERVISOR, Role.COORDINATOR)


def visible_entries(actor: Actor) -> QuerySet[LedgerEntry]:
    """Return the entries that the actor may read, newest first."""
    entries = ledger.newest_first()
    if actor.holds(*OVERSEERS):
        return entries
    if not actor.capacities:
        return entries.none()
    colleagues = Officer.objects.filter(department_id__in=actor.department_ids()).values_list("pk", flat=True)
    names = [f"officer:{officer_id}" for officer_id in colleagues]
    return entries.filter(Q(is_public=True) | Q(actor__in=[actor.id, *names]))
