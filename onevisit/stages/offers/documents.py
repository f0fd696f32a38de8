"""行政检查审批表 of one department: its facts on the page and in the PDF under the organ's own heading."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.offers.models import PartApproval
from onevisit.stages.offers.services.parts import METHODS
from onevisit.stages.plans import selectors as plans
from onevisit.stages.registers import availability
from onevisit.support.attachments import documents
from onevisit.support.attachments.models import Attachment
from onevisit.support.identity import selectors as identity
from onevisit.support.identity.actors import Actor

TITLE = "行政检查审批表"


def facts_of(part: PartApproval) -> list[tuple[str, str]]:
    """Return the form's labels and values; several lines are separated by a line break."""
    offer = part.offer
    items = [
        item
        for item in plans.items_of(offer.cluster_id, department_id=part.department_id)
        if item.item_id in set(part.item_ids)
    ]
    people = _people(part)
    others = [other.department.short_name for other in offer.parts.select_related("department") if other.pk != part.pk]
    targets = len(plans.frame_of(offer.cluster_id))
    return [
        (_("检查主体"), part.department.name),
        (_("任务来源"), _("专项检查（双随机抽查），%(number)s %(title)s") % _campaign(part)),
        (_("是否联合"), _("是，联合 %(names)s") % {"names": "、".join(others)} if others else _("否")),
        (_("检查依据"), _lines(_bases(items))),
        (
            _("检查对象"),
            _("从 %(size)s 户抽取池中随机抽取 %(count)s 户，名单以抽取结果为准")
            % {"size": targets, "count": offer.draw_count},
        ),
        (_("检查事项"), _lines(f"{item.code} {item.title}" for item in items)),
        (_("检查方式"), str(METHODS.get(part.method, part.method))),
        (_("检查时间"), f"{offer.starts_on:%Y-%m-%d} 至 {offer.ends_on:%Y-%m-%d}"),
        (_("执法人员（提名）"), _lines(people)),
        (_("协助人员数"), _("%(count)s 人（仅协助，不单独检查）") % {"count": part.assistants_count}),
        (_("年度频次"), _frequency(part)),
        (_("承办意见"), part.opinion or "-"),
        (_("负责人意见"), part.decision or "-"),
    ]


def issue(*, part: PartApproval, actor: Actor, at: datetime) -> Attachment:
    """Set the approved form as PDF/A under the department's own heading and number, and keep it.

    Raises:
        ValueError: the form is not approved.
    """
    if part.state != "approved" or part.decided_at is None:
        raise ValueError("only an approved form becomes a document")
    decided_on = timezone.localtime(part.decided_at).date()
    document = documents.Document(
        organ=part.department.name_on(decided_on),
        title=TITLE,
        number=part.document_number,
        day=decided_on,
        blocks=(
            documents.Facts(rows=tuple(facts_of(part))),
            documents.Signatures(
                lines=(
                    (_("承办人"), identity.name_of(part.submitted_by)),
                    (_("负责人"), identity.name_of(part.decided_by)),
                )
            ),
            documents.Note(text=_("依据国办发〔2024〕54号，实施检查前须经本机关负责人批准。")),
        ),
    )
    return documents.issue(document=document, subject_type="part", subject=part.pk, actor=actor, at=at)


def _campaign(part: PartApproval) -> dict[str, str]:
    return {"number": part.offer.campaign.number, "title": part.offer.campaign.title}


def _bases(items: Iterable[plans.ItemRow]) -> list[str]:
    """Return the bases of the items; what is not verified may not stand in a document (basis.unverified)."""
    words = [str(basis["words"]) for item in items for basis in item.bases if basis["is_verified"]]
    return list(dict.fromkeys(words))


def _people(part: PartApproval) -> list[str]:
    chosen = set(part.inspector_ids)
    known = availability.nominees(
        department_ids=[part.department_id], starts_on=part.offer.starts_on, ends_on=part.offer.ends_on
    )
    return [f"{nominee.name}（执法证 {nominee.certificate_no}）" for nominee in known if nominee.id in chosen]


def _frequency(part: PartApproval) -> str:
    """Say how many targets of the frame this department has visited this year, against the published cap."""
    offer = part.offer
    year = offer.starts_on.year
    rows = plans.frame_of(offer.cluster_id)
    visits = availability.visits_since(
        target_ids=[row.target_id for row in rows], day=offer.starts_on.replace(month=1, day=1)
    )
    own = {visit.target_id for visit in visits if visit.department_id == part.department_id and visit.counts_to_cap}
    return _("%(year)s 年本部门已查过其中 %(n)s 户；上限 %(cap)s 次 / 户") % {
        "year": year,
        "n": len(own),
        "cap": plans.visit_cap(on=offer.starts_on),
    }


def _lines(words: Iterable[str]) -> str:
    return "\n".join(words) or "-"
