"""The freeze against an organiser with the database: real witnesses, and the product's own errand over HTTP."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from onevisit.core.draw import forms
from onevisit.core.draw import lodging as core
from onevisit.project import replay
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.lodged import lodging
from onevisit.stages.draws.lodged.lodging_errand import LodgingErrand
from onevisit.stages.draws.models import Draw, Lodging
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.support import clock
from onevisit.support.ledger import adopting
from onevisit.support.ledger import selectors as ledger_state
from onevisit.support.ledger.models import LedgerIdentity
from onevisit.witness import folder as folders
from tests import draw_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import FREEZE_AT, Log
from tests.stages.draws.lodgers import NOW
from tests.support.ledger.conftest import LIN, superuser
from tests.witness import logs
from tests.witness.logs import onevisit

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Log:
    monkeypatch.setattr(clock, "now", lambda: FREEZE_AT)
    return Log(tmp_path / "keys")


class Place:
    """The witness that lodges, which can be switched off and on at one address."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self._port = folder, port
        self._running = ExitStack()

    def up(self) -> None:
        self._running.enter_context(logs.started(self.folder, port=self._port))

    def down(self) -> None:
        self._running.close()


@pytest.fixture
def audit(log: Log, tmp_path: Path) -> Iterator[Place]:
    """One witness lodges, another only cosigns; the second is never asked here."""
    vkey = LedgerIdentity.objects.get().vkey
    keys = {name: logs.made(tmp_path / name, vkey, name=f"{name}.example/witness") for name in ("audit", "court")}
    with logs.running(tmp_path / "audit") as url:
        port = int(url.rstrip("/").rpartition(":")[2])
    lines = [f"log {vkey}", f"witness audit {keys['audit']} {url}", f"witness court {keys['court']}"]
    lines += ["group all 2 audit court", "quorum all", ""]
    adopting.adopt(data="\n".join(lines).encode(), lodge=("audit",), actor=LIN, at=AT.replace(year=AT.year - 1))
    place = Place(tmp_path / "audit", port)
    yield place
    place.down()


def _commit(draw: Draw, people: Cast) -> Draw:
    return draws.commit(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)


def _errand() -> LodgingErrand:
    return LodgingErrand(seconds=iter(range(0, 10**6, 100)).__next__)


def test_a_freeze_waits_for_a_witness_that_is_down_and_goes_on_when_it_is_up(
    people: Cast, log: Log, audit: Place
) -> None:
    draw, errand = draw_scenes.frozen(people), _errand()
    log.step()
    assert errand.run() == 0
    assert "连不上" in lodging.standing_of(draw, at=FREEZE_AT).trouble
    with pytest.raises(DrawRefused, match="连不上"):
        _commit(draw, people)

    audit.up()
    assert errand.run() == 1

    assert _commit(draw, people).state == "waiting"
    assert f"lodge {draw.number} {draw.manifest_digest}" in onevisit("show", audit.folder).stdout


def test_a_frame_exchanged_in_the_database_after_the_freeze_is_not_lodged(people: Cast, log: Log, audit: Place) -> None:
    draw, errand = draw_scenes.frozen(people), _errand()
    log.step()
    audit.up()
    with superuser() as execute:
        execute("UPDATE draws_drawitem SET frame = frame || 'site:9|low\n'::bytea")

    assert errand.run() == 0

    assert "不收这个包" in Lodging.objects.get().trouble
    with pytest.raises(DrawRefused, match="还没有寄存"):
        _commit(draw, people)
    assert not list((audit.folder / "lodged").glob("*.zip"))


def test_a_manifest_that_the_log_never_recorded_is_not_lodged(people: Cast, log: Log, audit: Place) -> None:
    draw, errand = draw_scenes.frozen(people), _errand()
    log.step()
    audit.up()
    with superuser() as execute:
        execute("UPDATE draws_draw SET manifest_digest = repeat('0', 64)")
    draw.refresh_from_db()

    assert errand.run() == 0

    assert "没有冻结这份清单" in Lodging.objects.get(manifest_digest="0" * 64).trouble
    with pytest.raises(DrawRefused, match="还没有寄存"):
        _commit(draw, people)


def test_a_row_that_only_says_lodged_commits_nothing_and_the_replay_names_it(
    people: Cast, log: Log, audit: Place
) -> None:
    """No witness has the files; the table says so without a receipt, with none that reads, or with a forged one."""
    draw = draw_scenes.frozen(people)
    log.step()
    assert _errand().run() == 0
    forger = folders.make(folder=audit.folder.parent / "forger", name="audit.example/witness")
    listing = core.listing_digest(manifest=forms.parse_manifest(data=bytes(draw.manifest or b"")))
    text = core.statement(
        origin=ledger_state.origin(), draw=draw.number, manifest=draw.manifest_digest, listing=listing, time=NOW
    )
    for receipt, words in ((b"", "还没有寄存"), (b"ok", "回执不对"), (forger.sign_note(text=text), "回执不对")):
        with superuser() as execute:
            execute("UPDATE draws_lodging SET lodged_at = now(), receipt = %s", [receipt.decode()])

        with pytest.raises(DrawRefused, match=words):
            _commit(draw, people)
        assert any(one.record.startswith("lodging") for one in replay.replay()), receipt


def test_what_is_lodged_outlives_the_database(people: Cast, log: Log, audit: Place) -> None:
    """The operator loses frames and exclusions; the witness has every file that the manifest binds."""
    draw = draw_scenes.frozen(people)
    log.step()
    audit.up()
    assert _errand().run() == 1
    with superuser() as execute:
        execute("UPDATE draws_drawitem SET frame = NULL")
        execute("UPDATE draws_draw SET roster = NULL, exclusions = NULL")

    (package,) = (audit.folder / "lodged").glob("*.zip")

    assert core.read_package(data=package.read_bytes()).digest == draw.manifest_digest
