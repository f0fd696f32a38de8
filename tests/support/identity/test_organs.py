"""Organs: tenants with dates, former names and batches."""

from datetime import date, timedelta

import pytest

from onevisit.support.identity import services
from onevisit.support.identity.actors import MayNot
from onevisit.support.identity.models import Department, Post
from onevisit.support.identity.roles import Role
from onevisit.support.ledger.models import LedgerEntry
from tests import cast
from tests.cast import AT, Cast


def test_a_renamed_organ_shows_its_former_name_for_earlier_days(people: Cast) -> None:
    organ = people.departments["市商务局"]

    services.rename(
        department=organ,
        name="厦门市商务和投资局",
        short_name="市商务投资局",
        from_on=date(2026, 12, 1),
        actor=people.actor("运"),
        at=AT,
    )

    organ = Department.objects.get(pk=organ.pk)
    assert organ.name_on(date(2025, 1, 1)) == "厦门市商务局"
    assert organ.name_on(date(2026, 12, 1)) == "厦门市商务和投资局"
    assert LedgerEntry.objects.filter(event="organ.renamed", subject=str(organ.pk)).count() == 1


def test_renaming_is_refused_to_a_clerk(people: Cast) -> None:
    with pytest.raises(MayNot):
        services.rename(
            department=people.departments["市商务局"],
            name="别的名字",
            short_name="",
            from_on=date(2026, 12, 1),
            actor=people.actor("林"),
            at=AT,
        )


@pytest.mark.requirement("R18")
def test_a_department_on_read_only_trial_may_look_but_not_act(people: Cast) -> None:
    organ = cast.department(code="350200-99", name="厦门市试点局", short_name="试点局")
    services.onboard(department=organ, batch_number=2, actor=people.actor("运"), at=AT)
    head = cast.officer(name="头", department=organ, roles=(Role.APPROVER,))
    people.officers["头"] = head

    assert people.actor("头").may("organ.see", organ)
    with pytest.raises(MayNot, match="只读试用"):
        services.grant_post(
            officer=head, department=organ, role=Role.CLERK, valid_from=AT.date(), actor=people.actor("头"), at=AT
        )

    services.switch_on(department=organ, actor=people.actor("运"), at=AT)
    services.grant_post(
        officer=head, department=organ, role=Role.CLERK, valid_from=AT.date(), actor=people.actor("头"), at=AT
    )
    assert people.actor("头").holds(Role.CLERK, department_id=organ.pk)


@pytest.mark.requirement("R26")
def test_on_boarding_records_batch_and_date_and_the_list_shows_them(people: Cast, client) -> None:  # type: ignore[no-untyped-def]
    organ = cast.department(code="350200-98", name="厦门市新接入局", short_name="新接入局")
    services.onboard(department=organ, batch_number=3, actor=people.actor("运"), at=AT)
    client.force_login(people.officers["运"].user)

    page = client.get("/settings/organs", {"batch": "3"}).content.decode()

    assert "厦门市新接入局" in page
    assert f"第 3 批 · {AT:%Y-%m-%d}" in page


def test_an_organ_joins_only_once(people: Cast) -> None:
    organ = cast.department(code="350200-97", name="厦门市某局", short_name="某局")
    services.onboard(department=organ, batch_number=1, actor=people.actor("运"), at=AT)

    with pytest.raises(services.IdentityRefused, match="已于"):
        services.onboard(department=organ, batch_number=2, actor=people.actor("运"), at=AT)


def test_the_coordination_office_gets_no_inspectors(people: Cast) -> None:
    with pytest.raises(services.IdentityRefused, match="不具有执法主体资格"):
        services.grant_post(
            officer=people.officers["陈"],
            department=people.departments["领导小组办公室"],
            role=Role.INSPECTOR,
            valid_from=AT.date(),
            actor=people.actor("陈处"),
            at=AT,
        )


def test_an_ended_post_gives_no_capacity_from_that_day(people: Cast) -> None:
    post = Post.objects.get(officer=people.officers["林"], role=Role.CLERK)

    services.end_post(post=post, actor=people.actor("林局"), at=AT)

    assert people.actor("林").capacities == ()
    assert LedgerEntry.objects.filter(event="post.ended").count() == 1


def test_a_post_begun_today_ends_at_once_and_can_be_given_again(people: Cast) -> None:
    head, clerk = people.actor("林局"), people.officers["林"]
    Post.objects.filter(officer=clerk).update(valid_from=AT.date())

    services.end_post(post=Post.objects.get(officer=clerk, role=Role.CLERK), actor=head, at=AT)
    assert people.actor("林").capacities == ()

    services.grant_post(
        officer=clerk,
        department=people.departments["市商务局"],
        role=Role.CLERK,
        valid_from=AT.date(),
        actor=head,
        at=AT,
    )
    assert people.actor("林").holds(Role.CLERK) is not None


def test_the_head_of_another_organ_may_not_end_it(people: Cast) -> None:
    post = Post.objects.get(officer=people.officers["林"], role=Role.CLERK)

    with pytest.raises(MayNot):
        services.end_post(post=post, actor=people.actor("王局"), at=AT)


def test_numbers_of_a_series_have_no_gaps(people: Cast) -> None:
    taken = [services.next_number(series="T-2026") for _ in range(5)]

    assert taken == [1, 2, 3, 4, 5]


def test_a_substitute_acts_for_the_days_given_and_no_longer(people: Cast) -> None:
    post = Post.objects.get(officer=people.officers["林局"], role=Role.APPROVER)
    services.delegate(
        post=post,
        to_officer=people.officers["林"],
        valid_from=AT.date(),
        valid_to=AT.date() + timedelta(days=3),
        reason="出差",
        actor=people.actor("林局"),
        at=AT,
    )

    held = people.actor("林").holds(Role.APPROVER)
    assert held is not None
    assert held.label.startswith("代 林局")
    from onevisit.support.identity import actors

    user = people.officers["林"].user
    assert user is not None
    assert actors.of_user(user=user, on=AT.date() + timedelta(days=4)).holds(Role.APPROVER) is None


def test_a_substitute_cannot_pass_the_post_on(people: Cast) -> None:
    post = Post.objects.get(officer=people.officers["林局"], role=Role.APPROVER)
    services.delegate(
        post=post,
        to_officer=people.officers["林"],
        valid_from=AT.date(),
        valid_to=AT.date(),
        reason="出差",
        actor=people.actor("林局"),
        at=AT,
    )

    with pytest.raises(MayNot):
        services.delegate(
            post=post,
            to_officer=people.officers["林一"],
            valid_from=AT.date(),
            valid_to=AT.date(),
            reason="再转",
            actor=people.actor("林"),
            at=AT,
        )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"valid_to": AT.date() + timedelta(days=200)}, "valid_to"),
        ({"valid_from": AT.date() - timedelta(days=1)}, "valid_from"),
    ],
)
def test_a_bad_delegation_names_its_field(people: Cast, changes: dict[str, object], field: str) -> None:
    post = Post.objects.get(officer=people.officers["林局"], role=Role.APPROVER)
    given: dict[str, object] = {
        "to_officer": people.officers["林"],
        "valid_from": AT.date(),
        "valid_to": AT.date(),
        "reason": "出差",
    }

    with pytest.raises(services.IdentityRefused) as refusal:
        services.delegate(post=post, actor=people.actor("林局"), at=AT, **{**given, **changes})  # type: ignore[arg-type]

    assert refusal.value.field == field


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SUPERVISOR, Role.COORDINATOR, Role.NOTARY, Role.LEADER])
def test_the_head_of_an_organ_gives_nobody_rights_beyond_it(people: Cast, role: Role) -> None:
    def grant(*, by: str) -> Post:
        return services.grant_post(
            officer=people.officers["林"],
            department=people.departments["市商务局"],
            role=role,
            valid_from=AT.date(),
            actor=people.actor(by),
            at=AT,
        )

    with pytest.raises(services.IdentityRefused, match="只能由运维人员授予"):
        grant(by="林局")
    assert people.actor("林").holds(role) is None

    grant(by="运")

    assert people.actor("林").holds(role)


def test_a_substitution_ends_with_the_post_it_stands_for(people: Cast) -> None:
    post = Post.objects.get(officer=people.officers["林局"], role=Role.APPROVER)
    services.delegate(
        post=post,
        to_officer=people.officers["林"],
        valid_from=AT.date(),
        valid_to=AT.date() + timedelta(days=30),
        reason="出差",
        actor=people.actor("林局"),
        at=AT,
    )
    assert people.actor("林").holds(Role.APPROVER)

    services.end_post(post=post, actor=people.actor("运"), at=AT)

    assert people.actor("林").holds(Role.APPROVER) is None
