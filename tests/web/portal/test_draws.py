"""The public page of a draw: sealed it keeps its secret, opened it gives everything that a check needs."""

from pathlib import Path

import pytest
from django.test import Client

from onevisit.core.draw import forms
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw
from onevisit.support.identity.actors import SYSTEM
from onevisit.verifier.verify_command import verify_command
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import Log

pytestmark = pytest.mark.django_db


def _opened(people: Cast, log: Log) -> Draw:
    draw = draws.open_draw(draw=draw_scenes.sealed(people, log), open_visits=0, actor=SYSTEM, at=draw_scenes.T0)
    log.step()
    return draw


def _seed(draw: Draw) -> str:
    return forms.parse_receipt(data=bytes(draw.receipt or b"")).results[0].result.seed


@pytest.mark.requirement("R149")
def test_a_sealed_draw_shows_rules_counts_and_fingerprints_and_no_more(client: Client, people: Cast, log: Log) -> None:
    draw = draw_scenes.sealed(people, log)

    text = client.get(f"/open/draws/{draw.number}").content.decode()

    assert "封存中" in text
    assert draw.manifest_digest in text
    assert draw.seal in text
    assert _seed(draw) not in text
    for name, status in (("manifest.json", 200), ("sources.json", 200), ("receipt.json", 404), ("A01.txt", 404)):
        assert client.get(f"/open/draws/{draw.number}/files/{name}").status_code == status, name
    assert "您的抽签号" not in client.get(f"/open/draws/{draw.number}?id=91350200XMDM000001").content.decode()


def test_a_draw_before_its_commitment_is_not_shown(client: Client, people: Cast) -> None:
    draw = draw_scenes.frozen(people)

    assert client.get(f"/open/draws/{draw.number}").status_code == 404
    assert draw.number not in client.get("/open/draws").content.decode()


@pytest.mark.requirement("R149")
def test_the_files_of_the_page_are_all_that_the_command_needs(
    client: Client, people: Cast, log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draw = _opened(people, log)
    names = ["receipt.json", "policy.txt", "manifest.tlog-proof", "result-0.tlog-proof"]
    names += [f"{item.item}.txt" for item in draw.items.all()]
    for name in names:
        answer = client.get(f"/open/draws/{draw.number}/files/{name}")
        assert answer.status_code == 200, name
        (tmp_path / name).write_bytes(answer.content)

    code = verify_command([str(tmp_path / "receipt.json"), "--frames", str(tmp_path), "--proofs", str(tmp_path)])

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert [line.split()[1] for line in lines if line.split()[0] in {"V3", "V7", "V9", "V11"}] == ["ok"] * 4


@pytest.mark.requirement("R149")
def test_a_business_reads_its_own_ticket_beside_the_cut(client: Client, people: Cast, log: Log) -> None:
    draw = _opened(people, log)
    item = draw.items.first()
    result = forms.parse_receipt(data=bytes(draw.receipt or b"")).results[0].result
    chosen = {one.object_id for stratum in result.items[0].strata for one in stratum.selected}
    frame = [line.split("|")[0] for line in bytes(item.frame).decode().splitlines()]
    drawn, spared = next(one for one in frame if one in chosen), next(one for one in frame if one not in chosen)

    text = client.get(f"/open/draws/{draw.number}", {"id": drawn}).content.decode()
    other = client.get(f"/open/draws/{draw.number}", {"id": spared}).content.decode()
    nobody = client.get(f"/open/draws/{draw.number}", {"id": "没有|这个\n代码"}).content.decode()

    assert "本次抽中。抽中属于例行检查" in text
    assert "本次未抽中" in other or "本次不抽" in other
    assert "不在本次抽取的名单里" in nobody


def test_the_register_lists_every_committed_draw(client: Client, people: Cast, log: Log) -> None:
    draw = draw_scenes.sealed(people, log)

    assert draw.number in client.get("/open/draws").content.decode()
    assert draw.number in client.get("/open/").content.decode()


def test_each_file_says_in_words_whose_it_is_and_where_the_program_comes_from(
    client: Client, people: Cast, log: Log
) -> None:
    draw = _opened(people, log)
    item = draw.items.select_related("department").order_by("item")[0]

    page = client.get(f"/open/draws/{draw.number}").content.decode()

    assert f"{item.item}.txt</a> {item.department.name}的名单" in page
    assert f"{item.department.name}的密钥在取值之后、T0 以前交出的留痕证明" in page
    assert "excluded-STATUS.txt</a> 因“已注销或停业”排除的对象" in page
    assert "因 STATUS 排除" not in page
    assert "安装包 onevisit-verify" in page
