"""A real Chromium over the test client: every request of a page is answered inside the test's own transaction.

Playwright has a thread of its own, because its event loop would make Django open connections outside the transaction;
the test's thread answers the page's requests while it waits for the browser.
"""

import mimetypes
import os
import shutil
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, sync_playwright

ORIGIN = "http://localhost"  # a trustworthy origin, so that the browser takes every header
TIMEOUT_SECONDS = 60
PATIENCE_MS = 50_000  # of the browser with a page, shorter than that of the test's thread with the browser
Result = TypeVar("Result")
Answer = tuple[int, dict[str, str], bytes]


def executable() -> str:
    """Return the path of the Chromium that `make setup` installs."""
    found = os.environ.get("ONEVISIT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert found, "no chromium: run `make setup`"
    return found


class BrowserThread:
    """One Chromium in its own thread."""

    def __init__(self) -> None:
        self._jobs: SimpleQueue[Callable[[Browser], object] | None] = SimpleQueue()
        self.events: SimpleQueue[Callable[[], bool]] = SimpleQueue()
        self._thread = Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable(), args=["--no-sandbox"])
            while (job := self._jobs.get()) is not None:
                job(browser)
            browser.close()

    def run(self, act: Callable[[Browser], Result]) -> Result:
        """Do something in the browser's thread; meanwhile answer, in this thread, what its pages ask for."""
        done: Future[Result] = Future()

        def job(browser: Browser) -> None:
            try:
                done.set_result(act(browser))
            except BaseException as error:
                done.set_exception(error)
            self.events.put(lambda: False)

        self._jobs.put(job)
        while self.events.get(timeout=TIMEOUT_SECONDS)():
            pass
        return done.result(timeout=0)

    def ask(self, question: Callable[[], Answer]) -> Answer:
        """Called in the browser's thread: have the test's thread answer and wait for it."""
        answer: Future[Answer] = Future()

        def event() -> bool:
            try:
                answer.set_result(question())
            except BaseException as error:
                answer.set_exception(error)
            return True

        self.events.put(event)
        return answer.result(timeout=TIMEOUT_SECONDS)

    def stop(self) -> None:
        self._jobs.put(None)
        self._thread.join(timeout=TIMEOUT_SECONDS)


class Visitor:
    """One browser page of one person; `problems` collects what the console, the network and the views complained of."""

    def __init__(self, thread: BrowserThread, client: Client, *, width: int, height: int) -> None:
        self.client = client
        self.problems: list[str] = []
        self._thread = thread
        self._context: BrowserContext | None = None
        self._page: Page | None = None
        thread.run(lambda browser: self._start(browser, width=width, height=height))

    def _start(self, browser: Browser, *, width: int, height: int) -> None:
        self._context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        self._page = self._context.new_page()
        self._page.set_default_timeout(PATIENCE_MS)
        self._page.route("**/*", self._route)
        self._page.on("pageerror", lambda error: self.problems.append(str(error)))
        self._page.on("console", lambda line: self.problems.append(line.text) if line.type == "error" else None)

    def _route(self, route: Route) -> None:
        request = route.request
        parts = urlsplit(request.url)
        if f"{parts.scheme}://{parts.netloc}" != ORIGIN:
            self.problems.append(f"foreign request {request.url}")
            route.abort()
            return
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        if parts.path.startswith(settings.STATIC_URL):
            status, headers, body = _static(parts.path)
        else:
            status, headers, body = self._thread.ask(lambda: self._answer(request, target))
        route.fulfill(status=status, headers=headers, body=body)

    def _answer(self, request: Request, target: str) -> Answer:
        """Ask the site; a redirect is followed here, for a fulfilled route cannot carry one."""
        headers = {name: value for name, value in request.headers.items() if name not in {"cookie", "content-length"}}
        if request.method in ("POST", "PATCH"):
            kind = headers.pop("content-type", "application/x-www-form-urlencoded")
            body = request.post_data_buffer or b""
            send = self.client.post if request.method == "POST" else self.client.patch
            answer = send(target, data=body, content_type=kind, headers=headers, follow=True)
        else:
            answer = self.client.get(target, headers=headers, follow=True)
        kept = {name: value for name, value in answer.headers.items() if name.lower() != "content-length"}
        content = b"".join(answer) if answer.streaming else answer.content
        return answer.status_code, kept, content

    def do(self, act: Callable[[Page], Result]) -> Result:
        """Do something with the page, in the browser's thread."""
        page = self._page
        assert page is not None
        return self._thread.run(lambda _browser: act(page))

    def resize(self, *, width: int, height: int) -> None:
        """Give the window another size; a page that is opened next finds it so."""
        self.do(lambda page: page.set_viewport_size({"width": width, "height": height}))

    def open(self, path: str) -> None:
        def act(page: Page) -> None:
            page.goto(ORIGIN + path)
            page.wait_for_load_state("networkidle")

        self.do(act)

    def overflow(self) -> int:
        """Return by how many pixels the page scrolls sideways."""
        script = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        return int(self.do(lambda page: page.evaluate(script)))

    def close(self) -> None:
        context: Any = self._context
        self._thread.run(lambda _browser: context.close())


def _static(path: str) -> Answer:
    found = finders.find(path.removeprefix(settings.STATIC_URL))
    if not isinstance(found, str):
        return 404, {}, b""
    with open(found, "rb") as file:
        kind = "text/javascript" if found.endswith(".js") else mimetypes.guess_type(found)[0]
        return 200, {"Content-Type": kind or "application/octet-stream"}, file.read()
