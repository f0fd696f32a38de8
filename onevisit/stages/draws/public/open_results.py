"""What a draw drew, once it is open: of each round the seed and sources, the cut of each stratum, who was drawn.

And what gave a void draw up: its record, and the organ that agreed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from onevisit.core.draw import forms
from onevisit.stages.draws import void_reasons
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import strata
from onevisit.stages.draws.public import open_record, seen_receipt
from onevisit.support.identity import regions
from onevisit.support.ledger import selectors as ledger


@dataclass(frozen=True)
class OpenCut:
    """One stratum of one round: how many were wanted, how many drawn, and the last ticket taken."""

    label: str
    want: int
    drawn: int
    cut: str


@dataclass(frozen=True)
class OpenDrawn:
    """One drawn object: for which departments, in which round and stratum, by which ticket, under which cut."""

    object_id: str
    departments: str
    round: int
    label: str
    ticket: str
    cut: str


@dataclass(frozen=True)
class OpenChoice:
    """What a round drew for the departments that share it: their namespace, cuts and objects."""

    departments: str
    namespace: str
    cuts: tuple[OpenCut, ...]
    drawn: tuple[OpenDrawn, ...]


@dataclass(frozen=True)
class OpenResult:
    """One round: the draw itself (0) or a replacement, each with its own seed from its own sources."""

    number: int
    seed: str
    source_lines: tuple[str, ...]
    choices: tuple[OpenChoice, ...]

    @property
    def namespaces(self) -> tuple[str, ...]:
        """Return what stands before the seed in a ticket; one line of shell for each."""
        return tuple(dict.fromkeys(choice.namespace for choice in self.choices))


@dataclass(frozen=True)
class OpenVoid:
    """Why a draw was given up, when against its seed, who agreed, and the digest of the evidence."""

    stage: str
    reason: str
    label: str
    second_organ: str
    evidence_sha256: str
    digest: str


def open_results(number: str) -> tuple[OpenResult, ...]:
    """Return the rounds of an open draw; none before."""
    draw = open_record.row_of(number)
    if draw is None or not draw.receipt or not open_record.is_open(draw):
        return ()
    receipt: dict[str, Any] = json.loads(bytes(draw.receipt))
    namespaces = {item["item"]: item["ns"] for item in receipt["manifest"]["items"]}
    names = {item.item: item.department.name for item in draw.items.all()}
    districts = dict(regions.districts())
    labels = {
        stratum["id"]: strata.label_of(stratum["id"], by=draw.strata_by, districts=districts)
        for item in receipt["manifest"]["items"]
        for stratum in item["strata"]
    }
    return tuple(_round(one["result"], namespaces, names, labels) for one in receipt["results"])


def published_digests(number: str) -> tuple[str, ...]:
    """Return what the ledger got of each drawn round of an open draw: the seal, in open mode the digest."""
    draw = open_record.row_of(number)
    if draw is None or not open_record.is_open(draw):
        return ()
    rounds = draw.rounds.filter(drawn_at__isnull=False).order_by("number")[: seen_receipt.rounds_of(draw)]
    return (draw.seal or draw.result_digest, *(one.seal or one.result_digest for one in rounds))


def open_void(number: str) -> OpenVoid | None:
    """Return the record of a draw that was given up after its commitment, None for any other."""
    draw = open_record.row_of(number)
    if draw is None or draw.void_record is None:
        return None
    record = forms.parse_void(data=bytes(draw.void_record))
    return OpenVoid(
        stage=record.stage,
        reason=draw.void_reason,
        label=void_reasons.label_of(draw.void_reason),
        second_organ=_second_organ(draw),
        evidence_sha256=draw.void_evidence,
        digest=record.digest,
    )


def _second_organ(draw: Draw) -> str:
    """Return organ and post of whoever agreed to a void, as the ledger recorded it, never the person."""
    agreed = ledger.timeline("draw", draw.pk).filter(event="draw.voided", actor=draw.void_agreed_by).last()
    return agreed.words.capacity if agreed is not None and hasattr(agreed, "words") else ""


def _round(
    result: Mapping[str, Any], namespaces: Mapping[str, str], names: Mapping[str, str], labels: Mapping[str, str]
) -> OpenResult:
    """Read one result; departments whose items drew the same stand together."""
    together: dict[str, list[str]] = {}
    of_item: dict[str, dict[str, Any]] = {}
    for item in result["items"]:
        key = json.dumps([namespaces[item["item"]], item["strata"]])
        together.setdefault(key, []).append(names.get(item["item"], item["item"]))
        of_item.setdefault(key, item)
    choices = [
        _choice(of_item[key], "、".join(found), namespaces[of_item[key]["item"]], result["round"], labels)
        for key, found in together.items()
    ]
    return OpenResult(
        number=result["round"],
        seed=result["seed"],
        source_lines=tuple(result["source_lines"]),
        choices=tuple(choices),
    )


def _choice(
    item: Mapping[str, Any], departments: str, namespace: str, number: int, labels: Mapping[str, str]
) -> OpenChoice:
    cuts = tuple(
        OpenCut(label=labels[one["id"]], want=one["want"], drawn=len(one["selected"]), cut=one["cut"])
        for one in item["strata"]
    )
    drawn = tuple(
        OpenDrawn(
            object_id=one["id"],
            departments=departments,
            round=number,
            label=labels[stratum["id"]],
            ticket=one["ticket"],
            cut=stratum["cut"],
        )
        for stratum in item["strata"]
        for one in stratum["selected"]
    )
    return OpenChoice(departments=departments, namespace=namespace, cuts=cuts, drawn=drawn)
