"""Every parser that reads a stranger's file, by name: what `fuzz_draw` throws bytes at."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

from benchmarks.stranger_files import drawn_document, drawn_receipt
from onevisit.core import canonical, sm2_files
from onevisit.core.draw import (
    approval_entries,
    attested_entries,
    beside,
    bundle,
    consent_entries,
    forms,
    frame,
    lodging,
    plan,
    register,
    verify_seen,
    whole,
)
from onevisit.core.draw.documents import Exclusion
from onevisit.core.draw.verify import verify
from onevisit.core.fairness import groups
from onevisit.core.merkle import checkpoint, note, policy, tlog_proof
from onevisit.core.refusals import Refused
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.sources import values
from onevisit.verifier import merkle_command
from onevisit.witness import judging


def _refused(parser: Callable[[bytes], object], *malformed: type[Exception]) -> Callable[[bytes], object]:
    """Let a parser speak as its readers do, who turn what it raises for a malformed file into a refusal."""

    def parse(data: bytes) -> object:
        try:
            return parser(data)
        except malformed as error:
            raise Refused("E_PROOF", str(error)) from error

    return parse


RECEIPT = forms.parse_receipt(data=drawn_receipt())
"""The receipt that the files beside one are read with; nothing is kept out of its frame."""
ROUND = drawn_document()["manifest"]["sources"][0]
"""The declared round of the beacon whose value a relay answers with."""


def _beside(name: str) -> Callable[[bytes], object]:
    return lambda data: dict(beside.check_beside(files={name: data}, receipt=RECEIPT, trusted=None))


def _conditions(data: bytes) -> object:
    """Read both halves of the conditions; whether the ledger fixed them is asked before the rule is looked at."""
    fixed = whole._groups_digest({beside.CONDITIONS: data}, attested_entries.SINCE)
    return _beside(beside.CONDITIONS)(data), beside._strata(data, RECEIPT), fixed


def _excluded(data: bytes) -> object:
    """Read a list of exclusions as if the manifest had its digest: a stranger writes both."""
    name, digest = beside.excluded_name(reason="CLOSED"), hashlib.sha256(data).hexdigest()
    stated = Exclusion(reason="CLOSED", count=max(1, data.count(b"\n")), list_sha256=digest)
    items = tuple(replace(item, excluded=(stated,)) for item in RECEIPT.manifest.items)
    receipt = replace(RECEIPT, manifest=replace(RECEIPT.manifest, items=items))
    return dict(beside.check_beside(files={name: data}, receipt=receipt, trusted=None))


def _held(data: bytes) -> object:
    """Read note, policy, hashes and count of a register, whatever its draws are."""
    found = register.parse_register(data=data)
    seen = verify_seen.seen_of(register=found, policy=None, now="2023-08-24T09:00:00+08:00")
    newest = verify_seen.latest(register=found, found=seen)
    return verify_seen.counted(register=found, newest=newest), verify_seen.bound(found=seen)


PARSERS: dict[str, Callable[[bytes], object]] = {
    "json": lambda data: canonical.parse(data=data),
    "manifest": lambda data: forms.parse_manifest(data=data),
    "roster": lambda data: forms.parse_roster(data=data),
    "order": lambda data: forms.parse_order(data=data),
    "sources": lambda data: forms.parse_sources(data=data),
    "keys": lambda data: forms.parse_keys(data=data),
    "replacements": lambda data: forms.parse_replacements(data=data),
    "void": lambda data: forms.parse_void(data=data),
    "plan": lambda data: plan.parse_plan(data=data),
    "frame": lambda data: frame.parse_frame(data=data),
    "receipt": lambda data: verify(receipt=data),
    "register": lambda data: register.parse_register(data=data),
    "register-held": _held,
    "bundle": lambda data: bundle.changes(files=bundle.read_bundle(data=data)),
    "groups": lambda data: groups.parse_groups(data=data),
    "inclusion": merkle_command.inclusion_holds,
    "consistency": merkle_command.consistency_holds,
    "policy": lambda data: policy.parse_policy(data=data),
    "note": _refused(lambda data: note.parse_note(data=data), note.Malformed),
    "checkpoint": _refused(lambda data: checkpoint.parse(text=data.decode("latin-1")), note.Malformed),
    "proof": lambda data: tlog_proof.parse_proof(data=data),
    "submission": _refused(lambda data: judging.read(data=data), judging.WitnessRefused),
    "package": lambda data: lodging.read_package(data=data),
    "lodged": lambda data: lodging.parse_receipt(data=data),
    "conditions": _conditions,
    "excluded": _excluded,
    "batches": _beside(beside.BATCHES),
    "attested": lambda data: attested_entries.parse_entry(payload=data, name="attested-1.tlog-proof"),
    "approved": lambda data: approval_entries.parse_entry(payload=data, name="approved-CLOSED.tlog-proof"),
    "consented": lambda data: consent_entries.parse_entry(payload=data, name="consent-1.tlog-proof"),
    "places": lambda data: consent_entries.parse_places(data=data),
    "beacon": _refused(lambda data: values.beacon(declared=ROUND, text=data.decode("utf-8", "replace")), DrawRefused),
    "sm2-public": _refused(lambda data: sm2_files.read_public(data=data), sm2_files.NotSm2),
    "sm2-pair": _refused(lambda data: sm2_files.read_pair(data=data), sm2_files.NotSm2),
    "sm2-signature": _refused(lambda data: sm2_files.decode_signature(data=data), sm2_files.NotSm2),
}
