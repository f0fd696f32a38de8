"""The nightly check: the ledger is recomputed and replayed, our registers of draws are verified as by an outsider.

What came of it is an entry that everybody may read. It also says how many entries the ledger has of each organiser's
draws and over which leaves, so that a register that leaves one out contradicts it.
"""

import logging
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from onevisit.core.draw.verify import Status
from onevisit.core.draw.verify_register import verify_register
from onevisit.project import replay
from onevisit.stages.draws.public import public_register
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
        failed = failed_registers(at=at)
        draws = public_register.counts()
    for fault in report.faults:
        log.error("the ledger does not hold: %s %s %s", fault.kind, fault.row, fault.words)
    for one in found:
        log.error("a record differs from its entries: %s %s", one.record, one.field)
    for name, line in failed.items():
        log.error("the register of draws of %s does not hold: %s", name, line)
    checked = LedgerChecked(
        subject=timezone.localtime(at).date().isoformat(),
        entries=report.size,
        faults=len(report.faults),
        differences=len(found),
        registers=tuple(f"{name} {_word(line)}" for name, line in failed.items()),
        draws=draws,
    )
    ledger.append(checked, actor=SYSTEM, at=at)
    return checked


def failed_registers(*, at: datetime) -> dict[str, str]:
    """Return the line of the check that fails, by organiser: a gap, a second manifest or order, or no outcome."""
    found = {}
    for code, _name in public_register.organisers():
        data = public_register.register_file(organiser=code, at=at)
        checks = verify_register(register=data) if data is not None else ()
        if failed := [check.line for check in checks if check.status is Status.FAILED]:
            found[code] = failed[0]
    return found


def _word(line: str) -> str:
    """Keep number and code of a failed check: `R2 failed E_DUPLICATE: ...` gives `R2 E_DUPLICATE`."""
    number, *words = line.partition(":")[0].split(" ")
    return f"{number} {words[1] if len(words) > 1 else words[0] if words else ''}".strip()
