"""What an entry of the ledger records: frozen dataclasses, one per past tense of a verb."""

from dataclasses import InitVar, dataclass
from typing import ClassVar

from django.utils.translation import gettext as _


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


@dataclass(frozen=True, kw_only=True)
class Said(Event):
    """Base of those with a person's words: they stand in the readable sentence only, which can be erased by law.

    The payload keeps the salted digest of that sentence and nothing of the words themselves.
    """

    reason: InitVar[str]
    said: ClassVar[str] = ""

    def __post_init__(self, reason: str) -> None:
        object.__setattr__(self, "said", reason[:300])


@dataclass(frozen=True, kw_only=True)
class SensitiveRead(Event):
    """Somebody looked at a sensitive field or a sealed list."""

    name: ClassVar[str] = "record.read"
    subject_type: ClassVar[str] = "read"

    noun: str
    what: str
    reason: InitVar[str] = ""
    said: ClassVar[str] = ""

    def __post_init__(self, reason: str) -> None:
        object.__setattr__(self, "said", reason[:300])
        object.__setattr__(self, "related", (*self.related, f"{self.noun}:{self.subject}"))

    def sentence(self) -> str:
        if self.said:
            return _("查看了%(what)s，理由：%(reason)s") % {"what": self.what, "reason": self.said}
        return _("查看了%(what)s") % {"what": self.what}


@dataclass(frozen=True, kw_only=True)
class WordsErased(Event):
    """The readable words of an entry were erased by law."""

    name: ClassVar[str] = "words.erased"
    subject_type: ClassVar[str] = "ledger_entry"

    basis: str

    def sentence(self) -> str:
        return _("依法删除了一条留痕的文字，依据：%(basis)s；指纹仍在") % {"basis": self.basis}


@dataclass(frozen=True, kw_only=True)
class PolicyAdopted(Event):
    """A version of the policy was adopted: whose cosignatures make a quorum, and from when."""

    name: ClassVar[str] = "ledger_policy.adopted"
    subject_type: ClassVar[str] = "ledger_policy"
    is_public: ClassVar[bool] = True

    version: int
    digest: str
    own: tuple[str, ...]
    effective_at: str
    lodge: tuple[str, ...] = ()

    def sentence(self) -> str:
        return _("采用见证策略第 %(version)s 版，%(at)s 起生效") % {"version": self.version, "at": self.effective_at}


@dataclass(frozen=True, kw_only=True)
class LedgerChecked(Event):
    """The ledger was recomputed, every record compared with its entries, every register of draws verified; by day."""

    name: ClassVar[str] = "ledger.checked"
    subject_type: ClassVar[str] = "ledger_check"
    is_public: ClassVar[bool] = True

    entries: int
    faults: int
    differences: int
    registers: tuple[str, ...] = ()
    """The registers of draws that do not verify: organiser, check and code."""
    draws: tuple[str, ...] = ()
    """What the ledger has of each organiser's draws: its code, how many entries, and the digest over their leaves."""

    def sentence(self) -> str:
        said = {
            "n": self.entries,
            "faults": self.faults,
            "differences": self.differences,
            "count": len(self.registers),
            "names": _("、").join(self.registers),
        }
        if not self.faults and not self.differences:
            words = _("复核留痕 %(n)s 条：排序和签名无误，各项记录与留痕一致") % said
        else:
            words = _("复核留痕 %(n)s 条：留痕本身有 %(faults)s 处不符，记录与留痕有 %(differences)s 处不符") % said
        if not self.registers:
            return words
        return words + _("；抽取登记有 %(count)s 份核验不通过（%(names)s）") % said
