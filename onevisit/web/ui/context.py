"""What every page needs: the demo mark and the clock."""

from django.conf import settings
from django.http import HttpRequest

from onevisit.support import clock


def page(request: HttpRequest) -> dict[str, object]:
    """Return the context of the base template."""
    return {"is_demo": settings.DEMO, "now": clock.now(), "actor": getattr(request, "actor", None)}
