"""The proof bundle of a trace: checked with the verifier alone; taking it, and every opinion, is itself an act."""

import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest

from onevisit.core import canonical
from onevisit.core.merkle import note
from onevisit.support.identity.actors import MayNot
from onevisit.support.ledger import selectors as ledger
from onevisit.support.ledger.models import LedgerEntry
from onevisit.verifier.command import main
from onevisit.watch.oversight import selectors, services
from onevisit.watch.oversight.chain import Chain, chain_of
from tests import draw_scenes, scenes
from tests.cast import AT, Cast


@pytest.fixture
def chain(people: Cast, tmp_path: Path) -> Chain:
    """A settled offer whose acts stand in the tree."""
    offer = scenes.settled(people)
    draw_scenes.Log(tmp_path / "log").step()
    found = chain_of(offer.number)
    assert found is not None
    return found


def _bundle(chain: Chain, people: Cast, name: str) -> dict[str, bytes]:
    content = services.export_trace(chain=chain, reference="YY", actor=people.actor(name), at=AT)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {entry: archive.read(entry) for entry in archive.namelist()}


@pytest.mark.requirement("R69")
def test_every_act_of_the_bundle_is_proved_with_the_verifier_alone(
    chain: Chain, people: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = _bundle(chain, people, "司")

    acts = [act for stage in json.loads(files["trace.json"])["stages"] for act in stage["acts"]]
    checkpoint = files["checkpoint.txt"].decode().splitlines()
    assert len(acts) > 5
    for act in acts:
        number = act["number"]
        statement = json.loads(files[f"proofs/{number}.json"])
        path = tmp_path / "proof.json"
        path.write_bytes(files[f"proofs/{number}.json"])
        assert main(["merkle", "verify-inclusion", str(path)]) == 0
        assert hashlib.sha256(b"\0" + files[f"entries/{number}.json"]).hexdigest() == statement["leaf_hash"]
        assert checkpoint[1] == str(statement["size"])
        assert checkpoint[2] == note.encode_base64(bytes.fromhex(statement["root"]))
        said = [act["sentence"], act["name"], act["capacity"]]
        words = hashlib.sha256(bytes.fromhex(act["salt"]) + canonical.encode(value=said)).hexdigest()
        assert json.loads(files[f"entries/{number}.json"])["words"] == words
        assert files[f"proofs/{number}.tlog-proof"].startswith(b"c2sp.org/tlog-proof@v1")
    assert set(capsys.readouterr().out.split()) == {"ok"}


def test_a_changed_proof_is_found(chain: Chain, people: Cast, tmp_path: Path) -> None:
    files = _bundle(chain, people, "司")
    name = next(name for name in files if name.startswith("proofs/") and name.endswith(".json"))
    statement = json.loads(files[name])
    statement["leaf_hash"] = "00" * 32
    path = tmp_path / "proof.json"
    path.write_text(json.dumps(statement))

    assert main(["merkle", "verify-inclusion", str(path)]) == 1


def test_a_department_gets_fingerprints_of_what_it_may_not_read(chain: Chain, people: Cast) -> None:
    files = _bundle(chain, people, "周")

    proofs = {name for name in files if name.endswith(".json") and name.startswith("proofs/")}
    entries = {name for name in files if name.startswith("entries/")}
    assert entries
    assert len(entries) < len(proofs)


def test_taking_the_bundle_is_an_act_and_an_outsider_may_not(chain: Chain, people: Cast) -> None:
    _bundle(chain, people, "司")

    assert LedgerEntry.objects.filter(event="trace.exported", subject=str(chain.root.pk)).count() == 1
    with pytest.raises(MayNot):
        services.export_trace(chain=chain, reference="YY", actor=people.actor("吴"), at=AT)


def test_acts_that_are_not_in_the_tree_yet_have_no_proof(people: Cast) -> None:
    offer = scenes.settled(people)
    chain = chain_of(offer.number)
    assert chain is not None

    files = _bundle(chain, people, "司")

    assert set(files) == {"README.txt", "trace.json"}
    assert "其中已入树 0 条" in files["README.txt"].decode()


def test_only_the_seats_write_opinions_and_nothing_else_changes(chain: Chain, people: Cast) -> None:
    with pytest.raises(MayNot):
        services.write_opinion(chain=chain, words="越权", actor=people.actor("陈"), at=AT)
    with pytest.raises(services.OpinionRefused):
        services.write_opinion(chain=chain, words="", actor=people.actor("司"), at=AT)

    opinion = services.write_opinion(chain=chain, words="请补充回避声明", actor=people.actor("司"), at=AT)

    assert list(selectors.opinions_on(chain)) == [opinion]
    entry = ledger.newest_first().filter(event="opinion.written").get()
    assert "请补充回避声明" in entry.sentence
    assert "请补充回避声明" not in bytes(entry.payload).decode()
