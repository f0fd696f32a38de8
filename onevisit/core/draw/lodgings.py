"""The receipts of the witnesses that had the files of the freeze, held against manifest, policy and ledger.

Who has to sign follows from two entries: the commitment (`draw.committed`) names the policy that was in force, and the
entry that adopted this policy (`ledger_policy.adopted`) names its lodgers. Both stand in the ledger before there is a
result, so that nobody leaves the receipts out of a bundle afterwards and says that none were asked for.
See docs/adr/0025-lodged-at-the-freeze.md.
"""

import hashlib
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

from onevisit.core import canonical
from onevisit.core.draw import grammar, lodging
from onevisit.core.draw.logged import COMMITMENT_PROOF, check_before_commitment, check_logged, entry_of, needed
from onevisit.core.draw.results import Receipt
from onevisit.core.merkle import note, policy, tlog_proof
from onevisit.core.merkle.note import Key
from onevisit.core.merkle.policy import Policy
from onevisit.core.refusals import Refused

POLICY, POLICY_PROOF, ADOPTED = "policy.txt", "policy.tlog-proof", "ledger_policy.adopted"
NAMED_SINCE = "2027-01-01T00:00:00+08:00"
"""A commitment that the quorum saw at this moment or later names its policy; a city has until then to upgrade.

No file can be added to an entry that was written before, so this term is longer than that of files.
"""
LODGED_SLACK = 600
"""How many seconds the clock of a lodging witness may be ahead of the quorum's: no more than lie before `t0`."""


@dataclass(frozen=True)
class _Asked:
    """Whom the policy of the commitment names: one of them has to have signed. `said` is what the proof shows."""

    names: tuple[str, ...]
    keys: tuple[Key, ...]
    said: str


def check_lodgings(
    *, files: Mapping[str, bytes], receipt: Receipt, trusted: Policy | None
) -> Iterator[tuple[str, str]]:
    """Hold the receipts of the witnesses against the manifest; one must be older than the commitment.

    The others may come later: they are asked on until the draw has its result.

    Raises:
        Refused: a receipt that does not hold or came too late, or none though the policy asked for one.
    """
    names = sorted(filter(lodging.is_receipt_name, files))
    found = [(name, *_lodged(files[name], receipt, trusted)) for name in names]
    times = {name: time for name, time, _words in found if time is not None}
    if trusted is not None:
        if times:
            _check_in_time(files, receipt, trusted, times)
        yield from _logged_before(files, receipt, trusted, signed=times)
        if (asked := _asked(files, receipt, trusted)) is not None:
            _check_signed_by_one(files, asked)
            yield POLICY_PROOF, asked.said
    yield from ((name, words) for name, _time, words in found)


def _asked(files: Mapping[str, bytes], receipt: Receipt, trusted: Policy) -> _Asked | None:
    """Read from the commitment's policy who has to have the lists; None where no witness is asked for anything."""
    commitment = tlog_proof.parse_proof(data=needed(files=files, name=COMMITMENT_PROOF))
    named = canonical.parse(data=commitment.payload).get("policy")
    if named is None or named == "":
        return _unnamed(is_stated=named is not None, seen=_seen(files, trusted), trusted=trusted)
    text = needed(files=files, name=POLICY)
    if not isinstance(named, str) or hashlib.sha256(text).hexdigest() != named:
        raise Refused("E_MISMATCH", f"{POLICY} is not the policy that the commitment names")
    proof = tlog_proof.parse_proof(data=needed(files=files, name=POLICY_PROOF))
    adopted = entry_of(payload=proof.payload, name=POLICY_PROOF)
    if adopted.get("event") != ADOPTED or adopted.get("digest") != named:
        raise Refused("E_MISMATCH", f"the entry of {POLICY_PROOF} adopted another policy than the commitment names")
    check_logged(proof=proof, trusted=trusted)
    check_before_commitment(files=files, name=POLICY_PROOF)
    names = _texts(adopted.get("lodge", []))
    keys = tuple(one.key for one in policy.parse_policy(data=text).witnesses if one.name.decode() in names)
    own = "" if trusted.digest == named else "; it is another than the one given here"
    if not names:
        return _Asked((), (), f"the policy of the commitment asks nobody to lodge the lists{own}")
    return _Asked(names, keys, f"the policy of the commitment asks {', '.join(names)} to lodge the lists{own}")


def _unnamed(*, is_stated: bool, seen: int | None, trusted: Policy) -> _Asked | None:
    """Judge a commitment that names no policy: right without witnesses, or when it is older than the rule."""
    if trusted.is_unwitnessed:
        return None
    if is_stated:
        raise Refused("E_MISMATCH", f"the commitment says that no policy was in force, {POLICY} is one with witnesses")
    if seen is not None and seen >= grammar.unix(NAMED_SINCE):
        raise Refused("E_FIELD", "the commitment does not name the policy that was in force")
    return _Asked((), (), "not shown: an older commitment, nothing in it tells whether lists had to be lodged")


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Refused("E_TYPE", f"the entry of {POLICY_PROOF} names its lodgers as texts")
    return tuple(one for one in value if isinstance(one, str))


def _check_signed_by_one(files: Mapping[str, bytes], asked: _Asked) -> None:
    """See that one of the witnesses that were asked signed, and that the ledger said so before the commitment."""
    if not asked.names:
        return
    keys = {(key.name, key.id): key for key in asked.keys}
    places = []
    for name in filter(lodging.is_receipt_name, sorted(files)):
        found, logged = lodging.parse_receipt(data=files[name]), proof_name(name)
        line = found.note.signatures[0]
        key = keys.get((line.name, line.key_id))
        if key is not None and logged in files:
            lodging.check_signed(lodged=found, key=key)
            places.append((tlog_proof.parse_proof(data=files[logged]).index, logged))
    if not places:
        wanted = f"{lodging.receipt_name(number=1)} with {lodging.proof_name(number=1)}"
        asked_for = f"the policy of the commitment asks {', '.join(asked.names)} for it"
        raise Refused("E_FILE", f"{wanted} is missing: {asked_for}")
    check_before_commitment(files=files, name=min(places)[1])


def proof_name(receipt_name: str) -> str:
    """Name the ledger's proof that belongs to a receipt."""
    return f"{receipt_name.removesuffix('.note')}.tlog-proof"


def _seen(files: Mapping[str, bytes], trusted: Policy) -> int | None:
    """Return when the quorum saw the commitment."""
    proof = tlog_proof.parse_proof(data=needed(files=files, name=COMMITMENT_PROOF))
    return tlog_proof.check_entry(proof=proof, policy=trusted).quorum_time


def _check_in_time(files: Mapping[str, bytes], receipt: Receipt, trusted: Policy, times: Mapping[str, int]) -> None:
    """Refuse receipts of which the first is younger than the commitment: it cannot have waited for it."""
    seen = _seen(files, trusted)
    limit = grammar.unix(receipt.manifest.t0) if seen is None else seen + LODGED_SLACK
    first = min(times, key=lambda name: times[name])
    if times[first] > limit:
        late = f"{(times[first] - limit) / 3600:.1f} hours"
        raise Refused("E_LATE", f"{first} was signed {late} too late: the commitment did not wait for it")


def _logged_before(
    files: Mapping[str, bytes], receipt: Receipt, trusted: Policy, *, signed: Container[str]
) -> Iterator[tuple[str, str]]:
    """Hold the entries of the receipts against the log; one of a known witness stands before the commitment."""
    places = []
    for name in sorted(filter(lodging.is_receipt_name, files)):
        logged = proof_name(name)
        if logged not in files:
            yield logged, f"not given: that {name} was logged before the commitment is not checked"
            continue
        proof = tlog_proof.parse_proof(data=files[logged])
        draw, digest = receipt.manifest.draw, receipt.manifest.digest
        said = entry_of(payload=proof.payload, name=logged)
        tlog_proof.check_said(said=said, event=lodging.LODGED, draw=draw, digest=digest)
        line = lodging.parse_receipt(data=files[name]).note.signatures[0]
        if said.get("signature") != note.encode_base64(line.key_id + line.value):
            raise Refused("E_MISMATCH", f"the entry of {logged} is of another receipt than {name}")
        check_logged(proof=proof, trusted=trusted)
        if name in signed:
            places.append((proof.index, logged))
        yield logged, f"entry {proof.index} of the ledger made {name} public"
    if places:
        check_before_commitment(files=files, name=min(places)[1])


def _lodged(data: bytes, receipt: Receipt, trusted: Policy | None) -> tuple[int | None, str]:
    """Hold the receipt of a witness against the manifest, and its signature against the keys of the policy.

    Returns:
        When the witness signed, None where that is not checked; and what was found.
    """
    found = lodging.parse_receipt(data=data)
    lodging.check_of(lodged=found, manifest=receipt.manifest)
    if trusted is None:
        return None, "names this manifest; its signature is not checked: no policy given"
    line = found.note.signatures[0]
    keys = {(one.key.name, one.key.id): one.key for one in trusted.witnesses}
    key = keys.get((line.name, line.key_id))
    if key is None:
        return None, "names this manifest; its signature is not checked: its key is no witness of this policy"
    lodging.check_signed(lodged=found, key=key)
    if found.origin not in {log.name for log in trusted.logs}:
        raise Refused("E_LOG", "what was lodged is of another log")
    hours = (grammar.unix(receipt.manifest.t0) - found.time) / 3600
    when = f"{hours:.1f} hours before t0" if hours >= 0 else "after t0 on the clock of the witness"
    name = policy.printable(name=key.name.encode())
    return found.time, f"frames, roster and exclusions were lodged with {name} {when}"
