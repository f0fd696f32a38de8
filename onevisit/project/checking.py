"""The nightly check: the ledger is recomputed and replayed, and what came of it is an entry that everybody may read."""

import logging
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from onevisit.project import replay
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger import services as ledger
from onevisit.support.ledger import verification
from onevisit.support.ledger.events import LedgerChecked

log = logging.getLogger(__name__)


def check(*, at: datetime) -> LedgerChecked:
    """Recompute the ledger and compare every record with its entries; each thing that differs is named in the log."""
    with transaction.atomic():
        if not connection.savepoint_ids:  # rows and entries are read as of one moment; a test has a snapshot already
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        report = verification.verify()
        found = list(replay.replay())
    for fault in report.faults:
        log.error("the ledger does not hold: %s %s %s", fault.kind, fault.row, fault.words)
    for one in found:
        log.error("a record differs from its entries: %s %s", one.record, one.field)
    checked = LedgerChecked(
        subject=timezone.localtime(at).date().isoformat(),
        entries=report.size,
        faults=len(report.faults),
        differences=len(found),
    )
    ledger.append(checked, actor=SYSTEM, at=at)
    return checked
