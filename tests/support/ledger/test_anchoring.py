"""Time stamps of checkpoints by an authority on loopback: asked for when due, checked before and after storing."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from onevisit.stages.draws.events import DrawCommitted
from onevisit.support.ledger import anchoring
from onevisit.support.ledger import services as ledger
from onevisit.support.ledger.anchoring import Anchor, AnchorRefused
from onevisit.support.ledger.models import LedgerAnchor, LedgerCheckpoint
from onevisit.support.ledger.sequencer import Sequencer
from tests.cast import AT
from tests.support.ledger import authority
from tests.support.ledger.conftest import LIN, append, superuser

pytestmark = pytest.mark.django_db


def _anchor(url: str, root: Path, seconds: list[float] | None = None) -> Anchor:
    held = seconds or [0.0]
    return Anchor(url=url, root=str(root), seconds=lambda: held[0])


def test_the_latest_checkpoint_is_stamped_and_the_stamp_can_be_checked(
    full: Sequencer, tmp_path: Path, client: Client
) -> None:
    root = authority.make(tmp_path / "tsa")
    with authority.serving(tmp_path / "tsa") as url:
        stored = _anchor(url, root).anchor()
        assert _anchor(url, root).anchor() is None

    assert stored is not None
    assert stored.checkpoint_id == LedgerCheckpoint.objects.latest("size").size
    assert anchoring.check(anchor=stored, root=str(root)) == stored.stamped_at
    given = client.get(f"/open/ledger/anchors/{stored.checkpoint_id}.tsr")
    assert given.content == bytes(stored.response)


def test_another_day_and_a_commitment_are_stamped_and_nothing_between(full: Sequencer, tmp_path: Path) -> None:
    root = authority.make(tmp_path / "tsa")
    with authority.serving(tmp_path / "tsa") as url:
        _anchor(url, root).anchor()
        append("ordinary")
        full.step()
        between = _anchor(url, root).anchor()
        ledger.append(DrawCommitted(subject="D", draw="X-1", digest="00" * 32), actor=LIN, at=AT)
        full.step()
        commitment = _anchor(url, root).anchor()
        append("ordinary")
        full.step()
        with superuser() as execute:
            execute("UPDATE ledger_checkpoint SET at = at + %s WHERE size = %s", [timedelta(days=1), 303])
        daily = _anchor(url, root).anchor()

    assert between is None
    assert commitment is not None
    assert daily is not None
    assert daily.checkpoint_id == 303


def test_answers_that_are_no_stamp_of_this_authority_are_not_stored(full: Sequencer, tmp_path: Path) -> None:
    root, other = authority.make(tmp_path / "tsa"), authority.make(tmp_path / "other")
    latest = LedgerCheckpoint.objects.latest("size")
    with authority.serving(tmp_path / "tsa") as url:
        anchoring.stamp(checkpoint=LedgerCheckpoint.objects.get(size=100), url=url, root=str(root))
    replay = bytes(LedgerAnchor.objects.get().response)

    for folder, always, words in (("tsa", b"x", "RFC 3161"), ("other", None, "不符"), ("tsa", replay, "不是本次")):
        with authority.serving(tmp_path / folder, always=always) as url, pytest.raises(AnchorRefused, match=words):
            anchoring.stamp(checkpoint=latest, url=url, root=str(root))
    with pytest.raises(AnchorRefused, match="根证书"):
        anchoring.stamp(checkpoint=latest, url="http://127.0.0.1:1/", root="")
    assert other.exists()
    assert LedgerAnchor.objects.count() == 1


def test_an_authority_that_does_not_answer_is_asked_again_after_a_while(full: Sequencer, tmp_path: Path) -> None:
    root, seconds = authority.make(tmp_path / "tsa"), [0.0]
    dead = _anchor("http://127.0.0.1:1/", root, seconds)
    assert dead.anchor() is None
    with authority.serving(tmp_path / "tsa") as url:
        dead._url = url
        assert dead.anchor() is None
        seconds[0] = anchoring.RETRY_SECONDS + 1
        assert dead.anchor() is not None


def test_verify_names_the_stamp_that_no_longer_fits_its_checkpoint(
    full: Sequencer, tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    root = authority.make(tmp_path / "tsa")
    settings.TSA_ROOT, settings.KEYS = str(root), tmp_path / "keys"
    settings.LEDGER_ORIGIN = "city.example/ledger"
    with authority.serving(tmp_path / "tsa") as url:
        _anchor(url, root).anchor()
    call_command("ledger", "verify")
    assert "时间戳\t300\t" in capsys.readouterr().out

    with superuser() as execute:
        execute("UPDATE ledger_anchor SET checkpoint_id = 200")
    with pytest.raises(CommandError, match="200"):
        call_command("ledger", "verify")
