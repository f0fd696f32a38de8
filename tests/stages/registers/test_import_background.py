"""A confirmed import is written by the queue: watched, stopped, in turn, ended by a notice."""

from datetime import timedelta

import pytest
from django.test import Client

from onevisit.core.lifecycle import WrongState
from onevisit.stages.registers.imports import background, progress
from onevisit.stages.registers.imports import services as imports
from onevisit.stages.registers.imports.trying import ImportRefused
from onevisit.stages.registers.models import ImportRun, InspectionTarget
from onevisit.stages.registers.todos import todos
from onevisit.support.deadlines.models import RuleVersion
from onevisit.support.identity.actors import MayNot
from onevisit.support.identity.models import Post
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.notices.models import Notice
from tests import cast
from tests.stages.registers import files, records

pytestmark = pytest.mark.django_db
WRONG = {**files.TARGET, "统一社会信用代码": "91350200XMDM00012X", "名称": "另一站"}


def receive(people: cast.Cast, *rows: dict[str, str], name: str = "林") -> ImportRun:
    return background.receive(
        kind="targets", file_name="名录.csv", content=files.csv_bytes(*rows), actor=people.actor(name), at=cast.AT
    )


def queued(people: cast.Cast, *, name: str = "林") -> ImportRun:
    return background.queue(run=records.run(people, name=name), actor=people.actor(name), at=cast.AT)


def write(run: ImportRun) -> ImportRun:
    background.write(import_id=str(run.pk), at=cast.AT)
    run.refresh_from_db()
    return run


def test_confirming_queues_the_work_and_writes_nothing_yet(people: cast.Cast) -> None:
    run = queued(people)

    assert run.state == "importing"
    assert not InspectionTarget.objects.exists()
    assert LedgerEntry.objects.filter(event="import.queued", subject=str(run.pk)).count() == 1


def test_the_queue_writes_all_rows_and_tells_the_clerk(people: cast.Cast) -> None:
    run = write(queued(people))

    assert (run.state, InspectionTarget.objects.count()) == ("imported", 1)
    notice = Notice.objects.get(officer=people.officers["林"])
    assert notice.title == "已导入：检查对象名录库，新增 1、更新 0"
    assert notice.url == f"/registers/imports/{run.pk}"
    entry = LedgerEntry.objects.get(event="import.confirmed")
    assert entry.actor == f"officer:{people.officers['林'].pk}"


def test_the_queue_may_run_it_twice(people: cast.Cast) -> None:
    run = write(queued(people))

    write(run)

    assert LedgerEntry.objects.filter(event="import.confirmed").count() == 1


def test_a_file_with_a_wrong_row_is_not_queued(people: cast.Cast) -> None:
    run = receive(people, WRONG)

    with pytest.raises(ImportRefused, match="还有 1 行有误，先改或从文件中剔除"):
        background.queue(run=run, actor=people.actor("林"), at=cast.AT)


def test_another_department_may_not_queue(people: cast.Cast) -> None:
    with pytest.raises(MayNot):
        background.queue(run=records.run(people), actor=people.actor("王"), at=cast.AT)


def test_a_queued_import_is_not_queued_again(people: cast.Cast) -> None:
    run = queued(people)

    with pytest.raises(WrongState):
        background.queue(run=run, actor=people.actor("林"), at=cast.AT)


def test_a_stopped_import_writes_nothing_and_can_be_confirmed_another_day(people: cast.Cast) -> None:
    run = background.stop(run=queued(people), actor=people.actor("林"), at=cast.AT)

    write(run)
    assert (run.state, InspectionTarget.objects.count()) == ("uploaded", 0)
    assert LedgerEntry.objects.filter(event="import.stopped").count() == 1

    next_day = cast.AT + timedelta(days=1)
    background.try_again(run=run, actor=people.actor("林"), at=next_day)
    write(background.queue(run=run, actor=people.actor("林"), at=next_day))

    assert InspectionTarget.objects.count() == 1


def test_another_department_may_not_stop(people: cast.Cast) -> None:
    with pytest.raises(MayNot):
        background.stop(run=queued(people), actor=people.actor("王"), at=cast.AT)


def test_what_is_imported_cannot_be_stopped(people: cast.Cast) -> None:
    run = write(queued(people))

    with pytest.raises(WrongState):
        background.stop(run=run, actor=people.actor("林"), at=cast.AT)


def test_a_stop_while_it_writes_leaves_nothing(people: cast.Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    run = queued(people)
    stopping = imports.Outcome.save

    def save(outcome: imports.Outcome, tell: progress.Tell) -> None:
        stopping(outcome, tell)
        background.stop(run=run, actor=people.actor("林"), at=cast.AT)

    monkeypatch.setattr(imports.Outcome, "save", save)

    write(run)

    # The stop of this test stood in the same transaction, so it is rolled back with the rows.
    assert not InspectionTarget.objects.exists()
    assert not LedgerEntry.objects.filter(event="import.confirmed").exists()


def test_faults_that_came_up_since_the_dry_run_are_told_and_nothing_is_written(people: cast.Cast) -> None:
    run = queued(people)
    ImportRun.objects.filter(pk=run.pk).update(content=files.csv_bytes(WRONG))

    write(run)

    assert (run.state, InspectionTarget.objects.count()) == ("uploaded", 0)
    assert "还有 1 行有误" in run.failure
    notice = Notice.objects.get(officer=people.officers["林"])
    assert notice.title == "没有导入：检查对象名录库，需要处理"


def test_a_clerk_who_lost_the_post_meanwhile_imports_nothing(people: cast.Cast) -> None:
    run = queued(people)
    Post.objects.filter(officer=people.officers["林"]).update(valid_to=cast.AT.date() - timedelta(days=1))

    write(run)

    assert (run.state, InspectionTarget.objects.count()) == ("uploaded", 0)


def test_a_job_that_the_queue_gave_up_is_told(people: cast.Cast) -> None:
    run = queued(people)

    background.fail(import_id=str(run.pk), at=cast.AT)

    run.refresh_from_db()
    assert (run.state, run.failure) == (
        "uploaded",
        "系统出错，没有写入任何一行。请重新试运行；仍不成功的，请报运维。",
    )
    assert Notice.objects.filter(officer=people.officers["林"]).count() == 1


def test_the_second_import_of_one_register_waits_and_says_for_whom(people: cast.Cast, client: Client) -> None:
    queued(people, name="林")
    later = background.queue(
        run=records.run(people, name="王"), actor=people.actor("王"), at=cast.AT + timedelta(minutes=9)
    )
    user = people.officers["王"].user
    assert user is not None
    client.force_login(user)

    page = client.get(f"/registers/imports/{later.pk}").content.decode()

    assert "林（市商务局）自 09:00 起正在导入同一名录" in page


def _make_everything_big() -> None:
    RuleVersion.objects.filter(rule_id=background.BIG_RULE).update(amount=0)


def test_a_big_file_is_tried_by_the_queue(people: cast.Cast) -> None:
    _make_everything_big()
    run = receive(people, files.TARGET, WRONG)
    assert (run.state, run.rows_count) == ("checking", 0)

    background.check(import_id=str(run.pk), at=cast.AT)

    run.refresh_from_db()
    assert (run.state, run.rows_count, run.errors_count) == ("checked", 2, 1)
    assert Notice.objects.get().title == "试运行完成：检查对象名录库，1 行有误"


def test_a_big_file_of_another_shape_waits_to_be_matched(people: cast.Cast) -> None:
    _make_everything_big()
    run = receive(people, {"企业名称": "某站"})

    background.check(import_id=str(run.pk), at=cast.AT)

    run.refresh_from_db()
    assert (run.state, run.headings) == ("uploaded", [["企业名称", "某站"]])


def test_a_big_file_that_cannot_be_read_says_so(people: cast.Cast) -> None:
    _make_everything_big()
    run = background.receive(
        kind="targets", file_name="x.csv", content="名称".encode("utf-16"), actor=people.actor("林"), at=cast.AT
    )

    background.check(import_id=str(run.pk), at=cast.AT)

    run.refresh_from_db()
    assert "文件编码不是 UTF-8 或 GB18030" in run.failure


def test_what_waits_stands_in_the_inbox_of_who_began_it(people: cast.Cast) -> None:
    receive(people, WRONG)

    (todo,) = todos(people.actor("林"), cast.AT)

    assert todo.sentence == "检查对象名录库（名录.csv）还有 1 行有误"
    assert todos(people.actor("王"), cast.AT) == []


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_from_outside_and_a_stop_ends_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "EVERY_SECONDS", -1.0)
    run = ImportRun.objects.create(
        kind="targets", file_name="x", sha256="0", content=b"", state="importing", started_by="x", created_at=cast.AT
    )
    ticker = progress.Ticker(run_id=run.pk, state="importing")

    ticker(progress.WRITING, 3_000, 12_408)
    run.refresh_from_db()
    assert (run.phase, run.done_count, run.total_count) == ("writing", 3_000, 12_408)

    ImportRun.objects.filter(pk=run.pk).update(state="uploaded")
    with pytest.raises(progress.Stopped):
        ticker(progress.WRITING, 4_000, 12_408)
    ticker.close()
