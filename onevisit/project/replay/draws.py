"""What the entries of a draw fix: its documents, its result, who was drawn, keys, values, rounds and attestations."""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from onevisit.core import canonical
from onevisit.core.draw import forms, seeds
from onevisit.project.replay.noun import STANDS, Beside, Noun, Published, stands, under
from onevisit.stages.draws import documents, said
from onevisit.stages.draws.pool import behind, directed, naming
from onevisit.stages.draws.reasons import words_digest
from onevisit.stages.draws.sources import room, typists
from onevisit.stages.visits.selectors import teams
from onevisit.support.ledger import selectors as ledger_state

_VOIDED = ("draw.voided",)
_DRAWN = ("draw.drawn",)
_FROZEN, _UNFROZEN = ("draw.frozen",), ("draw.unfrozen",)
_UNDER_WAY = ("frozen", "waiting", "committed", "sourced", "keyed", "sealed", "drawn")


def _stored(document: object) -> bytes:
    return bytes(document) if isinstance(document, bytes | memoryview) else b""


def _manifest(row: Any) -> str:
    """Return the digest of the stored manifest."""
    return forms.parse_manifest(data=_stored(row.manifest)).digest


def _round(receipt: object, number: int, *, mode: str) -> str:
    """Return what the entry of a round holds, computed again from the results in a stored receipt."""
    result = json.loads(_stored(receipt))["results"][number]["result"]
    digest = canonical.digest(tag="result", value=result)
    return seeds.seal(result_digest=digest, seed=str(result["seed"])) if mode == "sealed" else digest


def _void(row: Any) -> str:
    if not row.void_record:  # a preparation was cancelled: there was no commitment, and so no record
        return ""
    return forms.parse_void(data=_stored(row.void_record)).digest


def _opens(row: Any) -> str:
    return ledger_state.moment(row.opens_by) if row.opens_by else ""


def _local_sources(row: Any) -> str:
    """Return the digest of the values made in the room, as they stand in the table."""
    return room.digest_of(row, round_number=0)


def _behind(name: str, column: str) -> Callable[[Any], str]:
    """Return how the digest of what the freeze fixed is made again, of nothing where its row is gone."""
    return lambda row: behind.digest_of(row, name, _stored(getattr(getattr(row, "fixed_rows", None), column, b"")))


def _under(row: Any) -> Beside:
    """Compare frames and drawn officers with the documents whose digests the entries fix."""
    if row.commitment_entry and row.manifest:
        yield from _frames(row)
    if row.result_entry and row.receipt:
        yield from _slots(row)
        for one in teams.differing(draw_id=row.pk):
            yield f"team {one.visit} {one.slot}", one.drawn, one.standing
    for one in row.pseudonyms.all():
        if one.pseudonym != (made := naming.pseudonym_of(salt=row.salt, inspector_id=one.inspector_id)):
            yield f"pseudonym {one.inspector_id}", made, one.pseudonym
    if row.state in _UNDER_WAY:
        yield from _registers(row)


def _registers(row: Any) -> Beside:
    """Compare who and what stands behind pseudonyms and ids with the registers, as long as somebody may be sent."""
    if behind.have_officers_changed(row):
        yield "officers", _("冻结时的"), _("名录库现在的")
    if behind.have_targets_changed(row):
        yield "objects", _("冻结时的"), _("对象库现在的")


def _frames(row: Any) -> Beside:
    items = json.loads(_stored(row.manifest))["items"]
    held = {item.item: sha256(_stored(item.frame)).hexdigest() for item in row.items.all()}
    for item in items:
        found = held.get(item["item"], "")
        if found != item["frame_sha256"]:
            yield f"frame {item['item']}", str(item["frame_sha256"]), found


def _slots(row: Any) -> Beside:
    drawn = [
        (str(slot["visit"]), str(slot["slot"]), int(recorded["result"]["round"]), str(slot["officer"]))
        for recorded in json.loads(_stored(row.receipt))["results"]
        if recorded["result"]["assignment"]["status"] == "complete"
        for slot in recorded["result"]["assignment"]["slots"]
    ]
    names = {one.inspector_id: one.pseudonym for one in row.pseudonyms.all()}
    slots = row.slots.select_related("target")
    held = {(one.target.object_id, one.slot, one.round_number): names.get(one.inspector_id, "") for one in slots}
    for visit, slot, number, officer in drawn:
        if (found := held.pop((visit, slot, number), "")) != officer:
            yield f"slot {visit} {slot}", officer, found
    for (visit, slot, _number), officer in held.items():
        yield f"slot {visit} {slot}", "", officer


def _opened_key(row: Any) -> str:
    """Return the commitment that the stored key opens, the stored commitment while there is no key."""
    if not row.key:
        return str(row.commitment)
    return seeds.key_commitment(draw=row.draw.number, party=row.party, key=row.key)


def _order(row: Any) -> str:
    return forms.parse_order(data=_stored(row.order)).digest


def _repeats(row: Any) -> str:
    return str(row.repeats.number) if row.repeats else ""


def _round_state(row: Any) -> str:
    if row.lapsed_at is not None:
        return "lapsed"
    return "drawn" if row.drawn_at is not None else "ordered"


def _replacement_state(row: Any) -> str:
    if row.refused_at is not None:
        return "refused"
    return "confirmed" if row.confirmed_at is not None else "requested"


def _grounds(row: Any) -> str:
    """Return what was to be replaced and on which evidence, as the entry of the confirmation holds it."""
    return said.grounds_digest(row.draw, row)


DRAWS = (
    Noun(
        "draw",
        "draws.Draw",
        {
            "draw.prepared": ("preparing",),
            "draw.frozen": ("frozen",),
            "draw.unfrozen": ("preparing",),
            "draw.committed": ("waiting",),
            "draw.witnessed": ("committed",),
            "draw.sourced": ("sourced",),
            "draw.key_handed": ("sourced", "keyed"),
            "draw.key_combined": ("sourced", "keyed"),
            "draw.drawn": ("sealed", "drawn"),
            "draw.opened": ("opened",),
            "draw.voided": ("voiding", "void"),
            "draw.void_counted": ("void",),
        },
        (
            Published("number", ("draw.prepared",), "draw", lambda row: str(row.number)),
            Published("repeats", ("draw.prepared",), "repeats", _repeats),
            Published("given_basis", ("draw.prepared",), "given", lambda row: str(row.given_basis)),
            Published("t0", ("draw.prepared", "draw.rescheduled"), "t0", documents.moment_of),
            Published("manifest_digest", ("draw.committed",), "digest", lambda row: str(row.manifest_digest)),
            Published("manifest", ("draw.committed",), "digest", _manifest),
            Published("opens_by", ("draw.committed",), "opens", _opens),
            Published("people", _FROZEN, behind.NAMES, _behind(behind.NAMES, "people"), _UNFROZEN),
            Published("targets", _FROZEN, behind.IDS, _behind(behind.IDS, "targets"), _UNFROZEN),
            Published("sources", ("draw.sourced",), "digest", _local_sources),
            Published("typists", ("draw.sourced",), "organs", lambda row: str(list(typists.of_room(row)))),
            Published("seal", _DRAWN, "digest", lambda row: str(row.seal or row.result_digest)),
            Published("receipt", _DRAWN, "digest", lambda row: _round(row.receipt, 0, mode=row.mode)),
            Published("void_record", _VOIDED, "digest", _void),
            Published("batch_count", ("draw.batched",), "count", lambda row: str(row.batch_count)),
            Published("strata_by", ("draw.stratified",), "by", lambda row: str(row.strata_by)),
            Published("direction", ("draw.directed",), "digest", lambda row: directed.digest_of(row.direction)),
            Published("void_reason", _VOIDED, "reason", lambda row: str(row.void_reason)),
        ),
        silent=(
            "draw.exclusions_approved",
            "draw.readmitted",
            "draw.merge_followed",
            "draw.consent_asked",
            "draw.narrow_consented",
            "draw.consent_refused",
            "draw.recused",
            "draw.unrecused",
            "draw.key_committed",
            "draw.recipient_registered",
            "draw.escrow_taken",
            "draw.repeated",
            "draw.shares_deposited",
            "draw.shares_checked",
            "draw.share_rejected",
            "draw.deposit_verified",
            "draw.deposit_rejected",
            "draw.share_opened",
            "draw.key_reused",
            "draw.lodged",
            "draw.source_differs",
            "draw.officers_differ",
            "draw.team_differs",
            "draw.moment_differs",
            "draw.targets_differ",
            "draw.attested",
            "draw.typed",
            "draw.typings_differed",
            "draw.typing_withdrawn",
            "draw.value_published",
            "draw.sealed",
            "draw.replacement_requested",
            "draw.replacement_confirmed",
            "draw.replacement_refused",
            "draw.swap_requested",
            "draw.swap_confirmed",
            "draw.swap_refused",
            "draw.ordered",
            "draw.replaced",
            "draw.round_lapsed",
            "draw.fell_short",
            "draw.void_proposed",
            "draw.void_withdrawn",
            # Who verified is told to nobody, so that no entry names the row: the count on the page is the entries'.
            "draw.verified",
        ),
        beside=_under,
    ),
    Noun(
        "draw_item",
        "draws.DrawItem",
        {"draw.staffed": (STANDS,)},
        (Published("officer_mode", ("draw.staffed",), "mode", lambda row: str(row.officer_mode)),),
        entries=("draw",),
        named=under("subject", "item"),
        identity=lambda row: f"{row.draw_id}/{row.item}",
        state=stands,
        # Where nobody chose, the officers come from the whole department.
        resting=(STANDS,),
    ),
    Noun(
        "department_key",
        "draws.DepartmentKey",
        {
            "draw.key_committed": ("committed",),
            "draw.key_handed": ("handed",),
            "draw.key_combined": ("handed",),
        },
        (
            Published(
                "commitment",
                ("draw.key_committed", "draw.key_handed", "draw.key_combined"),
                "commitment",
                lambda row: str(row.commitment),
            ),
            Published("key", ("draw.key_handed", "draw.key_combined"), "commitment", _opened_key),
            Published("combined_from", ("draw.key_combined",), "shares", lambda row: str(row.combined_from)),
        ),
        entries=("draw",),
        named=under("subject", "party"),
        identity=lambda row: f"{row.draw_id}/{row.party}",
        state=lambda row: "handed" if row.handed_at is not None else "committed",
        joined=("draw",),
    ),
    Noun(
        "attestation",
        "draws.Attestation",
        {"draw.attested": (STANDS,)},
        (
            Published("is_agreed", ("draw.attested",), "is_agreed", lambda row: str(row.is_agreed)),
            Published(
                "reason",
                ("draw.attested",),
                "reason_sha256",
                lambda row: words_digest(salt=row.draw.salt, words=row.reason),
            ),
        ),
        entries=("draw",),
        named=under("subject", "department", "fingerprint"),
        identity=lambda row: f"{row.draw_id}/{row.department.code}/{row.fingerprint}",
        state=stands,
        joined=("draw", "department"),
    ),
    Noun(
        "draw_round",
        "draws.DrawRound",
        {"draw.ordered": ("ordered",), "draw.replaced": ("drawn",), "draw.round_lapsed": ("lapsed",)},
        (
            Published("order_digest", ("draw.ordered",), "digest", lambda row: str(row.order_digest)),
            Published("order", ("draw.ordered",), "digest", _order),
            Published("order_t0", ("draw.ordered",), "t0", lambda row: forms.parse_order(data=_stored(row.order)).t0),
            Published("t0", ("draw.ordered",), "t0", lambda row: localtime(row.t0).isoformat(timespec="seconds")),
            Published("seal", ("draw.replaced",), "digest", lambda row: str(row.seal or row.result_digest)),
            Published(
                "receipt",
                ("draw.replaced",),
                "digest",
                lambda row: _round(row.draw.receipt, row.number, mode=row.draw.mode),
            ),
        ),
        entries=("draw",),
        named=under("subject", "round"),
        identity=lambda row: f"{row.draw_id}/{row.number}",
        state=_round_state,
        joined=("draw",),
    ),
    Noun(
        "replacement",
        "draws.Replacement",
        {
            "draw.replacement_requested": ("requested",),
            "draw.replacement_confirmed": ("confirmed",),
            "draw.replacement_refused": ("refused",),
        },
        (
            Published("reason", ("draw.replacement_requested",), "reason", lambda row: str(row.reason)),
            Published("grounds", ("draw.replacement_confirmed",), "grounds_sha256", _grounds),
        ),
        entries=("draw",),
        named=under("replacement"),
        state=_replacement_state,
        joined=("draw", "target"),
    ),
    Noun(
        "swap",
        "draws.Swap",
        {
            "draw.swap_requested": ("requested",),
            "draw.swap_confirmed": ("confirmed",),
            "draw.swap_refused": ("refused",),
        },
        (
            Published("reason", ("draw.swap_requested",), "reason", lambda row: str(row.reason)),
            Published("choice", ("draw.swap_confirmed",), "choice", lambda row: str(row.choice)),
            Published(
                "department",
                ("draw.swap_confirmed",),
                "department",
                lambda row: str(row.confirmed_in.code) if row.confirmed_in else "",
            ),
            Published("grounds", ("draw.swap_confirmed",), "grounds_sha256", _grounds),
        ),
        entries=("draw",),
        named=under("swap"),
        state=_replacement_state,
        joined=("confirmed_in", "draw", "slot__target"),
    ),
)
