"""公平性: the statistics of all public draws, with the people behind the pseudonyms for who may see them."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onevisit.stages.draws import fairness as statistics
from onevisit.stages.draws import selectors
from onevisit.stages.draws.fairness import People
from onevisit.stages.registers import availability, lookup
from onevisit.stages.registers import selectors as registers
from onevisit.support.identity.access import requires
from onevisit.support.identity.actors import Actor
from onevisit.web.ui import fairness
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.fairness import Line, Table


@requires("draw.see")
@require_GET
def draw_fairness(request: ActorRequest) -> HttpResponse:
    """Show what all draws so far say about their fairness; of sealed ones only how many."""
    report = _report()
    context = {
        "tables": _tables(request.actor, report) if report else [],
        "all_count": len(report["draws"]) if report else 0,
        "links": _links(request.actor, report) if report else {},
        "waiting": statistics.waiting(),
        "may_see_pairs": request.actor.may("draw.see_pairs", None),
        "base": reverse("draw_fairness"),
    }
    return render(request, "desk/draws/fairness.html", context)


@requires("draw.see")
@require_GET
def draw_fairness_table(request: ActorRequest, key: str) -> HttpResponse:
    """Give one table as a CSV; those of people only to who may see them."""
    report = _report()
    found = next((one for one in _tables(request.actor, report) if one.key == key), None) if report else None
    if found is None:
        raise Http404
    return fairness.csv_answer(found)


@requires("draw.see")
@require_GET
def draw_fairness_report(_request: ActorRequest) -> HttpResponse:
    """Give the report with its raw counts."""
    data = statistics.report_file()
    if data is None:
        raise Http404
    return fairness.json_answer(data)


def _report() -> dict[str, Any] | None:
    data = statistics.report_file()
    return json.loads(data) if data else None


def _tables(actor: Actor, report: Mapping[str, Any]) -> list[Table]:
    names = {
        "district": registers.region_names(),
        "kind": lookup.kind_names(),
        "size": lookup.size_names(),
        "stratum": lookup.risk_names(),
    }
    found = fairness.tables_of(report, names)
    people = statistics.people() if actor.may("draw.see_pairs", None) else None
    return [*found, *_people(people)] if people and people["draws"] else found


def _links(actor: Actor, report: Mapping[str, Any]) -> dict[str, str]:
    """Lead to a draw's own page where the actor may see it, else to what everybody may see of it."""
    numbers = [one["draw"] for one in report["draws"]]
    own = dict(selectors.draws_for(actor).filter(number__in=numbers).values_list("number", "pk"))
    return {
        number: reverse("draw_detail", args=[own[number]]) if number in own else f"/open/draws/{number}"
        for number in numbers
    }


def _people(people: People) -> list[Table]:
    inspectors = {pk for row in people["pairs"] for pk in row["inspectors"]}
    names = availability.names_of(inspectors | {row["inspector"] for row in people["returns"]})
    return [_pairs(people, names), _returns(people, names)]


def _pairs(people: People, names: Mapping[str, str]) -> Table:
    lines = [
        Line(
            cells=(
                "、".join(names.get(pk, "–") for pk in row["inspectors"]),
                row["times"],
                round(row["expected"], 2),
                fairness.chance(row["p"]),
            )
        )
        for row in people["pairs"]
    ]
    words, tone = fairness.judged(min((row["p"] for row in people["pairs"]), default=1.0))
    return Table(
        key="officers",
        title=_("十二个月内的人员搭档（实名）"),
        meaning=_("跨各次抽取看哪两个人总在一起；只有协调处和执法监督单位看得到姓名。"),
        heads=(_("搭档"), _("一起去"), _("随机应有"), _("p（上限）")),
        lines=lines,
        draws=people["draws"],
        verdict=words if lines else "",
        tone=tone,
        notes=(_("按同组人员机会均等计算，没有计入回避和负荷均衡；列出最不像随机的 20 对。"),),
    )


def _returns(people: People, names: Mapping[str, str]) -> Table:
    lines = [
        Line(cells=(names.get(row["inspector"], "–"), row["object"], len(row["draws"])), draws=row["draws"])
        for row in people["returns"]
    ]
    words, tone = fairness.judged(people["p"])
    counts = {"n": people["observed"], "e": f"{people['expected']:.2f}", "p": fairness.chance(people["p"])}
    verdict = _("两次抽取派到同一户同一人的有 %(n)s 次，随机应有 %(e)s 次，p = %(p)s（泊松）。") % counts + words
    return Table(
        key="returns",
        title=_("同一人再次到同一户（实名）"),
        meaning=_("同一个人反复检查同一户，容易生出人情；这里列出十二个月内的全部重复。"),
        heads=(_("执法人员"), _("检查对象"), _("次数")),
        lines=lines,
        draws=people["draws"],
        verdict=verdict if len(people["draws"]) > 1 else "",
        tone=tone if len(people["draws"]) > 1 else "",
    )
