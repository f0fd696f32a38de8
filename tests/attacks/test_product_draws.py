"""Attacks on a draw of the product itself: lists picked by hand, changed fields, second manifests and orders."""

import json
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client

from onevisit.core.draw import beside, bundle, forms, history, results, tickets
from onevisit.core.draw.receipt import assignment_of
from onevisit.core.draw.results import Receipt, encode_receipt
from onevisit.core.draw.tickets import Drawn, StratumDraw
from onevisit.core.draw.verify import Check, Status, verify
from onevisit.core.refusals import Refused
from onevisit.stages.draws import events
from onevisit.stages.draws import services as draws
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger import services as ledger
from onevisit.verifier.outcome import UNVERIFIED
from onevisit.verifier.verify_command import verify_command
from tests import cast, draw_scenes
from tests.attacks.test_room_values import _with_a_round
from tests.attacks.test_verifier import _changed, _leaves
from tests.cast import Cast
from tests.core.draw.vectors import encoded
from tests.draw_scenes import FREEZE_AT, T0, Beacon, Log

CODE = re.compile(r"E_[A-Z_]+\b")


@dataclass(frozen=True)
class Told:
    """What everybody has of an opened draw of five departments with their keys: the files of its bundle."""

    files: dict[str, bytes]

    @property
    def receipt(self) -> Receipt:
        return forms.parse_receipt(data=self.files["receipt.json"])

    @property
    def frames(self) -> dict[str, bytes]:
        return {item.item: self.files[f"{item.item}.txt"] for item in self.receipt.manifest.items}

    @property
    def proofs(self) -> dict[str, bytes | Refused]:
        named = (name for name in self.files if name.endswith(".tlog-proof") or name == "policy.txt")
        return {name: self.files[name] for name in named}

    def checks(self, receipt: bytes, *, is_shown_whole: bool = True) -> tuple[Check, ...]:
        """Check a receipt with everything of the bundle, or as if the organiser showed nothing but the receipt."""
        if not is_shown_whole:
            return verify(receipt=receipt)
        return verify(receipt=receipt, frames=self.frames, plan=self.files["plan.json"], proofs=self.proofs)

    def written(self, folder: Path, *without: str, **other: bytes) -> str:
        """Pack the bundle again with other files, the lists of digests written anew as a forger would."""
        gone = (bundle.SUMS, bundle.FIELDS, *without)
        kept = {name: data for name, data in {**self.files, **other}.items() if name not in gone}
        path = folder / "bundle.zip"
        path.write_bytes(bundle.write_bundle(files=kept))
        return str(path)


@pytest.fixture(scope="module")
def told(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Told:
    """Draw once for the module: sealed, five departments, five keys; opened and downloaded, then taken back."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        people = cast.build()
        log = Log(tmp_path_factory.mktemp("log"))
        with people.remembered():
            sealed = draw_scenes.sealed(people, log)
            log.step()
            draw = draws.open_draw(draw=sealed, open_visits=0, actor=SYSTEM, at=T0)
            log.step()
            data = Client().get(f"/open/draws/{draw.number}/bundle.zip").content
        transaction.set_rollback(True)
    return Told(files=bundle.read_bundle(data=data))


def test_the_draw_of_these_attacks_holds_before_they_begin(told: Told, tmp_path: Path) -> None:
    assert len(told.receipt.keys) == len(told.receipt.manifest.items) == 5
    assert told.receipt.results[0].seal
    assert [check for check in told.checks(told.files["receipt.json"]) if check.status is Status.FAILED] == []
    assert verify_command(["--bundle", told.written(tmp_path)]) == UNVERIFIED


def _picked(stratum: StratumDraw, frame: bytes, *, namespace: str, seed: str) -> StratumDraw:
    """Leave the last drawn object of a stratum out and take the next friend, with his own right ticket."""
    taken = {one.object_id for one in stratum.selected}
    lines = (line.split("|") for line in frame.decode().splitlines())
    others = [name for name, own in lines if own == stratum.stratum and name not in taken]
    if not others or not stratum.selected:
        return stratum
    mark, friend = min((tickets.ticket(namespace=namespace, seed=seed, object_id=one), one) for one in others)
    selected = (*stratum.selected[:-1], Drawn(object_id=friend, ticket=mark))
    return replace(stratum, selected=selected, cut=mark)


def _by_hand(told: Told) -> bytes:
    """Write the receipt of a list picked by hand: tickets, cuts, officers, digest and seal all computed anew."""
    receipt = told.receipt
    first = receipt.results[0].result
    items = tuple(
        replace(
            drawn,
            strata=tuple(
                _picked(one, told.frames[drawn.item], namespace=item.namespace, seed=first.seed) for one in drawn.strata
            ),
        )
        for item, drawn in zip(receipt.manifest.items, first.items, strict=True)
    )
    assert items != first.items
    state = history.unstarted(manifest=receipt.manifest, roster=receipt.roster, seed=first.seed)
    assigned = assignment_of(state=state, items=items, seed=first.seed)
    forged = results.recorded(result=replace(first, items=items, assignment=assigned), mode=receipt.manifest.mode)
    return encode_receipt(receipt=replace(receipt, results=(forged,)))


def test_a_list_picked_by_hand_is_refused_by_the_frames_and_by_the_ledger(told: Told) -> None:
    forged = _by_hand(told)

    latest = told.checks(forged)[-1]
    without_frames = verify(receipt=forged, proofs=told.proofs)[-1]

    assert (latest.number, latest.status, latest.text[:10]) == (7, Status.FAILED, "E_MISMATCH")
    assert (without_frames.number, without_frames.status) == (11, Status.FAILED), "its seal is not the logged one"


def test_a_list_picked_by_hand_shown_with_nothing_beside_it_is_not_called_checked(
    told: Told, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The forger did everything right but the choice: whoever has the receipt alone is told what was not looked at."""
    forged = _by_hand(told)
    path = tmp_path / "receipt.json"
    path.write_bytes(forged)

    checks = {check.number: check for check in told.checks(forged, is_shown_whole=False)}
    verify_command([str(path)])

    assert [number for number in (1, 3, 7) if checks[number].status is Status.SKIPPED] == [1, 3, 7]
    assert "V7 skipped choice not checked" in capsys.readouterr().out


def test_a_list_picked_by_hand_in_a_downloaded_bundle_is_refused_with_or_without_its_frames(
    told: Told, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forged, frames = _by_hand(told), [f"{item}.txt" for item in told.frames]

    assert verify_command(["--bundle", told.written(tmp_path, **{"receipt.json": forged})]) == 1
    assert "V7 failed E_MISMATCH" in capsys.readouterr().out
    assert verify_command(["--bundle", told.written(tmp_path, *frames, **{"receipt.json": forged})]) == 1
    assert "V3 failed E_FRAME_MISSING" in capsys.readouterr().out
    assert verify_command(["--bundle", told.written(tmp_path, *frames)]) == 1, "the honest one shows its frames too"
    swapped = {**told.files, "receipt.json": forged}
    (tmp_path / "bundle.zip").write_bytes(bundle.write_plain(files=swapped))
    assert verify_command(["--bundle", str(tmp_path / "bundle.zip")]) == 1
    assert re.search(r"changed receipt\.json /results", capsys.readouterr().out), "the lists of digests name it too"


def test_every_single_changed_field_of_a_receipt_is_refused_by_name(told: Told) -> None:
    """Every field of the receipt, one at a time, all else as it was downloaded: none passes, each has its code."""
    document = json.loads(told.files["receipt.json"])
    paths = list(_leaves(document))
    passed, nameless = [], []

    for path in paths:
        latest = told.checks(encoded(_changed(document, path)))[-1]
        if latest.status is not Status.FAILED:
            passed.append(path)
        elif not CODE.match(latest.text):
            nameless.append((path, latest.text))

    assert {str(path[0]) for path in paths} == set(document), "no part of the receipt is passed over"
    assert len(paths) > 700
    assert (passed, nameless) == ([], [])


def test_a_changed_field_of_a_bundle_is_named_by_its_path(told: Told) -> None:
    document = json.loads(told.files["receipt.json"])
    for path in list(_leaves(document))[::40]:
        files = {**told.files, "receipt.json": encoded(_changed(document, path))}

        (named,) = bundle.changes(files=files)

        assert named.startswith("receipt.json /"), named
        assert "/".join(map(str, path)).startswith(named.removeprefix("receipt.json /")), (path, named)


def test_a_file_beside_the_receipt_that_is_exchanged_is_refused(told: Told) -> None:
    """The files beside are held too, each against its own digest or entry."""
    trusted = beside.parse_policy(files=told.files)

    def said(name: str, data: bytes) -> str:
        try:
            list(beside.check_beside(files={**told.files, name: data}, receipt=told.receipt, trusted=trusted))
        except Refused as refused:
            return refused.code
        return ""

    names = sorted(name for name in told.files if name.startswith("excluded-"))
    assert names
    for name in (*names, "conditions.json", "plan.json", "sourced.tlog-proof"):
        data = told.files[name]
        assert said(name, data) == "", name
        assert said(name, data.replace(b"1", b"2", 1) if b"1" in data else data[:-1]) != "", name


def _register(draw_organiser: str, folder: Path) -> list[str]:
    path = folder / "register.json"
    path.write_bytes(Client().get(f"/open/draws/register/{draw_organiser}.json").content)
    return ["--register", str(path)]


def test_a_second_manifest_under_one_number_stands_in_the_register_that_everybody_downloads(
    people: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = Log(tmp_path / "log")
    draw = draw_scenes.sealed(people, log)
    log.step()
    assert verify_command(_register(draw.organiser.code, tmp_path)) == UNVERIFIED, capsys.readouterr().out
    capsys.readouterr()
    second = events.DrawCommitted(subject=str(draw.pk), draw=draw.number, digest="bb" * 32)
    ledger.append(second, actor=SYSTEM, at=FREEZE_AT)
    log.step()

    assert verify_command(_register(draw.organiser.code, tmp_path)) == 1

    assert f"R2 failed E_DUPLICATE: draw {draw.number} has a second manifest at index" in capsys.readouterr().out


def test_a_second_order_of_one_round_stands_in_the_register_that_everybody_downloads(
    people: Cast,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    log = Log(tmp_path / "log")
    draw = _with_a_round(people, log, Beacon(monkeypatch))
    log.step()
    verify_command(_register(draw.organiser.code, tmp_path))
    assert "E_DUPLICATE" not in capsys.readouterr().out
    moment = (T0 + timedelta(hours=4)).isoformat()
    second = events.DrawOrdered(subject=str(draw.pk), draw=draw.number, digest="cc" * 32, round="1", t0=moment)
    ledger.append(second, actor=SYSTEM, at=T0 + timedelta(hours=1))
    log.step()

    assert verify_command(_register(draw.organiser.code, tmp_path)) == 1

    said = capsys.readouterr().out
    assert f"failed E_DUPLICATE: draw {draw.number} has a second order" in said
