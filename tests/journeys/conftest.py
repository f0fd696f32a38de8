"""One demo city for the journeys: the real launcher with its own folder and port, and a real browser."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from onevisit.project.launcher import places

CHROMIUM = os.environ.get("ONEVISIT_CHROMIUM", "/usr/bin/chromium")
START_SECONDS = 300
STOP_SECONDS = 60
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a journey without its mark: among other tests its browser's event loop keeps Django from the database."""
    folder = Path(__file__).parent
    for item in items:
        uses = {"browser", "city"} & set(getattr(item, "fixturenames", ()))
        if folder in item.path.parents and uses and not item.get_closest_marker("journey"):
            raise pytest.UsageError(f"{item.nodeid} uses {sorted(uses)}: mark it `journey`")


@dataclass(frozen=True)
class City:
    """A running demo city: its address, its folder and its process."""

    url: str
    var: Path
    process: subprocess.Popen[str]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run `onevisit COMMAND` on this city, as its operator does."""
        environment = {**os.environ, "VAR": str(self.var), "ONEVISIT_DEMO": "1"}
        environment.pop("DATABASE_URL", None)
        return subprocess.run(
            [sys.executable, "-m", "onevisit", *command], env=environment, capture_output=True, text=True, check=False
        )

    def superuser_url(self) -> str:
        """Return the URL of the cluster's own superuser, which the product itself never uses."""
        owner = urlsplit(json.loads((self.var / "database.json").read_text())["owner"])
        password = (self.var / places.LINK / "superuser").read_text().strip()
        return f"postgres://postgres:{password}@127.0.0.1:{owner.port}{owner.path}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(process: subprocess.Popen[str], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if "OneVisit is ready" in log.read_text():
            return
        if process.poll() is not None:
            break
        time.sleep(0.2)
    raise AssertionError(f"the city did not start:\n{log.read_text()[-4000:]}")


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """One demo city for the journeys that do not change what the others stand on."""
    with running_city(tmp_path_factory.mktemp("city")) as city:
        yield city


@contextmanager
def running_city(folder: Path) -> Iterator[City]:
    """Start the product as `make run` does, and stop it with SIGTERM."""
    port = _free_port()
    log = folder / "up.log"
    environment = {
        **{key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}},
        "VAR": str(folder / "var"),
        "PORT": str(port),
        "ONEVISIT_DEMO": "1",
        "ONEVISIT_DEMO_PAST": "0",
    }
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "onevisit", "up"], env=environment, stdout=output, stderr=output, text=True
        )
    try:
        _wait_until_ready(process, log)
        yield City(url=f"http://localhost:{port}", var=folder / "var", process=process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        finally:
            places.remove(var=folder / "var")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium of Debian."""
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    # The field app's camera and microphone: a picture and a tone of Chromium itself.
    flags += ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield running
        running.close()


@pytest.fixture
def desk(browser: Browser, city: City) -> Iterator[BrowserContext]:
    """A fresh desk browser at 1440 px."""
    context = browser.new_context(viewport=DESK, base_url=city.url, locale="zh-CN", timezone_id="Asia/Shanghai")  # type: ignore[arg-type]
    yield context
    context.close()


@pytest.fixture(scope="session")
def picture(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Keep a page as `NAME.png` when a folder was asked for (`make screenshots`); else do nothing."""
    folder = str(request.config.getoption("--screenshots"))

    def keep(page: Page, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}.png")

    return keep
