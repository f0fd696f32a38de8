"""Repeat: after a shortage the officer half is drawn again for the objects that stand, with a roster that only adds."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from onevisit.core.draw import forms
from onevisit.core.draw.officers import Assignment
from onevisit.stages.draws import documents
from onevisit.stages.draws import services as draws
from onevisit.stages.draws import todos as draw_todos
from onevisit.stages.draws.models import Draw, DrawnSlot
from onevisit.stages.draws.pool import naming, standing
from onevisit.stages.draws.public import public_register
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.offers.models import PartApproval
from onevisit.stages.registers.models import Inspector
from onevisit.support import clock
from onevisit.support.identity.actors import SYSTEM
from onevisit.support.identity.roles import Role
from onevisit.support.ledger.models import LedgerEntry
from onevisit.verifier.command import main
from tests import cast, draw_scenes, scenes
from tests.cast import AT, Cast
from tests.draw_scenes import EVIDENCE, T0, Log
from tests.stages.draws.test_infeasible import _short

AGAIN = T0 + timedelta(days=8)
REASON = "市商务局已增加提名人员两名"


def _again(draw: Draw, people: Cast, *, at: object = T0) -> Draw:
    return draws.repeat(draw=draw, t0=AGAIN, reason=REASON, actor=people.actor("陈"), at=at)  # type: ignore[arg-type]


def _nominate(draw: Draw, people: Cast, *names: str) -> None:
    """Let 市商务局 nominate more people for its approved part."""
    organ = people.departments["市商务局"]
    for name in names:
        people.officers[name] = cast.officer(name=name, department=organ, roles=(Role.INSPECTOR,))
        scenes.inspector(people=people, name=name)
    part = PartApproval.objects.get(offer=draw.offer, department=organ)
    more = Inspector.objects.filter(officer__in=[people.officers[name] for name in names]).values_list("pk", flat=True)
    part.inspector_ids = [*part.inspector_ids, *more]
    part.save(update_fields=["inspector_ids"])


def _walked(draw: Draw, people: Cast, log: Log) -> Draw:
    """Walk a prepared draw to its sealed result."""
    at = AGAIN - timedelta(hours=2)
    for item in draw_scenes.items_of(draw):
        draw_scenes.commit_key(item, people, at=at)
    draw_scenes.approve_pool(draw, people, at=at)
    draw = draws.freeze(draw=draw, actor=people.actor("陈"), at=at)
    draw = draws.commit(draw=draw, actor=people.actor("陈"), at=at)
    log.step()
    draws.witness(draw=draw, at=at)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name, at=AGAIN - timedelta(minutes=8))
    draws.source(draw=draw, actor=people.actor("陈"), at=AGAIN - timedelta(minutes=8))
    log.step()
    for item in draw_scenes.items_of(draw):
        key = draw_scenes.key_of(item.item + draw.number)
        draw_scenes.sign(item, people, at=AGAIN - timedelta(minutes=4))
        draws.hand_key(
            item=item, key=key, actor=people.actor(draw_scenes.clerk_of(item)), at=AGAIN - timedelta(minutes=4)
        )
    return draws.draw_lots(draw=draw, actor=people.actor("陈"), at=AGAIN)


@pytest.fixture
def fresh_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key is used for one draw: the second draw's commitments are to other keys."""
    committed = draw_scenes.commit_key

    def commit(item: object, people: Cast, *, at: object = AT) -> None:
        number = item.draw.number  # type: ignore[attr-defined]
        if Draw.objects.get(number=number).repeats_id is None:
            committed(item, people, at=at)  # type: ignore[arg-type]
            return
        key = draw_scenes.key_of(item.item + number)  # type: ignore[attr-defined]
        draws.commit_key(
            item=item,  # type: ignore[arg-type]
            commitment=draw_scenes.seeds.key_commitment(draw=number, party=item.item, key=key),  # type: ignore[attr-defined]
            recipient=draw_scenes.recipient_of(item.item),  # type: ignore[attr-defined]
            actor=people.actor(draw_scenes.clerk_of(item)),  # type: ignore[arg-type]
            at=at,  # type: ignore[arg-type]
        )

    monkeypatch.setattr(draw_scenes, "commit_key", commit)


def test_the_drawn_objects_get_their_officers_under_a_new_number_and_anybody_can_verify_it(
    people: Cast, log: Log, fresh_keys: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    short = _short(people, log)
    before = json.loads(bytes(short.roster or b""))
    drawn = {
        taken.object_id
        for item in forms.parse_receipt(data=bytes(short.receipt or b"")).results[0].result.items
        for one in item.strata
        for taken in one.selected
    }
    made = _again(short, people)
    _nominate(made, people, "林五", "林六")

    sealed = _walked(made, people, log)

    assert (sealed.state, sealed.is_infeasible, sealed.repeats_id) == ("sealed", False, short.pk)
    slots = DrawnSlot.objects.filter(draw=sealed).select_related("target")
    assert {slot.target.object_id for slot in slots} == drawn
    receipt = forms.parse_receipt(data=bytes(sealed.receipt or b""))
    assert isinstance(receipt.results[0].result.assignment, Assignment)
    assert {one.basis_points for item in receipt.manifest.items for one in item.strata} == {10_000}
    after = json.loads(bytes(sealed.roster or b""))
    assert standing.missing_in(short, bytes(sealed.roster or b"")) == []
    assert {one["id"] for one in before["officers"]} < {one["id"] for one in after["officers"]}
    assert all(one in after["recusals"] for one in before["recusals"])

    opened = draws.open_draw(draw=sealed, open_visits=0, actor=SYSTEM, at=AGAIN)
    short.refresh_from_db()
    assert (opened.state, short.state) == ("opened", "opened")
    (tmp_path / "receipt.json").write_bytes(bytes(opened.receipt or b""))
    for item in opened.items.all():
        (tmp_path / f"{item.item}.txt").write_bytes(bytes(item.frame or b""))
    assert main(["verify", str(tmp_path / "receipt.json"), "--frames", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert " failed " not in out
    assert "V9 ok" in out


def test_until_the_opening_the_manifest_stays_inside_and_the_pages_say_what_is_repeated(
    people: Cast, log: Log, fresh_keys: None
) -> None:
    short = _short(people, log)
    made = _again(short, people)
    _nominate(made, people, "林五", "林六")
    sealed = _walked(made, people, log)

    page = Client().get(f"/open/draws/{sealed.number}").content.decode()
    assert "本次只重抽执法人员" in page
    assert short.number in page
    assert "不由抽取产生" not in page
    assert sealed.manifest_digest in page
    assert Client().get(f"/open/draws/{sealed.number}/files/manifest.json").status_code == 404
    first = Client().get(f"/open/draws/{short.number}").content.decode()
    assert "重抽执法人员，抽中的对象不变" in first
    assert sealed.number in first
    manifest = json.loads(bytes(sealed.manifest or b""))
    register = (public_register.register_file(organiser=sealed.organiser.code, at=AGAIN) or b"").decode()
    assert manifest["items"][0]["frame_sha256"] not in page + first + register
    with pytest.raises(DrawRefused, match="它公开后本次才公开"):
        draws.open_draw(draw=short, open_visits=0, actor=SYSTEM, at=AGAIN)


def test_objects_strata_modes_and_people_of_the_draw_before_stand(people: Cast, log: Log) -> None:
    short = _short(people, log)
    made = _again(short, people)
    ground = documents.ground_of(made)

    assert LedgerEntry.objects.get(event="draw.repeated", subject=str(short.pk)).is_public
    frozen = bytes(short.items.all()[0].frame or b"").decode()
    assert all(f"{row.object_id}|{ground.stratum_of(row)}\n" in frozen for row in ground.rows)
    (item, *_rest) = draw_scenes.items_of(made)
    with pytest.raises(DrawRefused, match="对象和分层都不变"):
        draws.stratify(draw=made, by="district", quota={}, actor=people.actor("陈"), at=T0)
    with pytest.raises(DrawRefused, match="只能增加人员"):
        draws.staff(item=item, mode="mixed", actor=people.actor("陈"), at=T0)
    gone = Inspector.objects.get(officer=people.officers["林一"])
    gone.status = "left"
    gone.save(update_fields=["status"])
    names = {pk: naming.pseudonym_of(salt=made.salt, inspector_id=pk) for pk in ground.nominees}
    roster = documents.roster_document(made, documents.ground_of(made), names=names)
    rows = {one["id"]: one for one in roster["officers"]}  # type: ignore[index,union-attr,call-overload]
    assert (rows[names[gone.pk]]["cap"], rows[names[gone.pk]]["reason"]) == (0, "BARRED")


def test_it_is_refused_without_a_shortage_twice_and_beside_a_void(people: Cast, log: Log) -> None:
    short = _short(people, log)
    late = T0 + timedelta(days=9)
    with pytest.raises(DrawRefused, match="检查结束日"):
        draws.repeat(draw=short, t0=late, reason=REASON, actor=people.actor("陈"), at=T0)
    made = _again(short, people)

    with pytest.raises(DrawRefused, match=f"已由抽取 {made.number} 重抽人员"):
        _again(short, people)
    with pytest.raises(DrawRefused, match="须先作废它"):
        draws.propose_void(
            draw=short,
            reason="OFFICERS_SHORT",
            words="市商务局可派人员不足，没有派出",
            evidence_sha256=EVIDENCE,
            actor=people.actor("陈"),
            at=T0,
        )
    Draw.objects.filter(pk=short.pk).update(is_infeasible=False)
    with pytest.raises(DrawRefused, match="并无不足"):
        _again(short, people)


def test_the_organiser_finds_it_among_his_todos_and_does_it_on_the_page(
    people: Cast, log: Log, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = _short(people, log)
    monkeypatch.setattr(clock, "now", lambda: T0)
    found = [todo for todo in draw_todos.todos(people.actor("陈"), T0) if todo.verb == "draw.repeat"]
    assert [todo.url for todo in found] == [f"/draws/{short.pk}"]
    client.force_login(people.officers["陈"].user)  # type: ignore[arg-type]  # the cast has accounts
    assert "重抽执法人员" in client.get(f"/draws/{short.pk}").content.decode()

    form = {"t0": f"{AGAIN:%Y-%m-%dT%H:%M}", "reason": REASON}
    vague = client.post(f"/draws/{short.pk}/repeat", {**form, "reason": "人少"})
    made = client.post(f"/draws/{short.pk}/repeat", form)

    assert (vague.status_code, made.status_code) == (422, 302)
    assert "对象不变" in client.get(made["Location"]).content.decode()
    assert not [todo for todo in draw_todos.todos(people.actor("陈"), T0) if todo.verb == "draw.repeat"]
