"""留痕校验 on the desk: who reads what, the proof file, and the recomputation at a click."""

from pathlib import Path

import pytest
from django.test import Client

from onevisit.core.merkle import tlog_proof
from onevisit.support.identity import trails
from onevisit.support.ledger import sequencer
from onevisit.support.ledger import services as ledger
from onevisit.support.ledger.models import LedgerEntry
from tests.cast import AT, Cast
from tests.support.ledger.conftest import superuser

pytestmark = pytest.mark.django_db


def _read(people: Cast, name: str) -> LedgerEntry:
    return ledger.record_read(
        subject_type="target", subject="T1", what=f"{name}看的电话", actor=people.actor(name), at=AT
    )


def _as(client: Client, people: Cast, name: str) -> Client:
    client.force_login(people.officers[name].user)
    return client


@pytest.fixture
def placed(people: Cast, tmp_path: Path) -> tuple[LedgerEntry, LedgerEntry]:
    entries = (_read(people, "林"), _read(people, "王"))
    signer = sequencer.open_signer(folder=tmp_path, origin="city.example/ledger")
    sequencer.Sequencer(signer=signer).step()
    return entries


@pytest.mark.requirement("R68")
def test_overseers_read_all_a_department_its_own_an_outsider_nothing(
    people: Cast, placed: tuple[LedgerEntry, LedgerEntry]
) -> None:
    seen = {name: trails.visible_entries(people.actor(name)).count() for name in ("司", "运", "陈", "林局", "王", "吴")}

    assert seen == {"司": 2, "运": 2, "陈": 2, "林局": 1, "王": 1, "吴": 0}


def test_the_list_is_searched_by_subject_words_person_and_place(
    client: Client, people: Cast, placed: tuple[LedgerEntry, LedgerEntry]
) -> None:
    _as(client, people, "司")

    for words in ("T1", "林看的电话", "林", str(placed[0].pk), "0"):
        assert "林看的电话" in client.get("/ledger", {"q": words}).content.decode(), words
    assert "林看的电话" not in client.get("/ledger", {"q": "王"}).content.decode()


def test_an_entry_page_shows_words_to_its_own_and_only_the_place_to_others(
    client: Client, people: Cast, placed: tuple[LedgerEntry, LedgerEntry]
) -> None:
    mine = client_text(_as(client, people, "林局"), f"/ledger/entries/{placed[0].pk}")
    other = client_text(client, f"/ledger/entries/{placed[1].pk}")

    assert "林看的电话" in mine
    assert "已入树并签名" in mine
    assert "王看的电话" not in other
    assert "内容不在您的查看范围内" in other


def test_the_proof_is_given_to_whom_the_entry_concerns(
    client: Client, people: Cast, placed: tuple[LedgerEntry, LedgerEntry]
) -> None:
    _as(client, people, "林")

    answer = client.get(f"/ledger/entries/{placed[0].pk}.tlog-proof")

    assert tlog_proof.parse_proof(data=answer.content).payload == bytes(placed[0].payload)
    assert client.get(f"/ledger/entries/{placed[1].pk}.tlog-proof").status_code == 404


@pytest.mark.requirement("R68")
def test_the_recomputation_names_the_row_that_was_changed(
    client: Client, people: Cast, placed: tuple[LedgerEntry, LedgerEntry]
) -> None:
    _as(client, people, "司")
    assert "核对通过" in client.post("/ledger/verify").content.decode()
    with superuser() as execute:
        execute("UPDATE ledger_words SET sentence = '什么也没看' WHERE entry_id = %s", [placed[0].pk])

    text = client.post("/ledger/verify").content.decode()

    assert "核对不通过" in text
    assert str(placed[0].pk) in text


def client_text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()
