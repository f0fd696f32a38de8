"""Pages of 名录库: what the city shares, and what belongs to 市商务局."""

from onevisit.stages.registers import experts, item_versions
from onevisit.stages.registers.imports import background
from tests.access import Page
from tests.cast import AT, Cast
from tests.stages.registers import records


def _target(people: Cast) -> dict[str, object]:
    return {"target_id": records.target(people).pk}


def _directory(people: Cast) -> dict[str, object]:
    return {"directory_id": records.directory(people).pk}


def _inspector(people: Cast) -> dict[str, object]:
    return {"inspector_id": records.inspector(people).pk}


def _item(people: Cast) -> dict[str, object]:
    return {"item_id": records.item(people).pk}


def _law(_people: Cast) -> dict[str, object]:
    return {"law_id": records.law().pk}


def _run(people: Cast) -> dict[str, object]:
    return {"import_id": records.run(people).pk}


def _wrong_run(people: Cast) -> dict[str, object]:
    return {"import_id": records.run(people, wrong=True).pk}


def _unmatched_run(people: Cast) -> dict[str, object]:
    return {"import_id": records.unmatched_run(people).pk}


def _queued_run(people: Cast) -> dict[str, object]:
    run = background.queue(run=records.run(people), actor=people.actor("林"), at=AT)
    return {"import_id": run.pk}


def _pair(people: Cast) -> dict[str, object]:
    return {"target_id": records.target(people).pk, "other_id": records.site(people).pk}


def _merge(people: Cast) -> dict[str, object]:
    return {"merge_id": records.merged(people).pk}


def _letter(people: Cast) -> dict[str, object]:
    return {"letter_id": records.letter(people).pk}


def _letter_act(people: Cast) -> dict[str, object]:
    return {"letter_id": records.letter(people).pk, "act": "withdraw"}


def _expert(people: Cast) -> dict[str, object]:
    return {"expert_id": records.expert(people).pk}


def _suspended_expert(people: Cast) -> dict[str, object]:
    expert = experts.suspend(expert=records.expert(people), reason="调离", actor=people.actor("林"), at=AT)
    return {"expert_id": expert.pk}


def _edited_item(people: Cast) -> dict[str, object]:
    return {"item_id": records.edited_item(people).pk}


def _suspended_item(people: Cast) -> dict[str, object]:
    item = item_versions.suspend(item=records.item(people), reason="并入他项", actor=people.actor("林"), at=AT)
    return {"item_id": item.pk}


PAGES = [
    Page("complaint_list"),
    Page("complaint_register", _target, other="司", other_status=403),
    Page("supply_register", _target, other="司", other_status=403),
    Page("supply_end", _target, method="POST", ok=(422,), other="司", other_status=403),
    Page("letter_list"),
    Page("letter_draft", _target, other="司", other_status=403),
    Page("letter_detail", _letter, other="何", other_status=404),
    Page("letter_act", _letter_act, method="POST", form={"words": "误发"}, other="王", other_status=403),
    Page("expert_list", other="林一", other_status=403),
    Page("expert_register", other="司", other_status=403),
    Page("expert_detail", _expert, other="林一", other_status=403),
    Page("expert_suspend", _expert, method="POST", form={"reason": "调离"}, other="王", other_status=403),
    Page("expert_resume", _suspended_expert, method="POST", other="王", other_status=403),
    Page("item_edit", _item, other="王", other_status=403),
    Page("item_compare", _edited_item),
    Page("item_suspend", _item, method="POST", form={"reason": "并入他项"}, other="王", other_status=403),
    Page("item_resume", _suspended_item, method="POST", other="王", other_status=403),
    Page("target_list"),
    Page("target_detail", _target),
    Page("target_contact", _target, method="POST"),
    Page("duplicate_list"),
    Page("target_merge", _pair, method="POST"),
    Page("merge_by_rule", method="POST", form={"rule": "same_code", "count": "0"}),
    Page("target_unmerge", _merge, method="POST"),
    Page("directory_list"),
    Page("directory_detail", _directory),
    Page("inspector_list"),
    Page("inspector_detail", _inspector, other="王", other_status=404),
    Page("item_list"),
    Page("item_detail", _item),
    Page("item_matrix"),
    Page("law_list"),
    Page("law_detail", _law),
    Page("city_detail"),
    Page("import_list"),
    Page("import_template", lambda _people: {"kind": "targets"}),
    Page("import_detail", _run, other="王", other_status=404),
    Page("import_check", _run, method="POST", other="王", other_status=404),
    Page("import_correct", _wrong_run, method="POST", form={"drop": "2"}, other="王", other_status=404),
    Page("import_progress", _run, other="王", other_status=404),
    Page("import_match", _unmatched_run, method="POST", ok=(422,), other="王", other_status=404),
    Page("import_decide", _run, method="POST", other="王", other_status=404),
    Page("import_queue", _run, method="POST", other="王", other_status=404),
    Page("import_stop", _queued_run, method="POST", other="王", other_status=404),
    Page("import_cancel", _run, method="POST", other="王", other_status=404),
    Page("import_faults", _wrong_run, other="王", other_status=404),
]
