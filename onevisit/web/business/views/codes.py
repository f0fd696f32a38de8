"""The page behind an inspection code: in three seconds, is this real? Without JavaScript and without heavy styles."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import get_valid_filename
from django.views.decorators.http import require_safe

from onevisit.stages.findings import parties
from onevisit.stages.publication import ratings
from onevisit.stages.visits import codes
from onevisit.stages.visits.parties import Party
from onevisit.support import clock
from onevisit.support.attachments import selectors as attachments
from onevisit.support.sm2.marks import of_file
from onevisit.web.business.views.access import by_code, hotline
from onevisit.web.ui import marks


@by_code
@require_safe
def code(request: HttpRequest, who: Party) -> HttpResponse:
    """Show a valid code; one whose visit is over says so and leads to its papers, corrections and words."""
    page = codes.page_of(who.visit, code=who.code)
    context = {
        "page": page,
        "who": who,
        "code": who.code,
        "phone": page.phone or hotline(),
        "open_count": sum(one.may_send for one in parties.orders(who, at=clock.now())),
        "has_rated": ratings.has_rated(who.code),
        "may_sign": not who.is_over,
    }
    return render(request, "business/code.html", context)


@by_code
@require_safe
def documents(request: HttpRequest, who: Party) -> HttpResponse:
    """List the documents of this visit for this party."""
    context = {"who": who, "code": who.code, "papers": parties.papers(who), "phone": hotline()}
    return render(request, "business/documents.html", context)


@by_code
@require_safe
def document(request: HttpRequest, who: Party, file_id: str) -> HttpResponse:
    """Send one document of this visit; any other file does not exist here."""
    paper = next((one for one in parties.papers(who) if str(one.file.pk) == str(file_id)), None)
    path = attachments.path_of(paper.file) if paper else None
    if paper is None or path is None or not path.exists():
        raise Http404
    name = f"{get_valid_filename(paper.title)}-{get_valid_filename(paper.number or who.visit.number)}.pdf"
    if kind := marks.asked(request):
        return marks.answer(kind, of_file(paper.file.sha256), name=name)
    answer = FileResponse(path.open("rb"), filename=name, content_type=paper.file.mime)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer  # type: ignore[return-value]  # a file is streamed
