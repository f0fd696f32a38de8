"""Pages of 问题处置."""

from onevisit.stages.findings.models import Finding
from tests import finding_scenes as scenes
from tests.access import Page
from tests.cast import Cast


def _found(people: Cast) -> dict[str, object]:
    known = Finding.objects.first() or scenes.found(people)
    return {"finding_id": known.pk}


def _ordered(people: Cast) -> dict[str, object]:
    known = Finding.objects.first() or scenes.ordered(people)
    return {"finding_id": known.pk}


def _proved(people: Cast) -> dict[str, object]:
    known = Finding.objects.first() or scenes.proved(people)
    return {"finding_id": known.pk}


def _inspection(people: Cast) -> dict[str, object]:
    known = Finding.objects.first() or scenes.found(people)
    return {"inspection_id": known.inspection_id}


_ORDER = {"demand": "补齐台账", "due_on": "2030-01-01", "public_words": "台账不完整"}
_REVOKE = {"revoke-reason": "陈述申辩成立，检定记录属实"}
PAGES = [
    Page("finding_list"),
    Page("finding_detail", _found, other="王"),
    Page("finding_order", _found, method="POST", form=_ORDER, other="王"),
    Page("finding_drop", _found, method="POST", form={"drop-reason": "属误填，现场已核对"}, other="王"),
    Page("finding_revoke", _ordered, method="POST", form=_REVOKE, may="林局", other="王局"),
    Page("finding_prove", _ordered, method="POST", form={"words": "已改正"}, other="王"),
    Page("finding_pause", _ordered, method="POST", form={"reason": "检测检验"}, may="林局", other="王局"),
    Page("finding_resume", _ordered, method="POST", may="林局", other="王局"),
    Page("finding_revisit", _proved, method="POST", form={"on": "2030-01-01", "reason": "照片看不清"}, other="王"),
    Page("finding_return", _proved, method="POST", form={"return-reason": "缺照片"}, other="王"),
    Page("finding_close", _proved, method="POST", form={"words": "复查合格"}, other="王"),
    Page("review_list"),
    Page("review", _inspection, other="王"),
    Page("review_pass", _inspection, method="POST", may="林局", other="王局", ok=(302, 422)),
    Page("review_return", _inspection, method="POST", form={"result-reason": "补照片"}, may="林局", other="王局"),
]
