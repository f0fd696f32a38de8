"""Anchor checkpoints at a time-stamping authority (RFC 3161), since a lying quorum could date back."""

import logging
import time
import urllib.request
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate, load_pem_x509_certificates
from django.utils.translation import gettext as _
from rfc3161_client import (
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from onevisit.core.merkle import note
from onevisit.support.ledger.models import LedgerAnchor, LedgerCheckpoint, LedgerEntry, LedgerLeaf

SECONDS_TO_ANSWER = 20
RETRY_SECONDS = 300.0
GREATEST_ANSWER = 64 * 1024
EVERY = timedelta(days=1)
URGENT = ("draw.committed", "draw.ordered")
"""Their time decides whether a draw counts, so they do not wait for the day's anchor."""
logger = logging.getLogger(__name__)


class AnchorRefused(Exception):
    """A time stamp that is not one of the configured authority over this checkpoint."""

    code = "anchor_refused"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Anchor:
    """Stamps the latest checkpoint once a day, and at once when a draw's commitment came into the tree."""

    def __init__(self, *, url: str, root: str, seconds: Callable[[], float] = time.monotonic) -> None:
        self._url, self._root, self._seconds = url, root, seconds
        self._not_before = 0.0

    def anchor(self) -> LedgerAnchor | None:
        """Stamp the latest checkpoint if one is due; a failure is logged and tried again after five minutes."""
        latest = LedgerCheckpoint.objects.order_by("-size").first()
        if not self._url or latest is None or self._seconds() < self._not_before or not is_due(latest):
            return None
        try:
            return stamp(checkpoint=latest, url=self._url, root=self._root)
        except (OSError, AnchorRefused) as error:
            self._not_before = self._seconds() + RETRY_SECONDS
            logger.error("time stamp of checkpoint %s: %s", latest.size, error)
            return None


def is_due(latest: LedgerCheckpoint) -> bool:
    """Tell whether a checkpoint deserves a time stamp of its own."""
    last = LedgerAnchor.objects.select_related("checkpoint").first()
    if last is None:
        return True
    if last.checkpoint_id == latest.size:
        return False
    if latest.at - last.checkpoint.at >= EVERY:
        return True
    fresh = LedgerLeaf.objects.filter(seq__gte=last.checkpoint_id).values("entry")
    return LedgerEntry.objects.filter(pk__in=fresh, event__in=URGENT).exists()


def stamp(*, checkpoint: LedgerCheckpoint, url: str, root: str) -> LedgerAnchor:
    """Ask the authority for a time stamp over a checkpoint, check it, and store it.

    Raises:
        AnchorRefused: the answer is no good stamp of that authority, or its root certificate cannot be read.
        OSError: the authority does not answer.
    """
    roots = _certificates(root)
    asked = TimestampRequestBuilder().data(_text(checkpoint)).nonce(nonce=True).cert_request(cert_request=True).build()
    headers = {"Content-Type": "application/timestamp-query"}
    request = urllib.request.Request(url, data=asked.as_bytes(), headers=headers, method="POST")
    with urllib.request.urlopen(request, timeout=SECONDS_TO_ANSWER) as answer:
        data = answer.read(GREATEST_ANSWER)
    response = _decoded(data)
    if response.tst_info.nonce != asked.nonce:
        raise AnchorRefused(_("时间戳答复的不是本次请求"))
    _verify(response, checkpoint, roots)
    return LedgerAnchor.objects.create(
        checkpoint=checkpoint, response=data, stamped_at=response.tst_info.gen_time, authority=url
    )


def check(*, anchor: LedgerAnchor, root: str) -> datetime:
    """Check a stored time stamp again over the checkpoint that stands now; return the moment it proves.

    Raises:
        AnchorRefused: it does not fit the checkpoint, or is not of the authority.
    """
    response = _decoded(bytes(anchor.response))
    _verify(response, anchor.checkpoint, _certificates(root))
    return response.tst_info.gen_time


def root_file(root: str) -> bytes | None:
    """Return the root certificates of the authority as they are published, None where none is configured.

    Only certificates are given on, whatever else the file holds.
    """
    if not root:
        return None
    return b"".join(one.public_bytes(Encoding.PEM) for one in _certificates(root))


def _text(checkpoint: LedgerCheckpoint) -> bytes:
    """Return what is stamped: the text that log and witnesses sign."""
    return note.parse_note(data=checkpoint.note.encode()).text.encode()


def _decoded(data: bytes) -> TimeStampResponse:
    try:
        response = decode_timestamp_response(data)
        _token = response.tst_info  # an answer without a token has none to give
    except ValueError as error:
        raise AnchorRefused(_("答复不是 RFC 3161 时间戳：%(error)s") % {"error": error}) from error
    return response


def _verify(response: TimeStampResponse, checkpoint: LedgerCheckpoint, roots: list[Certificate]) -> None:
    builder = VerifierBuilder()
    for certificate in roots:
        builder = builder.add_root_certificate(certificate)
    try:
        builder.build().verify_message(response, _text(checkpoint))
    except (VerificationError, ValueError) as error:
        raise AnchorRefused(_("时间戳与检查点或签发机构不符：%(error)s") % {"error": error}) from error


def _certificates(root: str) -> list[Certificate]:
    try:
        return load_pem_x509_certificates(Path(root).read_bytes())
    except (OSError, ValueError) as error:
        raise AnchorRefused(_("时间戳机构的根证书 %(path)s 读不出") % {"path": root or "-"}) from error
