"""One try of a file: read, check, compare with the registers; what was found is kept on the run."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from django.utils.translation import gettext as _

from onevisit.stages.registers.imports.checking import Sheet
from onevisit.stages.registers.imports.kinds.registry import Kind, kinds
from onevisit.stages.registers.imports.merging import Batch, Context
from onevisit.stages.registers.imports.progress import MATCHING, WRITING, Tell, silent
from onevisit.stages.registers.models import ImportRun
from onevisit.support.identity.actors import Actor

MOST_FAULTS_KEPT = 2_000
NOTED = [
    "rows_count",
    "new_count",
    "changed_count",
    "unchanged_count",
    "errors",
    "errors_count",
    "notices",
    "suspects",
    "suspects_count",
    "shown",
    "failure",
]


class ImportRefused(Exception):
    """The import cannot go on; `field` names the input."""

    code = "import"

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a dry run or an import found: nothing is written while there is a fault."""

    sheet: Sheet
    batches: tuple[Batch, ...]

    @property
    def new_count(self) -> int:
        return sum(len(batch.new) for batch in self.batches if batch.is_counted)

    @property
    def changed_count(self) -> int:
        return sum(len(batch.changed) for batch in self.batches if batch.is_counted)

    @property
    def unchanged_count(self) -> int:
        return sum(batch.unchanged_count for batch in self.batches if batch.is_counted)

    def save(self, tell: Tell = silent) -> None:
        """Write every batch, telling how many records are written."""
        total = sum(batch.size for batch in self.batches)
        before = 0
        for batch in self.batches:
            done = before
            batch.save(lambda written, done=done: tell(WRITING, done + written, total))  # type: ignore[misc]  # mypy knows no default of a lambda
            before += batch.size


def kind_of(key: str, *, is_department: bool = False) -> Kind:
    """Return a kind of file.

    Raises:
        ImportRefused: there is no such kind, or an organ's clerk may not import it.
    """
    kind = kinds().get(key)
    if kind is None:
        raise ImportRefused(_("没有“{kind}”这种导入。").format(kind=key), field="kind")
    if is_department and not kind.is_open_to_departments:
        words = _("“{label}”由协调处或运维人员统一导入。")
        raise ImportRefused(words.format(label=kind.template.label), field="kind")
    return kind


def attempt(*, run: ImportRun, actor: Actor, at: datetime, tell: Tell = silent) -> Outcome:
    """Try the file with the corrections and decisions made so far; nothing is written."""
    kind = kind_of(run.kind)
    sheet = kind.sheet(
        content=bytes(run.content),
        file_name=run.file_name,
        corrections=run.corrections,
        dropped=tuple(run.dropped),
        columns=run.columns,
        tell=tell,
    )
    tell(MATCHING, 0, 0)
    context = Context(
        at=at,
        actor=actor,
        department_id=run.department_id,
        decisions=run.decisions,
        run_id=run.pk,
    )
    return Outcome(sheet=sheet, batches=tuple(kind.prepare(sheet, kind.template, context)))


def note(run: ImportRun, outcome: Outcome) -> None:
    """Keep what was found; of very many faults the first are kept, and their number."""
    faults = sorted(outcome.sheet.faults, key=lambda fault: fault.row)
    run.rows_count = outcome.sheet.rows_count
    run.new_count, run.changed_count = outcome.new_count, outcome.changed_count
    run.unchanged_count = outcome.unchanged_count
    run.errors = [fault.as_json() for fault in faults[:MOST_FAULTS_KEPT]]
    run.errors_count = len({fault.row for fault in faults})
    run.notices = [notice.as_json() for notice in outcome.sheet.notices[:MOST_FAULTS_KEPT]]
    suspects = outcome.sheet.suspects
    run.suspects = [suspect.as_json() for suspect in suspects[:MOST_FAULTS_KEPT]]
    run.suspects_count = dict(Counter(suspect.rule for suspect in suspects))
    run.shown = outcome.sheet.shown
    run.failure = ""


class Facts(TypedDict):
    """What every entry says of its import."""

    subject: str
    kind: str
    label: str
    sha256: str


def facts(run: ImportRun) -> Facts:
    label = kind_of(run.kind).template.label
    return {"subject": str(run.pk), "kind": run.kind, "label": label, "sha256": run.sha256}
