"""Who agreed to a draw's pool, as everybody may know it: read from the ledger's entries, not from the tables.

Whoever changes a table changes nothing here. An entry names organ and post by their codes and a person's words by a
salted digest only; the words are read from the table and shown while they still give that digest. Entries of earlier
versions lack post and digest: what they do not say is read from the row that they name.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from onevisit.stages.draws.models import Draw, NarrowConsent
from onevisit.stages.draws.pool import narrow
from onevisit.stages.draws.pool.narrow import Consent
from onevisit.stages.draws.pool.reconciling import Approval
from onevisit.stages.draws.reasons import words_digest
from onevisit.support.identity.models import Department
from onevisit.support.identity.roles import ROLE_LABELS, Role
from onevisit.support.ledger import selectors as ledger

APPROVED, CONSENTED, REFUSED = "draw.exclusions_approved", "draw.narrow_consented", "draw.consent_refused"


@dataclass(frozen=True, kw_only=True)
class OpenRefusal:
    """A request that a second organ did not agree to: which one, and when."""

    organ: str
    places: int
    refused_at: datetime


@dataclass(frozen=True, kw_only=True)
class OpenConsents:
    """The approvals by reason and digest of the list, the consents, and the refusals before and after them."""

    approvals: dict[tuple[str, str], Approval]
    consents: tuple[Consent, ...]
    refusals: tuple[OpenRefusal, ...]


def of_draw(draw: Draw) -> OpenConsents:
    """Return who agreed to the pool of one draw and who did not, the earliest first."""
    said = list(_said([draw.pk], (APPROVED, CONSENTED, REFUSED)))
    organs = organ_names(str(payload.get("department", "")) for _at, payload in said)
    rows = {str(row.pk): row for row in NarrowConsent.objects.filter(draw=draw).select_related("department")}
    approvals: dict[tuple[str, str], Approval] = {}
    consents: list[Consent] = []
    refusals: list[OpenRefusal] = []
    for at, payload in said:
        if payload["event"] == APPROVED:
            approvals[payload["reason"], payload["list_sha256"]] = _approval(at, payload, organs)
        elif payload["event"] == CONSENTED:
            row = rows.get(payload["consent"])
            consents.append(_consent(draw, at, payload, row, organs, refused=len(refusals)))
        else:
            organ = organs.get(payload.get("department", ""), "")
            refusals.append(OpenRefusal(organ=organ, places=payload["places"], refused_at=at))
    return OpenConsents(approvals=approvals, consents=tuple(consents), refusals=tuple(refusals))


def refused_by_draw(draws: Iterable[UUID]) -> Counter[UUID]:
    """Count for several draws the requests that second organs did not agree to."""
    return Counter(UUID(payload["subject"]) for _at, payload in _said(draws, (REFUSED,)))


def organ_names(codes: Iterable[str]) -> dict[str, str]:
    """Return the short names of organs by the codes that entries name them by; an unknown code stands for itself."""
    wanted = {code for code in codes if code}
    found = dict(Department.objects.filter(code__in=wanted).values_list("code", "short_name"))
    return {code: found.get(code, code) for code in wanted}


def _said(draws: Iterable[UUID], events: tuple[str, ...]) -> Iterator[tuple[datetime, dict[str, Any]]]:
    wanted = [str(pk) for pk in draws]
    rows = ledger.newest_first().filter(subject_type="draw", subject__in=wanted, event__in=events)
    for at, payload in rows.reverse().values_list("at", "payload"):
        yield at, json.loads(bytes(payload))


def _approval(at: datetime, payload: dict[str, Any], organs: dict[str, str]) -> Approval:
    return Approval(
        organ=organs[payload["department"]], post=str(ROLE_LABELS[Role(payload["role"])]), words="", approved_at=at
    )


def _consent(
    draw: Draw,
    at: datetime,
    payload: dict[str, Any],
    row: NarrowConsent | None,
    organs: dict[str, str],
    *,
    refused: int,
) -> Consent:
    role = payload.get("role") or (row.role if row else "")
    reason = row.reason if row else ""
    if "reason_sha256" in payload and payload["reason_sha256"] != words_digest(salt=draw.salt, words=reason):
        reason = ""
    return Consent(
        organ=organs.get(payload["department"], ""),
        post=str(ROLE_LABELS[Role(role)]) if role else "",
        reason=reason,
        places=payload["places"],
        consented_at=at,
        doubles=payload["doubles"] if "doubles" in payload else narrow.doubles_of(row.places if row else ()),
        refused_before=refused,
    )
