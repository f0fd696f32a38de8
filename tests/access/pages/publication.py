"""Pages of 公示信用 on the desk, and the log of what was sent to other systems."""

from onevisit.stages.publication.models import Publication
from onevisit.web.exchange.models import OutboundMessage
from tests import voice_scenes
from tests.access import Page
from tests.cast import AT, Cast
from tests.stages.publication import scene


def _prepared(people: Cast) -> dict[str, object]:
    return {"publication_id": scene.prepared(people).pk}


def _released(people: Cast) -> dict[str, object]:
    return {"publication_id": scene.released(people).pk}


def _held(people: Cast) -> dict[str, object]:
    found = scene.approved(people)
    voice_scenes.statement(people)
    return {"publication_id": found.pk}


def _refused(people: Cast) -> dict[str, object]:
    found: Publication = scene.released(people)
    message = OutboundMessage.objects.create(
        system="credit",
        kind="inspection_result",
        subject_type="publication",
        subject=str(found.pk),
        body={"content": found.content},
        body_sha256="0" * 64,
        state="refused",
        created_at=AT,
    )
    return {"message_id": message.pk}


_REASON = {"reason": "原文字漏写许可证换发情况"}
_HEAD = {"method": "POST", "may": "林局"}

PAGES = [
    Page("publications", may="林"),
    Page("publication", _prepared, may="林", other="苏"),
    # The digest on the form is not that of the content: seen anew, not approved.
    Page("publication_approve", _prepared, form={"content_sha256": "0"}, ok=(422,), other="苏局", **_HEAD),
    Page("publication_return", _held, other="苏局", **_HEAD),
    Page("publication_withhold", _prepared, form={"reason": "privacy"}, other="苏局", **_HEAD),
    Page("publication_correct", _released, form=_REASON, ok=(422,), other="苏局", **_HEAD),
    Page("publication_withdraw", _released, form=_REASON, other="苏局", **_HEAD),
    Page("publication_reveal", _prepared, form={"number": "1", **_REASON}, other="苏局", **_HEAD),
    Page("messages_out", may="林"),
    Page("message_counts", may="林", ok=(302,)),
    Page("message_out", _refused, may="林", other="苏"),
    Page("message_resend", _refused, method="POST", may="运", other="林", other_status=403),
]
