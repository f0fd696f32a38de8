"""A person is told once, in the app and on the phone."""

import base64
import json
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import http_ece  # type: ignore[import-untyped]  # the package is untyped
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from onevisit.support.identity.actors import MayNot
from onevisit.support.identity.roles import Role
from onevisit.support.notices import push, selectors, services, vapid
from onevisit.support.notices.models import Notice, PushDelivery, PushSubscription
from tests.cast import AT, Cast


def tell(people: Cast, *names: str, title: str = "派给您一次检查") -> list[Notice]:
    ids = [people.officers[name].pk for name in names]
    return services.notify(officer_ids=ids, kind="visit", title=title, subject_type="visit", subject="1", at=AT)


def test_telling_twice_is_telling_once_and_one_push_is_queued_each(people: Cast) -> None:
    assert len(tell(people, "林一", "林二")) == 2
    assert tell(people, "林一", "林二") == []

    assert selectors.unread_count(people.officers["林一"].pk) == 1
    assert ProcrastinateJob.objects.filter(task_name="push").count() == 2


def test_a_role_is_told_with_its_substitutes(people: Cast) -> None:
    told = services.notify_role(
        role=Role.INSPECTOR,
        department_id=people.departments["市商务局"].pk,
        kind="visit",
        title="派给您一次检查",
        at=AT,
    )

    assert {notice.officer.name for notice in told} == {"林一", "林二", "林备"}


def test_only_the_addressee_reads_a_notice(people: Cast) -> None:
    notice = tell(people, "林一")[0]

    with pytest.raises(MayNot):
        services.read(notice=notice, actor=people.actor("林二"), at=AT)
    services.read(notice=notice, actor=people.actor("林一"), at=AT)

    assert selectors.unread_count(people.officers["林一"].pk) == 0


def test_reading_all_reads_only_ones_own(people: Cast) -> None:
    tell(people, "林一", "林二")

    assert services.read_all(actor=people.actor("林一"), at=AT) == 1
    assert selectors.unread_count(people.officers["林二"].pk) == 1


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://127.0.0.1/x",
        "https://evil.example/fcm.googleapis.com",
        "https://fcm.googleapis.com.evil.example/x",
        "file:///etc/passwd",
    ],
)
def test_an_address_that_is_no_push_services_is_refused(people: Cast, endpoint: str) -> None:
    with pytest.raises(services.NoticeRefused):
        services.subscribe(endpoint=endpoint, p256dh="x", auth="y", actor=people.actor("林一"), at=AT)


def test_the_key_is_made_once_and_is_private(settings: Settings, tmp_path: Path) -> None:
    settings.KEYS = tmp_path / "keys"

    first = vapid.public_key()

    assert vapid.public_key() == first
    assert len(base64.urlsafe_b64decode(first + "=")) == 65
    assert (tmp_path / "keys" / "vapid.pem").stat().st_mode & 0o077 == 0


@dataclass
class PushService:
    """A stand-in for a browser's push service on loopback: keeps what it was sent, answers what it is told to."""

    port: int
    status: int = 201
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def push_service(settings: Settings, tmp_path: Path) -> Iterator[PushService]:
    settings.KEYS = tmp_path / "keys"
    settings.PUSH_HOSTS = ["127.0.0.1"]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(service.status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    service = PushService(port=server.server_port)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield service
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class Browser:
    """The keys of a browser, which alone can read what is pushed to it."""

    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    def subscribe(self, people: Cast, service: PushService) -> PushSubscription:
        point = self.private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return services.subscribe(
            endpoint=f"http://127.0.0.1:{service.port}/push/1",
            p256dh=base64.urlsafe_b64encode(point).decode().rstrip("="),
            auth=base64.urlsafe_b64encode(self.auth).decode().rstrip("="),
            actor=people.actor("林一"),
            at=AT,
        )

    def read(self, body: bytes) -> dict[str, str]:
        message: dict[str, str] = json.loads(
            http_ece.decrypt(body, private_key=self.private, auth_secret=self.auth, version="aes128gcm")
        )
        return message


def test_a_push_is_signed_and_readable_only_by_the_browser(people: Cast, push_service: PushService) -> None:
    browser = Browser()
    subscription = browser.subscribe(people, push_service)
    notice = tell(people, "林一")[0]

    delivery = push.send(notice=notice, subscription=subscription, at=AT)

    headers, body = push_service.received[0]
    assert browser.read(body)["title"] == "派给您一次检查"
    assert headers["authorization"].startswith("vapid t=")
    assert vapid.public_key() in headers["authorization"]
    assert "派给您" not in body.decode(errors="replace")
    assert delivery.status == 201


def test_a_browser_that_is_gone_is_not_pushed_to_again(people: Cast, push_service: PushService) -> None:
    subscription = Browser().subscribe(people, push_service)
    push_service.status = 410

    push.send(notice=tell(people, "林一")[0], subscription=subscription, at=AT)

    subscription.refresh_from_db()
    assert subscription.failed_at == AT


def test_a_service_in_trouble_is_written_down_and_tried_again(people: Cast, push_service: PushService) -> None:
    subscription = Browser().subscribe(people, push_service)
    push_service.status = 503

    with pytest.raises(push.PushFailed):
        push.send(notice=tell(people, "林一")[0], subscription=subscription, at=AT)

    assert PushDelivery.objects.get().status == 503
