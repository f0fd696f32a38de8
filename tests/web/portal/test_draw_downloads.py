"""What an outsider takes home from the public pages: the register as one file, the bundle of a draw."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.test import Client

from onevisit.core.draw import bundle
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw
from onevisit.support.identity.actors import SYSTEM
from onevisit.verifier.verify_command import verify_command
from tests import draw_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import Log

pytestmark = pytest.mark.django_db


def _opened(people: Cast, log: Log) -> Draw:
    sealed = draw_scenes.sealed(people, log)
    log.step()
    draw = draws.open_draw(draw=sealed, open_visits=0, actor=SYSTEM, at=draw_scenes.T0)
    log.step()
    return draw


def _bundle(client: Client, draw: Draw, folder: Path) -> Path:
    answer = client.get(f"/open/draws/{draw.number}/bundle.zip")
    assert answer.status_code == 200
    (folder / "bundle.zip").write_bytes(answer.content)
    return folder / "bundle.zip"


def test_the_register_of_the_organiser_is_written_from_the_ledger_and_verifies(
    client: Client, people: Cast, log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draw = _opened(people, log)
    link = f"/open/draws/register/{draw.organiser.code}.json"

    answer = client.get(link)

    assert link in client.get("/open/draws").content.decode()
    assert answer["Content-Disposition"] == f'attachment; filename="register-{draw.organiser.code}.json"'
    file = tmp_path / "register.json"
    file.write_bytes(answer.content)
    code = verify_command(["--register", str(file), "--previous", str(file)])
    lines = capsys.readouterr().out.splitlines()
    assert (code, [line.split()[1] for line in lines]) == (0, ["ok"] * 7)
    assert [entry["payload"]["event"] for entry in json.loads(answer.content)["entries"]] == [
        "draw.committed",
        "draw.drawn",
        "draw.opened",
    ]


def test_a_draw_taken_out_of_the_tables_still_stands_in_the_register(client: Client, people: Cast, log: Log) -> None:
    draw = draw_scenes.committed(people, log)
    other = f"{draw.organiser.code}-2026-0999"
    Draw.objects.filter(pk=draw.pk).update(number=other)

    text = client.get(f"/open/draws/register/{draw.organiser.code}.json").content.decode()

    assert draw.number in text
    assert f'"prepared":["{other}"]' in text


def test_an_organ_without_draws_has_no_register_and_a_sealed_draw_no_bundle(
    client: Client, people: Cast, log: Log
) -> None:
    draw = draw_scenes.sealed(people, log)

    assert client.get("/open/draws/register/NOBODY.json").status_code == 404
    assert client.get(f"/open/draws/{draw.number}/bundle.zip").status_code == 404


def test_the_bundle_verifies_and_every_changed_file_in_it_is_named(
    client: Client, people: Cast, log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draw = _opened(people, log)
    path = _bundle(client, draw, tmp_path)
    assert f"/open/draws/{draw.number}/bundle.zip" in client.get(f"/open/draws/{draw.number}").content.decode()

    code = verify_command(["--bundle", str(path)])

    lines = capsys.readouterr().out.splitlines()
    assert (code, len(lines)) == (0, 13)
    assert lines[-1] == "conditions.json as the ledger fixed it at the freeze"
    assert [line.split()[1] for line in lines if line.split()[0] in {"V3", "V7", "V9", "V11"}] == ["ok"] * 4
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    for name in sorted(files.keys() - {"FIELDS", "SHA256SUMS"}):
        middle = len(files[name]) // 2
        changed = files[name][:middle] + bytes([files[name][middle] ^ 1]) + files[name][middle + 1 :]
        with zipfile.ZipFile(path, "w") as archive:
            for other, data in files.items():
                archive.writestr(other, changed if other == name else data)
        assert verify_command(["--bundle", str(path)]) == 1
        assert capsys.readouterr().out.splitlines()[0].startswith(f"changed {name} ")


def test_conditions_and_batches_are_held_against_what_the_ledger_fixed(
    client: Client,
    people: Cast,
    log: Log,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = draw_scenes.committed_keys

    def with_batches(cast: Cast) -> Draw:
        return draws.batch(draw=before(cast), count=2, actor=cast.actor("陈"), at=AT)

    monkeypatch.setattr(draw_scenes, "committed_keys", with_batches)
    path = _bundle(client, _opened(people, log), tmp_path)

    assert verify_command(["--bundle", str(path)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[-2:] == [
        "conditions.json as the ledger fixed it at the freeze",
        "batches.txt 2 batches by the seed, as the ledger fixed",
    ]

    files = bundle.read_bundle(data=path.read_bytes())
    lists = {"SHA256SUMS", "FIELDS"}
    moved = files["batches.txt"].splitlines(keepends=True)
    moved[0] = b"2" + moved[0][1:]
    changed = {
        "batches.txt": b"".join(moved),
        "conditions.json": files["conditions.json"].replace(b'"is_directed":', b'"is_directed": ', 1),
        "batches.tlog-proof": files["conditions.tlog-proof"],
    }
    for name, data in changed.items():
        told = {other: kept for other, kept in files.items() if other not in lists} | {name: data}
        path.write_bytes(bundle.write_bundle(files=told))  # with lists of digests that fit the lie
        assert verify_command(["--bundle", str(path)]) == 1
        assert "E_MISMATCH" in capsys.readouterr().err, name
    for name in ("batches.txt", "conditions.json"):
        path.write_bytes(bundle.write_bundle(files={one: files[one] for one in files.keys() - lists - {name}}))
        assert verify_command(["--bundle", str(path)]) == 1
        assert f"{name} is missing" in capsys.readouterr().err
