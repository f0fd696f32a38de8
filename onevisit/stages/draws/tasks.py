"""The minute by minute look at draws that wait: for witnesses, keys, sources, or the last day of their sealing."""

import logging
from datetime import datetime

from django.conf import settings
from django.db.models import Q
from procrastinate.contrib.django import app

from onevisit.stages.draws import fairness, readiness, selectors, services
from onevisit.stages.draws.lifecycle import IN_HAND, RUNNING
from onevisit.stages.draws.models import Draw, DrawRound
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.sources import declaring, relays
from onevisit.support import clock
from onevisit.support.identity.actors import SYSTEM

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(name="watch_draws", queueing_lock="watch_draws")
def watch_draws(timestamp: int) -> None:
    """Count commitments and voids that were seen, end what missed its value, open what may not stay sealed longer."""
    now = clock.now()
    troubled = []
    pending = DrawRound.objects.pending().values("draw_id")
    looked_at = Q(state__in=(*IN_HAND, "voiding", "drawn", "sealed")) | Q(state="opened", pk__in=pending)
    for draw in Draw.objects.filter(looked_at).defer(*selectors.DOCUMENTS):
        try:
            _look_at(draw, at=now)
        except Exception:  # one draw whose rows are damaged does not stop the others
            log.exception("looking at draw %s", draw.number)
            troubled.append(draw.number)
    if troubled:
        raise DrawsTroubled(troubled)


class DrawsTroubled(Exception):
    """Some draws could not be looked at; the others were. The log says why, and the task stands among the failed."""

    def __init__(self, numbers: list[str]) -> None:
        super().__init__(", ".join(numbers))
        self.numbers = numbers


def _look_at(draw: Draw, *, at: datetime) -> None:
    try:
        services.must_be_as_committed(draw)
    except services.MomentDiffers:
        services.note_moment(draw, at=at)
        return
    if draw.state in IN_HAND:
        services.witness(draw=draw, at=at)
        services.source_by_itself(draw=draw, at=at)
        services.lapse(draw=draw, at=at)
    if draw.state == "voiding":
        services.count_void(draw=draw, at=at)
    if draw.state == "drawn":
        services.publish(draw=draw, at=at)
    if draw.state in RUNNING and draw.rounds.pending().exists():
        services.remind_round(draw=draw, at=at)
        services.lapse_round(draw=draw, at=at)
    due = services.latest_opening(draw) if draw.state == "sealed" else None
    if due is not None and due <= at:
        last = draw.t0 + readiness.LONGEST_SEAL if draw.t0 else at
        # A witness that is gone does not keep it sealed for ever.
        if at >= last or not selectors.awaits_quorum(draw):
            services.open_draw(draw=draw, open_visits=0, actor=SYSTEM, at=at)


@app.periodic(cron="*/5 * * * *")
@app.task(name="count_fairness", queueing_lock="count_fairness")
def count_fairness(timestamp: int) -> None:
    """Count public draws that no reaction has counted: those of before an upgrade, or of a restored backup."""
    fairness.refresh(at=clock.now())


@app.periodic(cron="* * * * *")
@app.task(name="fetch_beacon", queueing_lock="fetch_beacon")
def fetch_beacon(timestamp: int) -> None:
    """Bring in the beacon's value for draws and rounds that wait for it, where relays are configured."""
    if not settings.BEACON_RELAYS:
        return
    now = clock.now()
    pending = DrawRound.objects.pending().values("draw_id")
    waiting = Q(state="keyed") | Q(state="sourced", mode="open") | Q(state__in=RUNNING, pk__in=pending)
    for draw in Draw.objects.filter(waiting, source_types__contains=[declaring.DRAND]):
        try:
            _bring(draw, at=now)
        except Exception:  # one draw whose rows are damaged does not keep the others waiting
            log.exception("fetching the beacon for draw %s", draw.number)


def _bring(draw: Draw, *, at: datetime) -> None:
    declared = services.wanted_beacon(draw, at=at)
    if declared is None:
        return
    found = relays.answers(
        relays=settings.BEACON_RELAYS, chain=str(declared["chain"]), round_number=int(declared["round"])
    )
    for answer in found:
        try:
            services.carry_value(draw=draw, signature=answer, actor=SYSTEM, at=at)
        except DrawRefused as refusal:
            relays.log.warning("an answer of a relay was refused: %s", refusal.code)
        else:
            return
