"""With an SM2 key, files and checkpoints carry SM3 and SM2 beside; without one no page says a word of it."""

import hashlib
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from onevisit.core import sm2 as curve
from onevisit.core import sm2_files
from onevisit.stages.draws import services as draws
from onevisit.stages.findings import services as findings
from onevisit.stages.findings.models import Finding
from onevisit.support import clock, sm2
from onevisit.support.attachments import services as attachments
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.ledger import verification as ledger_verification
from onevisit.support.sm2 import marks, signers
from onevisit.support.sm2.models import FileMark
from onevisit.verifier.command import main
from onevisit.verifier.outcome import UNVERIFIED
from onevisit.web.ui.models import ListExport
from tests import draw_scenes, voice_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import Log
from tests.stages.publication import scene

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 a document"


@pytest.fixture
def key(settings: Settings, tmp_path: Path) -> sm2.PrivateKey:
    """The key that the installation signs with."""
    made = sm2.make(tmp_path / "sm2.pem")
    settings.SM2_KEY, settings.FILES = str(tmp_path / "sm2.pem"), tmp_path / "files"
    return made


def _bytes(answer: object) -> bytes:
    return b"".join(answer.streaming_content) if getattr(answer, "streaming", False) else answer.content  # type: ignore[attr-defined]


def _is_good(client: Client, path: str, key: sm2.PrivateKey) -> bool:
    """Tell whether the signature and the digest that stand beside an address are those of its bytes."""
    content, mark, digest = (_bytes(client.get(path + query)) for query in ("", "?mark=sm2", "?mark=sm3"))
    raw = sm2_files.decode_signature(data=mark)
    is_signed = curve.is_signed(public_key=key.public, message=content, signature=raw)
    return is_signed and digest.decode().split("  ")[0] == curve.sm3(content).hex()


def _signed_in(client: Client, people: Cast, name: str) -> Client:
    user = people.officers[name].user
    assert user is not None
    client.force_login(user)
    return client


def _order(client: Client, people: Cast) -> tuple[str, str]:
    """Issue an order to correct; return the address of the list of papers and of the order itself."""
    cache.clear()
    clock.forget()
    made = voice_scenes.code(scene.visit(people), is_over=True)
    voice_scenes.unlock(client, made)
    finding = Finding.objects.get()
    finding.order.due_on = clock.today() + timedelta(days=5)
    finding.order.save(update_fields=["due_on"])
    findings.issue_order(finding_id=finding.pk, at=clock.now())
    finding.order.refresh_from_db()
    papers = f"/c/{voice_scenes.CODE}/documents"
    return papers, f"{papers}/{finding.order.document_id}"


def test_the_business_finds_digest_and_signature_beside_its_document(
    client: Client, people: Cast, key: sm2.PrivateKey
) -> None:
    papers, order = _order(client, people)

    text = client.get(papers).content.decode()

    assert curve.sm3(_bytes(client.get(order))).hex() in text
    assert f"{order}?mark=sm2" in text
    assert _is_good(client, order, key)
    assert client.get(f"{order}?mark=md5").status_code == 404
    assert "sm2" in client.get(f"{order}?mark=sm2")["Content-Disposition"]


def test_the_desk_shows_them_beside_the_order(client: Client, people: Cast, key: sm2.PrivateKey) -> None:
    _order(client, people)
    finding = Finding.objects.get()
    _signed_in(client, people, "王")

    text = client.get(f"/findings/{finding.pk}").content.decode()

    assert "国密摘要（SM3）" in text
    assert _is_good(client, f"/files/{finding.order.document_id}", key)


def test_without_a_key_no_page_speaks_of_it(client: Client, people: Cast) -> None:
    papers, order = _order(client, people)

    assert "国密" not in client.get(papers).content.decode()
    assert client.get(f"{order}?mark=sm2").status_code == 404
    assert FileMark.objects.count() == 0


def test_without_a_key_no_public_page_speaks_of_it(client: Client, people: Cast) -> None:
    scene.released(people)

    for path in ("/open/b/91350200XMDM000777", "/open/ledger"):
        assert "国密" not in client.get(path).content.decode(), path
    assert "没有启用国密签名" in client.get("/open/sm2").content.decode()
    assert client.get("/open/sm2.pem").status_code == 404


def test_a_file_made_before_the_key_has_no_mark_and_one_is_made_once(
    settings: Settings, people: Cast, key: sm2.PrivateKey
) -> None:
    def store(content: bytes, source: str = "document") -> None:
        attachments.store(
            content=content,
            subject_type="inspection",
            subject="1",
            mime="application/pdf",
            title="文书",
            actor=people.actor("王"),
            at=AT,
            source=source,
        )

    path, settings.SM2_KEY = settings.SM2_KEY, ""
    store(PDF + b" before")
    settings.SM2_KEY = path
    store(PDF)
    first = bytes(FileMark.objects.get().signature)
    store(PDF)
    store(PDF + b" of a stranger", source="upload")

    mark = FileMark.objects.get()
    assert (mark.sha256, mark.sm3) == (hashlib.sha256(PDF).hexdigest(), curve.sm3(PDF).hex())
    assert (bytes(mark.signature), bytes(mark.public_key)) == (first, key.public)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_carries_them_for_who_asked_for_it(
    kind: str, client: Client, people: Cast, key: sm2.PrivateKey
) -> None:
    _signed_in(client, people, "林")
    client.post("/lists/settings.organs/export", {"query": "", "format": kind})
    export = ListExport.objects.get()
    path = f"/exports/{export.pk}/file"

    assert curve.sm3(_bytes(client.get(path))).hex() in client.get(f"/exports/{export.pk}").content.decode()
    assert _is_good(client, path, key)
    _signed_in(client, people, "王")
    assert client.get(f"{path}?mark=sm2").status_code == 404


def test_a_result_carries_them_in_the_open(client: Client, people: Cast, key: sm2.PrivateKey) -> None:
    publication = scene.released(people)
    path = f"/open/results/{publication.pk}.json"

    text = client.get("/open/b/91350200XMDM000777").content.decode()

    assert curve.sm3(client.get(path).content).hex() in text
    assert _is_good(client, path, key)


def test_a_bundle_carries_them_and_its_proofs_have_the_line(
    client: Client, people: Cast, key: sm2.PrivateKey, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = Log(tmp_path / "keys", sm2=key)
    sealed = draw_scenes.sealed(people, log)
    log.step()
    draw = draws.open_draw(draw=sealed, open_visits=0, actor=SYSTEM, at=draw_scenes.T0)
    log.step()
    path = f"/open/draws/{draw.number}/bundle.zip"
    assert f"{path}?mark=sm2" in client.get(f"/open/draws/{draw.number}").content.decode()
    assert _is_good(client, path, key)

    pem, bundle = tmp_path / "public.pem", tmp_path / "bundle.zip"
    pem.write_bytes(client.get("/open/sm2.pem").content)
    bundle.write_bytes(client.get(path).content)
    assert main(["verify", "--bundle", str(bundle), "--sm2-key", str(pem)]) == UNVERIFIED
    *_, marks, concluded = capsys.readouterr().out.splitlines()
    assert marks.startswith("SM2 ok ")
    assert " 0 of" not in marks
    assert concluded == "not verified: V1 skipped"  # this city has no witnesses

    checkpoint = tmp_path / "checkpoint"
    checkpoint.write_bytes(client.get("/open/ledger/checkpoint").content)
    assert main(["sm2", "checkpoint", str(checkpoint), "--key", str(pem)]) == 0
    checkpoint.write_bytes(checkpoint.read_bytes().replace(b"city.example/ledger\n", b"city.example/ledger\n1", 1))
    assert main(["sm2", "checkpoint", str(checkpoint), "--key", str(pem)]) == 1
    assert "国密公钥（SM2）" in client.get("/open/ledger").content.decode()


def test_openssl_checks_a_file_the_way_the_public_page_says(
    client: Client, people: Cast, key: sm2.PrivateKey, tmp_path: Path
) -> None:
    publication = scene.released(people)
    path = f"/open/results/{publication.pk}.json"
    for name, address in (("file", path), ("file.sm2", f"{path}?mark=sm2"), ("sm2.pem", "/open/sm2.pem")):
        (tmp_path / name).write_bytes(client.get(address).content)
    command = "openssl pkeyutl -verify -rawin -digest sm3 -pkeyopt distid:1234567812345678 -pubin -inkey sm2.pem"
    assert command in client.get("/open/sm2").content.decode()

    def check() -> int:
        words = [*command.split(), "-in", "file", "-sigfile", "file.sm2"]
        return subprocess.run(words, cwd=tmp_path, capture_output=True, check=False).returncode

    assert check() == 0
    (tmp_path / "file").write_bytes(b"x" + (tmp_path / "file").read_bytes())
    assert check() != 0


def test_after_a_change_of_key_older_files_and_checkpoints_still_verify_with_what_is_published(
    client: Client,
    people: Cast,
    key: sm2.PrivateKey,
    settings: Settings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _papers, order = _order(client, people)
    log = Log(tmp_path / "keys", sm2=key)
    log.step()
    settings.SM2_KEY = str(tmp_path / "next.pem")
    following = sm2.make(tmp_path / "next.pem")
    changed_at = clock.now() + timedelta(days=3)
    marks.keep(content=PDF, at=changed_at)

    pem = tmp_path / "sm2.pem.public"
    pem.write_bytes(client.get("/open/sm2.pem").content)
    for name, address in (("order.pdf", order), ("order.pdf.sm2", f"{order}?mark=sm2")):
        (tmp_path / name).write_bytes(_bytes(client.get(address)))
    assert main(["sm2", "verify", str(tmp_path / "order.pdf"), "--key", str(pem)]) == 0
    assert sm2_files.fingerprint(public=key.public) in capsys.readouterr().out
    assert sm2_files.read_public(data=_bytes(client.get(f"{order}?mark=pem"))) == key.public
    assert sm2_files.read_publics(data=pem.read_bytes()) == (following.public, key.public)
    page = client.get("/open/sm2").content.decode()
    assert all(sm2_files.fingerprint(public=one.public) in page for one in (key, following))
    assert f"{timezone.localtime(changed_at):%Y-%m-%d %H:%M}" in page
    assert ledger_verification.verify(sm2_keys=[one.public for one in signers.published()]).sm2_signed > 0


def test_the_time_of_a_key_ends_when_the_next_signs_and_a_key_that_returns_has_a_second_one(
    settings: Settings, key: sm2.PrivateKey, tmp_path: Path
) -> None:
    following = sm2.make(tmp_path / "next.pem")
    for days, one in enumerate((key, key, following, key)):
        signers.note(key=one, at=AT + timedelta(days=days))

    found = [(one.public, one.since, one.until) for one in signers.published()]

    assert found == [
        (key.public, AT + timedelta(days=3), None),
        (following.public, AT + timedelta(days=2), AT + timedelta(days=3)),
        (key.public, AT, AT + timedelta(days=2)),
    ]
    settings.SM2_KEY = ""
    assert all(one.until is not None for one in signers.published())
