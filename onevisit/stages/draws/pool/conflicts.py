"""The recusals that nobody has to register: what the registers know of the people and targets of a draw, in names."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from onevisit.stages.draws import documents
from onevisit.stages.draws.documents import Ground
from onevisit.stages.draws.models import Draw, Recusal
from onevisit.stages.registers import conflicts


@dataclass(frozen=True, kw_only=True)
class KnownRecusal:
    """One person who stays away from one target of the pool, and why."""

    department: str
    person: str
    target: str
    reason: str


def known_recusals(draw: Draw, ground: Ground, *, item: str = "") -> list[KnownRecusal]:
    """Return the recusals by the registers, by department, person and target; those of one item if it is given.

    What somebody registered in this draw as well stands among its own recusals.
    """
    by_hand = set(Recusal.objects.filter(draw=draw).values_list("target_id", "inspector_id"))
    targets = {row.target_id: row.name for row in ground.rows}
    parts = {pk: part for part in ground.parts for pk in part.inspector_ids}
    words = _words()
    found = [
        KnownRecusal(
            department=parts[inspector_id].department_name,
            person=ground.nominees[inspector_id].name,
            target=targets[target_id],
            reason=words[code],
        )
        for (target_id, inspector_id), code in documents.known_conflicts(ground).items()
        if (target_id, inspector_id) not in by_hand
        and inspector_id in ground.nominees
        and item in ("", parts[inspector_id].department_code)
    ]
    return sorted(found, key=lambda row: (row.department, row.person, row.target))


def _words() -> dict[str, str]:
    return {
        conflicts.FORMER_POST: _("曾在该对象任职"),
        conflicts.RELATIVE: _("近亲属在该对象任职"),
        conflicts.OTHER: _("有其他利害关系"),
        conflicts.SAME_AS_LAST: _("上次由其检查"),
    }
