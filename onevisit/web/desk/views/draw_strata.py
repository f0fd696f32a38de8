"""改定分层: by what the pool is divided, and how many of each stratum are drawn."""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onevisit.stages.draws import documents, readiness, services
from onevisit.stages.draws.lifecycle import DRAW
from onevisit.stages.draws.pool import batching, eligibility, given, strata
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.selectors import Draw
from onevisit.support.identity import regions
from onevisit.support.identity.access import requires
from onevisit.web.desk.views.draw_acts import Origin, act_on
from onevisit.web.desk.views.draws import may_of, visible
from onevisit.web.ui.actors import ActorRequest


@requires("draw.see")
@require_GET
def draw_strata(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Show the strata under the rule that stands or is looked at, with their sizes."""
    draw = visible(request, draw_id)
    return render(request, "desk/draws/strata.html", _content(request, draw, by=request.GET.get("by", "")))


@requires("draw.stratify")
@require_POST
def draw_stratify(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Choose the rule and the rates or the total."""

    def act(draw: Draw, at: datetime) -> object:
        by = request.POST.get("by", "")
        return services.stratify(draw=draw, by=by, quota=_quota(request), actor=request.actor, at=at)

    return act_on(request, draw_id, act, _("已改定分层，并重新登记抽取计划。"), origin=STRATA)


@requires("draw.batch")
@require_POST
def draw_batch(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Fix into how many batches the drawn targets are put."""

    def act(draw: Draw, at: datetime) -> object:
        given = request.POST.get("count", "").strip()
        count = int(given) if given.isascii() and given.isdigit() else 0
        return services.batch(draw=draw, count=count, actor=request.actor, at=at)

    return act_on(request, draw_id, act, _("已定批数，谁在哪一批由种子排定。"), origin=STRATA)


@requires("draw.staff")
@require_POST
def draw_staff(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Choose how the officers of one department are drawn."""

    def act(draw: Draw, at: datetime) -> object:
        item = draw.items.select_related("draw").filter(item=request.POST.get("item", "")).first()
        if item is None:
            raise DrawRefused(message=_("请选择部门。"), field="item")
        return services.staff(item=item, mode=request.POST.get("mode", ""), actor=request.actor, at=at)

    return act_on(request, draw_id, act, _("已改定人员抽取方式，随抽取公布。"), origin=STRATA)


def _quota(request: ActorRequest) -> dict[str, Any]:
    rule = request.POST.get("rule", "")
    if rule == "total":
        given = request.POST.get("total", "").strip()
        return {"rule": "total", "total": int(given) if given.isascii() and given.isdigit() else 0}
    if rule != "rate":
        return {}
    prefix = "rate_"
    given_rates = {key.removeprefix(prefix): text for key, text in request.POST.items() if key.startswith(prefix)}
    return {"rule": "rate", "strata": {key: _basis_points(str(text)) for key, text in given_rates.items()}}


def _basis_points(text: str) -> int | None:
    try:
        return int(Decimal(text.strip()) * 100) if text.strip() else None
    except (InvalidOperation, ValueError, OverflowError):
        raise DrawRefused(message=_("比例请填数字，如 5 或 12.5。"), field="strata") from None


def _refused(request: ActorRequest, draw: Draw, refusal: DrawRefused) -> HttpResponse:
    context = _content(request, draw, by=request.POST.get("by", ""), refusal=refusal)
    return render(request, "desk/draws/strata.html", context, status=422)


STRATA = Origin("draw_strata", _refused)


def _content(request: ActorRequest, draw: Draw, *, by: str, refusal: DrawRefused | None = None) -> dict[str, Any]:
    choices = given.DIVISIONS if draw.given_basis else strata.CHOICES
    by = by if by in choices and not draw.repeats_id else draw.strata_by
    looked_at = Draw(pk=draw.pk, offer=draw.offer, strata_by=by, quota=draw.quota if by == draw.strata_by else {})
    looked_at.repeats = draw.repeats
    ground = documents.ground_of(looked_at)
    if draw.given_basis and by != draw.strata_by:
        looked_at.quota = given.whole_quota(ground.sizes)
        ground = documents.ground_of(looked_at)
    districts = dict(regions.districts())
    drawn = {str(one["id"]): one["n"] for one in documents.strata_of(ground)}
    rates = documents.rates_of(ground)
    rows = [
        {
            "id": stratum,
            "label": strata.label_of(stratum, by=by, districts=districts),
            "size": size,
            "drawn": drawn[stratum],
            "percent": _percent(rates.get(stratum) if rates is not None else None),
        }
        for stratum, size in strata.without_back(ground.sizes).items()
    ]
    return {
        "draw": draw,
        "LIFECYCLE": DRAW,
        "refusal": refusal,
        "rules": [(key, label, key == by) for key, label in strata.LABELS.items() if key in choices],
        "by": by,
        "by_label": strata.LABELS[by],
        "rows": rows,
        "total": documents.total_of(ground) or None,
        "is_rate": rates is not None,
        "returned": sum(row.target_id in ground.returned for row in ground.rows),
        "has_own": bool(draw.quota),
        "modes": [(key, label, eligibility.SENTENCES[key]) for key, label in eligibility.LABELS.items()],
        "items": draw.items.select_related("department"),
        "fallbacks": readiness.station_fallbacks(ground),
        "batch_days": batching.days_of(draw),
        "settled": ground.offer.draw_count,
        "may": may_of(request, draw, None),
    }


def _percent(bp: int | None) -> str:
    return "" if bp is None else f"{Decimal(bp) / 100:f}"
