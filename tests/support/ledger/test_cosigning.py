"""Collecting cosignatures: what is submitted, what is stored, and how each answer is understood."""

import pytest

from onevisit.core.merkle import note
from onevisit.support.ledger import selectors
from onevisit.support.ledger.cosigning import RETRY_SECONDS, Answer, Collector
from onevisit.support.ledger.models import LedgerWitness
from onevisit.support.ledger.sequencer import Sequencer
from onevisit.witness import judging
from onevisit.witness.folder import WitnessKey
from tests.support.ledger.conftest import append
from tests.support.ledger.test_quorum import adopt, make, policy_file

pytestmark = pytest.mark.django_db


class Desk:
    """Answers for witnesses, with the judge of the real one and its memory in a variable."""

    def __init__(self, keys: dict[str, WitnessKey]) -> None:
        self.keys = {f"https://{name}.example/": key for name, key in keys.items()}
        self.memory = {url: judging.Memory() for url in self.keys}
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []

    def ask(self, url: str, data: bytes) -> Answer:
        self.asked.append(url)
        if url in self.answers:
            return self.answers[url]
        submission = judging.read(data=data)
        try:
            judging.check_continues(submission=submission, memory=self.memory[url])
        except judging.WitnessRefused as refused:
            return Answer(refused.status, refused.body)
        found = submission.checkpoint
        self.memory[url] = judging.Memory(size=found.size, root=found.root)
        return Answer(200, self.keys[url].cosign(text=found.text, time=1_800_000_000) + "\n")


@pytest.fixture
def desk(full: Sequencer) -> Desk:
    """Two witnesses of a ledger with a policy."""
    keys = make("audit", "court")
    adopt(policy_file(keys, needed="all"))
    full.step()
    return Desk(keys)


def _collector(desk: Desk, seconds: list[float] | None = None) -> Collector:
    held = seconds or [0.0]
    return Collector(ask=desk.ask, seconds=lambda: held[0])


def test_a_public_entry_is_cosigned_at_once_by_all(desk: Desk) -> None:
    version = selectors.policy_versions()[0]

    assert _collector(desk).collect() == 2

    assert selectors.is_witnessed(version.entry_id)
    assert list(LedgerWitness.objects.values_list("trouble", flat=True)) == ["", ""]


def test_ordinary_entries_wait_for_the_minute(desk: Desk, full: Sequencer) -> None:
    seconds = [0.0]
    collector = _collector(desk, seconds)
    collector.collect()
    append("ordinary")
    full.step()

    at_once, seconds[0] = collector.collect(), 61.0

    assert at_once == 0
    assert collector.collect() == 2


def test_a_witness_that_remembers_more_than_we_know_is_asked_again_from_there(desk: Desk, full: Sequencer) -> None:
    _collector(desk).collect()
    LedgerWitness.objects.update(remembered=0)
    append("next")
    size = full.step().size

    assert _collector(desk).collect() == 2

    assert set(LedgerWitness.objects.values_list("remembered", flat=True)) == {size}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(0, "refused"), "连不上"),
        (Answer(403, ""), "不认"),
        (Answer(404, ""), "没有登记"),
        (Answer(409, "100000\n"), "旧备份"),
        (Answer(422, ""), "分叉"),
        (Answer(500, "oops"), "500"),
        (Answer(200, "x\n"), "格式"),
        (Answer(200, ""), "没有给出"),
    ],
)
def test_each_trouble_is_named_and_that_witness_left_alone_for_a_while(desk: Desk, answer: Answer, words: str) -> None:
    seconds = [0.0]
    collector = _collector(desk, seconds)
    desk.answers["https://court.example/"] = answer

    assert collector.collect() == 1
    assert words in LedgerWitness.objects.get(pk="court").trouble
    assert not selectors.is_witnessed(selectors.policy_versions()[0].entry_id)
    asked = desk.asked.count("https://court.example/")
    collector.collect()
    assert desk.asked.count("https://court.example/") == asked

    desk.answers.clear()
    seconds[0] = RETRY_SECONDS + 1
    assert collector.collect() == 1
    assert LedgerWitness.objects.get(pk="court").trouble == ""


def test_without_a_policy_nobody_is_asked(full: Sequencer) -> None:
    def ask(_url: str, _data: bytes) -> Answer:
        raise AssertionError("nobody is to be asked")

    assert Collector(ask=ask, seconds=lambda: 0.0).collect() == 0


def test_the_cosigned_checkpoint_is_published_with_its_lines(desk: Desk) -> None:
    _collector(desk).collect()
    latest = selectors.latest_checkpoint()
    assert latest is not None

    found = note.parse_note(data=selectors.checkpoint_note(size=latest.size) or b"")

    assert [line.name for line in found.signatures][1:] == ["audit.example/witness", "court.example/witness"]
