"""The sources of a draw as everybody may compare them: which value was published, when, and where it is official.

Published values are read from their entries, so they are the ones that the seed of an honest draw has; what was made in
the room is in `sources.json`, as soon as its digest is logged.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.public import open_consents, open_record
from onevisit.stages.draws.sources import declaring, room
from onevisit.support.ledger import selectors as ledger

OFFICIAL = {
    declaring.DRAND: "api.drand.sh/{chain}/public/{which}",
    "cwl-kl8": "www.cwl.gov.cn",
    "cwl-ssq": "www.cwl.gov.cn",
    declaring.CLOSE: "www.sse.com.cn",
}
"""Where the value itself is published by who makes it."""


@dataclass(frozen=True, kw_only=True)
class OpenSource:
    """One source of the draw (round 0) or of one of its rounds; its value stands here once it is public."""

    round: int
    type: str
    which: str
    """The issue, the day, or the beacon's round; of a value of the room its protocol."""
    chain: str = ""
    value: str = ""
    published_at: datetime | None = None
    organs: tuple[str, ...] = ()
    """Whose people typed it; nobody's where it proves itself."""

    @property
    def label(self) -> str:
        return open_record.SOURCE_NAMES[self.type]

    @property
    def detail(self) -> str:
        """Say which value of the source it is."""
        pattern = {declaring.DRAND: _("第 %s 轮"), declaring.CLOSE: "%s", declaring.CEREMONY: "%s"}
        return pattern.get(self.type, _("第 %s 期")) % self.which

    @property
    def place(self) -> str:
        """Return where who makes the value publishes it, empty for one that was made in the room."""
        return OFFICIAL.get(self.type, "").format(chain=self.chain, which=self.which)


@dataclass(frozen=True, kw_only=True)
class OpenSources:
    """All sources, how often two typings differed, and how often values, officers or teams were not as held."""

    sources: tuple[OpenSource, ...]
    differed: int
    changed: int
    officers: int
    teams: int
    moments: int
    targets: int


def open_sources(number: str) -> OpenSources | None:
    """Return the sources of a committed draw by its number."""
    rows = Draw.objects.filter(number=number, state__in=open_record.SHOWN_STATES, manifest__isnull=False)
    draw = rows.defer("roster", "exclusions", "groups").first()
    if draw is None or draw.manifest is None:
        return None
    trail = list(ledger.timeline("draw", draw.pk).filter(subject=str(draw.pk)))
    logged = {entry.event: entry.at for entry in trail}
    found = {(one.round, one.type): one for one in _declared(draw, logged.get("draw.sourced"))}
    codes: dict[tuple[int, str], tuple[str, ...]] = {}
    for entry in reversed(trail):
        payload = json.loads(bytes(entry.payload)) if entry.event in ("draw.value_published", "draw.sourced") else {}
        if entry.event == "draw.value_published":
            one = _published(int(payload["round"]), str(payload["line"]), entry.at)
            key = one.round, one.type
            if key in found and found[key].published_at is not None:  # the first entry counts
                continue
            found[key] = one
        else:
            key = 0, declaring.CEREMONY
        if "organs" in payload:
            codes.setdefault(key, tuple(payload["organs"]))
    organs = _typists(draw, codes)
    events = [entry.event for entry in trail]
    return OpenSources(
        sources=tuple(replace(one, organs=organs.get(key, ())) for key, one in found.items()),
        differed=events.count("draw.typings_differed"),
        changed=events.count("draw.source_differs"),
        officers=events.count("draw.officers_differ"),
        teams=events.count("draw.team_differs"),
        moments=events.count("draw.moment_differs"),
        targets=events.count("draw.targets_differ"),
    )


def _declared(draw: Draw, logged_at: datetime | None) -> list[OpenSource]:
    """Return what the manifest declares; of the room the value too."""
    declared = json.loads(bytes(draw.manifest or b""))["sources"]
    given = json.loads(bytes(draw.sources))["sources"] if draw.sources else []
    local = [value for value in given if declaring.is_local(value["type"])]
    if local and room.digest(number=draw.number, values=local) not in dict(room.logged(draw)):
        local = []  # the file is not the one that was logged
    made = {value["type"]: value["digits"] for value in local}
    return [
        OpenSource(
            round=0,
            type=source["type"],
            which=str(next(source[name] for name in ("issue", "date", "round", "protocol") if name in source)),
            chain=source.get("chain", ""),
            value=made.get(source["type"], ""),
            published_at=logged_at if source["type"] in made else None,
        )
        for source in declared
    ]


def _published(number: int, line: str, at: datetime) -> OpenSource:
    type_, *chain, which, value = line.split(":")
    return OpenSource(round=number, type=type_, which=which, chain="".join(chain), value=value, published_at=at)


def _typists(draw: Draw, codes: dict[tuple[int, str], tuple[str, ...]]) -> dict[tuple[int, str], tuple[str, ...]]:
    """Return the organs that typed the value of each source, by round and type: those that its entry names.

    Entries of earlier versions name none; of these values alone the table is asked.
    """
    names = open_consents.organ_names(code for of_one in codes.values() for code in of_one)
    logged = {key: tuple(names[code] for code in of_one) for key, of_one in codes.items()}
    types = {
        (number, position): str(type_)
        for number, position, type_ in draw.source_values.values_list("round_number", "position", "value__type")
    }
    found: dict[tuple[int, str], tuple[str, ...]] = {}
    rows = draw.typed_values.filter(is_superseded=False).order_by("typed_at", "department__code")
    for number, position, name in rows.values_list("round_number", "position", "department__short_name"):
        if type_ := types.get((number, position)):
            found[number, type_] = (*found.get((number, type_), ()), name or "")
    return found | logged
