"""The demo city comes from its files through the import service, and holds what the founding text says."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.test import Client
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from onevisit.core import identifiers
from onevisit.core.matching import Proposal
from onevisit.demo import loading, packs
from onevisit.stages.plans.models import CampaignTemplate
from onevisit.stages.registers import proposals
from onevisit.stages.registers.models import (
    Directory,
    FormerInspection,
    ImportRun,
    InspectionItem,
    InspectionTarget,
    Inspector,
)
from onevisit.support.deadlines import services as deadlines
from onevisit.support.identity import actors
from onevisit.support.identity import selectors as identity
from onevisit.support.identity.models import Department, Level, Officer, Post, User
from onevisit.support.ledger.models import LedgerEntry
from scripts import make_demo_city
from tests import cast

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 24)
FOLDER = Path(settings.BASE_DIR) / "onevisit" / "demo" / "xiamen"
FIVE = ["350200-01", "350200-03", "350200-10", "350200-11", "350200-15"]


@pytest.fixture(scope="module", autouse=True)
def city(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[loading.Loaded]:
    """Load the city once for this module and take it back after the last test."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield loading.load(pack=FOLDER, actor=actors.SYSTEM, at=cast.AT, is_demo=True)
        transaction.set_rollback(True)


def test_the_generated_files_are_what_the_script_makes(tmp_path: Path) -> None:
    make_demo_city.write(tmp_path)

    for made in tmp_path.iterdir():
        assert made.read_bytes() == (FOLDER / made.name).read_bytes(), made.name


def test_the_city_has_exactly_147_active_departments_in_two_levels() -> None:
    active = Department.objects.departments().active_on(DAY)

    assert active.count() == 147
    assert Counter(active.values_list("level", flat=True)) == {Level.CITY: 39, Level.DISTRICT: 108}
    assert not active.filter(can_inspect=False).exists()


@pytest.mark.requirement("R17")
def test_a_record_of_2017_shows_the_organ_by_the_name_of_that_day() -> None:
    record = FormerInspection.objects.filter(on__year=2017, department__code="350200-Z1").first()
    fisheries = Department.objects.get(code="350200-04")

    assert record is not None
    assert record.department.name_on(record.on) == "厦门市质量技术监督局"
    assert record.department.successor == Department.objects.get(code="350200-01")
    assert fisheries.name_on(date(2017, 5, 1)) == "厦门市海洋与渔业局"
    assert fisheries.name_on(DAY) == "厦门市海洋发展局"


@pytest.mark.requirement("R27")
def test_each_founding_department_owns_at_least_three_items() -> None:
    codes = ["350200-01", "350200-Z1", *(f"350200-0{number}" for number in range(2, 8))]
    counts = Counter(InspectionItem.objects.values_list("department__code", flat=True))

    assert {code: counts[code] >= 3 for code in codes} == dict.fromkeys(codes, True)


@pytest.mark.requirement("R19")
def test_no_item_is_without_an_owner() -> None:
    current = InspectionItem.objects.filter(is_active=True, valid_to__isnull=True)

    assert not current.exclude(department__in=Department.objects.departments().active_on(DAY)).exists()


def test_every_active_item_has_a_basis_that_is_valid_today() -> None:
    for item in InspectionItem.objects.filter(is_active=True, valid_to__isnull=True):
        assert item.bases.valid_on(DAY).exists(), item.code


@pytest.mark.parametrize(
    ("key", "industry"),
    [
        pytest.param("liquor-wholesale", "5127", marks=pytest.mark.requirement("R84a")),
        pytest.param("star-hotels", "6110", marks=pytest.mark.requirement("R84b")),
        pytest.param("supermarkets", "5212", marks=pytest.mark.requirement("R84c")),
        pytest.param("medical", "8411", marks=pytest.mark.requirement("R84d")),
        pytest.param("wildlife", "7715", marks=pytest.mark.requirement("R84e")),
        pytest.param("gas-stations", "5265", marks=pytest.mark.requirement("R84f")),
    ],
)
def test_the_directory_exists_with_its_targets(key: str, industry: str) -> None:
    directory = Directory.objects.get(key=key)

    assert directory.entries.filter(removed_in__isnull=True, target__industry_code=industry).exists()


def test_three_thousand_targets_with_valid_codes_and_a_real_mix_of_classes() -> None:
    targets = list(InspectionTarget.objects.all())

    assert len(targets) == 3000
    assert all(identifiers.check_uscc(target.uscc).is_acceptable for target in targets)
    assert Counter(target.credit_risk_class for target in targets) == {"A": 2190, "B": 570, "C": 150, "D": 90}
    assert sum(target.is_historical_code for target in targets) == 3
    assert all(target.latitude and target.longitude for target in targets)


def test_about_450_officers_hold_certificates_some_expired_some_on_leave() -> None:
    inspectors = Inspector.objects.filter(department__code__in=FIVE)

    assert Inspector.objects.count() == 448
    assert all(Inspector.objects.values_list("domains", flat=True))
    for code in FIVE:
        own = inspectors.filter(department__code=code)
        assert own.filter(certificate_valid_to__lt=DAY).exists()
        assert own.filter(leaves__from_on__lte=DAY, leaves__to_on__gte=DAY).exists()


def test_the_cast_fills_the_whole_path_and_only_the_cast_can_sign_in() -> None:
    members = identity.demo_cast()
    roles = Counter(Post.objects.filter(officer__in=members).values_list("department__code", "role").distinct())

    for code in FIVE:
        assert {(code, "clerk"), (code, "approver"), (code, "inspector")} <= set(roles)
        inspectors = Post.objects.filter(officer__in=members, role="inspector", department__code=code)
        assert inspectors.count() == 3
    assert {("350200-LX", "coordinator"), ("350200-LX", "approver"), ("350200-GZ", "notary")} <= set(roles)
    assert {("350200-25", "supervisor"), ("350200-YW", "operator")} <= set(roles)
    organs = [officer.department_id for officer in identity.demo_players()]
    assert sum(one != other for one, other in pairwise(organs)) == len(set(organs)) - 1, "each organ stands once"
    outsider = Officer.objects.get(user__username="demo-outsider")
    assert not outsider.posts.exists()
    assert all(officer.user and officer.user.has_usable_password() for officer in members)


def _gas_stations() -> proposals.Question:
    template = CampaignTemplate.objects.get(key="gas-stations")
    return proposals.Question(
        field=template.field,
        day=DAY,
        industries=tuple(template.industries),
        directory_keys=tuple(template.directory_keys),
        licence_kinds=tuple(template.licence_kinds),
        template_key=template.key,
        template_name=template.name,
        initiator_code=template.initiator_code,
        participant_codes=tuple(template.participant_codes),
    )


@pytest.mark.requirement("R85")
@pytest.mark.requirement("R86")
@pytest.mark.requirement("R87")
@pytest.mark.requirement("R88")
def test_gas_stations_propose_five_departments_items_and_articles_each_explained() -> None:
    question = _gas_stations()

    proposal = proposals.propose(question)
    before = proposals.propose(proposals.Question(**{**vars(question), "day": date(2026, 4, 1)}))

    assert sorted(owner.department.code for owner in proposal.departments) == FIVE
    assert all(len(owner.item_codes) >= 3 and owner.reasons for owner in proposal.departments)
    assert all(found.reasons and found.bases for found in proposal.items)
    assert all(found.reasons for found in proposal.targets)
    classes = Counter(found.target.credit_risk_class for found in proposal.targets)
    assert len(proposal.targets) == 61
    assert min(classes.values()) >= 5
    assert {out.code for out in proposal.excluded_targets} == {"quiet_list", "status"}
    assert _laws(proposal) >= {"hazardous-chemicals-safety-law", "ecological-environment-code"}
    assert _laws(before) >= {"hazardous-chemicals-regulation", "air-pollution-law"}
    assert not _laws(before) & {"hazardous-chemicals-safety-law", "ecological-environment-code"}


def _laws(proposal: Proposal) -> set[str]:
    return {basis.article_id.rsplit("-", 1)[0] for found in proposal.items for basis in found.bases}


@pytest.mark.requirement("R28")
def test_an_item_outside_market_supervision_is_not_proposed_and_says_so() -> None:
    InspectionItem.objects.filter(code="XF-XC-03").update(is_market_supervision=False)

    proposal = proposals.propose(_gas_stations())

    assert "XF-XC-03" not in [found.item.code for found in proposal.items]
    assert [out.words for out in proposal.excluded_items if out.item.code == "XF-XC-03"] == [
        "不属于市场监管领域综合执法范围"
    ]


def test_nine_campaign_templates_name_departments_with_items() -> None:
    counts = dict(InspectionItem.objects.values_list("department__code").annotate(Count("pk")))

    assert CampaignTemplate.objects.count() == 9
    for template in CampaignTemplate.objects.all():
        for code in (template.initiator_code, *template.participant_codes):
            assert counts.get(code), (template.key, code)


def test_the_rules_carry_their_law_and_leave_the_running_version_alone() -> None:
    rule = deadlines.current("offer.reply", on=DAY)

    assert (rule.amount, rule.unit, rule.alert_percent) == (3, "working_days", [50, 80, 100])
    assert rule.law
    assert deadlines.current("publication.release", on=DAY).amount == 20


def test_every_file_is_one_entry_with_its_hash() -> None:
    runs = ImportRun.objects.order_by("created_at")[: len(packs.read(FOLDER).files)]

    for run in runs:
        entry = LedgerEntry.objects.get(event="import.confirmed", subject=str(run.pk))
        assert run.sha256.encode() in bytes(entry.payload)


def test_loading_again_changes_nothing() -> None:
    again = loading.load(pack=FOLDER, actor=actors.SYSTEM, at=cast.AT, is_demo=True)

    assert sum(again.new_counts.values()) == 0


@pytest.mark.requirement("R1")
def test_the_policy_page_lists_national_and_local_documents_with_date_and_number(
    client: Client, settings: Settings
) -> None:
    settings.DEMO = True
    client.force_login(User.objects.get(username="demo-lin"))

    page = client.get("/registers/city").content.decode()

    assert "国办发〔2024〕54号" in page
    assert "2024-12-31" in page
    assert "厦门市市场监管领域综合执法暂行办法" in page
    assert "中央综合行政执法体制改革试点城市" in page
