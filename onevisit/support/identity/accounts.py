"""Accounts are made by an organ's contact person or an import, never by signing up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Closes public registration."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
