"""Page times at demo size, signed in as a clerk, beside a page that does nothing.

    python -m benchmarks.pages

Each page is asked one after the other over one connection; the figure is the 95th percentile of the time until the
whole answer is there. The peer is `/healthz` of the same server in the same run.
"""

import http.cookiejar
import re
import sys
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass

from benchmarks.copies import Copy, demo_copy
from benchmarks.harness import Figure, report

ROUNDS = 30
MOST_MILLISECONDS = 500.0
_ACCOUNT = "demo-chen"
_PASSWORD = re.compile(r"password of each: (\S+)")
PAGES = (
    ("inbox", "/inbox"),
    ("list of targets (3,000)", "/registers/targets"),
    ("search of targets", "/registers/targets?q=%E5%8A%A0%E6%B2%B9"),
    ("list of inspectors", "/registers/inspectors"),
    ("list of items", "/registers/items"),
    ("list of organs (147)", "/settings/organs"),
    ("list of campaigns", "/plans/campaigns"),
    ("list of offers", "/offers"),
    ("list of draws", "/draws"),
    ("portal", "/open/"),
)


@dataclass(frozen=True)
class Visitor:
    """A signed-in browser without a screen."""

    copy: Copy
    opener: urllib.request.OpenerDirector

    def milliseconds(self, path: str) -> float:
        """Return the time of one page.

        Raises:
            SystemExit: the page does not answer 200 to this account.
        """
        began = time.perf_counter()
        with self.opener.open(self.copy.url + path, timeout=30) as answer:
            answer.read()
            if answer.status != 200 or "/accounts/login" in answer.url:
                raise SystemExit(f"{path} answers {answer.status} at {answer.url}")
        return (time.perf_counter() - began) * 1000


def main() -> int:
    """Measure every page of the list; a page that does not exist is an error, not a fast page."""
    with demo_copy() as copy:
        visitor = _signed_in(copy)
        peer = _p95(visitor, "/healthz")
        figures = [
            Figure(name, _p95(visitor, path), peer, "an empty page", MOST_MILLISECONDS, "ms") for name, path in PAGES
        ]
    return report("pages", figures)


def _p95(visitor: Visitor, path: str) -> float:
    visitor.milliseconds(path)
    times = sorted(visitor.milliseconds(path) for _ in range(ROUNDS))
    return times[int(len(times) * 0.95) - 1]


def _signed_in(copy: Copy) -> Visitor:
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    login = f"{copy.url}/accounts/login/"
    opener.open(login, timeout=30).close()
    token = next(cookie.value for cookie in jar if "csrf" in cookie.name)
    terminal = (copy.var.parent / "terminal").read_text(encoding="utf-8")
    password = _PASSWORD.findall(terminal)[0]
    form = {"login": _ACCOUNT, "password": password, "csrfmiddlewaretoken": token}
    request = urllib.request.Request(login, urllib.parse.urlencode(form).encode(), {"Referer": login})
    opener.open(request, timeout=30).close()
    return Visitor(copy=copy, opener=opener)


if __name__ == "__main__":
    sys.exit(main())
