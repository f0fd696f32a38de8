"""Every parser that reads a stranger's file, by name: what `fuzz_draw` throws bytes at."""

from collections.abc import Callable

from onevisit.core import canonical
from onevisit.core.draw import bundle, forms, frame, plan, register
from onevisit.core.draw.verify import verify
from onevisit.core.merkle import note, policy, tlog_proof
from onevisit.core.refusals import Refused


def _note(data: bytes) -> note.Note:
    """Read a note as its readers do, who say which refusal a malformed one is."""
    try:
        return note.parse_note(data=data)
    except note.Malformed as malformed:
        raise Refused("E_PROOF", str(malformed)) from malformed


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
    "bundle": lambda data: bundle.changes(files=bundle.read_bundle(data=data)),
    "policy": lambda data: policy.parse_policy(data=data),
    "note": _note,
    "proof": lambda data: tlog_proof.parse_proof(data=data),
}
