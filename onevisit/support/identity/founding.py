"""The founding of a city: its first administrator, once, from the command line of the server."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.support.identity import events
from onevisit.support.identity.actors import SYSTEM, SYSTEM_CAPACITY
from onevisit.support.identity.models import Department, Officer, OrganKind, Post, User
from onevisit.support.identity.roles import Role
from onevisit.support.ledger import services as ledger

ORGAN_CODE = "PLATFORM"
_PASSWORD_BYTES = 12


class AlreadyFounded(Exception):
    """The city has somebody who administers it; further ones are appointed on the screen."""

    code = "already_founded"

    def __init__(self) -> None:
        self.message = _("平台已有运维人员，请由其在“机构与人员”中授予岗位。")
        super().__init__(self.message)


@transaction.atomic
def appoint_administrator(*, account: str, name: str, region_code: str, at: datetime) -> str:
    """Make the first operator with an account and return its one-time password, which is stored nowhere.

    Raises:
        AlreadyFounded: an operator holds a post, or the account is taken.
    """
    if Post.objects.filter(role=Role.OPERATOR).exists() or User.objects.filter(username=account).exists():
        raise AlreadyFounded
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    user = User(username=account, is_password_one_time=True)
    user.set_password(password)
    user.save(force_insert=True)
    organ = _organ(region_code=region_code, at=at)
    officer = Officer.objects.create(user=user, department=organ, personnel_number=f"{ORGAN_CODE}-1", name=name)
    Post.objects.create(officer=officer, department=organ, role=Role.OPERATOR, valid_from=at.date())
    event = events.AdministratorAppointed(subject=str(officer.pk), account=account)
    ledger.append(event, actor=SYSTEM, at=at, capacity=SYSTEM_CAPACITY)
    return password


def _organ(*, region_code: str, at: datetime) -> Department:
    """Return the organ that runs the platform: the pack's, or one of our own."""
    existing = Department.objects.filter(kind=OrganKind.OPERATOR).order_by("code").first()
    return existing or Department.objects.create(
        code=ORGAN_CODE,
        kind=OrganKind.OPERATOR,
        name=_("平台运维单位"),
        short_name=_("运维"),
        region_code=region_code,
        valid_from=at.date(),
    )
