"""Lodging at the freeze: the commitment waits for a witness outside the organiser to have the files."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from onevisit.core.draw import bundle, forms
from onevisit.core.draw import lodging as core
from onevisit.stages.draws import services as draws
from onevisit.stages.draws import todos
from onevisit.stages.draws.lodged import lodging
from onevisit.stages.draws.lodged.lodging_errand import LodgingErrand
from onevisit.stages.draws.models import Draw, Lodging
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.support import clock
from onevisit.support.ledger import adopting
from onevisit.support.ledger import lodgers as policy_lodgers
from onevisit.support.ledger.adopting import PolicyRefused
from onevisit.support.ledger.cosigning import Answer
from onevisit.support.ledger.models import LedgerEntry, LedgerIdentity
from tests import draw_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import FREEZE_AT, Log
from tests.stages.draws.lodgers import NOW, Lodgers
from tests.support.ledger.conftest import LIN
from tests.support.ledger.test_quorum import make, policy_file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: FREEZE_AT)


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    return Log(tmp_path / "keys")


@pytest.fixture
def lodgers(log: Log, tmp_path: Path) -> Lodgers:
    return Lodgers(tmp_path, "audit", "court")


def _commit(draw: Draw, people: Cast) -> Draw:
    return draws.commit(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)


def test_the_commitment_waits_until_a_witness_has_the_files(people: Cast, log: Log, lodgers: Lodgers) -> None:
    draw = draw_scenes.frozen(people)
    errand = lodgers.errand()
    assert errand.run() == 0, "the log has not signed the freeze yet"
    assert lodgers.asked == []
    with pytest.raises(DrawRefused, match="还没有寄存于audit") as refused:
        _commit(draw, people)
    assert refused.value.code == "unlodged"

    log.step()
    assert errand.run() == 1

    row = Lodging.objects.get()
    found = core.parse_receipt(data=row.receipt.encode())
    core.check_signed(lodged=found, key=lodgers.key("audit"))
    assert (found.draw, found.manifest, found.time) == (draw.number, draw.manifest_digest, NOW)
    assert _commit(draw, people).state == "waiting"


def test_the_package_holds_exactly_what_the_manifest_binds(people: Cast, log: Log, lodgers: Lodgers) -> None:
    draw = draw_scenes.frozen(people)
    log.step()
    lodgers.errand().run()

    files = bundle.read_bundle(data=lodgers.packages[0])

    assert draw.manifest is not None
    manifest = forms.parse_manifest(data=bytes(draw.manifest))
    assert files.keys() == {core.MANIFEST, core.ROSTER, core.PROOF, *core.named(manifest=manifest)}
    assert files[core.ROSTER] == bytes(draw.roster or b"")
    frame = draw.items.first()
    assert frame is not None
    assert bytes(frame.frame or b"") in files.values()


def test_the_receipt_is_a_public_entry_before_the_commitment(people: Cast, log: Log, lodgers: Lodgers) -> None:
    draw = draw_scenes.frozen(people)
    log.step()
    lodgers.errand().run()
    _commit(draw, people)

    lodged, committed = (LedgerEntry.objects.get(event=event) for event in ("draw.lodged", "draw.committed"))

    assert lodged.is_public
    assert lodged.ordinal < committed.ordinal
    assert "已寄存于audit" in lodged.sentence
    assert lodgers.errand().run() == 0, "once is enough"
    assert LedgerEntry.objects.filter(event="draw.lodged").count() == 1


def test_a_witness_that_is_down_is_named_and_asked_again_until_it_is_up(
    people: Cast, log: Log, lodgers: Lodgers
) -> None:
    draw = draw_scenes.frozen(people)
    log.step()
    lodgers.answers["audit"] = Answer(0, "connection refused")
    errand = lodgers.errand()
    errand.run()
    errand.run()
    assert lodgers.asked == ["audit"], "left alone for a while"
    with pytest.raises(DrawRefused, match="audit：连不上"):
        _commit(draw, people)

    del lodgers.answers["audit"]
    lodgers.seconds[0] += 60
    assert errand.run() == 1

    assert lodging.standing_of(draw, at=FREEZE_AT).trouble == ""
    assert _commit(draw, people).state == "waiting"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(404, "this witness knows POST add-checkpoint only"), "旧版"),
        (Answer(404, "unknown log x"), "没有登记"),
        (Answer(403, "x"), "不认"),
        (Answer(409, "x"), "分叉"),
        (Answer(413, "x"), "128 MiB"),
        (Answer(422, "E_MISMATCH: frame"), "核对不符：E_MISMATCH"),
        (Answer(503, "x"), "正忙"),
        (Answer(507, "x"), "放不下"),
        (Answer(500, "x"), "答复 500"),
        (Answer(200, "no receipt"), "回执不对"),
    ],
)
def test_every_other_answer_says_what_is_wrong_and_commits_nothing(
    people: Cast, log: Log, lodgers: Lodgers, answer: Answer, words: str
) -> None:
    draw = draw_scenes.frozen(people)
    log.step()
    lodgers.answers["audit"] = answer

    assert lodgers.errand().run() == 0

    assert words in Lodging.objects.get().trouble
    with pytest.raises(DrawRefused, match="还没有寄存"):
        _commit(draw, people)


def test_a_receipt_of_another_witness_draw_or_log_is_not_taken(people: Cast, log: Log, lodgers: Lodgers) -> None:
    draw = draw_scenes.frozen(people)
    log.step()
    lodgers.errand().run()
    good = Lodging.objects.get().receipt
    Lodging.objects.update(receipt="")
    other = make("other")["other"]
    manifest = forms.parse_manifest(data=bytes(draw.manifest or b""))

    def said(**changed: str) -> bytes:
        content = {"origin": "city.example/ledger", "draw": draw.number, "manifest": draw.manifest_digest} | changed
        text = core.statement(listing=core.listing_digest(manifest=manifest), time=NOW, **content)
        return other.sign_note(text=text)

    (lodger,) = policy_lodgers.lodgers(at=FREEZE_AT)
    row = Lodging.objects.get()
    for data in (said(), good.replace(draw.number, "X-1").encode(), good.replace("city.", "town.").encode()):
        with pytest.raises(DrawRefused, match="回执不对"):
            draws.record_receipt(lodging=row, lodger=lodger, data=data, at=FREEZE_AT)
    assert draws.record_receipt(lodging=row, lodger=lodger, data=good.encode(), at=FREEZE_AT).receipt == good


def test_a_freeze_that_was_undone_is_lodged_anew_and_both_stand(people: Cast, log: Log, lodgers: Lodgers) -> None:
    draw = draw_scenes.frozen(people)
    log.step()
    lodgers.errand().run()
    first = draw.manifest_digest
    draw = draws.unfreeze(draw=draw, reason="名册有误，须更正后重新冻结", actor=people.actor("陈"), at=FREEZE_AT)
    assert lodging.standing_of(draw, at=FREEZE_AT).places == ()
    draws.batch(draw=draw, count=2, actor=people.actor("陈"), at=FREEZE_AT)
    draw = draws.reschedule(draw=draw, t0=draw_scenes.T0 + timedelta(days=1), actor=people.actor("陈"), at=AT)
    draw_scenes.approve_pool(draw, people)
    draw = draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    assert draw.manifest_digest != first
    with pytest.raises(DrawRefused, match="还没有寄存"):
        _commit(draw, people)

    log.step()
    assert lodgers.errand().run() == 1

    assert Lodging.objects.exclude(receipt="").count() == 2
    assert _commit(draw, people).state == "waiting"
    assert [row.manifest_digest for row in lodging.receipts_of(draw)] == [draw.manifest_digest]


def test_of_two_that_lodge_one_is_enough_and_the_other_is_asked_on(people: Cast, log: Log, tmp_path: Path) -> None:
    both = Lodgers(tmp_path, "audit", "court", lodge=2)
    draw = draw_scenes.frozen(people)
    log.step()
    both.answers["audit"] = Answer(0, "down")
    errand = both.errand()
    assert errand.run() == 1
    assert _commit(draw, people).state == "waiting"

    del both.answers["audit"]
    both.seconds[0] += 60
    assert errand.run() == 1

    assert {row.witness for row in lodging.receipts_of(draw)} == {"audit", "court"}


def test_a_slow_witness_keeps_nobody_waiting_a_second_time(people: Cast, log: Log, tmp_path: Path) -> None:
    both = Lodgers(tmp_path, "audit", "court", lodge=2)
    draw_scenes.frozen(people)
    log.step()
    both.answers = {"audit": Answer(0, "timed out"), "court": Answer(503, "busy")}

    def slow(url: str, data: bytes) -> Answer:
        both.seconds[0] += 120 if "audit" in url else 0
        return both.ask(url, data)

    errand = LodgingErrand(ask=slow, seconds=lambda: both.seconds[0])
    errand.run()
    errand.run()
    assert both.asked == ["audit", "court"], "the wait counts from the answer on"

    del both.answers["court"]
    both.seconds[0] += 60
    Lodging.objects.filter(witness="court").update(trouble="")
    assert errand.run() == 1
    assert both.asked == ["audit", "court", "court", "audit"], "who was well before is asked first"


def test_without_a_witness_that_lodges_nothing_waits(people: Cast, log: Log) -> None:
    keys = make("audit", "court")
    adopting.adopt(data=policy_file(keys, needed="all"), actor=LIN, at=AT - timedelta(days=30))
    draw = draw_scenes.frozen(people)

    assert lodging.standing_of(draw, at=FREEZE_AT).places == ()
    assert _commit(draw, people).state == "waiting"
    assert not Lodging.objects.exists()


def test_a_policy_that_comes_after_the_freeze_holds_the_commitment_though_nobody_was_asked_yet(
    people: Cast, log: Log, tmp_path: Path
) -> None:
    draw = draw_scenes.frozen(people)
    Lodgers(tmp_path, "audit", "court")
    assert not Lodging.objects.exists()

    with pytest.raises(DrawRefused, match="还没有寄存于audit"):
        _commit(draw, people)


def test_a_witness_that_the_policy_no_longer_names_holds_nothing(
    people: Cast, log: Log, lodgers: Lodgers, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = draw_scenes.frozen(people)
    log.step()
    lodgers.answers["audit"] = Answer(0, "down")
    lodgers.errand().run()
    monkeypatch.setattr(policy_lodgers, "lodgers", lambda *, at: ())  # a later version names nobody

    assert _commit(draw, people).state == "waiting"


def test_a_fault_with_one_draw_is_said_and_does_not_end_the_process(
    people: Cast, log: Log, lodgers: Lodgers, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_scenes.frozen(people)
    log.step()

    def broken(*_arguments: object) -> bytes:
        raise RuntimeError("broken")

    monkeypatch.setattr("onevisit.stages.draws.lodged.lodging_errand.services.package_of", broken)

    assert lodgers.errand().run() == 0
    assert "系统出错" in Lodging.objects.get().trouble


def test_the_public_page_tells_the_kind_of_trouble_alone_and_reads_no_file(
    people: Cast, log: Log, lodgers: Lodgers
) -> None:
    draw_scenes.frozen(people)
    log.step()
    lodgers.answers["audit"] = Answer(422, f"E_MISMATCH: frame-{'0' * 64}.txt at db-7.intern")
    lodgers.errand().run()

    with CaptureQueriesContext(connection) as queries:
        found = lodging.overview(at=FREEZE_AT)

    assert (found.waiting, found.troubles) == (1, ("audit：见证核对不符",))
    rows = [query["sql"] for query in queries if "draws_lodging" in query["sql"]]
    assert len(rows) == 1
    assert not any(f'"{column}"' in rows[0] for column in ("manifest", "roster", "exclusions", "receipt_public"))


def test_the_todo_says_what_it_waits_for(people: Cast, log: Log, lodgers: Lodgers) -> None:
    draw_scenes.frozen(people)

    def words() -> list[str]:
        found = todos.todos(people.actor("陈"), FREEZE_AT)
        return [todo.sentence for todo in found if todo.verb == "draw.commit"]

    assert [one.partition("：")[0] for one in words()] == ["等待寄存后公布承诺"]
    log.step()
    lodgers.errand().run()
    assert [one.partition("：")[0] for one in words()] == ["公布承诺"]


@pytest.mark.parametrize(
    ("names", "own", "text", "words"),
    [
        (("nobody",), (), None, "没有这个见证"),
        (("audit",), ("audit",), None, "组织方以外"),
        (("audit",), (), lambda text: text.replace(b" https://audit.example/", b""), "访问地址"),
        (("audit",), (), lambda text: text.replace(b"https://audit.", b"http://audit."), "明文"),
        (("audit",), (), lambda text: text.replace(b"https://audit.example/", b"http://127.0.0.1.example:1/"), "明文"),
        (("audit",), (), lambda text: text.replace(b"quorum main", b"quorum none"), "quorum none"),
    ],
)
def test_only_a_witness_from_outside_that_listens_can_lodge(
    log: Log, names: tuple[str, ...], own: tuple[str, ...], text: object, words: str
) -> None:
    assert LedgerIdentity.objects.exists()
    data = policy_file(make("audit", "court", "notary"), needed="all")

    with pytest.raises(PolicyRefused, match=words):
        adopting.adopt(data=text(data) if callable(text) else data, own=own, lodge=names, actor=LIN, at=AT)


@pytest.mark.parametrize("url", [b"http://127.0.0.1:8400/", b"http://[::1]:8400/", b"http://localhost:8400/"])
def test_a_witness_on_this_machine_lodges_without_encryption(log: Log, url: bytes) -> None:
    data = policy_file(make("audit", "court", "notary"), needed="all").replace(b"https://audit.example/", url)

    assert adopting.adopt(data=data, lodge=("audit",), actor=LIN, at=AT).lodge == ["audit"]


def test_the_names_stand_in_the_public_entry_of_the_policy(log: Log, lodgers: Lodgers) -> None:
    entry = LedgerEntry.objects.get(event="ledger_policy.adopted")

    assert b'"lodge":["audit"]' in bytes(entry.payload)
