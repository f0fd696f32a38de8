"""The witnesses with which the files of a freeze are lodged: named with the policy, never the organiser's own."""

import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime

from onevisit.core.merkle import note
from onevisit.core.merkle.note import Key, KeyType
from onevisit.support.ledger import quorum
from onevisit.support.ledger.cosigning import GREATEST_ANSWER, Answer
from onevisit.support.ledger.models import LedgerWitness

SECONDS_TO_ANSWER = 120


@dataclass(frozen=True)
class Lodger:
    """A witness that lodges: the name that the policy calls it by, where it listens, and its key."""

    name: str
    url: str
    key: Key


def lodgers(*, at: datetime) -> tuple[Lodger, ...]:
    """Return the witnesses that the policy in force names for lodging; none without a policy, or with none named."""
    version = quorum.version_in_force(at=at)
    if version is None or not version.lodge:
        return ()
    rows = LedgerWitness.objects.filter(name__in=version.lodge)
    return tuple(
        Lodger(name=row.name, url=row.url, key=note.parse_vkey(text=row.vkey, kind=KeyType.COSIGNATURE)) for row in rows
    )


def post(url: str, data: bytes) -> Answer:
    """Send a package to a witness; status 0 is no answer."""
    request = urllib.request.Request(f"{url.rstrip('/')}/lodge", data=data, method="POST")
    request.add_header("Content-Type", "application/zip")
    try:
        with urllib.request.urlopen(request, timeout=SECONDS_TO_ANSWER) as answer:
            return Answer(answer.status, answer.read(GREATEST_ANSWER).decode(errors="replace"))
    except urllib.error.HTTPError as refused:
        return Answer(refused.code, refused.read(GREATEST_ANSWER).decode(errors="replace"))
    except (OSError, ValueError) as error:
        return Answer(0, str(error))
