"""What stands beside a receipt in a bundle, each held against the ledger: plan, conditions, exclusions, batches, stamp.

`plan.json` is what the public entry `plan_entry.logged` announced, `conditions.json` what `draw.directed` fixed at the
freeze. `excluded-<reason>.txt` are the lists whose digests stand in the manifest. `batches.txt` follows from the
receipt and the number of batches in the public entry `draw.batched` (`batches.py`). `sourced.tlog-proof` holds the
values of the room (`room_values.py`). `anchor.*` is the time stamp (RFC 3161) of a checkpoint over the commitment.
`repeated.json` is the receipt of the draw whose officer half is repeated (`additions.py`), with the proofs of its
commitment and of the result that fell short; the conditions name that draw. `lodged-<n>.note` are the receipts of the
witnesses that had frames, roster and exclusions before the commitment (`lodgings.py`). `consent-<n>.tlog-proof` is the
entry with which a second organ agreed to small strata and `consent-<n>.json` to which (`consent_entries.py`),
`attested-<n>.tlog-proof` the one with which an organ signed the manifest's fingerprint or did not
(`attested_entries.py`), `approved-<reason>.tlog-proof` the one that approved a list of exclusions
(`approval_entries.py`).
None changes a byte of srd1.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping

from onevisit.core import canonical
from onevisit.core.draw import (
    additions,
    approval_entries,
    attested_entries,
    batches,
    consent_entries,
    forms,
    grammar,
    key_entries,
    lodgings,
    quotas,
    room_values,
    verify,
)
from onevisit.core.draw.documents import Exclusion, Mode
from onevisit.core.draw.logged import check_before_commitment, check_logged, needed
from onevisit.core.draw.results import Receipt
from onevisit.core.merkle import policy, tlog_proof
from onevisit.core.merkle.policy import Policy
from onevisit.core.refusals import Refused

PLAN, CONDITIONS, BATCHES = "plan.json", "conditions.json", "batches.txt"
PLAN_PROOF, CONDITIONS_PROOF, BATCHES_PROOF = "plan.tlog-proof", "conditions.tlog-proof", "batches.tlog-proof"
REPEATED, REPEATED_PROOF = "repeated.json", "repeated.tlog-proof"
REPEATED_RESULT_PROOF = "repeated-result.tlog-proof"
ANCHOR = ANCHOR_PROOF, ANCHOR_STAMP, ANCHOR_BODY = "anchor.tlog-proof", "anchor.tsr", "anchor.body"
MOST_BATCHES = 400
"""More days an inspection does not last."""
PLAN_DAYS, PLAN_SLACK = 7, 600
"""How many days before `t0` a plan is logged (section 12), and how many seconds the quorum has to see that."""
PLANS_SINCE = grammar.unix(room_values.SINCE) + PLAN_DAYS * 86_400
"""A draw with an earlier `t0` was announced before anybody refused a plan that was seen late: it is only told."""

_DAY = 86_400
_EXCLUDED_LINE = re.compile(r"([!-{}~]{1,96})\|([0-9a-f]{32,64})")


def placed(*, receipt: Receipt, count: int) -> tuple[batches.Placed, ...]:
    """Put every object that a receipt draws into its batch."""
    first, *later = (one.result for one in receipt.results)
    return batches.placed(
        seed=first.seed,
        drawn=additions.drawn(first),
        substitutes={one for result in later for one in additions.drawn(result)},
        count=count,
    )


def check_beside(*, files: Mapping[str, bytes], receipt: Receipt, trusted: Policy | None) -> Iterator[tuple[str, str]]:
    """Check the files beside the receipt; yield the name of each and what was found.

    Args:
        trusted: the policy of the ledger; without it only what the receipt alone can tell is checked.

    Raises:
        Refused: a file that does not follow from the receipt or is not what the ledger fixed.
    """
    draw = receipt.manifest.draw
    yield from room_values.check_room(files=files, receipt=receipt, trusted=trusted)
    yield from key_entries.check_keys(files=files, receipt=receipt, trusted=trusted)
    yield from attested_entries.check_attested(files=files, receipt=receipt, trusted=trusted)
    for name, proof_name in ((PLAN, PLAN_PROOF), (CONDITIONS, CONDITIONS_PROOF), (BATCHES, BATCHES_PROOF)):
        if proof_name in files and name not in files:
            raise Refused("E_FILE", f"{name} is missing, and {proof_name} says that there is one")
    if PLAN in files:
        yield PLAN, _plan(files, receipt, trusted)
    yield from _excluded(files, receipt)
    yield from approval_entries.check_approvals(files=files, receipt=receipt, trusted=trusted)
    if CONDITIONS in files:
        if trusted is None:
            yield CONDITIONS, "not checked: no ledger proofs given"
        else:
            digest = hashlib.sha256(files[CONDITIONS]).hexdigest()
            proof = needed(files=files, name=CONDITIONS_PROOF)
            tlog_proof.check_proof(data=proof, policy=trusted, event="draw.directed", draw=draw, digest=digest)
            check_before_commitment(files=files, name=CONDITIONS_PROOF)
            yield CONDITIONS, f"as the ledger fixed it at the freeze{_strata(files[CONDITIONS], receipt)}"
    if BATCHES in files:
        count = _count(files, draw, trusted)
        lines = "".join(f"{one.batch}|{one.object_id}|{one.value}\n" for one in placed(receipt=receipt, count=count))
        if lines.encode("ascii") != files[BATCHES]:
            raise Refused("E_MISMATCH", f"{BATCHES} is not what the seed gives for {count} batches")
        fixed = "as the ledger fixed" if trusted else "their number not checked: no ledger proofs given"
        yield BATCHES, f"{count} batches by the seed, {fixed}"
    number = _officers_of(files.get(CONDITIONS))
    yield from consent_entries.check_consents(files=files, receipt=receipt, trusted=trusted, is_repeated=bool(number))
    if number or files.keys() & {
        REPEATED,
        REPEATED_PROOF,
        REPEATED_RESULT_PROOF,
    }:
        yield REPEATED, _repeated(files, receipt, number, trusted)
    if files.keys() & set(ANCHOR):
        yield ANCHOR_STAMP, _anchor(files, receipt, trusted)
    yield from lodgings.check_lodgings(files=files, receipt=receipt, trusted=trusted)


def repeated_draw(*, files: Mapping[str, bytes]) -> str:
    """Return the draw whose officer half is repeated, where the objects were chosen; empty where nothing is."""
    number = _officers_of(files.get(CONDITIONS))
    if number or REPEATED not in files:
        return number
    return forms.parse_receipt(data=files[REPEATED]).manifest.draw


def excluded_name(*, reason: str) -> str:
    """Name the list of what one reason kept out of the frame."""
    return f"excluded-{reason}.txt"


def parse_policy(*, files: Mapping[str, bytes]) -> Policy:
    """Read the ledger's policy out of a bundle."""
    return policy.parse_policy(data=needed(files=files, name="policy.txt"))


def _plan(files: Mapping[str, bytes], receipt: Receipt, trusted: Policy | None) -> str:
    """Hold the plan against the entry that logged it; say how long before `t0` the quorum saw it."""
    if trusted is None:
        return "not held against the ledger: no ledger proofs given"
    proof = tlog_proof.parse_proof(data=needed(files=files, name=PLAN_PROOF))
    digest = hashlib.sha256(files[PLAN]).hexdigest()
    draw = receipt.manifest.draw
    tlog_proof.check_payload(payload=proof.payload, event="plan_entry.logged", draw=draw, digest=digest)
    check_before_commitment(files=files, name=PLAN_PROOF)
    try:
        seen = tlog_proof.check_entry(proof=proof, policy=trusted).quorum_time
    except Refused as refused:
        if refused.code != "E_QUORUM":
            raise
        check_logged(proof=proof, trusted=trusted)
        return "as the ledger fixed it; its witnesses are not the quorum of this policy, which may be a later one"
    if seen is None:
        return "as the ledger fixed it; nobody witnessed when"
    days = f"{(grammar.unix(receipt.manifest.t0) - seen) / _DAY:.1f} days before t0"
    if seen > latest_plan(t0=receipt.manifest.t0):
        if grammar.unix(receipt.manifest.t0) < PLANS_SINCE:
            return f"as the ledger fixed it, witnessed {days}, less than {PLAN_DAYS}: an older draw"
        raise Refused("E_LATE", f"{PLAN_PROOF} was cosigned {days}, a plan stands {PLAN_DAYS} days ahead")
    return f"as the ledger fixed it, witnessed {days}"


def latest_plan(*, t0: str) -> int:
    """Return when the quorum must have seen the plan of a draw: it is logged 7 days ahead, and cosigned soon after."""
    return grammar.unix(t0) - PLAN_DAYS * _DAY + PLAN_SLACK


def _excluded(files: Mapping[str, bytes], receipt: Receipt) -> Iterator[tuple[str, str]]:
    """Compute the digest of each list of exclusions again, and see that none of its objects is in the frame.

    Older bundles hold none of the lists; of those that hold one, none may be missing.
    """
    names = {excluded_name(reason=one.reason) for item in receipt.manifest.items for one in item.excluded}
    if names and not names & files.keys():
        yield "excluded-*.txt", "not given: the digests of the exclusions are not checked"
        return
    checked: set[tuple[str, str]] = set()
    for item in receipt.manifest.items:
        frame = {line.partition(b"|")[0] for line in files.get(f"{item.item}.txt", b"").split(b"\n")}
        for one in item.excluded:
            name = excluded_name(reason=one.reason)
            ids = _excluded_ids(name, needed(files=files, name=name), one)
            if inside := sorted(ids & frame):
                raise Refused("E_MISMATCH", f"{name} holds {inside[0].decode()}, which is in the frame of {item.item}")
            if (name, one.list_sha256) not in checked:
                checked.add((name, one.list_sha256))
                yield name, f"{one.count} lines, as the manifest says"


def _excluded_ids(name: str, data: bytes, stated: Exclusion) -> set[bytes]:
    if hashlib.sha256(data).hexdigest() != stated.list_sha256:
        raise Refused("E_MISMATCH", f"{name} does not give the list_sha256 of the manifest")
    lines = data.decode("ascii", "replace").split("\n")
    if lines.pop() or lines != sorted(set(lines)) or not all(map(_EXCLUDED_LINE.fullmatch, lines)):
        raise Refused("E_LINE", f"{name} is not sorted lines object_id|salt")
    if len(lines) != stated.count:
        raise Refused("E_COUNT", f"{name} has {len(lines)} lines, the manifest says {stated.count}")
    return {line.partition("|")[0].encode() for line in lines}


def _strata(data: bytes, receipt: Receipt) -> str:
    """Hold the published rule of the strata against the strata that the manifest has; older files do not state it."""
    try:
        stated = json.loads(data).get("strata")
        returned = set(stated.get("returned", ())) if stated else set()
        found = stated and set(stated["mapping"].values()) | returned
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Refused("E_TYPE", f"{CONDITIONS} states no rule of its strata that can be read") from None
    if not found:
        return ""
    for item in receipt.manifest.items:
        if found != {stratum.id for stratum in item.strata}:
            raise Refused("E_MISMATCH", f"the strata of {item.item} are not those that the rule of {CONDITIONS} gives")
        if any(stratum.id in returned and stratum.basis_points != quotas.WHOLE for stratum in item.strata):
            raise Refused("E_MISMATCH", f"what comes back in {item.item} is not drawn whole")
    return ", its rule gives the strata"


def _officers_of(data: bytes | None) -> str:
    """Return the number of the draw whose officer half is repeated, as the conditions fixed it at the freeze."""
    if data is None:
        return ""
    try:
        return str(json.loads(data).get("officers_of", ""))
    except (ValueError, AttributeError, RecursionError):
        raise Refused("E_TYPE", f"{CONDITIONS} cannot be read") from None


def _repeated(files: Mapping[str, bytes], receipt: Receipt, number: str, trusted: Policy | None) -> str:
    """Hold the repetition against the receipt of the draw before, which must itself hold and be the committed one."""
    data = needed(files=files, name=REPEATED)
    if (latest := verify.verify(receipt=data)[-1]).status is verify.Status.FAILED:
        raise Refused("E_MISMATCH", f"{REPEATED} does not hold: {latest.line}")
    before = forms.parse_receipt(data=data)
    if number and before.manifest.draw != number:
        raise Refused("E_MISMATCH", f"{REPEATED} is of {before.manifest.draw}, {CONDITIONS} names {number}")
    said = additions.check_repetition(before=before, now=receipt)
    if trusted is None:
        return f"{said}; not held against the ledger: no ledger proofs given"
    proof = tlog_proof.parse_proof(data=needed(files=files, name=REPEATED_PROOF))
    digest = before.manifest.digest
    tlog_proof.check_payload(payload=proof.payload, event="draw.committed", draw=before.manifest.draw, digest=digest)
    check_logged(proof=proof, trusted=trusted)
    return said + _fell_short(files, receipt, before, trusted)


def _fell_short(files: Mapping[str, bytes], receipt: Receipt, before: Receipt, trusted: Policy) -> str:
    """Hold the result whose officers did not suffice against its entry; older bundles do not bring the proof."""
    if REPEATED_RESULT_PROOF not in files and grammar.unix(receipt.manifest.t0) < grammar.unix(room_values.SINCE):
        return "; an older bundle, that its officers did not suffice is not held against the ledger"
    number = additions.short_round(before) or 0
    recorded = before.results[number]
    proof = tlog_proof.parse_proof(data=needed(files=files, name=REPEATED_RESULT_PROOF))
    tlog_proof.check_payload(
        payload=proof.payload,
        event="draw.replaced" if number else "draw.drawn",
        draw=before.manifest.draw,
        digest=recorded.seal if before.manifest.mode is Mode.SEALED else recorded.digest,
    )
    check_logged(proof=proof, trusted=trusted)
    return ""


def _anchor(files: Mapping[str, bytes], receipt: Receipt, trusted: Policy | None) -> str:
    """See that the stamped text is a checkpoint over the commitment; the stamp's own signature is for openssl."""
    proof = tlog_proof.parse_proof(data=needed(files=files, name=ANCHOR_PROOF))
    manifest = receipt.manifest
    tlog_proof.check_payload(payload=proof.payload, event="draw.committed", draw=manifest.draw, digest=manifest.digest)
    body = needed(files=files, name=ANCHOR_BODY)
    if proof.note.text.encode() != body:
        raise Refused("E_MISMATCH", f"{ANCHOR_BODY} is not the checkpoint of {ANCHOR_PROOF}")
    if not any(
        hashlib.new(name, body).digest() in needed(files=files, name=ANCHOR_STAMP) for name in ("sha256", "sha512")
    ):
        raise Refused("E_MISMATCH", f"{ANCHOR_STAMP} is no stamp of {ANCHOR_BODY}")
    if trusted is None:
        return "names the checkpoint; not held against the ledger: no policy given"
    check_logged(proof=proof, trusted=trusted)
    return f"names a checkpoint over the commitment; check the stamp with openssl ts -verify -data {ANCHOR_BODY}"


def _count(files: Mapping[str, bytes], draw: str, trusted: Policy | None) -> int:
    """Return the number of batches: as the ledger fixed it, or as the file itself says."""
    if trusted is None:
        said = files[BATCHES].decode("ascii", "replace").splitlines()
        last = max((line.partition("|")[0] for line in said), key=lambda text: (len(text), text), default="")
        return _within(int(last) if last.isascii() and last.isdecimal() and len(last) < 5 else 0)
    proof = tlog_proof.parse_proof(data=needed(files=files, name=BATCHES_PROOF))
    value = canonical.parse(data=proof.payload)
    if value.get("event") != "draw.batched" or value.get("draw") != draw:
        raise Refused("E_MISMATCH", f"the entry of {BATCHES_PROOF} is not this draw's number of batches")
    tlog_proof.check_entry(proof=proof, policy=trusted)
    check_before_commitment(files=files, name=BATCHES_PROOF)
    count = value.get("count")
    return _within(count if isinstance(count, int) and not isinstance(count, bool) else 0)


def _within(count: int) -> int:
    if not 1 <= count <= MOST_BATCHES:
        raise Refused("E_RANGE", f"a draw has 1 to {MOST_BATCHES} batches")
    return count
