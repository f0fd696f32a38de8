"""An insider with the database, the log's key and the signer's memory against witnesses that run elsewhere.

The witnesses are real processes with folders of their own; the ledger is the product's, over HTTP to them.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from onevisit.core import merkle
from onevisit.core.merkle import note, policy, tlog_proof
from onevisit.core.refusals import Refused
from onevisit.stages.draws.events import DrawCommitted
from onevisit.support.ledger import adopting, quorum, selectors, verification
from onevisit.support.ledger import services as ledger
from onevisit.support.ledger.cosigning import Collector
from onevisit.support.ledger.models import (
    LedgerCheckpoint,
    LedgerCosignature,
    LedgerEntry,
    LedgerIdentity,
    LedgerLeaf,
    LedgerWitness,
)
from onevisit.support.ledger.sequencer import Sequencer
from onevisit.support.ledger.signer import Signer
from onevisit.support.ledger.tree import StoredTree, write_filled_tiles
from tests.cast import AT
from tests.support.ledger.conftest import LIN, ORIGIN, append_many, full, placing, signer, superuser
from tests.witness import logs
from tests.witness.logs import DishonestLog, leaves, post

__all__ = ["full", "placing", "signer"]
pytestmark = pytest.mark.django_db
NAMES = ("audit", "notary", "own")


@pytest.fixture
def witnesses(full: Sequencer, tmp_path: Path) -> Iterator[dict[str, Path]]:
    """Three running witnesses, one of them the organiser's; the policy asks for all; 301 entries are cosigned."""
    vkey = LedgerIdentity.objects.get().vkey
    lines, folders = [f"log {vkey}"], {name: tmp_path / name for name in NAMES}
    with ExitStack() as stack:
        for name, folder in folders.items():
            key = logs.made(folder, vkey, name=f"{name}.example/witness")
            lines.append(f"witness {name} {key} {stack.enter_context(logs.running(folder))}")
        lines += [f"group all {len(NAMES)} {' '.join(NAMES)}", "quorum all", ""]
        adopting.adopt(data="\n".join(lines).encode(), own=("own",), actor=LIN, at=AT)
        full.step()
        assert Collector().collect() == len(NAMES)
        yield folders


def commit(word: str) -> LedgerEntry:
    """Append what waits for the quorum."""
    return ledger.append(DrawCommitted(subject="D", draw=f"X-{word}", digest="00" * 32), actor=LIN, at=AT)


def troubles() -> dict[str, str]:
    return dict(LedgerWitness.objects.values_list("name", "trouble"))


def set_back(size: int) -> None:
    """Restore the database of yesterday: everything after `size` leaves is gone, with every trace of it."""
    gone = "(SELECT entry FROM ledger_leaf WHERE seq >= %s)"
    with superuser() as execute:
        execute("DELETE FROM ledger_cosignature WHERE checkpoint_id > %s", [size])
        execute("DELETE FROM ledger_policy WHERE entry_id IN " + gone, [size])
        execute("DELETE FROM ledger_words WHERE entry_id IN " + gone, [size])
        execute("DELETE FROM ledger_checkpoint WHERE size > %s", [size])
        execute("DELETE FROM ledger_entry WHERE id IN " + gone, [size])
        execute("DELETE FROM ledger_leaf WHERE seq >= %s", [size])
        execute("DELETE FROM ledger_tile WHERE (idx + 1) * 256 > %s", [size])


def test_a_backup_of_yesterday_is_refused_by_every_witness_and_after_overtaking_too(
    full: Sequencer, witnesses: dict[str, Path], signer: Signer
) -> None:
    append_many(20)
    yesterday = full.step().size
    Collector().collect()
    append_many(20)
    commit("forgotten")
    full.step()
    assert Collector().collect() == len(NAMES)
    cosigned = LedgerCheckpoint.objects.latest("size").size

    set_back(yesterday)
    signer.remember(size=yesterday, root=StoredTree().root(size=yesterday))  # the keys' folder came from the backup too
    LedgerWitness.objects.update(remembered=yesterday)
    again = commit("instead")
    behind = Sequencer(signer=signer).step().size

    assert behind < cosigned
    assert Collector().collect() == 0
    assert all("旧备份" in words for words in troubles().values())
    assert not selectors.is_witnessed(again.pk)

    append_many(cosigned - behind + 5)
    assert Sequencer(signer=signer).step().size > cosigned
    assert Collector().collect() == 0
    assert all("分叉" in words for words in troubles().values())
    assert not selectors.is_witnessed(again.pk)
    assert not LedgerCosignature.objects.filter(checkpoint_id__gt=yesterday).exists()
    for folder in witnesses.values():  # a proof is not signed: that it fails convicts nobody, it is refused
        assert not list((folder / "evidence").glob("*.txt"))


def test_a_rewritten_entry_is_refused_even_with_tree_tiles_and_memory_made_to_fit(
    full: Sequencer, witnesses: dict[str, Path], signer: Signer
) -> None:
    victim = LedgerLeaf.objects.get(seq=17)
    payload = bytes(LedgerEntry.objects.get(pk=victim.entry).payload).replace(b"T17", b"T99")
    size = LedgerCheckpoint.objects.latest("size").size
    with superuser() as execute:
        execute("UPDATE ledger_entry SET payload = %s WHERE id = %s", [payload, victim.entry])
        execute("UPDATE ledger_leaf SET leaf = %s WHERE seq = 17", [merkle.leaf_hash(payload=payload)])
        execute("DELETE FROM ledger_tile")
    write_filled_tiles(old_size=0, new_size=size)
    root = StoredTree().root(size=size)
    with superuser() as execute:
        execute("UPDATE ledger_checkpoint SET root = %s WHERE size = %s", [root, size])
    signer.remember(size=size, root=root)
    later = commit("after the rewriting")

    forged = Sequencer(signer=signer).step().size

    assert Collector().collect() == 0
    assert all("分叉" in words for words in troubles().values())
    assert not selectors.is_witnessed(later.pk)
    assert forged > size
    assert {fault.kind for fault in verification.verify().faults} >= {"checkpoint"}


def test_a_second_history_gets_no_quorum_even_with_the_organisers_own_witness(tmp_path: Path) -> None:
    log, folders = DishonestLog(origin=ORIGIN), {name: tmp_path / name for name in NAMES}
    vkeys = {name: logs.made(folder, log.vkey, name=f"{name}.example/witness") for name, folder in folders.items()}
    text = "\n".join(
        [
            f"log {log.vkey}",
            *(f"witness {name} {vkey}" for name, vkey in vkeys.items()),
            "group two 2 audit notary own",
            "quorum two",
            "",
        ]
    )
    shown, hidden = leaves(40), leaves(40, word="hidden")
    cosigned: dict[str, list[str]] = {"shown": [], "hidden": []}
    with ExitStack() as stack:
        urls = {name: stack.enter_context(logs.running(folder)) for name, folder in folders.items() if name != "own"}
        for url in urls.values():
            answer = post(url, log.request(shown, old=0))
            cosigned["shown"].append(answer.body.strip())
        refused = [post(url, log.request(hidden, old=40)).status for url in urls.values()]
    for word, history in (("shown", shown), ("hidden", hidden)):  # the organiser wipes its own witness's memory
        for memory in folders["own"].glob("log-*.json"):
            memory.unlink()
        logs.onevisit("init", folders["own"], "--log", log.vkey)
        with logs.running(folders["own"]) as url:
            cosigned[word].append(post(url, log.request(history, old=0)).body.strip())

    assert refused == [409, 409]
    found = policy.parse_policy(data=text.encode())
    proofs = {word: _proof(log, history, cosigned[word]) for word, history in (("shown", shown), ("hidden", hidden))}
    assert tlog_proof.check_entry(proof=proofs["shown"], policy=found).quorum_time
    with pytest.raises(Refused, match="E_QUORUM"):
        tlog_proof.check_entry(proof=proofs["hidden"], policy=found)


def test_the_policy_that_would_let_it_is_not_adopted(full: Sequencer, tmp_path: Path) -> None:
    vkey = LedgerIdentity.objects.get().vkey
    keys = {name: logs.made(tmp_path / name, vkey, name=f"{name}.example/witness") for name in NAMES}
    lines = [f"log {vkey}", *(f"witness {name} {key}" for name, key in keys.items())]
    data = "\n".join([*lines, "group two 2 audit notary own", "quorum two", ""]).encode()

    with pytest.raises(adopting.PolicyRefused, match="组织方以外"):
        adopting.adopt(data=data, own=("own",), actor=LIN, at=AT)
    assert quorum.version_in_force(at=AT) is None


def _proof(log: DishonestLog, history: list[bytes], lines: list[str]) -> tlog_proof.TlogProof:
    """Build the proof of the first entry of a history, as a dishonest log would hand it out."""
    signed = note.parse_note(data=log.signed(history).encode())
    signatures = (*signed.signatures, *(note.parse_signature(line=line) for line in lines))
    data = tlog_proof.encode_proof(
        payload=("entry 0" if history[0] == merkle.leaf_hash(payload=b"entry 0") else "hidden 0").encode(),
        index=0,
        hashes=merkle.inclusion_proof(leaves=history, index=0),
        note=note.Note(text=signed.text, signatures=signatures),
    )
    return tlog_proof.parse_proof(data=data)
