"""抄告: one department informs another of what it found at a target, and hears what was done."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onevisit.stages.registers import events
from onevisit.stages.registers.lifecycle import LETTER
from onevisit.stages.registers.models import InspectionTarget, Letter
from onevisit.stages.registers.refusals import RecordRefused, words_of
from onevisit.support.deadlines import services as deadlines
from onevisit.support.identity import services as identity
from onevisit.support.identity.actors import Actor, Capacity
from onevisit.support.identity.models import Department, OrganKind
from onevisit.support.identity.roles import Role
from onevisit.support.ledger import selectors as ledger_reads
from onevisit.support.ledger import services as ledger
from onevisit.support.ledger.models import LedgerEntry

REVIEW_RULE, SIGN_RULE, ANSWER_RULE = "letter.review", "letter.sign", "letter.answer"
KINDS = {
    "unlicensed": gettext_lazy("无证无照"),
    "clue": gettext_lazy("违法线索"),
    "hazard": gettext_lazy("安全隐患"),
    "change": gettext_lazy("登记、许可变动"),
    "other": gettext_lazy("其他"),
}


@transaction.atomic
def draft(
    *,
    target: InspectionTarget,
    sender: Department,
    receiver: Department,
    kind: str,
    facts: str,
    needs_answer: bool,
    actor: Actor,
    at: datetime,
) -> Letter:
    """Write a letter; it goes to nobody before the head of its department has let it go."""
    capacity = actor.must("letter.draft", sender)
    if receiver.pk == sender.pk or receiver.kind != OrganKind.DEPARTMENT:
        raise RecordRefused(message=_("请选择本部门以外的一个部门。"), field="receiver")
    if kind not in KINDS:
        raise RecordRefused(message=_("请选择抄告类型。"), field="kind")
    letter = Letter.objects.create(
        number=f"CG-{at.year}-{identity.next_number(series=f'letter-{at.year}'):04d}",
        target=target,
        sender=sender,
        receiver=receiver,
        kind=kind,
        facts=words_of(facts, message=_("请写明发现的事实和依据。"), field="facts"),
        needs_answer=needs_answer,
        state=LETTER.initial,
        drafted_at=at,
        drafted_as=_as(actor, capacity),
        drafted_by=actor.id,
    )
    _run(letter, REVIEW_RULE, _("审核抄告 %(number)s：%(target)s"), at=at)
    event = events.LetterDrafted(**_names(letter), kind=kind, needs_answer=needs_answer, related=_ends(letter))
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return letter


@transaction.atomic
def send(*, letter: Letter, actor: Actor, at: datetime) -> Letter:
    """Let a letter go; the receiver signs within the term of the rule, and answers where that is asked for."""
    capacity = actor.must("letter.send", letter)
    held = _moved(letter, verb="letter.send")
    held.sent_at, held.sent_as = at, _as(actor, capacity)
    held.reason = ""  # what the head wanted written otherwise is not for the receiver
    held.save(update_fields=["state", "sent_at", "sent_as", "reason"])
    _stop(held, REVIEW_RULE, at=at)
    _run(held, SIGN_RULE, _("签收抄告 %(number)s：%(target)s"), at=at)
    event = events.LetterSent(**_names(held), kind=held.kind, needs_answer=held.needs_answer, related=_ends(held))
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def send_back(*, letter: Letter, reason: str, actor: Actor, at: datetime) -> Letter:
    """Give a letter back to its clerk, with what has to be written otherwise."""
    capacity = actor.must("letter.send_back", letter)
    held = _with_reason(letter, verb="letter.send_back", reason=reason, message=_("请写明要修改什么。"))
    _stop(held, REVIEW_RULE, at=at)
    ledger.append(
        events.LetterSentBack(**_names(held), reason=held.reason, related=_ends(held)),
        actor=actor,
        at=at,
        capacity=capacity,
    )
    return held


@transaction.atomic
def redraft(*, letter: Letter, facts: str, actor: Actor, at: datetime) -> Letter:
    """Write anew what the head sent back, and ask him again."""
    capacity = actor.must("letter.redraft", letter)
    held = _moved(letter, verb="letter.redraft")
    held.facts = words_of(facts, message=_("请写明发现的事实和依据。"), field="facts")
    held.drafted_at, held.drafted_as, held.drafted_by = at, _as(actor, capacity), actor.id
    held.save(update_fields=["state", "facts", "drafted_at", "drafted_as", "drafted_by"])
    _run(held, REVIEW_RULE, _("审核抄告 %(number)s：%(target)s"), at=at)
    ledger.append(events.LetterRedrafted(**_names(held), related=_ends(held)), actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def sign(*, letter: Letter, actor: Actor, at: datetime) -> Letter:
    """Sign for a letter; its term to answer begins, and a letter that asks for none is done with that."""
    capacity = actor.must("letter.sign", letter)
    held = _moved(letter, verb="letter.sign")
    held.signed_at = at
    if not held.needs_answer:
        held.state, held.closed_at = "closed", at
    held.save(update_fields=["state", "signed_at", "closed_at"])
    _stop(held, SIGN_RULE, at=at)
    if held.needs_answer:
        _run(held, ANSWER_RULE, _("反馈抄告 %(number)s：%(target)s"), at=at)
    ledger.append(events.LetterSigned(**_names(held), related=_ends(held)), actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def answer(*, letter: Letter, words: str, actor: Actor, at: datetime) -> Letter:
    """Tell the sender what was done."""
    capacity = actor.must("letter.answer", letter)
    held = _moved(letter, verb="letter.answer")
    held.answer = words_of(words, message=_("请写明办理情况和结果。"), field="words")
    held.answered_at, held.answered_as = at, _as(actor, capacity)
    held.save(update_fields=["state", "answer", "answered_at", "answered_as"])
    _stop(held, ANSWER_RULE, at=at)
    ledger.append(
        events.LetterAnswered(**_names(held), reason=held.answer, related=_ends(held)),
        actor=actor,
        at=at,
        capacity=capacity,
    )
    return held


@transaction.atomic
def return_(*, letter: Letter, reason: str, actor: Actor, at: datetime) -> Letter:
    """Send a letter back that is not one's duty or says too little."""
    capacity = actor.must("letter.return", letter)
    held = _with_reason(letter, verb="letter.return", reason=reason, message=_("请写明退回理由。"))
    for rule in (SIGN_RULE, ANSWER_RULE):
        _stop(held, rule, at=at)
    ledger.append(
        events.LetterReturned(**_names(held), reason=held.reason, related=_ends(held)),
        actor=actor,
        at=at,
        capacity=capacity,
    )
    return held


@transaction.atomic
def withdraw(*, letter: Letter, reason: str, actor: Actor, at: datetime) -> Letter:
    """Take a letter back before the receiver has signed for it."""
    capacity = actor.must("letter.withdraw", letter)
    held = _with_reason(letter, verb="letter.withdraw", reason=reason, message=_("请写明撤回理由。"))
    for rule in (REVIEW_RULE, SIGN_RULE):
        _stop(held, rule, at=at)
    ledger.append(
        events.LetterWithdrawn(**_names(held), reason=held.reason, related=_ends(held)),
        actor=actor,
        at=at,
        capacity=capacity,
    )
    return held


@transaction.atomic
def reask(*, letter: Letter, reason: str, actor: Actor, at: datetime) -> Letter:
    """Ask for more than the answer says; the term to answer runs again."""
    capacity = actor.must("letter.reask", letter)
    held = _with_reason(letter, verb="letter.reask", reason=reason, message=_("请写明还要补充什么。"))
    _run(held, ANSWER_RULE, _("补充反馈抄告 %(number)s：%(target)s"), at=at)
    ledger.append(
        events.LetterReasked(**_names(held), reason=held.reason, related=_ends(held)),
        actor=actor,
        at=at,
        capacity=capacity,
    )
    return held


@transaction.atomic
def close(*, letter: Letter, actor: Actor, at: datetime) -> Letter:
    """Close a letter whose answer, or whose return, the sender has read."""
    capacity = actor.must("letter.close", letter)
    held = _moved(letter, verb="letter.close")
    held.closed_at = at
    held.save(update_fields=["state", "closed_at"])
    ledger.append(events.LetterClosed(**_names(held), related=_ends(held)), actor=actor, at=at, capacity=capacity)
    return held


def thread(*, letter: Letter, actor: Actor) -> QuerySet[LedgerEntry]:
    """Return what was done about a letter; who only receives it reads that from the moment it went out."""
    entries = ledger_reads.timeline("letter", letter.pk)
    is_at_home = actor.holds(Role.CLERK, Role.APPROVER, Role.INSPECTOR, department_id=letter.sender_id)
    if letter.sent_at is None or is_at_home or actor.holds(Role.COORDINATOR, Role.SUPERVISOR, Role.LEADER):
        return entries
    return entries.filter(at__gte=letter.sent_at)


def _moved(letter: Letter, *, verb: str) -> Letter:
    rows = Letter.objects.select_for_update(of=("self",)).select_related("sender", "receiver", "target")
    held = rows.get(pk=letter.pk)
    held.state = LETTER.next(state=held.state, verb=verb)
    return held


def _with_reason(letter: Letter, *, verb: str, reason: str, message: str) -> Letter:
    held = _moved(letter, verb=verb)
    held.reason = words_of(reason, message=message, field="words")[:300]
    held.save(update_fields=["state", "reason"])
    return held


def _run(letter: Letter, rule: str, sentence: str, *, at: datetime) -> None:
    words = sentence % {"number": letter.number, "target": letter.target.name}
    deadlines.open_deadline(
        key=rule,
        subject_type="letter",
        subject=letter.pk,
        department_id=letter.sender_id if rule == REVIEW_RULE else letter.receiver_id,
        sentence=words[:300],
        url=f"/registers/letters/{letter.pk}",
        at=at,
    )


def _stop(letter: Letter, rule: str, *, at: datetime) -> None:
    deadlines.close_deadline(key=rule, subject_type="letter", subject=letter.pk, at=at)


def _names(letter: Letter) -> dict[str, str]:
    return {
        "subject": str(letter.pk),
        "number": letter.number,
        "sender": letter.sender.short_name,
        "receiver": letter.receiver.short_name,
    }


def _ends(letter: Letter) -> tuple[str, ...]:
    """Name where an entry is shown besides the letter; of one that has not gone out nobody else hears there."""
    if letter.sent_at is None:
        return ()
    return f"department:{letter.sender_id}", f"department:{letter.receiver_id}", f"target:{letter.target_id}"


def _as(actor: Actor, capacity: Capacity) -> str:
    return f"{actor.name} · {capacity.label}"[:160]
