"""The way of a joint inspection to its sealed draw, as the cast walks it at the desk; each step is one act."""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from onevisit.core.draw import seeds
from onevisit.core.draw import shares as share_digests
from onevisit.demo.past import keys
from onevisit.demo.past.stage import Stage
from onevisit.stages.draws import documents
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.keys import deposits
from onevisit.stages.draws.models import Draw, DrawItem
from onevisit.stages.draws.pool import narrow, reconciling
from onevisit.stages.offers import services as offers
from onevisit.stages.offers.models import Offer, OfferReply, PartApproval
from onevisit.stages.plans import services as plans
from onevisit.stages.plans.models import Campaign, CampaignTemplate, ClusterDepartment

DIGITS = 12
_BEFORE_SEED = {"freeze": 150, "commit": 120, "type": 25, "keys": 12}
EVIDENCE = hashlib.sha256("演示取值：演示城市没有公证现场，数字由程序随机产生".encode()).hexdigest()


@dataclass(kw_only=True)
class Walk:
    """One inspection on its way: what is known of it, and the secrets that its departments keep."""

    words: dict[str, Any]
    lead: str
    others: tuple[str, ...] = ()
    campaign: Campaign = field(init=False)
    offer: Offer = field(init=False)
    draw: Draw = field(init=False)
    held: dict[str, str] = field(default_factory=dict)
    receiving: dict[str, keys.Receiving] = field(default_factory=dict)

    def names(self) -> tuple[str, ...]:
        return (self.lead, *self.others)


def planned(stage: Stage, walk: Walk, *, ago: int, starts: int, ends: int) -> Iterator[datetime]:
    """The coordination office starts it and writes its plan; the department that leads approves it."""
    words, office = walk.words, stage.actor("chen")
    yield stage.moment(ago, "09:12")
    walk.campaign = plans.start(
        template=CampaignTemplate.objects.get(key=words["template"]),
        title=words["title"],
        field="",
        initiator=stage.organ(walk.lead),
        starts_on=stage.day(starts),
        ends_on=stage.day(ends),
        actor=office,
        at=stage.at,
    )
    plans.match(campaign=walk.campaign, actor=office, at=stage.at)
    yield stage.moment(ago, "10:40")
    _settle_departments(stage, walk)
    plan = ("problem_source", "goal", "goal_measure", "necessity", "field_scores", "quota")
    changes = plans.Changes(**{name: words[name] for name in plan})
    walk.campaign = plans.edit(campaign=walk.campaign, changes=changes, actor=office, at=stage.at)
    walk.campaign = plans.submit(campaign=walk.campaign, actor=office, at=stage.at)
    yield stage.moment(ago, "15:05")
    walk.campaign = plans.approve(campaign=walk.campaign, actor=stage.head(stage.organ(walk.lead)), at=stage.at)


def _settle_departments(stage: Stage, walk: Walk) -> None:
    """Take out the departments that do not join this time and bring in those that do; the plan says why."""
    office, organs = stage.actor("chen"), [stage.organ(name) for name in walk.names()]
    rows = ClusterDepartment.objects.filter(cluster__campaign=walk.campaign, is_removed=False)
    proposed = {row.department_id for row in rows}
    for organ in organs:
        if organ.pk not in proposed:
            reason = walk.words["brought_in"]
            plans.add_department(campaign=walk.campaign, department=organ, reason=reason, actor=office, at=stage.at)
    for department_id in sorted(proposed - {organ.pk for organ in organs}):
        reason = walk.words["left_out"]
        plans.remove_department(
            campaign=walk.campaign, department_id=department_id, reason=reason, actor=office, at=stage.at
        )


def offered(stage: Stage, walk: Walk, *, ago: int) -> Iterator[datetime]:
    """The lead sends its offer; the others accept, and it is settled."""
    clerk = stage.clerk(stage.organ(walk.lead))
    yield stage.moment(ago, "09:30")
    walk.offer = offers.draft(campaign=walk.campaign, actor=clerk, at=stage.at)
    walk.offer = offers.send(offer=walk.offer, actor=clerk, at=stage.at)
    for number, name in enumerate(walk.others):
        yield stage.moment(ago, f"{10 + number}:20")
        reply = OfferReply.objects.select_related("offer").get(offer=walk.offer, department=stage.organ(name))
        offers.accept(reply=reply, actor=stage.actor(name), at=stage.at)
    yield stage.moment(ago, "15:40")
    walk.offer = offers.settle(offer=walk.offer, actor=clerk, at=stage.at)


def approved(stage: Stage, walk: Walk, *, ago: int) -> Iterator[datetime]:
    """Each department hands in its own form with its items and all its people; its own head approves it."""
    for number, name in enumerate(walk.names()):
        yield stage.moment(ago, f"{9 + number}:15")
        organ = stage.organ(name)
        part = PartApproval.objects.select_related("offer").get(offer=walk.offer, department=organ)
        part = offers.submit_part(
            part=part,
            item_ids=part.item_ids,
            inspector_ids=[inspector.pk for inspector in stage.inspectors(organ)],
            method="on_site",
            opinion=walk.words["opinion"],
            actor=stage.clerk(organ),
            at=stage.at,
        )
        yield stage.moment(ago, f"{9 + number}:50")
        offers.approve_part(part=part, decision="同意", actor=stage.head(organ), at=stage.at)


def prepared(stage: Stage, walk: Walk, *, ago: int, t0: datetime) -> Iterator[datetime]:
    """The draw gets its number and moment; the departments commit to their keys and share them."""
    yield stage.moment(ago, "16:10")
    walk.draw = draws.prepare(
        offer_id=walk.offer.pk,
        t0=t0,
        salt=secrets.token_hex(32),
        length=DIGITS,
        actor=stage.actor("chen"),
        at=stage.at,
    )
    for number, item in enumerate(_items(walk.draw)):
        yield stage.moment(ago - 1, f"09:{20 + 10 * number}")
        _commit_key(stage, walk, item)
    if deposits.deposits_of(walk.draw).needed:
        yield from _shared(stage, walk, ago=ago - 1)
    yield stage.moment(ago - 1, "15:30")
    _approve_pool(stage, walk)


def _commit_key(stage: Stage, walk: Walk, item: DrawItem) -> None:
    key, receiving = keys.make_key(), keys.Receiving()
    walk.held[item.item], walk.receiving[item.item] = key, receiving
    commitment = seeds.key_commitment(draw=walk.draw.number, party=item.item, key=key)
    draws.commit_key(
        item=item,
        commitment=commitment,
        recipient=receiving.recipient,
        actor=stage.clerk(item.department),
        at=stage.at,
    )


def _shared(stage: Stage, walk: Walk, *, ago: int) -> Iterator[datetime]:
    """Each key is split and sealed for the other departments; the escrow sees that the shares come to it."""
    supervisor, escrow = stage.actor("supervisor"), keys.Receiving()
    yield stage.moment(ago, "10:30")
    draws.hold_escrow(draw=walk.draw, recipient=escrow.recipient, actor=supervisor, at=stage.at)
    needed, given = deposits.deposits_of(walk.draw).needed, {}
    for number, item in enumerate(_items(walk.draw)):
        yield stage.moment(ago, f"11:{5 + 10 * number:02}")
        given[item.item] = _deposit(stage, walk, item, escrow=escrow, needed=needed)
    yield stage.moment(ago, "14:30")
    sound, own = [], walk.draw.number
    for row in deposits.deposits_of(walk.draw).unverified():
        if row.row is None:
            continue
        shares = given[row.party]
        if not keys.opens(draw=own, party=row.party, commitment=row.commitment, shares=shares, needed=needed):
            raise ValueError(f"the shares of {row.party} do not come to its key")
        sound.append(str(row.row.pk))
    draws.verify_shares(draw=walk.draw, verified=sound, rejected={}, actor=supervisor, at=stage.at)


def _deposit(stage: Stage, walk: Walk, item: DrawItem, *, escrow: keys.Receiving, needed: int) -> list[str]:
    number, party = walk.draw.number, item.item
    holders = sorted(set(walk.held) - {party})
    shares = dict(zip(holders, keys.split(walk.held[party], count=len(holders), needed=needed), strict=True))
    given = {
        holder: draws.Sealed(
            digest=share_digests.share_digest(draw=number, party=party, holder=holder, share=share),
            sealed=keys.seal(
                {"draw": number, "party": party, "holder": holder, "share": share},
                recipient=walk.receiving[holder].public,
            ),
        )
        for holder, share in shares.items()
    }
    draws.deposit_shares(
        item=item,
        given=given,
        escrow_sealed=keys.seal({"draw": number, "party": party, "shares": shares}, recipient=escrow.public),
        actor=stage.clerk(item.department),
        at=stage.at,
    )
    return list(shares.values())


def _approve_pool(stage: Stage, walk: Walk) -> None:
    """The office's head approves what stays out; the notary agrees where a pool is small."""
    ground = documents.ground_of(walk.draw)
    for group in reconciling.unapproved(reconciling.groups_of(walk.draw, ground)):
        draws.approve_exclusions(
            draw=walk.draw,
            reason=group.reason,
            list_sha256=group.list_sha256,
            words=walk.words["exclusions"],
            actor=stage.actor("chen-head"),
            at=stage.at,
        )
    if narrow.open_places(walk.draw, narrow.places_of(walk.draw, ground, on=stage.at.date())):
        draws.ask_consent(draw=walk.draw, reason=walk.words["narrow"], actor=stage.actor("chen"), at=stage.at)
        draws.consent(draw=walk.draw, actor=stage.actor("notary"), at=stage.at)


def committed(stage: Stage, walk: Walk, *, t0: datetime) -> Iterator[datetime]:
    """On the day of the draw the pool is frozen and its fingerprint committed; then the room's digits are typed."""
    office = stage.actor("chen")
    yield t0 - timedelta(minutes=_BEFORE_SEED["freeze"])
    walk.draw = draws.freeze(draw=walk.draw, actor=office, at=stage.at)
    yield t0 - timedelta(minutes=_BEFORE_SEED["commit"])
    walk.draw = draws.commit(draw=walk.draw, actor=office, at=stage.at)
    yield t0 - timedelta(minutes=_BEFORE_SEED["commit"] - 1)
    walk.draw = draws.witness(draw=walk.draw, at=stage.at)
    yield t0 - timedelta(minutes=_BEFORE_SEED["type"])
    digits = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    for name in ("chen", "notary"):
        draws.type_value(
            draw=walk.draw,
            digits=digits,
            evidence_sha256=EVIDENCE,
            device=secrets.token_hex(16),
            actor=stage.actor(name),
            at=stage.at,
        )
    walk.draw = draws.source(draw=walk.draw, actor=office, at=stage.at)


def keyed(stage: Stage, walk: Walk, *, t0: datetime, without: tuple[str, ...] = ()) -> Iterator[datetime]:
    """The departments sign the fingerprint and hand over their keys, but for those who are late."""
    for number, item in enumerate(_items(walk.draw)):
        yield t0 - timedelta(minutes=_BEFORE_SEED["keys"] - 2 * number)
        clerk = stage.clerk(item.department)
        draws.attest(draw=walk.draw, fingerprint=walk.draw.manifest_digest, is_agreed=True, actor=clerk, at=stage.at)
        if stage.name_of(item.department) not in without:
            draws.hand_key(item=item, key=walk.held[item.item], actor=clerk, at=stage.at)


def to_the_draw(stage: Stage, walk: Walk, *, ago: int, t0: datetime) -> Iterator[datetime]:
    """From the number of the draw to its sealed result."""
    yield from prepared(stage, walk, ago=ago, t0=t0)
    yield from committed(stage, walk, t0=t0)
    yield from keyed(stage, walk, t0=t0)
    yield from sealed(stage, walk, t0=t0)


def sealed(stage: Stage, walk: Walk, *, t0: datetime) -> Iterator[datetime]:
    """At its moment the draw is computed; the visits follow by themselves."""
    yield t0
    walk.draw.refresh_from_db()
    walk.draw = draws.draw_lots(draw=walk.draw, actor=stage.actor("chen"), at=stage.at)
    yield t0 + timedelta(minutes=1)  # the visits have been sent out by then


def _items(draw: Draw) -> list[DrawItem]:
    return list(draw.items.select_related("department", "draw").order_by("item"))
