"""签认: each organ in the room answers once to the fingerprint it read; a refusal says why."""

import pytest
from django.test import Client

from onevisit.core.lifecycle import WrongState
from onevisit.stages.draws import events, selectors
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Attestation, Draw
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger.models import LedgerEntry
from tests import draw_scenes, scenes
from tests.cast import Cast
from tests.draw_scenes import FREEZE_AT, T0, Log

WORDS = "第三组念作 12de，大屏上是 12dc，两处不一致"


def _attest(draw: Draw, people: Cast, *, by: str, is_agreed: bool = True, reason: str = "") -> Attestation:
    return draws.attest(
        draw=draw,
        fingerprint=draws.fingerprint_of(draw),
        is_agreed=is_agreed,
        reason=reason,
        actor=people.actor(by),
        at=FREEZE_AT,
    )


def test_the_notary_and_a_department_attest_and_each_leaves_a_public_entry(people: Cast, log: Log) -> None:
    draw = draw_scenes.committed(people, log)

    rows = [_attest(draw, people, by=name) for name in ("公", "林")]

    assert [row.fingerprint for row in rows] == [draw.manifest_digest] * 2
    assert set(selectors.attestations_of(draw)) == set(rows)
    entries = LedgerEntry.objects.filter(event=events.DrawAttested.name)
    assert {entry.is_public for entry in entries} == {True}
    assert all(draw.manifest_digest.encode() in bytes(entry.payload) for entry in entries)


def test_a_refusal_keeps_its_reason_beside_the_ledger(people: Cast, log: Log) -> None:
    draw = draw_scenes.committed(people, log)

    row = _attest(draw, people, by="公", is_agreed=False, reason=WORDS)

    payload = bytes(LedgerEntry.objects.get(event=events.DrawAttested.name).payload)
    assert row.reason == WORDS
    assert b'"is_agreed":false' in payload
    assert b"12de" not in payload


def test_a_refusal_without_a_reason_a_second_answer_and_another_fingerprint_are_refused(people: Cast, log: Log) -> None:
    draw = draw_scenes.committed(people, log)

    with pytest.raises(DrawRefused, match="笼统"):
        _attest(draw, people, by="公", is_agreed=False, reason="不对")
    with pytest.raises(DrawRefused, match="指纹已更新"):
        draws.attest(draw=draw, fingerprint="00" * 32, is_agreed=True, actor=people.actor("公"), at=FREEZE_AT)
    _attest(draw, people, by="公")
    with pytest.raises(DrawRefused, match="不再重复"):
        _attest(draw, people, by="公", is_agreed=False, reason=WORDS)


def test_the_organiser_and_outsiders_do_not_attest(people: Cast, log: Log) -> None:
    draw = draw_scenes.committed(people, log)

    for name in ("陈", "吴"):
        with pytest.raises(MayNot):
            _attest(draw, people, by=name)


def test_nothing_is_attested_before_the_commitment(people: Cast) -> None:
    draw = draw_scenes.frozen(people)

    with pytest.raises(WrongState):
        _attest(draw, people, by="公")


def test_after_the_draw_the_seal_is_attested_anew(people: Cast, log: Log) -> None:
    draw = draw_scenes.committed(people, log)
    _attest(draw, people, by="公")
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name)
    draw = draws.source(draw=draw, actor=people.actor("陈"), at=draw_scenes.TYPE_AT)
    log.step()
    for item in draw_scenes.items_of(draw):
        draw_scenes.hand_key(item, people)
    draw.refresh_from_db()
    draw = draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)

    assert selectors.attestations_of(draw) == []
    before = {one.department.short_name for one in selectors.earlier_attestations_of(draw)}
    assert before == {*scenes.CLERKS, "公证处"}
    assert _attest(draw, people, by="公").fingerprint == draw.seal


def test_the_phone_shows_the_groups_to_read_and_takes_the_answer(people: Cast, log: Log, client: Client) -> None:
    draw = draw_scenes.committed(people, log)
    client.force_login(people.officers["公"].user)  # type: ignore[arg-type]
    url = f"/draws/{draw.pk}/witness"

    page = client.get(url).content.decode()
    for start in range(0, 64, 4):
        assert f"<span>{draw.manifest_digest[start : start + 4]}</span>" in page
    vague = client.post(url, {"fingerprint": draw.manifest_digest, "answer": "refuse", "reason": "不对"})
    done = client.post(url, {"fingerprint": draw.manifest_digest, "answer": "agree"})

    assert (vague.status_code, done.status_code) == (422, 302)
    after = client.get(url).content.decode()
    assert "已签认" in after
    assert 'value="agree"' not in after
    assert "已签认" in client.get(f"/draws/{draw.pk}/ceremony").content.decode()
