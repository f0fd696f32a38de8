"""The register, the sealed result, and the public page that re-computes an opened draw in a real browser."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Verification
from onevisit.support.identity.actors import SYSTEM
from tests import draw_scenes
from tests.cast import Cast
from tests.core.draw.vectors import DRAND
from tests.draw_scenes import T0, Log
from tests.web.browser import Visitor

RESULT = "[data-verify-result][data-outcome]"
REPORT = "form[data-report]"


def _recomputed(visitor: Visitor, number: str) -> str:
    visitor.open(f"/open/draws/{number}")

    def act(page: Page) -> str:
        page.click("[data-verify]")
        page.wait_for_selector(RESULT)
        return page.inner_text(RESULT)

    return visitor.do(act)


def _report(visitor: Visitor) -> object:
    """Return what stands in the form 我核验过 after the browser has re-computed the draw."""
    fields = "form => [form.elements.outcome.value, form.elements.failing.value]"
    return visitor.do(lambda page: page.eval_on_selector(REPORT, fields))


def test_a_citizen_recomputes_an_opened_draw_and_a_changed_byte_is_found(
    people: Cast, visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    draw = draw_scenes.sealed(people, Log(tmp_path / "keys"))
    organiser = visit("陈")
    organiser.open("/draws/")
    listed = organiser.do(lambda page: page.inner_text("main"))
    assert draw.number in listed
    assert "封存中" in listed

    draws.open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=T0)
    citizen = visit("", width=390, height=844)
    assert _recomputed(citizen, draw.number).startswith("核验通过：这台设备重新计算了 60 个抽签号")
    assert _report(citizen) == ["ok", ""]
    citizen.do(lambda page: page.click(f"{REPORT} button"))
    citizen.do(lambda page: page.wait_for_selector("#report [role=status]"))
    assert Verification.objects.get().outcome == "ok"

    item = draw.items.first()
    assert item is not None
    item.frame = bytes(item.frame or b"").replace(b"|A\n", b"|B\n", 1)
    item.save(update_fields=["frame"])
    said = _recomputed(citizen, draw.number)
    assert said.startswith(f"核验不通过：文件 {item.item}.txt 的 frame_sha256")
    assert _report(citizen) == ["failed", "V3 E_FRAME_HASH"]
    assert citizen.problems == []


def test_a_browser_checks_the_signature_of_drand_with_the_library_of_this_server(visit: Callable[..., Visitor]) -> None:
    citizen = visit("")
    citizen.open("/open/draws")
    beacon = next(one for one in DRAND["beacons"] if one["chain"] == "quicknet")
    check = """async (beacon) => {
      const { checkBeacon } = await import("/static/portal/verify/srd1.js");
      const of = (one) => checkBeacon(one).then(() => "true", (refused) => refused.code);
      return [await of(beacon), await of({ ...beacon, round: beacon.round + 1 })];
    }"""

    found = citizen.do(lambda page: page.evaluate(check, beacon))

    assert found == ["true", "E_SIGNATURE"]
