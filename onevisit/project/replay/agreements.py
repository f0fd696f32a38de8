"""What the entries of plans and offers fix: campaigns, plan entries, offers, replies, requests to join, parts."""

from collections.abc import Iterator
from typing import Any

from onevisit.project.replay.noun import STANDS, Noun, Payload, Published, stands, under
from onevisit.stages.plans.services import entries as plan_entries
from onevisit.stages.plans.services import minutes


def _plan_entry(payload: Payload) -> Iterator[str]:
    if payload["event"] == "plan_entry.logged":
        yield f"{payload['subject']}/{payload['digest']}"


def _plan_entry_of(row: Any) -> str:
    return f"{row.campaign_id}/{plan_entries.digest_of(row.content)}"


PLANS = (
    Noun(
        "campaign",
        "plans.Campaign",
        {
            "campaign.started": ("draft",),
            "campaign.submitted": ("submitted",),
            "campaign.recalled": ("draft",),
            "campaign.approved": ("approved",),
            "campaign.returned": ("returned",),
            "campaign.ran": ("running",),
            "campaign.evaluated": ("evaluated",),
            "campaign.stopped": ("stopped",),
        },
        (
            Published("number", ("campaign.started",), "number", lambda row: str(row.number)),
            Published("filing_number", ("campaign.approved",), "filing_number", lambda row: str(row.filing_number)),
            Published("version", ("campaign.submitted", "campaign.approved"), "version", lambda row: str(row.version)),
        ),
        silent=("campaign.matched", "campaign.edited", "campaign.joined", "campaign.consulted", "plan_entry.logged"),
    ),
    Noun(
        "cluster",
        "plans.Cluster",
        {"campaign.matched": (STANDS,)},
        (
            Published(
                "registers_digest",
                ("campaign.matched",),
                "registers_digest",
                lambda row: str(row.registers_digest),
            ),
        ),
        entries=("campaign",),
        named=under("subject", "version"),
        identity=lambda row: f"{row.campaign_id}/{row.version}",
        state=stands,
        # A version that was copied when a returned plan was edited stands under the entry of the edit.
        resting=(STANDS,),
    ),
    Noun(
        "plan_entry",
        "plans.PlanEntry",
        {"plan_entry.logged": (STANDS,)},
        entries=("campaign",),
        named=_plan_entry,
        identity=_plan_entry_of,
        state=stands,
    ),
    Noun(
        "plan_note",
        "plans.PlanNote",
        {
            "campaign.annotated": ("open",),
            "campaign.agreed": ("agreed",),
            "plan_note.adopted": ("adopted",),
            "plan_note.declined": ("declined",),
            "plan_note.withdrawn": ("withdrawn",),
        },
        (Published("section", ("campaign.annotated",), "section", lambda row: str(row.section)),),
        entries=("campaign",),
        named=under("note"),
    ),
    Noun(
        "plan_minutes",
        "plans.PlanMinutes",
        {"campaign.minuted": ("kept",), "campaign.minutes_voided": ("void",)},
        (Published("digest", ("campaign.minuted",), "digest", minutes.digest_of),),
        entries=("campaign",),
        named=under("minutes"),
        state=lambda row: "kept" if row.voided_at is None else "void",
    ),
)

_ANSWERED = ("offer.accepted", "offer.declined", "offer.countered", "offer.adopted", "offer.expired")
_CLEARED = ("offer.accepted", "offer.declined", "offer.countered", "offer.undone")
_DATES = ("offer.adopted",)
OFFERS = (
    Noun(
        "offer",
        "offers.Offer",
        {
            "offer.drafted": ("draft",),
            "offer.sent": ("sent",),
            "offer.settled": ("settled",),
            "offer.withdrawn": ("withdrawn",),
        },
        (
            Published("number", ("offer.drafted", "offer.sent"), "number", lambda row: str(row.number)),
            Published("starts_on", _DATES, "starts_on", lambda row: row.starts_on.isoformat()),
            Published("ends_on", _DATES, "ends_on", lambda row: row.ends_on.isoformat()),
        ),
        silent=(
            *_ANSWERED,
            "offer.edited",
            "offer.undone",
            "offer.insisted",
            "offer.reasked",
            "offer.reminded",
            "offer.extended",
            "offer.allowed",
            "offer.refused",
        ),
    ),
    Noun(
        "offer_reply",
        "offers.OfferReply",
        {
            "offer.accepted": ("accepted",),
            "offer.declined": ("declined",),
            "offer.countered": ("countered",),
            "offer.undone": ("pending",),
            "offer.adopted": ("accepted",),
            "offer.insisted": ("pending",),
            "offer.reasked": ("pending",),
            "offer.expired": ("expired",),
            "join.accepted": ("accepted",),
        },
        (
            Published(
                "officers",
                ("offer.accepted",),
                "officers",
                lambda row: str(row.officers_count or 0),
                ended_by=_CLEARED,
            ),
            Published(
                "reason_code",
                ("offer.declined",),
                "reason_code",
                lambda row: str(row.reason_code),
                ended_by=_CLEARED,
            ),
        ),
        entries=("offer", "join_request"),
        named=under("reply"),
        resting=("pending",),
    ),
    Noun(
        "extra_department",
        "offers.ExtraDepartment",
        {"offer.extended": ("pending",), "offer.allowed": ("allowed",), "offer.refused": ("refused",)},
        entries=("offer",),
        named=under("extra"),
    ),
    Noun(
        "join_request",
        "offers.JoinRequest",
        {
            "join.asked": ("pending",),
            "join.accepted": ("accepted",),
            "join.refused": ("refused",),
            "join.withdrawn": ("withdrawn",),
            "join.separated": ("separate",),
        },
        (Published("items", ("join.asked",), "items", lambda row: str(len(row.item_ids))),),
    ),
    Noun(
        "part",
        "offers.PartApproval",
        {
            "part.submitted": ("submitted",),
            "part.recalled": ("draft",),
            "part.approved": ("approved",),
            "part.returned": ("returned",),
        },
        (
            Published("items", ("part.submitted",), "items", lambda row: str(len(row.item_ids))),
            Published("inspectors", ("part.submitted",), "inspectors", lambda row: str(len(row.inspector_ids))),
            Published("document_number", ("part.approved",), "document_number", lambda row: str(row.document_number)),
        ),
        resting=("draft",),
    ),
)
