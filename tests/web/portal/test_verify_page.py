"""The register, the sealed result, and the public page that re-computes an opened draw in a real browser."""

import base64
import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Page, Route

from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, Verification
from onevisit.support.identity.actors import SYSTEM
from tests import draw_scenes
from tests.cast import Cast
from tests.core.draw.vectors import DRAND, DRAWS, PROOFS, content, files_of, receipt_of
from tests.draw_scenes import FREEZE_AT, T0, Log
from tests.stages.draws.test_witnessing import adopt_both, cosign
from tests.web.browser import Visitor

RESULT = "[data-verify-result][data-outcome]"
REPORT = "form[data-report]"


def _compute(page: Page, *, policy: bytes = b"") -> str:
    """Do step 1, then step 2 with the network off: any request from there on fails the test."""
    page.click("[data-load]")
    page.wait_for_selector("[data-verify-result][data-loaded]")
    assert "现在可以断网" in page.inner_text("[data-verify-result]")
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    page.context.set_offline(True)
    page.route("**/*", refuse)
    try:
        if policy:
            page.set_input_files("[data-policy]", {"name": "own.txt", "mimeType": "text/plain", "buffer": policy})
        page.click("[data-verify]")
        page.wait_for_selector(RESULT)
    finally:
        page.unroute("**/*", refuse)
        page.context.set_offline(False)
    assert asked == []
    return page.inner_text(RESULT)


def _recomputed(visitor: Visitor, number: str) -> str:
    visitor.open(f"/open/draws/{number}")
    return visitor.do(_compute)


def _report(visitor: Visitor) -> object:
    """Return what stands in the form 我核验过 after the browser has re-computed the draw."""
    fields = "form => [form.elements.outcome.value, form.elements.failing.value]"
    return visitor.do(lambda page: page.eval_on_selector(REPORT, fields))


class CosigningLog(Log):
    """A log whose two witnesses cosign every checkpoint at once."""

    def step(self) -> None:
        super().step()
        cosign("audit", "court", at=FREEZE_AT)


def _opened(people: Cast, log: Log) -> Draw:
    draw = draw_scenes.sealed(people, log)
    log.step()
    draws.open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=T0)
    log.step()
    return draw


def test_a_citizen_recomputes_a_witnessed_draw_offline_and_a_changed_byte_is_found(
    people: Cast, visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    log = CosigningLog(tmp_path / "keys")
    adopt_both(people)
    draw = _opened(people, log)

    citizen = visit("", width=390, height=844)
    said = _recomputed(citizen, draw.number)
    assert said.startswith("核验通过：这台设备重新计算了 60 个抽签号")
    assert "（V1）" in said
    assert _report(citizen) == ["ok", ""]
    held = citizen.do(lambda page: page.inner_text("[data-verify-beside]"))
    assert "没有核对" not in held
    for name in ("sourced.tlog-proof", "conditions.json", "plan.tlog-proof", "policy.tlog-proof", "sources.json"):
        assert name in held, held
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
    item.frame = bytes(item.frame or b"").replace(b"|B\n", b"|A\n", 1)
    item.save(update_fields=["frame"])
    Draw.objects.filter(pk=draw.pk).update(direction={**draw.direction, "text": "按投诉多少选取"})
    said = _recomputed(citizen, draw.number)
    assert said.startswith("核验不通过：文件 conditions."), said
    assert _report(citizen) == ["failed", "FILES E_MISMATCH"]
    assert citizen.problems == []


def test_a_draw_that_nobody_witnessed_is_recomputed_and_not_called_verified(
    people: Cast, visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    log = Log(tmp_path / "keys")
    draw = draw_scenes.sealed(people, log)
    organiser = visit("陈")
    organiser.open("/draws/")
    listed = organiser.do(lambda page: page.inner_text("main"))
    assert draw.number in listed
    assert "封存中" in listed

    draws.open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=T0)
    log.step()
    citizen = visit("", width=390, height=844)
    said = _recomputed(citizen, draw.number)

    assert said.startswith("重算一致；承诺的见证（V1）没有在本页核验")
    assert "核验通过：" not in said
    assert _report(citizen) == ["", ""]
    assert citizen.problems == []


GOOD = next(case for case in PROOFS["good"] if case["base"] == "open" and not case["change"])
STRONGER = next(case for case in PROOFS["bad"] if case["name"] == "--policy stronger than policy.txt and missed")
UNWITNESSED = next(case for case in PROOFS["good"] if case["base"] == "open, no witnesses" and not case["change"])
PARTIAL = "重算一致；承诺的见证（V1）没有在本页核验"


def _files(case: dict[str, Any], *, without: str = "") -> dict[str, bytes]:
    """Return the files of a draw of the vectors with drand's signature, as the page of a draw publishes them."""
    base = PROOFS["bases"][case["base"]]
    files = {path.rpartition("/")[2]: data for path, data in files_of(base["draw"]).items()}
    given = {name: text.encode() for name, text in base["files"].items()}
    given |= {name: content(changed) for name, changed in case["change"].items() if name != "--policy"}
    proofs = {name: data for name, data in given.items() if not re.fullmatch(without or "-", name)}
    return {**files, **proofs, "receipt.json": receipt_of(base["draw"])}


OWN = PROOFS["bases"]["open"]["files"]["policy.txt"]


def _with_log(name: str) -> bytes:
    """Return the policy of the vectors with another log: of this name, with a key of its own."""
    public = b"\x01" + Ed25519PrivateKey.from_private_bytes(b"\x07" * 32).public_key().public_bytes_raw()
    mark = hashlib.sha256(name.encode() + b"\n" + public).hexdigest()[:8]
    line = f"log {name}+{mark}+{base64.b64encode(public).decode()}"
    return re.sub(r"^log .*$", line, OWN, count=1, flags=re.MULTILINE).encode()


REPLACED = next(case for case in PROOFS["good"] if case["base"] == "open, replaced" and not case["change"])
DIGESTS = [one["digest"] for one in DRAWS[PROOFS["bases"]["open, replaced"]["draw"]]["receipt"]["results"]]


def _verified(citizen: Visitor, files: dict[str, bytes], *, policy: bytes = b"", digests: str = "") -> str:
    """Let the page's own script check files of the vectors, as if a draw's page published them."""
    citizen.open("/open/draws")

    def serve(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        route.fulfill(status=200 if name in files else 404, body=files.get(name, b""))

    def act(page: Page) -> str:
        page.route("**/vectors/*", serve)
        page.evaluate(
            """(digests) => {
              document.querySelector("main").innerHTML = '<section id="verify" data-files="/vectors/"></section>';
              document.getElementById("verify").dataset.digests = digests;
              return import("/static/portal/verify/verify.js");
            }""",
            digests,
        )
        return _compute(page, policy=policy)

    return citizen.do(act)


@pytest.mark.parametrize(
    ("digests", "said"),
    [
        (DIGESTS, "重算一致；与上一次抽取的衔接（V10）没有核验。"),  # its previous.json is no file of the vectors
        ([DIGESTS[0], "0" * 64], "核验不通过：文件 receipt.json 的 results/1/digest"),
        (["0" * 64, DIGESTS[1]], "核验不通过：文件 receipt.json 的 results/0/digest"),
        ([DIGESTS[1]], "核验不通过：文件 receipt.json 的 results/0/digest"),
        ([*DIGESTS, "0" * 64], "核验不通过：文件 receipt.json 的 results/2/digest"),
    ],
)
def test_every_round_is_held_against_what_the_page_publishes_of_it(
    visit: Callable[..., Visitor], digests: list[str], said: str
) -> None:
    found = _verified(visit(""), _files(REPLACED), digests=",".join(digests))

    assert found.startswith(said), found


@pytest.mark.parametrize(
    ("case", "without", "policy", "said"),
    [
        (GOOD, "", b"", "核验通过：这台设备重新计算了"),
        (GOOD, r"manifest\.tlog-proof", b"", "核验不通过：文件 manifest.tlog-proof"),
        (GOOD, r"result-0\.tlog-proof", b"", "核验不通过：文件 result-0.tlog-proof"),
        (GOOD, r"policy\.txt", b"", "核验不通过：文件 policy.txt"),
        (GOOD, r".*tlog-proof", b"", PARTIAL),
        (GOOD, r".*tlog-proof|policy\.txt", b"", PARTIAL),
        (UNWITNESSED, "", b"", PARTIAL),
        (UNWITNESSED, "", PROOFS["bases"]["open"]["files"]["policy.txt"].encode(), "核验通过："),
        (GOOD, "", b"garbage\n", "没有核验：您选的策略文件 own.txt 用不上，它不合策略文件的规则"),
        (
            GOOD,
            "",
            _with_log("other.example/ledger"),
            "没有核验：您选的策略文件 own.txt 用不上，它列的台账",
        ),
        (
            GOOD,
            "",
            _with_log("public.example/ledger"),
            "核验不通过：文件 own.txt：您选的策略文件里，本台账用",
        ),
        (STRONGER, "", content(STRONGER["change"]["--policy"]), "核验不通过：文件 manifest.tlog-proof"),
    ],
)
def test_with_drand_and_the_network_off_a_stripped_proof_is_never_called_verified(
    visit: Callable[..., Visitor], case: dict[str, Any], without: str, policy: bytes, said: str
) -> None:
    found = _verified(visit(""), _files(case, without=without), policy=policy)

    assert found.startswith(said), found
    assert said.startswith("核验通过") or "核验通过：" not in found


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
