"""Pages of 监督: an alert about 市商务局; 市消防支队 is not concerned."""

from tests import alert_scenes
from tests.access import Page
from tests.cast import Cast


def _raised(people: Cast) -> dict[str, object]:
    return {"alert_id": alert_scenes.raised(people).pk}


def _asked(people: Cast) -> dict[str, object]:
    return {"alert_id": alert_scenes.asked(people).pk}


def _rule(people: Cast) -> dict[str, object]:
    return {"key": alert_scenes.raised(people).rule_id}


PAGES = [
    Page("trace", may="司"),
    Page("trace_export", may="司", method="POST", ok=(404,)),
    Page("opinion_write", may="司", other="林", other_status=403, method="POST", ok=(404,)),
    Page("alert_list", may="司"),
    Page("alert_look", may="司", other="林", other_status=403, method="POST"),
    Page("alert_rules", may="司"),
    Page("alert_rule_renew", build=_rule, may="司", other="林", other_status=403),
    Page("alert_detail", build=_raised, may="林", other="周"),
    Page("alert_ask", build=_raised, may="司", other="林", other_status=403, method="POST"),
    Page("alert_explain", build=_asked, may="林", other="周", method="POST", ok=(422,)),
    Page("alert_confirm", build=_raised, may="司", other="林", other_status=403, method="POST", ok=(409,)),
    Page("alert_reject", build=_raised, may="司", other="林", other_status=403, method="POST", ok=(422,)),
    Page("alert_exclude", build=_raised, may="司", other="林", other_status=403, method="POST", ok=(422,)),
]
