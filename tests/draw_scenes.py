"""A draw over the settled offer of the scenes, walked through the services to any step."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from py_arkworks_bls12381 import G1Point, G2Point, Scalar

from onevisit.core.draw import beacon, seeds, shares, sources
from onevisit.stages.draws import documents
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.keys import deposits
from onevisit.stages.draws.models import Draw, DrawItem
from onevisit.stages.draws.pool import narrow, reconciling
from onevisit.support.identity.roles import Role
from onevisit.support.ledger import sequencer
from onevisit.support.ledger.sequencer import Sequencer
from onevisit.support.sm2 import PrivateKey
from tests import scenes
from tests.cast import AT, Cast, department, officer
from tests.remembered import scene

T0 = datetime(2026, 11, 18, 15, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SALT = "5a" * 32
DIGITS = "004217993301"
EVIDENCE = "ee" * 32
SEALED = "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n-----END AGE ENCRYPTED FILE-----\n"
NARROW_REASON = "全市本类对象不多，各部门持证人员有限"
FREEZE_AT = T0 - timedelta(hours=2)
TYPE_AT = T0 - timedelta(minutes=8)
KEY_AT = T0 - timedelta(minutes=4)


class Log:
    """The ledger's sequencer, stepped by hand."""

    def __init__(self, folder: Path, *, sm2: PrivateKey | None = None) -> None:
        signer = sequencer.open_signer(folder=folder, origin="city.example/ledger", sm2=sm2)
        self.sequencer = Sequencer(signer=signer)

    def step(self) -> None:
        self.sequencer.step()


def key_of(party: str) -> str:
    """Return the key that a department's browser made in these tests."""
    return hashlib.sha256(party.encode()).hexdigest()


def clerk_of(item: DrawItem) -> str:
    """Name the clerk of an item's department."""
    return scenes.CLERKS[item.department.short_name]


def items_of(draw: Draw) -> list[DrawItem]:
    """Return the items with their departments."""
    return list(draw.items.select_related("department", "draw"))


@scene
def prepared(people: Cast, **how: Any) -> Draw:
    """Prepare the draw; every part is approved."""
    offer = scenes.ready(people)
    return draws.prepare(offer_id=offer.pk, t0=T0, salt=SALT, actor=people.actor("陈"), at=AT, **how)


@scene
def committed_keys(people: Cast, **how: Any) -> Draw:
    """Let every department commit to its key."""
    draw = prepared(people, **how)
    for item in items_of(draw):
        commit_key(item, people)
    approve_pool(draw, people)
    return draw


def approve_pool(draw: Draw, people: Cast, *, at: datetime = AT) -> None:
    """Let all others do what a freeze waits for: exclusions, small strata and pools, and the shares of keys."""
    share_keys(draw, people, at=at)
    approve_exclusions(draw, people, at=at)
    consent_to_narrow(draw, people, at=at)


def approve_exclusions(draw: Draw, people: Cast, *, at: datetime = AT) -> None:
    """Let the organiser's head approve every list of exclusions."""
    for group in reconciling.unapproved(reconciling.groups_of(draw, documents.ground_of(draw))):
        draws.approve_exclusions(
            draw=draw,
            reason=group.reason,
            list_sha256=group.list_sha256,
            words="同意",
            actor=people.actor("陈处"),
            at=at,
        )


def consent_to_narrow(draw: Draw, people: Cast, *, at: datetime = AT) -> None:
    """Let the notary agree to what is small in this pool."""
    if narrow.open_places(draw, narrow.places_of(draw, documents.ground_of(draw), on=at.date())):
        draws.ask_consent(draw=draw, reason=NARROW_REASON, actor=people.actor("陈"), at=at)
        draws.consent(draw=draw, actor=people.actor("公"), at=at)


def recipient_of(party: str) -> str:
    """Return the public key that shares are sealed to in these tests."""
    spoken = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    digits = hashlib.sha256(f"receiving {party}".encode()).digest() * 2
    return "age1" + "".join(spoken[digit % 32] for digit in digits[:58])


def share_of(party: str, holder: str) -> str:
    """Return the share of a party's key that a holder keeps in these tests; only a browser combines real ones."""
    return hashlib.sha256(f"share {party} {holder}".encode()).hexdigest() + "01"


def deposit_shares(item: DrawItem, people: Cast, *, at: datetime = AT) -> None:
    """Deposit the shares of one department's key."""
    others = [other.item for other in items_of(item.draw) if other.item != item.item]
    given = {
        holder: draws.Sealed(
            digest=shares.share_digest(
                draw=item.draw.number, party=item.item, holder=holder, share=share_of(item.item, holder)
            ),
            sealed=SEALED,
        )
        for holder in others
    }
    draws.deposit_shares(item=item, given=given, escrow_sealed=SEALED, actor=people.actor(clerk_of(item)), at=at)


def hold_escrow(draw: Draw, people: Cast, *, by: str = "司", at: datetime = AT) -> None:
    """Let 执法监督 be the escrow: it types nothing."""
    draws.hold_escrow(draw=draw, recipient=recipient_of("escrow"), actor=people.actor(by), at=at)


def oversight(people: Cast, *, code: str, short_name: str, name: str) -> None:
    """Give the city one more organ with the post 执法监督."""
    organ = department(code=code, name=f"厦门{short_name}", short_name=short_name)
    people.departments[short_name] = organ
    people.officers[name] = officer(name=name, department=organ, roles=(Role.SUPERVISOR,))


def take_escrow(draw: Draw, people: Cast, *, by: str, at: datetime) -> None:
    """Let the next organ of the order follow a silent escrow."""
    reason = "原托管单位逾期一个工作日未核对份额"
    draws.take_escrow(draw=draw, recipient=recipient_of(by), reason=reason, actor=people.actor(by), at=at)


def share_keys(draw: Draw, people: Cast, *, at: datetime = AT) -> None:
    """Let every department that has a key deposit its shares, and the escrow verify them."""
    found = deposits.deposits_of(draw)
    if not found.needed:
        return
    if found.escrow is None:
        hold_escrow(draw, people, at=at)
    for item in items_of(draw):
        now = deposits.deposits_of(draw)
        if (row := now.of(item.item)) and row.is_committed and not row.is_current and not now.awaited_by(item.item):
            deposit_shares(item, people, at=at)
    if fresh := [str(row.row.pk) for row in deposits.deposits_of(draw).unverified() if row.row]:
        draws.verify_shares(draw=draw, verified=fresh, rejected={}, actor=people.actor("司"), at=at)


def open_share(item: DrawItem, people: Cast, party: str, *, key: str = "", at: datetime = KEY_AT) -> None:
    """Let one holder hand in its share of a key."""
    draws.open_share(
        item=item,
        party=party,
        share=share_of(party, item.item),
        key=key,
        actor=people.actor(clerk_of(item)),
        at=at,
    )


def commit_key(item: DrawItem, people: Cast, *, at: datetime = AT) -> None:
    """Commit one department to its key."""
    commitment = seeds.key_commitment(draw=item.draw.number, party=item.item, key=key_of(item.item))
    draws.commit_key(
        item=item,
        commitment=commitment,
        recipient=recipient_of(item.item),
        actor=people.actor(clerk_of(item)),
        at=at,
    )


@scene
def frozen(people: Cast) -> Draw:
    """Freeze the pool."""
    return draws.freeze(draw=committed_keys(people), actor=people.actor("陈"), at=FREEZE_AT)


@scene
def waiting(people: Cast) -> Draw:
    """Commit to the manifest; nobody has seen it yet."""
    return draws.commit(draw=frozen(people), actor=people.actor("陈"), at=FREEZE_AT)


def committed(people: Cast, log: Log) -> Draw:
    """Let the log sign it."""
    draw = waiting(people)
    log.step()
    return draws.witness(draw=draw, at=FREEZE_AT)


def type_value(draw: Draw, people: Cast, *, by: str, digits: str = DIGITS, at: datetime = TYPE_AT) -> draws.Typing:
    """Type the value by one person, on a device of his own."""
    return draws.type_value(
        draw=draw, digits=digits, evidence_sha256=EVIDENCE, device=by, actor=people.actor(by), at=at
    )


def typed(people: Cast, log: Log) -> Draw:
    """Have the value typed by the organiser and the notary."""
    draw = committed(people, log)
    for name in ("陈", "公"):
        type_value(draw, people, by=name)
    return draw


def sourced(people: Cast, log: Log) -> Draw:
    """Fix the value."""
    draw = draws.source(draw=typed(people, log), actor=people.actor("陈"), at=TYPE_AT)
    log.step()
    return draw


def sign(item: DrawItem, people: Cast, *, at: datetime = KEY_AT) -> None:
    """Let a department's clerk sign the fingerprint, if the department has not answered yet."""
    draw = Draw.objects.get(pk=item.draw_id)
    if draw.manifest_digest and not draw.attestations.filter(department_id=item.department_id).exists():
        actor = people.actor(clerk_of(item))
        draws.attest(draw=draw, fingerprint=draw.manifest_digest, is_agreed=True, actor=actor, at=at)


def hand_key(item: DrawItem, people: Cast, *, at: datetime = KEY_AT) -> None:
    """Sign the fingerprint of the manifest for one department, and hand over its key."""
    sign(item, people, at=at)
    draws.hand_key(item=item, key=key_of(item.item), actor=people.actor(clerk_of(item)), at=at)


def keyed(people: Cast, log: Log) -> Draw:
    """Let every department hand over its key."""
    draw = sourced(people, log)
    for item in items_of(draw):
        hand_key(item, people)
    log.step()
    draw.refresh_from_db()
    return draw


def sealed(people: Cast, log: Log) -> Draw:
    """Draw."""
    return draws.draw_lots(draw=keyed(people, log), actor=people.actor("陈"), at=T0)


def voided(people: Cast, log: Log) -> Draw:
    """Give a committed draw up before its seed."""
    draw, words = committed(people, log), "承诺未能在规定时刻前见证完成"
    draws.propose_void(
        draw=draw,
        reason="NOT_WITNESSED",
        words=words,
        evidence_sha256=EVIDENCE,
        actor=people.actor("陈"),
        at=FREEZE_AT,
    )
    return draws.void(draw=draw, actor=people.actor("公"), at=FREEZE_AT)


def sealed_after(people: Cast, log: Log, void: Draw) -> Draw:
    """Draw again from the offer of a void draw."""
    assert void.offer_id is not None
    draw = draws.prepare(offer_id=void.offer_id, t0=T0, salt=SALT, actor=people.actor("陈"), at=AT.replace(hour=10))
    for item in items_of(draw):
        commit_key(item, people)
    approve_pool(draw, people)
    draw = draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    draw = draws.commit(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    log.step()
    draw = draws.witness(draw=draw, at=FREEZE_AT)
    for name in ("陈", "公"):
        type_value(draw, people, by=name)
    draw = draws.source(draw=draw, actor=people.actor("陈"), at=TYPE_AT)
    log.step()
    for item in items_of(draw):
        hand_key(item, people)
    draw.refresh_from_db()
    return draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)


class Beacon:
    """A beacon of our own with the parameters of the pinned chain, so that a round of any moment can be signed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._secret = Scalar(0x1F2E3D4C5B6A)
        plain = replace(
            beacon.QUICKNET, public_key=bytes((G2Point() * self._secret).to_compressed_bytes()).hex(), chain_hash=""
        )
        self.chain = replace(plain, chain_hash=plain.recomputed_hash())
        monkeypatch.setattr(beacon, "QUICKNET", self.chain)

    def signature(self, number: int) -> str:
        """Sign a round as the beacon does."""
        message = hashlib.sha256(number.to_bytes(8, "big")).digest()
        point = G1Point.hash_to_curve(message, beacon.DOMAIN) * self._secret
        return bytes(point.to_compressed_bytes()).hex()

    def at(self, moment: datetime) -> str:
        """Sign the first round that comes at a moment or later."""
        return self.signature(sources.round_at(chain=self.chain, at=int(moment.timestamp())))


def keyed_with(people: Cast, log: Log, types: tuple[str, ...], **how: Any) -> Draw:
    """Walk a draw with other sources to the point where its keys are in."""
    draw = committed_keys(people, sources=types, **how)
    draw = draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    draw = draws.commit(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    log.step()
    draws.witness(draw=draw, at=FREEZE_AT)
    if "ceremony" in types:
        for name in ("陈", "公"):
            type_value(draw, people, by=name)
    draws.source(draw=draw, actor=people.actor("陈"), at=TYPE_AT)
    log.step()
    for item in items_of(draw):
        hand_key(item, people)
    draw.refresh_from_db()
    return draw


def sealed_with_beacon(people: Cast, log: Log, own: Beacon) -> Draw:
    """Draw with the ceremony's digits and the beacon: this one may have replacement rounds."""
    draw = keyed_with(people, log, ("ceremony", "drand"))
    draws.carry_value(draw=draw, signature=own.at(T0), actor=people.actor("公"), at=T0)
    return draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)


OPEN_SOURCES = ("ceremony", "drand")


@scene
def open_prepared(people: Cast, **how: Any) -> Draw:
    """Prepare an open draw: every department looks at documents, nobody goes there."""
    offer = scenes.ready(people, method="documents")
    given = {"mode": "open", "sources": OPEN_SOURCES, **how}
    return draws.prepare(offer_id=offer.pk, t0=T0, salt=SALT, actor=people.actor("陈"), at=AT, **given)


def open_committed(people: Cast, log: Log, **how: Any) -> Draw:
    """Freeze an open draw and commit to it; no department brings a key."""
    draw = open_prepared(people, **how)
    approve_pool(draw, people)
    draw = draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    draw = draws.commit(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    log.step()
    return draws.witness(draw=draw, at=FREEZE_AT)


def open_sourced(people: Cast, log: Log, **how: Any) -> Draw:
    """Fix the digits of the room, and let the log sign them."""
    draw = open_committed(people, log, **how)
    if "ceremony" in draw.source_types:
        for name in ("陈", "公"):
            type_value(draw, people, by=name)
    draw = draws.source(draw=draw, actor=people.actor("陈"), at=TYPE_AT)
    log.step()
    return draw


def open_drawn(people: Cast, log: Log, own: Beacon, **how: Any) -> Draw:
    """Draw an open draw; without witnesses its result is public at once."""
    draw = open_sourced(people, log, **how)
    draws.carry_value(draw=draw, signature=own.at(T0), actor=people.actor("公"), at=T0)
    draw = draws.draw_lots(draw=draw, actor=people.actor("陈"), at=T0)
    log.step()
    return draw
