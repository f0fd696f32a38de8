"""The task list of a plan: its sections with how far they are, and what each says in a few words."""

from typing import Any

from django.utils.translation import gettext as _

from onevisit.stages.plans import readiness
from onevisit.stages.plans import selectors as plans
from onevisit.stages.plans.models import Campaign
from onevisit.support.identity.actors import Actor
from onevisit.web.ui.steps import Progress, Step

_PROGRESS = {"done": Progress.DONE, "open": Progress.SEEN, "untouched": Progress.NOT_STARTED}


def steps(campaign: Campaign, actor: Actor) -> list[Step]:
    """Return the task list of a plan; its sections stay readable when they can no longer be changed."""
    is_open = campaign.state in ("draft", "returned") and actor.may("campaign.edit", campaign)
    notes = _section_notes(campaign)
    return [
        Step(
            label=str(readiness.SECTIONS[section]),
            progress=_PROGRESS[state],
            url=_section_url(campaign, section) if is_open or section == "departments" else "",
            note=notes.get(section, ""),
        )
        for section, state in readiness.state_of_sections(campaign).items()
    ]


def _section_url(campaign: Campaign, section: str) -> str:
    if section == "departments":
        return f"/plans/campaigns/{campaign.pk}/cluster"
    return f"/plans/campaigns/{campaign.pk}/edit/{section}"


def _section_notes(campaign: Campaign) -> dict[str, str]:
    cluster = plans.current_cluster(campaign)
    answered = sum(bool(words.strip()) for words in campaign.necessity.values())
    return {
        "problem": campaign.problem_source[:60],
        "goal": campaign.goal_measure or campaign.goal[:60],
        "targets": _("定向") if campaign.is_directed else _("不定向"),
        "time": f"{campaign.starts_on} 至 {campaign.ends_on}" if campaign.starts_on else "",
        "quota": _("抽 %s 户") % plans.counted(campaign.quota, cluster).drawn if cluster else "",
        "departments": _said_cluster(cluster) if cluster else "",
        "necessity": _("已答 %s / 4 问") % answered,
        "field": _("已评 %s / 4 项") % len(campaign.field_scores),
    }


def _said_cluster(cluster: Any) -> str:
    """Say a cluster as people do: 1+4, 18 项."""
    return _("1+%(n)s，%(items)s 项") % {
        "n": len(plans.departments_of(cluster.pk)) - 1,
        "items": len(plans.items_of(cluster.pk)),
    }
