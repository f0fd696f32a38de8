"""Subjects of the verbs on lists."""

from onevisit.web.ui.models import ListExport
from tests.cast import AT, Cast


def _export(people: Cast) -> ListExport:
    return ListExport.objects.create(officer=people.officers["林"], listing="x", title="机构", created_at=AT)


SUBJECTS = {"list": _export}
