"""Pages of the shell and the inbox: open to everybody with an account, each sees only what is his."""

from allauth.usersessions.models import UserSession

from onevisit.support.notices.models import Notice
from onevisit.web.ui import exports
from onevisit.web.ui.models import ListExport, SavedFilter
from tests.access import Page
from tests.cast import AT, Cast


def _notice(people: Cast) -> dict[str, object]:
    notice = Notice.objects.create(officer=people.officers["林"], kind="export", title="导出已完成", created_at=AT)
    return {"notice_id": notice.pk}


def _session(people: Cast) -> dict[str, object]:
    user = people.officers["林"].user
    found = UserSession.objects.create(user=user, ip="127.0.0.1", session_key="other", user_agent="x")
    return {"session_id": found.pk}


def _list(people: Cast) -> dict[str, object]:
    return {"name": "settings.organs"}


def _filter(people: Cast) -> dict[str, object]:
    kept = SavedFilter.objects.create(
        officer=people.officers["林"], listing="x", name="本月", query="q=1", created_at=AT
    )
    return {"filter_id": kept.pk}


def _export(people: Cast) -> dict[str, object]:
    export = ListExport.objects.create(officer=people.officers["林"], listing="x", title="机构", created_at=AT)
    return {"export_id": export.pk}


def _export_file(people: Cast) -> dict[str, object]:
    made = _export(people)
    path = exports.path_of(ListExport.objects.get(pk=made["export_id"]))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("机构\n", encoding="utf-8")
    return made


_CLOSED = (
    "account_signup",
    "account_reset_password",
    "account_set_password",
    "account_email",
    "socialaccount_signup",
    "socialaccount_connections",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
)

PAGES = [
    *[Page(name, may="", ok=(404,), outsider_status=404) for name in (*_CLOSED, "account_email_verification_sent")],
    Page("session_end", _session, method="POST", other="王", outsider_status=404),
    Page("session", may="", outsider_status=200),
    Page("patterns", may="", outsider_status=200),
    Page("choose_capacity", method="POST", outsider_status=302),
    Page("inbox", outsider_status=200),
    Page("inbox_counts", outsider_status=200),
    Page("notices_read", method="POST", outsider_status=403),
    Page("notice_open", _notice, other="王", outsider_status=403),
    Page("mechanisms", outsider_status=200),
    Page("export_ask", _list, method="POST"),
    Page("filter_save", _list, method="POST", form={"name": "本月", "query": "q=1"}, outsider_status=302),
    Page("filter_delete", _filter, method="POST", other="王", outsider_status=404),
    Page("export_page", _export, other="王"),
    Page("export_cancel", _export, method="POST", other="王"),
    Page("export_file", _export_file, other="王"),
]
