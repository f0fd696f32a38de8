"""The public key of SM2, and how anybody checks a file or a checkpoint with it."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from onevisit.core import sm2_files
from onevisit.core.merkle import note
from onevisit.core.merkle.note import Key, KeyType
from onevisit.support.identity.access import public
from onevisit.support.sm2 import configured


@public
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Say whether SM2 is used here, and with which key."""
    key = configured()
    context: dict[str, object] = {"nav": "ledger", "origin": f"{request.scheme}://{request.get_host()}"}
    if key is not None:
        line = Key(name=settings.LEDGER_ORIGIN, kind=KeyType.SM2, public=key.public)
        context |= {"pem": sm2_files.write_public(public=key.public).decode(), "vkey": note.encode_vkey(key=line)}
    return render(request, "portal/sm2.html", context)


@public
@require_safe
def key_file(_request: HttpRequest) -> HttpResponse:
    """Give the public key as PEM."""
    key = configured()
    if key is None:
        raise Http404
    response = HttpResponse(sm2_files.write_public(public=key.public), content_type="application/x-pem-file")
    response["Content-Disposition"] = 'attachment; filename="sm2.pem"'
    return response
