"""The way from the hand-in to what is public: problems ordered, results reviewed, published, corrections closed."""

from collections.abc import Iterator
from datetime import datetime

from onevisit.demo.past.stage import Stage
from onevisit.demo.past.walking import Walk
from onevisit.stages.findings import services as findings
from onevisit.stages.findings.models import Finding
from onevisit.stages.publication import services as publication
from onevisit.stages.publication.models import Publication
from onevisit.stages.visits.models import Inspection


def ordered(stage: Stage, walk: Walk, *, ago: int, due: int) -> Iterator[datetime]:
    """Each department orders what it found to be corrected."""
    for finding in _findings(walk):
        yield stage.moment(ago, "10:05")
        findings.order(
            finding=finding,
            demand=walk.words["demand"],
            due_on=stage.day(due),
            public_words=walk.words["public_words"],
            actor=stage.clerk(finding.department),
            at=stage.at,
        )


def reviewed(stage: Stage, walk: Walk, *, ago: int) -> Iterator[datetime]:
    """Each department passes its own results."""
    yield stage.moment(ago, "09:40")
    parts = Inspection.objects.filter(visit__draw=walk.draw, state__in=("submitted", "unable"))
    for part in parts.select_related("visit__target", "department").order_by("visit__number", "department__code"):
        review(stage, part)


def review(stage: Stage, part: Inspection) -> None:
    """Pass one department's result of one visit."""
    findings.review(inspection=part, actor=stage.head(part.department), at=stage.at)


def published(stage: Stage, walk: Walk, *, ago: int) -> Iterator[datetime]:
    """The head of the department that leads approves what becomes public of each visit."""
    yield stage.moment(ago, "11:20")
    head = stage.head(stage.organ(walk.lead))
    rows = Publication.objects.filter(visit__draw=walk.draw, state="pending")
    for row in rows.order_by("visit__number"):
        publication.approve(publication=row, content_sha256=row.content_sha256, actor=head, at=stage.at)


def corrected(stage: Stage, walk: Walk, *, proved: int, closed: int) -> Iterator[datetime]:
    """Proof of each correction comes in and closes it; what is public says so from then on."""
    rows = list(_findings(walk))
    for finding in rows:
        yield stage.moment(proved, "14:25")
        clerk = stage.clerk(finding.department)
        findings.prove(finding=finding, words=walk.words["proof"], actor=clerk, at=stage.at)
    for finding in rows:
        yield stage.moment(closed, "10:30")
        finding.refresh_from_db()
        findings.close(finding=finding, words=walk.words["closed"], actor=stage.clerk(finding.department), at=stage.at)


def _findings(walk: Walk) -> list[Finding]:
    rows = Finding.objects.filter(inspection__visit__draw=walk.draw)
    return list(rows.select_related("department", "target", "inspection__visit").order_by("number"))
