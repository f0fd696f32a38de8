"""Verification: twelve checks of a receipt, each with what it needs, and a business's own place in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial

from onevisit.core import canonical
from onevisit.core.draw import forms, frame, history, plan, readers, results, rules, sources, verify_proofs
from onevisit.core.draw.documents import Manifest
from onevisit.core.draw.explain import explain
from onevisit.core.draw.frame import Frame
from onevisit.core.draw.history import History
from onevisit.core.draw.receipt import assignment_of, first_seed, first_selection
from onevisit.core.draw.receipt_form import read_receipt
from onevisit.core.draw.results import Receipt
from onevisit.core.draw.verify_rounds import check_round, check_tickets, expect
from onevisit.core.refusals import Refused

__all__ = ["Check", "Given", "Status", "explain", "verify"]

Given = bytes | Refused
"""A file as it was read, or why it could not be."""

UNCHECKED = "choice not checked: without the frames a hand-picked list with right tickets looks the same"


class Status(StrEnum):
    """How a check ended."""

    OK = "ok"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True)
class Check:
    """One check and what it found."""

    number: int
    status: Status
    text: str

    @property
    def line(self) -> str:
        return f"V{self.number} {self.status} {self.text}"


@dataclass
class _Work:
    """What the checks pass on to one another."""

    given: Given
    frames: Mapping[str, Given] | None
    plan: Given | None
    previous: Given | None
    proofs: Mapping[str, Given] | None
    receipt: Receipt = field(init=False)
    parsed: dict[str, Frame] = field(default_factory=dict)

    @property
    def manifest(self) -> Manifest:
        return self.receipt.manifest


def verify(
    *,
    receipt: Given,
    frames: Mapping[str, Given] | None = None,
    plan: Given | None = None,
    previous: Given | None = None,
    proofs: Mapping[str, Given] | None = None,
) -> tuple[Check, ...]:
    """Check a receipt against whatever else is given; the first failed check is the last.

    Args:
        frames: the frame file of each item.
        proofs: the policy and the ledger proofs by file name.
    """
    work = _Work(given=receipt, frames=frames, plan=plan, previous=previous, proofs=proofs)
    return tuple(_until_failed(work))


def _until_failed(work: _Work) -> Iterator[Check]:
    for number, check in enumerate(_CHECKS):
        try:
            status, text = check(work)
        except Refused as refused:
            yield Check(number, Status.FAILED, str(refused))
            return
        yield Check(number, status, text)


def read_given(given: Given) -> bytes:
    """Return the bytes of a file, or refuse as reading it did."""
    if isinstance(given, Refused):
        raise given
    return given


def _form(work: _Work) -> tuple[Status, str]:
    work.receipt = forms.parse_receipt(data=read_given(work.given))
    return Status.OK, f"receipt of draw {work.manifest.draw}, {len(work.receipt.orders)} replacement rounds"


def _commitment(work: _Work) -> tuple[Status, str]:
    if work.proofs is None:
        return Status.SKIPPED, "no ledger proofs given"
    is_timed, text = verify_proofs.check_commitments(receipt=work.receipt, proofs=work.proofs)
    return Status.OK if is_timed else Status.SKIPPED, text


def _plan(work: _Work) -> tuple[Status, str]:
    if work.plan is None:
        return Status.SKIPPED, "no plan given"
    plan.check_plan(plan=plan.parse_plan(data=read_given(work.plan)), manifest=work.manifest)
    return Status.OK, f"as plan {work.manifest.plan} says"


def _frames(work: _Work) -> tuple[Status, str]:
    rules.check_items(manifest=work.manifest)
    if work.frames is None:
        return Status.SKIPPED, "no frames given"
    work.parsed = frame.check_frames(items=work.manifest.items, read=partial(_frame_file, work.frames))
    return Status.OK, f"{sum(item.size for item in work.manifest.items)} lines in {len(work.parsed)} frames"


def _frame_file(frames: Mapping[str, Given], name: str) -> bytes:
    if name not in frames:
        raise Refused("E_FRAME_MISSING", f"the frame of item {name} is missing")
    return read_given(frames[name])


def _sources(work: _Work) -> tuple[Status, str]:
    manifest, first = work.manifest, work.receipt.results[0].result
    sources.check_declared(declared=manifest.sources, t0=manifest.t0, used=())
    lines = sources.source_lines(declared=manifest.sources, values=work.receipt.sources)
    expect(lines, first.source_lines, "the source lines")
    expect(results.sources_digest(values=work.receipt.sources), first.sources_digest, "the digest of the sources")
    if any(source.type == sources.DRAND for source in manifest.sources):
        return Status.OK, f"{len(lines)} sources, not known before {manifest.t0}"
    named = " ".join(f"{source.type}:{source.identity[0]}" for source in manifest.sources)
    return Status.OK, f"freshness rests on the ledger's order and the calendar: {named}"


def _keys(work: _Work) -> tuple[Status, str]:
    rules.check_keys(manifest=work.manifest, keys=work.receipt.keys)
    return Status.OK, f"{len(work.receipt.keys)} keys open their commitments"


def _seed(work: _Work) -> tuple[Status, str]:
    manifest, first = work.manifest, work.receipt.results[0].result
    expect(manifest.draw, first.draw, "the number of the draw")
    expect(0, first.round_number, "the round")
    expect(manifest.digest, first.basis, "the manifest digest")
    expect(manifest.prev, first.prev, "the digest of the record before")
    seed = first_seed(manifest=manifest, values=work.receipt.sources, keys=work.receipt.keys)
    expect(seed, first.seed, "the seed")
    return Status.OK, seed


def _selection(work: _Work) -> tuple[Status, str]:
    first = work.receipt.results[0].result
    quotas = {item.item: {stratum.id: stratum.quota for stratum in item.strata} for item in work.manifest.items}
    check_tickets(manifest=work.manifest, result=first, wanted=quotas, is_exact=True)
    if work.frames is None:
        return Status.SKIPPED, UNCHECKED
    expected = first_selection(manifest=work.manifest, frames=work.parsed, seed=first.seed)
    expect(expected, first.items, "the selection")
    count = sum(len(stratum.selected) for item in first.items for stratum in item.strata)
    return Status.OK, f"{count} drawn in {len(first.items)} items"


def _rounds(work: _Work) -> tuple[Status, str]:
    if not work.receipt.orders:
        return Status.OK, "no replacement rounds"
    for state, number in _states(work):
        check_round(
            state=state,
            ordered=work.receipt.orders[number - 1],
            result=work.receipt.results[number].result,
            frames=work.parsed if work.frames is not None else None,
        )
    if work.frames is None:
        return Status.SKIPPED, UNCHECKED
    return Status.OK, f"{len(work.receipt.orders)} replacement rounds"


def _officers(work: _Work) -> tuple[Status, str]:
    rules.check_roster(manifest=work.manifest, roster=work.receipt.roster)
    first = work.receipt.results[0].result
    start = history.unstarted(manifest=work.manifest, roster=work.receipt.roster, seed=first.seed)
    expected = assignment_of(state=start, items=first.items, seed=first.seed)
    expect(expected, first.assignment, "the assignment of round 0")
    for state, number in _states(work):
        result, order = work.receipt.results[number].result, work.receipt.orders[number - 1].order
        freed = history.ordered(history=state, order=order)
        swapped = [(swap.visit, swap.slot) for swap in order.swapped]
        expected = assignment_of(state=freed, items=result.items, seed=result.seed, swapped=swapped)
        expect(expected, result.assignment, f"the assignment of round {number}")
    return Status.OK, "no officers are assigned" if work.receipt.roster is None else "every assignment re-computed"


def _chain(work: _Work) -> tuple[Status, str]:
    if work.previous is None:
        return Status.SKIPPED, "no previous record given"
    document = canonical.parse(data=read_given(work.previous))
    if document.get("kind") == "void":
        digests = [readers.read_void(document).digest]
    else:
        before = read_receipt(document)
        digests = [results.recorded(result=r.result, mode=before.manifest.mode).digest for r in before.results]
    if work.manifest.prev not in digests:
        raise Refused("E_MISMATCH", "the draw does not follow the record given")
    return Status.OK, work.manifest.prev


def _results(work: _Work) -> tuple[Status, str]:
    for number, recorded in enumerate(work.receipt.results):
        again = results.recorded(result=recorded.result, mode=work.manifest.mode)
        expect(again.digest, recorded.digest, f"the digest of round {number}")
        expect(again.seal, recorded.seal, f"the seal of round {number}")
    latest = work.receipt.results[-1].digest
    if work.proofs is None:
        return Status.OK, f"{latest} not looked up in the ledger"
    verify_proofs.check_results(receipt=work.receipt, proofs=work.proofs)
    return Status.OK, f"{latest} logged"


def _states(work: _Work) -> Iterator[tuple[History, int]]:
    """Give the state before each replacement round and the round's number; a bad order stops its own check."""
    receipt, mode = work.receipt, work.manifest.mode
    first = results.recorded(result=receipt.results[0].result, mode=mode)
    state = history.begin(manifest=receipt.manifest, roster=receipt.roster, recorded=first)
    for number, ordered in enumerate(receipt.orders, start=1):
        yield state, number
        recorded = results.recorded(result=receipt.results[number].result, mode=mode)
        state = history.after(history=state, order=ordered.order, recorded=recorded)


_CHECKS = (
    _form,
    _commitment,
    _plan,
    _frames,
    _sources,
    _keys,
    _seed,
    _selection,
    _rounds,
    _officers,
    _chain,
    _results,
)
