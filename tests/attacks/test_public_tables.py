"""Attacks on what the public reads: rows changed behind a page that says who typed, agreed and did not agree."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from onevisit.project import replay
from onevisit.stages.draws import services as draws
from onevisit.stages.draws.models import Draw, ExclusionApproval, NarrowConsent, TypedValue
from onevisit.stages.draws.public import open_consents, open_sources, organ_figures
from onevisit.support.ledger.models import LedgerEntry
from tests import draw_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import FREEZE_AT, NARROW_REASON, T0, Log
from tests.support.ledger.conftest import superuser

BALLS = " ".join(f"{n:02d}" for n in range(1, 21))
LATE = T0 + timedelta(hours=7)
REFUSED = "请先合并 D 层与未分类层再来申请"


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    """A log that signs when the test says so."""
    return Log(tmp_path / "log")


def _page(client: Client, draw: Draw) -> str:
    return client.get(f"/open/draws/{draw.number}").content.decode()


def _named(*kinds: str) -> set[tuple[str, str]]:
    nouns = tuple(noun for noun in replay.NOUNS if noun.name in kinds)
    return {(one.record.partition(" ")[0], one.field) for one in replay.replay(nouns=nouns)}


def test_an_organ_put_in_the_place_of_a_typist_is_not_what_the_public_reads(
    client: Client, people: Cast, log: Log
) -> None:
    """Two typings of the organiser would look like the notary's when a row is changed."""
    draw = draw_scenes.keyed_with(people, log, ("ceremony", "cwl-kl8"), issues={"cwl-kl8": "2026318"})
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name, digits=BALLS, at=LATE)
    assert _named("draw", "source_value", "typed_value") == set()

    TypedValue.objects.filter(draw=draw).update(department=people.departments["市司法局"])

    text = _page(client, draw)
    assert text.count("公证处、领导小组办公室分别录入，一致") == 1
    assert "市司法局分别录入" not in text
    assert _named("draw", "source_value", "typed_value") == {
        ("draw", "typists"),
        ("source_value", "organs"),
        ("typed_value", "department"),
    }


def test_digits_of_the_room_that_are_not_the_logged_ones_are_not_shown(people: Cast, log: Log) -> None:
    draw = draw_scenes.sourced(people, log)
    shown = open_sources.open_sources(draw.number)
    assert shown is not None
    assert [one.value for one in shown.sources] == [draw_scenes.DIGITS]

    Draw.objects.filter(pk=draw.pk).update(
        sources=bytes(draw.sources or b"").replace(draw_scenes.DIGITS.encode(), b"0" * 12)
    )

    changed = open_sources.open_sources(draw.number)
    assert changed is not None
    assert [one.value for one in changed.sources] == [""]


def _agreed(people: Cast, log: Log) -> Draw:
    """Let one organ refuse and another agree, and commit to the pool."""
    draw = draw_scenes.prepared(people)
    for item in draw_scenes.items_of(draw):
        draw_scenes.commit_key(item, people)
    draw_scenes.share_keys(draw, people)
    draw_scenes.approve_exclusions(draw, people)
    draws.ask_consent(draw=draw, reason=NARROW_REASON, actor=people.actor("陈"), at=AT)
    draws.refuse_consent(draw=draw, reason=REFUSED, actor=people.actor("司"), at=AT)
    draw_scenes.consent_to_narrow(draw, people, at=AT + timedelta(hours=1))
    draw = draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    draw = draws.commit(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    log.step()
    return draws.witness(draw=draw, at=FREEZE_AT)


def test_a_refused_consent_taken_out_of_the_table_is_still_what_the_public_reads(
    client: Client, people: Cast, log: Log
) -> None:
    draw = _agreed(people, log)
    cache.clear()
    assert LedgerEntry.objects.get(event="draw.consent_refused").is_public

    NarrowConsent.objects.filter(draw=draw, refused_at__isnull=False).delete()

    text = _page(client, draw)
    assert "申请而未获同意：1 次。市司法局于" in text
    assert "此前有 1 次申请未获同意" in text
    assert [one.refused_consents for one in organ_figures.organ_figures()] == [1]
    assert REFUSED not in text
    assert REFUSED not in client.get("/open/ledger").content.decode()
    assert ("narrow_consent", "") in _named("narrow_consent")


def test_another_organ_another_post_or_other_words_in_the_tables_are_not_what_the_public_reads(
    client: Client, people: Cast, log: Log
) -> None:
    draw = _agreed(people, log)
    before = _page(client, draw)
    assert "公证处（公证）于 2026-11-10 同意小层、小池" in before
    assert f"理由：{NARROW_REASON}" in before
    office = people.departments["领导小组办公室"]

    NarrowConsent.objects.filter(draw=draw).update(
        department=office, role="supervisor", reason="本类对象只有这些", consented_at=AT
    )
    ExclusionApproval.objects.filter(draw=draw).update(department=people.departments["市商务局"], role="clerk")

    text = _page(client, draw)
    assert "公证处（公证）于 2026-11-10 同意小层、小池" in text
    assert "本类对象只有这些" not in text
    assert "与留痕的指纹不符，不显示" in text
    assert ("市商务局 联络员" in text, "领导小组办公室 审批人" in text) == (False, True)
    assert {("narrow_consent", "reason"), ("narrow_consent", "role"), ("narrow_consent", "department")} <= _named(
        "narrow_consent"
    )


def test_entries_of_earlier_versions_are_read_with_the_rows_that_they_name(people: Cast, log: Log) -> None:
    """They hold neither post, digest of the words nor organs; a refusal of then is counted, its organ unknown."""
    draw = _agreed(people, log)
    for name in ("陈", "公"):
        draw_scenes.type_value(draw, people, by=name)
    draws.source(draw=draw, actor=people.actor("陈"), at=draw_scenes.TYPE_AT)
    older = {
        "draw.narrow_consented": ("role", "doubles", "reason_sha256"),
        "draw.consent_refused": ("department", "role", "reason_sha256"),
        "draw.sourced": ("organs",),
        "draw.typed": ("typing", "department"),
    }
    with superuser() as execute:
        for event, keys in older.items():
            taken = " ".join(f"- '{key}'" for key in keys)
            execute(
                "UPDATE ledger_entry SET payload = convert_to((convert_from(payload, 'UTF8')::jsonb"
                f" {taken})::text, 'UTF8') WHERE event = '{event}'"
            )

    found = open_consents.of_draw(draw)

    assert [(one.organ, one.post, one.reason, one.refused_before) for one in found.consents] == [
        ("公证处", "公证", NARROW_REASON, 1)
    ]
    assert [(one.organ, one.places > 0) for one in found.refusals] == [("", True)]
    shown = open_sources.open_sources(draw.number)
    assert shown is not None
    assert [one.organs for one in shown.sources] == [("公证处", "领导小组办公室")]
    assert _named("draw", "narrow_consent", "typed_value") == set()
