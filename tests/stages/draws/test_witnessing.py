"""With a policy, commitment, sources and result wait for the quorum; a quorum that comes too late ends the draw."""

from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onevisit.core.draw.verify import Status, verify
from onevisit.core.merkle import note
from onevisit.stages.draws import events, selectors, tasks, void_events
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.support.ledger import adopting, policies, quorum
from onevisit.support.ledger import selectors as ledger
from onevisit.support.ledger.models import LedgerCheckpoint, LedgerEntry, LedgerIdentity
from onevisit.witness.folder import WitnessKey
from tests import draw_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import FREEZE_AT, KEY_AT, T0, TYPE_AT, Log

KEYS = {
    name: WitnessKey(name=f"{name}.example/witness", private=Ed25519PrivateKey.generate())
    for name in ("audit", "court")
}
LIMIT = T0 - timedelta(seconds=600)


def adopt_both(people: Cast, *, at: datetime = AT) -> None:
    """Adopt a policy that asks for both witnesses."""
    lines = [f"log {LedgerIdentity.objects.get().vkey}"]
    lines += [f"witness {name} {key.vkey}" for name, key in KEYS.items()]
    text = "\n".join([*lines, "group both all audit court", "quorum both", ""])
    adopting.adopt(data=text.encode(), actor=people.actor("陈"), at=at)


@pytest.fixture
def witnessed(log: Log, people: Cast) -> Log:
    """A ledger whose policy asks for both witnesses."""
    adopt_both(people)
    return log


def cosign(*names: str, at: datetime) -> None:
    """Let witnesses cosign the latest checkpoint at a moment of their own clocks."""
    row = LedgerCheckpoint.objects.latest("size")
    text = note.parse_note(data=row.note.encode()).text
    for name in names:
        quorum.record_cosignature(size=row.size, line=KEYS[name].cosign(text=text, time=int(at.timestamp())))


def _waiting(people: Cast, log: Log) -> Draw:
    draw = draw_scenes.waiting(people)
    log.step()
    return draw


def _committed(people: Cast, log: Log) -> Draw:
    draw = _waiting(people, log)
    cosign("audit", "court", at=FREEZE_AT)
    return draws.witness(draw=draw, at=FREEZE_AT)


def test_the_commitment_counts_once_the_quorum_is_complete(people: Cast, witnessed: Log) -> None:
    draw = _waiting(people, witnessed)

    assert draws.witness(draw=draw, at=FREEZE_AT).state == "waiting"
    cosign("audit", at=FREEZE_AT)
    assert draws.witness(draw=draw, at=FREEZE_AT).state == "waiting"
    cosign("court", at=LIMIT)
    assert draws.witness(draw=draw, at=T0).state == "committed"
    assert LedgerEntry.objects.filter(event=events.DrawWitnessed.name).count() == 1


def test_a_quorum_one_second_too_late_ends_the_draw_by_rule(people: Cast, witnessed: Log) -> None:
    draw = _waiting(people, witnessed)
    cosign("audit", at=FREEZE_AT)
    cosign("court", at=LIMIT + timedelta(seconds=1))

    assert draws.witness(draw=draw, at=FREEZE_AT).state == "waiting"
    with pytest.raises(DrawRefused, match="作废") as refused:
        draw_scenes.type_value(draw, people, by="陈")
    lapsed = draws.lapse(draw=draw, at=TYPE_AT)

    assert refused.value.code == "unwitnessed"
    assert (lapsed.void_reason, lapsed.void_proposed_by) == ("NOT_WITNESSED", "system")
    agreed = draws.void(draw=draw, actor=people.actor("公"), at=TYPE_AT)
    assert agreed.state == "voiding"


def test_a_quorum_that_never_comes_lapses_only_after_the_limit(
    people: Cast, witnessed: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = _waiting(people, witnessed)

    assert not draws.lapse(draw=draw, at=LIMIT + timedelta(seconds=60)).void_proposed_by
    monkeypatch.setattr("onevisit.support.clock.now", lambda: LIMIT + timedelta(seconds=61))
    tasks.watch_draws(0)
    tasks.watch_draws(0)

    draw.refresh_from_db()
    assert (draw.state, draw.void_reason) == ("waiting", "NOT_WITNESSED")
    assert LedgerEntry.objects.filter(event=void_events.VoidProposed.name).count() == 1


def test_a_witness_that_is_gone_keeps_no_draw_sealed_beyond_the_180_days(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = draw_scenes.sealed(people, log)
    adopt_both(people, at=T0 - timedelta(seconds=1))
    assert selectors.awaits_quorum(draw)
    moments = (T0 + timedelta(days=180) - timedelta(minutes=1), T0 + timedelta(days=180))

    states = []
    for moment in moments:
        monkeypatch.setattr("onevisit.support.clock.now", lambda moment=moment: moment)
        tasks.watch_draws(0)
        draw.refresh_from_db()
        states.append(draw.state)

    assert states == ["sealed", "opened"]


def test_without_witnesses_a_draw_does_not_lapse(people: Cast, log: Log) -> None:
    draw = _waiting(people, log)

    assert not draws.lapse(draw=draw, at=T0).void_proposed_by
    assert draws.witness(draw=draw, at=FREEZE_AT).state == "committed"


def test_keys_wait_until_the_sources_are_cosigned(people: Cast, witnessed: Log) -> None:
    draw = _committed(people, witnessed)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name)
    draw = draws.source(draw=draw, actor=people.actor("陈"), at=TYPE_AT)
    witnessed.step()
    (item, *_rest) = draw_scenes.items_of(draw)

    with pytest.raises(DrawRefused, match="尚未见证"):
        draw_scenes.hand_key(item, people)
    cosign("audit", "court", at=TYPE_AT)
    draw_scenes.hand_key(item, people)

    assert draw.keys.get(party=item.item).handed_at == KEY_AT


@pytest.mark.parametrize("late", [0, 1], ids=["at t0", "never"])
def test_keys_that_the_witnesses_did_not_see_before_t0_end_the_draw_by_rule(
    people: Cast, witnessed: Log, late: int
) -> None:
    """Who brings a key when the beacon is public could choose: one that nobody saw in time is a key that is missing."""
    draw = _committed(people, witnessed)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name)
    draw = draws.source(draw=draw, actor=people.actor("陈"), at=TYPE_AT)
    witnessed.step()
    cosign("audit", "court", at=TYPE_AT)
    for item in draw_scenes.items_of(draw):
        draw_scenes.hand_key(item, people)
    witnessed.step()
    if not late:
        cosign("audit", "court", at=T0)
    draw.refresh_from_db()

    with pytest.raises(DrawRefused, match="没有在 T0 以前见证"):
        draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)
    held = draws.lapse(draw=draw, at=T0 + timedelta(minutes=2))
    assert held.void_reason == "KEY_MISSING"
    assert draws.void(draw=held, actor=people.actor("公"), at=T0 + timedelta(minutes=3)).state == "voiding"


@pytest.mark.requirement("R92")
def test_the_result_waits_too_and_the_whole_proof_verifies_against_the_policy(people: Cast, witnessed: Log) -> None:
    draw = _committed(people, witnessed)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name)
    draw = draws.source(draw=draw, actor=people.actor("陈"), at=TYPE_AT)
    witnessed.step()
    cosign("audit", "court", at=TYPE_AT)
    for item in draw_scenes.items_of(draw):
        draw_scenes.hand_key(item, people)
    draw.refresh_from_db()
    witnessed.step()
    with pytest.raises(DrawRefused, match="没有在 T0 以前见证") as unseen:
        draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)
    assert unseen.value.code == "keys_late"
    assert draws.lapse(draw=draw, at=T0).void_reason == "", "a cosignature may still be on its way"
    cosign("audit", "court", at=KEY_AT)
    draw = draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)
    witnessed.step()

    assert selectors.awaits_quorum(draw)
    cosign("audit", "court", at=T0)
    assert not selectors.awaits_quorum(draw)

    checks = verify(
        receipt=bytes(draw.receipt or b""),
        frames={item.item: bytes(item.frame or b"") for item in draw.items.all()},
        proofs={
            "policy.txt": policies.text_of(draw.commitment_entry).encode(),  # type: ignore[arg-type]
            "manifest.tlog-proof": ledger.proof_of(draw.commitment_entry) or b"",  # type: ignore[arg-type]
            "result-0.tlog-proof": ledger.proof_of(draw.result_entry) or b"",  # type: ignore[arg-type]
        },
    )
    first = next(check for check in checks if check.number == 1)
    assert first.status is Status.OK, first.line
    assert f"margin {int((T0 - FREEZE_AT).total_seconds())}" in first.line
    assert [check.line for check in checks if check.status is Status.FAILED] == []
