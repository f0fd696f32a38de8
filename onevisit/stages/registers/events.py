"""What the ledger records of imports and registers."""

from dataclasses import dataclass

from onevisit.support.ledger.events import Event, Said


@dataclass(frozen=True, kw_only=True)
class CityConfigured(Event):
    """The profile of the city was set from a configuration pack."""

    name = "city.configured"
    subject_type = "city"
    pack: str
    version: int

    def sentence(self) -> str:
        return f"载入城市配置“{self.pack}”第 {self.version} 版"


@dataclass(frozen=True, kw_only=True)
class ImportEvent(Event):
    """Base of the events on an import; the file stands here by its SHA-256 only."""

    subject_type = "import"
    kind: str
    label: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class ImportUploaded(ImportEvent):
    """A file was uploaded for import; nothing of it is in the registers yet."""

    name = "import.uploaded"

    def sentence(self) -> str:
        return f"上传“{self.label}”文件，尚未导入（文件指纹 {self.sha256[:12]}）"


@dataclass(frozen=True, kw_only=True)
class ImportCorrected(ImportEvent):
    """Rows of an uploaded file were mended or left out before the import."""

    name = "import.corrected"
    cells_count: int
    dropped_count: int

    def sentence(self) -> str:
        return f"就地修改“{self.label}”文件 {self.cells_count} 处，剔除 {self.dropped_count} 行"


@dataclass(frozen=True, kw_only=True)
class ImportConfirmed(ImportEvent):
    """All rows of a file were written in one transaction."""

    name = "import.confirmed"
    new_count: int
    changed_count: int
    unchanged_count: int

    def sentence(self) -> str:
        return (
            f"导入“{self.label}”：新增 {self.new_count}、更新 {self.changed_count}、未变 {self.unchanged_count}"
            f"（文件指纹 {self.sha256[:12]}）"
        )


@dataclass(frozen=True, kw_only=True)
class ImportCancelled(ImportEvent):
    """An import was given up; nothing of the file was written."""

    name = "import.cancelled"

    def sentence(self) -> str:
        return f"取消“{self.label}”文件的导入，未写入任何一行"


@dataclass(frozen=True, kw_only=True)
class ImportMatched(ImportEvent):
    """The columns of an uploaded file were matched by hand."""

    name = "import.matched"
    columns_count: int

    def sentence(self) -> str:
        return f"为“{self.label}”文件对列，共对上 {self.columns_count} 列"


@dataclass(frozen=True, kw_only=True)
class ImportDecided(ImportEvent):
    """It was decided what happens to rows that may be about targets that stand already."""

    name = "import.decided"
    decisions: str

    def sentence(self) -> str:
        return f"决定“{self.label}”文件疑似重复的处理办法（{self.decisions}）"


@dataclass(frozen=True, kw_only=True)
class ImportQueued(ImportEvent):
    """The import was confirmed and goes on in the background."""

    name = "import.queued"

    def sentence(self) -> str:
        return f"确认导入“{self.label}”，由后台写入（文件指纹 {self.sha256[:12]}）"


@dataclass(frozen=True, kw_only=True)
class ImportStopped(ImportEvent):
    """The work in the background was stopped or given up; nothing of the file was written."""

    name = "import.stopped"
    reason: str

    def sentence(self) -> str:
        return f"“{self.label}”文件的后台处理停止（{self.reason}），未写入任何一行"


@dataclass(frozen=True, kw_only=True)
class TargetMerged(Event):
    """Two records were taken for one target; the other one stands here by its id, or by its import and row."""

    name = "target.merged"
    subject_type = "target"
    merge: str
    rule: str
    other: str

    def sentence(self) -> str:
        return f"合并检查对象（{_RULES.get(self.rule, self.rule)}），对方记录 {self.other}"


@dataclass(frozen=True, kw_only=True)
class TargetUnmerged(Event):
    """A merge was undone."""

    name = "target.unmerged"
    subject_type = "target"
    merge: str
    other: str

    def sentence(self) -> str:
        return "撤销检查对象的合并，两条记录恢复原状"


@dataclass(frozen=True, kw_only=True)
class ComplaintRegistered(Event):
    """A complaint that another system took in was entered on its target."""

    name = "complaint.registered"
    subject_type = "complaint"
    channel: str
    number: str

    def sentence(self) -> str:
        return f"登记 {self.channel} 投诉举报 {self.number}"


@dataclass(frozen=True, kw_only=True)
class SupplyRegistered(Event):
    """A supply between two targets was entered."""

    name = "supply.registered"
    subject_type = "supply"
    supplier: str
    buyer: str

    def sentence(self) -> str:
        return f"登记供货关系：{self.supplier} 供 {self.buyer}"


@dataclass(frozen=True, kw_only=True)
class SupplyEnded(Event):
    """A supply between two targets has ended."""

    name = "supply.ended"
    subject_type = "supply"
    supplier: str
    buyer: str
    on: str

    def sentence(self) -> str:
        return f"{self.supplier} 对 {self.buyer} 的供货至 {self.on} 终止"


@dataclass(frozen=True, kw_only=True)
class LetterEvent(Event):
    """Base of the events on a letter; sender and receiver are short names."""

    subject_type = "letter"
    number: str
    sender: str
    receiver: str


@dataclass(frozen=True, kw_only=True)
class LetterSaid(Said, LetterEvent):
    """Base of those with free words."""


@dataclass(frozen=True, kw_only=True)
class LetterDrafted(LetterEvent):
    """A clerk wrote a letter; its department's head has to let it go."""

    name = "letter.drafted"
    kind: str
    needs_answer: bool

    def sentence(self) -> str:
        return f"{self.sender}拟抄告{self.receiver} {self.number}，提请审核"


@dataclass(frozen=True, kw_only=True)
class LetterSentBack(LetterSaid):
    """The head of the sending department wants it written otherwise."""

    name = "letter.sent_back"

    def sentence(self) -> str:
        return f"{self.sender}审批人退回修改 {self.number}：{self.said}"


@dataclass(frozen=True, kw_only=True)
class LetterRedrafted(LetterEvent):
    """The clerk wrote it anew for the head."""

    name = "letter.redrafted"

    def sentence(self) -> str:
        return f"{self.sender}修改后重新提请审核 {self.number}"


@dataclass(frozen=True, kw_only=True)
class LetterSent(LetterEvent):
    """One department informed another of what it found at a target, by its head's word."""

    name = "letter.sent"
    kind: str
    needs_answer: bool

    def sentence(self) -> str:
        return f"{self.sender}抄告{self.receiver} {self.number}{'，须反馈' if self.needs_answer else ''}"


@dataclass(frozen=True, kw_only=True)
class LetterSigned(LetterEvent):
    """The receiver signed for it."""

    name = "letter.signed"

    def sentence(self) -> str:
        return f"{self.receiver}签收 {self.number}"


@dataclass(frozen=True, kw_only=True)
class LetterAnswered(LetterSaid):
    """The receiver told what it did."""

    name = "letter.answered"

    def sentence(self) -> str:
        return f"{self.receiver}反馈 {self.number}：{self.said}"


@dataclass(frozen=True, kw_only=True)
class LetterReturned(LetterSaid):
    """The receiver sent it back: not its duty, or not enough to act on."""

    name = "letter.returned"

    def sentence(self) -> str:
        return f"{self.receiver}退回 {self.number}：{self.said}"


@dataclass(frozen=True, kw_only=True)
class LetterWithdrawn(LetterSaid):
    """The sender took it back before it was signed for."""

    name = "letter.withdrawn"

    def sentence(self) -> str:
        return f"{self.sender}撤回 {self.number}：{self.said}"


@dataclass(frozen=True, kw_only=True)
class LetterReasked(LetterSaid):
    """The sender wants more than the answer says; the term runs again."""

    name = "letter.reasked"

    def sentence(self) -> str:
        return f"{self.sender}退回补充 {self.number}：{self.said}"


@dataclass(frozen=True, kw_only=True)
class LetterClosed(LetterEvent):
    """The sender has read the answer and closes the letter."""

    name = "letter.closed"

    def sentence(self) -> str:
        return f"{self.sender}办结 {self.number}"


@dataclass(frozen=True, kw_only=True)
class ExpertRegistered(Event):
    """An expert was entered in the register; here by id only."""

    name = "expert.registered"
    subject_type = "expert"
    domains: int

    def sentence(self) -> str:
        return f"登记专家，专业领域 {self.domains} 项"


@dataclass(frozen=True, kw_only=True)
class ExpertSuspended(Said):
    """An expert is not asked any more, with the reason."""

    name = "expert.suspended"
    subject_type = "expert"

    def sentence(self) -> str:
        return f"停用专家：{self.said}"


@dataclass(frozen=True, kw_only=True)
class ExpertResumed(Event):
    """An expert can be asked again."""

    name = "expert.resumed"
    subject_type = "expert"

    def sentence(self) -> str:
        return "恢复专家在库"


@dataclass(frozen=True, kw_only=True)
class ItemEdited(Said):
    """The department changed how one of its items is checked."""

    name = "item.edited"
    subject_type = "item"
    code: str
    version: int

    def sentence(self) -> str:
        return f"修改检查表内容为第 {self.version} 版：{self.said}"


@dataclass(frozen=True, kw_only=True)
class ItemSuspended(Said):
    """The department uses an item no more."""

    name = "item.suspended"
    subject_type = "item"
    code: str

    def sentence(self) -> str:
        return f"停用事项：{self.said}"


@dataclass(frozen=True, kw_only=True)
class ItemResumed(Event):
    """The department uses an item again; it has a basis valid on the day."""

    name = "item.resumed"
    subject_type = "item"
    code: str

    def sentence(self) -> str:
        return "启用事项"


_RULES = {"same_code": "同码", "same_place": "同名同址"}
