"""What the ledger records of the shares of a key: digests and public keys, never a share, never a key."""

from dataclasses import InitVar, dataclass
from typing import ClassVar

from django.utils.translation import gettext as _

from onevisit.stages.draws.events import PublicDrawEvent
from onevisit.stages.draws.reasons import REJECTIONS, words_of
from onevisit.support.ledger.events import Said


@dataclass(frozen=True, kw_only=True)
class OnAnothersKey(PublicDrawEvent):
    """Base of what somebody else does about a department's key: people read its name, the payload holds its code."""

    party: str
    owner: InitVar[str]
    owner_name: ClassVar[str] = ""

    def __post_init__(self, owner: str) -> None:
        object.__setattr__(self, "owner_name", owner)


@dataclass(frozen=True, kw_only=True)
class RecipientRegistered(PublicDrawEvent):
    """A department or the escrow gave the public key that shares are sealed to."""

    name = "draw.recipient_registered"
    party: str
    recipient: str
    role: str

    def sentence(self) -> str:
        return _("登记托管收存公钥") if self.role == "escrow" else _("登记份额收存公钥")


@dataclass(frozen=True, kw_only=True)
class EscrowTaken(Said, PublicDrawEvent):
    """The next organ of the published order became the escrow, since the one before said nothing in its term."""

    name = "draw.escrow_taken"
    party: str
    former: str
    due: str

    def sentence(self) -> str:
        return _("原托管单位逾期未核对份额，接任托管，理由：%(reason)s") % {"reason": self.said}


@dataclass(frozen=True, kw_only=True)
class SharesDeposited(PublicDrawEvent):
    """A department split its key; the digest is over every share's digest and every sealed text."""

    name = "draw.shares_deposited"
    party: str
    commitment: str
    holders: str
    threshold: int
    digest: str

    def sentence(self) -> str:
        return _("存放密钥份额 %(n)s 份，%(t)s 份可合成") % {"n": len(self.holders.split(",")), "t": self.threshold}


@dataclass(frozen=True, kw_only=True)
class SharesChecked(PublicDrawEvent):
    """A holder opened the shares of some departments and found each as its digest says."""

    name = "draw.shares_checked"
    holder: str
    parties: str

    def sentence(self) -> str:
        return _("核对收存的份额 %(n)s 份，均能打开") % {"n": len(self.parties.split(","))}


@dataclass(frozen=True, kw_only=True)
class ShareRejected(OnAnothersKey):
    """A holder could not open a share, or it is not the one that its digest says."""

    name = "draw.share_rejected"
    holder: str
    reason: str

    def sentence(self) -> str:
        return _("报告%(party)s存放的份额有问题：%(reason)s") % {
            "party": self.owner_name,
            "reason": words_of(self.reason, REJECTIONS),
        }


@dataclass(frozen=True, kw_only=True)
class DepositVerified(OnAnothersKey):
    """The escrow combined the shares of a key and came to its commitment."""

    name = "draw.deposit_verified"
    commitment: str
    digest: str

    def sentence(self) -> str:
        return _("托管核对：%(party)s的份额合成后与密钥承诺一致") % {"party": self.owner_name}


@dataclass(frozen=True, kw_only=True)
class DepositRejected(OnAnothersKey):
    """The shares of a key do not come to its commitment, or the escrow cannot open them."""

    name = "draw.deposit_rejected"
    reason: str

    def sentence(self) -> str:
        return _("托管核对：%(party)s的份额不能合成所承诺的密钥：%(reason)s") % {
            "party": self.owner_name,
            "reason": words_of(self.reason, REJECTIONS),
        }


@dataclass(frozen=True, kw_only=True)
class ShareOpened(OnAnothersKey):
    """A holder handed in its share of a key that its owner has not handed over."""

    name = "draw.share_opened"
    holder: str
    digest: str

    def sentence(self) -> str:
        return _("交出%(party)s密钥的份额") % {"party": self.owner_name}


@dataclass(frozen=True, kw_only=True)
class KeyCombined(OnAnothersKey):
    """A key was combined from its shares; it stands like one that its owner handed over."""

    name = "draw.key_combined"
    commitment: str
    shares: int

    def sentence(self) -> str:
        return _("%(party)s的密钥由 %(n)s 份份额合成，与承诺一致") % {"party": self.owner_name, "n": self.shares}
