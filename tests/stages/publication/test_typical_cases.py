"""Typical cases: a published result, masked words, approval of what was seen; taken down they are gone."""

from datetime import date

import pytest

from onevisit.core.lifecycle import WrongState
from onevisit.stages.publication import services, typical_cases, voices
from onevisit.stages.publication.models import Publication
from onevisit.stages.publication.request_models import TypicalCase
from onevisit.stages.publication.services import PublicationRefused
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from tests.cast import AT, Cast
from tests.stages.publication import scene

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 12)
WORDS = "某加油站铅封损坏，负责人电话13800138000，责令改正后已更换，复查合格。"


def _proposed(people: Cast, *, publication: Publication | None = None, words: str = WORDS) -> TypicalCase:
    return typical_cases.propose(
        publication=publication or scene.released(people),
        department_id=people.departments["市商务局"].pk,
        title="铅封损坏案",
        words=words,
        actor=people.actor("林"),
        at=AT,
    )


def _approve(people: Cast, case: TypicalCase, *, by: str = "林局", digest: str = "") -> TypicalCase:
    seen = digest or typical_cases.digest(case)
    return typical_cases.approve(case=case, words_sha256=seen, actor=people.actor(by), at=AT)


@pytest.mark.requirement("R115")
def test_a_case_is_masked_approved_by_a_head_and_then_public(people: Cast) -> None:
    case = _proposed(people)
    assert "138****8000" in case.words
    assert "13800138000" not in case.words
    assert voices.shown_cases(on=ON) == []

    with pytest.raises(MayNot):
        _approve(people, case, by="林")
    with pytest.raises(PublicationRefused, match="又有变化"):
        _approve(people, case, digest="0")
    _approve(people, case)

    assert voices.shown_cases(on=ON) == [case]
    events = LedgerEntry.objects.filter(subject=str(case.pk)).values_list("event", flat=True)
    assert set(events) == {"typical_case.proposed", "typical_case.approved"}
    with pytest.raises(WrongState):
        _approve(people, case)


def test_only_a_public_result_can_be_a_case(people: Cast) -> None:
    with pytest.raises(PublicationRefused):
        _proposed(people, publication=scene.prepared(people))


def test_a_case_without_substance_is_refused(people: Cast) -> None:
    with pytest.raises(PublicationRefused) as refusal:
        _proposed(people, words="铅封坏")

    assert refusal.value.field == "words"


def test_a_case_is_sent_back_with_a_reason_and_proposed_anew(people: Cast) -> None:
    case, head = _proposed(people), people.actor("林局")

    with pytest.raises(PublicationRefused):
        typical_cases.send_back(case=case, reason="不好", actor=head, at=AT)
    typical_cases.send_back(case=case, reason="请补充违反的条款", actor=head, at=AT)
    again = _proposed(people, publication=case.publication, words=f"{WORDS}违反计量法。")

    assert (again.pk, again.state) == (case.pk, "proposed")
    assert LedgerEntry.objects.filter(event="typical_case.returned").exists()


def test_a_case_goes_with_its_result_or_on_its_own(people: Cast) -> None:
    case, head = _approve(people, _proposed(people)), people.actor("林局")
    services.withdraw(publication=case.publication, reason="公示对象有误，予以撤下", actor=head, at=AT)
    assert voices.shown_cases(on=ON) == []

    typical_cases.remove(case=case, reason="结果已撤下，案例一并撤下", actor=head, at=AT)

    case.refresh_from_db()
    assert case.state == "removed"
    assert LedgerEntry.objects.filter(event="typical_case.removed").exists()
