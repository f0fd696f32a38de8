"""Legal documents as PDF/A in 公文 layout, under each organ's own heading and number.

A stage describes a `Document` in blocks; `render` gives the bytes, `issue` keeps them as an attachment with its hash.
"""

from datetime import datetime

from onevisit.support.attachments import services as attachments
from onevisit.support.attachments.documents.blocks import (
    Block,
    Document,
    Facts,
    Heading,
    Listing,
    Note,
    Paragraph,
    Signatures,
    Table,
)
from onevisit.support.attachments.documents.rendering import DocumentRefused, render
from onevisit.support.attachments.models import Attachment
from onevisit.support.identity.actors import Actor

__all__ = [
    "Block",
    "Document",
    "DocumentRefused",
    "Facts",
    "Heading",
    "Listing",
    "Note",
    "Paragraph",
    "Signatures",
    "Table",
    "issue",
    "render",
]


def issue(*, document: Document, subject_type: str, subject: object, actor: Actor, at: datetime) -> Attachment:
    """Render a document and keep it; its hash stands in the ledger with the attachment.

    Raises:
        DocumentRefused: the document cannot be set.
    """
    return attachments.store(
        content=render(document=document),
        subject_type=subject_type,
        subject=subject,
        mime="application/pdf",
        title=f"{document.title} {document.number}".strip(),
        actor=actor,
        at=at,
    )
