"""What the 责令改正通知书 says (content.md 4.9: facts, clause broken, basis, demand, date, remedies)."""

from django.utils import timezone

from onevisit.stages.findings.models import CorrectionOrder
from onevisit.support.attachments.documents import Document, Facts, Heading, Listing, Paragraph, Signatures

REMEDIES = (
    "对本通知不服的，可以在收到之日起六十日内申请行政复议，或者六个月内提起行政诉讼。",
    "改正完成后，可以扫描检查码提交整改材料，也可以交给执法人员；到期本机关将复查。",
)


def correction_order(order: CorrectionOrder) -> Document:
    """Return the order to correct under the department's own heading and number (行政处罚法 art. 28; R25)."""
    finding = order.finding
    return Document(
        organ=finding.department.name_on(timezone.localtime(order.ordered_at).date()),
        title="责令改正通知书",
        number=order.document_number,
        day=timezone.localtime(order.ordered_at).date(),
        addressee=finding.target.party.name,
        contact=finding.department.phone,
        blocks=(
            Paragraph(
                f"本机关于 {timezone.localtime(finding.found_at):%Y年%m月%d日}"
                "对你单位开展“综合查一次”现场检查，发现下列问题："
            ),
            Facts(
                (
                    *((("检查对象", finding.target.full_name),) if finding.target.owner_id else ()),
                    ("问题", finding.title),
                    ("现场情况", finding.note or "见现场检查记录"),
                    ("依据", finding.basis or "见检查事项依据"),
                    ("问题编号", finding.number),
                )
            ),
            Paragraph(
                "根据《中华人民共和国行政处罚法》第二十八条第一款，责令你单位"
                f"于 {order.due_on:%Y年%m月%d日}前改正：{order.demand}"
            ),
            Heading("您的权利"),
            Listing(REMEDIES),
            Signatures((("当事人（签收）", ""), ("执法人员", ""))),
        ),
    )
