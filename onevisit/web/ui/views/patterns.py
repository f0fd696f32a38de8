"""The pattern page: every component in every state; open to all in the demo city and in development."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from onevisit.support import clock
from onevisit.support.identity.access import public
from onevisit.web.ui import icons, samples
from onevisit.web.ui.refusals import WORDS


@public
@require_GET
def pattern_page(request: HttpRequest) -> HttpResponse:
    """Show the components; elsewhere than in the demo city or in development one must be signed in."""
    if not (settings.DEMO or settings.DEBUG or request.user.is_authenticated):
        return redirect(f"{'/accounts/login/'}?next=/dev/patterns")
    now = clock.now()
    content = {
        "tones": samples.TONES,
        "lifecycles": samples.lifecycles(),
        "clocks": samples.clocks(now),
        "entries": samples.entries(now),
        "steps": samples.STEPS,
        "answers": samples.ANSWERS,
        "jobs": samples.JOBS,
        "law": samples.LAW,
        "hash": samples.HASH,
        "tab_samples": samples.TABS,
        "plain_form": samples.form(is_bound=False),
        "bad_form": samples.form(is_bound=True),
        "icons": icons.nouns(),
        "refusals": [(status, words) for status, words in WORDS.items() if status != 400],
    }
    return render(request, "ui/patterns.html", content)
