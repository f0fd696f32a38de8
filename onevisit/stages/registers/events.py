"""What the ledger records of imports and registers."""

from dataclasses import dataclass

from onevisit.support.ledger.events import Event


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


_RULES = {"same_code": "同码", "same_place": "同名同址"}
