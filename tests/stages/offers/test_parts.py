"""part.submit and part.approve: each department answers for its own items and people before any inspection."""

from datetime import date, timedelta
from pathlib import Path

import pytest

import onevisit
from onevisit.stages.offers import documents, reactions, selectors, services
from onevisit.stages.offers.models import PartApproval
from onevisit.stages.offers.refusals import OfferRefused
from onevisit.stages.registers.imports import services as imports
from onevisit.stages.registers.models import Inspector, Leave
from onevisit.support.attachments import selectors as attachments
from onevisit.support.identity.roles import Role
from onevisit.support.ledger.models import LedgerEntry
from tests import cast, scenes
from tests.cast import AT, Cast


def _submit(people: Cast, part: PartApproval, **changes: object) -> PartApproval:
    given = {
        "item_ids": part.item_ids,
        "inspector_ids": scenes.inspector_ids(people, "市市监局"),
        "method": "on_site",
        "opinion": "建议开展",
    }
    return services.submit_part(part=part, **{**given, **changes}, actor=people.actor("王"), at=AT)  # type: ignore[arg-type]


@pytest.mark.requirement("R3")
def test_neither_department_can_touch_the_items_of_the_other(people: Cast) -> None:
    offer = scenes.settled(people)
    own, others = scenes.part_of(offer, people, "市市监局"), scenes.part_of(offer, people, "市应急局")

    with pytest.raises(OfferRefused, match="不是本部门在本集群内的事项"):
        _submit(people, own, item_ids=[*own.item_ids, *others.item_ids])

    assert not selectors.parts_for(people.actor("王")).filter(pk=others.pk).exists()
    assert _faults(people, organ="350200-01") == []
    assert _faults(people, organ="350200-10") != []


def _faults(people: Cast, *, organ: str) -> list[object]:
    """Return what is wrong with a list of items of `organ` that 王 of 市市监局 hands in."""
    path = Path(onevisit.__file__).parent / "demo" / "xiamen" / "items.csv"
    head, first = path.read_text(encoding="utf-8").splitlines()[:2]
    content = f"{head}\n{first.replace('350200-03', organ)}\n".encode()
    run = imports.upload(kind="items", file_name="items.csv", content=content, actor=people.actor("王"), at=AT)
    return list(run.errors)


def test_fewer_than_two_inspectors_are_refused(people: Cast) -> None:
    part = scenes.part_of(scenes.settled(people), people, "市市监局")

    with pytest.raises(OfferRefused, match="2 名以上持证执法人员"):
        _submit(people, part, inspector_ids=scenes.inspector_ids(people, "市市监局")[:1])


def test_an_inspector_of_another_department_is_refused(people: Cast) -> None:
    part = scenes.part_of(scenes.settled(people), people, "市市监局")

    with pytest.raises(OfferRefused, match="只能提名本部门的执法人员"):
        _submit(people, part, inspector_ids=scenes.inspector_ids(people, "市应急局"))


@pytest.mark.parametrize(
    ("valid_to", "words"), [(date(2026, 11, 1), "已于 2026-11-01 到期"), (date(2026, 11, 25), "不能覆盖检查期间")]
)
def test_a_certificate_that_does_not_cover_the_days_is_refused(people: Cast, valid_to: date, words: str) -> None:
    part = scenes.part_of(scenes.settled(people), people, "市市监局")
    Inspector.objects.filter(officer=people.officers["王一"]).update(certificate_valid_to=valid_to)

    with pytest.raises(OfferRefused, match=words):
        _submit(people, part)


def test_a_nominee_lost_after_the_approval_blocks_the_freeze(people: Cast) -> None:
    offer = scenes.ready(people)
    for name in ("周一", "周备"):
        Leave.objects.create(
            inspector=Inspector.objects.get(officer=people.officers[name]),
            from_on=scenes.STARTS_ON,
            to_on=scenes.ENDS_ON + timedelta(days=1),
            reason="病假",
        )

    assert selectors.is_ready_to_freeze(offer) == ["市消防支队可派的持证执法人员不足 2 名。"]


def test_who_filled_a_form_does_not_approve_it(people: Cast) -> None:
    offer = scenes.settled(people)
    both = cast.officer(name="双", department=people.departments["市市监局"], roles=(Role.CLERK, Role.APPROVER))
    people.officers["双"] = both
    part = scenes.part_of(offer, people, "市市监局")
    services.submit_part(
        part=part,
        item_ids=part.item_ids,
        inspector_ids=scenes.inspector_ids(people, "市市监局"),
        method="on_site",
        opinion="建议开展",
        actor=people.actor("双"),
        at=AT,
    )

    with pytest.raises(OfferRefused, match="不能是同一人"):
        services.approve_part(part=part, decision="", actor=people.actor("双"), at=AT)


def test_the_form_holds_what_the_law_wants_on_it(people: Cast) -> None:
    offer = scenes.ready(people)

    facts = dict(documents.facts_of(scenes.part_of(offer, people, "市市监局")))

    assert facts["检查主体"] == "厦门市市场监督管理局"
    assert "市应急局" in facts["是否联合"]
    assert "王一（执法证" in facts["执法人员（提名）"]
    assert facts["检查依据"].count("\n") == 1
    assert "上限 2 次" in facts["年度频次"]
    assert facts["负责人意见"] == "同意"


@pytest.mark.requirement("R25")
def test_an_approved_form_becomes_a_pdf_under_the_departments_own_heading(people: Cast) -> None:
    offer = scenes.ready(people)
    part = scenes.part_of(offer, people, "市市监局")
    entry = LedgerEntry.objects.get(event="part.approved", subject=str(part.pk))

    reactions.issue_form(entry_id=str(entry.pk), at=AT)
    reactions.issue_form(entry_id=str(entry.pk), at=AT)

    part = scenes.part_of(offer, people, "市市监局")
    assert part.document is not None
    assert part.document.title == "行政检查审批表 厦市监检审〔2026〕1号"
    assert attachments.read(part.document).startswith(b"%PDF")
    assert attachments.of_subject("part", part.pk).count() == 1
    assert people.actor("王局").may("attachment.download", part.document)
    assert not people.actor("何局").may("attachment.download", part.document)
