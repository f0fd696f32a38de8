"""The public side of the ledger: checkpoints, policy, tiles and proofs, so that anybody can keep a copy and compare."""

import json
import logging
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from onevisit.stages.publication import public_record as publication
from onevisit.support import clock
from onevisit.support.identity.access import public
from onevisit.support.ledger import anchoring, selectors
from onevisit.support.ledger.anchoring import AnchorRefused
from onevisit.support.ledger.models import LedgerEntry
from onevisit.support.sm2 import configured

SHOWN = 20
logger = logging.getLogger(__name__)
WHOLE_TILE = 256


@public
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    standing = selectors.standing()
    latest = list(selectors.checkpoints().select_related("anchor")[:SHOWN])
    context = {
        "standing": standing,
        "checkpoints": latest,
        "check": selectors.latest_check(),
        "policy": selectors.policy_text(at=clock.now()),
        "policies": list(selectors.policy_versions()),
        "now": clock.now(),
        "witnesses": list(selectors.witnesses()),
        "lodging": publication.lodging(at=clock.now()),
        "entries": list(selectors.newest_first().filter(is_public=True)[:SHOWN]),
        "anchored": next((one for one in latest if hasattr(one, "anchor")), None),
        "has_sm2": configured() is not None,
        "nav": "ledger",
    }
    return render(request, "portal/ledger.html", context)


@public
@require_safe
def policy(_request: HttpRequest) -> HttpResponse:
    text = selectors.policy_text(at=clock.now())
    return _plain(text.encode() if text else None)


@public
@require_safe
def policy_version(_request: HttpRequest, version: int) -> HttpResponse:
    """Give one version of the policy as it was adopted, also one that does not rule yet or any more."""
    found = selectors.policy_versions().filter(version=version).first()
    return _plain(found.text.encode() if found else None)


@public
@require_safe
def checkpoint(_request: HttpRequest, size: int | None = None) -> HttpResponse:
    """Give the latest checkpoint, or that of one size, with its cosignatures."""
    latest = selectors.latest_checkpoint()
    wanted = size if size is not None else (latest.size if latest else None)
    return _plain(selectors.checkpoint_note(size=wanted) if wanted is not None else None)


@public
@require_safe
def consistency(_request: HttpRequest, size1: int, size2: int) -> HttpResponse:
    """Give the proof that one checkpoint continues another, in the form `onevisit merkle verify-consistency` reads."""
    proof = selectors.consistency_proof(size1=size1, size2=size2)
    roots = {row.size: bytes(row.root).hex() for row in selectors.checkpoints().filter(size__in=[size1, size2])}
    if proof is None or not {size1, size2} <= roots.keys():
        raise Http404
    content = {
        "v": "srd1",
        "kind": "consistency",
        "size1": size1,
        "size2": size2,
        "root1": roots[size1],
        "root2": roots[size2],
        "proof": [value.hex() for value in proof],
    }
    return HttpResponse(json.dumps(content, indent=1) + "\n", content_type="application/json")


@public
@require_safe
def proof(_request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Give the proof of a public entry; others are given on the desk to whom they concern."""
    if not LedgerEntry.objects.filter(pk=entry_id, is_public=True).exists():
        raise Http404
    return _plain(selectors.proof_of(entry_id))


@public
@require_safe
def anchor(_request: HttpRequest, size: int) -> HttpResponse:
    """Give the time stamp of a checkpoint as the authority answered; `openssl ts -verify` reads it."""
    found = selectors.anchor_of(size=size)
    if found is None:
        raise Http404
    return HttpResponse(bytes(found.response), content_type="application/timestamp-reply")


@public
@require_safe
def body(_request: HttpRequest, size: int) -> HttpResponse:
    """Give the text of a checkpoint without its signatures: what a time stamp is over."""
    return _plain(selectors.checkpoint_body(size=size))


@public
@require_safe
def anchor_root(_request: HttpRequest) -> HttpResponse:
    """Give the root certificate of the time-stamping authority, with which its stamps are checked."""
    try:
        data = anchoring.root_file(settings.TSA_ROOT)
    except AnchorRefused as refused:
        logger.error("%s", refused.message)
        raise Http404 from refused
    if data is None:
        raise Http404
    return HttpResponse(data, content_type="application/x-pem-file")


@public
@require_safe
def tile(_request: HttpRequest, level: str, index: str, width: str | None = None) -> HttpResponse:
    """Give a tile of hashes; they say nothing of what was done, only that nothing was changed."""
    number = int(index.replace("x", "").replace("/", ""))
    data = selectors.tile(level=int(level), index=number, width=int(width) if width else WHOLE_TILE)
    if data is None or int(level) > 7:
        raise Http404
    return HttpResponse(data, content_type="application/octet-stream")


def _plain(data: bytes | None) -> HttpResponse:
    if data is None:
        raise Http404
    return HttpResponse(data, content_type="text/plain; charset=utf-8")
