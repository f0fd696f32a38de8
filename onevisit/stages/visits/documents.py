"""What the documents of a visit say: the notice of each department (检查通知书) and the combined report of all."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from onevisit.stages.draws.pool import given
from onevisit.stages.registers.lookup import InspectionTarget
from onevisit.stages.visits import checklists, results, wording
from onevisit.stages.visits.models import Inspection, Signature, Visit
from onevisit.support.attachments.documents import (
    Block,
    Document,
    Facts,
    Heading,
    Listing,
    Note,
    Paragraph,
    Signatures,
    Table,
)


def notice(inspection: Inspection, *, on: date) -> Document:
    """Return the 行政检查通知书 of one department, under its own heading and number (R25, AI-11)."""
    visit = inspection.visit
    team = [member for member in inspection.members.all() if member.replaced_at is None]
    items = checklists.items_of(inspection.checklist)
    return Document(
        organ=inspection.department.name_on(on),
        title="行政检查通知书",
        number=inspection.notice_number,
        day=on,
        addressee=visit.target.party.name,
        contact=inspection.department.phone,
        blocks=(
            Paragraph(f"根据{_arranged(visit)}安排，本机关将对你单位开展“{visit.title}”。现将有关事项通知如下："),
            Facts(
                (
                    *objects_of(visit.target),
                    ("检查任务", f"{visit.number} {visit.title}"),
                    ("任务来源", _source(visit)),
                    ("检查时间", window(visit)),
                    ("检查地址", visit.target.address),
                    ("检查方式", "部门联合现场检查（综合查一次）"),
                    ("检查人员", "\n".join(_person(member) for member in team)),
                )
            ),
            Heading("一、检查事项与依据"),
            Table(
                head=("事项", "检查内容", "依据"),
                rows=tuple((str(item["title"]), str(item["how"]), _bases(item)) for item in items),
                widths=(2.0, 4.0, 3.0),
            ),
            Heading("二、您的权利"),
            Listing(wording.RIGHTS),
            Heading("三、涉企行政检查“五个严禁”"),
            Paragraph("；".join(wording.PROHIBITIONS) + "。"),
            Signatures((("当事人（签收）", ""), ("执法人员", ""))),
        ),
    )


def record(inspection: Inspection, *, on: date) -> Document:
    """Return the 现场检查记录 of one department: what was looked at, found, said and signed (DS-23)."""
    visit = inspection.visit
    team = [member for member in inspection.members.all() if member.inspector.officer_id in inspection.confirmed_by]
    return Document(
        organ=inspection.department.name_on(on),
        title="现场检查记录",
        number=inspection.record_number,
        day=on,
        addressee=visit.target.party.name,
        contact=inspection.department.phone,
        blocks=(
            Facts(
                (
                    *objects_of(visit.target),
                    ("检查任务", f"{visit.number} {visit.title}"),
                    ("检查地址", visit.target.address),
                    ("入场时间", _moment(inspection.entered_at)),
                    ("执法人员", "\n".join(_person(member) for member in team)),
                    ("检查通知书", inspection.notice_number),
                )
            ),
            *_part(inspection, number=1)[1:],
        ),
    )


def report(visit: Visit, *, on: date) -> Document:
    """Return the combined report: one paper for the business with every department's part (R81)."""
    parts = list(visit.inspections.select_related("department").order_by("department__code"))
    blocks: list[Block] = [
        Facts(
            (
                ("检查对象", visit.target.full_name),
                ("统一社会信用代码", visit.target.party.uscc or "—"),
                ("地址", visit.target.address),
                ("检查任务", f"{visit.number} {visit.title}"),
                ("任务来源", _source(visit)),
                ("参加部门", "、".join(part.department.short_name for part in parts)),
            )
        ),
        Heading("一、总体情况"),
        Table(
            head=("部门", "检查时间", "事项", "问题", "结果"),
            rows=tuple(_summary(part) for part in parts),
            widths=(2.0, 2.4, 1.0, 1.0, 3.0),
        ),
    ]
    for number, part in enumerate(parts, start=2):
        blocks += _part(part, number=number)
    blocks.append(
        Note("各部门依各自职权检查并对本部门结果负责。对结果有异议的，可以通过检查码页面说明意见或者提出异议。")
    )
    lead = visit.draw.organiser if visit.draw else parts[0].department
    return Document(
        organ=lead.name_on(on),
        title="综合检查报告",
        number=f"{visit.number}",
        day=on,
        addressee=visit.target.party.name,
        blocks=tuple(blocks),
        is_signed_by_organ=False,
    )


def objects_of(target: InspectionTarget) -> tuple[tuple[str, str], ...]:
    """Return the line that names a place, a product or conduct beside the business that a paper is addressed to."""
    return (("检查对象", target.full_name),) if target.owner_id else ()


def window(visit: Visit) -> str:
    """Return the time window of a visit in words."""
    starts, ends = timezone.localtime(visit.starts_at), timezone.localtime(visit.ends_at)
    return f"{starts:%Y}年{starts.month}月{starts.day}日 {starts:%H:%M} 至 {ends:%H:%M}"


def _arranged(visit: Visit) -> str:
    return "检查任务" if visit.draw and given.label_of(visit.draw) else "双随机抽查"


def _source(visit: Visit) -> str:
    if visit.draw is None:
        return "双随机抽查"
    if basis := given.label_of(visit.draw):
        return f"{basis}（对象由任务确定），检查人员由抽取确定，抽取编号 {visit.draw.number}"
    return f"双随机抽查，抽取编号 {visit.draw.number}"


def _person(member: object) -> str:
    inspector = member.inspector  # type: ignore[attr-defined]  # TeamMember, whose related model is a string
    return f"{inspector.officer.name}  执法证号 {inspector.certificate_no}"


def _bases(item: checklists.Item) -> str:
    """Only a basis whose text was checked goes into a document."""
    bases = item["basis"]
    assert isinstance(bases, list)
    words = [str(basis["text"]) for basis in bases if isinstance(basis, dict) and basis["state"] == "valid"]
    return "\n".join(words) or "见本机关权责清单"


def _summary(part: Inspection) -> tuple[str, ...]:
    if part.unable_reason:
        return (part.department.short_name, "—", "—", "—", f"未能检查：{results.UNABLE_LABELS[part.unable_reason]}")
    answers = [answer for answer in part.answers.all() if answer.is_current]
    problems = [answer for answer in answers if answer.answer == "problem"]
    result = "；".join(results.BY_CODE[code].label for code in results.combine([a.result_type for a in problems]))
    return (
        part.department.short_name,
        _moment(part.entered_at),
        str(len(checklists.items_of(part.checklist))),
        str(len(problems)),
        result,
    )


def _part(part: Inspection, *, number: int) -> list[Block]:
    heading = Heading(f"{_ordinal(number)}、{part.department.name_on(timezone.localtime(part.visit.starts_at).date())}")
    if part.unable_reason:
        return [heading, Paragraph(f"未能检查：{results.UNABLE_LABELS[part.unable_reason]}。{part.unable_note}")]
    current = {answer.item: answer for answer in part.answers.all() if answer.is_current}
    rows = []
    for item in checklists.items_of(part.checklist):
        answer = current.get(str(item["id"]))
        words = wording.ANSWER_LABELS[answer.answer] if answer else "—"
        note = answer.note if answer else ""
        if answer and answer.skip_reason:
            note = "；".join(filter(None, (wording.SKIP_LABELS[answer.skip_reason], note)))
        rows.append((str(item["title"]), words, note or "—"))
    opinion = part.opinion if part.has_objection else "当事人无异议。"
    return [
        heading,
        Table(head=("事项", "结果", "情况"), rows=tuple(rows), widths=(3.0, 1.2, 4.0)),
        Paragraph(f"当事人意见：{opinion}"),
        Signatures(tuple(_signed(part))),
    ]


def _signed(part: Inspection) -> list[tuple[str, str]]:
    labels = {"party": "当事人", "officer": "执法人员", "witness": "见证人"}
    latest = {(row.role, row.officer_id, row.name): row for row in part.signatures.order_by("role", "signed_at")}
    on_own_phone = part.party_signatures.last()
    return [
        *([("当事人", f"{on_own_phone.name} {_moment(on_own_phone.signed_at)}（本人手机）")] if on_own_phone else []),
        *_signed_here(latest.values(), labels),
    ]


def _signed_here(rows: Iterable[Signature], labels: dict[str, str]) -> list[tuple[str, str]]:
    return [
        (
            labels[row.role],
            f"拒签：{row.refused_reason}" if row.refused_reason else f"{row.name} {_moment(row.signed_at)}",
        )
        for row in rows
    ]


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%m-%d %H:%M}" if at else "—"


def _ordinal(number: int) -> str:
    digits = "零一二三四五六七八九"
    if number < 10:
        return digits[number]
    tens, units = divmod(number, 10)
    return f"{'' if tens == 1 else digits[tens]}十{digits[units] if units else ''}"
