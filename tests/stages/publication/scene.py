"""A visit of three departments with reviewed results: 市市监局 found a problem and ordered its correction."""

from datetime import date, timedelta

from onevisit.stages.findings.models import CorrectionOrder, Finding
from onevisit.stages.publication import services
from onevisit.stages.publication.models import Publication
from onevisit.stages.registers.models import InspectionTarget
from onevisit.stages.visits.models import Inspection, Visit
from onevisit.support.identity.actors import SYSTEM
from tests.cast import AT, Cast

DEPARTMENTS = ("市商务局", "市市监局", "市消防支队")
NUMBER = "350200-2026-V0001"
WORDS = "计量铅封损坏，联系电话13800138000，负责人住址：思明区某某路8号，已通知"


def visit(people: Cast, *, missing: tuple[str, ...] = (), number: str = NUMBER) -> Visit:
    """Make the visit; the departments in `missing` have no reviewed result yet."""
    target, _new = InspectionTarget.objects.get_or_create(
        object_id="91350200XMDM000777",
        defaults={
            "uscc": "91350200XMDM000777",
            "name": "厦门湖滨加油站有限公司",
            "region_code": "350206",
            "street": "殿前街道",
            "address": "某某路 1 号",
            "industry_code": "5265",
        },
    )
    made = Visit.objects.create(
        number=number,
        target=target,
        title="加油（气）站安全联合检查",
        state="closed",
        starts_at=AT,
        ends_at=AT + timedelta(hours=3),
        created_at=AT,
    )
    for short in DEPARTMENTS:
        part = Inspection.objects.create(
            visit=made,
            department=people.departments[short],
            state="submitted" if short in missing else "reviewed",
            submitted_at=AT,
            reviewed_at=None if short in missing else AT,
            result_codes=["6"] if short == "市市监局" else ["1"],
        )
        if short == "市市监局":
            _finding(part, number=f"W-{number}")
    return made


def _finding(part: Inspection, *, number: str) -> None:
    finding = Finding.objects.create(
        number=number,
        inspection=part,
        target=part.visit.target,
        department=part.department,
        item="A01",
        title="油品计量",
        public_words=WORDS,
        basis="计量法实施细则第四十三条",
        result_type="6",
        state="correcting",
        found_at=AT,
    )
    CorrectionOrder.objects.create(
        finding=finding,
        document_number="厦市监责改〔2026〕1号",
        demand="更换铅封",
        due_on=date(2026, 12, 1),
        ordered_at=AT,
        ordered_by="王",
    )


def prepared(people: Cast, **more: object) -> Publication:
    return services.prepare(visit_id=visit(people, **more).pk, actor=SYSTEM, at=AT)  # type: ignore[arg-type]


def approved(people: Cast, *, by: str = "王局", **more: object) -> Publication:
    found = prepared(people, **more)
    return services.approve(publication=found, content_sha256=found.content_sha256, actor=people.actor(by), at=AT)


def released(people: Cast, **more: object) -> Publication:
    return services.release(publication=approved(people, **more), at=AT)
