"""Pages of what businesses and the public say: by a code, on the portal, and at the desk."""

from onevisit.stages.publication import typical_cases
from onevisit.stages.publication.models import Publication
from tests import voice_scenes
from tests.access import Page
from tests.cast import AT, Cast
from tests.stages.publication import scene

_NO_ID = "00000000-0000-4000-8000-000000000000"
# No code, no page: one identical answer, whatever was asked.
_CODE = {"may": "", "ok": (404,), "outsider_status": 404}
_PUBLIC = {"may": "", "outsider_status": 200}


def _nobody(_people: Cast) -> dict[str, object]:
    return {"code": "NOBODY"}


def _nobody_finding(_people: Cast) -> dict[str, object]:
    return {"code": "NOBODY", "finding_id": _NO_ID}


def _nobody_file(_people: Cast) -> dict[str, object]:
    return {"code": "NOBODY", "file_id": _NO_ID}


def _complaint(people: Cast) -> dict[str, object]:
    return {"request_id": voice_scenes.asked(people, contact="13800138000").pk}


def _objection(people: Cast) -> dict[str, object]:
    return {"request_id": voice_scenes.objection(people).pk}


def _reply(people: Cast) -> dict[str, object]:
    return {"request_id": voice_scenes.reply(people).pk}


def _statement(people: Cast) -> dict[str, object]:
    return {"request_id": voice_scenes.statement(people).pk}


def _released(people: Cast) -> dict[str, object]:
    return {"publication_id": scene.released(people).pk}


def _case(people: Cast, *, shown: bool = False) -> dict[str, object]:
    found: Publication = scene.released(people)
    case = typical_cases.propose(
        publication=found,
        department_id=people.departments["市商务局"].pk,
        title="加油机铅封损坏案",
        words="某加油站加油机铅封损坏，责令改正后已更换，复查合格。",
        actor=people.actor("林"),
        at=AT,
    )
    if shown:
        typical_cases.approve(case=case, words_sha256=typical_cases.digest(case), actor=people.actor("林局"), at=AT)
    return {"publication_id": found.pk}


def _shown_case(people: Cast) -> dict[str, object]:
    return _case(people, shown=True)


_WORDS = {"words": "经核对，公示日期无误，维持原公示"}
_CASE = {"title": "铅封损坏案", "words": "某加油站加油机铅封损坏，责令改正后已更换，复查合格。"}
_REASON = {"reason": "案情写得不清楚，请补充依据"}
_HEAD = {"method": "POST", "may": "林局", "other": "苏局"}

PAGES = [
    Page("code_documents", _nobody, **_CODE),
    Page("code_document", _nobody_file, **_CODE),
    Page("code_correct", _nobody, **_CODE),
    Page("code_correct_send", _nobody_finding, method="POST", **_CODE),
    Page("code_file_announce", _nobody_finding, method="POST", **_CODE),
    Page("code_file", _nobody_file, **_CODE),
    Page("code_reply", _nobody, **_CODE),
    Page("code_statement", _nobody, **_CODE),
    Page("code_complain", _nobody, **_CODE),
    Page("code_stranger", _nobody, **_CODE),
    Page("code_rate", _nobody, **_CODE),
    Page("code_key", _nobody, **_CODE),
    Page("code_dispute", lambda _people: {"code": "NOBODY", "inspection_id": _NO_ID}, method="POST", **_CODE),
    Page("open_requests", **_PUBLIC),
    Page("open_request", lambda people: {"receipt": voice_scenes.asked(people).receipt}, **_PUBLIC),
    Page("open_cases", **_PUBLIC),
    Page("requests"),
    Page("request_detail", _complaint, other="苏"),
    Page("request_answer", _complaint, form=_WORDS, **_HEAD),
    Page("request_contact", _complaint, **_HEAD),
    Page("objection_sustain", _objection, form={"remedy": "withdraw", **_WORDS}, **_HEAD),
    Page("objection_reject", _objection, form=_WORDS, **_HEAD),
    Page("reply_print", _reply, method="POST", other="苏"),
    Page("reply_decline", _reply, method="POST", form=_WORDS, other="苏"),
    Page("statement_adopt", _statement, form=_WORDS, **_HEAD),
    # Nothing was answered before: it holds by itself.
    Page("statement_hold", _statement, ok=(422,), **_HEAD),
    Page("statement_reject", _statement, form=_WORDS, **_HEAD),
    Page("typical_case_propose", _released, method="POST", form=_CASE, other="苏"),
    # The digest on the form is not that of the words: seen anew, not approved.
    Page("typical_case_approve", _case, form={"words_sha256": "0"}, ok=(422,), **_HEAD),
    Page("typical_case_return", _case, form=_REASON, **_HEAD),
    Page("typical_case_remove", _shown_case, form=_REASON, **_HEAD),
    Page("ratings"),
]
