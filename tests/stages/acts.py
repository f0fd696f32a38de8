"""Every verb of campaigns, offers and parts as a row: how to come to it, do it, and what it leaves."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from onevisit.stages.offers import services as offers
from onevisit.stages.offers.models import ExtraDepartment
from onevisit.stages.plans import services as plans
from onevisit.stages.plans.services import Changes
from onevisit.support.identity import actors
from onevisit.support.identity.actors import Actor
from tests import scenes
from tests.cast import AT, Cast


@dataclass(frozen=True)
class Act:
    """One verb.

    Attributes:
        build: makes the subject.
        do: does the verb on it.
        may: who of the cast may; "" = the system's clock.
        other: somebody who may see the subject or not, and may never do it.
        event: what the ledger holds afterwards.
        is_repeatable: doing it again in the resulting state is allowed.
    """

    verb: str
    build: Callable[[Cast], Any]
    do: Callable[[Cast, Any, Actor, datetime], Any]
    may: str
    other: str
    event: str
    is_repeatable: bool = False
    at: datetime = AT

    def __str__(self) -> str:
        return self.verb

    def actor(self, people: Cast) -> Actor:
        return people.actor(self.may) if self.may else actors.SYSTEM


def _reply(short: str) -> Callable[[Cast], Any]:
    return lambda people: scenes.reply_of(scenes.sent(people), people, short)


def _countered(people: Cast) -> Any:
    reply = _reply("市市监局")(people)
    offers.counter(
        reply=reply, starts_on=scenes.ENDS_ON, ends_on=scenes.ENDS_ON, words="", actor=people.actor("王"), at=AT
    )
    return reply


def _accepted(people: Cast) -> Any:
    reply = _reply("市市监局")(people)
    offers.accept(reply=reply, actor=people.actor("王"), at=AT)
    return reply


def _extra(people: Cast) -> ExtraDepartment:
    offer = scenes.drafted(people)
    return ExtraDepartment.objects.create(
        offer=offer, department=people.departments["市司法局"], reason="承担听证与复核职责，其他部门不能替代"
    )


def _with_sixth(people: Cast) -> Any:
    offer = scenes.drafted(people)
    scenes.sixth_in_cluster(people, offer)
    return offer


def _extend(people: Cast, offer: Any, actor: Actor, at: datetime) -> Any:
    return offers.extend(
        offer=offer,
        department=people.departments["市司法局"],
        reason="承担听证与复核职责，其他部门不能替代",
        actor=actor,
        at=at,
    )


def _part(people: Cast) -> Any:
    return scenes.part_of(scenes.settled(people), people, "市市监局")


def _part_submitted(people: Cast) -> Any:
    return scenes.part_submitted(people, offer=scenes.settled(people), short="市市监局")


def _submit_part(people: Cast, part: Any, actor: Actor, at: datetime) -> Any:
    return offers.submit_part(
        part=part,
        item_ids=part.item_ids,
        inspector_ids=scenes.inspector_ids(people, "市市监局"),
        method="on_site",
        opinion="建议开展",
        actor=actor,
        at=at,
    )


def _edit_offer(people: Cast, offer: Any, actor: Actor, at: datetime) -> Any:
    days = {"starts_on": scenes.STARTS_ON, "ends_on": scenes.ENDS_ON}
    return offers.edit(offer=offer, reason="新的事由", basis="依据", message="", **days, actor=actor, at=at)


def _plain(service: Callable[..., Any], name: str, **more: Any) -> Callable[[Cast, Any, Actor, datetime], Any]:
    return lambda people, subject, actor, at: service(**{name: subject}, **more, actor=actor, at=at)


def _note(people: Cast) -> Any:
    campaign = scenes.complete(people)
    return plans.annotate(campaign=campaign, section="goal", words="指标请写基数", actor=people.actor("何"), at=AT)


def _minute(people: Cast, campaign: Any, actor: Actor, at: datetime) -> Any:
    return plans.minute(
        campaign=campaign,
        title="会商",
        met_on=AT.date(),
        place="",
        chair="陈处",
        department_ids=[people.departments["市商务局"].pk],
        agreed="同意",
        actor=actor,
        at=at,
    )


CAMPAIGN_ACTS = (
    Act("campaign.match", scenes.started, _plain(plans.match, "campaign"), "陈", "林", "campaign.matched", True),
    Act(
        "campaign.edit",
        scenes.started,
        _plain(plans.edit, "campaign", changes=Changes(problem_source="投诉 41 件")),
        "陈",
        "林",
        "campaign.edited",
        True,
    ),
    Act("campaign.consult", scenes.complete, _plain(plans.consult, "campaign"), "陈", "王", "campaign.consulted", True),
    Act(
        "campaign.annotate",
        scenes.submitted,
        _plain(plans.annotate, "campaign", section="goal", words="指标请写基数"),
        "林局",
        "陈",
        "campaign.annotated",
        True,
    ),
    Act("campaign.minute", scenes.complete, _minute, "陈", "王", "campaign.minuted", True),
    Act("plan_note.adopt", _note, _plain(plans.adopt_note, "note", answer="已写明"), "陈", "何", "plan_note.adopted"),
    Act(
        "plan_note.decline", _note, _plain(plans.decline_note, "note", answer="不改"), "陈", "何", "plan_note.declined"
    ),
    Act("plan_note.withdraw", _note, _plain(plans.withdraw_note, "note"), "何", "陈", "plan_note.withdrawn"),
    Act("campaign.submit", scenes.complete, _plain(plans.submit, "campaign"), "陈", "林", "campaign.submitted"),
    Act("campaign.recall", scenes.submitted, _plain(plans.recall, "campaign"), "陈", "林局", "campaign.recalled"),
    Act("campaign.approve", scenes.submitted, _plain(plans.approve, "campaign"), "林局", "王局", "campaign.approved"),
    Act(
        "campaign.return",
        scenes.submitted,
        _plain(plans.return_, "campaign", reason_code="too_broad", reason="范围过宽"),
        "林局",
        "陈处",
        "campaign.returned",
    ),
    Act("campaign.run", scenes.approved, _plain(plans.run, "campaign"), "林", "陈", "campaign.ran", True),
    Act(
        "campaign.evaluate",
        lambda people: scenes.sent(people).campaign,
        _plain(plans.evaluate, "campaign", words="整改率 96%"),
        "陈",
        "王",
        "campaign.evaluated",
    ),
    Act(
        "campaign.stop",
        scenes.approved,
        _plain(plans.stop, "campaign", reason="上级另有部署"),
        "陈处",
        "林局",
        "campaign.stopped",
    ),
)

OFFER_ACTS = (
    Act("offer.draft", scenes.approved, _plain(offers.draft, "campaign"), "陈", "王", "offer.drafted"),
    Act("offer.edit", scenes.drafted, _edit_offer, "林", "王", "offer.edited", True),
    Act("offer.extend", _with_sixth, _extend, "林", "王", "offer.extended"),
    Act("offer.send", scenes.drafted, _plain(offers.send, "offer"), "林", "陈", "offer.sent"),
    Act("offer.remind", scenes.sent, _plain(offers.remind, "offer"), "林", "王", "offer.reminded"),
    Act("offer.withdraw", scenes.sent, _plain(offers.withdraw, "offer", reason="改期"), "林", "陈", "offer.withdrawn"),
    Act("offer.settle", scenes.answered, _plain(offers.settle, "offer"), "林", "陈", "offer.settled"),
    Act("offer.allow", _extra, _plain(offers.allow, "extra", opinion=""), "陈处", "林局", "offer.allowed"),
    Act("offer.refuse", _extra, _plain(offers.refuse, "extra", opinion="可由他部门办"), "陈处", "陈", "offer.refused"),
    Act("offer.accept", _reply("市市监局"), _plain(offers.accept, "reply"), "王", "何", "offer.accepted"),
    Act(
        "offer.decline",
        _reply("市市监局"),
        _plain(offers.decline, "reply", reason_code="recently_checked", words="上月已查"),
        "王",
        "林",
        "offer.declined",
    ),
    Act(
        "offer.counter",
        _reply("市市监局"),
        _plain(offers.counter, "reply", starts_on=scenes.ENDS_ON, ends_on=scenes.ENDS_ON, words="培训"),
        "王",
        "王局",
        "offer.countered",
    ),
    Act("offer.undo", _accepted, _plain(offers.undo, "reply"), "王", "何", "offer.undone"),
    Act("offer.adopt", _countered, _plain(offers.adopt, "reply"), "林", "王", "offer.adopted"),
    Act("offer.insist", _countered, _plain(offers.insist, "reply", words="节前必须完成"), "林", "陈", "offer.insisted"),
    Act(
        "offer.expire",
        _reply("市市监局"),
        _plain(offers.expire, "reply"),
        "",
        "林",
        "offer.expired",
        at=AT + timedelta(days=10),
    ),
)

PART_ACTS = (
    Act("part.submit", _part, _submit_part, "王", "林", "part.submitted"),
    Act("part.recall", _part_submitted, _plain(offers.recall_part, "part"), "王", "王局", "part.recalled"),
    Act(
        "part.approve",
        _part_submitted,
        _plain(offers.approve_part, "part", decision="同意"),
        "王局",
        "林局",
        "part.approved",
    ),
    Act(
        "part.return",
        _part_submitted,
        _plain(offers.return_part, "part", decision="补充"),
        "王局",
        "王",
        "part.returned",
    ),
)
