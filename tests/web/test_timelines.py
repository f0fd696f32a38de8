"""The timeline under a record: what repeats is one line, what is old is folded, nothing is left out unsaid."""

from collections.abc import Sequence
from datetime import timedelta
from types import SimpleNamespace

from django.template.loader import render_to_string

from onevisit.stages.draws.pool.pool_events import DrawRecused, ExclusionsApproved
from onevisit.web.ui import timelines
from tests.cast import AT


def _entry(ordinal: int, *, sentence: str, days: int = 0) -> SimpleNamespace:
    return SimpleNamespace(
        pk=f"00000000-0000-0000-0000-{ordinal:012d}",
        event="draw.recused",
        at=AT - timedelta(days=days),
        actor="officer:lin",
        actor_name="林",
        capacity="市商务局 · 联络员",
        sentence=sentence,
    )


def _shown(entries: Sequence[SimpleNamespace], *, limit: int = 200, open_runs: int = 25) -> str:
    content = timelines.view(entries, limit=limit, open_runs=open_runs)
    return render_to_string("ui/components/timeline.html", content)


def test_the_same_words_of_one_person_are_one_line_with_every_entry_behind_it() -> None:
    same = [_entry(n, sentence="登记 1 名执法人员回避 1 个对象：有其他利害关系") for n in range(24)]

    page = _shown([*same, _entry(99, sentence="筹备抽取")])

    assert page.count('class="timeline-entry"') == 2
    assert "同样的 24 条" in page
    assert all(f'href="/ledger/entries/{entry.pk}"' in page for entry in same)


def test_the_same_words_on_another_day_are_another_line() -> None:
    page = _shown([_entry(1, sentence="提醒"), _entry(2, sentence="提醒", days=1)])

    assert page.count('class="timeline-entry"') == 2
    assert "同样的" not in page


def test_what_is_old_is_folded_and_counted() -> None:
    page = _shown([_entry(n, sentence=f"第 {n} 步") for n in range(10)], open_runs=4)

    head, folded = page.split("timeline-more")
    assert head.count('class="timeline-entry"') == 4
    assert "更早的 6 条" in folded
    assert folded.count('class="timeline-entry"') == 6


def test_what_is_not_shown_at_all_is_said() -> None:
    entries = [_entry(n, sentence=f"第 {n} 步") for n in range(9)]

    assert "只列最近 8 条" in _shown(entries, limit=8, open_runs=4)
    assert "只列最近" not in _shown(entries, limit=9, open_runs=4)


def test_reasons_are_said_in_words_and_an_unknown_code_stands_for_itself() -> None:
    recused = DrawRecused(subject="x", draw="D-1", inspector="i", target="t", reason="INTEREST")
    approved = ExclusionsApproved(
        subject="x", draw="D-1", reason="OLD_CODE", count=2, list_sha256="", department="", role=""
    )

    assert recused.sentence() == "登记 1 名执法人员回避 1 个对象：有其他利害关系"
    assert approved.sentence() == "批准排除 2 个对象：OLD_CODE"
