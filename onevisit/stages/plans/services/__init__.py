"""The writes on campaigns, one function per verb; see the modules beside this."""

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
from onevisit.stages.plans.services.minutes import minute, void_minutes
from onevisit.stages.plans.services.notes import adopt_note, agree, annotate, consult, decline_note, withdraw_note
from onevisit.stages.plans.services.pooling import follow_merge, readmit_target, return_target

__all__ = [
    "RETURN_CODES",
    "Changes",
    "add_department",
    "adopt_note",
    "agree",
    "annotate",
    "approve",
    "check_inspecting_body",
    "consult",
    "decline_note",
    "edit",
    "evaluate",
    "follow_merge",
    "join",
    "log_plan_entry",
    "match",
    "minute",
    "readmit_target",
    "recall",
    "remove_department",
    "remove_item",
    "remove_target",
    "restore_row",
    "return_",
    "return_target",
    "run",
    "start",
    "stop",
    "submit",
    "void_minutes",
    "withdraw_note",
]
