"""Steps 1 to 3 of the path at the desk: the campaign, the offer, the parts, the sealed draw."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
from playwright.sync_api import Page, expect

from tests.journeys.conftest import City
from tests.journeys.desk import CAST, DEPARTMENTS, OFFICERS, PARTICIPANTS, Office, confirm, follow, press, until
from tests.journeys.ease.driver import within_budget

TITLE = "加油（气）站安全联合检查"
DIGITS = "314159265358"
INSPECTORS = {
    "lin": "林嘉言 林若谷 谢同舟",
    "wang": "王存真 王同舟 蓝有容",
    "he": "何润泽 何清和 朱存真",
    "su": "苏克勤 苏时雨 蓝允中",
    "zhou": "周若水 周临川 潘立言",
}
"""Two of each go to a target and one is spare; the first two are of the cast, so that one of them goes at least."""
DRAWN = """
    SELECT DISTINCT officer.name FROM draws_drawnslot slot
    JOIN registers_inspector inspector ON inspector.id = slot.inspector_id
    JOIN identity_officer officer ON officer.id = inspector.officer_id
    JOIN draws_draw draw ON draw.id = slot.draw_id
    WHERE draw.number = %s
"""
NECESSITY = ("能合并，已并入其他计划一次检查", "联合五部门", "书面核查不能核实现场安全", "须现场查看设施")


def _save(page: Page, url: str) -> None:
    with page.expect_navigation():
        page.locator("main form.form button.btn-primary").click()
    expect(page).to_have_url(re.compile(f"{re.escape(url)}/?$"))


def start_campaign(office: Office, *, starts: datetime) -> str:
    """协调处 starts the campaign from its template; the system proposes the cluster. Returns the campaign's path."""
    page = office.of("chen")
    page.goto("/plans/campaigns/start")
    template = page.locator("#id_template option", has_text="加油").first.get_attribute("value")
    page.locator("#id_template").select_option(template)
    page.get_by_label("专项名称").fill(TITLE)
    page.locator("#id_initiator").select_option(label="厦门市商务局")
    page.get_by_label("开始日期").fill(f"{starts:%Y-%m-%d}")
    page.get_by_label("结束日期").fill(f"{starts + timedelta(days=2):%Y-%m-%d}")
    press(page, "发起并匹配集群")
    expect(page).to_have_url(re.compile("/cluster"))
    expect(page.locator("main")).to_contain_text("部门 5")
    assert page.get_by_role("button", name="全选").count() == 0
    return re.sub(r"^https?://[^/]+|/cluster.*$", "", page.url)


def write_plan(office: Office, campaign: str) -> None:
    """The clerk writes problem, goal, scope, quota and the four answers, and submits the plan."""
    page = office.of("chen")
    page.goto(f"{campaign}/edit/problem")
    page.locator("#id_problem_source").fill("近三月 12345 投诉 41 件，事故 1 起；上年问题率 18%。")
    _save(page, campaign)
    page.goto(f"{campaign}/edit/goal")
    page.locator("#id_goal").fill("油品、计量和消防安全隐患整改到位")
    page.locator("#id_goal_measure").fill("整改率 95% 以上")
    _save(page, campaign)
    page.goto(f"{campaign}/edit/targets")
    page.get_by_label("A 低").check()
    page.locator("#id_directed_reason").fill("本次针对低风险站点的油品计量，其余站点已由专班逐户检查。")
    _save(page, f"{campaign}/cluster")
    page.goto(f"{campaign}/edit/quota")
    for risk, rate in (("A", "1"), ("B", "0"), ("C", "0"), ("D", "0"), ("-", "0")):
        page.locator(f"#id_rate_{risk}").fill(rate)
    _save(page, campaign)
    page.goto(f"{campaign}/edit/necessity")
    for box, words in zip(page.locator("main form.form textarea").all(), NECESSITY, strict=False):
        box.fill(words)
    _save(page, campaign)
    page.goto(f"{campaign}/edit/field")
    for group in page.locator("main form.form fieldset").all():
        group.get_by_label("4", exact=True).check()
    _save(page, campaign)
    press(page, "提交审批")
    expect(page.locator("main")).to_contain_text("待审批")


def approve_plan(office: Office, campaign: str) -> None:
    """The initiator's head approves before any offer (AI-07)."""
    page = office.of("lin-head")
    page.goto(f"{campaign}/review")
    press(page, "批准")
    expect(page.locator("main")).to_contain_text("已批准")


def send_offer(office: Office, campaign: str) -> str:
    """The draft is made in one click; the initiator's clerk sends it. Returns the offer's path."""
    page = office.of("lin")
    page.goto(campaign)
    press(page, "生成要约草案")
    expect(page).to_have_url(re.compile("/offers/"))
    offer = re.sub(r"^https?://[^/]+|/edit.*$", "", page.url)
    page.goto(offer)
    confirm(page, "发出要约", "发出要约")
    expect(page.locator("main")).to_contain_text("待应约")
    return offer


def answer_offer(office: Office, offer: str, *, declining: Sequence[str] = ()) -> None:
    """Each participant accepts; one proposes other days first and then takes its answer back to accept."""
    accept_from_the_inbox(office, PARTICIPANTS[0])
    for who in PARTICIPANTS[1:]:
        page = office.of(who)
        page.goto(offer)
        if who in declining:
            _decline(page)
            continue
        press(page, "应约", exact=True)
        expect(page.locator("main")).to_contain_text("已应约")


def _decline(page: Page) -> None:
    page.get_by_role("button", name="不应约…").click()
    box = page.locator("dialog[open]")
    box.locator("[name=reason_code]").first.check()
    box.locator("[name=words]").fill("本季度已安排同类检查，力量不足。")
    with page.expect_navigation():
        box.get_by_role("button", name="答复不应约").click()
    expect(page.locator("main")).to_contain_text("不应约")


def accept_from_the_inbox(office: Office, who: str) -> None:
    """Job 1 of the measures of ease: from the row in the inbox to the answer, its sentence read."""
    driver, page = office.driver(who), office.of(who)
    page.goto("/inbox")
    row = page.locator(".todo", has_text=TITLE).first
    with driver.job() as cost:
        driver.read(row)
        with page.expect_navigation():
            row.get_by_role("link", name="应约", exact=True).click()
        with driver.waiting():
            press(page, "应约", exact=True)
    expect(page.locator("main")).to_contain_text("已应约")
    within_budget("accept_offer", cost)


def settle_offer(office: Office, offer: str) -> None:
    """The initiator settles with all five."""
    page = office.of("lin")
    page.goto(offer)
    confirm(page, "成约", "成约")
    expect(page.locator("main")).to_contain_text("已成约")


def approve_parts(office: Office, offer: str, *, departments: Sequence[str] = DEPARTMENTS, method: str = "") -> None:
    """Each department's clerk fills its own 行政检查审批表, its own head approves it; without a method the first."""
    for who in departments:
        clerk = office.of(who)
        clerk.goto(offer)
        follow(clerk.locator("a", has_text="审批表").first)
        part = re.sub(r"^https?://[^/]+", "", clerk.url)
        for box in clerk.locator("input[name=item_ids]").all():
            box.check()
        for name in INSPECTORS[who].split():
            clerk.locator("label", has_text=name).locator("input").check()
        clerk.locator(f"input[name=method][value={method}]" if method else "input[name=method]").first.check()
        clerk.locator("#id_opinion").fill("拟同意，人员已落实。")
        press(clerk, "提交本部门审批人")
        expect(clerk.locator("main")).to_contain_text("待审批")
        head = office.of(f"{who}-head")
        head.goto(part)
        confirm(head, "批准", "批准")
        expect(head.locator("main")).to_contain_text("已批准")


def prepare_draw(office: Office, offer: str, *, t0: datetime, departments: Sequence[str] = DEPARTMENTS) -> str:
    """协调处 numbers the draw and logs its plan at least seven days before t0; departments commit their keys."""
    page = office.of("chen")
    page.goto("/inbox")
    expect(page.locator("main")).to_contain_text(TITLE)
    page.goto(f"/draws/new?offer={offer.rsplit('/', 1)[-1]}")
    page.locator("input[name=t0]").fill(f"{t0:%Y-%m-%dT%H:%M}")
    press(page, "编号并登记计划")
    expect(page).to_have_url(re.compile("/draws/[0-9a-f-]{36}"))
    draw = re.sub(r"^https?://[^/]+", "", page.url).rstrip("/")
    for who in departments:
        clerk = office.of(who)
        clerk.goto(draw)
        with clerk.expect_download():
            clerk.get_by_role("button", name="生成密钥并提交承诺").click()
        expect(clerk.locator("main")).to_contain_text("提交承诺")
    share_keys(office, draw, departments=departments)
    return draw


def share_keys(office: Office, draw: str, *, departments: Sequence[str]) -> None:
    """Each key is split for the other departments; the escrow's browser sees that the shares come to the commitment."""
    escrow = office.of("supervisor")
    escrow.goto(draw)
    with escrow.expect_download():
        escrow.get_by_role("button", name="担任托管并生成收存密钥").click()
    expect(escrow.locator("main")).to_contain_text("已登记为托管单位")
    for who in departments:
        clerk = office.of(who)
        clerk.goto(draw)
        press(clerk, "拆分并存放份额")
        expect(clerk.locator("main")).to_contain_text("份额已分别加密存放")
    escrow.goto(draw)
    press(escrow, "合成并核对承诺")
    expect(escrow.locator("main")).to_contain_text("已登记托管核对结果")


def approve_pool(office: Office, draw: str) -> None:
    """The head of the department that leads approves every list of what stays out of the pool."""
    head = office.of("lin-head")
    head.goto(f"{draw}/pool")
    while (waiting := head.get_by_role("button", name=re.compile("^批准排除"))).count():
        left = waiting.count()
        with head.expect_navigation():
            waiting.first.click()
        expect(waiting).to_have_count(left - 1)
    expect(head.locator("main")).to_contain_text("排除名单均已批准")
    page = office.of("chen")
    page.goto(f"{draw}/pool")
    if page.locator("#consent-reason").count():
        page.locator("#consent-reason").fill("全市本类对象不多，各部门持证人员有限。")
        press(page, "申请第二机关同意")
        notary = office.of("notary")
        notary.goto(f"{draw}/pool")
        press(notary, "同意冻结这些小层、小池")
        expect(notary.locator("main")).to_contain_text("均已同意")


def freeze_and_commit(office: Office, draw: str) -> str:
    """The pool is frozen and its fingerprint committed. Returns the draw's number."""
    approve_pool(office, draw)
    driver, page = office.driver("chen"), office.of("chen")
    page.goto(f"{draw}/preview")
    with driver.job() as cost:
        with page.expect_navigation():
            page.get_by_role("link", name="检查并冻结").click()
        press(page, "确认冻结抽取池")
    expect(page.locator("main")).to_contain_text("已冻结")
    within_budget("freeze_draw", cost)

    def is_lodged() -> bool:
        page.goto(draw)
        return page.get_by_role("button", name=re.compile("^公布承诺")).count() > 0

    until(page, is_lodged, why="the freeze was not lodged")
    confirm(page, "公布承诺", "公布承诺")
    page.goto(draw)
    number = page.locator("span.mono").first.inner_text().strip()
    assert re.fullmatch(r"[0-9A-Za-z._-]+", number), number
    proof = f"/open/draws/{number}/files/manifest.tlog-proof"
    until(page, lambda: page.request.get(proof).ok, why="the log has not signed the commitment")
    return number


def type_value(office: Office, draw: str, *, evidence: Path) -> None:
    """Two people on two devices type the ceremony's digits; then 协调处 logs the source."""
    for who in ("chen", "notary"):
        page = office.of(who)
        page.goto(f"{draw}/type")
        page.locator("#digits").fill(DIGITS)
        page.locator("#evidence").set_input_files(str(evidence))
        press(page, "提交录入")
    page = office.of("chen")
    page.goto(draw)
    press(page, "登记来源")
    expect(page.locator("main")).to_contain_text("来源已录")


def hand_keys(office: Office, draw: str, *, departments: Sequence[str] = DEPARTMENTS) -> None:
    """Only then do the departments hand over their keys."""
    for who in departments:
        page = office.of(who)
        page.goto(f"{draw}/witness")
        press(page, "签认", exact=True)
        _wait_until_handable(page, draw)
        press(page, "交出密钥", exact=True)
        expect(page.locator("#handed-title")).to_be_visible()


def _wait_until_handable(page: Page, draw: str) -> None:
    """Keys are taken once the values of the room have been seen by the witnesses, which takes them some seconds."""

    def is_handable() -> bool:
        page.goto(draw)
        return page.get_by_role("button", name="交出密钥", exact=True).count() > 0

    until(page, is_handable, why="the source was not seen")


def drawn_officers(city: City, number: str) -> dict[str, list[str]]:
    """Read who of the cast was drawn: the departments with those of `OFFICERS` who go, one or two of each."""
    with psycopg.connect(city.superuser_url()) as connection:
        names = {name for (name,) in connection.execute(DRAWN, (number,))}
    found: dict[str, list[str]] = {}
    for who in OFFICERS:
        if CAST[who] in names:
            found.setdefault(who.partition("-")[0], []).append(who)
    return found


def draw_lots(office: Office, draw: str) -> None:
    """At t0 the draw is computed and sealed."""
    page = office.of("chen")
    page.goto(draw)
    press(page, "抽取", exact=True)
    expect(page.locator("main")).to_contain_text("封存")
