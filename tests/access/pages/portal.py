"""The public pages and the code page; without a sequencer there is no checkpoint, and no draw was made."""

from datetime import timedelta

from onevisit.stages.draws import fairness
from onevisit.stages.registers.models import InspectionTarget
from onevisit.support.ledger import services as ledger
from tests import fair_stored
from tests.access import Page
from tests.cast import AT, Cast


def _business(_people: Cast) -> dict[str, object]:
    target = InspectionTarget.objects.create(
        object_id="91350200XMDM000777",
        uscc="91350200XMDM000777",
        name="厦门某加油站",
        region_code="350206",
        address="某某路 1 号",
        industry_code="5265",
    )
    return {"code": target.uscc}


def _entry(people: Cast) -> dict[str, object]:
    actor = people.actor("林")
    at = AT + timedelta(minutes=1)
    entry = ledger.record_read(subject_type="target", subject="T1", what="联系电话", actor=actor, at=at)
    return {"entry_id": entry.pk}


def _counted(people: Cast) -> dict[str, object]:
    fair_stored.several(people)
    fairness.refresh(at=AT)
    return {}


def _opened(people: Cast) -> dict[str, object]:
    fair_stored.register()
    return {"number": fair_stored.opened(people, number="350200-2026-0001", day="2026-11-10").number}


_NONE = {"ok": (404,), "outsider_status": 404, "may": ""}
_PUBLIC = {"may": "", "outsider_status": 200}
_NO_ID = "00000000-0000-4000-8000-000000000000"

PAGES = [
    Page("open_home", **_PUBLIC),
    Page("open_search", **_PUBLIC),
    Page("open_results", **_PUBLIC),
    Page("open_business", _business, **_PUBLIC),
    Page("open_content", lambda _people: {"publication_id": _NO_ID}, **_NONE),
    Page("open_result_proof", lambda _people: {"publication_id": _NO_ID}, **_NONE),
    Page("open_draws", **_PUBLIC),
    Page("open_draw_figures", **_PUBLIC),
    Page("open_draw", lambda _people: {"number": "2026-X-0001"}, **_NONE),
    Page("open_draw", _opened, **_PUBLIC),
    Page("open_draw_verify", lambda _people: {"number": "2026-X-0001"}, method="POST", **_NONE),
    Page("open_fairness", _counted, **_PUBLIC),
    Page("open_fairness_report", _counted, **_PUBLIC),
    Page("open_fairness_table", lambda people: {**_counted(people), "key": "district"}, **_PUBLIC),
    Page("open_draw_file", lambda _people: {"number": "2026-X-0001", "name": "manifest.json"}, **_NONE),
    Page("open_draw_bundle", lambda _people: {"number": "2026-X-0001"}, **_NONE),
    Page("open_draw_register", lambda _people: {"organiser": "X"}, **_NONE),
    Page("open_ledger", **_PUBLIC),
    Page("open_sm2", **_PUBLIC),
    Page("open_sm2_key", **_NONE),
    Page("open_ledger_policy", **_NONE),
    Page("open_ledger_policy_version", lambda _people: {"version": 1}, **_NONE),
    Page("open_ledger_checkpoint", **_NONE),
    Page("open_ledger_anchor", lambda _people: {"size": 1}, **_NONE),
    Page("open_ledger_body", lambda _people: {"size": 1}, **_NONE),
    Page("open_ledger_checkpoint_of", lambda _people: {"size": 1}, **_NONE),
    Page("open_ledger_tsa_root", **_NONE),
    Page("open_ledger_consistency", lambda _people: {"size1": 1, "size2": 2}, **_NONE),
    Page("open_ledger_tile", lambda _people: {"level": "0", "index": "000"}, **_NONE),
    Page("open_ledger_proof", _entry, **_NONE),
    Page("code", lambda _people: {"code": "NOBODY"}, **_NONE),
    Page("code_sign", lambda _people: {"code": "NOBODY"}, **_NONE),
]
