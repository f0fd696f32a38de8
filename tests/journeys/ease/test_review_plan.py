"""Job 4: approve or return a plan in three clicks; necessity, scope and burden stand inside 1440 × 900 at once."""

from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Page
from pytest_django import Settings

from onevisit.stages.plans.models import Campaign
from onevisit.support import clock
from tests import scenes
from tests.cast import Cast
from tests.journeys.ease.driver import Cost, Driver, within_budget
from tests.web.browser import BrowserThread, Visitor

WIDTH, HEIGHT = 1440, 900
PROBLEM = "今年以来投诉 41 件、事故 1 起，上年同领域抽查问题率 18%，集中在计量、油品质量和散装汽油实名三个方面。"
GOAL = "查清辖区加油（气）站计量和油品质量状况，隐患整改率达到 95% 以上，年内投诉下降三成。"
ANSWER = "已与消防支队十二月计划并为一次；证照、年报和在线监测数据已共享，现场只查书面查不清的事项。"


@pytest.fixture
def thread() -> Iterator[BrowserThread]:
    running = BrowserThread()
    yield running
    running.stop()


@pytest.fixture
def head(thread: BrowserThread, people: Cast, settings: Settings) -> Iterator[Visitor]:
    """The approver at his desk."""
    settings.DEMO = True
    clock.forget()
    client, user = Client(), people.officers["林局"].user
    assert user is not None
    client.force_login(user)
    visitor = Visitor(thread, client, width=WIDTH, height=HEIGHT)
    yield visitor
    visitor.close()


@pytest.fixture
def plan(people: Cast) -> Campaign:
    """A plan with words as long as officers write them, five departments, and answers to all four questions."""
    campaign = scenes.submitted(people)
    campaign.problem_source, campaign.goal, campaign.goal_measure = PROBLEM, GOAL, "油品合格率、隐患整改率"
    campaign.necessity = dict.fromkeys(campaign.necessity, ANSWER)
    campaign.save(update_fields=["problem_source", "goal", "goal_measure", "necessity"])
    return campaign


def _boxes(page: Page) -> dict[str, dict[str, float]]:
    """Return what has to be seen at once, each with how much of it is cut off inside its own box."""
    script = """element => {
      const box = element.getBoundingClientRect();
      return {left: box.left, top: box.top, right: box.right, bottom: box.bottom,
              hidden: element.scrollHeight - element.clientHeight};
    }"""
    names = {
        name: f"[data-review] > section[aria-labelledby='{name}-title']" for name in ("necessity", "scope", "burden")
    }
    names["acts"] = "[data-action-bar]"
    return {name: page.locator(selector).evaluate(script) for name, selector in names.items()}


def test_the_three_columns_and_the_buttons_stand_inside_the_viewport(head: Visitor, plan: Campaign) -> None:
    head.open(f"/plans/campaigns/{plan.pk}/review")

    boxes = head.do(_boxes)

    for name, box in boxes.items():
        assert box["left"] >= 0, name
        assert box["right"] <= WIDTH, name
        assert 0 <= box["top"] < box["bottom"] <= HEIGHT, (name, box)
        assert box["hidden"] <= 1, (name, box)
    columns = [boxes[name] for name in ("necessity", "scope", "burden")]
    assert columns[0]["right"] <= columns[1]["left"]
    assert columns[1]["right"] <= columns[2]["left"]
    assert all(box["bottom"] <= boxes["acts"]["top"] for box in columns), "the bar of buttons covers no column"
    assert head.problems == []


def test_a_plan_is_approved_from_the_inbox(head: Visitor, plan: Campaign) -> None:
    driver = head.do(lambda page: Driver(page.context))
    head.open("/inbox")

    def approve(page: Page) -> Cost:
        with driver.job() as cost:
            page.locator(".todo", has_text=plan.title).get_by_role("link", name="审阅").click()
            page.get_by_role("button", name="批准").click()
            page.get_by_text("已批准并备案").first.wait_for()
            page.wait_for_load_state("networkidle")
        return cost

    cost = head.do(approve)

    plan.refresh_from_db()
    assert plan.state == "approved"
    assert cost.clicks == 2
    within_budget("review_plan", cost)


def test_a_plan_is_returned_with_its_reason_from_its_page(head: Visitor, plan: Campaign) -> None:
    driver = head.do(lambda page: Driver(page.context))
    head.open(f"/plans/campaigns/{plan.pk}/review")

    def give_back(page: Page) -> Cost:
        with driver.job() as cost:
            page.get_by_role("button", name="退回…").click()
            page.get_by_role("radio", name="过宽").click()
            page.get_by_role("textbox", name="意见", exact=True).fill("请缩小到问题集中的街道")
            page.get_by_role("button", name="退回方案").click()
            page.get_by_text("已退回").first.wait_for()
            page.wait_for_load_state("networkidle")
        return cost

    cost = head.do(give_back)

    plan.refresh_from_db()
    assert (plan.state, plan.returned_code) == ("returned", "too_broad")
    within_budget("review_plan", cost)
