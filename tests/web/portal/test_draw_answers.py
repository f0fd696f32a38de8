"""What the page of a draw answers to doubt: not in the frame, excluded, and the line of shell that says the same."""

import hashlib
import html
import json
import re
import subprocess

import pytest
from django.test import Client

from onevisit.core import canonical
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw
from onevisit.support.identity.actors import SYSTEM
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import Log

pytestmark = pytest.mark.django_db


def _opened(people: Cast, log: Log) -> Draw:
    return draws.open_draw(draw=draw_scenes.sealed(people, log), open_visits=0, actor=SYSTEM, at=draw_scenes.T0)


def _page(client: Client, draw: Draw, code: str) -> str:
    return html.unescape(client.get(f"/open/draws/{draw.number}", {"id": code}).content.decode())


@pytest.mark.requirement("R149")
def test_the_line_of_shell_on_the_page_gives_the_ticket_on_the_page(client: Client, people: Cast, log: Log) -> None:
    draw = _opened(people, log)
    item = draw.items.first()
    assert item is not None
    code = bytes(item.frame or b"").decode().split("|")[0]

    text = _page(client, draw, code)

    line = re.search(r"<pre class=\"mono\">(printf [^<]*sha256sum)</pre>", text)
    assert line is not None
    said = subprocess.run(["sh", "-c", line[1]], capture_output=True, text=True, check=True).stdout
    assert f"您的抽签号 {said[:12]}…" in text


def test_a_code_that_is_nowhere_reads_the_reconciliation_and_where_to_ask(
    client: Client, people: Cast, log: Log
) -> None:
    draw = _opened(people, log)
    manifest = json.loads(bytes(draw.manifest or b""))
    item = manifest["items"][0]
    out = sum(reason["n"] for reason in item["excluded"])

    text = _page(client, draw, "91350200XMDM999999")

    assert "这个代码不在本次抽取的名单里" in text
    assert f"名录库 {item['registry_n']} 户 − 排除 {out} 户 = 名单 {item['n']} 户" in text
    assert 'href="/open/requests?kind=complaint"' in text


def test_an_excluded_business_reads_the_reason_and_its_line_of_the_list(client: Client, people: Cast, log: Log) -> None:
    draw = _opened(people, log)
    line = f"91350200XMDM999998|{'ab' * 16}"
    draw.exclusions = canonical.encode(value={"CEASED": f"{line}\n"})
    draw.save(update_fields=["exclusions"])

    text = _page(client, draw, "91350200XMDM999998")

    assert "冻结时按理由 CEASED 排除在名单之外" in text
    assert line in text
    assert hashlib.sha256(f"{line}\n".encode()).hexdigest() in text


def test_a_sealed_draw_answers_nothing_about_one_business(client: Client, people: Cast, log: Log) -> None:
    draw = draw_scenes.sealed(people, log)
    draw.exclusions = canonical.encode(value={"CEASED": f"91350200XMDM999998|{'ab' * 16}\n"})
    draw.save(update_fields=["exclusions"])

    text = _page(client, draw, "91350200XMDM999998")

    assert "CEASED" not in text
    assert "对这次抽取有疑问" in text
