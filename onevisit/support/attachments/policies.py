"""Who may read a file: whoever may see what it belongs to. Each stage registers the rule of its subjects."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from onevisit.support.identity.verbs import Policy

if TYPE_CHECKING:
    from onevisit.support.attachments.models import Attachment
    from onevisit.support.identity.actors import Actor, Capacity

SubjectRule = Callable[["Actor", "Attachment"], "Capacity | None"]
_RULES: dict[str, SubjectRule] = {}


def register_subject(subject_type: str, rule: SubjectRule) -> None:
    """Say who may read the files of one kind of subject."""
    _RULES[subject_type] = rule


def _reader(actor: "Actor", attachment: "Attachment | None") -> "Capacity | None":
    if attachment is None:
        return actor.capacities[0] if actor.capacities else None
    rule = _RULES.get(attachment.subject_type)
    return rule(actor, attachment) if rule else None


POLICIES = (Policy("attachment.download", "查看文件", _reader, "须与所属事项有关。", is_read=True),)
