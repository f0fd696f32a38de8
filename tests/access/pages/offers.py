"""Pages of 要约 and of each department's own part."""

from onevisit.stages.offers import services
from onevisit.stages.offers.models import ExtraDepartment
from tests import scenes
from tests.access import Page
from tests.cast import AT, Cast
from tests.stages.offers import joins


def _approved(people: Cast) -> dict[str, object]:
    return {"campaign_id": scenes.approved(people).pk}


def _drafted(people: Cast) -> dict[str, object]:
    return {"offer_id": scenes.drafted(people).pk}


def _sent(people: Cast) -> dict[str, object]:
    return {"offer_id": scenes.sent(people).pk}


def _answered(people: Cast) -> dict[str, object]:
    return {"offer_id": scenes.answered(people).pk}


def _extra(people: Cast) -> dict[str, object]:
    offer = scenes.drafted(people)
    ExtraDepartment.objects.create(offer=offer, department=people.departments["市司法局"], reason="职责不可替代")
    return {"offer_id": offer.pk}


def _part(people: Cast) -> dict[str, object]:
    return {"part_id": scenes.part_of(scenes.settled(people), people, "市市监局").pk}


def _part_submitted(people: Cast) -> dict[str, object]:
    offer = scenes.settled(people)
    return {"part_id": scenes.part_submitted(people, offer=offer, short="市市监局").pk}


def _countered(people: Cast) -> dict[str, object]:
    offer = scenes.sent(people)
    services.counter(
        reply=scenes.reply_of(offer, people, "市市监局"),
        starts_on=scenes.ENDS_ON,
        ends_on=scenes.ENDS_ON,
        words="",
        actor=people.actor("王"),
        at=AT,
    )
    return {"offer_id": offer.pk}


def _joinable(people: Cast) -> dict[str, object]:
    offer = joins.sent_to_three(people)
    return {"target_id": joins.target().pk, "offer_id": offer.pk}


def _join(people: Cast) -> dict[str, object]:
    return {"join_id": joins.asked(people, joins.sent_to_three(people)).pk}


_APART = {"reason": "接到举报须当日核查，不能等到 24 日"}
_EDIT = {"reason": "事由", "basis": "依据", "starts_on": "2026-11-24", "ends_on": "2026-11-25"}
_DECLINE = {"reason_code": "recently_checked", "words": "上月已查"}
_COUNTER = {"starts_on": "2026-11-25", "ends_on": "2026-11-26"}

PAGES = [
    Page("offer_list"),
    Page("reply_figures"),
    Page("offer_draft", _approved, method="POST", may="林", other="王", other_status=403),
    Page("offer_detail", _drafted, other="王"),
    Page("offer_preview", _drafted, other="王"),
    Page("offer_edit", _drafted, other="王"),
    Page("offer_edit", _drafted, method="POST", form=_EDIT, other="王", ok=(302, 422)),
    Page("offer_remove", _drafted, method="POST", other="王", ok=(404,)),
    Page("offer_extend", _drafted, method="POST", other="王", ok=(404,)),
    Page("offer_allow", _extra, method="POST", may="陈处", other="林局", other_status=403, ok=(404,)),
    Page("offer_refuse", _extra, method="POST", may="陈处", other="林局", other_status=403, ok=(404,)),
    Page("offer_send", _drafted, method="POST", other="王"),
    Page("offer_accept", _sent, method="POST", may="王", other="林", other_status=403, ok=(302, 422)),
    Page("offer_decline", _sent, method="POST", form=_DECLINE, may="王", other="林", other_status=403, ok=(302, 422)),
    Page("offer_counter", _sent, method="POST", form=_COUNTER, may="王", other="林", other_status=403, ok=(302, 422)),
    Page("offer_undo", _countered, method="POST", may="王", other="林", other_status=403, ok=(302, 409, 422)),
    Page("offer_adopt", _countered, method="POST", may="林", other="陈", other_status=403, ok=(404,)),
    Page("offer_insist", _countered, method="POST", may="林", other="陈", other_status=403, ok=(404,)),
    Page("offer_remind", _sent, method="POST", other="王", other_status=403),
    Page("offer_withdraw", _sent, method="POST", form={"reason": "改期另发"}, other="王", other_status=403),
    Page("offer_settle", _answered, method="POST", other="王", other_status=403),
    Page("target_join", _joinable, may="周", other="王"),
    Page("target_join", _joinable, method="POST", may="周", other="王", ok=(422,)),
    Page("target_apart", _joinable, method="POST", form=_APART, may="周", other="王局", other_status=403),
    Page("join_detail", _join, may="周", other="王"),
    Page("join_preview", _join, may="林", other="王"),
    Page("join_accept", _join, method="POST", may="林", other="周", other_status=403),
    Page("join_refuse", _join, method="POST", form={"reason": "时间不够"}, may="林", other="周", other_status=403),
    Page("join_withdraw", _join, method="POST", may="周", other="林", other_status=403),
    Page("part_detail", _part, may="王", other="司", other_status=200),
    Page("part_submit", _part, method="POST", may="王", other="何", ok=(422,)),
    Page("part_recall", _part_submitted, method="POST", may="王", other="何"),
    Page("part_approve", _part_submitted, method="POST", may="王局", other="何局"),
    Page(
        "part_return",
        _part_submitted,
        method="POST",
        form={"reason": "补充人员"},
        may="王局",
        other="何局",
    ),
]
