"""Subjects of the verbs on publication: a visit of 市商务局 and 市市监局; messages need none."""

from onevisit.stages.publication.models import Publication
from onevisit.stages.publication.request_models import PublicRequest
from onevisit.stages.registers.models import InspectionTarget
from onevisit.stages.visits.models import Visit
from tests import voice_scenes
from tests.cast import AT, Cast


def _publication(people: Cast) -> Publication:
    found = Publication.objects.first()
    if found:
        return found
    target = InspectionTarget.objects.create(
        object_id="91350200XMDM000777", name="厦门某加油站", region_code="350206", address="某路", industry_code="5265"
    )
    visit = Visit.objects.create(
        number="350200-2026-V0777", target=target, title="联合检查", starts_at=AT, ends_at=AT, created_at=AT
    )
    return Publication.objects.create(
        visit=visit,
        target=target,
        department_ids=[people.departments["市商务局"].pk, people.departments["市市监局"].pk],
        created_at=AT,
    )


def _request(people: Cast) -> PublicRequest:
    return PublicRequest.objects.filter(kind="complaint").first() or voice_scenes.asked(people)


def _objection(people: Cast) -> PublicRequest:
    found = PublicRequest.objects.filter(kind="objection").first()
    if found:
        return found
    about = _publication(people)
    return PublicRequest.objects.create(
        receipt="S-AAAAA-AAAAA",
        kind="objection",
        department=people.departments["市商务局"],
        publication=about,
        words=voice_scenes.WORDS,
        salt="0" * 32,
        created_at=AT,
    )


SUBJECTS = {
    "publication": _publication,
    "credit": _publication,
    "exchange": _publication,
    "typical_case": _publication,
    "request": _request,
    "objection": _objection,
    "reply": _request,
    "statement": _request,
    "rating": lambda _people: None,
}
