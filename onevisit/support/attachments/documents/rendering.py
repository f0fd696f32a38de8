"""Sets a document with typst as PDF/A-2b; the same document gives the same bytes."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst
from django.conf import settings

from onevisit.support.attachments.documents import glyphs
from onevisit.support.attachments.documents.blocks import Document

TEMPLATE = Path(__file__).parent / "typst" / "official.typ"
STANDARD: Literal["a-2b"] = "a-2b"


class DocumentRefused(Exception):
    """A document cannot be set; the words say what to mend."""

    code = "document"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@cache
def _fonts() -> typst.Fonts:
    """Read the fonts once: that takes longer than all the rest of a document."""
    return typst.Fonts(include_system_fonts=False, font_paths=list(glyphs.folders()))


def _written(value: Any) -> Any:
    if isinstance(value, str):
        return glyphs.writable(value)
    if isinstance(value, dict):
        return {key: _written(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_written(part) for part in value]
    return value


def render(*, document: Document) -> bytes:
    """Return the document as PDF/A-2b.

    Raises:
        DocumentRefused: typst cannot set it; the message carries its words.
    """
    content = _written(document.as_data())
    content["mark"] = "演示环境 · 演示时间，不具法律效力" if settings.DEMO else ""
    try:
        return bytes(
            typst.compile(
                str(TEMPLATE),
                None,
                format="pdf",
                font_paths=_fonts(),
                pdf_standards=[STANDARD],
                sys_inputs={"data": json.dumps(content, ensure_ascii=False)},
            )
        )
    except typst.TypstError as error:
        raise DocumentRefused(f"文书“{document.title}”无法排版：{error}。内容未丢失，请联系运维。") from error
