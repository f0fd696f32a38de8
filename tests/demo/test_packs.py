"""Another city is a pack: no code is changed for it, and a city's configuration goes out and in again."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from onevisit.demo import exporting, loading, packs
from onevisit.stages.plans.models import CampaignTemplate
from onevisit.stages.registers import proposals, selectors
from onevisit.stages.registers.models import ImportRun, InspectionItem, InspectionTarget, LegalBasis
from onevisit.support.deadlines import services as deadlines
from onevisit.support.deadlines.models import Rule, RuleVersion
from onevisit.support.identity import actors
from onevisit.support.identity.models import Department, Officer
from tests import cast

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 24)
MINI = packs.folder_of("quanzhou_mini")


@pytest.fixture(scope="module", autouse=True)
def city(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[loading.Loaded]:
    """Load the small city once for this module and take it back after the last test."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield loading.load(pack=MINI, actor=actors.SYSTEM, at=cast.AT)
        transaction.set_rollback(True)


@pytest.mark.requirement("R16")
def test_a_second_city_works_from_its_pack_alone() -> None:
    template = CampaignTemplate.objects.get(key="gas-stations")

    proposal = proposals.propose(
        proposals.Question(
            field=template.field,
            day=DAY,
            industries=tuple(template.industries),
            directory_keys=tuple(template.directory_keys),
            initiator_code=template.initiator_code,
            participant_codes=tuple(template.participant_codes),
        )
    )

    assert selectors.region_names() == {"350500": "泉州市", "350502": "鲤城区", "350503": "丰泽区"}
    assert [owner.department.short_name for owner in proposal.departments] == [
        "市商务局",
        "市市监局",
        "市应急局",
        "市消防支队",
    ]
    assert len(proposal.targets) == 12
    assert deadlines.current("offer.reply", on=DAY).amount == 5


def test_the_second_city_has_every_rule_of_the_first() -> None:
    first, second = (
        {line.split(",")[0] for line in (packs.folder_of(name) / "rules.csv").read_text(encoding="utf-8").splitlines()}
        for name in ("xiamen", "quanzhou_mini")
    )

    assert first == second


def test_nobody_gets_a_password_outside_the_demo_city() -> None:
    assert not Officer.objects.filter(user__isnull=False).exists()


def test_the_configuration_goes_out_and_in_again(tmp_path: Path) -> None:
    names = exporting.export(folder=tmp_path)
    before = _configuration()

    InspectionItem.objects.filter(code="QZ-SJ-JL-01").update(how="改动过的方法。")
    again = loading.load(pack=tmp_path, actor=actors.SYSTEM, at=cast.AT)

    assert "rules.csv" in names
    assert sum(again.new_counts.values()) == 0
    assert ImportRun.objects.filter(kind="items").latest("created_at", "imported_at").kind == "items"
    assert _configuration() == before


def _configuration() -> list[object]:
    return [
        list(Department.objects.order_by("code").values_list("code", "name", "host__code", "can_inspect")),
        list(InspectionItem.objects.order_by("code").values_list("code", "title", "how", "phrases", "industries")),
        list(LegalBasis.objects.order_by("item__code", "words").values_list("item__code", "words", "valid_from")),
        list(RuleVersion.objects.order_by("rule_id", "version").values_list("rule_id", "amount", "unit", "law")),
        list(CampaignTemplate.objects.order_by("key").values_list("key", "quota", "participant_codes")),
    ]


def test_people_and_businesses_never_leave_with_the_configuration(tmp_path: Path) -> None:
    names = exporting.export(folder=tmp_path)

    written = "".join((tmp_path / name).read_text(encoding="utf-8") for name in names)
    assert not {"officers.csv", "targets.csv", "inspectors.csv"} & set(names)
    assert Officer.objects.values_list("personnel_number", flat=True)[0] not in written
    assert InspectionTarget.objects.values_list("uscc", flat=True)[0] not in written


def test_a_folder_without_profile_is_no_pack(tmp_path: Path) -> None:
    with pytest.raises(packs.PackRefused, match=r"没有 pack\.toml"):
        packs.read(tmp_path)


def test_a_faulty_row_leaves_the_city_as_it_was(tmp_path: Path) -> None:
    exporting.export(folder=tmp_path)
    items = tmp_path / "items.csv"
    items.write_text(items.read_text(encoding="utf-8").replace("350500-01", "350500-99", 1), encoding="utf-8")
    count = ImportRun.objects.count()

    with pytest.raises(packs.PackRefused, match="没有编码为“350500-99”的机构"):
        loading.load(pack=tmp_path, actor=actors.SYSTEM, at=cast.AT)

    assert ImportRun.objects.count() == count


def test_a_city_that_runs_gets_the_rules_of_a_newer_version_and_keeps_its_own_figures() -> None:
    RuleVersion.objects.filter(rule_id__in=("rating.least", "code.after_visit")).delete()
    Rule.objects.filter(pk__in=("rating.least", "code.after_visit")).delete()
    RuleVersion.objects.filter(rule_id="offer.reply").update(amount=7)

    added = loading.add_missing_rules(actor=actors.SYSTEM, at=cast.AT)

    assert added >= 2
    assert deadlines.current("rating.least", on=DAY).amount > 0
    assert deadlines.current("offer.reply", on=DAY).amount == 7
    assert ImportRun.objects.filter(file_name="rules-added.csv").count() == 1
    assert loading.add_missing_rules(actor=actors.SYSTEM, at=cast.AT) == 0
