"""用其手机: the party reads the record on its own phone and signs it there; the officer's phone hears of it."""

import base64
import binascii
from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from onevisit.core.lifecycle import WrongState
from onevisit.stages.visits import business_keys, services, signing_page
from onevisit.stages.visits.parties import Party
from onevisit.stages.visits.refusals import VisitRefused
from onevisit.stages.visits.services import PartySignature, SignatureDispute
from onevisit.support import clock
from onevisit.web.business.views.access import as_business, by_code

PREFIX = "data:image/png;base64,"
FIELD = "record-"


@by_code
@as_business
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, who: Party) -> HttpResponse:
    """Show what the server holds of each part, and take one signature for all that are whole.

    A visit that takes longer than planned is still signed: what counts is that the part is open.
    """
    refusal: VisitRefused | WrongState | None = None
    made: list[PartySignature] = []
    if request.method == "POST":
        try:
            made = services.sign_as_party(
                code_id=who.code_id,
                signed=_signed(request),
                name=request.POST.get("name", ""),
                picture=_picture(request.POST.get("picture", "")),
                actor=business_keys.holder(who.key_id),
                at=clock.now(),
            )
        except (VisitRefused, WrongState) as error:
            refusal = error
    return _page(request, who, made=made, refusal=refusal)


@by_code
@as_business
@require_POST
def dispute(request: HttpRequest, who: Party, inspection_id: UUID) -> HttpResponse:
    """Take the business's word that the signature of one part is not its own."""
    try:
        disputed = services.dispute_signature(
            code_id=who.code_id,
            inspection_id=inspection_id,
            key_id=who.key_id,
            words=request.POST.get("words", ""),
            at=clock.now(),
        )
    except (VisitRefused, WrongState) as error:
        return _page(request, who, refusal=error, disputed_part=inspection_id)
    return _page(request, who, disputed=disputed)


def _page(
    request: HttpRequest,
    who: Party,
    *,
    made: Sequence[PartySignature] = (),
    refusal: VisitRefused | WrongState | None = None,
    disputed: SignatureDispute | None = None,
    disputed_part: UUID | None = None,
) -> HttpResponse:
    parts = signing_page.parts_to_sign(who.visit)
    content = {
        "code": who.code,
        "business": who.visit.target.name,
        "parts": parts,
        "is_ready": any(part.is_ready for part in parts),
        "made": made,
        "refusal": refusal,
        "name": request.POST.get("name", "") if refusal else "",
        "disputed": disputed,
        "disputed_part": disputed_part,
        "words": request.POST.get("words", "") if refusal else "",
    }
    return render(request, "business/sign.html", content, status=getattr(refusal, "status", 409) if refusal else 200)


def _signed(request: HttpRequest) -> dict[UUID, str]:
    """Return each part that was on the page with the digest it was shown with."""
    found = {}
    for name, value in request.POST.items():
        try:
            found[UUID(name.removeprefix(FIELD))] = str(value)
        except ValueError:
            continue  # the other fields of the form
    return found


def _picture(text: str) -> bytes:
    try:
        return base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        return b""
