"""What second organs and witnesses refused stands on the public page of a draw, without names."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from onevisit.stages.draws import services as draws
from tests import draw_scenes
from tests.cast import AT, Cast
from tests.draw_scenes import FREEZE_AT, Log


@pytest.fixture
def log(db: None, tmp_path: Path) -> Log:
    """A log that signs when the test says so."""
    return Log(tmp_path / "log")


def test_a_refused_fingerprint_stays_on_the_page_beside_those_who_agreed(
    client: Client, people: Cast, log: Log
) -> None:
    draw = draw_scenes.committed(people, log)
    words = "第三组念作 12de，大屏上是 12dc，两处不一致"

    for name, is_agreed in (("公", False), ("林", True), ("公", True)):
        draws.attest(
            draw=draw,
            fingerprint=draw.manifest_digest,
            is_agreed=is_agreed,
            reason="" if is_agreed else words,
            actor=people.actor(name),
            at=FREEZE_AT,
        )

    text = client.get(f"/open/draws/{draw.number}").content.decode()
    section = text[text.index('id="attestations"') :].partition("</section>")[0]
    assert section.count("不签认</span> 公证处") == 1
    assert section.count("签认</span> 公证处") == 2
    assert section.count("签认</span> 市商务局") == 1
    assert draw.manifest_digest[:12] in section
    assert "12de" not in text


def test_a_request_that_a_second_organ_refused_stands_beside_the_consent_and_among_the_figures(
    client: Client, people: Cast, log: Log
) -> None:
    """An organiser who is refused asks another organ: everybody sees that it was asked twice."""
    draw = draw_scenes.prepared(people)
    draws.ask_consent(draw=draw, reason=draw_scenes.NARROW_REASON, actor=people.actor("陈"), at=AT)
    draws.refuse_consent(
        draw=draw, reason="分层过细，请先合并相邻的层再申请", actor=people.actor("公"), at=AT + timedelta(minutes=1)
    )
    for item in draw_scenes.items_of(draw):
        draw_scenes.commit_key(item, people)
    draw_scenes.share_keys(draw, people)
    draw_scenes.approve_exclusions(draw, people)
    draws.ask_consent(
        draw=draw, reason=draw_scenes.NARROW_REASON, actor=people.actor("陈"), at=AT + timedelta(minutes=2)
    )
    draws.consent(draw=draw, actor=people.actor("司"), at=AT + timedelta(minutes=3))
    draw = draws.freeze(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)
    draw = draws.commit(draw=draw, actor=people.actor("陈"), at=FREEZE_AT)

    log.step()
    draw = draws.witness(draw=draw, at=FREEZE_AT)

    text = client.get(f"/open/draws/{draw.number}").content.decode()
    assert "市司法局（执法监督）" in text
    assert "（此前有 1 次申请未获同意）" in text
    assert "分层过细" not in text
    figures = client.get("/open/draws/figures").content.decode()
    assert "未获同意的申请" in figures
    assert "未获同意的申请'><div>1</div>".replace("'", '"') in figures
