"""Subjects of the verbs on offers: one of 市商务局 to the four others, with a sixth department asked for."""

from onevisit.stages.offers.models import ExtraDepartment, JoinRequest, Offer, OfferReply, PartApproval
from onevisit.stages.plans.models import Campaign
from onevisit.support.identity.models import Department
from tests import scenes
from tests.cast import AT, Cast
from tests.stages.offers import joins


def _offer(people: Cast) -> Offer:
    return Offer.objects.first() or scenes.settled(people)


def _campaign(people: Cast) -> Campaign:
    return _offer(people).campaign


def _reply(people: Cast) -> OfferReply:
    return scenes.reply_of(_offer(people), people, "市市监局")


def _extra(people: Cast) -> ExtraDepartment:
    offer = _offer(people)
    sixth = people.departments["市司法局"]
    return ExtraDepartment.objects.get_or_create(offer=offer, department=sixth, defaults={"reason": "职责不可替代"})[0]


def _join(people: Cast) -> JoinRequest:
    offer = _offer(people)
    found = JoinRequest.objects.filter(offer=offer).first()
    return found or JoinRequest.objects.create(
        offer=offer,
        department=people.departments["市消防支队"],
        target=joins.target(),
        reason="同一地址",
        asked_at=AT,
        asked_by="",
        asked_as="",
    )


def _department(people: Cast) -> Department:
    return people.departments["市商务局"]


def _part(people: Cast) -> PartApproval:
    return scenes.part_of(_offer(people), people, "市商务局")


_REPLY_VERBS = ("accept", "decline", "counter", "undo", "adopt", "insist", "expire")
SUBJECTS = {
    "offer": _offer,
    "offer.draft": _campaign,
    "offer.allow": _extra,
    "offer.refuse": _extra,
    "join": _join,
    "join.ask": _department,
    "join.separate": _department,
    "part": _part,
    **{f"offer.{verb}": _reply for verb in _REPLY_VERBS},
}
