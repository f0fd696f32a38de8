"""Who is signed in on this phone, and what he carries into the field."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseNotModified, JsonResponse
from django.middleware.csrf import get_token
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from onevisit.stages.visits import packages, services
from onevisit.support import clock
from onevisit.support.identity.models import Officer
from onevisit.support.notices import vapid
from onevisit.web.field import briefing
from onevisit.web.field.access import field_api
from onevisit.web.ui.actors import ActorRequest


@field_api
@require_GET
def session(request: ActorRequest) -> HttpResponse:
    """Say who is signed in, what time it is here, and what the phone needs to write."""
    assert request.actor.officer_id is not None
    officer = Officer.objects.select_related("department", "inspector").get(pk=request.actor.officer_id)
    inspector = getattr(officer, "inspector", None)
    return JsonResponse(
        {
            "officer": {
                "id": str(officer.pk),
                "name": officer.name,
                "certificate_no": inspector.certificate_no if inspector else "",
                "certificate_valid_until": inspector.certificate_valid_to.isoformat() if inspector else None,
                "department": officer.department.name,
            },
            "server_time": clock.now().isoformat(),
            "csrf": get_token(request),
            "is_demo": bool(settings.DEMO),
            "demo_label": _("演示数据，人物和企业均为虚构。") if settings.DEMO else None,
            "badge_key_ids": services.badge_key_ids(officer_id=officer.pk),
            "vapid_public_key": vapid.public_key(),
        }
    )


@field_api
@require_GET
def package_list(request: ActorRequest) -> HttpResponse:
    """Hand out what is assigned to this officer; a phone that has it already gets 304."""
    actor, at = request.actor, clock.now()
    assert actor.officer_id is not None
    found = packages.packages_of(officer_id=actor.officer_id, at=at)
    news = [
        services.note_opened(member=package.member, actor=actor, at=at) for package in found if not package.is_sealed
    ]
    if any(news):
        found = packages.packages_of(officer_id=actor.officer_id, at=at)
    for package in found:
        if not package.is_sealed:
            package.content["visit"]["briefing"]["open_corrections"] = briefing.open_corrections(package.target_id)
    contents: list[dict[str, Any]] = [package.content for package in found]
    tag = f'"{hashlib.sha256(json.dumps(contents, sort_keys=True).encode()).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag, "Cache-Control": "private, no-cache"})
    answer = JsonResponse({"server_time": at.isoformat(), "packages": contents})
    answer["ETag"], answer["Cache-Control"] = tag, "private, no-cache"
    return answer
