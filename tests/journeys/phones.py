"""Step 5 of the path: two phones in flight mode, and the phones of the other three departments over the same API."""

import base64
import hashlib
import re
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from playwright.sync_api import APIRequestContext, Browser, expect

from tests.journeys.desk import CAST
from tests.journeys.field_phone import MockServer, Phone, new_phone

# A 1 x 1 pixel PNG: the smallest signature picture.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class FieldPhone(Phone):
    """The phone of one of the cast against the real server."""

    def __init__(self, browser: Browser, url: str, *, who: str, name: str) -> None:
        super().__init__(new_phone(browser), MockServer(url=url))
        self.who, self.name = who, name
        self.part: dict[str, Any] = {}

    def sign_in(self, who: str) -> None:
        self.page.goto(f"{self.server.url}/accounts/login/")
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=re.compile(self.name)).first.click()

    def start(self) -> None:
        """Sign in once, set the PIN, take the tasks along, and let the service worker take over."""
        self.enrol(self.who)
        answer = self.context.request.get(f"{self.server.url}/field/api/packages")
        self.part = answer.json()["packages"][0]
        target = self.part["visit"]["target"]
        place = {"latitude": float(target["latitude"]), "longitude": float(target["longitude"]), "accuracy": 12}
        self.context.set_geolocation(place)  # type: ignore[arg-type]
        self.page.reload()
        self.unlock()
        self.wait_for_worker()

    @property
    def items_count(self) -> int:
        inspection = self.part["inspection"]
        return len(inspection["shared_facts"]) + len(inspection["checklist"]["items"])

    def colleague(self) -> str:
        members = self.part["inspection"]["members"]
        return next(str(member["certificate_no"]) for member in members if member["name"] != self.name)

    def enter_shop(self) -> None:
        """F3 and F4: no interest, badge and code shown, colleague confirmed, rights told."""
        page = self.page
        page.get_by_role("link", name=str(self.part["visit"]["target"]["name"])).first.click()
        page.get_by_role("button", name="无", exact=True).click()
        page.get_by_role("link", name="去入场亮码").click()
        page.get_by_role("button", name="已请当事人核验").click()
        page.get_by_role("button", name="同事确认").click()
        page.get_by_role("button", name="同事填写执法证号").click()
        page.get_by_label("执法证号").fill(self.colleague())
        page.get_by_role("button", name="确认到场").click()
        page.get_by_role("button", name="朗读文").click()
        page.get_by_role("button", name="已向当事人告知").click()
        page.get_by_role("button", name="开始检查").click()
        page.wait_for_url("**/checklist**")

    def fill(self, *, problem_at: int | None = None) -> None:
        """Answer every item; the one at `problem_at` is a problem with clause, words and a photo."""
        for number in range(self.items_count):
            if number == problem_at:
                self.answer("problem")
                self.page.get_by_role("button", name="发现问题已责令改正").click()
                self.page.locator("textarea").first.fill("现场未见本月记录")
                self.photograph()
                self.page.get_by_role("button", name="下一项").click()
            elif self.page.locator("[data-answer=ok]").get_attribute("aria-pressed") == "true":
                self.page.get_by_role("button", name="下一项").click()  # a shared fact, asked once for all departments
            else:
                self.answer("ok")

    def hand_in(self) -> None:
        self.page.get_by_role("link", name="核对并提交").click()
        self.sign_everything()
        self.submit()


@dataclass
class OtherPhone:
    """A department's phone that speaks the same API without a screen."""

    request: APIRequestContext
    url: str
    device: str
    sequence: int = 0

    def _get(self, path: str) -> dict[str, Any]:
        answer = self.request.get(f"{self.url}/field/api/{path}")
        assert answer.ok, answer.text()
        return dict(answer.json())

    def _headers(self) -> dict[str, str]:
        return {"X-CSRFToken": str(self._get("session")["csrf"]), "Origin": self.url, "Referer": f"{self.url}/field/"}

    def _send(self, part: str, kind: str, payload: dict[str, Any], *, at: datetime) -> None:
        self.sequence += 1
        body = {
            "inspection": part,
            "kind": kind,
            "payload": payload,
            "device": self.device,
            "sequence": self.sequence,
            "recorded_at": (at + timedelta(seconds=self.sequence)).isoformat(),
            "clock_offset_ms": 0,
            "place": None,
        }
        answer = self.request.put(
            f"{self.url}/field/api/submissions/{uuid.uuid4()}", data=body, headers=self._headers()
        )
        assert answer.ok, f"{kind}: {answer.status} {answer.text()}"

    def _signature(self, part: str, *, at: datetime) -> str:
        file_id = str(uuid.uuid4())
        about = {
            "id": file_id,
            "inspection": part,
            "item_id": None,
            "sha256": hashlib.sha256(PIXEL).hexdigest(),
            "size": len(PIXEL),
            "mime": "image/png",
            "captured_at": at.isoformat(),
            "clock_offset_ms": 0,
            "place": None,
            "source": "signature",
            "width": 1,
            "height": 1,
        }
        made = self.request.post(f"{self.url}/field/api/files", data=about, headers=self._headers())
        assert made.ok, made.text()
        headers = {**self._headers(), "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
        sent = self.request.patch(f"{self.url}/field/api/files/{file_id}", data=PIXEL, headers=headers)
        assert sent.ok, sent.text()
        return file_id

    def tasks(self) -> int:
        """Return the number of tasks that this phone holds."""
        return len(self._get("packages")["packages"])

    def inspect(self, *, at: datetime) -> None:
        """Walk the whole part: entry, every item in order, signatures, submission."""
        package = self._get("packages")["packages"][0]
        inspection = package["inspection"]
        part, members = inspection["id"], [member["officer_id"] for member in inspection["members"]]
        self._send(
            part, "entry", {"confirmed_by": members, "code_shown_at": at.isoformat(), "place_reason": "drift"}, at=at
        )
        known = {row["item_id"]: row["version"] for row in inspection["answers"]}
        items = [*inspection["shared_facts"], *inspection["checklist"]["items"]]
        for item in items:
            self._send(part, "answer", _all_clear(item["id"], known.get(item["id"], 0)), at=at)
        self._send(part, "opinion", {"has_objection": False, "text": ""}, at=at)
        picture = self._signature(part, at=at)
        for role, officer in [("party", None), *[("officer", member) for member in members]]:
            self._send(
                part,
                "signature",
                {
                    "role": role,
                    "name": "张经理" if role == "party" else "",
                    "officer_id": officer,
                    "strokes_png_file": picture,
                    "refused_reason": None,
                },
                at=at,
            )
        counts = {"ok": len(items), "problem": 0, "not_applicable": 0, "not_checked": 0}
        checklist = inspection["checklist"]["sha256"]
        self._send(part, "submit", {"checklist_sha256": checklist, "counts": counts, "files": [picture]}, at=at)


def _all_clear(item_id: str, version: int) -> dict[str, Any]:
    return {
        "item_id": item_id,
        "answer": "ok",
        "result_type": None,
        "note": "",
        "skip_reason": None,
        "is_batch": False,
        "batch_note": None,
        "base_version": version,
        "files": [],
    }


def name_of(who: str) -> str:
    """Return the demo name of one of the cast."""
    return CAST[who]


def delivered(phone: FieldPhone) -> None:
    """Wait until the server holds every byte of the part."""
    expect(phone.submit_state()).to_have_attribute("data-submit-state", "delivered", timeout=60_000)
