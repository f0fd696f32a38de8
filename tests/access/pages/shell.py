"""Pages of the shell and the inbox: open to everybody with an account, each sees only what is his."""

from onevisit.support.notices.models import Notice
from tests.access import Page
from tests.cast import AT, Cast


def _notice(people: Cast) -> dict[str, object]:
    notice = Notice.objects.create(officer=people.officers["林"], kind="export", title="导出已完成", created_at=AT)
    return {"notice_id": notice.pk}


PAGES = [
    Page("session", may="", outsider_status=200),
    Page("patterns", may="", outsider_status=200),
    Page("choose_capacity", method="POST", outsider_status=302),
    Page("inbox", outsider_status=200),
    Page("inbox_counts", outsider_status=200),
    Page("notices_read", method="POST", outsider_status=302),
    Page("notice_open", _notice, other="王", outsider_status=404),
    Page("mechanisms", outsider_status=200),
]
