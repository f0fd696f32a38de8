"""Reads of visits for lists, the live board of one visit and the inbox."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import BinaryField, Count, F, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.stages.visits import checklists, results, wording
from onevisit.stages.visits.models import Answer, Inspection, SignatureDispute, Submission, TeamMember, Visit
from onevisit.stages.visits.selectors import recusals
from onevisit.support.attachments.models import Attachment
from onevisit.support.deadlines import services as deadlines
from onevisit.support.deadlines.models import RuleVersion
from onevisit.support.deadlines.selectors import due_at
from onevisit.support.deadlines.todos import Todo
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.roles import Role

_LIVE = ("dispatched", "in_progress", "returned")


@dataclass(frozen=True, kw_only=True)
class BoardRow:
    """How one department's part of a visit stands."""

    inspection: Inspection
    team: tuple[TeamMember, ...]
    answered: int
    items: int
    problems: int
    files_here: int
    files_expected: int
    conflicts: int
    signatures: int
    late_minutes: int
    quarantined: int
    asks_recusal: tuple[str, ...]
    disputes: tuple[SignatureDispute, ...] = ()
    former: tuple[TeamMember, ...] = ()
    accuracy_m: int | None = None
    clock_offset_s: int | None = None

    @property
    def is_late(self) -> bool:
        return self.late_minutes > 0

    @property
    def lacking(self) -> int:
        return self.files_expected - self.files_here

    @property
    def place_label(self) -> str:
        return wording.PLACE_LABELS.get(self.inspection.place_reason, "")

    @property
    def confirmations(self) -> list[str]:
        """Return how each colleague's presence was confirmed, in words."""
        names = {str(member.inspector.officer_id): member.inspector.officer.name for member in self.team}
        return [
            _("%(name)s：%(way)s")
            % {
                "name": names.get(row["officer"], _("其他部门执法人员")),
                "way": wording.CONFIRMATION_LABELS[row["way"]],
            }
            for row in self.inspection.confirmations
        ]

    @property
    def unable_label(self) -> str:
        return results.UNABLE_LABELS.get(self.inspection.unable_reason, "")

    @property
    def follow_up(self) -> str:
        """Say what has to follow because the team could not inspect."""
        return results.FOLLOW_UPS.get(self.inspection.unable_reason, "")

    @property
    def is_follow_up_due(self) -> bool:
        return bool(self.inspection.unable_reason) and self.inspection.followed_up_at is None


@dataclass(frozen=True, kw_only=True)
class MissingFile:
    """One file that was named and whose bytes are not all here."""

    inspection: Inspection
    attachment: Attachment | None
    file_id: UUID
    percent: int


def visits_for(actor: Actor) -> QuerySet[Visit]:
    """Return the visits that the actor may know of, with the counts the list shows."""
    return (
        Visit.objects.filter(pk__in=Visit.objects.visible_to(actor).values("pk"))
        .select_related("target", "draw")
        .defer(*_files_of_draws())
        .annotate(
            parts_count=Count("inspections", distinct=True),
            entered_count=Count("inspections", filter=Q(inspections__entered_at__isnull=False), distinct=True),
            missing_count=Count("inspections", filter=Q(inspections__state="incomplete"), distinct=True),
        )
    )


def _files_of_draws() -> list[str]:
    """Return the columns of a visit's draw that hold whole files, a receipt among them: no list reads them."""
    draw = Visit._meta.get_field("draw").related_model
    assert isinstance(draw, type)
    return [f"draw__{field.name}" for field in draw._meta.concrete_fields if isinstance(field, BinaryField)]


def short_stays(*, on: date) -> QuerySet[Inspection]:
    """Return, for the row of a list of visits, its parts handed in sooner than the rule finds credible (R137)."""
    rule = RuleVersion.objects.filter(rule_id="alert.short_stay", valid_from__lte=on).order_by("-version").first()
    least = timedelta(minutes=rule.amount if rule else 0)
    return Inspection.objects.filter(
        visit=OuterRef("pk"), entered_at__isnull=False, submitted_at__lt=F("entered_at") + least
    )


def is_sealed(visit: Visit, *, at: datetime) -> bool:
    """Say whether the target of a visit is not to be shown yet."""
    return visit.address_opens_at is not None and at < visit.address_opens_at


def is_entered(*, draw_id: UUID, target_id: UUID) -> bool:
    """Say whether officers have been inside a drawn target: what they found there is not drawn away."""
    return Inspection.objects.filter(
        visit__draw_id=draw_id, visit__target_id=target_id, entered_at__isnull=False
    ).exists()


def open_count(draw_id: UUID | str) -> int:
    """Return how many visits of a draw are still to come to an end: neither closed nor withdrawn."""
    return Visit.objects.filter(draw_id=draw_id).exclude(state__in=("closed", "withdrawn")).count()


def board(visit: Visit, *, at: datetime) -> list[BoardRow]:
    """Return how every department's part of a visit stands, by department code."""
    members = TeamMember.objects.select_related("inspector__officer").order_by("replaced_at", "pk")
    parts = list(
        visit.inspections.select_related("department", "notice")
        .prefetch_related(
            Prefetch("members", queryset=members, to_attr="everyone"),
            "answers",
            "signatures",
            "party_signatures",
            "signature_disputes",
            "submissions",
        )
        .order_by("department__code")
    )
    shared = set(
        Answer.objects.filter(inspection__visit=visit, item__in=checklists.SHARED_IDS, is_current=True).values_list(
            "item", flat=True
        )
    )
    named = {file for part in parts for file in _named(part)}
    here = set(Attachment.objects.filter(pk__in=named, completed_at__isnull=False).values_list("pk", flat=True))
    grace = deadlines.current("visit.late", on=timezone.localtime(at).date()).amount
    return [_row(part, visit=visit, shared=shared, here=here, grace=grace, at=at) for part in parts]


def _named(part: Inspection) -> set[UUID]:
    files = {file for answer in part.answers.all() if answer.is_current for file in answer.files}
    pictures = {row.picture_ref for row in part.signatures.all() if row.picture_ref}
    return files | pictures | set(part.expected_files)


def _row(part: Inspection, *, visit: Visit, shared: set[str], here: set[UUID], grace: int, at: datetime) -> BoardRow:
    current = [row for row in part.answers.all() if row.is_current]
    own = {row.item for row in current} - checklists.SHARED_IDS
    named = _named(part)
    everyone: list[TeamMember] = vars(part)["everyone"]
    return BoardRow(
        inspection=part,
        team=tuple(sorted((one for one in everyone if one.replaced_at is None), key=lambda one: not one.is_leader)),
        former=tuple(one for one in everyone if one.replaced_at is not None),
        **_door(part),
        answered=len(own) + len(shared),
        items=len(checklists.items_of(part.checklist)) + len(checklists.SHARED_IDS),
        problems=sum(row.answer == "problem" for row in current),
        files_here=len(named & here),
        files_expected=len(named),
        conflicts=len({row.item for row in part.answers.all() if row.is_conflict}),
        signatures=len({(row.role, row.officer_id, row.name) for row in part.signatures.all()})
        + bool(part.party_signatures.all()),
        late_minutes=_late(part, visit=visit, grace=grace, at=at),
        quarantined=sum(row.is_quarantined and row.settled_at is None for row in part.submissions.all()),
        asks_recusal=_asking(part),
        disputes=tuple(part.signature_disputes.all()),
    )


def _asking(part: Inspection) -> tuple[str, ...]:
    """Return the names of the team who asked for recusal and still stand in it."""
    asking = {row.officer_id for row in part.submissions.all() if row.kind == "recusal" and row.settled_at is None}
    team = [row for row in vars(part)["everyone"] if row.replaced_at is None]
    return tuple(row.inspector.officer.name for row in team if row.inspector.officer_id in asking)


def _door(part: Inspection) -> dict[str, int | None]:
    """Return how exact the place and how right the clock of the phone were when the team entered."""
    entry = next((row for row in part.submissions.all() if row.kind == "entry" and not row.is_quarantined), None)
    if entry is None:
        return {}
    accuracy = (entry.body.get("place") or {}).get("accuracy_m")
    return {
        "accuracy_m": None if accuracy is None else round(accuracy),
        "clock_offset_s": round(entry.body.get("clock_offset_ms", 0) / 1000),
    }


def _late(part: Inspection, *, visit: Visit, grace: int, at: datetime) -> int:
    """Return by how many minutes the team is late; the grace of the rule is not late (R139)."""
    if part.entered_at is None and part.state not in _LIVE:
        return 0
    minutes = int(((part.entered_at or at) - visit.starts_at).total_seconds() // 60)
    return minutes if minutes > grace else 0


def missing_evidence(actor: Actor) -> list[MissingFile]:
    """Return the files that the actor's departments still wait for, oldest hand-in first."""
    parts = (
        Inspection.objects.visible_to(actor)
        .filter(state="incomplete")
        .select_related("department", "visit__target")
        .order_by("submitted_at", "pk")
    )
    known = {
        row.pk: row
        for row in Attachment.objects.filter(pk__in=[file for part in parts for file in part.expected_files])
    }
    return [
        MissingFile(
            inspection=part,
            attachment=known.get(file),
            file_id=file,
            percent=_percent(known.get(file)),
        )
        for part in parts
        for file in part.expected_files
        if file not in known or known[file].completed_at is None
    ]


def _percent(attachment: Attachment | None) -> int:
    return attachment.received * 100 // attachment.size if attachment else 0


def quarantined(actor: Actor) -> QuerySet[Submission]:
    """Return the messages kept apart that the actor's departments must decide on."""
    return (
        Submission.objects.filter(
            is_quarantined=True,
            settled_at__isnull=True,
            inspection__department_id__in=actor.department_ids(Role.CLERK, Role.APPROVER),
        )
        .select_related("inspection__visit", "inspection__department", "officer")
        .order_by("received_at")
    )


def todos(actor: Actor, at: datetime) -> list[Todo]:
    """Return what waits for the actor in this stage: visits to go on, parts to mend, messages to decide on."""
    return [
        *_own_visits(actor, at),
        *recusals.todos(actor),
        *_quarantine(actor),
        *_missing(actor),
        *_follow_ups(actor),
    ]


def _own_visits(actor: Actor, at: datetime) -> list[Todo]:
    if actor.officer_id is None:
        return []
    parts = (
        Inspection.objects.filter(
            members__inspector__officer_id=actor.officer_id, members__replaced_at__isnull=True, state__in=_LIVE
        )
        .filter(visit__starts_at__lte=at + timedelta(days=7))
        .select_related("visit__target", "department")
        .order_by("visit__starts_at")
    )
    return [
        Todo(
            kind=_("检查"),
            sentence=_own_sentence(part, at=at),
            sender=part.visit.title,
            url=f"/field/visits/{part.visit_id}",
            verb="inspection.enter",
            verb_label=_("去检查") if part.state != "returned" else _("去补正"),
            subject_id=str(part.pk),
            department_id=part.department_id,
            due_at=part.visit.ends_at,
        )
        for part in parts
    ]


def _own_sentence(part: Inspection, *, at: datetime) -> str:
    if part.state == "returned":
        return _("补正检查结果：%s") % part.returned_reason
    starts = timezone.localtime(part.visit.starts_at)
    where = part.visit.target.street if is_sealed(part.visit, at=at) else part.visit.target.name
    return _("%(time)s 到 %(where)s 检查") % {"time": f"{starts:%m-%d %H:%M}", "where": where}


def _quarantine(actor: Actor) -> list[Todo]:
    return [
        Todo(
            kind=_("核录"),
            sentence=_("核定 %(who)s 离线期间的记录：%(reason)s")
            % {"who": row.officer.name, "reason": row.quarantine_reason},
            sender=row.inspection.visit.title,
            url=f"/visits/{row.inspection.visit_id}",
            verb="submission.adopt",
            verb_label=_("核定"),
            subject_id=str(row.pk),
            department_id=row.inspection.department_id,
        )
        for row in quarantined(actor)
    ]


def _missing(actor: Actor) -> list[Todo]:
    departments = actor.department_ids(Role.CLERK)
    parts = (
        Inspection.objects.filter(department_id__in=departments, state="incomplete")
        .select_related("visit__target", "department")
        .order_by("submitted_at")
    )
    return [
        Todo(
            kind=_("证据"),
            sentence=_("催传证据：%s") % part.visit.target.name,
            sender=part.visit.title,
            url="/visits/missing",
            verb="visit.see",
            verb_label=_("看清单"),
            subject_id=str(part.pk),
            department_id=part.department_id,
            due_at=due_at(key="inspection.submit", subject_type="inspection", subject=part.pk),
        )
        for part in parts
    ]


def _follow_ups(actor: Actor) -> list[Todo]:
    parts = (
        Inspection.objects.filter(department_id__in=actor.department_ids(Role.CLERK), followed_up_at__isnull=True)
        .filter(state__in=("unable", "reviewed"))
        .exclude(unable_reason="")
        .select_related("visit__target", "department")
        .order_by("submitted_at")
    )
    return [
        Todo(
            kind=_("未能检查"),
            sentence=_("%(why)s，登记后续处理：%(name)s")
            % {"why": results.UNABLE_LABELS[part.unable_reason], "name": part.visit.target.name},
            sender=part.visit.title,
            url=f"/visits/{part.visit_id}",
            verb="inspection.follow_up",
            verb_label=_("处理"),
            subject_id=str(part.pk),
            department_id=part.department_id,
            due_at=due_at(key="visit.follow_up", subject_type="inspection", subject=part.pk),
        )
        for part in parts
    ]
