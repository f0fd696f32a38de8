"""The content of a publication as bytes: its one canonical form, its digest, and its correction."""

import copy
import hashlib
from collections.abc import Iterator

from onevisit.core import canonical
from onevisit.stages.publication.masking import mask

Content = dict[str, object]


def digest(content: Content) -> str:
    """Return the SHA-256 of the canonical bytes of a content, as the ledger holds it."""
    return hashlib.sha256(encode(content)).hexdigest()


def encode(content: Content) -> bytes:
    """Write a content in its one canonical form; this is the file the public downloads."""
    return canonical.encode(value=content)  # type: ignore[arg-type]  # contents hold JSON values only


def corrected(content: Content, *, words: dict[str, str]) -> Content:
    """Return the content with new words for some departments, masked again."""
    changed = copy.deepcopy(content)
    for part in parts_of(changed):
        if part["department_id"] in words:
            part["words"] = mask(text=words[str(part["department_id"])].strip()).text
    return changed


def parts_of(content: Content) -> list[Content]:
    """Return the departments' parts of a content."""
    parts = content["parts"]
    assert isinstance(parts, list)
    return parts


def findings_of(part: Content) -> list[Content]:
    """Return the problems of one part."""
    found = part["findings"]
    assert isinstance(found, list)
    return found


def texts(content: Content) -> Iterator[Content]:
    """Yield every part and problem of a content: what carries public words."""
    for part in parts_of(content):
        yield part
        yield from findings_of(part)
