"""Small strata and small pools: what a second organ must have agreed to before the freeze (protocol, section 12)."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from onevisit.core.draw import consent_entries, quotas
from onevisit.stages.draws import documents, said
from onevisit.stages.draws.documents import Ground
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import choosing, doubled, pool_events, repeating, strata
from onevisit.stages.draws.pool.choosing import Choice
from onevisit.stages.draws.pool.pool_models import NarrowConsent
from onevisit.stages.draws.pool.repeating import Repeat
from onevisit.support.deadlines import services as deadlines
from onevisit.support.identity.roles import ROLE_LABELS, Role

LEAST_STRATUM = "draw.minimum_stratum"
LEAST_POOL = "draw.minimum_officers"
FEW, ALL, NONE, POOL, CHANGED, DOUBLE = "few", "all", "none", "pool", "changed", "double"


@dataclass(frozen=True, kw_only=True)
class NarrowPlace:
    """One stratum or one pool where chance has little room, in words and figures."""

    code: str
    key: str
    size: int
    words: str
    objects: tuple[str, ...] = ()
    """The names of the objects that it is about, where it is not all of a stratum."""

    @property
    def token(self) -> str:
        """Name the place and its size: a consent holds for exactly this."""
        return f"{self.code}:{self.key}:{self.size}"


@dataclass(frozen=True, kw_only=True)
class Consent:
    """What a second organ agreed to: the organ and the post, never the person."""

    organ: str
    post: str
    reason: str
    places: int
    consented_at: datetime
    doubles: int
    """How many of the places are two officers who look like one person."""
    refused_before: int
    """How many requests of this draw second organs had not agreed to by then."""


def places_of(draw: Draw, ground: Ground, *, on: date) -> tuple[NarrowPlace, ...]:
    """Return where a pool is narrow, by the figures of the rules valid on a day, and what a repetition may change."""
    return (
        *_strata(ground, least=deadlines.amount(LEAST_STRATUM, on=on)),
        *_pools(draw, ground, on=on),
        *_changed(repeating.of_draw(draw, ground)),
        *_doubles(draw, ground),
    )


def open_places(draw: Draw, places: Iterable[NarrowPlace]) -> list[NarrowPlace]:
    """Return the places that no consent covers as they stand; a consent without its entry covers none."""
    asked = list(places)
    if not asked:
        return []
    logged, _unlogged = _agreed(draw)
    covered = {token for row in logged for token in row.places}
    return [place for place in asked if place.token not in covered]


def unlogged_of(draw: Draw) -> int:
    """Count the consents that stand in the table and that no entry of a second organ bears out."""
    _logged, unlogged = _agreed(draw)
    return len(unlogged)


def _agreed(draw: Draw) -> tuple[list[NarrowConsent], list[NarrowConsent]]:
    rows = list(NarrowConsent.objects.filter(draw=draw, consented_at__isnull=False).select_related("department"))
    if not rows:
        return [], []
    given = {
        (one["consent"], one["digest"], one["department"], one["actor"])
        for one in said.outside(draw, said.of_draw(draw, pool_events.NarrowConsented.name))
    }
    logged = [
        row
        for row in rows
        if row.department
        and (str(row.pk), digest_of(row.places), row.department.code, row.consented_by) in given
        and row.requested_by != row.consented_by
    ]
    return logged, [row for row in rows if row not in logged]


def asked_of(draw: Draw) -> NarrowConsent | None:
    """Return the request that waits for a second organ."""
    return NarrowConsent.objects.filter(draw=draw, consented_at__isnull=True, refused_at__isnull=True).first()


def consents_of(draw: Draw) -> tuple[Consent, ...]:
    """Return what second organs agreed to, for those who run the draw; the public reads the entries of it."""
    asked = list(NarrowConsent.objects.filter(draw=draw).select_related("department"))
    rows = [row for row in asked if row.consented_at]
    refused = [row.refused_at for row in asked if row.refused_at]
    return tuple(
        Consent(
            organ=row.department.short_name if row.department else "",
            post=str(ROLE_LABELS[Role(row.role)]),
            reason=row.reason,
            places=len(row.places),
            consented_at=row.consented_at,
            doubles=doubles_of(row.places),
            refused_before=sum(at < row.consented_at for at in refused),
        )
        for row in rows
        if row.consented_at
    )


def refusals_of(draw: Draw) -> list[NarrowConsent]:
    """Return the requests that second organs did not agree to, with their words, for those who run the draw."""
    return list(NarrowConsent.objects.filter(draw=draw, refused_at__isnull=False).select_related("department"))


def doubles_of(tokens: Iterable[str]) -> int:
    """Count the places of a consent that are two officers who look like one person."""
    return sum(token.startswith(f"{DOUBLE}:") for token in tokens)


def digest_of(tokens: Iterable[str]) -> str:
    """Return the digest of the places that a consent covers, as the ledger holds it."""
    return hashlib.sha256(consent_entries.places_file(places=tokens)).hexdigest()


def _changed(repeat: Repeat | None) -> list[NarrowPlace]:
    """Name what a draw changes of the void one that it repeats, if a second organ may agree to that."""
    if repeat is None or not repeat.count or not repeat.may_differ:
        return []
    return [NarrowPlace(code=CHANGED, key=f"{repeat.draw}:{repeat.digest}", size=repeat.count, words=repeat.words)]


def _strata(ground: Ground, *, least: int) -> list[NarrowPlace]:
    if ground.fixed:  # nobody is drawn: the targets stand as the draw before drew them, with the consents it had
        return []
    found = []
    for stratum in documents.strata_of(ground):
        key, size, drawn = str(stratum["id"]), int(str(stratum["N"])), int(str(stratum["n"]))
        said = {"id": strata.label_of(key, by=ground.strata_by), "n": size, "least": least, "unit": ground.unit}
        if size < least:
            words = _("%(id)s 层只有 %(n)s %(unit)s（少于 %(least)s %(unit)s）") % said
            found.append(NarrowPlace(code=FEW, key=key, size=size, words=words))
        if drawn == size and stratum.get("bp") != quotas.WHOLE:
            words = _("%(id)s 层 %(n)s %(unit)s按取整全部抽中，没有随机") % said
            found.append(NarrowPlace(code=ALL, key=key, size=size, words=words))
        if not drawn and stratum.get("bp") != 0:
            words = _("%(id)s 层 %(n)s %(unit)s一%(unit)s不抽，计划没有写明") % said
            found.append(NarrowPlace(code=NONE, key=key, size=size, words=words))
    return found


def _pools(draw: Draw, ground: Ground, *, on: date) -> list[NarrowPlace]:
    """Name each pool alone: what was agreed to for one 所 says nothing of another, and nothing of the bureau."""
    least = deadlines.amount(LEAST_POOL, on=on)
    barred = documents.barred_by_target(draw, ground)
    found = []
    for part in ground.parts:
        for pool, choices in choosing.by_pool(ground, part, barred).items():
            few = [choice for choice in choices if choice.count < least]
            if few:
                found.append(_pool(draw, few, key=pool.id, name=choosing.words_of(ground, part, pool), least=least))
    return found


def _pool(draw: Draw, few: list[Choice], *, key: str, name: str, least: int) -> NarrowPlace:
    smallest = min(choice.count for choice in few)
    recused = [choice for choice in few if choice.away]
    return NarrowPlace(
        code=POOL,
        key=":".join([key, *([_named(draw, recused)] if recused else [])]),
        size=smallest,
        words=_("%(name)s最少只在 %(n)s 人中选（少于 %(least)s 人）") % {"name": name, "n": smallest, "least": least},
        objects=tuple(_("%(name)s（%(n)s 人）") % {"name": one.row.name, "n": one.count} for one in few),
    )


def _doubles(draw: Draw, ground: Ground) -> list[NarrowPlace]:
    """Name every two officers who may be one person: only a second organ's word makes them two in a draw."""
    words = _("%(first)s与%(second)s姓名、电话相同，可能是同一人登记了两个编号")
    return [
        NarrowPlace(
            code=DOUBLE,
            key=_digest(draw, [str(one.first), str(one.second)]),
            size=2,
            words=words % {"first": one.words[0], "second": one.words[1]},
        )
        for one in doubled.of_ground(ground)
        if not one.certificate
    ]


def _named(draw: Draw, recused: Iterable[Choice]) -> str:
    """Name the objects that recusals make narrow, in a digest that nobody can try them against.

    A consent holds for exactly these; where a whole pool is small, it holds for the pool.
    """
    return _digest(draw, sorted(f"{choice.row.object_id}|{choice.count}" for choice in recused))


def _digest(draw: Draw, lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join([draw.salt, *lines]).encode()).hexdigest()[:32]
