"""Which inspectors of the register a draw under way needs to be who they are: its roster was frozen with them.

Another person behind one of their rows stops the draw, its rounds and its visits, and looks like an attack
(`behind.py`). So an honest file is told before.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.draws.lifecycle import IN_HAND
from onevisit.stages.draws.models import Pseudonym
from onevisit.stages.draws.readiness import OPENING_TERM

UNTIL_PUBLIC = ("frozen", *IN_HAND, "sealed", "drawn")


def needed(inspector_ids: Collection[UUID], at: datetime) -> dict[UUID, str]:
    """Return which of some inspectors stand in a frozen roster, and in the draws with which numbers.

    A sealed draw needs them until it is public, an open one as long as a sealed one could have waited: its visits
    follow when it is.
    """
    last_day = timezone.localtime(at - OPENING_TERM).date()
    is_under_way = Q(draw__state__in=UNTIL_PUBLIC) | Q(
        draw__state="opened", draw__mode="open", draw__offer__ends_on__gte=last_day
    )
    rows = Pseudonym.objects.filter(is_under_way, inspector_id__in=inspector_ids).order_by("draw__number")
    found: dict[UUID, list[str]] = {}
    for pk, number in rows.values_list("inspector_id", "draw__number"):
        found.setdefault(pk, []).append(number)
    return {pk: _("抽取 %s ") % _("、").join(numbers) for pk, numbers in found.items()}
