"""密钥份额: become the escrow, deposit, check, verify, hand in a share, and combine a key that was not handed over."""

import json
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from onevisit.stages.draws import services
from onevisit.stages.draws.refusals import DrawRefused
from onevisit.stages.draws.selectors import Draw
from onevisit.support.identity.access import requires
from onevisit.web.desk.views.draw_acts import act_on, own_item
from onevisit.web.ui.actors import ActorRequest


@requires("draw.hold_escrow")
@require_POST
def draw_hold_escrow(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Register the public key of the escrow."""

    def act(draw: Draw, at: datetime) -> object:
        return services.hold_escrow(draw=draw, recipient=request.POST.get("recipient", ""), actor=request.actor, at=at)

    return act_on(request, draw_id, act, _("已登记为托管单位。收存密钥只在这台电脑和下载的文件里，请妥善保管。"))


@requires("draw.take_escrow")
@require_POST
def draw_take_escrow(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Register the public key of the organ that follows a silent escrow."""

    def act(draw: Draw, at: datetime) -> object:
        given = {name: request.POST.get(name, "") for name in ("recipient", "reason")}
        return services.take_escrow(draw=draw, **given, actor=request.actor, at=at)

    return act_on(request, draw_id, act, _("已接任托管。各部门重新存放份额后，在这里核对。收存密钥请妥善保管。"))


@requires("draw.deposit_shares")
@require_POST
def draw_deposit_shares(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Take the sealed shares of a department's key."""

    def act(draw: Draw, at: datetime) -> object:
        given = _json(request, "deposit")
        parts = given.get("shares")
        return services.deposit_shares(
            item=own_item(request, draw),
            given={
                str(holder): services.Sealed(digest=_text(part, "digest"), sealed=_text(part, "sealed"))
                for holder, part in (parts.items() if isinstance(parts, dict) else ())
            },
            escrow_sealed=_text(given, "escrow"),
            actor=request.actor,
            at=at,
        )

    return act_on(request, draw_id, act, _("份额已分别加密存放，其他部门和托管单位可以核对。"))


@requires("draw.check_shares")
@require_POST
def draw_check_shares(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Note which of the shares that this department keeps open."""

    def act(draw: Draw, at: datetime) -> object:
        good, rejected = _answers(request)
        return services.check_shares(
            item=own_item(request, draw), opened=good, rejected=rejected, actor=request.actor, at=at
        )

    return act_on(request, draw_id, act, _("已登记核对结果。"), warning=lambda: _warning(request))


@requires("draw.verify_shares")
@require_POST
def draw_verify_shares(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Note which keys the escrow could combine."""

    def act(draw: Draw, at: datetime) -> object:
        request.actor.must("draw.verify_shares", draw)
        good, rejected = _answers(request)
        return services.verify_shares(draw=draw, verified=good, rejected=rejected, actor=request.actor, at=at)

    return act_on(request, draw_id, act, _("已登记托管核对结果。"), warning=lambda: _warning(request))


@requires("draw.open_share")
@require_POST
def draw_open_share(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Take over a holder's share of a key that is missing."""

    def act(draw: Draw, at: datetime) -> object:
        return services.open_share(
            item=own_item(request, draw),
            party=request.POST.get("party", ""),
            share=request.POST.get("share", ""),
            key=request.POST.get("key", ""),
            actor=request.actor,
            at=at,
        )

    words = _("份额已交出，密钥已合成并与承诺一致。") if request.POST.get("key") else _("份额已交出。")
    return act_on(request, draw_id, act, words)


@requires("draw.combine_key")
@require_POST
def draw_combine_key(request: ActorRequest, draw_id: UUID) -> HttpResponse:
    """Take over the key that the shares combined to."""

    def act(draw: Draw, at: datetime) -> object:
        return services.combine_key(
            item=own_item(request, draw),
            party=request.POST.get("party", ""),
            key=request.POST.get("key", ""),
            actor=request.actor,
            at=at,
        )

    return act_on(request, draw_id, act, _("密钥已由份额合成，与承诺一致。"))


def _json(request: ActorRequest, field: str) -> dict[str, object]:
    try:
        given = json.loads(request.POST.get(field, ""))
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise DrawRefused(message=_("没有收到份额。请用支持脚本的浏览器打开本页再试。"), field=field)
    return given


def _text(part: object, name: str) -> str:
    found = part.get(name) if isinstance(part, dict) else None
    return found if isinstance(found, str) else ""


def _answers(request: ActorRequest) -> tuple[list[str], dict[str, str]]:
    given = _json(request, "answers")
    good, rejected = given.get("good"), given.get("rejected")
    return (
        [str(one) for one in good] if isinstance(good, list) else [],
        {str(pk): str(reason) for pk, reason in rejected.items()} if isinstance(rejected, dict) else {},
    )


def _warning(request: ActorRequest) -> str:
    """Say that something was of no use; the act itself went well."""
    _good, rejected = _answers(request)
    if not rejected:
        return ""
    return _("有 %(n)s 份打不开或不符，已登记并通知存放的部门。") % {"n": len(rejected)}
