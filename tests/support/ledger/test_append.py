"""Appending: the entry, its leaf, its words, and what may never stand in it."""

import hashlib
import json
from dataclasses import dataclass
from typing import ClassVar

import pytest
from django.db import DatabaseError, connection, transaction

from onevisit.support.ledger import payloads, selectors
from onevisit.support.ledger import services as ledger
from onevisit.support.ledger.events import Event
from onevisit.support.ledger.models import LedgerEntry, LedgerPending, LedgerWords
from onevisit.web.ui.refusals import status_of
from tests.cast import AT
from tests.support.ledger.conftest import LIN, TABLES, append

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, kw_only=True)
class Clashing(Event):
    """An event of this test."""

    name: ClassVar[str] = "test.done"
    subject_type: ClassVar[str] = "test"
    words: str = ""

    def sentence(self) -> str:
        return "做了一次测试"


@dataclass(frozen=True, kw_only=True)
class Opened(Event):
    """A public event of this test."""

    name: ClassVar[str] = "test.opened"
    subject_type: ClassVar[str] = "test"
    is_public: ClassVar[bool] = True
    detail: object = ""

    def sentence(self) -> str:
        return "公开了一次测试"


def test_an_entry_is_canonical_and_its_leaf_is_the_hash_of_its_payload() -> None:
    entry = append("T1", reason="核对地址")

    payload = bytes(LedgerEntry.objects.get(pk=entry.pk).payload)
    content = json.loads(payload)
    assert payload == payloads.encode(content)
    assert bytes(entry.leaf) == hashlib.sha256(b"\x00" + payload).digest()
    assert content["at"] == "2026-11-10T09:00:00+08:00"
    assert (content["event"], content["subject"], content["actor"]) == ("record.read", "T1", LIN.id)


def test_names_and_sentences_stand_in_the_payload_only_as_a_salted_hash() -> None:
    entry = append("T1")

    text = bytes(entry.payload).decode()
    words = entry.words
    assert "林" not in text
    found = payloads.words_hash(
        salt=bytes(words.salt), sentence=words.sentence, actor_name=words.actor_name, capacity=words.capacity
    )
    assert json.loads(text)["words"] == found


def test_an_entry_that_is_not_public_carries_a_nonce_and_a_public_one_does_not() -> None:
    secret, public = append("T1"), ledger.append(Opened(subject="1"), actor=LIN, at=AT)

    assert len(json.loads(secret.payload)["nonce"]) == 32
    assert "nonce" not in json.loads(public.payload)


def test_two_equal_acts_have_different_leaves() -> None:
    assert bytes(append("T1").leaf) != bytes(append("T1").leaf)


@pytest.mark.parametrize("number", ["13800138000", "350203199001011234", "35020319900101123X"])
def test_a_persons_number_in_clear_is_refused(number: str) -> None:
    with pytest.raises(payloads.PersonalDataInClear, match="in clear") as refused:
        ledger.append(Opened(subject="1", detail=f"电话{number}"), actor=LIN, at=AT)

    assert not LedgerEntry.objects.exists()
    assert (refused.value.code, status_of(refused.value)) == ("personal_data", 422)
    assert "请删去号码" in refused.value.message


@pytest.mark.parametrize("harmless", ["91350200MA31ABCD0X", "a" * 64, "20261124", "12345678901234567890"])
def test_codes_and_digests_are_no_persons_numbers(harmless: str) -> None:
    ledger.append(Opened(subject="1", detail=harmless), actor=LIN, at=AT)


@pytest.mark.parametrize(
    ("event", "error"), [(Clashing(subject="1"), ValueError), (Opened(subject="1", detail=1.5), TypeError)]
)
def test_a_field_that_cannot_stand_in_a_payload_is_our_mistake(event: Event, error: type[Exception]) -> None:
    with pytest.raises(error):
        ledger.append(event, actor=LIN, at=AT)


def test_a_payload_over_the_limit_is_refused() -> None:
    with pytest.raises(ValueError):
        ledger.append(Opened(subject="1", detail="x" * 66_000), actor=LIN, at=AT)


def test_an_entry_of_a_failed_transaction_never_was() -> None:
    with transaction.atomic():
        append("T1")
        transaction.set_rollback(True)

    assert not LedgerEntry.objects.exists()
    assert not LedgerPending.objects.exists()


@pytest.mark.requirement("R68")
def test_a_read_of_a_sensitive_field_stands_on_the_timeline_of_its_subject() -> None:
    append("T1", reason="电话核实")

    entry = selectors.timeline("target", "T1").get()
    assert entry.sentence == "查看了联系电话，理由：电话核实"
    assert entry.actor_name == "林"


def test_a_timeline_shows_the_newest_first_also_within_one_second() -> None:
    entries = [append("T1"), append("T1"), append("T1")]

    assert [entry.pk for entry in selectors.timeline("target", "T1")] == [entry.pk for entry in reversed(entries)]


@pytest.mark.parametrize(
    "change", ["UPDATE ledger_{0} SET {1} = {1}", "DELETE FROM ledger_{0}", "TRUNCATE ledger_{0} CASCADE"]
)
@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("entry", "payload"),
        ("leaf", "leaf"),
        ("tile", "hashes"),
        ("checkpoint", "note"),
        ("identity", "vkey"),
        ("words", "sentence"),
    ],
)
def test_the_database_refuses_to_change_remove_or_empty(table: str, column: str, change: str, full: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in TABLES:
            cursor.execute(f"ALTER TABLE ledger_{name} ENABLE TRIGGER ledger_{name}_kept")

        with pytest.raises(DatabaseError, match=r"append-only|one by one"), transaction.atomic():
            cursor.execute(change.format(table, column))


def test_words_are_erased_one_by_one_and_leave_an_entry(full: None) -> None:
    entry = append("T1")

    erased = ledger.erase_words(entry=entry, basis="个人信息保护法第四十七条", actor=LIN, at=AT)

    found = LedgerEntry.objects.select_related("words").get(pk=entry.pk)
    assert found.sentence == "文字已依法删除，指纹仍在"
    assert found.actor_name == ""
    assert erased.subject == str(entry.pk)
    with pytest.raises(LedgerWords.DoesNotExist):
        ledger.erase_words(entry=entry, basis="再删一次", actor=LIN, at=AT)
