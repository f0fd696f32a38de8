"""Two people at one record: who changed what since a form was opened, both values by field, the typed one kept.

A form carries what its fields held when it was opened (`{% seen form %}`); what they hold when it comes back is its
`initial`. Where the two differ, somebody else was there: the page shows the panel (`{% conflict found %}`) above the
form with everything that was typed, and the next try counts as made in knowledge of the change.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from onevisit.web.ui.actors import ActorRequest

FIELD = "seen"


@dataclass(frozen=True)
class Difference:
    """One field that somebody else changed: the value that stands now, and the one that was typed."""

    label: str
    theirs: str
    mine: str


@dataclass(frozen=True)
class Conflict:
    """Who did what after the form was opened, and where that meets what was typed."""

    words: str
    differences: tuple[Difference, ...]


def seen_value(form: forms.BaseForm) -> str:
    """Return what a form's fields hold as it is opened, one short digest a field."""
    return json.dumps({name: _digest(form, name) for name in form.fields}, separators=(",", ":"))


def found(request: ActorRequest, form: forms.BaseForm, *, entries: Iterable[Any]) -> Conflict | None:
    """Return the conflict of a form that was sent; None when nobody else changed what it fills in.

    Args:
        form: bound to what was typed; its `initial` is what the record holds now.
        entries: the ledger entries of the record, newest first.
    """
    before = _seen(request)
    if request.method != "POST" or not before:
        return None
    changed = [name for name in form.fields if name in before and before[name] != _digest(form, name)]
    differences = [_difference(form, name) for name in changed]
    clashing = tuple(one for one in differences if one.theirs != one.mine)
    return Conflict(words=_words(entries), differences=clashing) if clashing else None


def of_state(form: forms.BaseForm, *, entries: Iterable[Any]) -> Conflict:
    """Return the conflict of a form whose record has moved on to another state; what was typed stays in the form."""
    return Conflict(words=_words(entries), differences=())


def _words(entries: Iterable[Any]) -> str:
    latest = next(iter(entries), None)
    if latest is None:
        return _("您打开此页后，内容已有变化。您填写的内容还在下方，请对照后再提交。")
    return _("您打开此页后，%(who)s 已于 %(time)s %(did)s。您填写的内容还在下方，请对照后再提交。") % {
        "who": latest.actor_name or latest.actor,
        "time": f"{timezone.localtime(latest.at):%m-%d %H:%M}",
        "did": latest.sentence,
    }


def _seen(request: ActorRequest) -> dict[str, str]:
    try:
        given = json.loads(request.POST.get(FIELD, ""))
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in given.items()} if isinstance(given, dict) else {}


def _digest(form: forms.BaseForm, name: str) -> str:
    return hashlib.sha256(_plain(form.get_initial_for_field(form.fields[name], name)).encode()).hexdigest()[:12]


def _plain(value: Any) -> str:
    """Return one text for one value, whether it comes from the record or from what was typed."""
    if value is None or value is False:
        return ""
    if value is True:
        return "on"
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple | set):
        return "\n".join(sorted(_plain(one) for one in value))
    return str(value).replace("\r\n", "\n").strip()


def _difference(form: forms.BaseForm, name: str) -> Difference:
    field = form.fields[name]
    typed = field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
    standing = form.get_initial_for_field(field, name)
    return Difference(label=str(field.label or name), theirs=_shown(field, standing), mine=_shown(field, typed))


def _shown(field: forms.Field, value: Any) -> str:
    """Return a value in the words of its choices; 是 and 否 for a tick."""
    if isinstance(field, forms.BooleanField):
        return _("是") if value else _("否")
    words = dict(_choices(field))
    parts = _plain(value).split("\n") if words else [_plain(value)]
    return "、".join(words.get(part, part) for part in parts) or "—"


def _choices(field: forms.Field) -> Iterable[tuple[str, str]]:
    for key, label in getattr(field, "choices", ()):
        if isinstance(label, list | tuple):
            yield from ((str(inner), str(words)) for inner, words in label)
        else:
            yield str(key), str(label)
