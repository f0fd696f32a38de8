"""A sealed draw that sent two departments to one filling station, and phones that report from it."""

import hashlib
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from onevisit.stages.draws.models import Draw, DrawnSlot
from onevisit.stages.registers.models import InspectionItem, InspectionTarget, Inspector
from onevisit.stages.visits import checklists, services
from onevisit.stages.visits.models import Inspection, TeamMember, Visit
from onevisit.support.attachments import services as attachments
from onevisit.support.attachments.services import Announcement
from onevisit.support.identity.actors import SYSTEM
from tests import scenes
from tests.cast import AT, Cast
from tests.remembered import scene

DEPARTMENTS = ("市商务局", "市市监局")
LATITUDE, LONGITUDE = 24.5123, 118.1456
JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 8


@scene
def drawn(people: Cast, *, mode: str = "open", departments: tuple[str, ...] = DEPARTMENTS, targets: int = 1) -> Draw:
    """Fill the registers and write what a draw writes: two inspectors of each department per target."""
    if not InspectionItem.objects.exists():
        scenes.registers(people)
    InspectionTarget.objects.update(latitude=LATITUDE, longitude=LONGITUDE)
    draw = Draw.objects.create(
        number="350200-2026-0118",
        sequence=118,
        year=2026,
        organiser=people.departments["市商务局"],
        title="加油（气）站安全联合检查",
        mode=mode,
        result_digest="ab" * 32,
        created_at=AT,
    )
    for target in InspectionTarget.objects.order_by("object_id")[:targets]:
        for short in departments:
            organ = people.departments[short]
            items = list(InspectionItem.objects.filter(department=organ).values_list("pk", flat=True))
            for number, inspector in enumerate(Inspector.objects.filter(department=organ)[:2], start=1):
                DrawnSlot.objects.create(
                    draw=draw,
                    target=target,
                    department=organ,
                    slot=f"{organ.code}-{number}",
                    inspector=inspector,
                    item_ids=items,
                )
    return draw


def dispatched(people: Cast, *, at: datetime = AT, **how: Any) -> Visit:
    """Dispatch the first visit of a draw."""
    draw = drawn(people, **how)
    return services.dispatch_draw(draw_id=draw.pk, actor=SYSTEM, at=at)[0]


def part(visit: Visit, short: str) -> Inspection:
    """Return one department's part as it stands."""
    return Inspection.objects.select_related("visit", "department").get(visit=visit, department__short_name=short)


def items_of(inspection: Inspection, *, with_shared: bool = True) -> list[str]:
    """Return the ids of the items, shared facts first."""
    own = [str(item["id"]) for item in checklists.items_of(inspection.checklist)]
    shared = [str(item["id"]) for item in checklists.shared_facts()]
    return [*shared, *own] if with_shared else own


@dataclass
class Phone:
    """One officer's phone at one part: builds messages as the field app does and hands them to the intake."""

    people: Cast
    name: str
    inspection: Inspection
    now: datetime = field(default=AT + timedelta(days=1))
    sequence: int = 0

    def body(self, kind: str, payload: dict[str, Any], **more: Any) -> dict[str, Any]:
        self.sequence += 1
        return {
            "inspection": str(self.inspection.pk),
            "kind": kind,
            "payload": payload,
            "device": "00000000-0000-4000-8000-000000000001",
            "sequence": self.sequence,
            "recorded_at": self.now.isoformat(),
            "clock_offset_ms": 1200,
            "place": {"latitude": LATITUDE, "longitude": LONGITUDE, "accuracy_m": 12},
            **more,
        }

    def send(
        self, kind: str, payload: dict[str, Any], *, submission_id: UUID | None = None, **more: Any
    ) -> services.Taken:
        return services.take(
            submission_id=submission_id or uuid.uuid4(),
            body=self.body(kind, payload, **more),
            actor=self.people.actor(self.name),
            at=self.now + timedelta(minutes=5),
        )

    def team(self) -> list[str]:
        members = TeamMember.objects.filter(inspection=self.inspection, replaced_at__isnull=True)
        return [str(identifier) for identifier in members.values_list("inspector__officer_id", flat=True)]

    def enter(self, **changes: Any) -> services.Taken:
        payload = {"confirmed_by": self.team(), "code_shown_at": self.now.isoformat(), "place_reason": None}
        return self.send("entry", payload | changes)

    def answer(self, item_id: str, answer: str = "ok", **changes: Any) -> services.Taken:
        payload: dict[str, Any] = {
            "item_id": item_id,
            "answer": answer,
            "result_type": "6" if answer == "problem" else None,
            "note": "进货台账缺 3 月记录" if answer == "problem" else "",
            "skip_reason": None,
            "is_batch": False,
            "batch_note": None,
            "base_version": 0,
            "files": [],
        }
        return self.send("answer", payload | changes)

    def answer_all(self, *, problems: int = 0) -> None:
        for number, item_id in enumerate(reversed(items_of(self.inspection))):
            self.answer(item_id, "problem" if number < problems else "ok")

    def sign_all(self, *, picture: UUID | None = None) -> None:
        self.send("opinion", {"has_objection": False, "text": ""})
        file = str(picture or self.file(source="signature", mime="image/png"))
        self.sign(role="party", name="张经理", strokes_png_file=file)
        for officer in self.team():
            self.sign(role="officer", officer_id=officer, strokes_png_file=file)

    def sign(self, **changes: Any) -> services.Taken:
        payload = {"role": "party", "name": "", "officer_id": None, "strokes_png_file": None, "refused_reason": None}
        return self.send("signature", payload | changes)

    def counts(self) -> dict[str, int]:
        found = [row.answer for row in self.inspection.answers.filter(is_current=True)]
        return {answer: found.count(answer) for answer in ("ok", "problem", "not_applicable", "not_checked")}

    def submit(self, *, files: list[UUID] | None = None, **changes: Any) -> services.Taken:
        payload = {
            "checklist_sha256": self.inspection.checklist_sha256,
            "counts": self.counts(),
            "files": [str(file) for file in files or []],
        }
        return self.send("submit", payload | changes)

    def announcement(
        self, *, file_id: UUID | None = None, content: bytes = JPEG, source: str = "camera", mime: str = "image/jpeg"
    ) -> Announcement:
        return Announcement(
            id=file_id or uuid.uuid4(),
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            mime=mime,
            source=source,
            captured_at=self.now,
        )

    def file(self, *, file_id: UUID | None = None, content: bytes = JPEG, **what: Any) -> UUID:
        """Announce a file and send all its bytes."""
        actor = self.people.actor(self.name)
        made, _is_new = attachments.announce(
            self.announcement(file_id=file_id, content=content, **what),
            subject_type="inspection",
            subject=self.inspection.pk,
            actor=actor,
            at=self.now,
        )
        attachments.receive(attachment=made, offset=0, chunk=content, actor=actor, at=self.now)
        return made.pk


LEADERS = {"市商务局": "林一", "市市监局": "王一"}


def phone(people: Cast, visit: Visit, short: str, *, name: str = "") -> Phone:
    """Return the phone of a department's leader, or of somebody named."""
    return Phone(people=people, name=name or LEADERS[short], inspection=part(visit, short), now=visit.starts_at)


def submitted(people: Cast, visit: Visit, short: str, *, problems: int = 0) -> Inspection:
    """Walk one department's part to its submission, every byte here."""
    holder = phone(people, visit, short)
    holder.enter()
    holder.answer_all(problems=problems)
    holder.sign_all()
    shared = len(checklists.SHARED_IDS)
    total = len(items_of(holder.inspection))
    counts = {"ok": total - problems, "problem": problems, "not_applicable": 0, "not_checked": 0}
    assert total > shared
    holder.submit(counts=counts)
    return part(visit, short)
