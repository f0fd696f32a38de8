"""Pages of 管理 › 机构与人员, the demo city and one's own posts."""

from datetime import date

from onevisit.support.identity.models import Delegation, Post
from onevisit.support.identity.roles import Role
from tests.access import Page
from tests.cast import AT, Cast


def _organ(people: Cast) -> dict[str, object]:
    return {"organ_id": people.departments["市商务局"].pk}


def _post(people: Cast) -> dict[str, object]:
    return {"post_id": Post.objects.get(officer=people.officers["林"], role=Role.CLERK).pk}


def _delegation(people: Cast) -> dict[str, object]:
    delegation = Delegation.objects.create(
        from_officer=people.officers["林局"],
        to_officer=people.officers["林"],
        department=people.departments["市商务局"],
        role=Role.APPROVER,
        reason="出差",
        valid_from=date(2026, 1, 1),
        valid_to=date(2030, 1, 1),
    )
    return {"delegation_id": delegation.pk}


def _cast_member(people: Cast) -> dict[str, object]:
    officer = people.officers["林"]
    officer.is_demo_cast = True
    officer.save(update_fields=["is_demo_cast"])
    return {"officer_id": officer.pk}


_POST_FORM = {"officer": "", "role": "clerk", "valid_from": AT.date().isoformat()}

PAGES = [
    Page("organ_list"),
    Page("organ_detail", _organ),
    Page(
        "organ_detail",
        _organ,
        method="POST",
        form=_POST_FORM,
        may="林局",
        other="王局",
        other_status=403,
        ok=(302, 422),
    ),
    Page("organ_onboard", _organ, method="POST", form={"batch_number": "1"}, may="运", other="林局", other_status=403),
    Page("post_end", _post, method="POST", may="林局", other="王局", other_status=403),
    Page("my_posts", outsider_status=200),
    Page("delegation_revoke", _delegation, method="POST", may="林局", other="王局", outsider_status=404),
    Page("demo_sign_in", _cast_member, method="POST", may="", outsider_status=302),
    Page("demo_clock", outsider_status=200),
    Page("demo_clock_forward", method="POST", form={"minutes": "5"}, outsider_status=302),
]
