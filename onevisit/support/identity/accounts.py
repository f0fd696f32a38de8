"""Accounts are made by an organ's contact person or an import, never by signing up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from onevisit.support.identity.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Closes public registration and says what went wrong in the words of our screens."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("账号或密码不对。连续输错 5 次须等待 5 分钟；忘记密码请找本部门联络员。"),
        "too_many_login_attempts": _("输错次数过多，请 5 分钟后再试；忘记密码请找本部门联络员。"),
    }

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """Keep the new password; whoever chose it needs no other one (allauth saves the whole account)."""
        if isinstance(user, User):
            user.is_password_one_time = False
        super().set_password(user, password)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
