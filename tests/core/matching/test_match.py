"""The cluster of a field: each target, item, law and department has its reason, and the date decides the law."""

from dataclasses import replace
from datetime import date

from onevisit.core import matching

DAY = date(2026, 11, 18)
TEMPLATE = matching.TemplateFact(
    key="gas",
    name="加油（气）站",
    field="加油加气站",
    industries=frozenset({"5265", "5266"}),
    directories=(("gas-stations", "加油加气站"),),
    licence_kinds=frozenset({"成品油零售经营批准证书"}),
    initiator_code="03",
    participant_codes=("01", "10", "36"),
)
DEPARTMENTS = tuple(
    matching.DepartmentFact(id=code, code=code, name=f"厦门{name}", short_name=name, can_inspect=code != "LX")
    for code, name in (
        ("01", "市市监局"),
        ("03", "市商务局"),
        ("10", "市应急局"),
        ("36", "市气象局"),
        ("LX", "领导小组办"),
    )
)


def basis(article: str, *, since: date = date(2010, 1, 1), until: date | None = None) -> matching.BasisFact:
    return matching.BasisFact(
        id=article, article_id=article, words=f"依据 {article}", kind="duty", valid_from=since, valid_to=until
    )


def item(code: str, department: str, *bases: matching.BasisFact, exempt: bool = False) -> matching.ItemFact:
    return matching.ItemFact(
        id=code,
        code=code,
        title=f"事项 {code}",
        department_code=department,
        fields=frozenset({"加油加气站"}),
        industries=frozenset({"5265"}),
        is_exempt_from_quiet_list=exempt,
        valid_from=date(2020, 1, 1),
        bases=bases,
    )


def target(number: int, **more: object) -> matching.TargetFact:
    plain = matching.TargetFact(
        id=str(number),
        object_id=f"OBJECT{number}",
        name=f"加油站 {number}",
        region_code="350206",
        industry_code="5265",
        industry_name="机动车燃油零售",
    )
    return replace(plain, **more)  # type: ignore[arg-type]  # the fields are named in each test


ITEMS = (
    item("A1", "03", basis("oil-19")),
    item("B1", "01", basis("metrology-9")),
    item(
        "C1",
        "10",
        basis("regulation-33", until=date(2026, 4, 30)),
        basis("safety-law-53", since=date(2026, 5, 1)),
        exempt=True,
    ),
)


def match(
    *,
    targets: tuple[matching.TargetFact, ...] = (),
    items: tuple[matching.ItemFact, ...] = ITEMS,
    day: date = DAY,
    regions: tuple[str, ...] = (),
) -> matching.Proposal:
    return matching.match(
        field="加油加气站",
        day=day,
        region_codes=regions,
        targets=targets,
        items=items,
        departments=DEPARTMENTS,
        template=TEMPLATE,
    )


def test_the_initiator_comes_first_and_each_department_says_why() -> None:
    proposal = match()

    assert [owner.department.short_name for owner in proposal.departments] == ["市商务局", "市市监局", "市应急局"]
    assert proposal.departments[0].is_initiator
    assert [reason.rule for reason in proposal.departments[1].reasons] == [
        "department.owns_items",
        "department.template",
    ]


def test_a_department_without_items_on_the_day_is_named_as_unmatched() -> None:
    proposal = match()

    assert [(out.code, out.words) for out in proposal.unmatched] == [("36", "市气象局在 2026-11-18 没有可用的检查事项")]


def test_the_day_decides_which_law_carries_an_item() -> None:
    before = match(day=date(2026, 4, 30))
    after = match(day=date(2026, 5, 1))

    assert [found.article_id for found in before.items[2].bases] == ["regulation-33"]
    assert [found.article_id for found in after.items[2].bases] == ["safety-law-53"]


def test_an_item_whose_law_has_ended_is_out_and_says_when() -> None:
    proposal = match(items=(item("D1", "01", basis("old", until=date(2026, 8, 14))),))

    assert proposal.items == ()
    assert proposal.excluded_items[0].code == "basis"
    assert "上一版于 2026-08-14 失效" in proposal.excluded_items[0].words


def test_a_target_is_found_by_directory_industry_and_licence() -> None:
    licence = matching.LicenceFact(
        kind="成品油零售经营批准证书", valid_from=date(2024, 1, 1), valid_to=date(2029, 1, 1)
    )
    expired = replace(licence, valid_to=date(2025, 1, 1))
    proposal = match(
        targets=(
            target(1, directory_keys=frozenset({"gas-stations"}), industry_code="5941"),
            target(2),
            target(3, industry_code="6110", licences=(licence,)),
            target(4, industry_code="6110", licences=(expired,)),
        )
    )

    rules = [[reason.rule for reason in found.reasons] for found in proposal.targets]
    assert rules == [["target.directory"], ["target.industry"], ["target.licence"]]


def test_a_region_keeps_others_out_and_a_city_code_covers_its_districts() -> None:
    both = (target(1), target(2, region_code="350203"), target(3, region_code="350500"))

    assert [found.target.id for found in match(targets=both, regions=("350203",)).targets] == ["2"]
    assert [found.target.id for found in match(targets=both, regions=("350200",)).targets] == ["1", "2"]


def test_deregistered_and_quiet_targets_are_taken_out_with_the_reason() -> None:
    proposal = match(
        targets=(target(1, is_active=False, status_label="注销"), target(2, quiet_reason="信用良好"), target(3))
    )

    assert [out.code for out in proposal.excluded_targets] == ["status", "quiet_list"]
    assert [found.target.id for found in proposal.targets] == ["3"]


def test_the_quiet_list_does_not_keep_out_pure_safety_checks() -> None:
    proposal = match(targets=(target(1, quiet_reason="信用良好"),), items=(ITEMS[2],))

    assert [found.target.id for found in proposal.targets] == ["1"]


def test_two_departments_on_one_duty_are_an_overlap() -> None:
    proposal = match(items=(*ITEMS, item("A2", "03", basis("safety-law-53"))))

    assert [pair.item_codes for pair in proposal.overlaps] == [("A2", "C1")]


def test_an_industry_without_items_and_an_item_without_owner_are_orphans() -> None:
    proposal = match(
        targets=(target(1, industry_code="5266", industry_name="机动车燃气零售"),),
        items=(*ITEMS, item("E1", "LX", basis("x"))),
    )

    assert [(orphan.kind, orphan.key) for orphan in proposal.orphans] == [("industry", "5266"), ("item", "E1")]


def test_owners_beyond_the_template_are_candidates_only() -> None:
    proposal = match(items=(*ITEMS, item("F1", "99x", basis("x")), item("G1", "36", basis("y"))))

    assert "36" in [owner.department.code for owner in proposal.departments]
    assert proposal.candidates == ()
    assert [out.code for out in proposal.excluded_items] == ["owner"]


def test_the_order_of_the_input_never_matters() -> None:
    targets = (target(1), target(2), target(3))

    assert match(targets=targets, items=ITEMS) == match(targets=targets[::-1], items=ITEMS[::-1])
