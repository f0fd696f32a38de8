"""N registered − exclusions = N in the frame: the exclusions by reason, and who approved each list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from onevisit.stages.draws import documents, said
from onevisit.stages.draws.documents import Ground
from onevisit.stages.draws.models import Draw
from onevisit.stages.draws.pool import pool_events
from onevisit.stages.draws.pool.pool_models import ExclusionApproval
from onevisit.stages.draws.reasons import EXCLUSION_REASONS, words_of
from onevisit.stages.plans.selectors import BY_CLERK, ExcludedRow
from onevisit.support.identity.roles import ROLE_LABELS, Role


@dataclass(frozen=True, kw_only=True)
class Approval:
    """Who approved a list: the organ and the post, never the person."""

    organ: str
    post: str
    words: str
    approved_at: datetime


@dataclass(frozen=True, kw_only=True)
class ExcludedGroup:
    """The targets that one reason keeps out, with the digest that the manifest states of them."""

    reason: str
    list_sha256: str
    rows: tuple[ExcludedRow, ...]
    approval: Approval | None

    @property
    def label(self) -> str:
        return label_of(self.reason)

    @property
    def count(self) -> int:
        return len(self.rows)

    @property
    def is_by_hand(self) -> bool:
        return any(row.code == BY_CLERK for row in self.rows)


def label_of(reason: str) -> str:
    """Say a reason of exclusion in an officer's words."""
    return words_of(reason, EXCLUSION_REASONS)


def groups_of(draw: Draw, ground: Ground) -> tuple[ExcludedGroup, ...]:
    """Return the exclusions of a draw by reason as they stand now, each with its approval."""
    given = approvals_of(draw)
    found = []
    for reason, rows in documents.excluded_by_reason(ground).items():
        digest = documents.list_digest(documents.exclusion_list(rows, salt=draw.salt))
        found.append(
            ExcludedGroup(reason=reason, list_sha256=digest, rows=tuple(rows), approval=given.get((reason, digest)))
        )
    return tuple(found)


def unapproved(groups: Sequence[ExcludedGroup]) -> tuple[ExcludedGroup, ...]:
    """Return the lists that nobody has approved as they stand."""
    return tuple(group for group in groups if group.approval is None)


def approvals_of(draw: Draw) -> dict[tuple[str, str], Approval]:
    """Return the approvals of a draw by reason and digest of the list; one without its entry is none."""
    rows, _unlogged = _given(draw)
    return {
        (row.reason, row.list_sha256): Approval(
            organ=row.department.short_name,
            post=str(ROLE_LABELS[Role(row.role)]),
            words=row.words,
            approved_at=row.approved_at,
        )
        for row in rows
    }


def unlogged_of(draw: Draw) -> int:
    """Count the approvals that stand in the table and that no entry bears out."""
    _logged, unlogged = _given(draw)
    return len(unlogged)


def _given(draw: Draw) -> tuple[list[ExclusionApproval], list[ExclusionApproval]]:
    rows = list(ExclusionApproval.objects.filter(draw=draw).select_related("department"))
    if not rows:
        return [], []
    given = {
        (one["reason"], one["list_sha256"], one["count"], one["department"], one["role"], one["actor"])
        for one in said.of_draw(draw, pool_events.ExclusionsApproved.name)
        if one["actor"] != draw.prepared_by
    }
    logged = [
        row
        for row in rows
        if (row.reason, row.list_sha256, row.count, row.department.code, row.role, row.approved_by) in given
    ]
    return logged, [row for row in rows if row not in logged]
