"""The menu is the order of the life; what a person may never use is absent."""

from django.conf import settings
from django.test import Client

from onevisit.support.identity.roles import Role
from onevisit.web.desk.mechanisms import GROUPS
from onevisit.web.ui import icons, menu
from tests.cast import Cast


def _labels(people: Cast, name: str) -> list[str]:
    return [line.entry.key for line in menu.lines(actor=people.actor(name), path="/inbox")]


def test_the_stages_stand_in_the_order_of_the_life() -> None:
    assert [entry.stage for entry in menu.MENU if entry.stage] == settings.STAGES


def test_every_entry_leads_to_a_page() -> None:
    paths = {entry.path for parent in menu.MENU for entry in (parent, *parent.children)}

    assert [path for path in sorted(paths) if not menu.is_served(path)] == []


def test_every_door_of_a_mechanism_leads_to_a_page() -> None:
    doors = {door.path for group in GROUPS for found in group.mechanisms for door in found.doors}

    assert [path for path in sorted(doors) if not menu.is_served(path)] == []


def test_there_are_nine_mechanisms_in_three_groups() -> None:
    assert [len(group.mechanisms) for group in GROUPS] == [7, 1, 1]


def test_every_entry_has_its_icon() -> None:
    keys = {entry.key for entry in menu.MENU} | {child.key for entry in menu.MENU for child in entry.children}

    assert keys - set(icons.nouns()) - {"review"} == set()


def test_an_entry_that_a_person_may_never_use_is_absent(people: Cast) -> None:
    assert "settings" not in _labels(people, "吴")
    assert "settings" in _labels(people, "运")


def test_everybody_finds_the_inbox_first(people: Cast) -> None:
    for name in ("陈", "林", "林一", "运", "吴"):
        assert _labels(people, name)[0] == "inbox"


def test_the_entry_of_the_page_is_marked(people: Cast) -> None:
    lines = menu.lines(actor=people.actor("运"), path="/settings/organs")

    assert [line.entry.key for line in lines if line.is_current] == ["settings"]


def test_children_that_may_not_be_used_are_absent() -> None:
    findings = next(entry for entry in menu.MENU if entry.key == "findings")

    assert Role.INSPECTOR not in findings.children[0].roles


def test_the_chosen_capacity_comes_first(people: Cast, client: Client) -> None:
    from onevisit.support.identity.models import Post
    from onevisit.web.ui.actors import key_of
    from tests.cast import AT

    officer = people.officers["林"]
    Post.objects.create(
        officer=officer, department=officer.department, role=Role.APPROVER, valid_from=AT.date().replace(year=2020)
    )
    assert officer.user is not None
    client.force_login(officer.user)
    second = people.actor("林").capacities[1]

    client.post("/identity/capacity", {"capacity": key_of(second)})
    page = client.get("/mechanisms")

    assert page.context["shell"].actor.capacities[0] == second
    assert len(page.context["shell"].actor.capacities) == 2


def test_a_capacity_that_is_not_held_is_not_taken(people: Cast, client: Client) -> None:
    user = people.officers["林"].user
    assert user is not None
    client.force_login(user)

    client.post("/identity/capacity", {"capacity": "00000000-0000-0000-0000-000000000000:approver:"})

    assert "capacity" not in client.session
