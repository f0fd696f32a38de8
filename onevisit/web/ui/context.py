"""What every page needs: who is here, the menu, the demo mark and the clock."""

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from onevisit.stages.registers.models import Inspector
from onevisit.support import clock
from onevisit.support.identity import selectors as identity
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Officer
from onevisit.support.identity.roles import Role
from onevisit.support.notices import selectors as notices
from onevisit.web.ui import menu, single_sign_on, toasts


class Shell:
    """What the frame of a page shows of the person; asked only when the template asks."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def actor(self) -> Actor:
        return self._request.actor  # type: ignore[attr-defined, no-any-return]  # set by ActorMiddleware

    @property
    def menu(self) -> list[menu.Line]:
        return menu.lines(actor=self.actor, path=self._request.path)

    @property
    def unread_count(self) -> int:
        return notices.unread_count(self.actor.officer_id)

    @property
    def is_folded(self) -> bool:
        return self._request.COOKIES.get("onevisit_menu") == "folded"

    @property
    def demo_cast(self) -> QuerySet[Officer]:
        return identity.demo_players()

    @property
    def single_sign_on(self) -> single_sign_on.SingleSignOn | None:
        return single_sign_on.configured()

    @property
    def taken_drafts(self) -> list[str]:
        return toasts.pop_taken(self._request)

    @property
    def theme(self) -> str:
        """Return `dark` or `light` as this person chose on this device."""
        return "dark" if self._chosen("theme") == "dark" else "light"

    @property
    def is_large(self) -> bool:
        return self._chosen("large") == "1"

    @property
    def certificate(self) -> Inspector | None:
        """Return the own certificate of somebody who inspects."""
        if self.actor.officer_id is None or self.actor.holds(Role.INSPECTOR) is None:
            return None
        return Inspector.objects.filter(officer_id=self.actor.officer_id).first()

    @cached_property
    def expired_certificate(self) -> Inspector | None:
        held = self.certificate
        return held if held is not None and held.certificate_valid_to < clock.today() else None

    @property
    def session_count(self) -> int:
        return UserSession.objects.filter(user=self._request.user.pk).count()

    def _chosen(self, name: str) -> str:
        return self._request.COOKIES.get(f"onevisit_{name}_{self.person_key}", "")

    @property
    def person_key(self) -> str:
        """Return what tells the choices of two people at one browser apart."""
        return str(self._request.user.pk or "")[:8]

    @property
    def density(self) -> str:
        return "compact" if self._request.COOKIES.get("onevisit_density") == "compact" else "cosy"


def page(request: HttpRequest) -> dict[str, object]:
    """Return the context of the base template."""
    return {
        "is_demo": settings.DEMO,
        "now": clock.now(),
        "actor": getattr(request, "actor", None),
        "shell": Shell(request) if hasattr(request, "actor") else None,
    }
