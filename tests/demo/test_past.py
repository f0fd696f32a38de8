"""The demo city's past: played through the services, sound by every check, on the pages that a visitor opens first."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings
from pytest_django.plugin import DjangoDbBlocker

from onevisit.core.draw import bundle
from onevisit.core.draw.verify import Status, verify
from onevisit.core.draw.verify_register import verify_register
from onevisit.demo import loading
from onevisit.demo.past import playing, walking
from onevisit.demo.past.stage import Stage
from onevisit.demo.past.words import words_of
from onevisit.project import replay
from onevisit.stages.draws.models import Draw
from onevisit.stages.findings.models import Finding
from onevisit.stages.plans.models import Campaign
from onevisit.stages.publication.models import Publication
from onevisit.stages.publication.request_models import PublicRequest
from onevisit.stages.visits.models import Visit
from onevisit.support import clock
from onevisit.support.identity import actors
from onevisit.support.identity.models import User
from onevisit.support.ledger import selectors, verification
from onevisit.support.ledger.models import LedgerCheckpoint, LedgerEntry, LedgerPending
from onevisit.watch.oversight import services as oversight
from onevisit.watch.oversight.models import Alert
from onevisit.web.desk import inbox
from tests import cast

pytestmark = pytest.mark.django_db
FOLDER = Path(settings.BASE_DIR) / "onevisit" / "demo" / "xiamen"


@pytest.fixture(scope="module", autouse=True)
def city(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[int, int]]:
    """Load the city and play its past once for this module, and take both back after the last test.

    Before it a past is played that breaks off: yields how many campaigns and checkpoints it left.
    """
    keys = tmp_path_factory.mktemp("keys")
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        override_settings(KEYS=keys),
        pytest.MonkeyPatch.context() as p,
    ):
        p.setattr(clock, "now", lambda: cast.AT)
        loading.load(pack=FOLDER, actor=actors.SYSTEM, at=cast.AT, is_demo=True)
        with pytest.MonkeyPatch.context() as broken:
            broken.setattr(playing, "STORIES", (_breaks_off,))
            with pytest.raises(ZeroDivisionError):
                playing.play(now=cast.AT)
        left = Campaign.objects.count(), LedgerCheckpoint.objects.count()
        playing.play(now=cast.AT)
        yield left
        transaction.set_rollback(True)


def _breaks_off(stage: Stage) -> Iterator[datetime]:
    yield from walking.planned(stage, walking.Walk(words=words_of("parts"), lead="wang"), ago=9, starts=2, ends=1)
    raise ZeroDivisionError


def _draws(state: str) -> list[Draw]:
    return list(Draw.objects.filter(state=state).order_by("sequence"))


def test_every_opened_draw_verifies_from_its_public_bundle(client: Client) -> None:
    opened = _draws("opened")

    assert opened
    for draw in opened:
        files = bundle.read_bundle(data=client.get(f"/open/draws/{draw.number}/bundle.zip").content)
        frames = {name.removesuffix(".txt"): data for name, data in files.items() if name.endswith(".txt")}
        checks = verify(receipt=files["receipt.json"], frames=frames)

        assert not bundle.changes(files=files)
        assert not [check.line for check in checks if check.status is Status.FAILED]


def test_the_register_of_the_organiser_verifies(client: Client) -> None:
    organiser = _draws("opened")[0].organiser.code
    register = client.get(f"/open/draws/register/{organiser}.json").content

    assert not [check.line for check in verify_register(register=register) if check.status is Status.FAILED]


def test_two_draws_are_open_with_keys_and_shares_of_three_departments() -> None:
    opened = _draws("opened")

    assert [draw.keys.filter(handed_at__isnull=False).count() for draw in opened] == [3, 3]
    for draw in opened:
        assert [bool(share.verified_at) for share in draw.share_deposits.all()] == [True] * 3


def test_a_problem_was_found_corrected_and_published_and_one_business_had_closed(client: Client) -> None:
    results = [part["words"] for row in Publication.objects.filter(state="released") for part in row.content["parts"]]
    (finding,) = Finding.objects.all()

    assert finding.state == "closed"
    assert {"未发现问题", "发现问题已责令改正", "已关闭停业或正在组织清算"} == set(results)
    page = client.get("/open/results").content.decode()
    assert [page.count(words) for words in ("问题已改正", "已关闭停业或正在组织清算")] == [1, 1]


def test_a_draw_was_given_up_before_its_seed_with_the_consent_of_the_notary(client: Client) -> None:
    (void,) = _draws("void")
    page = client.get(f"/open/draws/{void.number}").content.decode()

    assert void.void_reason == "KEY_MISSING"
    assert "鹭江公证处" in page
    assert "种子产生以前" in page


def test_a_draw_is_sealed_with_visits_still_open_and_work_in_the_inboxes(client: Client) -> None:
    (sealed,) = _draws("sealed")
    visits = Visit.objects.filter(draw=sealed)

    assert visits.exclude(state="closed").exists()
    assert "封存中" in client.get(f"/open/draws/{sealed.number}").content.decode()
    for account, words in (("chen", "筹备抽取"), ("lin", "应约"), ("zhou", "应约"), ("lin-head", "审核")):
        actor = actors.of_user(user=User.objects.get(username=f"demo-{account}"), on=cast.AT.date())
        waiting = [f"{todo.verb_label}：{todo.sentence}" for todo in inbox.mine(actor, cast.AT)]
        assert any(words in line for line in waiting), (account, waiting)


def test_a_doubt_about_a_draw_was_answered() -> None:
    assert PublicRequest.objects.filter(kind="complaint", state="answered").exists()
    assert not PublicRequest.objects.filter(state="open").exists()


def test_nothing_of_the_past_looks_made_up_to_the_oversight() -> None:
    oversight.look(actor=actors.SYSTEM, at=cast.AT)

    assert not list(Alert.objects.values_list("rule", flat=True))


def test_the_ledger_verifies_and_says_what_the_records_say() -> None:
    assert verification.verify().is_sound
    assert not LedgerPending.objects.exists()
    assert not list(replay.replay())


@pytest.mark.parametrize("path", ["", "draws", "draws/figures", "fairness", "results", "ledger"])
def test_the_first_pages_of_a_visitor_have_something_to_show(client: Client, path: str) -> None:
    answer = client.get(f"/open/{path}")

    assert answer.status_code == 200
    assert "还没有抽取" not in answer.content.decode()


def test_witnesses_that_begin_after_the_past_do_not_stand_under_its_draws(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The launcher plays the past first and adopts the demo's witnesses then: what was committed waits for nobody."""
    monkeypatch.setattr(clock, "now", lambda: cast.AT + timedelta(minutes=1))
    with override_settings(VAR=tmp_path):
        call_command("demo_witnesses", "2", stdout=StringIO())

    policy = client.get("/open/ledger/policy.txt").content.decode()
    assert policy.endswith("quorum quorum\n")
    for draw in _draws("opened"):
        assert draw.commitment_entry is not None
        assert not selectors.awaits_quorum(draw.commitment_entry)
        assert client.get(f"/open/draws/{draw.number}/files/policy.txt").content.endswith(b"quorum none\n")
    assert selectors.awaits_quorum(LedgerEntry.objects.get(event="ledger_policy.adopted").pk)
    assert not list(replay.replay())


def test_a_past_that_breaks_off_leaves_nothing_and_the_ledger_goes_on(city: tuple[int, int]) -> None:
    assert city == (0, 0)
    assert LedgerCheckpoint.objects.exists()


def test_a_past_is_played_once_only() -> None:
    with pytest.raises(playing.PastRefused, match="draws already"):
        playing.play(now=cast.AT)
