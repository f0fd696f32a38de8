"""Pages of 计划专项."""

from tests import scenes
from tests.access import Page
from tests.cast import Cast


def _matched(people: Cast) -> dict[str, object]:
    return {"campaign_id": scenes.matched(people).pk}


def _complete(people: Cast) -> dict[str, object]:
    return {"campaign_id": scenes.complete(people).pk}


def _submitted(people: Cast) -> dict[str, object]:
    return {"campaign_id": scenes.submitted(people).pk}


def _running(people: Cast) -> dict[str, object]:
    return {"campaign_id": scenes.sent(people).campaign_id}


def _section(people: Cast) -> dict[str, object]:
    return {**_matched(people), "section": "problem"}


def _compared(people: Cast) -> dict[str, object]:
    campaign = scenes.matched(people)
    scenes.plans.match(campaign=campaign, actor=people.actor("陈"), at=scenes.AT)
    return {"campaign_id": campaign.pk}


def _consulted(people: Cast) -> dict[str, object]:
    campaign = scenes.plans.consult(campaign=scenes.complete(people), actor=people.actor("陈"), at=scenes.AT)
    return {"campaign_id": campaign.pk}


def _annotated(people: Cast) -> dict[str, object]:
    campaign = scenes.complete(people)
    note = scenes.plans.annotate(
        campaign=campaign, section="goal", words="指标不可衡量", actor=people.actor("林"), at=scenes.AT
    )
    return {"campaign_id": campaign.pk, "note_id": note.pk, "act": "withdraw"}


def _minuted(people: Cast) -> dict[str, object]:
    minutes = scenes.minuted(people)
    return {"campaign_id": minutes.campaign_id, "minutes_id": minutes.pk}


PAGES = [
    Page("campaign_list"),
    Page("template_list"),
    Page("campaign_start", may="陈"),
    Page("campaign_detail", _matched, may="陈", other="王"),
    Page("campaign_edit", _section, may="陈", other="王"),
    Page("campaign_counts", _matched, may="陈", other="王"),
    Page("campaign_match", _matched, method="POST", may="陈", other="王"),
    Page("campaign_cluster", _matched, may="陈", other="王"),
    Page("cluster_edit", _matched, method="POST", form={"act": "none"}, may="陈", other="王", ok=(404,)),
    Page("cluster_freshness", _matched, may="陈", other="王"),
    Page("cluster_compare", _compared, may="陈", other="王"),
    Page("campaign_consult", _complete, method="POST", may="陈", other="王"),
    Page(
        "campaign_annotate",
        _consulted,
        method="POST",
        form={"section": "goal", "words": "写明基数"},
        other="司",
        other_status=403,
    ),
    Page("campaign_agree", _consulted, method="POST", other="司", other_status=403),
    Page("plan_note_act", _annotated, method="POST", other="王"),
    Page("campaign_minute", _complete, may="陈", other="王"),
    Page("campaign_void_minutes", _minuted, method="POST", form={"reason": "误登"}, may="陈", other="王"),
    Page("campaign_submit", _complete, method="POST", may="陈", other="王"),
    Page("campaign_recall", _submitted, method="POST", may="陈", other="王"),
    Page("campaign_review", _submitted, may="林局", other="王局"),
    Page("campaign_approve", _submitted, method="POST", may="林局", other="王局"),
    Page(
        "campaign_return",
        _submitted,
        method="POST",
        form={"reason_code": "too_broad", "reason": "范围过宽，请缩小"},
        may="林局",
        other="王局",
    ),
    Page(
        "campaign_evaluate",
        _running,
        method="POST",
        form={"reason": "整改率 96%"},
        may="陈",
        other="王",
        other_status=403,
    ),
    Page(
        "campaign_stop",
        _running,
        method="POST",
        form={"reason": "情况变化"},
        may="陈处",
        other="林局",
        other_status=403,
    ),
]
