"""Sign-in through the city's own identity provider (OpenID Connect): it tells who somebody is, it opens no accounts."""

from dataclasses import dataclass
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse

from onevisit.support import clock
from onevisit.support.identity import actors, events
from onevisit.support.identity import selectors as identity
from onevisit.support.identity.models import User
from onevisit.support.ledger import services as ledger

PROVIDER = "openid_connect"


@dataclass(frozen=True)
class SingleSignOn:
    """The provider as the sign-in page shows it."""

    name: str
    url: str


def configured() -> SingleSignOn | None:
    """Return the provider of this installation; None where it has none."""
    for app in settings.SOCIALACCOUNT_PROVIDERS.get(PROVIDER, {}).get("APPS", ()):
        url = reverse("openid_connect_login", kwargs={"provider_id": app["provider_id"]})
        return SingleSignOn(name=app["name"], url=url)
    return None


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Lets in whom the provider names and an organ has given an account; nobody makes one for himself here."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Tie the provider's subject to the account that it names, once; an unknown one is told whom to ask."""
        if sociallogin.is_existing:
            return
        user = _account_of(sociallogin)
        if user is None:
            raise ImmediateHttpResponse(_unknown(request))
        with transaction.atomic():
            sociallogin.connect(request, user)
            actor = actors.of_user(user=user, on=clock.today())
            event = events.AccountLinked(subject=str(actor.officer_id), account=user.get_username())
            ledger.append(event, actor=actor, at=clock.now())


def _account_of(sociallogin: Any) -> User | None:
    """Return the officer's account named by the agreed claim, unless another subject has been tied to it."""
    data = sociallogin.account.extra_data
    given = {**(data.get("id_token") or {}), **(data.get("userinfo") or {})} or data
    name = str(given.get(settings.OIDC_CLAIM) or "").strip()
    if not name:
        return None
    officers = User.objects.filter(is_active=True, officer__isnull=False, username=name)
    return officers.exclude(socialaccount__provider=sociallogin.account.provider).first()


def _unknown(request: HttpRequest) -> Any:
    content = {"organs": identity.operating_organs()}
    return render(request, "account/unknown_subject.html", content, status=403)
