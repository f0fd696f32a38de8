"""What the draw refuses, with the words an officer reads."""

from django.utils.translation import gettext as _

MIN_REASON = 10


class DrawRefused(Exception):
    """The act on a draw is refused; `field` names the input it concerns."""

    def __init__(self, *, message: str, field: str = "", code: str = "draw") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code


def reason_of(text: str, *, field: str = "reason") -> str:
    """Return a reason given in words, refused when it says too little."""
    given = text.strip()
    if len(given) < MIN_REASON:
        raise DrawRefused(
            message=_("理由过于笼统。请至少写明：因何事、依据什么、影响谁。"), field=field, code="override.vague"
        )
    return given
