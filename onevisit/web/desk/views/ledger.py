"""留痕校验: how the tree stands, search, one entry with its proof, and recomputing everything."""

import json
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from onevisit.core import merkle
from onevisit.support import clock
from onevisit.support.identity import trails
from onevisit.support.identity.access import requires
from onevisit.support.ledger import selectors, verification
from onevisit.support.ledger.models import LedgerEntry
from onevisit.web.ui.actors import ActorRequest
from onevisit.web.ui.listing import Column, Empty, Kind, Listing, QueryForm

AT_ONCE = 100_000  # entries that are recomputed while the page waits; beyond, the command does it


class EntryQuery(QueryForm):
    """Search by subject, and by the day."""

    q = forms.CharField(label=gettext_lazy("编号、主题、人员或文字"))
    since = forms.DateField(label=gettext_lazy("自"), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=gettext_lazy("至"), widget=forms.DateInput(attrs={"type": "date"}))

    def narrow(self, rows: QuerySet[Any], values: dict[str, Any]) -> QuerySet[Any]:
        if "q" in values:
            rows = rows.filter(pk__in=selectors.search(words=values["q"]).order_by().values("pk"))
        if "since" in values:
            rows = rows.filter(at__date__gte=values["since"])
        if "until" in values:
            rows = rows.filter(at__date__lte=values["until"])
        return rows


ENTRIES = Listing(
    name="ledger.entries",
    title=gettext_lazy("留痕"),
    noun="ledger",
    rows=trails.visible_entries,
    columns=(
        Column("sentence", gettext_lazy("做了什么"), "sentence"),
        Column("actor", gettext_lazy("谁"), "actor_name"),
        Column("capacity", gettext_lazy("身份"), "capacity"),
        Column("at", gettext_lazy("时间"), "at", Kind.DATETIME),
        Column("event", gettext_lazy("事件"), "event", Kind.CODE),
        Column("subject", gettext_lazy("主题"), "subject", Kind.CODE, is_default=False),
    ),
    order=("-at", "-ordinal"),
    form=EntryQuery,
    row_url=lambda row: f"/ledger/entries/{row.pk}",
    empty=Empty(gettext_lazy("还没有留痕"), gettext_lazy("任何人办理一步，就会留下一条，写明谁在何时做了什么。")),
)


@requires("ledger.see")
@require_GET
def entries(request: ActorRequest) -> HttpResponse:
    return render(request, "desk/ledger/list.html", _page(request))


@requires("ledger.verify")
@require_POST
def verify(request: ActorRequest) -> HttpResponse:
    """Recompute everything now, or say how it is done when there is too much for a page."""
    context = _page(request)
    if context["standing"].size > AT_ONCE:
        context["is_too_large"] = True
    else:
        context["report"] = verification.verify()
    return render(request, "desk/ledger/list.html", context)


@requires("ledger.see")
@require_GET
def entry(request: ActorRequest, entry_id: UUID) -> HttpResponse:
    """Show one entry, checked again at this moment; words and payload only to whom they concern."""
    found = get_object_or_404(LedgerEntry.objects.select_related("words"), pk=entry_id)
    state = selectors.witnessing(entry_id)
    payload = bytes(found.payload)
    context = {
        "entry": found,
        "state": state,
        "is_open": _may_read(request, entry_id),
        "payload": json.dumps(json.loads(payload), ensure_ascii=False, indent=1, sort_keys=True),
        "leaf": merkle.leaf_hash(payload=payload),
        "is_whole": merkle.leaf_hash(payload=payload) == bytes(found.leaf),
    }
    return render(request, "desk/ledger/entry.html", context)


@requires("ledger.see")
@require_GET
def proof(request: ActorRequest, entry_id: UUID) -> HttpResponse:
    """Give the proof file; it holds the payload, so only those get it who may read the entry."""
    if not _may_read(request, entry_id):
        raise Http404
    data = selectors.proof_of(entry_id)
    if data is None:
        raise Http404(_("这条留痕还没有排号签名"))
    return _text(data, name=f"{entry_id}.tlog-proof")


@requires("ledger.see")
@require_GET
def policy(_request: ActorRequest) -> HttpResponse:
    text = selectors.policy_text(at=clock.now())
    if text is None:
        raise Http404(_("台账还没有启动过"))
    return _text(text.encode(), name="policy.txt")


@requires("ledger.see")
@require_GET
def checkpoint(_request: ActorRequest) -> HttpResponse:
    latest = selectors.latest_checkpoint()
    data = selectors.checkpoint_note(size=latest.size) if latest else None
    if data is None:
        raise Http404(_("还没有检查点"))
    return _text(data, name="checkpoint.txt")


def _page(request: ActorRequest) -> dict[str, Any]:
    return {
        "page": ENTRIES.page(request),
        "standing": selectors.standing(),
        "policy": selectors.policy_text(at=clock.now()),
        "may_verify": request.actor.may("ledger.verify"),
    }


def _may_read(request: ActorRequest, entry_id: UUID) -> bool:
    return trails.visible_entries(request.actor).filter(pk=entry_id).exists()


def _text(data: bytes, *, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
