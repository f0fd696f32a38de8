"""`ledger replay`, kind by kind: a row changed by SQL behind the screens is named, and every kind has such a change."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import transaction

from onevisit.project import replay
from tests.cast import Cast
from tests.project import replay_scenes as walks
from tests.support.ledger.conftest import superuser

pytestmark = pytest.mark.django_db
ZEROS = "repeat('0', 64)"
ONE_INSPECTOR = "SELECT min(inspector_id::text)::uuid FROM draws_pseudonym"
ANOTHER_RESULT = """replace(convert_from(receipt, 'UTF8'), '"width":', '"width":1')::bytea"""
OTHER_ORGAN = "SELECT id FROM identity_department WHERE short_name = '市市监局'"
CHANGES: dict[walks.Walk, tuple[tuple[str, str, str], ...]] = {
    walks.refused: (
        ("narrow_consent", "state", "UPDATE draws_narrowconsent SET refused_at = NULL"),
        ("narrow_consent", "refused_words", "UPDATE draws_narrowconsent SET refused_words = '没有意见'"),
        ("narrow_consent", "department", f"UPDATE draws_narrowconsent SET department_id = ({OTHER_ORGAN})"),
        ("narrow_consent", "doubles", """UPDATE draws_narrowconsent SET places = places || '["double:x:2"]'"""),
        ("narrow_consent", "", "DELETE FROM draws_narrowconsent WHERE refused_at IS NOT NULL"),
    ),
    walks.recused: (
        ("recusal", "reason", "UPDATE draws_recusal SET reason = 'INTEREST'"),
        ("recusal", "", "DELETE FROM draws_recusal"),
        ("draw_item", "officer_mode", "UPDATE draws_drawitem SET officer_mode = 'cross'"),
        ("draw", "t0", "UPDATE draws_draw SET t0 = t0 + interval '1 hour'"),
        ("plan_entry", "", "UPDATE plans_planentry SET content = '{}'"),
        ("campaign", "filing_number", "UPDATE plans_campaign SET filing_number = 'BA-2026-999'"),
        ("part", "document_number", "UPDATE offers_partapproval SET document_number = '1号'"),
        ("part", "state", "UPDATE offers_partapproval SET state = 'returned'"),
        ("part", "inspectors", "UPDATE offers_partapproval SET inspector_ids = '{}'"),
    ),
    walks.combined: (
        ("receiving_key", "recipient", "UPDATE draws_receivingkey SET recipient = 'age1' || recipient"),
        ("receiving_key", "role", "UPDATE draws_receivingkey SET is_escrow = false"),
        ("receiving_key", "", "DELETE FROM draws_receivingkey"),
        ("share_deposit", "commitment", f"UPDATE draws_sharedeposit SET commitment = {ZEROS}"),
        ("share_deposit", "threshold", "UPDATE draws_sharedeposit SET threshold = 2"),
        ("share_deposit", "digest", f"UPDATE draws_sharedeposit SET digest = {ZEROS}"),
        ("share_deposit", "shares", "UPDATE draws_keyshare SET sealed = sealed || 'x'"),
        ("share_deposit", "shares", "UPDATE draws_sharedeposit SET escrow_sealed = 'x'"),
        ("share_deposit", "state", "UPDATE draws_sharedeposit SET verified_at = NULL"),
        ("share_deposit", "state", "UPDATE draws_sharedeposit SET rejected_reason = ''"),
        ("key_share", "state", "UPDATE draws_keyshare SET rejected_reason = ''"),
        ("key_share", "state", "UPDATE draws_keyshare SET checked_at = NULL"),
        ("key_share", "state", "UPDATE draws_keyshare SET share = ''"),
        ("key_share", "share", "UPDATE draws_keyshare SET share = 'x' || share WHERE share <> ''"),
        ("department_key", "combined_from", "UPDATE draws_departmentkey SET combined_from = 0"),
    ),
    walks.followed: (
        ("receiving_key", "state", "UPDATE draws_receivingkey SET replaced_at = now() WHERE NOT is_escrow"),
        ("receiving_key", "state", "UPDATE draws_receivingkey SET replaced_at = NULL, is_escrow = false"),
    ),
    walks.repeated: (("draw", "repeats", "UPDATE draws_draw SET repeats_id = id WHERE repeats_id IS NOT NULL"),),
    walks.voided: (
        ("draw", "void_record", "UPDATE draws_draw SET void_record = '{}'"),
        ("draw", "void_reason", "UPDATE draws_draw SET void_reason = 'CANCELLED'"),
        ("draw", "state", "UPDATE draws_draw SET state = 'committed'"),
    ),
    walks.replaced: (
        ("department_key", "commitment", f"UPDATE draws_departmentkey SET commitment = {ZEROS}"),
        ("department_key", "key", "UPDATE draws_departmentkey SET key = encode(sha256(id::text::bytea), 'hex')"),
        ("department_key", "state", "UPDATE draws_departmentkey SET handed_at = NULL"),
        ("source_value", "line", "UPDATE draws_sourcevalue SET value = jsonb_set(value, '{randomness}', '\"00\"')"),
        ("draw", "sources", "UPDATE draws_sourcevalue SET value = jsonb_set(value, '{digits}', '\"000000000000\"')"),
        ("attestation", "is_agreed", "UPDATE draws_attestation SET is_agreed = true, reason = ''"),
        ("attestation", "reason", "UPDATE draws_attestation SET reason = '无异议' WHERE NOT is_agreed"),
        ("draw_round", "order_digest", f"UPDATE draws_drawround SET order_digest = {ZEROS}"),
        ("draw_round", "order", "UPDATE draws_drawround SET \"order\" = '{}'"),
        ("draw_round", "seal", f"UPDATE draws_drawround SET seal = {ZEROS}"),
        ("draw_round", "state", "UPDATE draws_drawround SET drawn_at = NULL"),
        ("replacement", "state", "UPDATE draws_replacement SET confirmed_at = NULL"),
        ("replacement", "reason", "UPDATE draws_replacement SET reason = 'MOVED'"),
        ("draw", "slot", "DELETE FROM draws_drawnslot"),
        ("draw", "direction", "UPDATE draws_draw SET direction = '{}'"),
        ("draw", "people", "UPDATE draws_fixedrows SET people = people || '\\x0a'"),
        ("draw", "targets", "UPDATE draws_fixedrows SET targets = ''"),
        ("draw", "targets", "DELETE FROM draws_fixedrows"),
        ("draw", "objects", "UPDATE registers_inspectiontarget SET object_id = 'X' || object_id"),
        ("exclusion_approval", "role", "UPDATE draws_exclusionapproval SET role = 'clerk'"),
        ("exclusion_approval", "", "DELETE FROM draws_exclusionapproval"),
        ("narrow_consent", "places", "UPDATE draws_narrowconsent SET places = '[]'"),
        ("narrow_consent", "state", "UPDATE draws_narrowconsent SET consented_at = NULL"),
        ("narrow_consent", "role", "UPDATE draws_narrowconsent SET role = 'supervisor'"),
        ("narrow_consent", "department", f"UPDATE draws_narrowconsent SET department_id = ({OTHER_ORGAN})"),
        ("narrow_consent", "reason", "UPDATE draws_narrowconsent SET reason = '另一个理由'"),
        ("draw", "typists", f"UPDATE draws_typedvalue SET department_id = ({OTHER_ORGAN})"),
        ("source_value", "organs", f"UPDATE draws_typedvalue SET department_id = ({OTHER_ORGAN})"),
        ("source_value", "organs", "DELETE FROM draws_typedvalue WHERE round_number = 1"),
        ("typed_value", "department", f"UPDATE draws_typedvalue SET department_id = ({OTHER_ORGAN})"),
        ("typed_value", "evidence", f"UPDATE draws_typedvalue SET evidence_sha256 = {ZEROS}"),
        ("typed_value", "device", f"UPDATE draws_typedvalue SET device = {ZEROS}"),
        ("typed_value", "state", "UPDATE draws_typedvalue SET is_superseded = true"),
        ("typed_value", "", "DELETE FROM draws_typedvalue"),
        ("draw", "slot", f"UPDATE draws_drawnslot SET inspector_id = ({ONE_INSPECTOR})"),
        ("draw", "pseudonym", "UPDATE draws_pseudonym SET pseudonym = 'X' || pseudonym"),
        # The digest beside the result says what it said; the result under it is another.
        ("draw", "receipt", f"UPDATE draws_draw SET receipt = {ANOTHER_RESULT}"),
    ),
    walks.swapped: (
        ("swap", "state", "UPDATE draws_swap SET confirmed_at = NULL"),
        ("swap", "state", "UPDATE draws_swap SET refused_at = NULL"),
        ("swap", "reason", "UPDATE draws_swap SET reason = 'RECUSED'"),
        ("swap", "choice", "UPDATE draws_swap SET choice = 9"),
        ("swap", "department", f"UPDATE draws_swap SET confirmed_in_id = ({OTHER_ORGAN})"),
    ),
    walks.lodged: (
        ("lodging", "state", "UPDATE draws_lodging SET receipt = '', lodged_at = NULL"),
        ("lodging", "state", "UPDATE draws_lodging SET lodged_at = now() WHERE receipt = ''"),
        ("lodging", "receipt", "UPDATE draws_lodging SET receipt = ''"),
        ("lodging", "receipt", "UPDATE draws_lodging SET receipt = replace(receipt, 'time', 'tine')"),
        ("lodging", "listing", f"UPDATE draws_lodging SET listing = {ZEROS}"),
        ("lodging", "lodged_at", "UPDATE draws_lodging SET lodged_at = lodged_at - interval '1 hour'"),
        ("lodging", "", "DELETE FROM draws_lodging"),
    ),
    walks.joined: (
        ("join_request", "state", "UPDATE offers_joinrequest SET state = 'refused'"),
        ("join_request", "items", "UPDATE offers_joinrequest SET item_ids = '{}'"),
        ("offer_reply", "state", "UPDATE offers_offerreply SET state = 'accepted' WHERE state = 'pending'"),
        ("offer_reply", "state", "UPDATE offers_offerreply SET state = 'declined' WHERE state = 'accepted'"),
        ("offer_reply", "officers", "UPDATE offers_offerreply SET officers_count = 2 WHERE officers_count = 3"),
        ("offer", "number", "UPDATE offers_offer SET number = 'X'"),
        ("offer", "state", "UPDATE offers_offer SET state = 'settled'"),
        ("cluster", "registers_digest", f"UPDATE plans_cluster SET registers_digest = {ZEROS}"),
    ),
    walks.extended: (("extra_department", "state", "UPDATE offers_extradepartment SET state = 'pending'"),),
    walks.corrected: (
        ("visit", "number", "UPDATE visits_visit SET number = 'X'"),
        ("visit", "state", "UPDATE visits_visit SET state = 'closed'"),
        ("inspection", "state", "UPDATE visits_inspection SET state = 'reviewed'"),
        ("inspection", "checklist", f"UPDATE visits_inspection SET checklist_sha256 = {ZEROS}"),
        ("inspection", "", "DELETE FROM visits_inspection WHERE state = 'dispatched'"),
        ("submission", "body", "UPDATE visits_submission SET body = '{}'"),
        ("submission", "body_sha256", f"UPDATE visits_submission SET body_sha256 = {ZEROS}"),
        ("submission", "state", "UPDATE visits_submission SET is_quarantined = true"),
        ("answer", "answer", "UPDATE visits_answer SET answer = 'ok' WHERE answer = 'problem'"),
        ("answer", "version", "UPDATE visits_answer SET version = version + 7"),
        ("answer", "", "DELETE FROM visits_answer WHERE answer = 'problem'"),
        ("signature", "role", "UPDATE visits_signature SET role = 'witness' WHERE role = 'party'"),
        ("finding", "state", "UPDATE findings_finding SET state = 'closed'"),
        ("finding", "item", "UPDATE findings_finding SET item = 'X'"),
        ("correction_order", "due_on", "UPDATE findings_correctionorder SET due_on = due_on + 30"),
        ("correction_order", "document_number", "UPDATE findings_correctionorder SET document_number = 'X'"),
        ("correction_proof", "is_late", "UPDATE findings_correctionproof SET is_late = NOT is_late"),
        ("correction_proof", "", "DELETE FROM findings_correctionproof"),
        ("follow_up_visit", "", 'UPDATE findings_followupvisit SET "on" = "on" + 1'),
    ),
    walks.revoked: (("finding", "state", "UPDATE findings_finding SET state = 'correcting'"),),
    walks.signed: (
        ("party_signature", "", f"UPDATE visits_partysignature SET record_sha256 = {ZEROS}"),
        ("party_signature", "picture", f"UPDATE attachments_attachment SET sha256 = {ZEROS}"),
        ("attachment", "sha256", f"UPDATE attachments_attachment SET sha256 = {ZEROS}"),
        ("signature_dispute", "", "UPDATE visits_signaturedispute SET words = '没有异议'"),
        ("submission", "state", "UPDATE visits_submission SET outcome = '' WHERE kind = 'recusal'"),
        ("badge_key", "", "UPDATE visits_badgekey SET key_id = 'X'"),
    ),
    walks.shown: (
        ("publication", "content", "UPDATE publication_publication SET content = '{}'"),
        ("publication", "state", "UPDATE publication_publication SET state = 'withdrawn'"),
        ("publication", "content_sha256", f"UPDATE publication_publication SET content_sha256 = {ZEROS}"),
        ("publication", "credit_records", "DELETE FROM publication_creditrecord"),
        ("publication_version", "content", "UPDATE publication_publicationversion SET content = '{}'"),
        ("publication_version", "", "DELETE FROM publication_publicationversion"),
        ("public_request", "state", "UPDATE publication_publicrequest SET state = 'open'"),
        ("public_request", "words", "UPDATE publication_publicrequest SET words = '没有意见'"),
        ("public_request", "answer", "UPDATE publication_publicrequest SET answer = '没有意见'"),
        ("typical_case", "words", "UPDATE publication_typicalcase SET words = '没有问题'"),
        ("typical_case", "state", "UPDATE publication_typicalcase SET state = 'shown'"),
        ("message", "state", "UPDATE exchange_outboundmessage SET state = 'queued' WHERE state = 'filed'"),
        ("message", "body", "UPDATE exchange_outboundmessage SET body = '{}'"),
        ("message", "body_sha256", f"UPDATE exchange_outboundmessage SET body_sha256 = {ZEROS} WHERE state = 'filed'"),
    ),
    walks.stated: (
        ("public_request", "state", "UPDATE publication_publicrequest SET state = 'adopted'"),
        ("public_request", "answer", "UPDATE publication_publicrequest SET answer = '没有意见'"),
    ),
    walks.alarmed: (
        ("alert", "state", "UPDATE oversight_alert SET state = 'unfounded'"),
        ("alert", "department", f"UPDATE oversight_alert SET department_id = ({OTHER_ORGAN})"),
        ("alert", "rows", "UPDATE oversight_alert SET rows = '[]'"),
        ("alert", "words", "UPDATE oversight_alert SET words = '无'"),
        ("alert", "", "DELETE FROM oversight_alert"),
        ("alert_rule", "expires_on", "UPDATE oversight_alertrule SET expires_on = expires_on - 60"),
        ("opinion", "", "DELETE FROM oversight_opinion"),
        ("opinion", "subject", "UPDATE oversight_opinion SET subject = 'X'"),
    ),
    walks.imported: (
        ("import", "state", "UPDATE registers_importrun SET state = 'cancelled'"),
        ("import", "sha256", f"UPDATE registers_importrun SET sha256 = {ZEROS}"),
        ("import", "file", "UPDATE registers_importrun SET content = content || 'x'"),
        ("import", "new_count", "UPDATE registers_importrun SET new_count = new_count + 1"),
        ("merge", "state", "UPDATE registers_targetmerge SET undone_at = now()"),
        ("merge", "", "DELETE FROM registers_targetmerge"),
        ("business_key", "", "DELETE FROM visits_businesskey"),
    ),
    walks.kept_beside: (
        ("letter", "state", "UPDATE registers_letter SET state = 'withdrawn'"),
        ("letter", "number", "UPDATE registers_letter SET number = number || 'X'"),
        ("complaint", "number", "UPDATE registers_complaint SET number = 'X'"),
        ("complaint", "", "DELETE FROM registers_complaint"),
        ("supply", "", "DELETE FROM registers_supply"),
        ("expert", "state", "UPDATE registers_expert SET status = 'active'"),
        ("item_version", "", "DELETE FROM registers_itemversion WHERE version = 2"),
    ),
    walks.consulted: (
        ("plan_note", "state", "UPDATE plans_plannote SET state = 'adopted'"),
        ("plan_note", "section", "UPDATE plans_plannote SET section = 'time'"),
        ("plan_minutes", "digest", "UPDATE plans_planminutes SET agreed = '同意全部抽查'"),
        ("plan_minutes", "state", "UPDATE plans_planminutes SET voided_at = now()"),
    ),
    walks.administered: (
        ("rule", "figure", "UPDATE deadlines_ruleversion SET amount = amount + 9 WHERE version = 2"),
        ("rule", "", "DELETE FROM deadlines_ruleversion WHERE version = 2"),
        ("deadline", "due_on", "UPDATE deadlines_deadline SET due_at = due_at + interval '9 days'"),
        ("deadline", "state", "UPDATE deadlines_deadline SET paused_at = now()"),
        ("department", "name", "UPDATE identity_department SET name = 'X'"),
        ("delegation", "to_on", "UPDATE identity_delegation SET valid_to = valid_to + 300"),
        ("delegation", "state", "UPDATE identity_delegation SET revoked_at = now()"),
        ("attachment", "size", "UPDATE attachments_attachment SET size = 1"),
        ("attachment", "", "DELETE FROM attachments_attachment"),
        ("export", "digest", f"UPDATE ui_listexport SET sha256 = {ZEROS}"),
        ("city", "version", "UPDATE registers_city SET pack_version = 9"),
    ),
    walks.watched: (
        ("ledger_policy", "digest", f"UPDATE ledger_policy SET digest = {ZEROS}"),
        ("ledger_policy", "text", "UPDATE ledger_policy SET text = text || '#'"),
    ),
}


@contextmanager
def _changed(statement: str) -> Iterator[None]:
    """Change rows as a superuser does, and take it back, so that one walk serves many changes."""
    with transaction.atomic():
        with superuser() as execute:
            execute(statement)
        yield
        transaction.set_rollback(True)


def _found(kinds: set[str]) -> set[tuple[str, str]]:
    nouns = tuple(noun for noun in replay.NOUNS if noun.name in kinds)
    return {(one.record.partition(" ")[0], one.field.partition(" ")[0]) for one in replay.replay(nouns=nouns)}


@pytest.mark.parametrize("walk", CHANGES, ids=lambda walk: walk.__name__)
def test_a_row_changed_behind_the_screens_is_named(
    walk: walks.Walk, people: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    walk(walks.Stage(people=people, folder=tmp_path, monkeypatch=monkeypatch, settings=settings))
    kinds = {kind for kind, _field, _statement in CHANGES[walk]}
    before = _found(kinds)

    unnamed = []
    for kind, field, statement in CHANGES[walk]:
        with _changed(statement):
            if (kind, field) not in _found(kinds) - before:
                unnamed.append((kind, field, statement))

    assert unnamed == []
    assert before == set()


def test_every_kind_is_changed_behind_the_screens_by_a_test_here() -> None:
    changed = {kind for changes in CHANGES.values() for kind, _field, _statement in changes}

    assert changed == {noun.name for noun in replay.NOUNS}
