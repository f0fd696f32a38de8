"""Whoever signed in with a password that was handed out once chooses an own one before anything else."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from onevisit.support.identity.models import User

_ALWAYS = ("/static/", "/healthz", "/readyz")
_NAMES = ("account_change_password", "account_logout", "account_reauthenticate")


class OneTimePasswordMiddleware:
    """Leads every page to the change of the password as long as the account carries a one-time one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith((*_ALWAYS, *(reverse(name) for name in _NAMES))):
            user = request.user
            if isinstance(user, User) and user.is_authenticated and user.is_password_one_time:
                return redirect("account_change_password")
        return self.get_response(request)
