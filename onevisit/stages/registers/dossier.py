"""Enter complaints and supplies of a target one by one; whole files go through the imports."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.stages.registers import events
from onevisit.stages.registers.models import Complaint, ComplaintChannel, InspectionTarget, Supply
from onevisit.stages.registers.refusals import PERSONAL, RecordRefused, words_of
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Department
from onevisit.support.ledger import services as ledger


@transaction.atomic
def register_complaint(
    *,
    target: InspectionTarget,
    department: Department,
    channel: str,
    number: str,
    received_on: date,
    matter: str,
    summary: str,
    actor: Actor,
    at: datetime,
) -> Complaint:
    """Enter a complaint that 12345 or 12315 took in; nothing of who complained may stand in it."""
    capacity = actor.must("complaint.register", department)
    given = words_of(number, message=_("请填写工单编号。"), field="number")
    if received_on > at.date():
        raise RecordRefused(message=_("受理日期晚于今天。"), field="received_on")
    if PERSONAL.search(summary):
        raise RecordRefused(message=_("内容里有手机号或身份证号。投诉人信息不登记，请删去。"), field="summary")
    if Complaint.objects.filter(channel=channel, number=given).exists():
        raise RecordRefused(message=_("该工单已经登记，无须重复登记。"), field="number")
    row = Complaint.objects.create(
        target=target,
        department=department,
        channel=ComplaintChannel(channel),
        number=given,
        received_on=received_on,
        matter=words_of(matter, message=_("请填写事由。"), field="matter"),
        summary=summary.strip(),
    )
    event = events.ComplaintRegistered(
        subject=str(row.pk), channel=row.get_channel_display(), number=given, related=(f"target:{target.pk}",)
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return row


@transaction.atomic
def register_supply(
    *,
    supplier: InspectionTarget,
    buyer: InspectionTarget,
    goods: str,
    valid_from: date,
    source: str,
    department: Department,
    actor: Actor,
    at: datetime,
) -> Supply:
    """Enter that one target supplies another, as a department found it."""
    capacity = actor.must("supply.register", department)
    if supplier.pk == buyer.pk:
        raise RecordRefused(message=_("供货方和购货方是同一个对象。"), field="other")
    named = words_of(goods, message=_("请填写商品。"), field="goods")
    if Supply.objects.filter(supplier=supplier, buyer=buyer, goods=named).exists():
        raise RecordRefused(message=_("这一供货关系已经登记。"), field="goods")
    row = Supply.objects.create(
        supplier=supplier,
        buyer=buyer,
        goods=named,
        valid_from=valid_from,
        source=words_of(source, message=_("请填写来源，如进货台账、发票。"), field="source"),
    )
    event = events.SupplyRegistered(
        subject=str(row.pk), supplier=supplier.object_id, buyer=buyer.object_id, related=_both(row)
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return row


@transaction.atomic
def end_supply(*, supply: Supply, department: Department, on: date, actor: Actor, at: datetime) -> Supply:
    """Note that a supply has ended; the row stays as history."""
    capacity = actor.must("supply.end", department)
    row = Supply.objects.select_for_update(of=("self",)).select_related("supplier", "buyer").get(pk=supply.pk)
    if row.valid_to is not None:
        raise RecordRefused(message=_("这一供货关系已经终止。"))
    if on < row.valid_from:
        raise RecordRefused(message=_("终止日期早于开始日期。"), field="on")
    row.valid_to = on
    row.save(update_fields=["valid_to"])
    event = events.SupplyEnded(
        subject=str(row.pk),
        supplier=row.supplier.object_id,
        buyer=row.buyer.object_id,
        on=on.isoformat(),
        related=_both(row),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return row


def _both(row: Supply) -> tuple[str, str]:
    return f"target:{row.supplier_id}", f"target:{row.buyer_id}"
