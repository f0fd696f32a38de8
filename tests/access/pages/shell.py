"""Pages of the shell and the inbox: open to everybody with an account, each sees only what is his."""

from allauth.usersessions.models import UserSession

from onevisit.support.notices.models import Notice
from tests.access import Page
from tests.cast import AT, Cast


def _notice(people: Cast) -> dict[str, object]:
    notice = Notice.objects.create(officer=people.officers["林"], kind="export", title="导出已完成", created_at=AT)
    return {"notice_id": notice.pk}


def _session(people: Cast) -> dict[str, object]:
    user = people.officers["林"].user
    found = UserSession.objects.create(user=user, ip="127.0.0.1", session_key="other", user_agent="x")
    return {"session_id": found.pk}


_CLOSED = ("account_signup", "account_reset_password", "account_set_password", "account_email")

PAGES = [
    *[Page(name, may="", ok=(404,), outsider_status=404) for name in (*_CLOSED, "account_email_verification_sent")],
    Page("session_end", _session, method="POST", other="王", outsider_status=404),
    Page("session", may="", outsider_status=200),
    Page("patterns", may="", outsider_status=200),
    Page("choose_capacity", method="POST", outsider_status=302),
    Page("inbox", outsider_status=200),
    Page("inbox_counts", outsider_status=200),
    Page("notices_read", method="POST", outsider_status=302),
    Page("notice_open", _notice, other="王", outsider_status=404),
    Page("mechanisms", outsider_status=200),
]
