"""Opened draws in the database, made by the core: several of them, over one register of two hundred targets."""

from datetime import datetime

from onevisit.stages.draws.models import Draw, DrawItem, Pseudonym
from onevisit.stages.registers.models import InspectionTarget, Inspector
from tests import fair_scenes
from tests.cast import AT, Cast

COUNT = 200
KINDS = ("company", "company", "company", "individual", "institution")
DAYS = ("2026-03-10", "2026-06-09", "2026-09-08", "2026-11-10")


def register() -> list[str]:
    """Put the targets of all frames into the register."""
    ids = fair_scenes.ids(COUNT)
    InspectionTarget.objects.bulk_create(
        InspectionTarget(
            object_id=object_id,
            uscc=object_id,
            name=f"厦门第{place}加油站",
            region_code=("350203", "350206", "350211")[place % 3],
            street=f"第{place % 4}街道",
            address=f"某路{place}号",
            industry_code="5265",
            kind=KINDS[place % 5],
            size_class="LMST"[place % 4],
            station=f"第{place % 3}所",
            credit_risk_class="AB"[place % 2],
        )
        for place, object_id in enumerate(ids)
    )
    return ids


def opened(people: Cast, *, number: str, day: str, quota: int = 20, officers: int = 6, state: str = "opened") -> Draw:
    """Store one open draw with its receipt, its frame and its pseudonyms."""
    rows = [(object_id, "AB"[place % 2]) for place, object_id in enumerate(fair_scenes.ids(COUNT))]
    t0 = f"{day}T15:00:00+08:00"
    found, files = fair_scenes.drawn(number, rows=rows, quotas={"A": quota, "B": quota}, t0=t0, officers=officers)
    year, sequence = number.split("-")[1:3]
    draw = Draw.objects.create(
        number=number,
        year=int(year),
        sequence=int(sequence),
        organiser=people.departments["领导小组办公室"],
        title=f"加油站联合检查 {sequence}",
        state=state,
        mode="open",
        t0=datetime.fromisoformat(t0),
        manifest=files["manifest.json"],
        manifest_digest=found.manifest.digest,
        roster=files["roster.json"],
        sources=files["sources.json"],
        receipt=files["receipt.json"],
        result_digest=found.results[0].digest,
        opened_at=datetime.fromisoformat(t0),
        created_at=AT,
    )
    department = people.departments["市市监局"]
    DrawItem.objects.create(draw=draw, item="A01", department=department, frame=files["A01.txt"])
    assert found.roster is not None
    inspectors = Inspector.objects.filter(pk__in=[pk for pk in _inspectors(people)][:officers])
    for officer, inspector in zip(found.roster.officers, inspectors, strict=False):
        Pseudonym.objects.create(draw=draw, inspector=inspector, pseudonym=officer.id)
    return draw


def several(people: Cast) -> list[Draw]:
    """Store four draws of one year."""
    register()
    return [opened(people, number=f"350200-2026-{n:04d}", day=day) for n, day in enumerate(DAYS, start=1)]


def _inspectors(people: Cast) -> list[object]:
    """Return the inspectors of the register by name, so that the same people stand behind the pseudonyms."""
    return list(Inspector.objects.order_by("officer__name").values_list("pk", flat=True))
