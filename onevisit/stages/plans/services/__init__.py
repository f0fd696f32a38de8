"""The writes on campaigns, one function per verb; see campaigns.py, clusters.py and entries.py."""

from onevisit.stages.plans.services.campaigns import (
    RETURN_CODES,
    Changes,
    approve,
    check_inspecting_body,
    edit,
    evaluate,
    recall,
    return_,
    run,
    start,
    stop,
    submit,
)
from onevisit.stages.plans.services.clusters import (
    add_department,
    match,
    remove_department,
    remove_item,
    remove_target,
    restore_row,
)
from onevisit.stages.plans.services.entries import log_plan_entry
from onevisit.stages.plans.services.joining import join

__all__ = [
    "RETURN_CODES",
    "Changes",
    "add_department",
    "approve",
    "check_inspecting_body",
    "edit",
    "evaluate",
    "join",
    "log_plan_entry",
    "match",
    "recall",
    "remove_department",
    "remove_item",
    "remove_target",
    "restore_row",
    "return_",
    "run",
    "start",
    "stop",
    "submit",
]
