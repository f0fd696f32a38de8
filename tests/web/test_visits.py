"""The desk's pages of 一次查: sealed targets stay sealed, the board tells what is missing, the acts are there."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from onevisit.stages.draws.models import Draw, DrawItem
from onevisit.stages.visits.models import Visit
from onevisit.stages.visits.refusals import AnswerConflict
from onevisit.support import clock
from onevisit.support.ledger.models import LedgerEntry
from onevisit.web.ui.models import ListExport
from tests import visit_scenes
from tests.cast import Cast
from tests.visit_scenes import Phone


@pytest.fixture(autouse=True)
def _place(settings: Settings, tmp_path: Path) -> None:
    settings.FILES, settings.KEYS = tmp_path / "files", tmp_path / "keys"


def text(people: Cast, name: str, url: str) -> str:
    client = Client()
    user = people.officers[name].user
    assert user is not None
    client.force_login(user)
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_sealed_target_is_not_named_and_not_found_by_its_name(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = visit_scenes.dispatched(people, mode="sealed")
    opens = visit.address_opens_at
    assert opens is not None
    monkeypatch.setattr(clock, "now", lambda: opens - timedelta(minutes=1))

    for url in ("/visits/", f"/visits/{visit.pk}", f"/visits/{visit.pk}/board"):
        assert visit.target.name not in text(people, "林", url)
        assert visit.target.address not in text(people, "林", url)
    assert visit.number not in text(people, "林", f"/visits/?q={visit.target.name}")

    monkeypatch.setattr(clock, "now", lambda: opens)
    assert visit.target.name in text(people, "林", "/visits/")


def test_an_export_that_holds_sealed_visits_leaves_its_trace_on_the_draw_each_time(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = visit_scenes.dispatched(people, mode="sealed")
    opens = visit.address_opens_at
    assert opens is not None

    def traces() -> list[str]:
        rows = LedgerEntry.objects.filter(event="record.read", related__contains=[f"draw:{visit.draw_id}"])
        return [row.sentence for row in rows.order_by("ordinal") if "导出" in row.sentence]

    client = Client()
    client.force_login(people.officers["林"].user)  # type: ignore[arg-type]  # the cast has accounts
    asked = {"query": "", "columns": ["target", "batch", "starts_at"]}
    monkeypatch.setattr(clock, "now", lambda: opens - timedelta(days=1))
    for count in (1, 2):
        assert client.post("/lists/visits.visits/export", asked).status_code == 302
        assert len(traces()) == count
    assert "封存中的一次查" in traces()[0]
    assert client.post("/lists/visits.visits/export", {**asked, "query": "q=没有这一户"}).status_code == 302
    assert len(traces()) == 2
    monkeypatch.setattr(clock, "now", lambda: opens)
    assert client.post("/lists/visits.visits/export", asked).status_code == 302

    assert len(traces()) == 2
    assert ListExport.objects.filter(state="done").count() == 4


def test_who_sees_the_street_and_team_of_a_sealed_visit_stands_in_the_ledger_once_a_day(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = visit_scenes.dispatched(people, mode="sealed")
    opens = visit.address_opens_at
    assert opens is not None

    def read() -> list[str]:
        rows = LedgerEntry.objects.filter(event="record.read", related__contains=[f"draw:{visit.draw_id}"])
        return [row.actor for row in rows.order_by("ordinal")]

    before = len(read())
    for moment in (opens - timedelta(days=2), opens - timedelta(days=2, minutes=-5), opens - timedelta(days=1)):
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        for url in ("/visits/", f"/visits/{visit.pk}", f"/visits/{visit.pk}/board"):
            text(people, "林", url)
    text(people, "司", f"/visits/{visit.pk}/board")
    assert read()[before:] == [people.actor("林").id] * 2 + [people.actor("司").id]

    monkeypatch.setattr(clock, "now", lambda: opens)
    text(people, "王", "/visits/")
    text(people, "林", f"/visits/{visit.pk}")
    assert len(read()) == before + 3


def test_the_board_shows_progress_conflict_lateness_and_missing_evidence(
    people: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = visit_scenes.dispatched(people)
    phone = visit_scenes.phone(people, visit, "市商务局")
    phone.enter()
    item = visit_scenes.items_of(phone.inspection, with_shared=False)[0]
    Phone(people=people, name="林二", inspection=phone.inspection, now=phone.now).answer(item, "ok")
    with pytest.raises(AnswerConflict):
        phone.answer(item, "problem", files=["00000000-0000-4000-8000-000000000009"])
    monkeypatch.setattr(clock, "now", lambda: visit.starts_at + timedelta(minutes=18))

    page = text(people, "林", f"/visits/{visit.pk}/board")

    assert "到场 2 人（1 / 2 部门）" in page
    assert "迟到 18 分" in page
    assert "分歧 1" in page
    assert "进货台账缺 3 月记录" in page
    assert "定位距登记地 0 米" in page


def test_the_list_of_missing_evidence_names_the_part(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = visit_scenes.dispatched(people)
    phone = visit_scenes.phone(people, visit, "市商务局")
    phone.enter()
    phone.answer_all()
    phone.sign_all()
    phone.submit(files=[visit.pk])
    monkeypatch.setattr(clock, "now", lambda: visit.ends_at)

    assert visit.target.name in text(people, "林", "/visits/missing")
    assert visit.target.name not in text(people, "王", "/visits/missing")
    assert "待传齐" in text(people, "林", f"/visits/{visit.pk}")


def test_only_the_own_department_is_offered_to_replace_an_officer(people: Cast) -> None:
    visit, organ = visit_scenes.dispatched(people), people.departments["市商务局"]
    assert visit.draw is not None
    DrawItem.objects.create(draw=visit.draw, item=organ.code, department=organ)
    Draw.objects.update(state="sealed")

    assert text(people, "林局", f"/visits/{visit.pk}").count("换人…") == 2
    assert text(people, "林", f"/visits/{visit.pk}").count("换人…") == 2
    assert "换人…" not in text(people, "王", f"/visits/{visit.pk}")
    assert "换人…" not in text(people, "陈", f"/visits/{visit.pk}")


def test_the_list_costs_the_same_for_one_and_for_many(people: Cast, django_assert_max_num_queries: object) -> None:
    visit_scenes.dispatched(people, targets=6)

    assert Visit.objects.count() == 6
    with django_assert_max_num_queries(46):  # type: ignore[operator]  # a context manager; one entry of the reading
        text(people, "林", "/visits/")


def test_the_list_finds_visits_that_were_too_short(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    part = visit_scenes.submitted(people, visit, "市商务局")

    part.submitted_at = visit.starts_at + timedelta(minutes=9)
    part.save(update_fields=["submitted_at"])
    assert visit.number in text(people, "林", "/visits/?look=short_stay")

    part.submitted_at = visit.starts_at + timedelta(minutes=11)
    part.save(update_fields=["submitted_at"])
    assert visit.number not in text(people, "林", "/visits/?look=short_stay")


def test_the_board_keeps_who_was_replaced_and_says_what_follows_when_nobody_was_there(people: Cast) -> None:
    visit = visit_scenes.dispatched(people)
    visit_scenes.phone(people, visit, "市商务局").send("unable", {"reason": "moved", "note": "铁门上锁"})
    member = visit_scenes.part(visit, "市市监局").members.get(inspector__officer__name="王二")
    member.replaced_at, member.replaced_reason = visit.created_at, "休假、公差：外出培训"
    member.save(update_fields=["replaced_at", "replaced_reason"])

    page = text(people, "林", f"/visits/{visit.pk}")

    assert "已搬离登记地址" in page
    assert "列入经营异常名录" in page
    assert "登记后续处理" in page
    assert "<s>王二</s>" in page
    assert "休假、公差：外出培训" in page
