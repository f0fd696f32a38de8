"""A draw repeated after a void keeps frames, quotas and roster (protocol, section 12): what differs and may differ.

Compared are the documents of the void draw with what the new one stands on; officers by person, since each draw gives
them other pseudonyms. A difference that may stand is one more place that a second organ agrees to (`narrow.py`).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onevisit.stages.draws import documents
from onevisit.stages.draws.documents import Ground
from onevisit.stages.draws.models import Draw, Recusal
from onevisit.stages.draws.pool import naming
from onevisit.stages.draws.void_reasons import ROWS_CHANGED, label_of

FRAME, EXCLUDED, QUOTA = "frame", "excluded", "quota"
OFFICERS, POOLS, RECUSALS = "officers", "pools", "recusals"
LABELS: dict[str, str | Promise] = {
    FRAME: gettext_lazy("名单"),
    EXCLUDED: gettext_lazy("排除"),
    QUOTA: gettext_lazy("分层与比例"),
    OFFICERS: gettext_lazy("人员"),
    POOLS: gettext_lazy("人员池"),
    RECUSALS: gettext_lazy("回避"),
}
SECTIONS = tuple(LABELS)
ROSTER = (OFFICERS, POOLS, RECUSALS)
PROVEN, SHORT = "FRAME_DEFECT", "OFFICERS_SHORT"

Rows = Mapping[str, frozenset[str]]


@dataclass(frozen=True, kw_only=True)
class Repeat:
    """What a draw changes of the void one that it repeats: in each section the lines that came and that went."""

    draw: str
    reason: str
    came: Rows
    went: Rows
    by_registers: frozenset[str]
    digest: str

    @property
    def count(self) -> int:
        return sum(len(self.came[name]) + len(self.went[name]) for name in SECTIONS)

    @property
    def may_differ(self) -> bool:
        """Tell whether a second organ may agree to the difference.

        A proven defect of the pool is mended by a change, and rows of the registers that nobody can bring back are
        changed. After a shortage the roster only grows. Who stays away by what the registers know does so by law,
        whatever was void before (行政处罚法 art. 43).
        """
        if self.reason in (PROVEN, ROWS_CHANGED):
            return True
        is_roster = not any(self.came[name] or self.went[name] for name in SECTIONS if name not in ROSTER)
        if self.reason == SHORT and is_roster and not any(self.went[name] - self.by_registers for name in ROSTER):
            return True
        changed = frozenset().union(*(self.came[name] | self.went[name] for name in SECTIONS))
        return changed <= self.by_registers

    @property
    def words(self) -> str:
        """Say what differs in figures."""
        said = [
            _("%(label)s增 %(came)s 减 %(went)s")
            % {"label": LABELS[name], "came": len(self.came[name]), "went": len(self.went[name])}
            for name in SECTIONS
            if self.came[name] or self.went[name]
        ]
        return _("与作废的 %(draw)s（%(why)s）相比：%(said)s") % {
            "draw": self.draw,
            "why": label_of(self.reason),
            "said": _("，").join(said),
        }


def of_draw(draw: Draw, ground: Ground) -> Repeat | None:
    """Compare a draw with the committed one that it repeats, None where it repeats none."""
    before = repeated(draw)
    if before is None:
        return None
    old, new = _held(before), _standing(draw, ground)
    came = {name: new[name] - old[name] for name in SECTIONS}
    went = {name: old[name] - new[name] for name in SECTIONS}
    changes = [
        f"{sign}{name}|{row}" for name in SECTIONS for sign, rows in (("+", came), ("-", went)) for row in rows[name]
    ]
    said = "\n".join([draw.salt, *sorted(changes)])
    return Repeat(
        draw=before.number,
        reason=before.void_reason,
        came=came,
        went=went,
        by_registers=_untyped(draw, came[RECUSALS]) | _untyped(before, went[RECUSALS]),
        digest=hashlib.sha256(said.encode()).hexdigest(),
    )


def repeated(draw: Draw) -> Draw | None:
    """Return the committed draw of the same plan that was given up last."""
    if draw.offer is None or draw.repeats_id:  # the officer half alone: `standing.py` says what stays
        return None
    rows = Draw.objects.filter(
        offer__campaign_id=draw.offer.campaign_id,
        state="void",
        commitment_entry__isnull=False,
        manifest__isnull=False,
        repeats__isnull=True,
    )
    return rows.exclude(pk=draw.pk).order_by("-year", "-sequence").first()


def stated(repeat: Repeat | None) -> dict[str, Any]:
    """Write what is published of a repetition beside the manifest, in figures; empty where nothing is repeated."""
    if repeat is None:
        return {}
    figures = {
        f"{name}_{way}": len(rows[name])
        for name in SECTIONS
        for way, rows in (("added", repeat.came), ("removed", repeat.went))
    }
    return {"repeats": {"draw": repeat.draw, "reason": repeat.reason, **figures}}


def published(direction: Mapping[str, Any]) -> tuple[tuple[str, int, int], ...]:
    """Return what a frozen draw changed of the void one that it repeats: what, how many lines came and went."""
    repeats = direction.get("repeats")
    if not repeats:
        return ()
    return tuple((str(LABELS[name]), repeats[f"{name}_added"], repeats[f"{name}_removed"]) for name in SECTIONS)


def _held(before: Draw) -> Rows:
    """Return the sections of a void draw from its stored documents, its officers by person."""
    manifest = json.loads(bytes(before.manifest or b"{}"))
    roster = json.loads(bytes(before.roster or b"{}"))
    lists: dict[str, str] = json.loads(bytes(before.exclusions or b"{}"))
    people = {pseudonym: str(inspector) for pseudonym, inspector in naming.people_of(before).items()}
    first = before.items.exclude(frame=None).first()
    frame = bytes(first.frame) if first and first.frame else b""
    return {
        FRAME: frozenset(frame.decode("ascii").splitlines()),
        EXCLUDED: frozenset(
            f"{reason}|{line.partition('|')[0]}" for reason, text in lists.items() for line in text.splitlines()
        ),
        QUOTA: _quota(manifest["items"], roster),
        **_roster(roster, people),
    }


def _standing(draw: Draw, ground: Ground) -> Rows:
    """Return the same sections of what a draw stands on now."""
    people = {nominee.id: str(nominee.id) for part in ground.parts for nominee in ground.available(part)}
    roster: Any = documents.roster_document(draw, ground, names=people)
    items = [{**item, "strata": documents.strata_of(ground)} for item in documents.plan_items(ground)]
    return {
        FRAME: frozenset(documents.frame_file(ground).decode("ascii").splitlines()),
        EXCLUDED: frozenset(
            f"{reason}|{row.object_id}" for reason, rows in documents.excluded_by_reason(ground).items() for row in rows
        ),
        QUOTA: _quota(items, roster),
        **_roster(roster, {name: name for name in people.values()}),
    }


def _quota(items: Any, roster: Any) -> frozenset[str]:
    """Return what is drawn of which stratum for whom, and how often one officer goes at most."""
    drawn = {
        f"{item['item']}|{item['rule']}|{item.get('total', '')}|{one['id']}|{one.get('bp', '')}"
        for item in items
        for one in item["strata"]
    }
    return frozenset(drawn | {f"cap|{one['department']}|{one['cap']}" for one in roster["officers"]})


def _roster(roster: Any, people: Mapping[str, str]) -> dict[str, frozenset[str]]:
    slots = {f"{one['item']}|{one['stratum']}|{','.join(one['pools'])}" for one in roster["slots"]}
    pools = {f"{pool['id']}|{people.get(one, one)}" for pool in roster["pools"] for one in pool["officers"]}
    return {
        OFFICERS: frozenset(f"{one['department']}|{people.get(one['id'], one['id'])}" for one in roster["officers"]),
        POOLS: frozenset(pools | slots),
        RECUSALS: frozenset(
            f"{one['object']}|{people.get(one['officer'], one['officer'])}" for one in roster["recusals"]
        ),
    }


def _untyped(draw: Draw, pairs: frozenset[str]) -> frozenset[str]:
    """Return those of some recusals that nobody has typed in a draw."""
    rows = Recusal.objects.filter(draw=draw).values_list("target__object_id", "inspector_id")
    return pairs - {f"{object_id}|{inspector_id}" for object_id, inspector_id in rows}
