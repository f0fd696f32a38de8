"""A business that states its defence (陈述申辩) before its result is public is heard first (行政处罚法 art. 45)."""

from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from onevisit.stages.publication.models import Publication
from onevisit.stages.publication.request_models import PublicRequest, RequestKind
from onevisit.stages.visits import selectors as visits


def lock(visit_id: UUID) -> None:
    """Let nobody state anything on a visit while its results are approved or released, and nobody do so meanwhile.

    What comes second sees what came first. The lock is one that rows which only point to the visit do not wait for.
    """
    visits.Visit.objects.select_for_update(no_key=True).get(pk=visit_id)


def open_count(visit_id: UUID) -> int:
    """Return how many statements of a visit's business wait for an answer."""
    return PublicRequest.objects.filter(kind=RequestKind.STATEMENT, visit_id=visit_id, state="open").count()


def adopted_since() -> Exists:
    """Return the condition that a statement was adopted after a publication's approval, which so covers it no more."""
    return Exists(
        PublicRequest.objects.filter(
            kind=RequestKind.STATEMENT,
            visit_id=OuterRef("visit_id"),
            state="adopted",
            answered_at__gt=OuterRef("approved_at"),
        )
    )


def waits_for(publication: Publication) -> str:
    """Say why an approved content is not released: what came in a moment after the approval; empty if nothing did."""
    if count := open_count(publication.visit_id):
        return _("批准后企业提交的 %s 件陈述申辩还没有答复，暂缓公示；不予采纳的，答复后由系统公示。") % count
    if Publication.objects.filter(adopted_since(), pk=publication.pk).exists():
        return _("批准后企业的陈述申辩已被采纳，暂缓公示。请核对公示内容，再次批准后公示。")
    return ""
