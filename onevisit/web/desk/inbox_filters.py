"""Filters of the inbox: kind, role, organ, sender, term and words; what is chosen stands in the address."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onevisit.support.deadlines.todos import Todo
from onevisit.support.identity.actors import Actor
from onevisit.support.identity.roles import ROLE_LABELS, Role

TERMS = {"law": gettext_lazy("法定期限"), "internal": gettext_lazy("内部期限")}
Options = list[tuple[str, str]]


@dataclass(frozen=True)
class Chosen:
    """What a person narrowed the inbox to; empty texts narrow nothing."""

    q: str = ""
    kind: str = ""
    role: str = ""
    organ: str = ""
    sender: str = ""
    term: str = ""

    @property
    def is_any(self) -> bool:
        return any((self.q, self.kind, self.role, self.organ, self.sender, self.term))


@dataclass(frozen=True)
class Field:
    """One filter as the page draws it."""

    name: str
    label: str
    options: Options
    value: str

    @property
    def words(self) -> str:
        return dict(self.options).get(self.value, self.value)


def read(query: QueryDict) -> Chosen:
    """Read the filters of an address; values that nothing carries find nothing, they are no error."""
    return Chosen(**{name: query.get(name, "").strip()[:80] for name in Chosen.__dataclass_fields__})


def narrowed(actor: Actor, chosen: Chosen) -> Actor:
    """Return the actor in the chosen role or organ only, so that only what came to it is asked for."""
    held = [
        capacity
        for capacity in actor.capacities
        if chosen.role in ("", capacity.role.value) and chosen.organ in ("", str(capacity.department_id))
    ]
    return Actor(id=actor.id, name=actor.name, officer_id=actor.officer_id, capacities=tuple(held))


def matching(todos: Iterable[Todo], chosen: Chosen) -> list[Todo]:
    """Return the to-dos that answer to kind, sender, term and words."""
    words = chosen.q.casefold()
    return [
        todo
        for todo in todos
        if chosen.kind in ("", todo.kind)
        and chosen.sender in ("", todo.sender)
        and (not chosen.term or (chosen.term == "law") is todo.is_statutory)
        and (not words or words in f"{todo.sentence} {todo.sender} {todo.kind}".casefold())
    ]


def fields(actor: Actor, todos: Iterable[Todo], chosen: Chosen) -> list[Field]:
    """Return the filters with the choices that occur; a role or organ is asked for only where a person has several."""
    found = list(todos)
    roles = {capacity.role.value: str(ROLE_LABELS[Role(capacity.role)]) for capacity in actor.capacities}
    organs = {str(capacity.department_id): capacity.department_name for capacity in actor.capacities}
    choices = (
        ("kind", _("类别"), sorted({(todo.kind, todo.kind) for todo in found}), 0),
        ("role", _("身份"), list(roles.items()), 1),
        ("organ", _("机构"), list(organs.items()), 1),
        ("sender", _("来自"), sorted({(todo.sender, todo.sender) for todo in found if todo.sender}), 0),
        ("term", _("期限"), [(key, str(label)) for key, label in TERMS.items()], 0),
    )
    return [
        Field(name, label, options, getattr(chosen, name))
        for name, label, options, least in choices
        if len(options) > least or getattr(chosen, name)
    ]


def said(filters: Iterable[Field], chosen: Chosen) -> list[str]:
    """Return the conditions in words, for an empty list and for paper."""
    words = [f"{field.label}：{field.words}" for field in filters if field.value]
    return [*words, *([_("含“%s”") % chosen.q] if chosen.q else [])]
