"""What somebody asks of the organs: taken without an account, answered under a clock, tied to what was published."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from onevisit.stages.draws.public import open_record
from onevisit.stages.publication import events, services, statements
from onevisit.stages.publication.lifecycle import REQUEST
from onevisit.stages.publication.masking import mask
from onevisit.stages.publication.models import Publication
from onevisit.stages.publication.request_models import SUBJECT, PublicRequest, RequestKind, rule_of
from onevisit.stages.visits import business_keys
from onevisit.support.deadlines import services as deadlines
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.models import Department
from onevisit.support.ledger import services as ledger

LEAST, MOST, MOST_PRINTED = 6, 2000, 300
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
# Only a request of this kind is ended by this verb.
_KINDS = {
    "request.answer": (RequestKind.COMPLAINT, RequestKind.ENQUIRY, RequestKind.STRANGER),
    "objection.sustain": (RequestKind.OBJECTION,),
    "objection.reject": (RequestKind.OBJECTION,),
    "reply.print": (RequestKind.REPLY,),
    "reply.decline": (RequestKind.REPLY,),
    "statement.adopt": (RequestKind.STATEMENT,),
    "statement.reject": (RequestKind.STATEMENT,),
}


class RequestRefused(Exception):
    """A request or its answer is not possible so; `field` names the input."""

    code = "request"

    def __init__(self, *, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


@dataclass(frozen=True)
class Asked:
    """What somebody asks, as it comes from a form; `visit_id` and `code_id` where it came by an inspection code.

    `key` is the business's own key, with which it objects to its published result as itself; `draw` the number of the
    draw that somebody doubts, whose organiser answers.
    """

    kind: str
    words: str
    department_id: UUID
    contact: str = ""
    publication_id: UUID | None = None
    visit_id: UUID | None = None
    code_id: str = ""
    key: str = ""
    draw: str = ""


@transaction.atomic
def submit(*, asked: Asked, at: datetime) -> PublicRequest:
    """Take a request: it gets a receipt, an organ and a clock. Anybody may; without a contact it is anonymous.

    Raises:
        RequestRefused: too few or too many words, an organ, a result or a draw that is not there.
    """
    publication = _publication(asked)
    actor = _sender(asked, publication)
    words = asked.words.strip()
    if len(words) < LEAST:
        raise RequestRefused(message=_("请写明什么事、何时何地，至少 %s 个字。") % LEAST, field="words")
    most = MOST_PRINTED if asked.kind == "reply" else MOST
    if len(words) > most:
        raise RequestRefused(message=_("最多 %s 个字，请精简后提交。") % most, field="words")
    if asked.kind == RequestKind.STATEMENT and not (asked.code_id and asked.visit_id):
        raise RequestRefused(message=_("陈述申辩由被检查的企业凭检查码和企业口令提交。"), field="kind")
    department, draw_id = _addressee(asked)
    if asked.kind == RequestKind.STATEMENT and asked.visit_id:
        statements.lock(asked.visit_id)
    made = PublicRequest.objects.create(
        receipt=_receipt(),
        kind=asked.kind,
        department=department,
        publication=publication,
        visit_id=asked.visit_id,
        draw_id=draw_id,
        words=words,
        salt=secrets.token_hex(16),
        contact=asked.contact.strip()[:80],
        is_by_party=actor.id != anybody().id,
        created_at=at,
    )
    deadlines.open_deadline(
        key=rule_of(asked.kind),
        subject_type=SUBJECT,
        subject=made.pk,
        department_id=department.pk,
        sentence=_("办理%(kind)s %(receipt)s") % {"kind": made.get_kind_display(), "receipt": made.receipt},
        at=at,
        url=f"/publication/requests/{made.pk}",
    )
    event = events.RequestReceived(
        subject=str(made.pk),
        kind=made.kind,
        department=department.short_name,
        words_sha256=_digest(made, words),
        related=_related(made),
    )
    ledger.append(event, actor=actor, at=at)
    return made


def anybody() -> Actor:
    """Return who acts when somebody without an account and without a code acts."""
    return Actor(id="public", name=_("公众"))


@transaction.atomic
def answer(*, request: PublicRequest, words: str, actor: Actor, at: datetime) -> PublicRequest:
    """Answer a complaint or an enquiry; who asked reads it by the receipt."""
    held, capacity = _begin(request, verb="request.answer", words=words, actor=actor)
    _end(held, words=words, actor=actor, at=at)
    ledger.append(events.RequestAnswered(**_answered(held)), actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def sustain(
    *,
    request: PublicRequest,
    remedy: str,
    words: str,
    new_words: Mapping[str, str],
    actor: Actor,
    at: datetime,
) -> PublicRequest:
    """Find an objection right, and correct or take down the result in the same act.

    Args:
        remedy: `correct`, with `new_words` by department id, or `withdraw`.

    Raises:
        RequestRefused: another remedy. PublicationRefused: the correction changes nothing, or too short a reason.
    """
    held, capacity = _begin(request, verb="objection.sustain", words=words, actor=actor)
    assert held.publication is not None  # a constraint of the table
    reason = _("异议成立：%s") % words.strip()[:200]
    if remedy == "correct":
        services.correct(publication=held.publication, words=dict(new_words), reason=reason, actor=actor, at=at)
    elif remedy == "withdraw":
        services.withdraw(publication=held.publication, reason=reason, actor=actor, at=at)
    else:
        raise RequestRefused(message=_("异议成立的，请选择更正或者撤下。"), field="remedy")
    _end(held, words=words, actor=actor, at=at)
    event = events.ObjectionSustained(**_answered(held), remedy=remedy)
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def reject(*, request: PublicRequest, words: str, actor: Actor, at: datetime) -> PublicRequest:
    """Find an objection not right; the result stays, the answer says why."""
    held, capacity = _begin(request, verb="objection.reject", words=words, actor=actor)
    _end(held, words=words, actor=actor, at=at)
    ledger.append(events.ObjectionRejected(**_answered(held)), actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def print_reply(*, request: PublicRequest, actor: Actor, at: datetime) -> PublicRequest:
    """Print the business's own words beside its result, masked; nothing else of them is changed."""
    held, capacity = _begin(request, verb="reply.print", words=_("同意刊登"), actor=actor)
    held.public_words = mask(text=held.words).text
    held.save(update_fields=["public_words"])
    _end(held, words=_("已刊登在公示结果旁。"), actor=actor, at=at)
    ledger.append(events.ReplyPrinted(**_answered(held)), actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def decline_reply(*, request: PublicRequest, words: str, actor: Actor, at: datetime) -> PublicRequest:
    """Do not print the business's words, and say why."""
    held, capacity = _begin(request, verb="reply.decline", words=words, actor=actor)
    _end(held, words=words, actor=actor, at=at)
    ledger.append(events.ReplyDeclined(**_answered(held)), actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def adopt_statement(*, request: PublicRequest, words: str, actor: Actor, at: datetime) -> PublicRequest:
    """Adopt what the party stated in its defence, and say what follows from it."""
    held, capacity = _begin(request, verb="statement.adopt", words=words, actor=actor)
    _end(held, words=words, actor=actor, at=at)
    ledger.append(events.StatementAdopted(**_answered(held)), actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def reject_statement(*, request: PublicRequest, words: str, actor: Actor, at: datetime) -> PublicRequest:
    """Say after checking facts, reasons and evidence why the party's statement does not hold."""
    held, capacity = _begin(request, verb="statement.reject", words=words, actor=actor)
    _end(held, words=words, actor=actor, at=at)
    ledger.append(events.StatementRejected(**_answered(held)), actor=actor, at=at, capacity=capacity)
    return held


@transaction.atomic
def hold_statement(*, request: PublicRequest, actor: Actor, at: datetime) -> PublicRequest:
    """Find as a second person that a further statement brings new facts: it holds the release until it is answered.

    Raises:
        RequestRefused: it holds already, or the same person answered a statement before it.
    """
    capacity = actor.must("statement.hold", request)
    if request.visit_id is None or request.kind != RequestKind.STATEMENT:
        raise RequestRefused(message=_("“%s”不这样办理。") % request.get_kind_display())
    statements.lock(request.visit_id)
    held = PublicRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    REQUEST.next(state=held.state, verb="statement.hold")
    if held.held_at is not None or not statements.is_repeated(held):
        raise RequestRefused(message=_("这件陈述申辩答复前已经暂缓公示，不用再认定。"))
    if actor.id in statements.answerers_before(held):
        raise RequestRefused(message=_("答复过前一件陈述申辩的人不能认定，请由另一名审批人或执法监督人员认定。"))
    held.held_at, held.held_by = at, actor.id
    held.save(update_fields=["held_at", "held_by"])
    event = events.StatementHeld(subject=str(held.pk), kind=held.kind, related=_related(held))
    ledger.append(event, actor=actor, at=at, capacity=capacity)
    return held


def reveal_contact(*, request: PublicRequest, actor: Actor, at: datetime) -> str:
    """Show the contact to who has to answer; the reading becomes an entry (R68)."""
    capacity = actor.must("request.contact", request)
    ledger.record_read(
        subject_type=SUBJECT,
        subject=request.pk,
        what=_("诉求人联系方式"),
        actor=actor,
        at=at,
        capacity=capacity,
    )
    return request.contact


def _begin(request: PublicRequest, *, verb: str, words: str, actor: Actor) -> tuple[PublicRequest, Any]:
    """Check who, the row under its lock, the state, the kind and the words of an answer."""
    capacity = actor.must(verb, request)
    held = (
        PublicRequest.objects.select_for_update(of=("self",))
        .select_related("department", "publication")
        .get(pk=request.pk)
    )
    held.state = REQUEST.next(state=held.state, verb=verb)
    if held.kind not in _KINDS[verb]:
        raise RequestRefused(message=_("“%s”不这样办理。") % held.get_kind_display())
    if not words.strip():
        raise RequestRefused(message=_("请写明答复内容，对方凭回执可以看到。"), field="words")
    return held, capacity


def _end(held: PublicRequest, *, words: str, actor: Actor, at: datetime) -> None:
    held.answer, held.answered_at, held.answered_by = words.strip()[:MOST], at, actor.id
    held.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    deadlines.close_deadline(key=rule_of(held.kind), subject_type=SUBJECT, subject=held.pk, at=at)


def _answered(held: PublicRequest) -> dict[str, Any]:
    return {
        "subject": str(held.pk),
        "kind": held.kind,
        "answer_sha256": _digest(held, held.answer),
        "related": _related(held),
    }


def _department(asked: Asked) -> Department:
    found = Department.objects.filter(pk=asked.department_id).first()
    if found is None or asked.kind not in RequestKind.values:
        raise RequestRefused(message=_("请选择办理部门。"), field="department")
    return found


def _addressee(asked: Asked) -> tuple[Department, UUID | None]:
    """Return who answers, and the public draw that a complaint is about: its organiser answers that."""
    if not asked.draw:
        return _department(asked), None
    found = open_record.row_of(asked.draw)
    if found is None or asked.kind != RequestKind.COMPLAINT:
        raise RequestRefused(message=_("没有公开过编号为 %s 的抽取，请核对编号。") % asked.draw[:64], field="draw")
    return found.organiser, found.pk


def _sender(asked: Asked, publication: Publication | None) -> Actor:
    """Return who asks: the business by a code or by its own key, or anybody."""
    if asked.code_id:
        return Actor(id=f"business:{asked.code_id}", name=_("当事人"))
    if not asked.key.strip():
        return anybody()
    found = business_keys.opened_by(key=asked.key, visit=publication.visit) if publication else None
    if found is None:
        words = _("企业口令不对，或者已经换发。请对照最近一封信函重新输入；不是企业本单位的，不用填写。")
        raise RequestRefused(message=words, field="key")
    return business_keys.holder(found.pk)


def _publication(asked: Asked) -> Publication | None:
    """Return the result an objection is about; it must be public, and of the organ that answers."""
    if asked.publication_id is None:
        if asked.kind == RequestKind.OBJECTION:
            raise RequestRefused(message=_("提出异议，请从该企业的公示页点“提出异议”。"), field="publication")
        return None
    found = Publication.objects.filter(pk=asked.publication_id, state__in=("released", "corrected")).first()
    if found is None or asked.department_id not in found.department_ids:
        raise RequestRefused(message=_("没有这条公示结果，或者已经撤下。"), field="publication")
    return found


def _related(held: PublicRequest) -> tuple[str, ...]:
    about = (("publication", held.publication_id), ("visit", held.visit_id), ("draw", held.draw_id))
    return tuple(f"{noun}:{pk}" for noun, pk in about if pk is not None)


def _digest(held: PublicRequest, words: str) -> str:
    return hashlib.sha256(f"{held.salt}\x00{words}".encode()).hexdigest()


def _receipt() -> str:
    """Return a receipt that can be read aloud and not be guessed: fifty bits, without letters that look alike."""
    letters = "".join(secrets.choice(_LETTERS) for _number in range(10))
    return f"S-{letters[:5]}-{letters[5:]}"
