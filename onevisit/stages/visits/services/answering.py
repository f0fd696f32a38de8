"""Observations on items: append-only, one current; one that differs is kept beside it until the leader chooses."""

from dataclasses import dataclass

from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.visits import checklists, messages
from onevisit.stages.visits.messages import AnswerGiven, HandIn
from onevisit.stages.visits.models import Answer, Inspection, Submission, Visit
from onevisit.stages.visits.refusals import AnswerConflict, OtherAnswer, VisitRefused
from onevisit.support.identity.actors import Actor

_ANSWERED = ("ok", "problem", "not_applicable", "not_checked")


@dataclass(frozen=True)
class Placed:
    """Where an observation went: its version, and whose differing one stands as current."""

    version: int
    theirs: Answer | None = None


def place(*, inspection: Inspection, submission: Submission, given: AnswerGiven, actor: Actor) -> Placed:
    """Append an observation; it becomes the current one unless somebody else's, unseen by this phone, differs.

    An officer's own later observation always follows his earlier one: a phone without a network cannot know the
    server's version of what it sent itself. The team's leader decides an open conflict by answering.
    """
    item = _item(inspection, given.item_id)
    _check(item, given)
    if given.item_id in checklists.SHARED_IDS:
        # Teams of several departments write the shared facts; their parts are locked one by one, the visit for all.
        Visit.objects.select_for_update().get(pk=inspection.visit_id)
    rows = _rows(inspection, given.item_id)
    current = rows.filter(is_current=True).select_related("submission__officer").first()
    version = (rows.aggregate(top=Max("version"))["top"] or 0) + 1
    is_leader = _is_leader(inspection, actor)
    has_conflict = rows.filter(is_conflict=True).exists()
    theirs = current if _conflicts(current, given, actor=actor) or (has_conflict and not is_leader) else None
    if has_conflict and is_leader and given.base_version >= _seen(rows):
        theirs = None
    if theirs is None and current is not None:
        rows.filter(is_current=True).update(is_current=False)
    if theirs is None and has_conflict:
        rows.filter(is_conflict=True).update(is_conflict=False)
    Answer.objects.create(
        inspection=inspection,
        submission=submission,
        item=given.item_id,
        version=version,
        answer=given.answer,
        result_type=given.result_type,
        note=given.note,
        skip_reason=given.skip_reason,
        is_batch=given.is_batch,
        batch_note=given.batch_note,
        files=list(given.files),
        is_current=theirs is None,
        is_conflict=theirs is not None,
    )
    return Placed(version=version, theirs=theirs)


def conflict(placed: Placed, *, receipt: str) -> AnswerConflict:
    """Return the refusal that tells a phone of the other observation; both are kept."""
    assert placed.theirs is not None
    other = placed.theirs
    officer = other.submission.officer.name
    return AnswerConflict(
        theirs=OtherAnswer(
            answer=other.answer,
            result_type=other.result_type,
            skip_reason=other.skip_reason,
            note=other.note,
            recorded_at=other.submission.recorded_at,
            officer=officer,
        ),
        receipt=receipt,
        version=placed.version,
        message=_("%(who)s 于 %(time)s 也填了这一项。两份记录都已保留，没有互相覆盖。")
        % {"who": officer, "time": f"{timezone.localtime(other.submission.recorded_at):%H:%M}"},
    )


def conflict_again(own: Answer) -> AnswerConflict | None:
    """Return the same refusal for a repeated message, while the conflict is open."""
    current = _rows(own.inspection, own.item).filter(is_current=True).select_related("submission__officer").first()
    if not own.is_conflict or current is None:
        return None
    return conflict(Placed(version=own.version, theirs=current), receipt=own.submission.receipt)


def _rows(inspection: Inspection, item_id: str) -> QuerySet[Answer]:
    """Return the observations on an item: of the part, or of the whole visit for a shared fact."""
    if item_id in checklists.SHARED_IDS:
        return Answer.objects.filter(inspection__visit_id=inspection.visit_id, item=item_id)
    return inspection.answers.filter(item=item_id)


def _seen(rows: QuerySet[Answer]) -> int:
    """Return the version of the current observation, which a leader must have seen to decide."""
    return rows.filter(is_current=True).aggregate(top=Max("version"))["top"] or 0


def _conflicts(current: Answer | None, given: AnswerGiven, *, actor: Actor) -> bool:
    if current is None or current.version <= given.base_version:
        return False
    if current.submission.officer_id == actor.officer_id:
        return False
    return (current.answer, current.result_type, current.note) != (given.answer, given.result_type, given.note)


def _is_leader(inspection: Inspection, actor: Actor) -> bool:
    if actor.officer_id is None:
        return False
    return inspection.members.filter(
        inspector__officer_id=actor.officer_id, is_leader=True, replaced_at__isnull=True
    ).exists()


def _item(inspection: Inspection, item_id: str) -> checklists.Item:
    known = [*checklists.items_of(inspection.checklist), *checklists.shared_facts()]
    for item in known:
        if item["id"] == item_id:
            return item
    raise VisitRefused(
        code="unknown_item",
        message=_("这一项不在本次检查表内。"),
        fix=_("请更新任务后重填；内容仍在本机。"),
        field="item_id",
    )


def _check(item: checklists.Item, given: AnswerGiven) -> None:
    if given.answer == "problem":
        _check_problem(item, given)
    if given.answer == "not_checked" and given.skip_reason not in messages.SKIP_REASONS:
        raise VisitRefused(
            code="skip_reason",
            message=_("未查的项目须选择原因。"),
            fix=_("请补查，或逐项选原因。"),
            field="skip_reason",
        )
    if given.is_batch and (item["item_class"] != "ordinary" or given.answer != "ok" or not given.batch_note):
        raise VisitRefused(
            code="batch",
            message=_("只有一般事项可以合并记为“未发现问题”，并须写明查看情况；重点事项须逐项填写。"),
            fix=_("请逐项填写这一项。"),
            field="is_batch",
        )


def _check_problem(item: checklists.Item, given: AnswerGiven) -> None:
    kinds = item["result_types"]
    assert isinstance(kinds, list)
    allowed = {str(kind["value"]) for kind in kinds if isinstance(kind, dict)}
    if given.result_type not in allowed:
        raise VisitRefused(
            code="result_type",
            message=_("不符合的项目须选择结果类型。"),
            fix=_("请选择结果类型。"),
            field="result_type",
        )
    if not given.note:
        raise VisitRefused(
            code="note", message=_("不符合的项目须写明情况。"), fix=_("请补写发现的情况。"), field="note"
        )


def check_complete(inspection: Inspection, given: HandIn) -> None:
    """Refuse a part that is not whole: another checklist, an item without an answer, an open conflict, wrong counts.

    Raises:
        VisitRefused: with what is missing and what to do (R134).
    """
    if given.checklist_sha256 != inspection.checklist_sha256:
        raise VisitRefused(
            code="checklist_changed",
            message=_("提交所依据的检查表与派发的版本不一致。"),
            fix=_("请更新任务，核对后重新提交；已填内容保留。"),
            field="checklist_sha256",
        )
    items = {str(item["id"]): str(item["title"]) for item in checklists.items_of(inspection.checklist)}
    shared = {str(item["id"]): str(item["title"]) for item in checklists.shared_facts()}
    found = _current(inspection)
    left = [title for identifier, title in (shared | items).items() if identifier not in found]
    if left:
        raise VisitRefused(
            code="item_left",
            message=_("还有 %(count)s 项未查：%(titles)s。") % {"count": len(left), "titles": "、".join(left[:5])},
            fix=_("请补查，或逐项选原因。"),
        )
    if _open_conflicts(inspection):
        raise VisitRefused(
            code="conflict_open",
            message=_("还有 %s 项两人填写不一致。") % _open_conflicts(inspection),
            fix=_("请由组长选定正式记录后再提交。"),
        )
    counts = {answer: list(found.values()).count(answer) for answer in _ANSWERED}
    if counts != given.counts:
        raise VisitRefused(
            code="counts",
            message=_("提交的项数与服务器记录不一致：还有填写内容没有送达。"),
            fix=_("请先在“待传”中把填写内容全部上传，再提交。"),
            field="counts",
        )


def _current(inspection: Inspection) -> dict[str, str]:
    own = inspection.answers.filter(is_current=True).exclude(item__in=checklists.SHARED_IDS)
    shared = Answer.objects.filter(
        inspection__visit_id=inspection.visit_id, item__in=checklists.SHARED_IDS, is_current=True
    )
    return {**dict(own.values_list("item", "answer")), **dict(shared.values_list("item", "answer"))}


def _open_conflicts(inspection: Inspection) -> int:
    own = set(inspection.answers.filter(is_conflict=True).values_list("item", flat=True))
    shared = set(
        Answer.objects.filter(
            inspection__visit_id=inspection.visit_id, item__in=checklists.SHARED_IDS, is_conflict=True
        ).values_list("item", flat=True)
    )
    return len(own | shared)
