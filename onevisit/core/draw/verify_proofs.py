"""The part of verification that looks into the ledger: commitments before `t0`, results and seals after."""

from collections.abc import Iterator, Mapping

from onevisit.core.draw import grammar
from onevisit.core.draw.documents import Mode
from onevisit.core.draw.results import Receipt
from onevisit.core.merkle import policy, tlog_proof
from onevisit.core.merkle.policy import Policy
from onevisit.core.merkle.tlog_proof import ProofResult
from onevisit.core.refusals import Refused

MARGIN = 600
"""How many seconds before `t0` the quorum must be complete."""

POLICY_FILE = "policy.txt"


def check_commitments(*, receipt: Receipt, proofs: Mapping[str, bytes | Refused]) -> tuple[bool, str]:
    """Check the manifest's entry and each order's; tell whether a time was shown, and the text of the check."""
    trusted = _policy(proofs)
    margins: list[int] = []
    logs: dict[str, None] = {}
    for file_name, event, digest, t0 in _commitments(receipt):
        proof = _proof(proofs, file_name, trusted, event, receipt.manifest.draw, digest)
        logs[policy.printable(name=proof.log_name.encode())] = None
        if proof.quorum_time is not None:
            margins.append(grammar.unix(t0) - proof.quorum_time)
            if margins[-1] < MARGIN:
                raise Refused("E_LATE", f"{file_name} was cosigned {margins[-1]} s before {t0}")
    text = f"policy {trusted.digest} quorum {policy.printable(name=trusted.quorum)} log {','.join(logs)}"
    if trusted.is_unwitnessed:
        return False, text
    return True, f"{text} margin {min(margins)}"


def check_results(*, receipt: Receipt, proofs: Mapping[str, bytes | Refused]) -> None:
    """Check that every round's result, or its seal in sealed mode, is in the ledger."""
    trusted = _policy(proofs)
    is_sealed = receipt.manifest.mode is Mode.SEALED
    for number, recorded in enumerate(receipt.results):
        event = "draw.replaced" if number else "draw.drawn"
        digest = recorded.seal if is_sealed else recorded.digest
        _proof(proofs, f"result-{number}.tlog-proof", trusted, event, receipt.manifest.draw, digest)


def _commitments(receipt: Receipt) -> Iterator[tuple[str, str, str, str]]:
    yield "manifest.tlog-proof", "draw.committed", receipt.manifest.digest, receipt.manifest.t0
    for number, ordered in enumerate(receipt.orders, start=1):
        yield f"order-{number}.tlog-proof", "draw.ordered", ordered.order.digest, ordered.order.t0


def _policy(proofs: Mapping[str, bytes | Refused]) -> Policy:
    return policy.parse_policy(data=_file(proofs, POLICY_FILE))


def _proof(
    proofs: Mapping[str, bytes | Refused], file_name: str, trusted: Policy, event: str, draw: str, digest: str
) -> ProofResult:
    data = _file(proofs, file_name)
    return tlog_proof.check_proof(data=data, policy=trusted, event=event, draw=draw, digest=digest)


def _file(proofs: Mapping[str, bytes | Refused], name: str) -> bytes:
    found = proofs.get(name)
    if found is None:
        raise Refused("E_FILE", f"{name} is missing")
    if isinstance(found, Refused):
        raise found
    return found
