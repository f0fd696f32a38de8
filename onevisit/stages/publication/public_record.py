"""What everybody may read: released results, businesses by name or code, draws, and the counts of the home page."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from onevisit.core.draw import beside
from onevisit.stages.draws import fairness
from onevisit.stages.draws.fairness import Waiting
from onevisit.stages.draws.keys import escrows
from onevisit.stages.draws.lodged import lodging as lodgings
from onevisit.stages.draws.pool import given
from onevisit.stages.draws.public import (
    open_answers,
    open_files,
    open_pool,
    open_record,
    open_results,
    open_rounds,
    open_sources,
    organ_figures,
    public_register,
)
from onevisit.stages.draws.public.open_pool import OpenPool
from onevisit.stages.draws.public.open_record import OpenDraw
from onevisit.stages.draws.public.own_exclusion import OwnExclusion
from onevisit.stages.draws.public.own_ticket import OwnTicket
from onevisit.stages.draws.selectors import Draw
from onevisit.stages.publication import voices
from onevisit.stages.publication.models import Publication, PublicationVersion
from onevisit.stages.registers.lookup import InspectionTarget, by_code, kind_names, owned_names, risk_names, size_names
from onevisit.stages.registers.selectors import region_names
from onevisit.stages.visits.selectors import spared
from onevisit.support.deadlines import selectors as deadlines
from onevisit.support.ledger import selectors as ledger

__all__ = [
    "Business",
    "Figures",
    "OpenDraw",
    "OwnExclusion",
    "OwnTicket",
    "Waiting",
]
TERM = "publication.release"
MOST_FOUND = 50


@dataclass(frozen=True)
class Business:
    """What the public pages say of one business: its name and codes, never a score."""

    name: str
    uscc: str
    object_id: str
    region_code: str
    code: str
    owner: str = ""
    """Whose place, product or conduct it is, with the code; empty for a business itself."""


@dataclass(frozen=True)
class Figures:
    """Counts of the public home page; each is the number of rows of a list that the page links."""

    released: int
    released_this_year: int
    businesses: int
    businesses_this_year: int
    waiting_late: int

    @property
    def visits_a_business(self) -> float:
        """Return how often a visited business was visited this year on average (R127)."""
        return self.released_this_year / self.businesses_this_year if self.businesses_this_year else 0.0


def released(*, on: date) -> QuerySet[Publication]:
    """Return everything that the public may read on a day, corrected and withdrawn ones too, the latest first."""
    return voices.with_voices(joined(Publication.objects.public(on=on))).order_by("-released_at")


def search(words: str, *, on: date) -> list[Business]:
    """Return the businesses with public results whose name, code or place holds the words."""
    text = words.strip()
    if len(text) < 2:
        return []
    found = Publication.objects.public(on=on).filter(
        Q(target__name__icontains=text)
        | Q(target__uscc__iexact=text)
        | Q(target__object_id__iexact=text)
        | Q(target__street__icontains=text)
    )
    named = {one.target_id: one.target for one in found.select_related("target").order_by("target__name")[:MOST_FOUND]}
    return [_business(target) for target in named.values()]


def business(code: str) -> Business | None:
    """Return a business by its unified code or object id; also one without any public result."""
    target = by_code(code)
    return _business(target) if target else None


def released_of(code: str, *, on: date) -> list[Publication]:
    """Return what is or was public about one business and the places, products and conduct of it, the latest first."""
    target = by_code(code)
    return list(released(on=on).filter(Q(target=target) | Q(target__owner=target))) if target else []


def given_of(publication: Publication) -> str:
    """Return why the target of a published visit was given and not drawn, empty where it was drawn."""
    draw = publication.visit.draw if publication.content.get("draw") else None
    return given.label_of(draw) if draw else ""


def public_one(publication_id: UUID, *, on: date) -> Publication | None:
    return released(on=on).filter(pk=publication_id).first()


def versions(publication: Publication) -> QuerySet[PublicationVersion]:
    """Return every content that was public under one publication, the latest first."""
    return publication.versions.order_by("-number")


def figures(*, at: datetime) -> Figures:
    """Count what the home page of the public shows."""
    today = timezone.localtime(at).date()
    counted = Publication.objects.public(on=today).aggregate(
        every=Count("pk"),
        this_year=Count("pk", filter=Q(released_at__year=today.year)),
        businesses=Count("target", distinct=True),
        visited=Count("target", distinct=True, filter=Q(released_at__year=today.year)),
    )
    return Figures(
        released=counted["every"],
        released_this_year=counted["this_year"],
        businesses=counted["businesses"],
        businesses_this_year=counted["visited"],
        waiting_late=unexplained(at=at).count(),
    )


def open_draws(*, first: int = 0, count: int = open_record.PER_PAGE) -> list[OpenDraw]:
    """Return draws that were committed, void ones too, the latest first."""
    return open_record.open_draws(first=first, count=count)


def draw_count() -> int:
    """Count the draws that were committed."""
    return open_record.count()


def open_draw(number: str) -> OpenDraw | None:
    return open_record.open_draw(number)


def draw_unit(number: str) -> str:
    """Return how the objects of a draw are counted: 户, and 个 where not all of them are businesses."""
    return open_record.unit_of(number)


def draw_after_void(number: str) -> str:
    """Return the number of the draw that repeats a void one, empty while there is none."""
    return open_record.after_void(number)


def draw_pool(number: str) -> OpenPool | None:
    """Return what everybody may know of the pool of a committed draw."""
    return open_pool.open_pool(number)


def own_tickets(*, number: str, code: str) -> list[OwnTicket]:
    """Return the tickets of one business in an opened draw, and those of its places, products and conduct."""
    target = by_code(code)
    ids = {object_id_of(code): "", **(owned_names(target) if target else {})}
    return open_record.own_tickets_of(number=number, names=ids)


def own_exclusion(*, number: str, code: str) -> OwnExclusion | None:
    """Return what kept one business out of an opened draw."""
    return open_record.own_exclusion_of(number=number, object_id=object_id_of(code))


def object_id_of(code: str) -> str:
    """Return the id under which a business stands in frames, by its unified code or that id."""
    target = by_code(code)
    return target.object_id if target else code.strip()


def draw_file(*, number: str, name: str) -> bytes | None:
    """Return one public file of a draw, its ledger proofs and the policy among them."""
    if name in beside.ANCHOR:
        committed = open_files.entries_of(number).get("manifest.tlog-proof")
        anchored = ledger.anchored(committed) if committed else None
        return (
            dict(zip(beside.ANCHOR, (anchored.proof, anchored.stamp, anchored.body), strict=True))[name]
            if anchored
            else None
        )
    if name == "policy.txt":
        text = open_files.policy_of(number)
        return text.encode() if text else None
    if name.endswith(".tlog-proof"):
        entry = open_files.entries_of(number).get(name)
        return ledger.proof_of(entry, under=open_files.policy_of(number)) if entry else None
    return open_files.file_of(number=number, name=name)


def draw_results(number: str) -> tuple[open_results.OpenResult, ...]:
    """Return what each round of an open draw drew, with its seed and cuts."""
    return open_results.open_results(number)


def draw_digests(number: str) -> tuple[str, ...]:
    """Return the seal or digest that was published of each drawn round."""
    return open_results.published_digests(number)


def lodging(*, at: datetime) -> lodgings.Overview:
    """Return with whom the files of each freeze are lodged, and what waits for them now."""
    return lodgings.overview(at=at)


def draw_void(number: str) -> open_results.OpenVoid | None:
    """Return why a committed draw was given up."""
    return open_results.open_void(number)


def draw_files(number: str) -> tuple[str, ...]:
    """Return the names of all files of a draw that are public now, its ledger proofs and time stamp too."""
    entries = open_files.entries_of(number)
    committed = entries.get("manifest.tlog-proof")
    more = ["policy.txt"] if committed else []
    more += beside.ANCHOR if committed and ledger.anchored(committed) else []
    return (*open_files.names_of(number), *entries, *more)


def draw_bundle(*, number: str) -> bytes | None:
    """Return the bundle of an opened draw: all its public files in one zip."""
    entries, policy = open_files.entries_of(number), open_files.policy_of(number)
    found = {name: ledger.proof_of(entry, under=policy) for name, entry in entries.items()}
    proofs = {name: data for name, data in found.items() if data is not None}
    if not policy or len(proofs) < len(entries):
        return public_register.bundle_of(number=number, proofs={})
    stamped = {name: data for name in beside.ANCHOR if (data := draw_file(number=number, name=name)) is not None}
    return public_register.bundle_of(number=number, proofs={**proofs, "policy.txt": policy.encode(), **stamped})


def draw_register(*, organiser: str, at: datetime) -> bytes | None:
    """Return the register of an organiser's draws as one file."""
    return public_register.register_file(organiser=organiser, at=at)


def fairness_file() -> bytes | None:
    """Return the report of fairness over all public draws, as its bytes."""
    return fairness.report_file()


def sealed_draws() -> list[Waiting]:
    """Return the draws whose results are sealed, in counts."""
    return fairness.waiting()


def group_names() -> dict[str, dict[str, str]]:
    """Name the groups of the report: districts, kinds and sizes of targets and risk classes by their codes."""
    return {"district": region_names(), "kind": kind_names(), "size": size_names(), "stratum": risk_names()}


def draw_organisers() -> list[tuple[str, str]]:
    """Return code and name of the organs that have registers of draws."""
    return public_register.organisers()


def escrow_order(*, on: date) -> list[str]:
    """Return the organs that keep watch over key shares, in the order in which they follow a silent one."""
    return [organ.short_name for organ in escrows.order(on=on)]


def draw_rounds(number: str) -> tuple[open_rounds.OpenRound, ...]:
    """Return the replacement rounds of a draw: counts at once, pseudonyms and reasons once it is open."""
    return open_rounds.open_rounds(number)


def draw_sources(number: str) -> open_sources.OpenSources | None:
    """Return the sources of a committed draw, their values as far as they are public, and the official places."""
    return open_sources.open_sources(number)


def draw_answers(number: str) -> tuple[open_answers.OpenAnswer, ...]:
    """Return which organs agreed to the fingerprints of a draw, and which did not."""
    return open_answers.open_answers(number)


def draw_figures() -> list[organ_figures.OrganFigures]:
    """Return what is published of each organiser's draws: small pools, swaps, withdrawals, voids, 未能检查."""
    unable = spared.unable_by_organiser(Draw.objects.filter(state="opened"))
    return [replace(one, unable=unable.get(one.code, 0)) for one in organ_figures.organ_figures()]


def draw_outcome(number: str) -> spared.Outcome | None:
    """Return how the visits of a draw ended, once it is public."""
    row = open_record.row_of(number)
    return spared.outcome_of(number) if row is not None and open_record.is_open(row) else None


def unexplained(*, at: datetime) -> QuerySet[Publication]:
    """Return the publications that are past their term without release or legal reason: the report must be empty."""
    late = deadlines.late(at=at).filter(rule_version__rule_id=TERM).values_list("subject", flat=True)
    return joined(Publication.objects.filter(pk__in=[UUID(found) for found in late]))


def joined(rows: QuerySet[Publication]) -> QuerySet[Publication]:
    """Join what every page of a publication shows."""
    return rows.select_related("visit", "visit__draw", "visit__offer", "target")


def _business(target: InspectionTarget) -> Business:
    return Business(
        name=target.name,
        uscc=target.uscc,
        object_id=target.object_id,
        region_code=target.region_code,
        code=target.uscc or target.object_id,
        owner=f"{target.party.name} {target.party.uscc or target.party.object_id}" if target.owner_id else "",
    )
