"""Sign-in through OpenID Connect, against a stand-in of the city's provider on loopback."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.test import Client
from pytest_django import Settings

from onevisit.support.identity.models import User
from onevisit.support.ledger.models import LedgerEntry
from tests.cast import Cast

CLIENT, SECRET = "onevisit", "a-secret-of-the-stand-in-long-enough"


@dataclass
class Provider:
    """What the stand-in knows: who signed in, and the challenge of the request."""

    url: str = ""
    claims: dict[str, str] = field(default_factory=lambda: {"sub": "s-1", "preferred_username": "nobody-here"})
    challenge: str = ""
    tokens: int = 0


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    found = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/.well-known/"):
                self._answer(_metadata(found.url))
            else:
                self._answer(found.claims)

        def do_POST(self) -> None:
            given = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            hashed = hashlib.sha256(given["code_verifier"][0].encode()).digest()
            if base64.urlsafe_b64encode(hashed).decode().rstrip("=") != found.challenge:
                self._answer({"error": "invalid_grant"}, status=400)
                return
            found.tokens += 1
            now = int(time.time())
            claims = {**found.claims, "iss": found.url, "aud": CLIENT, "iat": now, "exp": now + 60}
            self._answer({"access_token": "t", "token_type": "Bearer", "id_token": jwt.encode(claims, SECRET)})

        def _answer(self, content: dict[str, Any], *, status: int = 200) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_port}"
    app = {
        "provider_id": "city",
        "name": "统一身份认证",
        "client_id": CLIENT,
        "secret": SECRET,
        "settings": {"server_url": found.url},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


def _metadata(url: str) -> dict[str, Any]:
    return {
        "issuer": url,
        "authorization_endpoint": f"{url}/authorize",
        "token_endpoint": f"{url}/token",
        "userinfo_endpoint": f"{url}/userinfo",
        "jwks_uri": f"{url}/jwks",
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
    }


def _sign_in(client: Client, provider: Provider) -> Any:
    """Press the button, be known to the provider, come back."""
    sent = client.post("/accounts/oidc/city/login/", {"next": "/inbox"})
    assert sent.status_code == 302
    asked = parse_qs(urlsplit(sent["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    provider.challenge = asked["code_challenge"][0]
    return client.get("/accounts/oidc/city/login/callback/", {"code": "c", "state": asked["state"][0]})


def test_who_is_known_to_both_lands_on_the_inbox_and_is_tied_once(
    people: Cast, client: Client, provider: Provider
) -> None:
    user = people.officers["林"].user
    assert user is not None
    provider.claims["preferred_username"] = user.username

    first = _sign_in(client, provider)
    again = _sign_in(Client(), provider)

    assert (first.status_code, first["Location"]) == (302, "/inbox")
    assert again["Location"] == "/inbox"
    assert client.get("/settings/me").status_code == 200
    assert LedgerEntry.objects.filter(event="account.linked").count() == 1


def test_an_unknown_subject_makes_no_account_and_is_told_whom_to_ask(
    people: Cast, client: Client, provider: Provider
) -> None:
    before = User.objects.count()

    answer = _sign_in(client, provider)

    assert answer.status_code == 403
    assert "请找本部门联络员" in answer.content.decode()
    assert User.objects.count() == before
    assert client.get("/inbox").status_code == 302


def test_another_subject_under_a_taken_name_does_not_get_the_account(
    people: Cast, client: Client, provider: Provider
) -> None:
    user = people.officers["林"].user
    assert user is not None
    provider.claims["preferred_username"] = user.username
    _sign_in(Client(), provider)
    provider.claims["sub"] = "s-2"

    assert _sign_in(client, provider).status_code == 403


def test_an_answer_to_a_request_that_was_never_made_signs_nobody_in(
    people: Cast, client: Client, provider: Provider
) -> None:
    answer = client.get("/accounts/oidc/city/login/callback/", {"code": "c", "state": "made-up"})

    assert answer.status_code == 401
    assert "没有登录" in answer.content.decode()
    assert provider.tokens == 0


def test_a_demo_account_stays_closed_through_it(
    people: Cast, client: Client, provider: Provider, settings: Settings
) -> None:
    settings.DEMO = False
    user = people.officers["林"].user
    assert user is not None
    User.objects.filter(pk=user.pk).update(is_demo=True)
    provider.claims["preferred_username"] = user.username

    _sign_in(client, provider)

    assert client.get("/inbox").status_code == 302


def test_the_button_is_the_main_one_when_there_is_a_provider(client: Client, provider: Provider, db: None) -> None:
    page = client.get("/accounts/login/").content.decode()

    assert "用统一身份认证登录" in page
    assert page.count("btn btn-primary") == 1


def test_without_a_provider_there_is_no_button_and_no_path(client: Client, db: None, settings: Settings) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {}

    assert "统一身份认证" not in client.get("/accounts/login/").content.decode()
    assert client.post("/accounts/oidc/city/login/").status_code == 404
