"""The public pages of results: found by name, code and place, checkable by anybody, nothing masked, nothing lost."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from onevisit.core.merkle import policy, tlog_proof
from onevisit.stages.publication import services
from onevisit.support import clock
from onevisit.support.ledger import selectors as ledger
from onevisit.support.ledger import sequencer
from onevisit.support.ledger.models import LedgerEntry
from tests.cast import AT, Cast
from tests.stages.publication import scene

pytestmark = pytest.mark.django_db
USCC = "91350200XMDM000777"
LATER = AT + timedelta(days=1)


def _text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def _sequence(tmp_path: Path) -> None:
    signer = sequencer.open_signer(folder=tmp_path / "keys", origin="city.example/ledger")
    sequencer.Sequencer(signer=signer).step()


@pytest.mark.requirement("R148")
@pytest.mark.parametrize("words", ["湖滨加油", "殿前街道"])
def test_a_business_is_found_by_name_and_place(client: Client, people: Cast, words: str) -> None:
    scene.released(people)

    assert f"/open/b/{USCC}" in _text(client, f"/open/search?q={words}")


def test_a_code_leads_straight_to_the_page_of_the_business(client: Client, people: Cast) -> None:
    scene.released(people)

    answer = client.get("/open/search", {"q": USCC.lower()})

    assert (answer.status_code, answer["Location"]) == (302, f"/open/b/{USCC}")


def test_nothing_found_says_what_is_searched_and_where_else(client: Client, people: Cast) -> None:
    text = _text(client, "/open/search?q=没有这家")

    assert "没有找到" in text
    assert "国家企业信用信息公示系统" in text


@pytest.mark.requirement("R140")
def test_the_page_shows_every_department_with_the_problem_and_its_term(client: Client, people: Cast) -> None:
    scene.released(people)

    text = _text(client, f"/open/b/{USCC}")

    for words in ("厦门市商务局", "厦门市消防救援支队", "责令改正，限 2026-12-01 前", "138****8000", "3 个部门一次查"):
        assert words in text
    assert "13800138000" not in text
    assert "某某路8号" not in text


def test_before_the_release_the_public_sees_nothing(client: Client, people: Cast) -> None:
    scene.approved(people)

    assert "没有公示过" in _text(client, f"/open/b/{USCC}")
    assert USCC not in _text(client, "/open/results")
    _text(client, f"/open/results/{scene.prepared(people, number='V2').pk}.json", 404)


def test_a_correction_stands_beside_the_former_words(client: Client, people: Cast) -> None:
    found = scene.released(people)
    organ = str(people.departments["市商务局"].pk)
    services.correct(
        publication=found, words={organ: "新的说法"}, reason="原文字漏写换证情况", actor=people.actor("林局"), at=LATER
    )

    text = _text(client, f"/open/b/{USCC}")

    assert "新的说法" in text
    assert "原文字漏写换证情况" in text
    assert "未发现问题" in _text(client, f"/open/results/{found.pk}.json?version=1")
    _text(client, f"/open/results/{found.pk}.json?version=9", 404)


def test_a_withdrawn_result_says_when_and_why_and_no_more(client: Client, people: Cast) -> None:
    found = scene.released(people)
    services.withdraw(publication=found, reason="处罚决定被复议撤销", actor=people.actor("王局"), at=LATER)

    text = _text(client, f"/open/b/{USCC}")

    assert "处罚决定被复议撤销" in text
    assert "铅封" not in text
    _text(client, f"/open/results/{found.pk}.json", 404)


@pytest.mark.requirement("R69")
def test_anybody_can_check_a_result_against_the_ledger(client: Client, people: Cast, tmp_path: Path) -> None:
    found = scene.released(people)
    _sequence(tmp_path)

    content = client.get(f"/open/results/{found.pk}.json").content
    proof = tlog_proof.parse_proof(data=client.get(f"/open/results/{found.pk}.tlog-proof").content)
    rules = policy.parse_policy(data=client.get("/open/ledger/policy.txt").content)

    assert tlog_proof.check_entry(proof=proof, policy=rules).log_name == "city.example/ledger"
    entry = json.loads(proof.payload)
    assert (entry["event"], entry["content"]) == ("result.released", hashlib.sha256(content).hexdigest())


@pytest.mark.requirement("R69")
def test_the_way_to_the_responsible_persons_is_shown_only_to_whom_may_go_it(client: Client, people: Cast) -> None:
    scene.released(people)
    link = f"/oversight/trace?ref={scene.NUMBER}"
    assert link not in _text(client, f"/open/b/{USCC}")

    client.force_login(people.officers["司"].user)

    assert link in _text(client, f"/open/b/{USCC}")


def test_the_figures_of_the_home_page_are_the_rows_of_their_lists(client: Client, people: Cast) -> None:
    scene.released(people)
    scene.released(people, number="V2")
    scene.prepared(people, number="V3")

    text = _text(client, "/open/")

    assert "2<small>次</small>" in text
    assert _text(client, "/open/results").count(f"/open/b/{USCC}") == 2


def test_the_ledger_pages_give_what_a_witness_needs(client: Client, people: Cast, tmp_path: Path) -> None:
    scene.released(people)
    _sequence(tmp_path)
    size = ledger.standing().size
    scene.released(people, number="V2")
    _sequence(tmp_path)
    size2 = ledger.standing().size

    assert client.get("/open/ledger/checkpoint").content.decode().splitlines()[1] == str(size2)
    assert client.get(f"/open/ledger/checkpoints/{size}").content.decode().splitlines()[1] == str(size)
    consistency = client.get(f"/open/ledger/consistency/{size}/{size2}.json").json()
    assert (consistency["kind"], consistency["size1"], consistency["size2"]) == ("consistency", size, size2)
    assert len(client.get(f"/open/ledger/tile/0/000.p/{size2}").content) == 32 * size2
    for path in ("tile/0/000", "tile/0/x001/000", "tile/9/000.p/1", f"consistency/{size}/{size2 + 1}.json"):
        assert client.get(f"/open/ledger/{path}").status_code == 404, path


def test_entries_that_are_not_public_give_no_proof_to_the_public(client: Client, people: Cast, tmp_path: Path) -> None:
    scene.released(people)
    _sequence(tmp_path)
    secret = LedgerEntry.objects.filter(is_public=False).first()
    public = LedgerEntry.objects.get(event="result.released")

    assert client.get(f"/open/ledger/proofs/{secret.pk}.tlog-proof").status_code == 404
    assert client.get(f"/open/ledger/proofs/{public.pk}.tlog-proof").status_code == 200
    assert secret.sentence not in _text(client, "/open/ledger")


def test_the_proof_file_from_the_page_passes_the_command(
    client: Client, people: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from onevisit.verifier.merkle_command import merkle_command

    scene.released(people)
    _sequence(tmp_path)
    size = ledger.standing().size
    scene.released(people, number="V2")
    _sequence(tmp_path)
    file = tmp_path / "proof.json"
    file.write_bytes(client.get(f"/open/ledger/consistency/{size}/{ledger.standing().size}.json").content)

    assert merkle_command(["verify-consistency", str(file)]) == 0
    assert capsys.readouterr().out == "ok\n"


@pytest.mark.parametrize("year", ["0", "99999", "²", "2026x", "9" * 5000])
def test_a_year_that_is_none_lists_every_year(client: Client, people: Cast, year: str) -> None:
    scene.released(people)

    assert f"/open/b/{USCC}" in client.get("/open/results", {"year": year}).content.decode()


@pytest.mark.parametrize("version", ["²", "0", "9" * 5000])
def test_a_version_that_is_none_is_not_found(client: Client, people: Cast, version: str) -> None:
    found = scene.released(people)

    assert client.get(f"/open/results/{found.pk}.json", {"version": version}).status_code == 404


@pytest.mark.requirement("R127")
def test_the_burden_of_the_year_is_a_figure_with_its_definition(
    client: Client, people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)
    scene.released(people)
    scene.released(people, number="350200-2026-V0002")

    text = _text(client, "/open/")

    assert "本年户均入企" in text
    assert "2.0" in text
    assert "几个部门一起上门算一次" in text
