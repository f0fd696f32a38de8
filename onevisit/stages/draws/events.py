"""What the ledger records of a draw; `draw` is its number, `digest` what section 14.1 of the protocol looks for."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from onevisit.stages.draws.reasons import LAPSES, REPLACEMENT_REASONS, words_of
from onevisit.stages.draws.void_reasons import label_of
from onevisit.support.ledger.events import Event


@dataclass(frozen=True, kw_only=True)
class DrawEvent(Event):
    """Base of the events on a draw."""

    subject_type = "draw"
    draw: str


@dataclass(frozen=True, kw_only=True)
class PublicDrawEvent(DrawEvent):
    """Base of those that everybody may read: the small register of an organiser's draws."""

    is_public = True


@dataclass(frozen=True, kw_only=True)
class DrawPrepared(DrawEvent):
    """A draw got its number and its moment."""

    name = "draw.prepared"
    t0: str
    given: str = ""
    repeats: str = ""

    def sentence(self) -> str:
        return _("筹备抽取 %(draw)s，T0 为 %(t0)s") % {"draw": self.draw, "t0": self.t0[:16].replace("T", " ")}


@dataclass(frozen=True, kw_only=True)
class DrawRescheduled(DrawPrepared):
    """The moment was moved before the freeze."""

    name = "draw.rescheduled"

    def sentence(self) -> str:
        return _("将 T0 改为 %(t0)s") % {"t0": self.t0[:16].replace("T", " ")}


@dataclass(frozen=True, kw_only=True)
class KeyCommitted(PublicDrawEvent):
    """A department committed to its key."""

    name = "draw.key_committed"
    party: str
    commitment: str

    def sentence(self) -> str:
        return _("提交密钥承诺")


@dataclass(frozen=True, kw_only=True)
class DrawFrozen(DrawEvent):
    """Frames, roster, quotas and exclusions are fixed, and the rows of the registers behind pseudonyms and ids."""

    name = "draw.frozen"
    digest: str
    targets: int
    behind_names: str = ""
    behind_ids: str = ""

    def sentence(self) -> str:
        return _("冻结抽取池 %(n)s 个对象") % {"n": self.targets}


@dataclass(frozen=True, kw_only=True)
class DrawUnfrozen(DrawEvent):
    """A freeze was undone before anything was committed."""

    name = "draw.unfrozen"
    reason: str

    def sentence(self) -> str:
        return _("解除冻结，理由：%(reason)s") % {"reason": self.reason}


@dataclass(frozen=True, kw_only=True)
class DrawCommitted(PublicDrawEvent):
    """The manifest digest stands in the ledger.

    `policy` is the digest of the policy in force, empty where none was adopted: whose entry names who lodges the lists.
    `opens` is the last moment at which a sealed draw becomes public, empty of an open one. `t0` stands in the manifest
    too, which a draw for officers only keeps back.
    """

    name = "draw.committed"
    digest: str
    policy: str = ""
    opens: str = ""
    t0: str = ""

    def sentence(self) -> str:
        return _("公布抽取 %(draw)s 的清单指纹") % {"draw": self.draw}


@dataclass(frozen=True, kw_only=True)
class DrawWitnessed(DrawEvent):
    """The commitment counts: the policy's quorum has seen it, or, with `quorum none`, the log alone has signed it."""

    name = "draw.witnessed"
    by: str = "quorum"

    def sentence(self) -> str:
        return _("承诺已见证") if self.by == "quorum" else _("承诺已入账（没有见证单位）")


@dataclass(frozen=True, kw_only=True)
class DrawAttested(PublicDrawEvent):
    """A witness in the room answered whether the fingerprint is the one that was read out."""

    name = "draw.attested"
    fingerprint: str
    department: str
    is_agreed: bool
    reason_sha256: str

    def sentence(self) -> str:
        answer = _("签认") if self.is_agreed else _("不签认")
        return _("%(answer)s抽取 %(draw)s 的指纹 %(start)s…") % {
            "answer": answer,
            "draw": self.draw,
            "start": self.fingerprint[:8],
        }


@dataclass(frozen=True, kw_only=True)
class DrawSourced(PublicDrawEvent):
    """The values of the local sources are fixed, before any key is handed over; `organs` typed them."""

    name = "draw.sourced"
    digest: str
    organs: tuple[str, ...] = ()

    def sentence(self) -> str:
        return _("登记种子来源的取值")


@dataclass(frozen=True, kw_only=True)
class KeyHanded(PublicDrawEvent):
    """A department handed over its key to the one manifest that it signed; the entry carries the commitment only."""

    name = "draw.key_handed"
    party: str
    commitment: str
    manifest_digest: str = ""

    def sentence(self) -> str:
        return _("交出密钥")


@dataclass(frozen=True, kw_only=True)
class KeyReused(PublicDrawEvent):
    """A key that another draw had used was brought for this one, and was not taken."""

    name = "draw.key_reused"
    party: str

    def sentence(self) -> str:
        return _("拒收一把在另一次抽取中用过的密钥")


@dataclass(frozen=True, kw_only=True)
class DrawDrawn(PublicDrawEvent):
    """The draw is made; the digest is its seal in sealed mode, else that of the result."""

    name = "draw.drawn"
    digest: str

    def sentence(self) -> str:
        return _("完成抽取 %(draw)s") % {"draw": self.draw}


@dataclass(frozen=True, kw_only=True)
class DrawSealed(DrawEvent):
    """The drawn slots stand; visits follow from them."""

    name = "draw.sealed"
    targets: int
    slots: int

    def sentence(self) -> str:
        return _("抽中 %(targets)s 个对象、%(slots)s 人次") % {"targets": self.targets, "slots": self.slots}


@dataclass(frozen=True, kw_only=True)
class ReplacementEvent(DrawEvent):
    """Base of what happens to a request to replace a drawn target; it names the request, never the target."""

    replacement: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReplacementRequested(ReplacementEvent):
    """A department asks to replace a target that cannot be visited."""

    name = "draw.replacement_requested"

    def sentence(self) -> str:
        return _("申请替换 1 个对象：%(reason)s") % {"reason": words_of(self.reason, REPLACEMENT_REASONS)}


@dataclass(frozen=True, kw_only=True)
class ReplacementConfirmed(ReplacementEvent):
    """A second organ agreed to the target and the evidence that the salted digest is over."""

    name = "draw.replacement_confirmed"
    department: str = ""
    role: str = ""
    grounds_sha256: str = ""

    def sentence(self) -> str:
        return _("同意替换 1 个对象：%(reason)s") % {"reason": words_of(self.reason, REPLACEMENT_REASONS)}


@dataclass(frozen=True, kw_only=True)
class ReplacementRefused(ReplacementEvent):
    """A second organ did not agree: the target stays drawn."""

    name = "draw.replacement_refused"

    def sentence(self) -> str:
        return _("不同意替换 1 个对象：%(reason)s") % {"reason": words_of(self.reason, REPLACEMENT_REASONS)}


@dataclass(frozen=True, kw_only=True)
class DrawOrdered(PublicDrawEvent):
    """The order of a replacement round stands, before its own seed exists; its digest and its moment are public."""

    name = "draw.ordered"
    digest: str
    round: str
    t0: str = ""

    def sentence(self) -> str:
        return _("下达第 %(round)s 轮替换") % {"round": self.round}


@dataclass(frozen=True, kw_only=True)
class DrawReplaced(PublicDrawEvent):
    """A replacement round is drawn; the digest is its seal in sealed mode, else that of its result."""

    name = "draw.replaced"
    digest: str
    round: str

    def sentence(self) -> str:
        return _("完成第 %(round)s 轮替换") % {"round": self.round}


@dataclass(frozen=True, kw_only=True)
class RoundLapsed(PublicDrawEvent):
    """The order of a round stands without a result: a value did not come, or its witnesses did not see it, in time."""

    name = "draw.round_lapsed"
    round: str
    reason: str

    def sentence(self) -> str:
        why = words_of(self.reason, LAPSES)
        return _("第 %(round)s 轮替换%(why)s，替换令失效，抽中的对象不变") % {"round": self.round, "why": why}


@dataclass(frozen=True, kw_only=True)
class DrawFellShort(DrawEvent):
    """The targets are drawn, but no complete assignment of officers exists; the receipt holds the proof."""

    name = "draw.fell_short"
    short: int
    round: str = "0"

    def sentence(self) -> str:
        if self.round != "0":
            return _("第 %(round)s 轮替换已抽出对象，执法人员不足：缺 %(n)s 人次，证明记入结果") % {
                "round": self.round,
                "n": self.short,
            }
        return _("对象已抽出，执法人员不足：缺 %(n)s 人次，证明记入结果") % {"n": self.short}


@dataclass(frozen=True, kw_only=True)
class DrawRepeated(PublicDrawEvent):
    """The officers did not suffice: who goes to the objects that stand is drawn again under another number."""

    name = "draw.repeated"
    by: str

    def sentence(self) -> str:
        return _("执法人员不足，由抽取 %(by)s 重抽执法人员，对象不变") % {"by": self.by}


@dataclass(frozen=True, kw_only=True)
class DrawOpened(PublicDrawEvent):
    """Keys, seed and receipt are public."""

    name = "draw.opened"
    digest: str

    def sentence(self) -> str:
        return _("公开抽取 %(draw)s 的种子、结果和验证文件") % {"draw": self.draw}


@dataclass(frozen=True, kw_only=True)
class DrawVerified(PublicDrawEvent):
    """Somebody outside re-computed a draw and reported what came of it; `failing` names the checks that failed."""

    name = "draw.verified"
    outcome: str
    failing: str = ""

    def sentence(self) -> str:
        if not self.failing:
            return _("收到一份核验通过的报告")
        return _("收到一份核验不通过的报告：%(checks)s") % {"checks": self.failing}


@dataclass(frozen=True, kw_only=True)
class DrawVoided(PublicDrawEvent):
    """A second organ agreed, or nothing had been committed yet; the number stays.

    A second one follows where the quorum saw the first only after `t0`: its record says `after-seed`.
    """

    name = "draw.voided"
    digest: str
    stage: str
    reason: str

    def sentence(self) -> str:
        return _("作废抽取 %(draw)s：%(reason)s") % {"draw": self.draw, "reason": label_of(self.reason)}


@dataclass(frozen=True, kw_only=True)
class VoidCounted(DrawEvent):
    """The void took effect: the policy's quorum has seen its entry."""

    name = "draw.void_counted"

    def sentence(self) -> str:
        return _("作废已见证，自此生效")
