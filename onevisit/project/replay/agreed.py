"""What people's entries fix of a draw: recusals, approvals and consents before the freeze, values that were typed."""

from collections.abc import Iterator
from typing import Any

from onevisit.project.replay.noun import GONE, STANDS, Noun, Payload, Published, stands, under
from onevisit.stages.draws.pool import narrow
from onevisit.stages.draws.reasons import words_digest
from onevisit.stages.draws.sources import typists, values


def _consent_state(row: Any) -> str:
    if row.refused_at is not None:
        return "refused"
    return "consented" if row.consented_at is not None else "asked"


def _published_value(payload: Payload) -> Iterator[str]:
    if payload["event"] == "draw.value_published":
        yield f"{payload['subject']}/{payload['round']}/{str(payload['line']).partition(':')[0]}"


def _value_organs(row: Any) -> str:
    """Return whose people typed a value, as the tables have it."""
    return str(list(typists.of_value(row.draw, round_number=row.round_number, position=row.position)))


def _typings(payload: Payload) -> Iterator[str]:
    """Name the typings that an entry speaks of: the one that was made, or the two that were set aside."""
    listed = payload.get("typings") or ()
    both = listed if isinstance(listed, list) else ()
    yield from (str(one) for one in (payload.get("typing", ""), *both) if one)


AGREED = (
    Noun(
        "recusal",
        "draws.Recusal",
        {"draw.recused": (STANDS,), "draw.unrecused": (GONE,)},
        (Published("reason", ("draw.recused",), "reason", lambda row: str(row.reason)),),
        entries=("draw",),
        named=under("subject", "inspector", "target"),
        identity=lambda row: f"{row.draw_id}/{row.inspector_id}/{row.target_id}",
        state=stands,
    ),
    Noun(
        "exclusion_approval",
        "draws.ExclusionApproval",
        {"draw.exclusions_approved": (STANDS,)},
        (
            Published("count", ("draw.exclusions_approved",), "count", lambda row: str(row.count)),
            Published("role", ("draw.exclusions_approved",), "role", lambda row: str(row.role)),
            Published("department", ("draw.exclusions_approved",), "department", lambda row: str(row.department.code)),
        ),
        entries=("draw",),
        named=under("subject", "reason", "list_sha256"),
        identity=lambda row: f"{row.draw_id}/{row.reason}/{row.list_sha256}",
        state=stands,
        joined=("department",),
    ),
    Noun(
        "narrow_consent",
        "draws.NarrowConsent",
        {
            "draw.consent_asked": ("asked",),
            "draw.narrow_consented": ("consented",),
            "draw.consent_refused": ("refused",),
        },
        (
            Published(
                "places",
                ("draw.consent_asked", "draw.narrow_consented", "draw.consent_refused"),
                "digest",
                lambda row: narrow.digest_of(row.places),
            ),
            Published(
                "department",
                ("draw.narrow_consented", "draw.consent_refused"),
                "department",
                lambda row: str(row.department.code) if row.department else "",
            ),
            Published("role", ("draw.narrow_consented", "draw.consent_refused"), "role", lambda row: str(row.role)),
            Published("doubles", ("draw.narrow_consented",), "doubles", lambda row: str(narrow.doubles_of(row.places))),
            Published(
                "reason",
                ("draw.narrow_consented",),
                "reason_sha256",
                lambda row: words_digest(salt=row.draw.salt, words=row.reason),
            ),
            Published(
                "refused_words",
                ("draw.consent_refused",),
                "reason_sha256",
                lambda row: words_digest(salt=row.draw.salt, words=row.refused_words),
            ),
        ),
        entries=("draw",),
        named=under("consent"),
        state=_consent_state,
        joined=("draw", "department"),
    ),
    Noun(
        "typed_value",
        "draws.TypedValue",
        {
            "draw.typed": ("standing",),
            "draw.typings_differed": ("superseded",),
            "draw.typing_withdrawn": ("superseded",),
        },
        (
            Published("evidence", ("draw.typed",), "evidence_sha256", lambda row: str(row.evidence_sha256)),
            Published("device", ("draw.typed",), "device", lambda row: str(row.device[:16])),
            Published(
                "department",
                ("draw.typed",),
                "department",
                lambda row: str(row.department.code) if row.department else "",
            ),
        ),
        entries=("draw",),
        named=_typings,
        state=lambda row: "superseded" if row.is_superseded else "standing",
        # Entries of earlier versions do not name the typing that they speak of.
        resting=("standing", "superseded"),
        joined=("department",),
    ),
    Noun(
        "source_value",
        "draws.SourceValue",
        {"draw.value_published": (STANDS,)},
        (
            Published("line", ("draw.value_published",), "line", lambda row: values.line_of(row.value)),
            Published("organs", ("draw.value_published",), "organs", _value_organs),
        ),
        entries=("draw",),
        named=_published_value,
        identity=lambda row: f"{row.draw_id}/{row.round_number}/{row.value['type']}",
        state=stands,
        # Values made in the room have no entry of their own: `draw.sourced` holds their digest.
        resting=(STANDS,),
    ),
)
