"""What the plans refuse, with the words an officer reads."""

from django.utils.translation import gettext as _

MIN_REASON = 10


class PlanRefused(Exception):
    """The change of a plan or its cluster is refused; `field` names the input it concerns."""

    code = "plan"

    def __init__(self, *, message: str, field: str = "", code: str = "plan") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code


class PlanIncomplete(PlanRefused):
    """The plan cannot be handed in yet; `blockers` says what is missing, section by section."""

    def __init__(self, *, blockers: list[tuple[str, str]]) -> None:
        words = "；".join(message for _section, message in blockers)
        super().__init__(message=_("方案还不能提交：%(words)s。") % {"words": words}, code="incomplete")
        self.blockers = blockers


def reason_of(text: str, *, field: str = "reason") -> str:
    """Return a reason given for leaving the rule, refused when it says too little."""
    given = text.strip()
    if len(given) < MIN_REASON:
        raise PlanRefused(
            message=_("理由过于笼统。请至少写明：因何事、依据什么、影响谁。"), field=field, code="override.vague"
        )
    return given


def words_of(text: str, *, message: str, field: str) -> str:
    """Return a text that must not be empty."""
    given = text.strip()
    if not given:
        raise PlanRefused(message=message, field=field, code="missing")
    return given
