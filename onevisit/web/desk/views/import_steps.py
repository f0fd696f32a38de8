"""What the page of an import shows of its steps, its columns and its suspected duplicates."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onevisit.stages.registers.imports import duplicates, matching
from onevisit.stages.registers.imports.kinds.registry import kinds
from onevisit.stages.registers.models import ImportRun, MergeRule
from onevisit.web.ui.steps import Progress, Step

SHOWN_SUSPECTS = 50
PHASES = {
    "checking": gettext_lazy("正在逐行核对"),
    "matching": gettext_lazy("正在与名录库比对"),
    "writing": gettext_lazy("正在写入"),
}
DECISIONS = {
    duplicates.UPDATE: gettext_lazy("更新已有"),
    duplicates.KEEP: gettext_lazy("保留已有"),
    duplicates.MERGE: gettext_lazy("合并（已有的不改，空项补齐）"),
    duplicates.NEW: gettext_lazy("照新增"),
}


def steps(run: ImportRun) -> list[Step]:
    """Return the task list 1 to 4: 选文件, 对列, 试运行, 确认."""
    if run.state == "cancelled":
        return [Step(_("选文件"), Progress.DONE), *[Step(word, Progress.NOT_APPLICABLE) for word in _later()]]
    address = f"/registers/imports/{run.pk}"
    match, trial, confirm = _later()
    return [
        Step(_("选文件"), Progress.DONE, note=run.file_name),
        Step(match, _matched(run), url=f"{address}?step=match" if run.headings else "", note=_match_note(run)),
        Step(trial, _tried(run), url=f"{address}?tab=wrong" if run.errors_count else "", note=_trial_note(run)),
        Step(confirm, _confirmed(run)),
    ]


def _later() -> tuple[str, str, str]:
    return _("对列"), _("试运行"), _("确认")


def _matched(run: ImportRun) -> Progress:
    return Progress.CURRENT if run.headings and not run.columns else Progress.DONE


def _match_note(run: ImportRun) -> str:
    if not run.headings:
        return _("列名与现行模板一致") if run.state != "checking" else ""
    return _("已对上 %(count)s 列") % {"count": len(run.columns)} if run.columns else _("列名与现行模板不一致")


def _tried(run: ImportRun) -> Progress:
    if run.headings and not run.columns:
        return Progress.NOT_STARTED
    if run.state in ("uploaded", "checking"):
        return Progress.CURRENT
    return Progress.SEEN if run.errors_count else Progress.DONE


def _trial_note(run: ImportRun) -> str:
    if run.state == "checking" or not run.rows_count:
        return ""
    words = _("共 %(rows)s 行，还有 %(count)s 行有误") if run.errors_count else _("共 %(rows)s 行，没有错误")
    return words % {"rows": f"{run.rows_count:,}", "count": run.errors_count}


def _confirmed(run: ImportRun) -> Progress:
    if run.state == "imported":
        return Progress.DONE
    is_ready = run.state == "importing" or (run.state == "checked" and not run.errors_count)
    return Progress.CURRENT if is_ready else Progress.NOT_STARTED


@dataclass(frozen=True)
class MatchedColumn:
    """One column of the file and which of ours it is, chosen or guessed."""

    place: int
    heading: str
    sample: str
    key: str
    is_guess: bool


def columns(run: ImportRun) -> list[MatchedColumn]:
    """Return the columns of the file with the choice made so far, else with a guess."""
    template = kinds()[run.kind].template
    headings = [heading for heading, _sample in run.headings]
    places = run.columns or matching.guess(headings, template)
    exact = matching.exact(headings, template).places
    keys = {place: key for key, place in places.items()}
    return [
        MatchedColumn(place, heading, sample, keys.get(place, ""), keys.get(place, "") not in exact)
        for place, (heading, sample) in enumerate(run.headings)
    ]


def suspects(run: ImportRun) -> list[dict[str, Any]]:
    """Return the suspected duplicates by rule: the count, the choices and the first pairs."""
    found = []
    for rule in (MergeRule.SAME_CODE, MergeRule.SAME_PLACE):
        count = run.suspects_count.get(rule, 0)
        if not count:
            continue
        pairs = [suspect for suspect in run.suspects if suspect["rule"] == rule]
        choices = [(key, DECISIONS[key]) for key in duplicates.CHOICES[rule]]
        decided = run.decisions.get(rule, "")
        found.append(
            {
                "rule": str(rule),
                "label": rule.label,
                "count": count,
                "choices": choices,
                "decided": decided or duplicates.CHOICES[rule][0],
                "is_default": not decided,
                "pairs": pairs[:SHOWN_SUSPECTS],
                "more": count - len(pairs[:SHOWN_SUSPECTS]),
            }
        )
    return found
