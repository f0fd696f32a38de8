"""An alert about 市商务局, whose part was handed in too soon after the entry, walked to any step of its disposal."""

from datetime import datetime, timedelta

from onevisit.stages.visits.models import Inspection
from onevisit.support.identity.actors import SYSTEM
from onevisit.watch.oversight import services
from onevisit.watch.oversight.models import Alert
from tests import visit_scenes
from tests.cast import Cast

SHORT = "市商务局"
CLERK, SUPERVISOR = "林", "司"
RULE = "alert.short_stay"


def hasty(people: Cast) -> Inspection:
    """One department was three minutes on the spot."""
    visit = visit_scenes.dispatched(people)
    part = visit_scenes.submitted(people, visit, SHORT)
    part.submitted_at = visit.starts_at + timedelta(minutes=3)
    part.save(update_fields=["submitted_at"])
    return part


def after(part: Inspection) -> datetime:
    """Return a time after the visit."""
    return part.visit.ends_at + timedelta(hours=1)


def raised(people: Cast) -> Alert:
    """The rules were looked at after the hasty visit."""
    part = hasty(people)
    services.look(actor=SYSTEM, at=after(part))
    return Alert.objects.select_related("rule", "department").get(rule_id=RULE)


def asked(people: Cast) -> Alert:
    """The supervisor asked the department."""
    alert = raised(people)
    return services.ask(alert=alert, actor=people.actor(SUPERVISOR), at=alert.raised_at + timedelta(hours=1))


def explained(people: Cast) -> Alert:
    """The department explained."""
    alert = asked(people)
    at = alert.raised_at + timedelta(days=1)
    return services.explain(alert=alert, words="当日仅核对证照一项", actor=people.actor(CLERK), at=at)
