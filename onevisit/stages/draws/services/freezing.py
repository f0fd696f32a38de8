"""Freeze the pool, or undo the freeze as long as nothing is committed."""

import hashlib
import zlib
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from onevisit.core import canonical
from onevisit.core.canonical import Json
from onevisit.core.draw import beside, forms, frame, plan, rules
from onevisit.core.draw.documents import Manifest
from onevisit.core.refusals import Refused
from onevisit.stages.draws import documents, events, modes, readiness
from onevisit.stages.draws.documents import Ground
from onevisit.stages.draws.lifecycle import WITH_RESULT
from onevisit.stages.draws.models import Draw, Pseudonym
from onevisit.stages.draws.pool import behind, conditions, directed, grouping, naming, pool_events, standing
from onevisit.stages.draws.public import open_files
from onevisit.stages.draws.refusals import DrawRefused, reason_of
from onevisit.stages.draws.sentences import sentence_of
from onevisit.stages.draws.services.lodging import await_lodging
from onevisit.stages.draws.services.matching import must_be_as_named, noting_difference
from onevisit.stages.draws.services.preparing import locked
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import lodgers
from onevisit.support.ledger import selectors as ledger_state
from onevisit.support.ledger import services as ledger

RECORDED = (*WITH_RESULT, "void")


@noting_difference
def freeze(*, draw: Draw, actor: Actor, at: datetime) -> Draw:
    """Fix frames, strata, quotas, exclusions and roster, and write the manifest.

    Raises:
        DrawRefused: something still blocks it; the message says what and how to mend it. Or what it repeats was fixed
            with other rows of the registers, which leaves an entry.
    """
    capacity = actor.must("draw.freeze", draw)
    held = locked(draw)
    state = modes.step(held, verb="draw.freeze")
    ground = documents.ground_of(held)
    blockers = readiness.of_draw(held, ground, at=at).blockers
    if blockers:
        raise DrawRefused(message=" ".join(blockers), code="blocked")
    names = _name_officers(held, ground)
    held.previous_digest = previous_digest(held)
    roster = canonical.encode(value=documents.roster_document(held, ground, names=names))
    _check_kept(held, roster)
    manifest = _manifest(held, ground, roster)
    _check_plan(held, manifest)
    _store_frames(held, ground)
    held.state = state
    held.roster, held.manifest = roster, canonical.encode(value=dict(manifest.document))
    held.manifest_digest = manifest.digest
    held.exclusions = documents.exclusions(ground, salt=held.salt)[1]
    held.frozen_at, held.opens_by = at, None if modes.is_open(held) else _latest_opening(held, ground)
    held.groups = zlib.compress(groups := grouping.of_ground(ground))
    held.direction = conditions.stated(held, ground, groups=groups, salt=_direction_salt(held))
    held.save(
        update_fields=[
            "state",
            "previous_digest",
            "roster",
            "manifest",
            "manifest_digest",
            "exclusions",
            "groups",
            "frozen_at",
            "opens_by",
            "direction",
        ]
    )
    for event in _fixed(held, ground, names=names):
        ledger.append(event, actor=actor, at=at, capacity=capacity)
    for lodger in lodgers.lodgers(at=at):
        await_lodging(draw=held, lodger=lodger)
    return held


def _fixed(draw: Draw, ground: Ground, *, names: Mapping[UUID, str]) -> tuple[events.DrawEvent, ...]:
    """Fix what stands behind pseudonyms and ids; return the entries of the freeze."""
    behind_names, behind_ids = behind.fix(draw, ground, names=names)
    frozen = events.DrawFrozen(
        subject=str(draw.pk),
        draw=draw.number,
        digest=draw.manifest_digest,
        targets=len(ground.rows),
        behind_names=behind_names,
        behind_ids=behind_ids,
    )
    chosen = pool_events.DrawDirected(
        subject=str(draw.pk), draw=draw.number, digest=directed.digest_of(draw.direction), matched=len(ground.rows)
    )
    return frozen, chosen


@transaction.atomic
def unfreeze(*, draw: Draw, reason: str, actor: Actor, at: datetime) -> Draw:
    """Take a freeze back that nobody outside has seen.

    Raises:
        DrawRefused: the reason says too little.
    """
    capacity = actor.must("draw.unfreeze", draw)
    held = locked(draw)
    held.state = modes.step(held, verb="draw.unfreeze")
    words = reason_of(reason)
    held.items.update(frame=None)
    behind.loosen(held)
    held.roster = held.manifest = held.exclusions = held.groups = held.frozen_at = None
    held.manifest_digest = ""
    held.save(update_fields=["state", "roster", "manifest", "manifest_digest", "exclusions", "groups", "frozen_at"])
    event = events.DrawUnfrozen(subject=str(held.pk), draw=held.number, reason=words)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


def previous_digest(draw: Draw) -> str:
    """Return the digest of the latest record of the organiser's previous draw; empty only before the first.

    The previous draw is the one committed last, not the one prepared last: numbers are given long before.
    """
    before = (
        Draw.objects.filter(organiser_id=draw.organiser_id, commitment_entry__isnull=False, state__in=RECORDED)
        .exclude(pk=draw.pk)
        .order_by(F("commitment_at").desc(nulls_last=True), "-sequence")
        .first()
    )
    if before is None:
        return ""
    if before.void_record is not None:
        return forms.parse_void(data=bytes(before.void_record)).digest
    latest = before.rounds.filter(drawn_at__isnull=False).last()
    return latest.result_digest if latest else before.result_digest


def _name_officers(draw: Draw, ground: Ground) -> dict[UUID, str]:
    """Give everybody who can be drawn the pseudonym of this draw."""
    names = {
        nominee.id: naming.pseudonym_of(salt=draw.salt, inspector_id=nominee.id)
        for part in ground.parts
        for nominee in ground.available(part)
    }
    Pseudonym.objects.filter(draw=draw).delete()
    Pseudonym.objects.bulk_create(
        Pseudonym(draw=draw, inspector_id=inspector_id, pseudonym=name) for inspector_id, name in names.items()
    )
    return names


def _manifest(draw: Draw, ground: Ground, roster: bytes) -> Manifest:
    """Write the manifest and hold it, frame and roster against every rule of the protocol."""
    roster_digest = forms.parse_roster(data=roster).digest
    document: dict[str, Json] = documents.manifest_document(
        draw,
        ground,
        number=draw.number,
        roster_digest=roster_digest,
        keys=list(draw.keys.order_by("party")),
        salt=draw.salt,
    )
    try:
        manifest = forms.parse_manifest(data=canonical.encode(value=document))
        rules.check_manifest(manifest=manifest)
        rules.check_roster(manifest=manifest, roster=forms.parse_roster(data=roster))
        data = documents.frame_file(ground)
        frame.check_frames(items=manifest.items, read=lambda _item: data)
    except Refused as refused:
        raise DrawRefused(
            message=_("清单不合抽取规程。%(words)s") % {"words": sentence_of(refused)},
            code=refused.code,
        ) from refused
    return manifest


def _check_kept(draw: Draw, roster: bytes) -> None:
    """A repetition keeps every officer, pool and recusal of the draw before, and only adds."""
    if draw.repeats:
        must_be_as_named(draw.repeats)
    if draw.repeats and (lost := standing.missing_in(draw.repeats, roster)):
        raise DrawRefused(message=_("重抽人员只能增加人员，名册少了：%s。") % "、".join(lost[:5]), code="repeat")


def _check_plan(draw: Draw, manifest: Manifest) -> None:
    """What was announced seven days ahead is what is drawn."""
    entry = draw.plan_entry
    if entry is None:
        raise DrawRefused(message=_("抽取计划尚未登记。"), code="plan")
    try:
        announced = plan.parse_plan(data=canonical.encode(value=entry.content))
        plan.check_plan(plan=announced, manifest=manifest)
    except Refused as refused:
        raise DrawRefused(
            message=_("抽取池与已登记的抽取计划不一致（%(detail)s）。请改定 T0，重新登记计划。")
            % {"detail": refused.detail},
            code="plan",
        ) from refused
    _check_announced(draw)


def _check_announced(draw: Draw) -> None:
    """Refuse a plan that the witnesses saw too late: its draw would fail with whoever checks it."""
    logged = open_files.plan_entry_of(draw)
    seen = ledger_state.witnessing(logged).quorum_time if logged is not None else None
    if seen is not None and draw.t0 is not None and seen > beside.latest_plan(t0=documents.moment_of(draw)):
        raise DrawRefused(
            message=_("抽取计划登记后没有及时完成见证，距 T0 已不足 7 日。请改定 T0，重新登记计划。"), code="plan"
        )


def _direction_salt(draw: Draw) -> str:
    """Return what keeps the conditions of given targets from being guessed from their digest, empty otherwise."""
    return hashlib.sha256(f"{draw.salt}|direction".encode()).hexdigest() if draw.given_basis else ""


def _latest_opening(draw: Draw, ground: Ground) -> datetime:
    """Return the last moment at which a sealed draw becomes public, whatever is still open then."""
    return readiness.last_moment(t0=draw.t0, ends_on=ground.offer.ends_on)


def _store_frames(draw: Draw, ground: Ground) -> None:
    data = documents.frame_file(ground)
    draw.items.update(frame=data)
