"""What the registers answer now under the conditions of a plan: their own count, which no organiser writes."""

from dataclasses import dataclass
from uuid import UUID

from onevisit.stages.plans import selectors
from onevisit.stages.plans.models import Campaign
from onevisit.stages.registers import proposals


@dataclass(frozen=True, kw_only=True)
class Recount:
    """The targets that fit the conditions of a plan now, and those of them that a rule keeps out."""

    fitting: frozenset[UUID]
    kept_out: frozenset[UUID]

    @property
    def all(self) -> frozenset[UUID]:
        return self.fitting | self.kept_out


def recount(*, campaign_id: UUID) -> Recount:
    """Ask the registers again with the same question; a cluster that was matched before is not looked at."""
    plan = Campaign.objects.select_related("template", "initiator").get(pk=campaign_id)
    proposal = proposals.propose(selectors.question_of(plan))
    return Recount(
        fitting=frozenset(UUID(found.target.id) for found in proposal.targets),
        kept_out=frozenset(UUID(out.target.id) for out in proposal.excluded_targets),
    )
