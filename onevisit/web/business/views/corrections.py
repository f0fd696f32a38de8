"""整改: each order with its date and its proof, by a plain form, or in parts where the phone has JavaScript."""

import json
from datetime import UTC, datetime
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from onevisit.stages.findings import parties, services
from onevisit.stages.findings.parties import MOST_PHOTOS, PHOTO_MEGABYTES
from onevisit.stages.visits.parties import Party
from onevisit.support import clock
from onevisit.support.attachments import uploads
from onevisit.support.attachments.services import Announcement, AttachmentRefused
from onevisit.support.attachments.uploads import Upload
from onevisit.web.business.views.access import as_business, by_code, hotline


class CorrectionForm(forms.Form):
    """What was done; photos come beside it."""

    words = forms.CharField(label=gettext_lazy("改正情况"), required=False, max_length=1000)


@by_code
@require_safe
def corrections(request: HttpRequest, who: Party) -> HttpResponse:
    """Show every order of the visit, what was sent and what became of it."""
    return _page(request, who, sent=request.GET.get("sent", ""))


def _page(
    request: HttpRequest,
    who: Party,
    *,
    sent: str = "",
    refusals: tuple[str, ...] = (),
    refused: UUID | None = None,
    typed: str = "",
) -> HttpResponse:
    orders = parties.orders(who, at=clock.now())
    just_sent = next(((one, proof) for one in orders for proof in one.proofs if sent and proof.receipt == sent), None)
    context = {
        "who": who,
        "code": who.code,
        "orders": orders,
        "sent": just_sent,
        "refusals": refusals,
        "refused": refused,
        "typed": typed,
        "most": MOST_PHOTOS,
        "megabytes": PHOTO_MEGABYTES,
        "total": settings.DATA_UPLOAD_MAX_MEMORY_SIZE // (1024 * 1024),
        "phone": hotline(),
    }
    return render(request, "business/correct.html", context, status=422 if refusals else 200)


@by_code
@as_business
@require_POST
def correct(request: HttpRequest, who: Party, finding_id: UUID) -> HttpResponse:
    """Take the proof of one correction; late ones too."""
    order = parties.order_of(who, finding_id=finding_id, at=clock.now())
    if order is None:
        raise Http404
    form = CorrectionForm(request.POST)
    files, refusals = _files(request)
    words = request.POST.get("words", "")
    if not form.is_valid():
        refusals = (*refusals, str(_("改正情况最多 1000 个字。")))
    if not order.may_send:
        refusals = (*refusals, str(_("这一项已经提交，正在复查。")))
    if refusals:
        return _page(request, who, refusals=refusals, refused=finding_id, typed=words)
    try:
        proof = services.prove_by_business(
            finding=order.finding,
            words=form.cleaned_data["words"],
            files=files,
            draft=order.draft,
            sent_files=_sent(request),
            code_id=str(who.code_id),
            at=clock.now(),
        )
    except services.FindingRefused as refusal:
        return _page(request, who, refusals=(refusal.message,), refused=finding_id, typed=words)
    return redirect(f"{reverse('code_correct', args=[who.code])}?sent={proof.receipt}")


def _files(request: HttpRequest) -> tuple[list[Upload], tuple[str, ...]]:
    """Return the checked files of the plain form, and what is wrong with the others."""
    given = request.FILES.getlist("pictures")
    if len(given) > MOST_PHOTOS:
        return [], (str(_("最多 %s 个文件。") % MOST_PHOTOS),)
    checked, refusals = [], []
    for file in given:
        try:
            checked.append(uploads.check(title=file.name or "", content=file.read(), most_megabytes=PHOTO_MEGABYTES))
        except AttachmentRefused as refusal:
            refusals.append(refusal.message)
    return checked, tuple(refusals)


def _sent(request: HttpRequest) -> list[UUID]:
    """Return the files that were sent in parts before; what is no id is none."""
    found = []
    for text in request.POST.getlist("sent")[:MOST_PHOTOS]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


@by_code
@as_business
@require_POST
def announce(request: HttpRequest, who: Party, finding_id: UUID) -> HttpResponse:
    """Take note of a photo that will come in parts, and say how much of it is here."""
    try:
        body = json.loads(request.body)
        taken = body.get("taken_at")
        announcement = Announcement(
            id=UUID(str(body["id"])),
            sha256=str(body["sha256"]),
            size=int(body["size"]),
            mime=str(body["mime"]),
            source="upload",
            title=str(body.get("title", ""))[:120],
            captured_at=datetime.fromtimestamp(int(taken) / 1000, tz=UTC) if taken else None,
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError):
        return _refused("body", _("请求不完整。请刷新页面后重试。"), 422)
    try:
        made, is_new = parties.announce(who, finding_id=finding_id, announcement=announcement, at=clock.now())
    except AttachmentRefused as refusal:
        return _refused(refusal.code, refusal.message, refusal.status)
    return JsonResponse(
        {"offset": made.received, "complete": made.completed_at is not None}, status=201 if is_new else 200
    )


@by_code
@as_business
@require_http_methods(["PATCH"])
def receive(request: HttpRequest, who: Party, file_id: UUID) -> HttpResponse:
    """Take the next part of a photo."""
    given = request.headers.get("Upload-Offset", "")
    if not given.isdigit():
        return _refused("offset", _("没有说明续传位置。请刷新页面后重试。"), 422)
    try:
        held = parties.receive(who, file_id=file_id, offset=int(given), chunk=request.body, at=clock.now())
    except AttachmentRefused as refusal:
        return _refused(refusal.code, refusal.message, refusal.status)
    return JsonResponse({"offset": held.received, "complete": held.completed_at is not None})


def _refused(code: str, message: str, status: int) -> HttpResponse:
    return JsonResponse({"code": code, "message": message}, status=status)
