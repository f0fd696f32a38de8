"""What the ledger records of lists: data that left the screen as a file."""

from dataclasses import dataclass

from onevisit.support.ledger.events import Event


@dataclass(frozen=True, kw_only=True)
class ListExported(Event):
    """Somebody had the rows of a list written to a file; `subject` is the export.

    What was searched for may be a person's name: the filter stands in the export's row, here only its digest.
    """

    name = "list.exported"
    subject_type = "export"
    listing: str
    query: str
    rows: int
    digest: str

    def sentence(self) -> str:
        return f"导出列表 {self.listing}，{self.rows} 行"
