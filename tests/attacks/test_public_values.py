"""Attacks on typed public values: balls chosen by who can know the keys, with nobody outside at the keyboard."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from onevisit.project import replay
from onevisit.stages.draws import modes, todos
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.support.identity.actors import MayNot
from onevisit.support.identity.models import Post
from onevisit.support.identity.roles import Role
from onevisit.support.ledger.models import LedgerEntry
from tests import cast, draw_scenes
from tests.cast import Cast
from tests.draw_scenes import FREEZE_AT, T0, Log


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    """A log that signs when the test says so."""
    return Log(tmp_path / "log")


def _asked(people: Cast, name: str, *, at: datetime) -> int:
    """Count what asks somebody to type a public value."""
    return [todo.verb for todo in todos.todos(people.actor(name), at)].count("draw.type")


def test_nobody_who_could_know_the_result_types_the_balls_and_an_organ_outside_types_one_of_both(
    client: Client, people: Cast, log: Log
) -> None:
    """With the keys in the table the organiser and one department could choose the balls that give their list."""
    late, wanted = T0 + timedelta(hours=7), " ".join(f"{n:02d}" for n in range(1, 21))
    people.officers["陈二"] = cast.officer(
        name="陈二", department=people.departments["领导小组办公室"], roles=(Role.COORDINATOR,)
    )
    draw = draw_scenes.keyed_with(people, log, ("ceremony", "cwl-kl8"), issues={"cwl-kl8": "2026318"})

    draw_scenes.type_value(draw, people, by="陈", digits=wanted, at=late)
    assert [_asked(people, name, at=late) for name in ("公", "司", "林")] == [1, 0, 0]
    assert not _asked(people, "公", at=T0 - timedelta(minutes=1))
    for clerk in ("林", "周"):
        with pytest.raises(DrawRefused, match="密钥已交出，参加部门可能算出结果") as refused:
            draw_scenes.type_value(draw, people, by=clerk, digits=wanted, at=late)
        assert refused.value.code == "holder"
    with pytest.raises(DrawRefused, match="不能两次都由组织单位录入"):
        draw_scenes.type_value(draw, people, by="陈二", digits=wanted, at=late)
    with pytest.raises(MayNot):
        draw_scenes.type_value(draw, people, by="司", digits=wanted, at=late)

    assert not draw.source_values.filter(value__type="cwl-kl8").exists()
    draw_scenes.type_value(draw, people, by="公", digits=wanted, at=late)
    assert not _asked(people, "公", at=late)
    text = client.get(f"/open/draws/{draw.number}").content.decode()
    for said in (
        "第 2026318 期",
        "01,02,03,04,05,06,07,08",
        "2026-11-18 22:00:00",
        "www.cwl.gov.cn",
        "公证处、领导小组办公室分别录入",
    ):
        assert said in text, said


def test_a_supervisor_who_keeps_no_keys_is_the_outside_typist_of_an_open_draw(
    people: Cast, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An open draw has no keys: its departments may type, but never both times without an organ outside."""
    monkeypatch.setattr(modes, "untimed_because", lambda types: "")
    draw = draw_scenes.open_sourced(people, log, sources=("ceremony", "cwl-kl8"), issues={"cwl-kl8": "2026318"})
    late, balls = T0 + timedelta(hours=7), " ".join(f"{n:02d}" for n in range(1, 21))

    draw_scenes.type_value(draw, people, by="林", digits=balls, at=late)
    for inside in ("陈", "王"):
        with pytest.raises(DrawRefused, match="至少一次由不组织、不协调、不参加本次抽取的公证或执法监督") as refused:
            draw_scenes.type_value(draw, people, by=inside, digits=balls, at=late)
        assert refused.value.code == "not_outside"

    assert draw_scenes.type_value(draw, people, by="司", digits=balls, at=late).outcome is draws.Outcome.AGREED


def test_no_pool_is_frozen_when_nobody_outside_could_type_the_balls(people: Cast) -> None:
    """Else the keys are in, the numbers are known to everybody, and the draw is void by rule after its seed."""
    draw = draw_scenes.committed_keys(people, sources=("ceremony", "cwl-kl8"), issues={"cwl-kl8": "2026318"})
    Post.objects.filter(officer=people.officers["公"]).update(valid_to=date(2026, 11, 17))

    with pytest.raises(DrawRefused, match="现在没有这样的单位"):
        draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    draw_scenes.oversight(people, code="350200-26", short_name="市审计局", name="审")

    assert draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT).state == "frozen"


def _balls(*numbers: int) -> str:
    return " ".join(f"{n:02d}" for n in numbers)


RIGHT, NONSENSE = _balls(*range(1, 21)), _balls(*range(2, 22))
LATE = T0 + timedelta(hours=7)


def _waiting_for_balls(people: Cast, log: Log) -> Draw:
    notary = people.officers["公"].posts.get(role=Role.NOTARY).department
    people.officers["公二"] = cast.officer(name="公二", department=notary, roles=(Role.NOTARY,))
    return draw_scenes.keyed_with(people, log, ("ceremony", "cwl-kl8"), issues={"cwl-kl8": "2026318"})


def test_nobody_keeps_balls_away_by_typing_nonsense_against_what_an_organ_outside_read(
    client: Client, people: Cast, log: Log
) -> None:
    """Who has the keys knows the outcome once the balls are in the newspaper: a draw that he dislikes would end."""
    draw = _waiting_for_balls(people, log)
    draw_scenes.type_value(draw, people, by="公", digits=RIGHT, at=LATE)
    for _try in range(3):
        typed = draw_scenes.type_value(draw, people, by="陈", digits=NONSENSE, at=LATE)
        assert (typed.outcome, typed.is_kept) == (draws.Outcome.DIFFERED, True)

    later = T0 + timedelta(hours=25)
    assert draws.lapse(draw=draw, at=later).void_reason == ""
    with pytest.raises(DrawRefused):
        draws.propose_void(
            draw=draw,
            reason="SOURCE_MISSING",
            words="约定的种子来源没有取得取值",
            evidence_sha256="0" * 64,
            actor=people.actor("陈"),
            at=later,
        )
    assert LedgerEntry.objects.filter(event="draw.typings_differed", is_public=True).count() == 3
    assert "录入不一致、作废重录：3 次" in client.get(f"/open/draws/{draw.number}").content.decode()

    assert draw_scenes.type_value(draw, people, by="公二", digits=RIGHT, at=later).outcome is draws.Outcome.AGREED


def test_an_organ_outside_that_misread_the_balls_corrects_its_own_typing(people: Cast, log: Log) -> None:
    draw = _waiting_for_balls(people, log)
    draw_scenes.type_value(draw, people, by="公", digits=NONSENSE, at=LATE)
    with pytest.raises(DrawRefused, match="您已录入"):
        draw_scenes.type_value(draw, people, by="公", digits=RIGHT, at=LATE)
    assert draw_scenes.type_value(draw, people, by="陈", digits=RIGHT, at=LATE).outcome is draws.Outcome.DIFFERED

    assert draw_scenes.type_value(draw, people, by="公", digits=RIGHT, at=LATE).outcome is draws.Outcome.FIRST
    assert draw_scenes.type_value(draw, people, by="陈", digits=RIGHT, at=LATE).outcome is draws.Outcome.AGREED

    assert LedgerEntry.objects.filter(event="draw.typing_withdrawn", is_public=True).count() == 1
    assert list(replay.replay()) == []


def test_a_value_that_only_one_organ_outside_ever_claimed_ends_the_draw_after_thirty_days(
    people: Cast, log: Log
) -> None:
    draw = _waiting_for_balls(people, log)
    draw_scenes.type_value(draw, people, by="公", digits=RIGHT, at=LATE)

    assert draws.lapse(draw=draw, at=T0 + timedelta(days=29)).void_reason == ""
    assert draws.lapse(draw=draw, at=T0 + timedelta(days=30)).void_reason == "SOURCE_MISSING"


def test_two_that_are_both_outside_and_differ_are_both_set_aside(people: Cast, log: Log) -> None:
    draw = _waiting_for_balls(people, log)
    draw_scenes.type_value(draw, people, by="公", digits=RIGHT, at=LATE)

    typed = draw_scenes.type_value(draw, people, by="公二", digits=NONSENSE, at=LATE)

    assert (typed.outcome, typed.is_kept) == (draws.Outcome.DIFFERED, False)
    assert not draw.typed_values.filter(is_superseded=False, position=1).exists()
