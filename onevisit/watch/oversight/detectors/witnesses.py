"""Hits of the witnessing: a witness that is silent or refuses, a draw that waits for cosignatures or for lodging.

They are about the organ that keeps the log, the coordination office; the draws that wait stand among the rows, so that
the alert is on their traces too.
"""

import json
from collections.abc import Iterator

from django.utils.translation import gettext as _

from onevisit.stages.draws.lodged import lodging
from onevisit.stages.draws.models import Draw
from onevisit.support.identity import selectors as identity
from onevisit.support.ledger import lodgers, troubles
from onevisit.support.ledger.models import LedgerEntry
from onevisit.watch.oversight.detectors import Hit, Look, Row

WEIGHTY = ("draw.committed", "draw.sourced", "draw.drawn", "draw.ordered", "draw.replaced", "draw.voided")
LEDGER = "/ledger"


def silent(look: Look) -> Iterator[Hit]:
    """Witnesses that have not answered for the minutes of the rule."""
    return _troubled(look, kind=troubles.SILENT)


def refused(look: Look) -> Iterator[Hit]:
    """Witnesses that refuse: a fork, yesterday's backup, a rewritten entry, or a key that is not theirs."""
    return _troubled(look, kind=troubles.REFUSED)


def _troubled(look: Look, *, kind: str) -> Iterator[Hit]:
    rows = tuple(_draw(draw) for draw in _that_wait())
    for one in troubles.troubled(kind=kind):
        if one.minutes >= look.amount:
            own = Row(noun="witness", subject=one.name, label=f"{one.name}：{one.words}", url=LEDGER)
            yield Hit(
                key=f"{one.name}:{one.since.isoformat()}",
                department_id=identity.coordination_office().pk,
                measured=_("%(n)s 分钟") % {"n": one.minutes},
                rows=(own, *rows),
            )


def waits(look: Look) -> Iterator[Hit]:
    """Weighty entries of draws that the quorum has not seen for the minutes of the rule."""
    for one in troubles.waiting(events=WEIGHTY):
        draw = Draw.objects.filter(pk=one.subject).first()
        if draw is not None and one.minutes >= look.amount:
            yield Hit(
                key=str(one.entry_id),
                department_id=draw.organiser_id,
                measured=_("%(n)s 分钟") % {"n": one.minutes},
                rows=(_draw(draw),),
            )


def unlodged(look: Look) -> Iterator[Hit]:
    """Frozen draws whose files no witness has after the minutes of the rule: their commitment cannot be made."""
    names = [one.name for one in lodgers.lodgers(at=look.at)]
    for row in lodging.waiting(names=names) if names else ():
        if (minutes := lodging.minutes_waited(row)) >= look.amount:
            words = _("%(witness)s：%(trouble)s") % {"witness": row.witness, "trouble": row.trouble or _("没有答复")}
            yield Hit(
                key=str(row.pk),
                department_id=row.draw.organiser_id,
                measured=_("%(n)s 分钟") % {"n": minutes},
                rows=(_draw(row.draw), Row(noun="witness", subject=row.witness, label=words, url=LEDGER)),
            )


def differs(look: Look) -> Iterator[Hit]:
    """Nightly checks that found the ledger, or records beside it, not to agree, or a register of draws not to hold."""
    for entry in LedgerEntry.objects.filter(event="ledger.checked", at__gte=look.since).order_by("at"):
        found = json.loads(bytes(entry.payload))
        count = int(found["faults"]) + int(found["differences"]) + len(found.get("registers", ()))
        if count >= look.amount:
            row = Row(noun="ledger_check", subject=entry.subject, label=entry.sentence, url=LEDGER)
            yield Hit(
                key=str(entry.pk),
                department_id=identity.coordination_office().pk,
                measured=_("%(n)s 处") % {"n": count},
                rows=(row,),
            )


def _that_wait() -> list[Draw]:
    waiting = {one.subject for one in troubles.waiting(events=WEIGHTY)}
    return list(Draw.objects.filter(pk__in=waiting).order_by("number"))


def _draw(draw: Draw) -> Row:
    return Row(noun="draw", subject=str(draw.pk), label=f"{draw.number} {draw.title}", url=f"/draws/{draw.pk}")
