"""What an entry of the ledger records: frozen dataclasses, one per past tense of a verb."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events. Fields are text or integers: ids, numbers, digests, codes; never personal data in clear.

    Attributes:
        name: past tense of the verb, e.g. `offer.accepted`.
        is_public: the payload may be shown to everybody (else it carries a nonce).
        subject_type: noun of the subject, e.g. `offer`.
        subject: id of the subject.
        related: further subjects on whose timelines the entry stands, as `noun:id`.
    """

    name: ClassVar[str]
    subject_type: ClassVar[str]
    is_public: ClassVar[bool] = False

    subject: str
    related: tuple[str, ...] = ()

    def sentence(self) -> str:
        """Say in Chinese what was done, without the actor and the time, for timelines."""
        raise NotImplementedError
