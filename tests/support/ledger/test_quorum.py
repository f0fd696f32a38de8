"""The policy file decides whose cosignatures make an entry count; a change is announced, weak ones are refused."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DatabaseError, connection, transaction
from django.test import Client

from onevisit.core.merkle import note, policy, tlog_proof
from onevisit.support.ledger import adopting, policies, quorum, selectors, services
from onevisit.support.ledger.adopting import NOTICE, PolicyRefused
from onevisit.support.ledger.models import LedgerCheckpoint, LedgerEntry, LedgerIdentity, LedgerLeaf, LedgerPolicy
from onevisit.support.ledger.sequencer import Sequencer
from onevisit.witness.folder import WitnessKey
from tests.cast import AT
from tests.support.ledger.conftest import LIN, append, superuser

pytestmark = pytest.mark.django_db


def make(*names: str) -> dict[str, WitnessKey]:
    return {name: WitnessKey(name=f"{name}.example/witness", private=Ed25519PrivateKey.generate()) for name in names}


def policy_file(witnesses: dict[str, WitnessKey], *, needed: int | str) -> bytes:
    """Write a policy with one group of all witnesses."""
    lines = [f"log {LedgerIdentity.objects.get().vkey}"]
    lines += [f"witness {name} {key.vkey} https://{name}.example/" for name, key in witnesses.items()]
    lines += [f"group main {needed} {' '.join(witnesses)}", "quorum main"]
    return ("\n".join(lines) + "\n").encode()


def cosign(keys: dict[str, WitnessKey], names: Sequence[str], *, size: int, time: int) -> None:
    text = note.parse_note(data=LedgerCheckpoint.objects.get(size=size).note.encode()).text
    for name in names:
        quorum.record_cosignature(size=size, line=keys[name].cosign(text=text, time=time))


def adopt(data: bytes, *own: str, days: int = 0) -> LedgerPolicy:
    return adopting.adopt(data=data, own=own, actor=LIN, at=AT + timedelta(days=days))


def test_the_quorum_of_the_policy_decides_and_the_proof_shows_it(full: Sequencer) -> None:
    keys = make("audit", "court", "notary")
    adopt(policy_file(keys, needed=2))
    entry = append("after").pk
    size = full.step().size

    assert not selectors.is_witnessed(entry)
    cosign(keys, ["audit"], size=size, time=1000)
    assert selectors.witnessing(entry).signed == ("audit",)
    assert not selectors.is_witnessed(entry)
    cosign(keys, ["notary"], size=size, time=2000)

    state = selectors.witnessing(entry)
    assert (state.is_complete, state.quorum_time, state.size) == (True, 2000, size)
    assert state.signed == ("audit", "notary")
    proof = tlog_proof.parse_proof(data=selectors.proof_of(entry) or b"")
    found = policy.parse_policy(data=policies.text_of(entry).encode())
    assert tlog_proof.check_entry(proof=proof, policy=found).quorum_time == 2000


def test_an_entry_under_a_later_policy_is_proven_under_the_one_that_its_reader_holds(full: Sequencer) -> None:
    """A draw is committed under one version; what follows under the next is held against the first all the same."""
    keys = make("audit", "court", "notary")
    first = policy_file({name: keys[name] for name in ("audit", "court")}, needed=2)
    second = policy_file({name: keys[name] for name in ("court", "notary")}, needed=2)
    adopt(first)
    adopt(second, days=1)
    size = full.step().size
    cosign(keys, ["audit", "court", "notary"], size=size, time=1000)
    entry = services.record_read(
        subject_type="target", subject="later", what="联系电话", actor=LIN, at=AT + timedelta(days=40)
    ).pk
    early = full.step().size
    cosign(keys, ["court", "notary"], size=early, time=2000)
    assert selectors.is_witnessed(entry)

    def origin(under: str) -> int:
        proof = tlog_proof.parse_proof(data=selectors.proof_of(entry, under=under) or b"")
        return proof.checkpoint.size

    assert origin(first.decode()) == early, "without that quorum it is proven under its own"
    append("more")
    late = full.step().size
    cosign(keys, ["audit", "court"], size=late, time=3000)
    assert (origin(first.decode()), origin("")) == (late, early)
    found = policy.parse_policy(data=first)
    proof = tlog_proof.parse_proof(data=selectors.proof_of(entry, under=first.decode()) or b"")
    assert tlog_proof.check_entry(proof=proof, policy=found).quorum_time == 3000


def test_what_was_written_before_the_first_policy_needs_no_witness(full: Sequencer) -> None:
    before = LedgerLeaf.objects.get(seq=150).entry
    LedgerEntry.objects.get(pk=before)

    adopting.adopt(data=policy_file(make("audit"), needed=1), actor=LIN, at=AT + timedelta(seconds=1))

    assert selectors.is_witnessed(before)


def test_a_change_rules_after_thirty_days_and_once_old_and_new_have_cosigned_it(full: Sequencer) -> None:
    old, new = make("audit", "court"), make("notary", "press")
    adopt(policy_file(old, needed="all"))
    second = adopt(policy_file(new, needed="all"), days=1)
    size = full.step().size
    after = second.effective_at

    assert second.effective_at == AT + timedelta(days=1) + NOTICE
    versions = []
    for names in ((), ("audit", "court"), ("notary", "press")):
        cosign(old | new, names, size=size, time=1000)
        held = quorum.version_in_force(at=after)
        versions.append(held.version if held else 0)
    early = quorum.version_in_force(at=after - timedelta(seconds=1))

    assert versions == [1, 1, 2]
    assert early is not None
    assert early.version == 1


def test_an_announced_policy_can_be_read_before_it_rules(full: Sequencer, client: Client) -> None:
    first, second = (policy_file(make(*names), needed="all") for names in (("audit", "court"), ("notary", "people")))
    adopt(first)
    full.step()
    adopt(second, days=40000)

    page = client.get("/open/ledger").content.decode()
    assert "第 1 版" in page
    assert "起生效（公告中）" in page
    assert client.get("/open/ledger/policies/2.txt").content == second
    assert client.get("/open/ledger/policies/3.txt").status_code == 404


def test_adopting_is_a_public_entry_with_the_digest_and_cannot_be_changed(full: Sequencer) -> None:
    keys = make("audit", "own")
    version = adopt(policy_file(keys, needed="all"), "own")

    entry = version.entry
    assert (entry.event, entry.is_public) == ("ledger_policy.adopted", True)
    assert version.digest.encode() in bytes(entry.payload)
    assert version.own == ["own"]
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_policy SET text = 'x'")


@pytest.mark.parametrize(
    ("needed", "own", "is_refused"),
    [
        (2, (), False),  # 2 of 3: any two quorums share one
        (1, (), True),  # each alone
        (2, ("audit",), True),  # audit+court and audit+notary share the organiser's own only
        (3, ("audit",), False),
        (3, ("audit", "court", "notary"), True),
    ],
)
def test_two_quorums_that_share_nobody_from_outside_are_refused(
    full: Sequencer, needed: int, own: tuple[str, ...], is_refused: bool
) -> None:
    data = policy_file(make("audit", "court", "notary"), needed=needed)

    if is_refused:
        with pytest.raises(PolicyRefused, match="组织方以外"):
            adopt(data, *own)
        assert not LedgerPolicy.objects.exists()
    else:
        assert adopt(data, *own).version == 1


def test_a_witnessed_ledger_never_goes_back_to_no_witness(full: Sequencer) -> None:
    nobody = f"log {LedgerIdentity.objects.get().vkey}\nquorum none\n".encode()
    keys = make("audit", "court")
    assert adopt(nobody + b"# before any witness\n").version == 1
    adopt(policy_file(keys, needed=2), days=31)

    with pytest.raises(PolicyRefused, match="不能改回 quorum none"):
        adopt(nobody, days=90)

    assert LedgerPolicy.objects.count() == 2
    assert adopt(policy_file({**keys, **make("notary")}, needed=3), days=90).version == 3


def test_a_file_of_another_log_or_shape_and_a_changed_key_are_refused(full: Sequencer) -> None:
    keys = make("audit", "court")
    good = policy_file(keys, needed="all")
    other = good.replace(good.splitlines()[0], b"log " + _other_log())
    swapped = policy_file(make("audit", "court"), needed="all")

    for data, words in ((other, "本台账"), (b"x\n", "格式"), (good[:-1], "格式"), (b"\xff\n", "UTF-8")):
        with pytest.raises(PolicyRefused, match=words):
            adopt(data)
    adopt(good)
    with pytest.raises(PolicyRefused, match="登记过"):
        adopt(good, days=40)
    with pytest.raises(PolicyRefused, match="换钥"):
        adopt(swapped, days=40)
    with pytest.raises(PolicyRefused, match="没有这个见证"):
        adopt(good + b"# second\n", "nobody", days=40)


def test_a_cosignature_under_another_key_changes_nothing(full: Sequencer) -> None:
    keys = make("audit")
    adopt(policy_file(keys, needed=1))
    size = full.step().size

    with pytest.raises(quorum.CosignatureRefused, match="未登记"):
        cosign(make("audit"), ["audit"], size=size, time=1000)
    text = note.parse_note(data=LedgerCheckpoint.objects.get(size=100).note.encode()).text
    with pytest.raises(quorum.CosignatureRefused, match="不符"):
        quorum.record_cosignature(size=size, line=keys["audit"].cosign(text=text, time=1000))


def test_a_superuser_who_changes_the_policy_file_is_named(full: Sequencer) -> None:
    from onevisit.support.ledger import verification

    adopt(policy_file(make("audit", "court"), needed="all"))
    full.step()
    with superuser() as execute:
        execute("UPDATE ledger_policy SET text = replace(text, 'group main all', 'group main any')")

    assert "ledger_policy 1" in {fault.row for fault in verification.verify().faults}
    with superuser() as execute:
        execute("DELETE FROM ledger_policy")
    assert {fault.words for fault in verification.verify().faults} == {"采用过的策略版本不见了"}


def _other_log() -> bytes:
    public = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    return note.encode_vkey(key=note.Key(name="x.example", kind=note.KeyType.ED25519, public=public)).encode()
