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
