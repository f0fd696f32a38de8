"""S2: one inbox across all roles, grouped by when things are due; the preview keeps the list in place."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from onevisit.support import clock
from onevisit.support.deadlines.todos import Todo
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Post
from onevisit.support.identity.roles import Role
from onevisit.support.notices.models import Notice
from onevisit.web.desk import inbox, inbox_sources
from tests.cast import AT, Cast
from tests.web.browser import Visitor

Waits = Callable[[list[Todo]], None]


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Waits:
    """Let the stages say that these to-dos wait for whoever holds the office they name as `sender`."""

    def set_todos(todos: list[Todo]) -> None:
        def source(actor: Actor, at: object) -> list[Todo]:
            roles = {held.role.value for held in actor.capacities}
            return [todo for todo in todos if todo.sender in roles or todo.sender == ""]

        monkeypatch.setattr(inbox_sources, "sources", lambda: (source,))

    return set_todos


def todo(
    sentence: str,
    *,
    due: timedelta | None = None,
    at: datetime | None = None,
    role: str = "",
    statutory: bool = False,
) -> Todo:
    return Todo(
        kind="要约",
        sentence=sentence,
        sender=role,
        url="/inbox",
        verb="offer.accept",
        verb_label="应约",
        subject_id=sentence,
        due_at=None if due is None else (at or clock.now()) + due,
        is_statutory=statutory,
    )


def signed_in(client: Client, people: Cast, name: str = "林") -> Client:
    user = people.officers[name].user
    assert user is not None
    client.force_login(user)
    return client


@pytest.mark.requirement("R9")
def test_one_inbox_holds_what_came_to_all_roles_of_a_person(people: Cast, client: Client, waits: Waits) -> None:
    officer = people.officers["林"]
    Post.objects.create(
        officer=officer, department=officer.department, role=Role.APPROVER, valid_from=AT.date().replace(year=2020)
    )
    waits([todo("答复要约", role="clerk"), todo("审批方案", role="approver"), todo("录入种子", role="notary")])

    page = signed_in(client, people).get("/inbox").content.decode()

    assert "答复要约" in page
    assert "审批方案" in page
    assert "录入种子" not in page


def test_groups_are_overdue_today_three_working_days_later() -> None:
    todos = [
        todo("someday"),
        todo("far", due=timedelta(days=30), at=AT),
        todo("late", due=timedelta(days=-1), at=AT),
        todo("soon", due=timedelta(days=1), at=AT),
        todo("today", due=timedelta(hours=8), at=AT),
    ]

    groups = {group.key: [item.sentence for item in group.todos] for group in inbox.grouped(todos, AT)}

    assert groups == {"late": ["late"], "today": ["today"], "soon": ["soon"], "later": ["far", "someday"]}


def test_three_working_days_leave_the_weekend_out() -> None:
    friday = AT + timedelta(days=3)

    assert inbox.when(todo("x", due=timedelta(days=5), at=friday), friday) == "soon"
    assert inbox.when(todo("x", due=timedelta(days=6), at=friday), friday) == "later"


def test_what_is_due_by_law_stands_before_what_is_internal() -> None:
    todos = [todo("own", due=timedelta(days=-3), at=AT), todo("law", due=timedelta(days=-1), at=AT, statutory=True)]

    assert [item.sentence for item in inbox.grouped(todos, AT)[0].todos] == ["law", "own"]


def test_an_empty_inbox_leads_who_begins_the_work_to_its_beginning(people: Cast, client: Client, waits: Waits) -> None:
    waits([])

    assert 'href="/plans/templates"' in signed_in(client, people, "陈").get("/inbox").content.decode().split("<main")[1]
    assert 'href="/plans/templates"' not in signed_in(client, people, "王一").get("/inbox").content.decode()


def test_an_empty_inbox_says_so_and_what_will_come(people: Cast, client: Client, waits: Waits) -> None:
    waits([])

    page = signed_in(client, people).get("/inbox").content.decode()

    assert "今天没有待办" in page


def test_the_organ_box_shows_what_waits_for_colleagues(people: Cast, client: Client, waits: Waits) -> None:
    waits([todo("答复要约", role="clerk"), todo("审批方案", role="approver")])

    page = signed_in(client, people).get("/inbox?box=organ").content.decode()

    assert "审批方案" in page
    assert "答复要约" not in page


def test_who_holds_no_office_has_no_organ_box(people: Cast, client: Client, waits: Waits) -> None:
    waits([])

    assert "本部门" not in signed_in(client, people, "林一").get("/inbox").content.decode()


def test_counts_say_what_is_gone_and_what_is_new(people: Cast, client: Client, waits: Waits) -> None:
    waits([todo("a", due=timedelta(days=-1)), todo("b")])

    answer = signed_in(client, people).get("/inbox/counts?held=要约:a:offer.accept&held=要约:x:offer.accept").json()

    assert (answer["todos"], answer["late"], answer["fresh"]) == (2, 1, 1)
    assert [gone["key"] for gone in answer["gone"]] == ["要约:x:offer.accept"]


def test_only_ones_own_notices_are_marked_read(people: Cast, client: Client) -> None:
    own = Notice.objects.create(officer=people.officers["林"], kind="x", title="一", created_at=AT)
    foreign = Notice.objects.create(officer=people.officers["王"], kind="x", title="二", created_at=AT)

    signed_in(client, people).post("/notices/read", {"notice": [str(own.pk), str(foreign.pk)]})

    own.refresh_from_db()
    foreign.refresh_from_db()
    assert own.read_at is not None
    assert foreign.read_at is None


def test_the_inbox_costs_the_same_queries_for_many_todos(people: Cast, client: Client, waits: Waits) -> None:
    signed_in(client, people)
    counted = []
    for many in (1, 60):
        waits([todo(f"要约 {ordinal}", due=timedelta(hours=ordinal)) for ordinal in range(many)])
        client.get("/inbox")
        with CaptureQueriesContext(connection) as queries:
            client.get("/inbox")
        counted.append(len(queries))

    assert counted[0] == counted[1] <= 15


def test_rows_are_walked_by_keyboard_and_previewed_beside_the_list(
    people: Cast, visit: Callable[..., Visitor], waits: Waits
) -> None:
    waits([todo("第一件", due=timedelta(days=-1)), todo("第二件", due=timedelta(days=40))])
    visitor = visit("林")
    visitor.open("/inbox")

    first = visitor.do(lambda page: page.inner_text("#preview"))
    visitor.do(lambda page: page.keyboard.press("j"))
    visitor.do(lambda page: page.wait_for_selector("#preview:has-text('第二件')"))
    second = visitor.do(lambda page: page.inner_text("#preview"))

    assert "第一件" in first
    assert "第二件" in second
    assert visitor.problems == []


def test_on_a_phone_the_preview_is_a_page_and_back_brings_the_list(
    people: Cast, visit: Callable[..., Visitor], waits: Waits
) -> None:
    waits([todo("第一件")])
    visitor = visit("林", width=390, height=844)
    visitor.open("/inbox")
    assert not visitor.do(lambda page: page.is_visible("#preview"))

    visitor.do(lambda page: page.click(".todo-sentence"))
    visitor.do(lambda page: page.wait_for_selector("#preview", state="visible"))
    reading = visitor.do(lambda page: (page.is_visible("#preview"), page.is_visible(".todos")))
    visitor.do(lambda page: page.click("[data-inbox-back]"))
    back = visitor.do(lambda page: page.wait_for_selector(".todos", state="visible") is not None)

    assert reading == (True, False)
    assert back
    assert visitor.overflow() <= 0
    assert visitor.problems == []


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("q=审批", ["审批方案"]),
        ("kind=要约", ["答复要约", "审批方案"]),
        ("kind=抽取", []),
        ("role=approver", ["审批方案"]),
        ("term=law", ["审批方案"]),
        ("term=internal", ["答复要约"]),
        ("sender=clerk", ["答复要约"]),
    ],
)
def test_the_inbox_is_narrowed(people: Cast, client: Client, waits: Waits, query: str, shown: list[str]) -> None:
    officer = people.officers["林"]
    Post.objects.create(
        officer=officer, department=officer.department, role=Role.APPROVER, valid_from=AT.date().replace(year=2020)
    )
    waits([todo("答复要约", role="clerk"), todo("审批方案", role="approver", statutory=True)])

    page = signed_in(client, people).get(f"/inbox?{query}").content.decode()

    assert [words for words in ("答复要约", "审批方案") if f">{words}</a>" in page] == shown
    assert ("没有符合条件的待办" in page) is (not shown)


def test_a_role_of_another_organ_finds_nothing(people: Cast, client: Client, waits: Waits) -> None:
    waits([todo("答复要约", role="clerk")])

    answer = signed_in(client, people).get("/inbox?organ=nothing&role=clerk")

    assert answer.status_code == 200
    assert ">答复要约</a>" not in answer.content.decode()
