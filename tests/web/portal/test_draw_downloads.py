"""What an outsider takes home from the public pages: the register as one file, the bundle of a draw."""

import io
import json
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from onevisit.core.draw import bundle
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, NarrowConsent
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger.anchoring import Anchor
from onevisit.support.ledger.models import LedgerEntry
from onevisit.verifier.outcome import UNVERIFIED
from onevisit.verifier.verify_command import verify_command
from tests import draw_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import Log
from tests.support.ledger import authority

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


def _signers(draw: Draw) -> list[str]:
    """Return the departments in the order in which they signed the manifest."""
    said = LedgerEntry.objects.filter(event="draw.attested", subject=str(draw.pk)).order_by("ordinal")
    return [json.loads(bytes(one.payload))["department"] for one in said]


def _agreed(draw: Draw) -> int:
    """Return how many narrow places the second organ agreed to."""
    return len(NarrowConsent.objects.get(draw=draw).places)


def _excluded(draw: Draw) -> dict[str, int]:
    """Return how many objects each reason kept out, as the manifest says."""
    return {one["reason"]: one["n"] for one in json.loads(bytes(draw.manifest or b""))["items"][0]["excluded"]}


def _lie(path: Path, files: Mapping[str, bytes | None]) -> None:
    """Write a bundle with other files, and with lists of digests that fit the lie; None takes a file out."""
    told = {**bundle.read_bundle(data=path.read_bytes()), **files}
    kept = {name: data for name, data in told.items() if data is not None and name not in {"SHA256SUMS", "FIELDS"}}
    path.with_name("lie.zip").write_bytes(bundle.write_bundle(files=kept))


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
    assert code == UNVERIFIED, "nobody witnessed the log, and it has not counted its entries yet"
    assert [line.split()[1] for line in lines] == [*["ok"] * 7, "skipped", "skipped", "verified:"]
    assert lines[-1] == "not verified: R7, R8 skipped"
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
    assert code == UNVERIFIED
    assert lines[12:] == [
        "sourced.tlog-proof the values of the room are those that the ledger fixed; nobody witnessed when",
        *(
            f"key-{item}.tlog-proof the key came after the values of the room; nobody witnessed when"
            for item in sorted(draw.items.values_list("item", flat=True))
        ),
        *(
            f"attested-{n}.tlog-proof {item} signed the fingerprint of the manifest after the commitment"
            for n, item in enumerate(_signers(draw), start=1)
        ),
        "plan.json as the ledger fixed it; nobody witnessed when",
        *(f"excluded-{reason}.txt {n} lines, as the manifest says" for reason, n in _excluded(draw).items()),
        *(
            f"approved-{reason}.tlog-proof {draw.organiser.code} (approver) approved the {n} exclusions"
            " before the commitment"
            for reason, n in _excluded(draw).items()
        ),
        "conditions.json as the ledger fixed it at the freeze, its rule gives the strata",
        f"consent-1.tlog-proof a second organ agreed to {_agreed(draw)} small strata and pools before the commitment",
        "consent-1.json the places whose digest the entry holds",
        "sources.json the values of the receipt",
        "groups.txt as conditions.json fixed it at the freeze",
        "not verified: V1 skipped",
    ]
    assert verify_command(["--bundle", str(path), "--strict"]) == 1, "nobody witnessed it"
    capsys.readouterr()
    assert [line.split()[1] for line in lines if line.split()[0] in {"V2", "V3", "V7", "V9", "V11"}] == ["ok"] * 5
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

    assert verify_command(["--bundle", str(path)]) == UNVERIFIED
    said = capsys.readouterr().out.splitlines()
    first = said.index("conditions.json as the ledger fixed it at the freeze, its rule gives the strata")
    assert said[first : first + 2] == [
        "conditions.json as the ledger fixed it at the freeze, its rule gives the strata",
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


def test_plan_and_exclusions_are_public_and_held_against_ledger_and_manifest(
    client: Client, people: Cast, log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sealed = draw_scenes.sealed(people, log)
    log.step()
    folder = f"/open/draws/{sealed.number}/files"
    reasons = _excluded(sealed)
    assert reasons
    assert client.get(f"{folder}/plan.json").status_code == 200
    assert client.get(f"{folder}/plan.tlog-proof").status_code == 200
    lists = [f"excluded-{reason}.txt" for reason in reasons]
    assert {client.get(f"{folder}/{name}").status_code for name in lists} == {404}, "sealed with the receipt"

    draw = draws.open_draw(draw=sealed, open_visits=0, actor=SYSTEM, at=draw_scenes.T0)
    log.step()
    path = _bundle(client, draw, tmp_path)
    page = client.get(f"/open/draws/{draw.number}").content.decode()
    files = bundle.read_bundle(data=path.read_bytes())
    for name in files.keys() - {"SHA256SUMS", "FIELDS"}:
        assert f'href="{folder}/{name}"' in page, name
        assert client.get(f"{folder}/{name}").content == files[name], name

    plan = json.loads(files["plan.json"])
    later = {**plan, "draws": [{**plan["draws"][0], "max_rounds": 9}]}
    moved = json.dumps({**plan, "draws": [*plan["draws"], {**plan["draws"][0], "draw": "OTHER"}]})
    first = lists[0]
    line = files[first].splitlines(keepends=True)[0]
    lies: list[tuple[dict[str, bytes | None], str]] = [
        ({"plan.json": json.dumps(later).encode()}, "V2 failed E_MISMATCH"),
        ({"plan.json": moved.encode()}, "REFUSED E_MISMATCH: digest of the entry"),
        ({"plan.json": None}, "plan.json is missing"),
        ({"plan.tlog-proof": files["conditions.tlog-proof"]}, "REFUSED E_MISMATCH: event of the entry"),
        ({first: None}, f"REFUSED E_FILE: {first} is missing"),  # the others are there
        ({first: files[first].replace(line, line[:-2] + b"!\n")}, f"REFUSED E_MISMATCH: {first} does not give"),
    ]
    assert len(lists) > 1
    _lie(path, dict.fromkeys(lists))  # as older bundles are
    assert verify_command(["--bundle", str(tmp_path / "lie.zip")]) == UNVERIFIED
    assert "excluded-*.txt not given" in capsys.readouterr().out
    for change, words in lies:
        _lie(path, change)
        assert verify_command(["--bundle", str(tmp_path / "lie.zip")]) == 1, words
        said = capsys.readouterr()
        assert words in said.out + said.err


def test_a_void_record_is_public_and_the_next_bundle_follows_it(
    client: Client, people: Cast, log: Log, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    void = draw_scenes.voided(people, log)
    log.step()
    folder = f"/open/draws/{void.number}/files"
    record = client.get(f"{folder}/void.json").content
    assert json.loads(record)["stage"] == "before-seed"
    assert client.get(f"{folder}/void.tlog-proof").status_code == 200
    page = client.get(f"/open/draws/{void.number}").content.decode()
    assert f'href="{folder}/void.json"' in page
    assert json.loads(record)["evidence_sha256"] in page
    assert client.get(f"{folder}/receipt.json").status_code == 404
    given = {"void": "void.json", "manifest": "manifest.json", "proof": "void.tlog-proof", "policy": "policy.txt"}
    for name in given.values():
        (tmp_path / name).write_bytes(client.get(f"{folder}/{name}").content)
    command = [word for option, name in given.items() for word in (f"--{option}", str(tmp_path / name))]
    assert verify_command(command) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"void.json {void.number} was given up before-seed, as the ledger fixed it",
        "void.tlog-proof nobody witnessed when",
    ]
    (tmp_path / "void.json").write_bytes(record.replace(b"before-seed", b"after-seed"))
    assert verify_command(command) == 1
    assert "REFUSED E_MISMATCH" in capsys.readouterr().err

    second = draw_scenes.sealed_after(people, log, void)
    log.step()
    draw = draws.open_draw(draw=second, open_visits=0, actor=SYSTEM, at=draw_scenes.T0)
    log.step()
    path = _bundle(client, draw, tmp_path)

    assert bundle.read_bundle(data=path.read_bytes())["previous.json"] == record
    assert verify_command(["--bundle", str(path)]) == UNVERIFIED
    assert capsys.readouterr().out.splitlines()[10] == f"V10 ok {json.loads(bytes(draw.manifest or b''))['prev']}"
    other = record.replace(b'"before-seed"', b'"after-seed"')
    _lie(path, {"previous.json": other})
    assert verify_command(["--bundle", str(tmp_path / "lie.zip")]) == 1
    assert "V10 failed E_MISMATCH" in capsys.readouterr().out
    _check_left_out(client, draw, path, capsys)


def _check_left_out(client: Client, draw: Draw, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The record before is public; a bundle without it is not verified, and the register shows that it is missing."""
    kept, register = bundle.read_bundle(data=path.read_bytes()), path.with_name("register.json")
    register.write_bytes(client.get(f"/open/draws/register/{draw.organiser.code}.json").content)
    without = {name: data for name, data in kept.items() if name not in ("previous.json", bundle.SUMS, bundle.FIELDS)}
    path.write_bytes(bundle.write_bundle(files=without))

    assert verify_command(["--bundle", str(path), "--allow-skipped", "V1"]) == UNVERIFIED
    assert capsys.readouterr().out.splitlines()[-1] == "not verified: V1, V10 skipped"
    assert verify_command(["--bundle", str(path), "--allow-skipped", "V1,V10"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "not verified: V1, V10 skipped (allowed here)"
    assert verify_command(["--bundle", str(path), "--register", str(register)]) == 1
    assert "REFUSED E_FILE: previous.json is missing: the record of" in capsys.readouterr().err


def test_a_stamped_commitment_is_checked_by_openssl_with_what_the_page_gives(
    client: Client,
    people: Cast,
    log: Log,
    tmp_path: Path,
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = authority.make(tmp_path / "tsa")
    settings.TSA_ROOT = str(root)
    draw = draw_scenes.sealed(people, log)
    log.step()
    folder = f"/open/draws/{draw.number}/files"
    assert client.get(f"{folder}/anchor.tsr").status_code == 404
    with authority.serving(tmp_path / "tsa") as url:
        stored = Anchor(url=url, root=str(root)).anchor()
    assert stored is not None
    assert f"{folder}/anchor.tsr" in client.get(f"/open/draws/{draw.number}").content.decode()

    work = tmp_path / "outsider"
    work.mkdir()
    links = {
        "anchor.tsr": f"{folder}/anchor.tsr",
        "anchor.body": f"{folder}/anchor.body",
        "tsa-root.pem": "/open/ledger/tsa-root.pem",
    }
    for name, link in links.items():
        (work / name).write_bytes(client.get(link).content)
    size = stored.checkpoint_id
    assert client.get(f"/open/ledger/checkpoints/{size}.body").content == (work / "anchor.body").read_bytes()
    assert client.get(f"/open/ledger/checkpoints/{size + 1}.body").status_code == 404
    command = ["openssl", "ts", "-verify", "-in", "anchor.tsr", "-data", "anchor.body", "-CAfile", "tsa-root.pem"]
    assert " ".join(command) in Path("docs/howto/witness.md").read_text(encoding="utf-8")
    checked = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
    assert "Verification: OK" in checked.stdout + checked.stderr
    (work / "anchor.body").write_bytes((work / "anchor.body").read_bytes() + b"x")
    assert subprocess.run(command, cwd=work, capture_output=True, check=False).returncode != 0

    opened = draws.open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=draw_scenes.T0)
    log.step()
    path = _bundle(client, opened, tmp_path)
    assert verify_command(["--bundle", str(path)]) == UNVERIFIED
    assert "\nanchor.tsr names a checkpoint over the commitment" in capsys.readouterr().out
    for name, words in (("anchor.body", "is not the checkpoint"), ("anchor.tsr", "is no stamp")):
        _lie(path, {name: bundle.read_bundle(data=path.read_bytes())[name].replace(b"\x00", b"\x01") + b"\n"})
        if name == "anchor.tsr":
            _lie(path, {name: b"0" * 64})
        assert verify_command(["--bundle", str(tmp_path / "lie.zip")]) == 1
        assert words in capsys.readouterr().err


def test_without_an_authority_there_is_no_root_to_download(client: Client, log: Log, settings: Settings) -> None:
    settings.TSA_ROOT = ""
    assert client.get("/open/ledger/tsa-root.pem").status_code == 404
