"""Nobody goes in with another team than was drawn: refused at the entry, looked for every few minutes, published."""

import logging
from datetime import datetime

from django.utils.translation import gettext as _

from onevisit.stages.draws import selectors as drawing
from onevisit.stages.draws import services as draws
from onevisit.stages.visits.models import Inspection, Visit
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.stages.visits.selectors import teams

log = logging.getLogger(__name__)


class TeamDiffers(VisitRefused):
    """The team of the visit is not the one that the draw and its rounds gave."""

    def __init__(self, differing: list[teams.Difference]) -> None:
        super().__init__(
            code="team_differs",
            message=_("派出的人员与抽取结果不符，可能被改动，不能入场。已留痕并预警。"),
            fix=_("请报本部门联络员，由执法监督核对、运维恢复抽中的人员后再传；内容仍在本机。"),
            status=409,
        )
        self.differing = differing


def check_team(part: Inspection) -> None:
    """Refuse to let a visit begin whose team, of whichever department, is not the one that was drawn.

    Raises:
        TeamDiffers: a row was changed since the dispatch, without a round that swapped anybody.
    """
    visit = part.visit
    if visit.draw_id is None:
        return
    if found := teams.differing(draw_id=visit.draw_id, visit_id=visit.pk):
        raise TeamDiffers(found)


def note(differing: list[teams.Difference], *, at: datetime) -> None:
    """Leave one public entry for each draw and department concerned."""
    concerned = {(one.part.visit.draw_id, one.part.department.code) for one in differing}
    for draw_id, department in sorted(concerned, key=str):
        if draw_id is not None:
            draws.note_team(draw_id=draw_id, department=department, at=at)


def look(*, at: datetime) -> None:
    """Hold the teams of every draw whose visits are under way against what was drawn."""
    under_way = Visit.objects.exclude(state__in=("closed", "withdrawn")).values("draw_id")
    for draw_id in drawing.running_draws().filter(pk__in=under_way).values_list("pk", flat=True):
        try:
            note(teams.differing(draw_id=draw_id), at=at)
        except Exception:  # one draw whose rows are damaged does not stop the look at the others
            log.exception("looking at the teams of draw %s", draw_id)
