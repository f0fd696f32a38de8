"""The components say their words, escape what they are given, and keep their states apart."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError

from onevisit.core.lifecycle import Lifecycle, State, Tone
from onevisit.web.ui import clocks, icons, toasts
from onevisit.web.ui.jobs import JobView
from tests.cast import AT

DOOR = Lifecycle(
    name="door",
    states=(State("open", "开着", Tone.OK), State("late", "没关", Tone.LATE)),
    transitions=(),
)


def drawn(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def test_a_badge_takes_word_and_tone_from_the_lifecycle() -> None:
    assert drawn("{% badge L 'open' %}", L=DOOR) == '<span class="badge is-ok">开着</span>'


def test_a_late_badge_has_an_icon_beside_its_colour() -> None:
    assert "<svg" in drawn("{% badge L 'late' %}", L=DOOR)


def test_a_badge_of_an_unknown_state_is_a_bug() -> None:
    with pytest.raises(StopIteration):
        drawn("{% badge L 'ajar' %}", L=DOOR)


def test_what_a_component_is_given_is_escaped() -> None:
    text = drawn(
        "{% mark 'ok' word %}{% crumb word %}{% why_chip reason=word %}{% fingerprint word %}", word="<b>x</b>"
    )

    assert "<b>" not in text


def test_an_icon_without_a_noun_is_a_bug() -> None:
    with pytest.raises(KeyError):
        icons.drawing("unicorn")


@pytest.mark.parametrize(
    ("due_in", "words", "tone"),
    [
        (timedelta(days=9), "剩 7 个工作日", Tone.REST),
        (timedelta(days=2), "剩 2 个工作日", Tone.WARN),
        (timedelta(hours=3), "今日 12:00", Tone.WARN),
        (timedelta(days=-2), "逾期 2 个工作日", Tone.LATE),
        (timedelta(minutes=-20), "今日 08:40 已过", Tone.LATE),
    ],
)
def test_a_clock_says_what_is_left_and_warns_in_the_latest_fifth(due_in: timedelta, words: str, tone: Tone) -> None:
    found = clocks.remaining(due_at=AT + due_in, now=AT, opened_at=AT + due_in - timedelta(days=10))

    assert (found.words, found.tone) == (words, tone)


def test_a_thing_without_a_term_has_no_clock() -> None:
    assert drawn("{% clock_chip due now %}", due=None, now=AT).strip() == ""


def test_the_burden_meter_counts_words_first_and_marks_what_is_over() -> None:
    text = drawn("{% burden_meter 2 2 1 %}")

    assert "本年入企 2 / 2 次 · 计划中 1 次" in text
    assert (text.count("is-used"), text.count("is-over")) == (2, 1)


def test_an_unverified_article_says_so() -> None:
    assert "待核实" in drawn("{% law 'A' is_verified=False %}")
    assert "待核实" not in drawn("{% law 'A' %}")


def test_an_article_past_its_end_says_so() -> None:
    text = drawn("{% law 'A' valid_to=end on=day successor='B' %}", end=AT.date(), day=AT.date() + timedelta(days=1))

    assert "此日无效" in text
    assert "B" in text


def test_a_fingerprint_is_grouped_by_four_and_copied_whole() -> None:
    text = drawn("{% fingerprint value %}", value=bytes.fromhex("9f3a77c012de"))

    assert "9f3a 77c0 12de" in text
    assert 'data-copy="9f3a77c012de"' in text


def test_there_are_three_kinds_of_empty_and_no_fourth() -> None:
    with pytest.raises(TemplateSyntaxError):
        drawn("{% empty 'whatever' 'x' %}")


def test_a_form_shows_a_summary_with_a_link_to_each_field_and_keeps_the_values() -> None:
    class Sample(forms.Form):
        title = forms.CharField(label="名称")
        days = forms.IntegerField(label="日数", min_value=1)

    text = str(Sample({"title": "", "days": "0"}))

    assert 'href="#id_title"' in text
    assert 'href="#id_days"' in text
    assert 'value="0"' in text
    assert 'aria-invalid="true"' in text


def test_a_field_that_may_stay_empty_says_so() -> None:
    class Sample(forms.Form):
        note = forms.CharField(label="说明", required=False)

    assert "选填" in str(Sample())


def test_a_message_can_offer_to_undo() -> None:
    message = SimpleNamespace(extra_tags="undo 10 /offers/1/undo")

    assert toasts.undo_of(message) == toasts.Undo(url="/offers/1/undo", seconds=10)  # type: ignore[arg-type]
    assert toasts.undo_of(SimpleNamespace(extra_tags="")) is None  # type: ignore[arg-type]


def test_an_act_posts_with_its_token_and_its_key() -> None:
    text = drawn("{% act '/x' '应约' key='a' round=2 %}", csrf_token="T")

    assert 'method="post"' in text
    assert 'value="T"' in text
    assert 'data-key="a"' in text
    assert 'name="round" value="2"' in text


def test_a_running_job_shows_progress_and_a_way_out_a_finished_one_its_file() -> None:
    running = drawn("{% job_progress job %}", job=JobView("1", "导出", "running", 1, 2, "/j/1", "/j/1/cancel"))
    done = drawn("{% job_progress job %}", job=JobView("1", "导出", "done", 2, 2, download_url="/j/1/file"))

    assert "<progress" in running
    assert "/j/1/cancel" in running
    assert "/j/1/file" in done
    assert "hx-trigger" not in done
    assert "hx-" not in drawn("{% job_progress job %}", job=JobView("1", "导出", "running", 1, 2))
