"""What everybody may know of a draw at every moment: rules, counts and digests at once, the rest when it is opened."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils.translation import gettext as _

from onevisit.stages.draws import modes, void_reasons
from onevisit.stages.draws.keys import share_figures
from onevisit.stages.draws.keys.share_figures import ShareFigures
from onevisit.stages.draws.lodged import lodging
from onevisit.stages.draws.lodged.lodging import Lodgement
from onevisit.stages.draws.models import DepartmentKey, Draw, DrawItem, DrawStatistics
from onevisit.stages.draws.moments import latest_opening
from onevisit.stages.draws.pool import eligibility, given
from onevisit.stages.draws.public import seen_receipt
from onevisit.stages.draws.public.own_exclusion import OwnExclusion, own_exclusion
from onevisit.stages.draws.public.own_ticket import OwnTicket, own_tickets

SOURCE_NAMES = {
    "drand": "drand 公共随机信标",
    "cwl-kl8": "快乐8 开奖号码",
    "cwl-ssq": "双色球开奖号码",
    "sse-000001-close": "上证指数收盘",
    "ceremony": "公证摇号",
}
PER_PAGE = 50
SHOWN_STATES = ("committed", "sourced", "keyed", "sealed", "drawn", "opened", "voiding", "void")


@dataclass(frozen=True)
class OpenItem:
    """One item of a draw in figures, and how its officers are drawn."""

    item: str
    department: str
    frame_count: int
    drawn_count: int
    excluded_count: int
    registry_count: int
    frame_sha256: str
    officers: str = ""


@dataclass(frozen=True)
class OpenDraw:
    """A draw as the public sees it; `is_open` says whether seed, results and files are public yet.

    `given` says why only officers are drawn; `is_withheld` that what could tell their targets is not public yet.
    """

    number: str
    title: str
    organiser: str
    state: str
    mode: str
    t0: datetime | None
    frozen_at: datetime | None
    committed_at: datetime | None
    drawn_at: datetime | None
    opened_at: datetime | None
    opens_by: datetime | None
    manifest_digest: str
    result_digest: str
    seal: str
    commitment_entry: UUID | None
    result_entry: UUID | None
    void_words: str
    items: tuple[OpenItem, ...]
    sources: tuple[str, ...]
    key_count: int
    is_open: bool
    seed: str
    verified_count: int
    failed_count: int
    is_counted: bool
    given: str
    is_withheld: bool
    repeats: str
    repeated_by: str
    combined_keys: tuple[str, ...]
    rejected_shares: int
    escrow_changes: int
    lodged: tuple[Lodgement, ...] = ()

    @property
    def frame_count(self) -> int:
        """Count the frame lines of the largest item: departments of one draw share their objects."""
        return max((item.frame_count for item in self.items), default=0)

    @property
    def drawn_count(self) -> int:
        return max((item.drawn_count for item in self.items), default=0)


def open_draws(*, first: int = 0, count: int = PER_PAGE) -> list[OpenDraw]:
    """Return draws that have been committed, void ones too, the latest first: a register without gaps, by pages."""
    rows = list(_rows()[first : first + count])
    figures = share_figures.by_draw(draw.pk for draw in rows)
    return [_open(draw, figures[draw.pk], opens_by=draw.opens_by) for draw in rows]


def count() -> int:
    """Count the draws of the register."""
    return Draw.objects.filter(state__in=SHOWN_STATES).count()


def open_draw(number: str) -> OpenDraw | None:
    """Return one committed draw by its number."""
    draw = row_of(number)
    return _open(draw, share_figures.by_draw([draw.pk])[draw.pk], opens_by=latest_opening(draw)) if draw else None


def row_of(number: str) -> Draw | None:
    """Return the row of a committed draw, void ones too, with the receipt that may be public; it is not to be saved."""
    draw = _rows().filter(number=number).first()
    if draw is not None:
        draw.receipt = seen_receipt.receipt_of(draw)
    return draw


def own_tickets_of(*, number: str, names: Mapping[str, str]) -> list[OwnTicket]:
    """Return the own tickets of some objects once the draw is open; before, nobody may compute them here."""
    draw = row_of(number)
    return own_tickets(draw=draw, names=names) if draw and is_open(draw) else []


def after_void(number: str) -> str:
    """Return the latest committed draw that says that it repeats a void one, empty while there is none."""
    found = Draw.objects.filter(state__in=SHOWN_STATES, direction__repeats__draw=number).order_by("-number").first()
    return found.number if found else ""


def unit_of(number: str) -> str:
    """Return how the objects of a committed draw are counted."""
    draw = _rows().filter(number=number).first()
    return draw.unit if draw else ""


def own_exclusion_of(*, number: str, object_id: str) -> OwnExclusion | None:
    """Return what excluded an object from an opened draw, None if no list holds it."""
    draw = row_of(number)
    return own_exclusion(draw=draw, object_id=object_id) if draw and is_open(draw) else None


def _rows() -> QuerySet[Draw]:
    items = DrawItem.objects.defer("frame").select_related("department")  # a frame may have a million lines
    rows = Draw.objects.filter(state__in=SHOWN_STATES).defer("roster", "exclusions", "groups")
    rows = rows.select_related("organiser", "offer", "repeats").prefetch_related(
        Prefetch("repetitions", queryset=Draw.objects.only("number", "state", "repeats").exclude(state="void"))
    )
    rows = rows.with_verifications().annotate(is_counted=Exists(DrawStatistics.objects.filter(draw=OuterRef("pk"))))
    combined = DepartmentKey.objects.exclude(combined_from=0).select_related("department")
    return rows.prefetch_related("lodgings", Prefetch("items", queryset=items), Prefetch("keys", queryset=combined))


def _open(draw: Draw, keys: ShareFigures, *, opens_by: datetime | None) -> OpenDraw:
    manifest = json.loads(bytes(draw.manifest)) if draw.manifest else {}
    names = {item.item: item.department.name for item in draw.items.all()}
    ways = {item.item: item.officer_mode for item in draw.items.all()}
    return OpenDraw(
        number=draw.number,
        title=_("对象已定，只抽执法人员") if given.is_withheld(draw) else draw.title,
        organiser=draw.organiser.name,
        state=draw.state,
        mode=draw.mode,
        t0=draw.t0,
        frozen_at=draw.frozen_at,
        committed_at=draw.committed_at,
        drawn_at=draw.drawn_at,
        opened_at=draw.opened_at,
        opens_by=opens_by,
        manifest_digest=draw.manifest_digest,
        result_digest=draw.result_digest if is_open(draw) else "",
        seal=draw.seal,
        commitment_entry=draw.commitment_entry,
        result_entry=draw.result_entry,
        void_words=void_reasons.label_of(draw.void_reason),
        items=tuple(_item(item, names, ways) for item in manifest.get("items", [])),
        sources=tuple(SOURCE_NAMES.get(one["type"], one["type"]) for one in manifest.get("sources", [])),
        key_count=len(manifest.get("keys", [])),
        is_open=is_open(draw),
        seed=_seed(draw),
        verified_count=draw.verified_count,  # type: ignore[attr-defined]  # annotated
        failed_count=draw.failed_count,  # type: ignore[attr-defined]  # annotated
        is_counted=draw.is_counted,  # type: ignore[attr-defined]  # annotated
        given=given.label_of(draw),
        is_withheld=given.is_withheld(draw),
        repeats=draw.repeats.number if draw.repeats else "",
        repeated_by=next((one.number for one in draw.repetitions.all() if one.state in SHOWN_STATES), ""),
        combined_keys=tuple(key.department.name for key in draw.keys.all()),
        rejected_shares=keys.rejected,
        escrow_changes=keys.escrow_changes,
        lodged=lodging.places_of(draw),
    )


def _item(item: dict[str, object], names: dict[str, str], ways: dict[str, str]) -> OpenItem:
    strata, excluded = item["strata"], item["excluded"]
    way = ways.get(str(item["item"]), eligibility.MIXED)
    assert isinstance(strata, list)
    assert isinstance(excluded, list)
    return OpenItem(
        item=str(item["item"]),
        department=names.get(str(item["item"]), str(item["department"])),
        frame_count=int(str(item["n"])),
        drawn_count=sum(stratum["n"] for stratum in strata),
        excluded_count=sum(reason["n"] for reason in excluded),
        registry_count=int(str(item["registry_n"])),
        frame_sha256=str(item["frame_sha256"]),
        officers=_("%(label)s：%(words)s") % {"label": eligibility.LABELS[way], "words": eligibility.SENTENCES[way]},
    )


def is_open(draw: Draw) -> bool:
    """Say whether seed, results and files of a draw are public; what an open draw published stays so after a void."""
    return draw.state == "opened" or (modes.is_open(draw) and draw.opened_at is not None)


def _seed(draw: Draw) -> str:
    """Return the seed of round 0 once the draw is open."""
    if not draw.receipt or not is_open(draw):
        return ""
    return str(json.loads(bytes(draw.receipt))["results"][0]["result"]["seed"])
