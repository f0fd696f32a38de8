"""What a document is made of."""

from dataclasses import asdict, dataclass
from datetime import date


@dataclass(frozen=True)
class Paragraph:
    """Running text, first line indented."""

    text: str
    kind: str = "paragraph"


@dataclass(frozen=True)
class Heading:
    """A heading inside the document, e.g. 一、检查事项."""

    text: str
    kind: str = "heading"


@dataclass(frozen=True)
class Facts:
    """A bordered form of labels and values; a value may have several lines."""

    rows: tuple[tuple[str, str], ...]
    kind: str = "facts"


@dataclass(frozen=True)
class Table:
    """A table with a head that repeats on every page; `widths` are shares."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()
    kind: str = "table"


@dataclass(frozen=True)
class Listing:
    """Numbered lines, e.g. the rights of the party."""

    lines: tuple[str, ...]
    kind: str = "listing"


@dataclass(frozen=True)
class Signatures:
    """Lines to sign on: what each is for and who signs, empty if by hand."""

    lines: tuple[tuple[str, str], ...]
    kind: str = "signatures"


@dataclass(frozen=True)
class Note:
    """Small print at the end."""

    text: str
    kind: str = "note"


Block = Paragraph | Heading | Facts | Table | Listing | Signatures | Note


@dataclass(frozen=True)
class Document:
    """One document: whose heading it carries, its title, number, addressee, blocks and closing."""

    organ: str
    title: str
    day: date
    blocks: tuple[Block, ...]
    number: str = ""
    addressee: str = ""
    is_signed_by_organ: bool = True
    contact: str = ""
    carbon_copy: str = ""

    def as_data(self) -> dict[str, object]:
        """Return the plain data that the template reads."""
        content = asdict(self)
        content["day"] = {"year": self.day.year, "month": self.day.month, "day": self.day.day}
        return content
