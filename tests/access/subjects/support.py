"""Subjects of the verbs on rules, terms, jobs, notices and files."""

from onevisit.support.attachments.models import Attachment
from onevisit.support.deadlines import services as deadlines
from onevisit.support.deadlines.models import Deadline
from onevisit.support.notices.models import Notice
from tests.cast import AT, Cast


def _nothing(people: Cast) -> None:
    return None


def _deadline(people: Cast) -> Deadline:
    return deadlines.open_deadline(
        key="offer.reply",
        subject_type="offer",
        subject="1",
        department_id=people.departments["市商务局"].pk,
        sentence="答复要约",
        at=AT,
    )


def _notice(people: Cast) -> Notice:
    return Notice.objects.create(officer=people.officers["林一"], kind="visit", title="派给您一次检查", created_at=AT)


def _attachment(people: Cast) -> Attachment:
    return Attachment(subject_type="nothing", subject="1")


SUBJECTS = {
    "rule": _nothing,
    "job": _nothing,
    "deadline": _deadline,
    "notice": _notice,
    "attachment": _attachment,
}
