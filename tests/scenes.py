"""A joint inspection of 加油加气站 by the five departments of the cast, walked through the services to any step."""

from datetime import date, datetime, timedelta
from uuid import UUID

from onevisit.stages.offers import services as offers
from onevisit.stages.offers.models import Offer, OfferReply, PartApproval
from onevisit.stages.plans import services as plans
from onevisit.stages.plans.models import (
    Campaign,
    CampaignTemplate,
    Cluster,
    ClusterDepartment,
    ClusterItem,
    PlanMinutes,
)
from onevisit.stages.plans.services import Changes
from onevisit.stages.registers.models import (
    Directory,
    DirectoryEntry,
    InspectionItem,
    InspectionTarget,
    Inspector,
    LegalBasis,
    Licence,
    QuietListing,
)
from onevisit.support.identity.models import Department
from tests.cast import AT, Cast
from tests.remembered import scene

FIELD = "加油加气站"
STARTS_ON, ENDS_ON = date(2026, 11, 24), date(2026, 11, 26)
PARTICIPANTS = ("市市监局", "市应急局", "市生态局", "市消防支队")
CLERKS = {"市商务局": "林", "市市监局": "王", "市应急局": "何", "市生态局": "苏", "市消防支队": "周"}
RISKS = ("A", "A", "A", "A", "B", "B", "B", "C", "C", "D", "", "A")


def item(*, department: Department, number: int, title: str, ends_on: date | None = None) -> InspectionItem:
    """Make one published item of a department with one basis."""
    made = InspectionItem.objects.create(
        department=department,
        code=f"{department.code}-{number:03d}",
        category="加油站",
        title=title,
        how="现场查看",
        fields=[FIELD],
        valid_from=date(2020, 1, 1),
    )
    LegalBasis.objects.create(
        item=made,
        words=f"《{title}管理办法》第{number}条",
        valid_from=date(2020, 1, 1),
        valid_to=ends_on,
        is_verified=True,
    )
    return made


def inspector(*, people: Cast, name: str, valid_to: date = date(2029, 12, 31)) -> Inspector:
    """Enter an officer of the cast into the register of inspectors."""
    officer = people.officers[name]
    return Inspector.objects.create(
        officer=officer,
        department=officer.department,
        certificate_no=f"3502{officer.personnel_number}",
        certificate_issuer="福建省人民政府",
        certificate_valid_from=date(2024, 1, 1),
        certificate_valid_to=valid_to,
    )


def registers(people: Cast) -> None:
    """Fill the registers: two items and three inspectors a department, twelve targets, one directory, exclusions."""
    for short, clerk in CLERKS.items():
        organ = people.departments[short]
        for number, title in ((1, f"{short}许可"), (2, f"{short}安全")):
            item(department=organ, number=number, title=title)
        for ordinal in "一二":
            inspector(people=people, name=clerk + ordinal)
    for clerk in CLERKS.values():
        inspector(people=people, name=f"{clerk}备")
    directory = Directory.objects.create(key="fuel", name="加油加气站名录", field=FIELD)
    for number, risk in enumerate(RISKS, start=1):
        target = InspectionTarget.objects.create(
            object_id=f"91350200XMDM{number:06d}",
            uscc=f"91350200XMDM{number:06d}",
            name=f"厦门第{number}加油站",
            region_code="350203" if number % 2 else "350206",
            street="鹭江街道" if number % 2 else "殿前街道",
            address=f"某某路 {number} 号",
            industry_code="5265",
            industry_name="机动车燃油零售",
            credit_risk_class=risk,
        )
        if number <= 8:
            DirectoryEntry.objects.create(directory=directory, target=target)
        Licence.objects.create(
            target=target, kind="成品油零售经营资格", number=f"L{number}", valid_from=date(2024, 1, 1)
        )
    closed = InspectionTarget.objects.create(
        object_id="91350200XMDM000099",
        name="已注销加油站",
        region_code="350203",
        address="某某路 99 号",
        industry_code="5265",
        status="deregistered",
    )
    DirectoryEntry.objects.create(directory=directory, target=closed)
    quiet = InspectionTarget.objects.create(
        object_id="91350200XMDM000098", name="无事加油站", region_code="350203", address="某某路", industry_code="5265"
    )
    QuietListing.objects.create(
        target=quiet, reason="连续三年信用良好", valid_from=date(2026, 1, 1), valid_to=date(2026, 12, 31)
    )


def template(people: Cast) -> CampaignTemplate:
    """Make the template 加油加气站."""
    return CampaignTemplate.objects.create(
        key="fuel",
        name="加油（气）站安全",
        field=FIELD,
        industries=["5265", "5266"],
        directory_keys=["fuel"],
        licence_kinds=["成品油零售经营资格"],
        initiator_code=people.departments["市商务局"].code,
        participant_codes=[people.departments[short].code for short in PARTICIPANTS],
        quota={"A": 1, "B": 5, "C": 20, "D": 100},
        goals=["油品合格率", "隐患整改率"],
    )


@scene
def started(people: Cast, *, by: str = "陈", initiator: str = "市商务局", at: datetime = AT) -> Campaign:
    """Start a campaign from the template, the registers filled."""
    if not InspectionItem.objects.exists():
        registers(people)
    return plans.start(
        template=CampaignTemplate.objects.first() or template(people),
        title="加油（气）站安全联合检查",
        field="",
        initiator=people.departments[initiator],
        starts_on=STARTS_ON,
        ends_on=ENDS_ON,
        actor=people.actor(by),
        at=at,
    )


@scene
def matched(people: Cast, *, by: str = "陈", initiator: str = "市商务局") -> Campaign:
    """Match its cluster."""
    campaign = started(people, by=by, initiator=initiator)
    plans.match(campaign=campaign, actor=people.actor(by), at=AT)
    return campaign


WHOLE = Changes(
    problem_source="近三月 12345 投诉 41 件，上年问题率 18%",
    goal="查清油品与安全隐患",
    goal_measure="隐患整改率达到 95%",
    necessity={"merge": "已并", "joint": "五部门联合", "paper": "须看现场", "offsite": "无在线监测"},
    field_scores={"frequency": 4, "livelihood": 5, "overlap": 5, "expertise": 3},
)


@scene
def complete(people: Cast, *, by: str = "陈", initiator: str = "市商务局") -> Campaign:
    """Fill in everything that the plan must say."""
    campaign = matched(people, by=by, initiator=initiator)
    return plans.edit(campaign=campaign, changes=WHOLE, actor=people.actor(by), at=AT)


@scene
def minuted(people: Cast) -> PlanMinutes:
    """Enter the minutes of the meeting that agreed it."""
    return plans.minute(
        campaign=complete(people),
        title="方案会商会",
        met_on=AT.date(),
        place="三楼会议室",
        chair="陈处",
        department_ids=[people.departments["市商务局"].pk, people.departments["市应急局"].pk],
        agreed="同意按 5 户抽取。",
        actor=people.actor("陈"),
        at=AT,
    )


@scene
def submitted(people: Cast) -> Campaign:
    """Hand the plan in."""
    return plans.submit(campaign=complete(people), actor=people.actor("陈"), at=AT)


@scene
def approved(people: Cast) -> Campaign:
    """Have the initiator's head approve it."""
    return plans.approve(campaign=submitted(people), actor=people.actor("林局"), at=AT)


@scene
def drafted(people: Cast) -> Offer:
    """Draft the offer 1+4."""
    return offers.draft(campaign=approved(people), actor=people.actor("林"), at=AT)


@scene
def sent(people: Cast) -> Offer:
    """Send it."""
    return offers.send(offer=drafted(people), actor=people.actor("林"), at=AT)


def reply_of(offer: Offer, people: Cast, short: str) -> OfferReply:
    """Return the reply of one department as it stands."""
    return OfferReply.objects.select_related("offer").get(offer=offer, department=people.departments[short])


@scene
def answered(people: Cast) -> Offer:
    """Let all four accept."""
    offer = sent(people)
    for short in PARTICIPANTS:
        offers.accept(reply=reply_of(offer, people, short), actor=people.actor(CLERKS[short]), at=AT)
    return offer


@scene
def settled(people: Cast) -> Offer:
    """Settle it."""
    return offers.settle(offer=answered(people), actor=people.actor("林"), at=AT + timedelta(minutes=1))


def part_of(offer: Offer, people: Cast, short: str) -> PartApproval:
    """Return the part of one department as it stands."""
    return PartApproval.objects.select_related("offer").get(offer=offer, department=people.departments[short])


def inspector_ids(people: Cast, short: str) -> list[UUID]:
    """Return the inspectors of one department in the register."""
    return list(Inspector.objects.filter(department=people.departments[short]).values_list("pk", flat=True))


def part_submitted(people: Cast, *, offer: Offer, short: str, method: str = "on_site") -> PartApproval:
    """Hand in one department's form with its own items and inspectors."""
    part = part_of(offer, people, short)
    return offers.submit_part(
        part=part,
        item_ids=part.item_ids,
        inspector_ids=inspector_ids(people, short),
        method=method,
        opinion="建议按计划开展",
        actor=people.actor(CLERKS[short]),
        at=AT,
    )


@scene
def ready(people: Cast, *, method: str = "on_site") -> Offer:
    """Approve every part: nothing blocks the freeze any more."""
    offer = settled(people)
    for short in CLERKS:
        part = part_submitted(people, offer=offer, short=short, method=method)
        offers.approve_part(part=part, decision="同意", actor=people.actor(f"{CLERKS[short]}局"), at=AT)
    return offer


def small(people: Cast, *, without: tuple[str, ...]) -> Offer:
    """Return a settled offer that some participants were taken out of, every part approved."""
    clerk = people.actor("林")
    offer = drafted(people)
    for short in without:
        offers.remove_participant(offer=offer, department_id=people.departments[short].pk, actor=clerk, at=AT)
    offers.send(offer=offer, actor=clerk, at=AT)
    staying = [short for short in PARTICIPANTS if short not in without]
    for short in staying:
        offers.accept(reply=reply_of(offer, people, short), actor=people.actor(CLERKS[short]), at=AT)
    offer = offers.settle(offer=offer, actor=clerk, at=AT + timedelta(minutes=1))
    for short in ("市商务局", *staying):
        part = part_submitted(people, offer=offer, short=short)
        offers.approve_part(part=part, decision="同意", actor=people.actor(f"{CLERKS[short]}局"), at=AT)
    return offer


def cluster(campaign: Campaign) -> Cluster:
    """Return the current cluster."""
    return Cluster.objects.filter(campaign=campaign).latest("version")


def sixth_in_cluster(people: Cast, offer: Offer) -> Department:
    """Let 市司法局 own an item of the field and stand in the offer's cluster."""
    organ = people.departments["市司法局"]
    made = item(department=organ, number=1, title="执法监督")
    ClusterItem.objects.create(cluster=offer.cluster, item=made, reason="经办人增加", rule="manual", bases=BASES)
    ClusterDepartment.objects.create(cluster=offer.cluster, department=organ, reason="经办人增加", rule="manual")
    return organ


BASES = [{"id": "", "words": "《执法监督条例》第1条", "valid_from": "2020-01-01", "valid_to": "", "is_verified": True}]
