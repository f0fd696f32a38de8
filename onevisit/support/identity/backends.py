"""Who an account may be signed in as: the published accounts of a demo city are closed wherever it is none."""

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from onevisit.support.identity.models import User


class AccountBackend(AuthenticationBackend):
    """Passwords, passkeys and single sign-on end here; a session is asked at every request."""

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        """Refuse an account that is not in use, and one whose password stands in the demo's handbook."""
        if isinstance(user, User) and user.is_demo and not settings.DEMO:
            return False
        return bool(super().user_can_authenticate(user))

    def _check_password(self, user: AbstractBaseUser | None, password: str) -> AbstractBaseUser | None:
        # Told apart from a wrong password by nothing, not even by the time it takes (the library then hashes once).
        if isinstance(user, User) and not self.user_can_authenticate(user):
            return None
        checked: AbstractBaseUser | None = super()._check_password(user, password)
        return checked
