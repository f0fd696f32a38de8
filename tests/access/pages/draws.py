"""Pages of 双随机抽取: the register, one draw, its preview, its ceremony, and every act."""

from onevisit.stages.draws import documents, fairness
from onevisit.stages.draws.models import Draw, Recusal
from tests import draw_scenes, fair_stored, scenes
from tests.access import Page
from tests.cast import AT, Cast

NEAR = (200, 302, 409, 422)
"""An act may be refused by its own rules here; who may try it is what these pages are about."""


def _draw(people: Cast) -> dict[str, object]:
    draw = Draw.objects.first() or draw_scenes.prepared(people)
    return {"draw_id": draw.pk}


def _escrowed(people: Cast) -> dict[str, object]:
    """Make 执法监督 the escrow of a draw: only the organ that shares are sealed to can verify them."""
    draw = Draw.objects.first() or draw_scenes.prepared(people)
    if not draw.receiving_keys.filter(is_escrow=True).exists():
        draw_scenes.hold_escrow(draw, people)
    return {"draw_id": draw.pk}


def _recusal(people: Cast) -> dict[str, object]:
    draw = Draw.objects.first() or draw_scenes.prepared(people)
    item = next(item for item in draw_scenes.items_of(draw) if item.department.short_name == "市商务局")
    Recusal.objects.create(
        draw=draw,
        inspector_id=scenes.inspector_ids(people, "市商务局")[0],
        target_id=documents.ground_of(draw).rows[0].target_id,
        reason="INTEREST",
        added_by=item.item,
        added_at=AT,
    )
    return {"draw_id": draw.pk}


def _counted(people: Cast) -> dict[str, object]:
    """Count four opened draws, so that the page has something to show."""
    if not Draw.objects.exists():
        fair_stored.several(people)
    fairness.refresh(at=AT)
    return {}


def _act(name: str, *, may: str = "陈", other: str = "王", other_status: int = 403) -> Page:
    return Page(name, _draw, may=may, other=other, other_status=other_status, method="POST", ok=NEAR)


PAGES = [
    Page("draw_list", may="林"),
    Page("draw_fairness", _counted, may="林", other="林一", other_status=403),
    Page("draw_fairness_table", lambda people: {**_counted(people), "key": "district"}, may="林"),
    Page("draw_fairness_report", _counted, may="林"),
    Page("draw_new", may="陈", ok=(404,), other="林", other_status=403),
    Page("draw_detail", _draw, may="林"),
    Page("draw_preview", _draw, may="林"),
    Page("draw_ceremony", _draw, may="公"),
    Page("draw_console", _draw, may="陈", other="林", other_status=403),
    Page("draw_type", _draw, may="公", ok=(200,)),
    Page("draw_witness", _draw, may="公", other="陈", other_status=403),
    Page("draw_recuse", _draw, may="林", other="公", other_status=403),
    Page("draw_freeze", _draw, may="陈", other="林", other_status=403),
    Page("draw_pool", _draw, may="林"),
    _act("draw_approve_exclusions", may="陈处", other="陈"),
    _act("draw_readmit", may="陈处", other="陈"),
    _act("draw_follow_merge"),
    Page("draw_strata", _draw, may="林"),
    _act("draw_stratify"),
    _act("draw_batch"),
    _act("draw_staff"),
    _act("draw_ask_consent"),
    _act("draw_consent", may="公", other="陈"),
    _act("draw_refuse_consent", may="公", other="陈"),
    _act("draw_trial"),
    _act("draw_reschedule"),
    _act("draw_unfreeze"),
    _act("draw_commit"),
    _act("draw_source"),
    _act("draw_draw"),
    Page("draw_replacements", _draw, may="林"),
    _act("draw_request_replacement", may="林", other="陈"),
    _act("draw_confirm_replacement", may="公"),
    _act("draw_refuse_replacement", may="公"),
    _act("draw_confirm_swap", may="公"),
    _act("draw_refuse_swap", may="公"),
    _act("draw_order"),
    _act("draw_replace"),
    _act("draw_carry", may="公", other="林局"),
    _act("draw_cancel"),
    _act("draw_propose_void"),
    _act("draw_withdraw_void"),
    _act("draw_void", may="公"),
    _act("draw_commit_key", may="林", other="公"),
    _act("draw_hand_key", may="林", other="公"),
    _act("draw_hold_escrow", may="司", other="公"),
    _act("draw_take_escrow", may="司", other="公"),
    _act("draw_repeat"),
    *(_act(f"draw_{verb}", may="林", other="公") for verb in ("deposit_shares", "check_shares", "open_share")),
    _act("draw_combine_key", may="林", other="公"),
    Page("draw_verify_shares", _escrowed, may="司", other="公", other_status=403, method="POST", ok=NEAR),
    _act("draw_result", may="林", other="公"),
    Page("draw_unrecuse", _recusal, may="林", other="公", other_status=403, method="POST", ok=NEAR),
]
