"""Issues of lotteries that the platform itself knows to be drawn: an earlier draw has taken their numbers."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from onevisit.stages.draws.models import SourceValue
from onevisit.stages.draws.sources import declaring


def known_words(types: Sequence[str], issues: Mapping[str, str]) -> str:
    """Say which issue is no later than one whose numbers another draw has taken, empty where none is."""
    for type_ in declaring.LOTTERIES:
        if type_ not in types:
            continue
        known = SourceValue.objects.filter(
            value__type=type_, value__issue__gte=issues[type_], value__issue__startswith=issues[type_][:4]
        )
        if known.exists():
            words = _("%(label)s第 %(issue)s 期已经开奖：别的抽取已取过这一期或更后的一期。请填写 T0 之后开奖的一期。")
            return words % {"label": declaring.LABELS[type_], "issue": issues[type_]}
    return ""
