"""The public keys of SM2, and how anybody checks a file or a checkpoint with it."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from onevisit.core.merkle import note
from onevisit.core.merkle.note import Key, KeyType
from onevisit.support.identity.access import public
from onevisit.support.sm2 import signers


@public
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Say whether SM2 is used here, and with which key."""
    found = signers.published()
    used = next((one for one in found if one.until is None), None)
    context: dict[str, object] = {"nav": "ledger", "origin": f"{request.scheme}://{request.get_host()}", "keys": found}
    if used is not None:
        line = Key(name=settings.LEDGER_ORIGIN, kind=KeyType.SM2, public=used.public)
        context |= {"pem": used.pem, "vkey": note.encode_vkey(key=line)}
    return render(request, "portal/sm2.html", context)


@public
@require_safe
def key_file(_request: HttpRequest) -> HttpResponse:
    """Give the public keys as one PEM file: the one in use first, then those before it with their dates."""
    found = signers.published()
    if not found:
        raise Http404
    response = HttpResponse(signers.file_of(found), content_type="application/x-pem-file")
    response["Content-Disposition"] = 'attachment; filename="sm2.pem"'
    return response
