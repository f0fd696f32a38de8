"""What the phones of the cast send from a visit, message by message, as the field app does."""

import hashlib
import struct
import uuid
import zlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Q

from onevisit.demo.past.stage import Stage
from onevisit.stages.draws.models import Draw
from onevisit.stages.visits import checklists
from onevisit.stages.visits import services as visits
from onevisit.stages.visits.models import Answer, Inspection, TeamMember, Visit
from onevisit.support.attachments import services as attachments
from onevisit.support.attachments.services import Announcement
from onevisit.support.identity.models import Officer

_BEGINS_AFTER, _APART, _EACH = timedelta(minutes=12), timedelta(minutes=2), timedelta(minutes=3)
_WIDTH, _HEIGHT = 240, 96


@dataclass
class Phone:
    """The phone of the officer who leads one department's part of a visit."""

    stage: Stage
    inspection: Inspection
    recorded_at: datetime
    sequence: int = 0
    device: str = field(default_factory=lambda: str(uuid.uuid4()))

    @cached_property
    def team(self) -> list[Officer]:
        members = TeamMember.objects.filter(inspection=self.inspection, replaced_at__isnull=True)
        return [
            member.inspector.officer for member in members.select_related("inspector__officer__user").order_by("slot")
        ]

    def send(self, kind: str, payload: dict[str, Any]) -> None:
        """Hand one message to the intake, as the phone's own officer."""
        self.sequence += 1
        self.recorded_at += _EACH
        target = self.inspection.visit.target
        body = {
            "inspection": str(self.inspection.pk),
            "kind": kind,
            "payload": payload,
            "device": self.device,
            "sequence": self.sequence,
            "recorded_at": self.recorded_at.isoformat(),
            "clock_offset_ms": 0,
            "place": {
                "latitude": float(target.latitude or 0),
                "longitude": float(target.longitude or 0),
                "accuracy_m": 15,
            }
            if target.latitude is not None
            else None,
        }
        visits.take(
            submission_id=uuid.uuid4(),
            body=body,
            actor=self.stage.account(self.team[0]),
            at=self.stage.at,
        )

    def enter(self) -> None:
        shown = self.recorded_at.isoformat()
        self.send(
            "entry",
            {"confirmed_by": [str(officer.pk) for officer in self.team], "code_shown_at": shown, "place_reason": None},
        )

    def answer(self, item_id: str, *, problem: str = "") -> None:
        self.send(
            "answer",
            {
                "item_id": item_id,
                "answer": "problem" if problem else "ok",
                "result_type": "6" if problem else None,
                "note": problem,
                "skip_reason": None,
                "is_batch": False,
                "batch_note": None,
                "base_version": 0,
                "files": [],
            },
        )

    def sign(self, *, role: str, name: str = "", officer: Officer | None = None) -> None:
        picture = self._picture(name or (officer.name if officer else role))
        self.send(
            "signature",
            {
                "role": role,
                "name": name,
                "officer_id": str(officer.pk) if officer else None,
                "strokes_png_file": str(picture),
                "refused_reason": None,
            },
        )

    def submit(self) -> None:
        shared = Q(inspection__visit=self.inspection.visit, item__in=checklists.SHARED_IDS)
        rows = Answer.objects.filter(Q(inspection=self.inspection) | shared, is_current=True)
        found = list(rows.values_list("answer", flat=True))
        self.send(
            "submit",
            {
                "checklist_sha256": self.inspection.checklist_sha256,
                "counts": {kind: found.count(kind) for kind in ("ok", "problem", "not_applicable", "not_checked")},
                "files": [],
            },
        )

    def _picture(self, seed: str) -> uuid.UUID:
        """Send the picture of a signature, every byte of it."""
        content, actor = scribble(seed), self.stage.account(self.team[0])
        made, _is_new = attachments.announce(
            Announcement(
                id=uuid.uuid4(),
                sha256=hashlib.sha256(content).hexdigest(),
                size=len(content),
                mime="image/png",
                source="signature",
                captured_at=self.recorded_at,
            ),
            subject_type="inspection",
            subject=self.inspection.pk,
            actor=actor,
            at=self.stage.at,
        )
        attachments.receive(attachment=made, offset=0, chunk=content, actor=actor, at=self.stage.at)
        return made.pk


def inspect(stage: Stage, part: Inspection, *, manager: str, problem: str = "", item: str = "") -> None:
    """Walk one department's part of a visit from the door to the hand-in; the phone sends all of it at the end.

    Args:
        problem: what is found at the item whose title begins with `item`; nothing is found without it.
    """
    phone = Phone(stage, part, recorded_at=_begins(part))
    phone.enter()
    part.refresh_from_db()
    items = [*checklists.items_of(part.checklist)]
    if _is_first(part):
        items = [*checklists.shared_facts(), *items]
    for one in items:
        is_it = bool(problem) and str(one["title"]).startswith(item)
        phone.answer(str(one["id"]), problem=problem if is_it else "")
    phone.send("opinion", {"has_objection": False, "text": ""})
    phone.sign(role="party", name=manager)
    for officer in phone.team:
        phone.sign(role="officer", officer=officer)
    phone.submit()


def find_closed(stage: Stage, part: Inspection, *, note: str) -> None:
    """Stand before a closed door and report it."""
    Phone(stage, part, recorded_at=_begins(part)).send("unable", {"reason": "closed", "note": note})


def sent_at(part: Inspection) -> datetime:
    """Return when a part is through: the departments begin together and send one after the other."""
    return part.visit.starts_at + timedelta(minutes=90) + _APART * _place(part)


def visits_of(draw: Draw) -> list[Visit]:
    return list(Visit.objects.filter(draw=draw).order_by("starts_at", "number"))


def parts_of(visit: Visit) -> list[Inspection]:
    rows = Inspection.objects.filter(visit=visit).exclude(state="withdrawn")
    return list(rows.select_related("visit__target", "department").order_by("department__code"))


def _begins(part: Inspection) -> datetime:
    return part.visit.starts_at + _BEGINS_AFTER + _APART * _place(part)


def _place(part: Inspection) -> int:
    """Return how many departments of the visit stand before this one in the order of their codes."""
    return part.visit.inspections.filter(department__code__lt=part.department.code).count()


def _is_first(part: Inspection) -> bool:
    """The facts that all departments share are asked once, by whoever comes first."""
    shared = checklists.SHARED_IDS
    return not part.visit.inspections.filter(answers__item__in=shared, answers__is_current=True).exists()


def scribble(seed: str) -> bytes:
    """Draw a line that stands for a signature: no picture of anybody's hand is in this product."""
    digest = hashlib.sha256(seed.encode()).digest()
    rows = [bytearray(b"\xff" * _WIDTH) for _ in range(_HEIGHT)]
    height = 0
    for x in range(16, _WIDTH - 16):
        height += (digest[x % 32] >> (x // 32)) % 5 - 2
        y = _HEIGHT // 2 + max(-36, min(36, height))
        for line in (y, y + 1):
            rows[line][x : x + 2] = b"\x20\x20"
    raw = b"".join(b"\x00" + bytes(row) for row in rows)
    head = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(raw)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
