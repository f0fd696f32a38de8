"""A form that is sent twice acts once: the first answer is remembered under the form's key and given again.

A browser that got no answer cannot know whether its form was taken, so it sends it again under the same key. Answers
that lead on to a page are kept (every act of the desk ends so); refusals are not, because the mended form is a new try;
pages that a POST shows are made again, because they change nothing and may hold what nobody should keep.
"""

import hashlib
from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from onevisit.support import clock
from onevisit.web.ui.models import SentForm
from onevisit.web.ui.refusals import refused

FIELD = "once"
HEADER = "Idempotency-Key"
LONGEST_KEY = 64
ABANDONED = timedelta(minutes=2)
KEPT = timedelta(days=1)
_REDIRECTS = (301, 302, 303, 307, 308)


class IdempotencyMiddleware:
    """Runs a POST with a key once for each person; a second one gets the first answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = _key_of(request)
        if not key:
            return self.get_response(request)
        person, digest = str(request.user.pk), _digest(request)
        form = _claim(person=person, key=key, digest=digest)
        if form is None:
            return _again(request, SentForm.objects.filter(person=person, key=key).first(), digest=digest)
        try:
            response = self.get_response(request)
        except BaseException:
            form.delete()
            raise
        if response.status_code in _REDIRECTS:
            form.status, form.location = response.status_code, response.headers["Location"]
            form.save(update_fields=["status", "location"])
        else:
            form.delete()
        return response


def _key_of(request: HttpRequest) -> str:
    """Return the key of a form of somebody signed in; the field app keeps its own keys."""
    if request.method != "POST" or request.path.startswith("/field/") or not request.user.is_authenticated:
        return ""
    key = request.headers.get(HEADER) or request.POST.get(FIELD, "")
    return key if len(key) <= LONGEST_KEY else ""


def _digest(request: HttpRequest) -> str:
    """Return what tells one form from another: where it goes, what was typed, which files."""
    ignored = {FIELD, "csrfmiddlewaretoken"}
    typed = sorted((name, values) for name, values in request.POST.lists() if name not in ignored)
    files = sorted(
        (name, str(file.name), file.size or 0)
        for name, many in request.FILES.lists()
        for file in many
        if isinstance(file, UploadedFile)
    )
    return hashlib.sha256(repr((request.path, typed, files)).encode()).hexdigest()


def _claim(*, person: str, key: str, digest: str) -> SentForm | None:
    """Take the key for this try; None when another try holds it."""
    at = clock.now()
    SentForm.objects.filter(person=person, key=key, status=0, at__lt=at - ABANDONED).delete()
    try:
        with transaction.atomic():
            return SentForm.objects.create(person=person, key=key, digest=digest, at=at)
    except IntegrityError:
        return None


def _again(request: HttpRequest, first: SentForm | None, *, digest: str) -> HttpResponse:
    if first is not None and first.digest != digest:
        words = _("这份表单已按先前内容提交过，这次的内容不同，没有保存。请打开页面查看结果后再办理。")
        return refused(request, status=422, code="once.changed", message=words)
    if first is None or not first.status:
        words = _("同一份表单正在办理，没有重复提交。请稍候刷新，查看结果。")
        return refused(request, status=409, code="once.running", message=words)
    messages.info(request, _("这份表单先前已经办理，没有重复办理。"))
    return HttpResponseRedirect(first.location)


def sweep() -> int:
    """Forget the keys of yesterday."""
    count, _by_model = SentForm.objects.filter(at__lt=clock.now() - KEPT).delete()
    return count
