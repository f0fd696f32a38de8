"""What a reviewed inspection leaves in the archive of its target, so that burden and history count it (R127)."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.registers import services as registers
from onevisit.stages.visits import results
from onevisit.stages.visits.models import Inspection
from onevisit.support.ledger.models import LedgerEntry


def note_in_archive(*, entry_id: str, at: datetime) -> None:
    """Note a department's reviewed inspection in the target's archive, under the day it took place."""
    entry = LedgerEntry.objects.get(pk=entry_id)
    inspection = Inspection.objects.select_related("visit").get(pk=entry.subject)
    taken_at = inspection.entered_at or inspection.submitted_at or at
    labels = [results.BY_CODE[code].label for code in inspection.result_codes if code in results.BY_CODE]
    registers.note_inspection(
        target_id=inspection.visit.target_id,
        department_id=inspection.department_id,
        on=timezone.localtime(taken_at).date(),
        kind=_("综合查一次"),
        result="、".join(labels)[:120] or _("已审核"),
        reference=inspection.notice_number or inspection.visit.number,
        inspector_ids=inspection.members.filter(replaced_at__isnull=True).values_list("inspector_id", flat=True),
    )
