"""Who agrees for a second organ has no part in the draw: it neither organises, coordinates nor takes part."""

import pytest

from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, NarrowConsent, Swap
from onevisit.stages.draws.todos import todos
from onevisit.support.identity.actors import MayNot
from onevisit.support.identity.models import Department, OrganKind
from onevisit.support.identity.roles import Role
from onevisit.support.identity.verbs import policy_of
from tests import cast, draw_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import NARROW_REASON

VERBS = ("draw.consent", "draw.refuse_consent", "draw.confirm_replacement", "draw.refuse_replacement", "draw.void")


def _near(people: Cast, draw: Draw) -> dict[str, Department]:
    """Return an organ of each kind that stands too near: organiser, host, another coordination office, participant."""
    office = cast.department(
        code="350203-LX",
        name="思明区领导小组办公室",
        short_name="思明区领导小组办公室",
        kind=OrganKind.COORDINATION_OFFICE,
        can_inspect=False,
    )
    host = cast.department(code="350200-H1", name="承办单位", short_name="承办单位")
    draw.organiser.host = host
    draw.organiser.save(update_fields=["host"])
    near = {"组织": draw.organiser, "承办": host, "协调": office}
    return near | {"参加": people.departments["市商务局"]}


def test_an_organ_that_organises_coordinates_or_takes_part_agrees_to_nothing(people: Cast) -> None:
    draw = draw_scenes.prepared(people)
    draws.ask_consent(draw=draw, reason=NARROW_REASON, actor=people.actor("陈"), at=AT)
    Draw.objects.filter(pk=draw.pk).update(void_proposed_at=AT, void_proposed_by=people.actor("陈").id)

    for name, organ in _near(people, draw).items():
        for role in (Role.NOTARY, Role.SUPERVISOR):
            people.officers[name] = cast.officer(name=name, department=organ, roles=(role,))
            actor = people.actor(name)
            assert [verb for verb in VERBS if actor.may(verb, draw)] == []
            with pytest.raises(MayNot, match="不组织、不协调、不参加本次抽取"):
                draws.consent(draw=draw, actor=actor, at=AT)
            assert [todo for todo in todos(actor, AT) if todo.verb in VERBS] == []

    for name in ("公", "司"):
        assert [verb for verb in VERBS if people.actor(name).may(verb, draw)] == list(VERBS)
        assert {todo.verb for todo in todos(people.actor(name), AT)} >= {"draw.consent", "draw.void"}
    assert not NarrowConsent.objects.filter(consented_at__isnull=False).exists()


def test_who_also_serves_an_organ_outside_acts_for_that_one(people: Cast) -> None:
    draw = draw_scenes.prepared(people)
    office = people.departments["市司法局"]
    people.officers["双"] = cast.officer(name="双", department=people.departments["市商务局"], roles=(Role.SUPERVISOR,))
    people.officers["双"].posts.create(department=office, role=Role.SUPERVISOR, valid_from=AT.date())

    capacity = people.actor("双").must("draw.void", draw)

    assert capacity.department_id == office.pk
    assert {policy_of(verb).who for verb in VERBS} == {"由不组织、不协调、不参加本次抽取的公证或执法监督单位办理。"}


def test_a_swap_with_few_to_choose_from_is_decided_outside_the_draw_too(people: Cast) -> None:
    draw = draw_scenes.prepared(people)
    swap = Swap(draw=draw, department=people.departments["市商务局"], is_outside=True)
    people.officers["近"] = cast.officer(
        name="近", department=people.departments["市消防支队"], roles=(Role.SUPERVISOR,)
    )

    for verb in ("draw.confirm_swap", "draw.refuse_swap"):
        assert [name for name in ("近", "林局", "公", "司") if people.actor(name).may(verb, swap)] == ["公", "司"]
