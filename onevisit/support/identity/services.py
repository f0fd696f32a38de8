"""Writes on organs, posts, delegations and numbers; one function per verb."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.support.identity import events
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import (
    Delegation,
    Department,
    DepartmentName,
    Numbering,
    Officer,
    OrganKind,
    Post,
    User,
)
from onevisit.support.identity.roles import OF_ONE_ORGAN, ROLE_LABELS, Role
from onevisit.support.ledger import services as ledger

LONGEST_DELEGATION = timedelta(days=90)


class IdentityRefused(Exception):
    """The change of an organ, post or delegation is refused; `field` names the input."""

    code = "identity"

    def __init__(self, *, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


def lock(department_id: UUID) -> None:
    """Lock an organ for the rest of the transaction: what it does one at a time waits here."""
    Department.objects.select_for_update().only("pk").get(pk=department_id)


def next_number(*, series: str) -> int:
    """Take the next number of a series under a row lock: gap-free within committed transactions, never reused."""
    Numbering.objects.get_or_create(series=series)
    row = Numbering.objects.select_for_update().get(series=series)
    row.latest += 1
    row.save(update_fields=["latest"])
    return row.latest


@transaction.atomic
def onboard(*, department: Department, batch_number: int, actor: Actor, at: datetime) -> Department:
    """Let an organ join in a batch, read-only at first (R18, R26)."""
    capacity = actor.must("organ.onboard", department)
    organ = Department.objects.select_for_update().get(pk=department.pk)
    if organ.joined_on:
        raise IdentityRefused(
            message=_("%(name)s已于 %(day)s 接入。") % {"name": organ.short_name, "day": organ.joined_on},
            field="batch_number",
        )
    if batch_number < 1:
        raise IdentityRefused(message=_("批次从 1 开始。"), field="batch_number")
    organ.batch_number, organ.joined_on, organ.is_read_only = batch_number, at.date(), True
    organ.save(update_fields=["batch_number", "joined_on", "is_read_only"])
    event = events.OrganOnboarded(subject=str(organ.pk), code=organ.code, batch_number=batch_number)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return organ


@transaction.atomic
def switch_on(*, department: Department, actor: Actor, at: datetime) -> Department:
    """End the read-only trial of an organ."""
    capacity = actor.must("organ.switch_on", department)
    organ = Department.objects.select_for_update().get(pk=department.pk)
    if not organ.is_read_only:
        raise IdentityRefused(message=_("%(name)s已经启用。") % {"name": organ.short_name})
    organ.is_read_only = False
    organ.save(update_fields=["is_read_only"])
    ledger.append(events.OrganSwitchedOn(subject=str(organ.pk), code=organ.code), actor=actor, at=at, capacity=capacity)
    return organ


@transaction.atomic
def rename(
    *, department: Department, name: str, short_name: str, from_on: date, actor: Actor, at: datetime
) -> Department:
    """Give an organ a new name from a day on; records before it keep showing the former one (R17)."""
    capacity = actor.must("organ.rename", department)
    organ = Department.objects.select_for_update().get(pk=department.pk)
    if not name.strip() or name == organ.name:
        raise IdentityRefused(message=_("请填写与现名不同的新名称。"), field="name")
    since = max([former.valid_to for former in organ.former_names.all()], default=organ.valid_from)
    if from_on <= since:
        raise IdentityRefused(message=_("更名日期须晚于 %(day)s。") % {"day": since}, field="from_on")
    DepartmentName.objects.create(
        department=organ,
        name=organ.name,
        short_name=organ.short_name,
        valid_from=since if since == organ.valid_from else since + timedelta(days=1),
        valid_to=from_on - timedelta(days=1),
    )
    event = events.OrganRenamed(
        subject=str(organ.pk), code=organ.code, former_name=organ.name, new_name=name, from_on=from_on.isoformat()
    )
    organ.name, organ.short_name = name.strip(), short_name.strip() or organ.short_name
    organ.save(update_fields=["name", "short_name"])
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return organ


@transaction.atomic
def grant_post(
    *, officer: Officer, department: Department, role: Role, valid_from: date, actor: Actor, at: datetime
) -> Post:
    """Give an officer a role in an organ; the coordination office can never hold inspectors (R22, AI-01).

    Raises:
        IdentityRefused: the organ may not have the role, the officer has it, or only the operator may grant it.
    """
    capacity = actor.must("post.grant", department)
    if words := ungrantable(role=role, department=department, actor=actor):
        raise IdentityRefused(message=words, field="role")
    if role == Role.INSPECTOR and department.kind != OrganKind.DEPARTMENT:
        words = _("%(name)s不具有执法主体资格，不能设执法人员岗位。") % {"name": department.short_name}
        raise IdentityRefused(message=words, field="role")
    if Post.objects.filter(officer=officer, department=department, role=role, valid_to__isnull=True).exists():
        raise IdentityRefused(message=_("%(name)s已有此岗位。") % {"name": officer.name}, field="role")
    post, is_new = Post.objects.get_or_create(officer=officer, department=department, role=role, valid_from=valid_from)
    if not is_new:
        # Ended and given again within the day: the row that began today goes on.
        post.valid_to = None
        post.save(update_fields=["valid_to"])
    event = events.PostGranted(subject=str(officer.pk), department=department.code, role=str(ROLE_LABELS[role]))
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return post


def ungrantable(*, role: Role, department: Department, actor: Actor) -> str:
    """Say why the actor may not give a role in an organ, one by one or by a file; nothing where it is allowed."""
    if actor.is_system:
        return ""
    if role not in OF_ONE_ORGAN and actor.holds(Role.OPERATOR) is None:
        return _("“%(role)s”的权限超出本机构，只能由运维人员授予。") % {"role": ROLE_LABELS[role]}
    if not actor.may("post.grant", department):
        words = _("“%(role)s”岗位由%(name)s审批人或运维人员授予。")
        return words % {"role": ROLE_LABELS[role], "name": department.short_name}
    return ""


@transaction.atomic
def end_post(*, post: Post, actor: Actor, at: datetime) -> Post:
    """End a role of an officer at once; what it did before stays.

    A post counts by whole days, its last one included: one ended now ends with yesterday, also when it began today.
    """
    capacity = actor.must("post.end", post.department)
    held = Post.objects.select_for_update().get(pk=post.pk)
    if held.valid_to is not None:
        raise IdentityRefused(message=_("此岗位已于 %(day)s 终止。") % {"day": held.valid_to})
    held.valid_to = at.date() - timedelta(days=1)
    held.save(update_fields=["valid_to"])
    event = events.PostEnded(
        subject=str(held.officer_id), department=held.department.code, role=str(ROLE_LABELS[Role(held.role)])
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def delegate(
    *, post: Post, to_officer: Officer, valid_from: date, valid_to: date, reason: str, actor: Actor, at: datetime
) -> Delegation:
    """Appoint a substitute for one's own post for some days."""
    capacity = actor.must("delegation.grant", post)
    _check_delegation(post=post, to_officer=to_officer, valid_from=valid_from, valid_to=valid_to, reason=reason, at=at)
    delegation = Delegation.objects.create(
        from_officer=post.officer,
        to_officer=to_officer,
        department=post.department,
        role=post.role,
        reason=reason.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
    )
    event = events.DelegationGranted(
        subject=str(delegation.pk),
        role=str(ROLE_LABELS[Role(post.role)]),
        from_on=valid_from.isoformat(),
        to_on=valid_to.isoformat(),
        related=(f"officer:{post.officer_id}", f"officer:{to_officer.pk}"),
    )
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return delegation


def _check_delegation(
    *, post: Post, to_officer: Officer, valid_from: date, valid_to: date, reason: str, at: datetime
) -> None:
    if post.role == Role.INSPECTOR:
        raise IdentityRefused(message=_("执法人员岗位不能委托代行；换人请在一次查的页面申请。"), field="role")
    if to_officer.pk == post.officer_id:
        raise IdentityRefused(message=_("代行人不能是本人。"), field="to_officer")
    if to_officer.department_id != post.department_id:
        raise IdentityRefused(message=_("代行人须为同一机构人员。"), field="to_officer")
    if not reason.strip():
        raise IdentityRefused(message=_("请写明委托事由。"), field="reason")
    if valid_from < at.date():
        raise IdentityRefused(message=_("开始日期不能早于今天。"), field="valid_from")
    if not timedelta(0) <= valid_to - valid_from <= LONGEST_DELEGATION:
        raise IdentityRefused(message=_("代行期间须为 1 至 91 日。"), field="valid_to")


@transaction.atomic
def revoke_delegation(*, delegation: Delegation, actor: Actor, at: datetime) -> Delegation:
    """End a substitution before its time."""
    capacity = actor.must("delegation.revoke", delegation)
    held = Delegation.objects.select_for_update().get(pk=delegation.pk)
    if held.revoked_at:
        raise IdentityRefused(message=_("此委托已收回。"))
    held.revoked_at = at
    held.save(update_fields=["revoked_at"])
    ledger.append(events.DelegationRevoked(subject=str(held.pk)), actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def open_demo_account(*, officer: Officer) -> User:
    """Give an officer whom a draw of the demo city has sent out an account without a password, for one-click sign-in.

    Raises:
        IdentityRefused: this is no demo city.
    """
    if not settings.DEMO:
        raise IdentityRefused(message=_("只有演示环境可以一键登录。"))
    held = Officer.objects.select_for_update().get(pk=officer.pk)
    if held.user is None:
        user = User(username=f"demo-{held.personnel_number}", is_demo=True)
        user.set_unusable_password()
        user.save()
        held.user = user
        held.save(update_fields=["user"])
    return held.user
