"""Put the manifest's digest into the ledger and wait until the policy's quorum has seen it."""

import json
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.core.draw import forms, grammar
from onevisit.core.draw.documents import Order
from onevisit.stages.draws import events, modes, readiness
from onevisit.stages.draws.documents import moment_of
from onevisit.stages.draws.lifecycle import IN_HAND
from onevisit.stages.draws.lodged import lodging
from onevisit.stages.draws.models import Draw, DrawRound
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.services.freezing import previous_digest
from onevisit.stages.draws.services.preparing import locked
from onevisit.stages.draws.sources.known import known_words
from onevisit.support.identity import services as identity
from onevisit.support.identity.actors import SYSTEM, Actor
from onevisit.support.ledger import policies
from onevisit.support.ledger import selectors as ledger_state
from onevisit.support.ledger import services as ledger
from onevisit.support.ledger.models import LedgerEntry


@transaction.atomic
def commit(*, draw: Draw, actor: Actor, at: datetime) -> Draw:
    """Publish the digest of everything that is fixed; from here on only a void ends the draw early.

    Raises:
        DrawRefused: less than 600 seconds are left, an issue is known to be drawn, the freeze is of an earlier
            version, no witness has its files, another draw is in hand, or one came to its result meanwhile.
    """
    capacity = actor.must("draw.commit", draw)
    held = locked(draw)
    state = modes.step(held, verb="draw.commit")
    if held.t0 is None or held.t0 - at < readiness.COMMITMENT_MARGIN:
        raise DrawRefused(message=_("距 T0 不足 10 分钟，不能再公布承诺。请解除冻结后改定 T0。"), code="late")
    if words := known_words(held.source_types, held.issues):
        raise DrawRefused(message=_("%s请解除冻结，撤销筹备后重新筹备。") % words, code="known")
    if held.groups is None:
        raise DrawRefused(message=_("名单是升级前冻结的，缺少本版公布的内容。请解除冻结后重新冻结。"), code="refreeze")
    lodging.check(held, at=at)  # of a draw that is still frozen: the policy in force names who must have the files
    held.state = state
    _check_alone(held)
    if previous_digest(held) != held.previous_digest:
        raise DrawRefused(message=_("上一次抽取已有新的记录。请解除冻结后重新冻结。"), code="chain")
    event = events.DrawCommitted(
        subject=str(held.pk),
        draw=held.number,
        digest=held.manifest_digest,
        policy=policies.digest(at=at),
        opens=ledger_state.moment(held.opens_by) if held.opens_by else "",
        t0=moment_of(held),
    )
    held.commitment_entry = ledger.append(event, actor=actor, at=at, capacity=capacity).pk
    held.commitment_at = at
    held.save(update_fields=["state", "commitment_entry", "commitment_at"])
    return held


def _check_alone(draw: Draw) -> None:
    """An organiser's draws follow each other in one line, each bound to the record of the one before."""
    identity.lock(draw.organiser_id)
    unfinished = Draw.objects.filter(organiser_id=draw.organiser_id, state__in=(*IN_HAND, "voiding"))
    other = unfinished.exclude(pk=draw.pk).first()
    if other is not None:
        raise DrawRefused(
            message=_("抽取 %s 已公布承诺、尚无结果。须待其抽取或作废后，再公布本次承诺。") % other.number,
            code="in_hand",
        )


@transaction.atomic
def witness(*, draw: Draw, at: datetime) -> Draw:
    """Take note that the commitment counts, once the policy's quorum has seen it in time; else change nothing."""
    held = locked(draw)
    if held.state != "waiting" or held.commitment_entry is None:
        return held
    if not ledger_state.is_witnessed(held.commitment_entry) or is_late(held, at=at):
        return held
    held.state = modes.step(held, verb="draw.witness")
    held.committed_at = at
    held.save(update_fields=["state", "committed_at"])
    by = "quorum" if ledger_state.witnessing(held.commitment_entry).is_witnessed else "log"
    ledger.append(events.DrawWitnessed(subject=str(held.pk), draw=held.number, by=by), actor=SYSTEM, at=at)
    return held


def counted(*, draw: Draw, at: datetime) -> Draw:
    """Take note of a commitment that counts, and refuse to go on where it came too late.

    Raises:
        DrawRefused: the quorum was not complete 600 seconds before `t0`; only a void is left.
    """
    held = witness(draw=draw, at=at)
    if held.state == "waiting" and is_late(held, at=at):
        raise DrawRefused(message=_("承诺未在 T0 前 10 分钟完成见证。本次抽取须按程序作废。"), code="unwitnessed")
    return held


def is_late(draw: Draw, *, at: datetime) -> bool:
    """Tell whether the quorum saw the commitment too late, or can no longer see it in time.

    The witnesses' own clocks decide, not when somebody asked here. With `quorum none` nobody shows a time.
    """
    if draw.t0 is None or draw.commitment_entry is None:
        return False
    state = ledger_state.witnessing(draw.commitment_entry)
    limit = draw.t0 - readiness.COMMITMENT_MARGIN
    if state.quorum_time is not None:
        return state.quorum_time > limit.timestamp()
    return at > limit and not state.is_complete


def is_order_late(opened: DrawRound, *, at: datetime) -> bool:
    """Tell whether an order can no longer count: where witnesses are asked, it counts as a manifest does.

    The ledger is asked, not the row: the one entry of the round holds the digest of the order, the order its moment.
    One that no entry holds was never in time.
    """
    order = forms.parse_order(data=bytes(opened.order))
    entry = _entry_of(opened, order)
    if entry is None:
        return True
    limit = grammar.unix(order.t0) - readiness.COMMITMENT_MARGIN.total_seconds()
    seen = ledger_state.witnessing(entry.pk).quorum_time
    return seen > limit if seen is not None else at.timestamp() > limit and ledger_state.awaits_quorum(entry.pk)


def _entry_of(opened: DrawRound, order: Order) -> LedgerEntry | None:
    """Return the entry of an order, None where the round has another one in the ledger, none, or several."""
    entries = ledger_state.timeline("draw", opened.draw_id).filter(event="draw.ordered", subject=str(opened.draw_id))
    said = [(entry, json.loads(bytes(entry.payload))) for entry in entries]
    own = [(entry, payload) for entry, payload in said if payload["round"] == str(opened.number)]
    if len(own) != 1 or own[0][1]["digest"] != order.digest:
        return None
    return own[0][0]
