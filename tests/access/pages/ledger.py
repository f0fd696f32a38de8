"""Pages of 留痕校验 on the desk, and what the public gets of the ledger."""

from onevisit.support.ledger import services as ledger
from tests.access import Page
from tests.cast import AT, Cast


def _entry(people: Cast) -> dict[str, object]:
    actor = people.actor("林")
    entry = ledger.record_read(subject_type="target", subject="T1", what="联系电话", actor=actor, at=AT)
    return {"entry_id": entry.pk}


PAGES = [
    Page("ledger", may="林"),
    Page("ledger_verify", method="POST", may="司", other="林", other_status=403),
    # Without a sequencer there is neither policy nor checkpoint nor proof yet.
    Page("ledger_policy", may="林", ok=(404,)),
    Page("ledger_checkpoint", may="林", ok=(404,)),
    Page("ledger_entry", _entry, may="林"),
    Page("ledger_proof", _entry, may="林", ok=(404,), other="王", other_status=404),
]
