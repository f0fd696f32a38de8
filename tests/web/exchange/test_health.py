"""What monitors ask: alive, ready, counters; and what every answer carries."""

import json
import logging
import re
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateWorker
from pytest_django import Settings

from onevisit.support.jobs import liveness
from onevisit.support.jobs.models import Heartbeat


def _signs(*, age: timedelta) -> None:
    Heartbeat.objects.create(process=liveness.SEQUENCER, beat_at=Now() - age)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s)", [age])
    assert ProcrastinateWorker.objects.exists()


def _checks(client: Client) -> tuple[int, dict[str, str]]:
    answer = client.get("/readyz")
    return answer.status_code, json.loads(answer.content)["checks"]


def test_a_living_process_says_ok_without_a_database(client: Client) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok")


def test_ready_only_when_every_part_gave_a_sign(db: None, client: Client) -> None:
    assert _checks(client)[0] == 503

    _signs(age=timedelta(seconds=5))

    assert _checks(client) == (
        200,
        {"database": "ok", "migrations": "ok", "queue_worker": "ok", "sequencer": "ok"},
    )


def test_old_signs_are_no_signs(db: None, client: Client) -> None:
    _signs(age=timedelta(minutes=5))

    status, checks = _checks(client)

    assert status == 503
    assert checks["database"] == "ok"
    assert re.search(r"3\d\d s ago", checks["queue_worker"])
    assert re.search(r"3\d\d s ago", checks["sequencer"])


def test_counters_are_for_this_machine(client: Client) -> None:
    assert b"django_http_requests" in client.get("/metrics").content
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 403


def test_a_reverse_proxy_on_this_machine_does_not_open_the_counters(client: Client) -> None:
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 403


def test_a_token_opens_the_counters_from_elsewhere(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = "geheim"

    for given, status in (("Bearer geheim", 200), ("Bearer falsch", 403), ("", 403)):
        answer = client.get("/metrics", REMOTE_ADDR="203.0.113.9", headers={"Authorization": given})
        assert answer.status_code == status


def test_an_empty_token_opens_nothing(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = ""

    answer = client.get("/metrics", REMOTE_ADDR="203.0.113.9", headers={"Authorization": "Bearer "})

    assert answer.status_code == 403


def test_every_answer_carries_a_request_id_and_keeps_a_good_one(client: Client) -> None:
    assert len(client.get("/healthz")["X-Request-ID"]) == 32
    assert client.get("/healthz", headers={"X-Request-ID": "proxy-12345"})["X-Request-ID"] == "proxy-12345"
    assert client.get("/healthz", headers={"X-Request-ID": "<b>x</b> 1234"})["X-Request-ID"] != "<b>x</b> 1234"


def test_a_request_leaves_one_line_with_its_id(db: None, client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="onevisit.request"):
        answer = client.get("/no-such-page")

    lines = [record.msg for record in caplog.records if record.name == "onevisit.request"]
    assert len(lines) == 1
    line = lines[0]
    assert isinstance(line, dict)
    assert (line["path"], line["status"], line["request_id"]) == ("/no-such-page", 404, answer["X-Request-ID"])


def test_no_page_may_run_inline_script_or_style(db: None, client: Client) -> None:
    policy = client.get("/accounts/login/")["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy


def test_rights_of_the_browser_are_limited_to_what_the_field_app_needs(client: Client) -> None:
    answer = client.get("/healthz")

    assert "camera=(self)" in answer["Permissions-Policy"]
    assert "payment=()" in answer["Permissions-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"


def test_what_is_larger_than_allowed_is_refused_unread(client: Client, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
    large = b"x" * (1024 * 1024 + 64 * 1024 + 1)

    answer = client.post("/accounts/login/", large, content_type="application/octet-stream")

    assert answer.status_code == 413
    assert answer.content.decode() == "文件超过 1 MB，未接收。请压缩后再传。"
    phone = client.patch("/field/api/files/x", large, content_type="application/offset+octet-stream")
    assert (phone.status_code, phone.json()["code"]) == (413, "too_large")


def test_a_body_without_a_length_is_refused(client: Client) -> None:
    answer = client.generic("POST", "/accounts/login/", b"", headers={"Transfer-Encoding": "chunked"})

    assert answer.status_code == 411
