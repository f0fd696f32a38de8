"""公平性统计 for everybody: empty, with draws, byte for byte re-computable from the public files; and 我核验过."""

import csv
import io
import json
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from onevisit.stages.draws import fairness
from onevisit.stages.draws.models import Draw, Verification
from onevisit.stages.publication.request_models import PublicRequest
from onevisit.verifier.verify_command import verify_command
from onevisit.web.portal.views import draws as views
from tests import draw_scenes, fair_stored
from tests.cast import AT, Cast
from tests.draw_scenes import Log

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


@pytest.fixture
def several(people: Cast) -> list[Draw]:
    found = fair_stored.several(people)
    fairness.refresh(at=AT)
    return found


def test_before_the_first_opened_draw_the_page_says_so(client: Client) -> None:
    answer = client.get("/open/fairness")

    assert answer.status_code == 200
    assert "还没有公开的抽取" in answer.content.decode()
    assert client.get("/open/fairness.json").status_code == 404
    assert client.get("/open/fairness/district.csv").status_code == 404


@pytest.mark.requirement("R149")
def test_a_sealed_draw_is_there_in_counts_and_no_member_of_it(client: Client, people: Cast, log: Log) -> None:
    draw = draw_scenes.sealed(people, log)
    fairness.refresh(at=AT)

    text = client.get("/open/fairness").content.decode()

    assert draw.number in text
    assert "还在封存" in text
    frame = bytes(draw.items.all()[0].frame or b"").decode().splitlines()
    assert not any(line.split("|")[0] in text for line in frame)


def test_one_draw_alone_is_no_repetition(client: Client, people: Cast) -> None:
    fair_stored.register()
    fair_stored.opened(people, number="350200-2026-0001", day="2026-11-10", quota=2)
    fairness.refresh(at=AT)

    text = client.get("/open/fairness").content.decode()

    assert "只有一次抽取，谈不上重复" in text
    assert "样本" in text


def test_a_draw_that_takes_its_list_whole_is_named_and_not_counted_as_repeating(client: Client, people: Cast) -> None:
    fair_stored.register()
    fair_stored.opened(people, number="350200-2026-0001", day="2026-11-10", quota=2)
    fair_stored.opened(people, number="350200-2026-0002", day="2026-11-12", quota=fair_stored.COUNT // 2)
    fairness.refresh(at=AT)

    text = client.get("/open/fairness").content.decode()

    assert "350200-2026-0002 200 户" in text
    assert "整层全抽的没有计入" in text
    assert "只有一次抽取凭随机，谈不上重复" in text
    assert "应当查明原因" not in text


@pytest.mark.requirement("R149")
def test_every_table_says_what_it_means_and_links_the_draws_it_counts(client: Client, several: list[Draw]) -> None:
    text = client.get("/open/fairness").content.decode()

    for title in ("按区", "按街道（镇）", "按主体类型", "按分层", "按在名单里的位置", "选择面", "人员搭档"):
        assert title in text, title
    for draw in several:
        assert f'href="/open/draws/{draw.number}"' in text
    assert "统计了全部 4 次抽取" in text
    assert "自由度" in text
    assert "style=" not in text


def test_every_table_is_a_csv_that_a_spreadsheet_reads(client: Client, several: list[Draw]) -> None:
    for key in (
        "draws",
        "district",
        "street",
        "kind",
        "size",
        "station",
        "stratum",
        "position",
        "repeats",
        "repeated",
        "widths",
        "pairs",
    ):
        answer = client.get(f"/open/fairness/{key}.csv")
        assert answer.status_code == 200, key
        assert answer.content.startswith(b"\xef\xbb\xbf"), key
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert len({len(row) for row in rows}) == 1, key
        assert len(rows) > 1, key
    assert client.get("/open/fairness/officers.csv").status_code == 404


@pytest.mark.requirement("R149")
def test_the_public_files_alone_give_the_report_byte_for_byte(
    client: Client, several: list[Draw], tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    paths = []
    for draw in several:
        answer = client.get(f"/open/draws/{draw.number}/bundle.zip")
        assert answer.status_code == 200
        paths.append(tmp_path / f"{draw.number}.zip")
        paths[-1].write_bytes(answer.content)

    code = verify_command(["--fairness", *map(str, reversed(paths))])

    assert code == 0
    assert capfdbinary.readouterr().out == client.get("/open/fairness.json").content
    assert json.loads(client.get("/open/fairness.json").content)["v"] == "fairness2"


def test_a_changed_byte_gives_no_statistics(
    client: Client, several: list[Draw], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = several[0].number
    for name in ("receipt.json", "A01.txt", "groups.txt"):
        (tmp_path / name).write_bytes(client.get(f"/open/draws/{number}/files/{name}").content)
    frame = (tmp_path / "A01.txt").read_text(encoding="ascii")
    (tmp_path / "A01.txt").write_text(frame.replace("000007|B", "000007|A"), encoding="ascii")

    code = verify_command(["--fairness", str(tmp_path)])

    assert code == 1
    assert "REFUSED E_MISMATCH" in capsys.readouterr().err


def test_who_verified_is_counted_on_the_page_and_in_the_register(client: Client, several: list[Draw]) -> None:
    number = several[0].number

    answer = client.post(f"/open/draws/{number}/verify", {"outcome": "ok", "failing": ""})

    assert "已登记，谢谢" in answer.content.decode()
    assert "已有 1 人报告核验通过" in answer.content.decode()
    assert "1 人核验通过" in client.get("/open/draws").content.decode()
    cookie = answer.cookies[views.VISITOR]
    assert cookie["httponly"]
    assert cookie.value not in Verification.objects.get().visitor


def test_a_second_report_from_the_same_browser_is_not_counted(client: Client, several: list[Draw]) -> None:
    number = several[0].number
    client.post(f"/open/draws/{number}/verify", {"outcome": "ok"})

    answer = client.post(f"/open/draws/{number}/verify", {"outcome": "failed", "failing": "V7"})

    assert answer.status_code == 422
    assert "您已经登记过" in answer.content.decode()
    assert Verification.objects.count() == 1


def test_a_failed_report_gives_a_receipt(client: Client, several: list[Draw]) -> None:
    answer = client.post(
        f"/open/draws/{several[0].number}/verify", {"outcome": "failed", "failing": "V7 E_MISMATCH，V9"}
    )

    request = PublicRequest.objects.get()
    assert request.receipt in answer.content.decode()
    assert "V7 E_MISMATCH、V9" in request.words


def test_a_report_without_a_check_is_refused_beside_the_form(client: Client, several: list[Draw]) -> None:
    answer = client.post(f"/open/draws/{several[0].number}/verify", {"outcome": "failed", "failing": "不对"})

    assert answer.status_code == 422
    assert "写明哪几项不通过" in answer.content.decode()
    assert not Verification.objects.exists()


def test_one_address_cannot_report_for_ever(client: Client, several: list[Draw]) -> None:
    for _number in range(views.MOST_REPORTED):
        Client().post(f"/open/draws/{several[0].number}/verify", {"outcome": "ok"})

    answer = Client().post(f"/open/draws/{several[0].number}/verify", {"outcome": "ok"})

    assert answer.status_code == 429
    assert Verification.objects.count() == views.MOST_REPORTED


def test_a_draw_that_is_not_there_takes_no_report(client: Client) -> None:
    assert client.post("/open/draws/2026-X-0001/verify", {"outcome": "ok"}).status_code == 404
