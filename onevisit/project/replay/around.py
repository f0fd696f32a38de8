"""What entries fix of the registers' imports and merges, of rules, organs and files, of alerts, and of what left."""

from hashlib import sha256
from typing import Any

from django.utils import timezone

from onevisit.core import canonical
from onevisit.project.replay.noun import STANDS, Beside, Noun, Published, stands, under
from onevisit.support.deadlines import services as deadlines
from onevisit.support.identity.roles import ROLE_LABELS, Role

_OPEN_IMPORT = ("uploaded", "checking", "checked")
_FILE = ("import.uploaded", "import.confirmed")
_RUNS = ("running", "closed")
_MADE = ("message.sent", "message.filed")


def _import_file(row: Any) -> str:
    """Return the digest of the kept file; that of a cancelled one was let go."""
    content = bytes(row.content)
    return sha256(content).hexdigest() if content else str(row.sha256)


def _term(row: Any) -> str:
    if row.closed_at is not None:
        return "closed"
    return "paused" if row.paused_at is not None else "running"


def _message_body(row: Any) -> Beside:
    if row.body_sha256 != (found := sha256(canonical.encode(value=row.body)).hexdigest()):
        yield "body", row.body_sha256, found


REGISTERS = (
    Noun(
        "city",
        "registers.City",
        {"city.configured": (STANDS,)},
        (
            Published("pack", ("city.configured",), "pack", lambda row: str(row.key)),
            Published("version", ("city.configured",), "version", lambda row: str(row.pack_version)),
        ),
        state=stands,
    ),
    Noun(
        "import",
        "registers.ImportRun",
        {
            "import.uploaded": _OPEN_IMPORT,
            "import.matched": _OPEN_IMPORT,
            "import.corrected": _OPEN_IMPORT,
            "import.decided": _OPEN_IMPORT,
            "import.stopped": _OPEN_IMPORT,
            "import.queued": ("importing",),
            "import.confirmed": ("imported",),
            "import.cancelled": ("cancelled",),
        },
        (
            Published("sha256", _FILE, "sha256", lambda row: str(row.sha256)),
            Published("file", _FILE, "sha256", _import_file),
            Published("new_count", ("import.confirmed",), "new_count", lambda row: str(row.new_count)),
            Published("changed_count", ("import.confirmed",), "changed_count", lambda row: str(row.changed_count)),
        ),
        # A run that was uploaded and waits for its columns to be matched has done nothing yet.
        resting=("uploaded", "checking"),
    ),
    Noun(
        "merge",
        "registers.TargetMerge",
        {"target.merged": ("merged",), "target.unmerged": ("undone",)},
        (Published("rule", ("target.merged",), "rule", lambda row: str(row.rule)),),
        entries=("target",),
        named=under("merge"),
        state=lambda row: "undone" if row.undone_at is not None else "merged",
    ),
    Noun(
        "letter",
        "registers.Letter",
        {
            "letter.drafted": ("drafted",),
            "letter.sent_back": ("revising",),
            "letter.redrafted": ("drafted",),
            "letter.sent": ("sent",),
            # A letter that asks for no answer is closed by the signature.
            "letter.signed": ("signed", "closed"),
            "letter.answered": ("answered",),
            "letter.reasked": ("signed",),
            "letter.returned": ("returned",),
            "letter.withdrawn": ("withdrawn",),
            "letter.closed": ("closed",),
        },
        (Published("number", ("letter.drafted", "letter.sent"), "number", lambda row: str(row.number)),),
    ),
    Noun(
        "complaint",
        "registers.Complaint",
        {"complaint.registered": (STANDS,)},
        (Published("number", ("complaint.registered",), "number", lambda row: str(row.number)),),
        state=stands,
        # Most come in by files, whose import run is replayed.
        resting=(STANDS,),
    ),
    Noun(
        "supply",
        "registers.Supply",
        # A later file may end a supply, or say that it goes on.
        {"supply.registered": (STANDS,), "supply.ended": (STANDS,)},
        state=stands,
        resting=(STANDS,),
    ),
    Noun(
        "expert",
        "registers.Expert",
        {"expert.registered": ("active",), "expert.suspended": ("suspended",), "expert.resumed": ("active",)},
        state=lambda row: str(row.status),
        resting=("active",),
    ),
    Noun(
        "item_version",
        "registers.ItemVersion",
        {"item.edited": (STANDS,)},
        entries=("item",),
        named=under("subject", "version"),
        identity=lambda row: f"{row.item_id}/{row.version}",
        state=stands,
        # The wording that was imported is kept as a version when it is first changed.
        resting=(STANDS,),
        # Whether an item is used also comes in by files, whose rows are no entries.
        silent=("item.suspended", "item.resumed"),
    ),
)

WATCH = (
    Noun(
        "alert",
        "oversight.Alert",
        {
            "alert.raised": ("raised",),
            "alert.asked": ("asked",),
            "alert.explained": ("explained",),
            "alert.confirmed": ("confirmed",),
            "alert.rejected": ("unfounded",),
            "alert.excluded": ("excluded",),
        },
        (
            Published("number", ("alert.raised",), "number", lambda row: str(row.number)),
            Published("rule", ("alert.raised",), "rule", lambda row: str(row.rule_id)),
            Published("department", ("alert.raised",), "department", lambda row: str(row.department_id)),
            Published("words", ("alert.raised",), "says", lambda row: str(row.words)),
            Published("rows", ("alert.raised",), "rows", lambda row: str(len(row.rows))),
        ),
    ),
    Noun(
        "alert_rule",
        "oversight.AlertRule",
        {"alert_rule.renewed": (STANDS,)},
        (
            Published("owner", ("alert_rule.renewed",), "owner", lambda row: str(row.owner_id)),
            Published("expires_on", ("alert_rule.renewed",), "expires_on", lambda row: row.expires_on.isoformat()),
        ),
        state=stands,
        # A rule of the city's pack is founded with its owner and last day when it is first looked at.
        resting=(STANDS,),
    ),
    Noun(
        "opinion",
        "oversight.Opinion",
        {"opinion.written": (STANDS,)},
        (Published("subject", ("opinion.written",), "subject", lambda row: str(row.subject)),),
        named=under("opinion"),
        state=stands,
    ),
)

SUPPORT = (
    Noun(
        "rule",
        "deadlines.RuleVersion",
        {"rule.changed": (STANDS,)},
        (
            Published("figure", ("rule.changed",), "figure", deadlines.figure),
            Published("from_on", ("rule.changed",), "from_on", lambda row: row.valid_from.isoformat()),
        ),
        named=under("subject", "version"),
        identity=lambda row: f"{row.rule_id}/{row.version}",
        state=stands,
        # The versions of the city's pack came in with its configuration, whose entry names the pack's version.
        resting=(STANDS,),
    ),
    Noun(
        "deadline",
        "deadlines.Deadline",
        {"deadline.paused": ("paused", "closed"), "deadline.resumed": _RUNS},
        (
            Published(
                "due_on",
                ("deadline.resumed",),
                "due_on",
                lambda row: timezone.localtime(row.due_at).date().isoformat(),
                ended_by=("deadline.paused",),
            ),
        ),
        state=_term,
        resting=_RUNS,
        silent=("deadline.reached",),
    ),
    Noun(
        "department",
        "identity.Department",
        {},
        (
            Published("name", ("organ.renamed",), "new_name", lambda row: str(row.name)),
            Published("batch_number", ("organ.onboarded",), "batch_number", lambda row: str(row.batch_number)),
        ),
        state=stands,
        # Organs come in with the city's files; a change of an organ is an entry of its own.
        resting=(STANDS,),
        silent=("organ.switched_on",),
    ),
    Noun(
        "delegation",
        "identity.Delegation",
        {"delegation.granted": ("granted",), "delegation.revoked": ("revoked",)},
        (
            Published("role", ("delegation.granted",), "role", lambda row: str(ROLE_LABELS[Role(row.role)])),
            Published("from_on", ("delegation.granted",), "from_on", lambda row: row.valid_from.isoformat()),
            Published("to_on", ("delegation.granted",), "to_on", lambda row: row.valid_to.isoformat()),
        ),
        state=lambda row: "revoked" if row.revoked_at is not None else "granted",
    ),
    Noun(
        "attachment",
        "attachments.Attachment",
        {"attachment.received": ("received",)},
        (
            Published("sha256", ("attachment.received",), "sha256", lambda row: str(row.sha256)),
            Published("size", ("attachment.received",), "size", lambda row: str(row.size)),
            Published("source", ("attachment.received",), "source", lambda row: str(row.source)),
        ),
        state=lambda row: "received" if row.completed_at is not None else "coming",
        resting=("coming",),
    ),
    Noun(
        "message",
        "exchange.OutboundMessage",
        {
            "message.sent": ("sent",),
            "message.filed": ("filed",),
            "message.resent": ("queued", "failed", "refused"),
        },
        (
            Published("body_sha256", _MADE, "body", lambda row: str(row.body_sha256)),
            Published("receipt", ("message.sent",), "receipt", lambda row: str(row.receipt)),
        ),
        resting=("queued", "failed", "refused"),
        beside=_message_body,
    ),
    Noun(
        "export",
        "ui.ListExport",
        {"list.exported": ("done",)},
        (
            Published("rows", ("list.exported",), "rows", lambda row: str(row.written)),
            Published("digest", ("list.exported",), "digest", lambda row: str(row.sha256)),
        ),
        resting=("waiting", "running", "failed", "cancelled"),
    ),
    Noun(
        "ledger_policy",
        "ledger.LedgerPolicy",
        {"ledger_policy.adopted": (STANDS,)},
        (
            Published("digest", ("ledger_policy.adopted",), "digest", lambda row: str(row.digest)),
            Published("text", ("ledger_policy.adopted",), "digest", lambda row: sha256(row.text.encode()).hexdigest()),
        ),
        state=stands,
    ),
)
