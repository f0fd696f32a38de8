"""抽取登记簿: the register of draws, one draw, its preparation and the result while it is sealed."""

import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from onevisit.stages.draws import modes, readiness, selectors, services
from onevisit.stages.draws.lifecycle import DRAW, WITH_RESULT
from onevisit.stages.draws.lodged import lodging
from onevisit.stages.draws.pool import given, shortage, standing
from onevisit.stages.draws.public import open_record
from onevisit.stages.draws.reasons import RECUSAL_REASONS
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.selectors import Draw, Party
from onevisit.stages.draws.sources import declaring
from onevisit.stages.draws.void_reasons import VOID_REASONS
from onevisit.stages.offers import selectors as offers
from onevisit.stages.plans import limits
from onevisit.stages.plans.refusals import PlanRefused
from onevisit.support import clock
from onevisit.support.identity.access import requires
from onevisit.support.identity.actors import Actor
from onevisit.support.ledger import selectors as ledger
from onevisit.web.desk import share_panel
from onevisit.web.desk.forms.draws import PrepareForm
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.listing import Column, Empty, Kind, Listing, QueryForm, Tab

OF_A_PART = (
    "recuse",
    "unrecuse",
    "commit_key",
    "hand_key",
    "deposit_shares",
    "check_shares",
    "open_share",
    "combine_key",
    "request_swap",
)
"""Verbs whose subject is the department's own part of the draw."""
OF_A_SWAP = ("confirm_swap", "refuse_swap")
"""Verbs whose subject is one request to replace an officer."""
WORKING = ("preparing", "frozen", "waiting", "committed", "sourced", "keyed", "drawn", "voiding")


class DrawQuery(QueryForm):
    """Filters of the register."""

    q = forms.CharField(label=gettext_lazy("编号或名称"))

    def narrow(self, rows: QuerySet[Draw], values: dict[str, Any]) -> QuerySet[Draw]:
        if words := values.get("q"):
            rows = rows.filter(Q(number__icontains=words) | Q(title__icontains=words))
        return rows


def verified_words(draw: Any) -> str:
    """Say how many outsiders reported that a draw verifies, and how many that it does not."""
    if not draw.verified_count and not draw.failed_count:
        return ""
    counts = {"ok": draw.verified_count, "failed": draw.failed_count}
    return _("通过 %(ok)s，不通过 %(failed)s") % counts if draw.failed_count else _("通过 %(ok)s") % counts


DRAWS = Listing(
    name="draws",
    title=gettext_lazy("抽取登记簿"),
    unit=gettext_lazy("次"),
    noun="draws",
    rows=selectors.register_for,
    columns=(
        Column("number", gettext_lazy("编号"), kind=Kind.CODE, sort="number"),
        Column("title", gettext_lazy("名称"), sort="title"),
        Column("state", gettext_lazy("状态"), template="desk/draws/state_cell.html"),
        Column("mode", gettext_lazy("方式"), lambda draw: str(modes.LABELS[draw.mode])),
        Column("t0", gettext_lazy("抽取时刻"), kind=Kind.DATETIME),
        Column("organiser", gettext_lazy("组织"), "organiser.short_name"),
        Column("verified", gettext_lazy("外部核验"), verified_words),
        Column("void", gettext_lazy("作废原因"), lambda draw: str(VOID_REASONS.get(draw.void_reason, draw.void_words))),
    ),
    order=("-created_at", "pk"),
    tabs=(
        Tab("working", gettext_lazy("办理中"), Q(state__in=WORKING)),
        Tab("sealed", gettext_lazy("封存中"), Q(state="sealed")),
        Tab("opened", gettext_lazy("已公开"), Q(state="opened")),
        Tab("void", gettext_lazy("已作废"), Q(state="void")),
    ),
    form=DrawQuery,
    row_url=lambda draw: f"/draws/{draw.pk}",
    empty=Empty(
        gettext_lazy("还没有抽取"),
        gettext_lazy("要约成约、各部门批准后，由协调处筹备抽取；编号连续，作废的也留在这里。"),
        "/offers/?box=settled",
        gettext_lazy("已成约的要约"),
    ),
)


def visible(request: ActorRequest, draw_id: UUID) -> Draw:
    """Return a draw that the actor may know of, else 404."""
    return get_object_or_404(selectors.draws_for(request.actor), pk=draw_id)


@requires("draw.see")
@require_GET
def draw_list(request: ActorRequest) -> HttpResponse:
    """Show the register: every number, void ones too."""
    return render(
        request, "desk/draws/list.html", {"page": DRAWS.page(request), "may_prepare": request.actor.may("draw.prepare")}
    )


@requires("draw.prepare")
@require_http_methods(["GET", "POST"])
def draw_new(request: ActorRequest) -> HttpResponse:
    """Prepare the draw of a settled offer."""
    offer = get_object_or_404(offers.offers_for(request.actor, box="settled"), pk=_uuid(request.GET.get("offer", "")))
    initial = {"t0": _first_moment(clock.now()), "length": 12, "slots": 2, "cap": 0, "rounds": declaring.USUAL_ROUNDS}
    parts = offers.parts_of(offer.pk)
    unshared = modes.unshared_because([declaring.CEREMONY], parties=len(parts))
    # The beacon is what a routine draw has beside the keys, wherever it is fetched by itself (section 6).
    is_usual = bool(unshared or settings.BEACON_RELAYS)
    sources = [declaring.CEREMONY, declaring.DRAND] if is_usual else [declaring.CEREMONY]
    form = PrepareForm(request.POST or None, initial=initial | {"sources": sources, "mode": modes.SEALED})
    if unshared:
        form.fields["sources"].help_text = unshared
    if words := modes.closed_because(parts):
        form.close_mode(words)
    if request.method == "POST" and form.is_valid():
        try:
            draw = services.prepare(
                offer_id=offer.pk,
                **_prepared(form.cleaned_data),
                salt=secrets.token_hex(32),
                actor=request.actor,
                at=clock.now(),
            )
        except (DrawRefused, PlanRefused) as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            said = _("已编号 %s，并登记抽取计划。")
            if not modes.is_open(draw):
                said = _("已编号 %s，并登记抽取计划。请各部门提交密钥承诺。")
            messages.success(request, said % draw.number)
            return redirect("draw_detail", draw.pk)
    earliest = clock.now() + timedelta(days=limits.PLAN_LEAD_DAYS)
    is_late = timezone.localtime(earliest).date() > offer.starts_on
    context = {"form": form, "offer": offer, "earliest": earliest, "is_late": is_late}
    return render(request, "desk/draws/new.html", context, status=422 if form.errors else 200)


@requires("draw.see")
@require_GET
def draw_detail(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Show one draw: how far it has come, its departments and keys, and what comes next."""
    return render(request, "desk/draws/detail.html", content_of(request, visible(request, draw_id)))


@requires("draw.read")
@require_http_methods(["GET", "POST"])
def draw_result(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Show the drawn targets and officers; each reading of a sealed result is an entry of the ledger.

    A reload or a step back asks again on the page of the draw: only the act itself reads, and leaves its trace.
    """
    draw = visible(request, draw_id)
    if request.method == "GET":
        return redirect("draw_detail", draw.pk)
    slots = services.read(draw=draw, actor=request.actor, at=clock.now())
    visits: dict[object, dict[str, Any]] = {}
    for slot in slots:
        visit = visits.setdefault(slot.target_id, {"target": slot.target, "departments": {}})
        visit["departments"].setdefault(slot.department.short_name, []).append(slot.inspector.officer.name)
    rows = [{"target": visit["target"], "departments": list(visit["departments"].items())} for visit in visits.values()]
    context = {"draw": draw, "rows": rows, "shortage": shortage.of_draw(draw), "LIFECYCLE": DRAW}
    context["may_request"] = (
        modes.is_running(draw) and has_rounds(draw) and request.actor.may("draw.request_replacement", draw)
    )
    return render(request, "desk/draws/result.html", context)


def content_of(request: ActorRequest, draw: Draw, *, refusal: DrawRefused | None = None) -> dict[str, Any]:
    """Collect what the page of one draw shows."""
    actor = request.actor
    item = selectors.item_of(draw, actor)
    is_witnessed = draw.commitment_entry is not None and ledger.is_witnessed(draw.commitment_entry)
    parties = selectors.parties_of(draw)
    mine = next((p for p in parties if item is not None and p.item == item.item), None)
    is_source_seen = draw.source_entry is not None and ledger.is_witnessed(draw.source_entry)
    may = may_of(request, draw, item)
    return {
        "draw": draw,
        "LIFECYCLE": DRAW,
        "is_running": modes.is_running(draw),
        "refusal": refusal,
        "rows_changed": services.have_rows_changed(draw),
        "short": shortage.count_of(draw),
        "short_round": shortage.short_round_of(draw),
        "repeated_by": standing.live_of(draw),
        "pool": selectors.pool_of(draw),
        "parties": parties,
        "item": item,
        "mine": mine,
        "key_entry": selectors.key_entry_of(draw, mine),
        "is_handable": mine is not None and draw.state == "sourced" and mine.handed_at is None,
        "is_source_seen": is_source_seen,
        "has_signed": item is not None and services.has_signed(draw, item.department_id),
        "shares": share_panel.panel_of(
            draw, item, may, actor=actor, is_begun=is_source_seen and draw.state == "sourced", now=clock.now()
        ),
        "recusals": selectors.recusals_of(draw, item=item),
        "recusal_reasons": RECUSAL_REASONS.items(),
        "void_reasons": [one for one in VOID_REASONS.items() if one[0] != "OFFICERS_SHORT" or draw.is_infeasible],
        "given": given.label_of(draw),
        "entries": ledger.timeline("draw", draw.pk),
        "may": may,
        "capacity": actor.holds(*(held.role for held in actor.capacities)) if actor.capacities else None,
        "is_witnessed": is_witnessed,
        "has_witnesses": draw.commitment_entry is not None and ledger.witnessing(draw.commitment_entry).is_witnessed,
        "lodging": lodging.standing_of(draw, at=clock.now()),
        "cosigners": ledger.cosigners(draw.result_entry or draw.commitment_entry),
        "earlier_attestations": selectors.earlier_attestations_of(draw),
        "attestations": selectors.attestations_of(draw),
        **_progress(draw, parties, is_witnessed=is_witnessed, actor=actor),
        "sources": selectors.sources_of(draw),
        "has_rounds": has_rounds(draw),
        "deadline": _deadline(draw),
    }


def _progress(draw: Draw, parties: list[Party], *, is_witnessed: bool, actor: Actor) -> dict[str, Any]:
    """Count what the next step still waits for."""
    is_wanted = is_typable(draw, is_witnessed=is_witnessed)
    return {
        "is_wanted": is_wanted,
        "may_type": is_wanted and actor.may("draw.type", draw),
        "typed": selectors.typed_count(draw),
        "has_room": any(map(declaring.is_local, draw.source_types)),
        "committed_count": sum(party.committed_at is not None for party in parties),
        "handed_count": sum(party.handed_at is not None for party in parties),
        "is_shown": draw.state in open_record.SHOWN_STATES,
    }


def may_of(request: ActorRequest, draw: Draw, item: Any) -> dict[str, bool]:
    """Say which acts the actor may do on a draw as it stands; templates show only these."""
    actor, found = request.actor, {}
    for transition in DRAW.transitions:
        word = transition.verb.removeprefix("draw.")
        if word in ("witness", "close_keys", "count_void", *OF_A_SWAP):
            continue
        subject: Any = item if word in OF_A_PART else draw
        found[word] = (
            modes.allows(draw, verb=transition.verb) and subject is not None and actor.may(transition.verb, subject)
        )
    found["draw"] = found["draw"] or found["draw_openly"]
    found["void"] = found["void"] and bool(draw.void_proposed_by)
    found["repeat"] = found["repeat"] and standing.is_wanted(draw)
    withdrawable = found["withdraw_void"] and services.may_withdraw(draw, actor=actor, at=clock.now())
    found["withdraw_void"] = withdrawable
    found["propose_void"] = found["propose_void"] and not draw.void_proposed_by
    return found


def has_rounds(draw: Draw) -> bool:
    """Say whether a draw may have replacement rounds at all."""
    return declaring.max_rounds(draw.source_types, draw.max_rounds) > 0


def is_typable(draw: Draw, *, is_witnessed: bool) -> bool:
    """Say whether a source's value can be brought in now: the commitment counts, and one is wanted."""
    return (draw.state != "waiting" or is_witnessed) and services.wanted(draw, at=clock.now()) is not None


def _deadline(draw: Draw) -> datetime | None:
    """Return until when the next act must be done, None when none is left."""
    if draw.t0 is None or draw.state in (*WITH_RESULT, "voiding", "void"):
        return None
    margins = {"committed": readiness.KEY_MARGIN, "sourced": readiness.KEY_MARGIN, "keyed": timedelta()}
    if modes.is_open(draw):
        margins = {"committed": readiness.VALUES_MARGIN, "sourced": timedelta()}
    return draw.t0 - margins.get(draw.state, readiness.COMMITMENT_MARGIN)


def _prepared(cleaned: dict[str, Any]) -> dict[str, Any]:
    """Turn the fields of the form into what the service asks for."""
    issues = {"cwl-kl8": cleaned["kl8"], "cwl-ssq": cleaned["ssq"]}
    plain = {
        name: cleaned[name]
        for name in ("t0", "length", "slots", "cap", "sources", "mode", "given_basis", "given_words")
    }
    if cleaned["rounds"] is not None:
        plain["rounds"] = cleaned["rounds"]
    return {**plain, "issues": {type_: issue for type_, issue in issues.items() if issue}}


def _first_moment(now: datetime) -> datetime:
    """Propose the first afternoon that leaves the plan its seven days."""
    day = timezone.localtime(now) + timedelta(days=8)
    return day.replace(hour=15, minute=0, second=0, microsecond=0)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
