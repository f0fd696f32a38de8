"""How a message reaches another system: by HTTP where an address is set, else into a folder that stands in for it."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings

TIMEOUT_SECONDS = 10
LONGEST_ANSWER = 100_000


class NotDelivered(Exception):
    """The other side could not be reached or answered with a fault of its own; sending again may help."""


class Refused(Exception):
    """The other side read the message and does not take it; sending the same again will not help."""


@dataclass(frozen=True)
class System:
    """One system that results go to: its key, its name, and the setting that holds its address."""

    key: str
    name: str
    setting: str


PUBLICITY = System(key="publicity", name="国家企业信用信息公示系统", setting="EXCHANGE_PUBLICITY_URL")
CREDIT = System(key="credit", name="市公共信用信息平台", setting="EXCHANGE_CREDIT_URL")
SYSTEMS = (PUBLICITY, CREDIT)
BY_KEY = {system.key: system for system in SYSTEMS}


class Receiver(Protocol):
    """Takes a message and returns the receipt of the other side."""

    def send(self, *, message_id: str, kind: str, body: bytes) -> str: ...


def is_connected(system: str) -> bool:
    """Say whether this installation has an address of the system; else its messages wait in a folder."""
    return bool(getattr(settings, BY_KEY[system].setting))


def receiver_of(system: str) -> Receiver:
    """Return what takes the messages of a system in this installation."""
    url: str = getattr(settings, BY_KEY[system].setting)
    return HttpReceiver(url) if url else FolderReceiver(settings.VAR / "exchange" / system)


@dataclass(frozen=True)
class FolderReceiver:
    """Keeps the messages of a system that is not connected: each once, as a file; nobody has received it by that."""

    folder: Path

    def send(self, *, message_id: str, kind: str, body: bytes) -> str:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / f"{kind}-{message_id}.json").write_bytes(body)
        except OSError as error:
            raise NotDelivered(f"文件夹 {self.folder.name} 写不进去：{error.strerror}") from error
        return f"{kind}-{message_id}.json"


@dataclass(frozen=True)
class HttpReceiver:
    """Posts a message as JSON; the id in the header lets the other side see a repetition."""

    url: str

    def send(self, *, message_id: str, kind: str, body: bytes) -> str:
        headers = {"Content-Type": "application/json", "Idempotency-Key": message_id, "X-Message-Kind": kind}
        request = urllib.request.Request(self.url, data=body, headers=headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
                return _receipt(answer.read(LONGEST_ANSWER))
        except urllib.error.HTTPError as error:
            words = error.read(200).decode(errors="replace")
            if 400 <= error.code < 500 and error.code not in {408, 425, 429}:
                raise Refused(f"{error.code} {words}") from error
            raise NotDelivered(f"{error.code} {words}") from error
        except (urllib.error.URLError, TimeoutError, OSError) as error:
            raise NotDelivered(f"连接不上：{getattr(error, 'reason', error)}") from error


def _receipt(answer: bytes) -> str:
    try:
        receipt = json.loads(answer).get("receipt", "")
    except (ValueError, AttributeError) as error:
        raise NotDelivered("对方的回答不是 JSON，没有回执") from error
    if not receipt:
        raise NotDelivered("对方的回答里没有回执")
    return str(receipt)[:120]
