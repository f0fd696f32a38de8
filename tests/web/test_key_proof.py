"""After its hand-over a department takes the proof of that entry home in one click, and core's verifier holds it."""

import json
from pathlib import Path

import pytest
from django.test import Client

from onevisit.core.merkle import policy, tlog_proof
from onevisit.core.refusals import Refused
from onevisit.stages.draws import selectors
from onevisit.support import clock
from tests import draw_scenes
from tests.cast import Cast
from tests.draw_scenes import KEY_AT, Log

EARLY = "片刻后可以下载证明"


def _client(people: Cast, name: str) -> Client:
    client = Client()
    client.force_login(people.officers[name].user)  # type: ignore[arg-type]  # the cast has accounts
    return client


def test_the_panel_offers_the_proof_of_the_hand_over_and_it_verifies(
    people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = Log(tmp_path / "log")
    draw = draw_scenes.sourced(people, log)
    item = next(one for one in draw_scenes.items_of(draw) if one.department.short_name == "市商务局")
    monkeypatch.setattr(clock, "now", lambda: KEY_AT)
    clerk, other = _client(people, "林"), _client(people, "王")
    assert EARLY not in clerk.get(f"/draws/{draw.pk}").content.decode()
    draw_scenes.hand_key(item, people)
    assert EARLY in clerk.get(f"/draws/{draw.pk}").content.decode()
    assert EARLY not in other.get(f"/draws/{draw.pk}").content.decode()
    log.step()

    page = clerk.get(f"/draws/{draw.pk}").content.decode()
    party = next(one for one in selectors.parties_of(draw) if one.item == item.item)
    entry = selectors.key_entry_of(draw, party)
    assert entry is not None
    url = f"/ledger/entries/{entry.id}.tlog-proof"
    assert f'href="{url}"' in page
    assert "本部门密钥已交出" in page
    proof = tlog_proof.parse_proof(data=clerk.get(url).content)
    rules = policy.parse_policy(data=Client().get("/open/ledger/policy.txt").content)

    assert tlog_proof.check_entry(proof=proof, policy=rules).log_name == "city.example/ledger"
    said = json.loads(proof.payload)
    assert (said["event"], said["draw"], said["party"]) == ("draw.key_handed", draw.number, item.item)
    assert (said["commitment"], said["manifest_digest"]) == (party.commitment, draw.manifest_digest)
    lines = clerk.get(url).content.split(b"\n")
    lines[2] = b"index %d" % (proof.index - 1)
    with pytest.raises(Refused, match="E_PROOF"):
        tlog_proof.check_entry(proof=tlog_proof.parse_proof(data=b"\n".join(lines)), policy=rules)


def test_a_key_that_was_combined_from_shares_has_its_proof_too(
    people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = Log(tmp_path / "log")
    draw = draw_scenes.sourced(people, log)
    items = draw_scenes.items_of(draw)
    lost, *holders = items
    for holder in holders:
        draw_scenes.hand_key(holder, people)
    monkeypatch.setattr(clock, "now", lambda: KEY_AT)
    for holder in holders[:2]:
        draw_scenes.open_share(holder, people, lost.item)
    draw_scenes.open_share(holders[2], people, lost.item, key=draw_scenes.key_of(lost.item))
    log.step()

    page = _client(people, draw_scenes.clerk_of(lost)).get(f"/draws/{draw.pk}").content.decode()

    assert "本部门密钥已由份额合成" in page
    assert "下载交接证明" in page
