"""What the page of a draw answers to doubt: not in the frame, excluded, and the line of shell that says the same."""

import hashlib
import html
import json
import re
import subprocess

import pytest
from django.core.cache import cache
from django.test import Client

from onevisit.core import canonical
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, DrawnSlot
from onevisit.stages.publication import requests
from onevisit.stages.publication.request_models import PublicRequest
from onevisit.stages.registers.models import InspectionTarget
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger.models import LedgerEntry
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import Beacon, Log
from tests.stages.draws.test_replacing import ROUND_T0, own, replaced_in

__all__ = ["own"]

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

    line = re.search(r"<pre class=\"mono\" data-round=\"0\">(printf [^<]*sha256sum)</pre>", text)
    assert line is not None
    said = subprocess.run(["sh", "-c", line[1]], capture_output=True, text=True, check=True).stdout
    assert f"您的抽签号 {said[:12]}…" in text


@pytest.mark.requirement("R149")
def test_one_line_of_shell_says_whether_a_business_is_drawn(client: Client, people: Cast, log: Log) -> None:
    draw = _opened(people, log)
    item = draw.items.first()
    assert item is not None
    codes = [line.split("|")[0] for line in bytes(item.frame or b"").decode().splitlines()]

    said = {}
    for code in codes:
        text = _page(client, draw, code)
        [line] = set(re.findall(r'<pre class="mono" data-answer="0">([^<]*)</pre>', text))
        answer = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True).stdout.strip()
        assert ("本次抽中" in text, "本次未抽中" in text) == (answer == "抽中", answer == "未抽中")
        said[code] = answer

    drawn = set(DrawnSlot.objects.filter(draw=draw).values_list("target__object_id", flat=True))
    assert {code for code, answer in said.items() if answer == "抽中"} == drawn
    assert drawn < set(codes)


def test_each_round_has_a_line_of_shell_that_gives_the_ticket_shown_for_it(
    client: Client, people: Cast, log: Log, own: Beacon
) -> None:
    draw = draw_scenes.sealed_with_beacon(people, log, own)
    replaced_in(draw, people, own)
    draws.open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=ROUND_T0)
    results = [one["result"] for one in json.loads(bytes(Draw.objects.get(pk=draw.pk).receipt or b""))["results"]]
    [substitute] = [
        one["id"] for item in results[1]["items"][:1] for stratum in item["strata"] for one in stratum["selected"]
    ]

    text = _page(client, draw, substitute)

    made = Draw.objects.get(pk=draw.pk)
    assert f'data-digests="{made.seal},{made.rounds.get().seal}"' in text
    lines = re.findall(r"<pre class=\"mono\" data-round=\"(\d)\">(printf [^<]*sha256sum)</pre>", text)
    assert [number for number, _line in lines] == ["0", "1"]
    said = [
        subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True).stdout for _number, line in lines
    ]
    assert re.search(rf"（第 1 轮替换），分层 \w+：您的抽签号 {said[1][:12]}… 不大于入围线", text)
    assert f"您的抽签号 {said[0][:12]}… 大于入围线" in text
    assert said[0] != said[1]


def test_an_open_draw_shows_its_sources_cuts_and_the_drawn_list_by_pages(
    client: Client, people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onevisit.web.portal.views.draws.PER_PAGE", 4)
    sealed = draw_scenes.sealed(people, log)
    assert 'id="results"' not in _page(client, sealed, "")
    draw = draws.open_draw(draw=sealed, open_visits=0, actor=SYSTEM, at=draw_scenes.T0)
    result = json.loads(bytes(draw.receipt or b""))["results"][0]["result"]
    drawn = [one for stratum in result["items"][0]["strata"] for one in stratum["selected"]]
    assert len(drawn) > 4

    pages = [
        html.unescape(client.get(f"/open/draws/{draw.number}", {"drawn": page}).content.decode())
        for page in range(1, -(-len(drawn) // 4) + 1)
    ]

    for line in result["source_lines"]:
        assert line in pages[0]
    for stratum in result["items"][0]["strata"]:
        assert stratum["cut"] in pages[0] or not stratum["selected"]
    for place, one in enumerate(drawn):
        assert [one["id"] in page for page in pages].index(True) == place // 4
        assert f"{one['ticket'][:12]}…" in pages[place // 4]


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
    assert f'href="/open/requests?draw={draw.number}"' in text
    assert "名录库里现在也没有这个代码" in text
    assert "您可能是其中之一" not in text


def test_a_business_that_was_dropped_is_not_told_that_nobody_knows_it(client: Client, people: Cast, log: Log) -> None:
    target = InspectionTarget.objects.create(
        object_id="91350200XMDM999997", uscc="91350200XMDM999997", kind="company", name="厦门落单加油站有限公司"
    )
    draw = _opened(people, log)
    draw.direction = {**draw.direction, "register": {"counted": 13, "stated": 12, "missing": 1, "beyond": 0}}
    draw.save(update_fields=["direction"])

    text = _page(client, draw, target.object_id)

    assert "这个代码不在本次抽取的名单里" in text
    assert "名录库里现在有这个对象（厦门落单加油站有限公司）" in text
    assert "名录库自己的数比组织单位列出的多 1 户，您可能是其中之一" in text


def test_an_excluded_business_reads_the_reason_in_words_who_approved_it_and_its_line(
    client: Client, people: Cast, log: Log
) -> None:
    draw = _opened(people, log)
    lists = json.loads(bytes(draw.exclusions or b""))
    line = lists["QUIET_LIST"].splitlines()[0]

    text = _page(client, draw, line.rpartition("|")[0])

    assert "冻结时因“无事不扰”排除在名单之外" in text
    assert "批准：领导小组办公室（审批人）" in text
    assert line in text
    assert hashlib.sha256(lists["QUIET_LIST"].encode()).hexdigest() in text


def test_a_sealed_draw_answers_nothing_about_one_business(client: Client, people: Cast, log: Log) -> None:
    draw = draw_scenes.sealed(people, log)
    draw.exclusions = canonical.encode(value={"CEASED": f"91350200XMDM999998|{'ab' * 16}\n"})
    draw.save(update_fields=["exclusions"])

    text = _page(client, draw, "91350200XMDM999998")

    assert "CEASED" not in text
    assert "您问的代码现在还不能查" in text
    assert "对这次抽取有疑问" in text


@pytest.mark.requirement("R148")
def test_who_doubts_a_draw_complains_of_this_draw_and_everybody_sees_how_many_did(
    client: Client, people: Cast, log: Log
) -> None:
    cache.clear()
    draw = _opened(people, log)
    form = client.get("/open/requests", {"draw": draw.number}).content.decode()
    assert draw.number in form
    assert 'name="department"' not in form, "its organiser answers"

    page = client.post("/open/requests", {"draw": draw.number, "words": "入围线与公布的名单对不上"}).content.decode()

    made = PublicRequest.objects.get()
    assert made.receipt in page
    assert (made.kind, made.draw_id, made.department_id) == ("complaint", draw.pk, draw.organiser_id)
    assert f"draw:{draw.pk}" in LedgerEntry.objects.get(event="request.received").related
    assert "至今收到 1 件，已答复 0 件" in client.get(f"/open/draws/{draw.number}").content.decode()
    requests.answer(request=made, words="已复核，入围线无误", actor=people.actor("陈处"), at=draw_scenes.T0)
    assert "至今收到 1 件，已答复 1 件" in client.get(f"/open/draws/{draw.number}").content.decode()
    for wrong in ("350200-XX-2026-9999", "\0", "x" * 500):
        assert client.get("/open/requests", {"draw": wrong}).status_code == 404
