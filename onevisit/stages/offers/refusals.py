"""What offers and parts refuse, with the words an officer reads."""

from django.utils.translation import gettext as _

MIN_REASON = 10


class OfferRefused(Exception):
    """The act on an offer or a part is refused; `field` names the input it concerns."""

    code = "offer"

    def __init__(self, *, message: str, field: str = "", code: str = "offer") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code


class AnsweredMeanwhile(OfferRefused):
    """Somebody of the same department answered first; his answer stands until it is changed on purpose."""

    status = 409

    def __init__(self, *, who: str, when: str, state: str, label: str) -> None:
        super().__init__(
            message=_("%(who)s 于 %(when)s 已答复：%(label)s。该答复有效，您的答复没有保存。")
            % {"who": who, "when": when, "label": label},
            code="answered_meanwhile",
        )
        self.state = state


def reason_of(text: str, *, field: str = "reason") -> str:
    """Return a reason given for leaving the rule, refused when it says too little."""
    given = text.strip()
    if len(given) < MIN_REASON:
        raise OfferRefused(
            message=_("理由过于笼统。请至少写明：因何事、依据什么、影响谁。"), field=field, code="override.vague"
        )
    return given


def words_of(text: str, *, message: str, field: str) -> str:
    """Return a text that must not be empty."""
    given = text.strip()
    if not given:
        raise OfferRefused(message=message, field=field, code="missing")
    return given
