"""What an entry's payload is, byte for byte: RFC 8785 JSON of the event and of who did it when."""

import dataclasses
import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from onevisit.core import canonical
from onevisit.core.canonical import Json
from onevisit.support.ledger.events import Event

GREATEST_SIZE = 65_535
ZONE = ZoneInfo("Asia/Shanghai")
RESERVED = frozenset({"id", "event", "subject_type", "actor", "at", "words", "nonce"})
# A mobile number, or an identity card with a date of birth in it.
PERSONAL = re.compile(
    r"(?<![0-9A-Za-z])(1[3-9]\d{9}|[1-8]\d{5}(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])\d{3}[\dXx])(?![0-9A-Za-z])"
)


class PersonalDataInClear(ValueError):
    """An event holds what looks like a person's number; such data stands in a table, and only its hash in an entry.

    It is somebody's words that hold it, so it is refused like any other input.
    """

    code = "personal_data"

    def __init__(self, event: str) -> None:
        super().__init__(f"the entry {event} holds a person's number in clear")
        self.message = _("填写的文字里有手机号或身份证号，不能写入留痕。请删去号码后再提交。")


def build(*, event: Event, entry_id: UUID, actor: str, at: datetime, words: str, nonce: str) -> dict[str, Json]:
    """Return the content of an entry.

    Args:
        words: salted hash of the readable words.
        nonce: 128 random bits in hex for an entry that is not public, else empty.

    Raises:
        PersonalDataInClear: a field holds a mobile or identity number.
    """
    content: dict[str, Json] = {}
    for field in dataclasses.fields(event):
        if field.name in RESERVED:
            raise ValueError(f"the field {field.name} of {event.name} is the ledger's own")
        content[field.name] = _plain(getattr(event, field.name))
    content |= {
        "id": str(entry_id),
        "event": event.name,
        "subject_type": event.subject_type,
        "actor": actor,
        "at": moment(at),
        "words": words,
    }
    if nonce:
        content["nonce"] = nonce
    return content


def encode(content: Mapping[str, Json]) -> bytes:
    """Write the content in its one canonical form.

    Raises:
        PersonalDataInClear: a value holds a mobile or identity number.
    """
    data = canonical.encode(value=content)
    if PERSONAL.search(data.decode()):
        raise PersonalDataInClear(str(content.get("event")))
    if len(data) > GREATEST_SIZE:
        raise ValueError("an entry has at most 65,535 bytes; a large document enters by its hash")
    return data


def moment(at: datetime) -> str:
    """Write a moment as payloads do, in the city's time and without fractions."""
    return at.astimezone(ZONE).isoformat(timespec="seconds")


def words_hash(*, salt: bytes, sentence: str, actor_name: str, capacity: str) -> str:
    """Hash the readable words of an entry with their salt."""
    return hashlib.sha256(salt + canonical.encode(value=[sentence, actor_name, capacity])).hexdigest()


def _plain(value: object) -> Json:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int) and abs(value) < canonical.INTEGER_LIMIT:
        return value
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) and key.isascii() for key in value):
        return {key: _plain(item) for key, item in value.items()}
    raise TypeError(f"an event holds text, integers and lists of them, not {type(value).__name__}")
