"""One record of each noun of the registers, for tests."""

from datetime import date

from onevisit.stages.registers import experts, item_versions, letters, merges
from onevisit.stages.registers.imports import background
from onevisit.stages.registers.imports import services as imports
from onevisit.stages.registers.models import (
    Article,
    Directory,
    DirectoryEntry,
    Expert,
    FormerInspection,
    ImportRun,
    InspectionItem,
    InspectionTarget,
    Inspector,
    Law,
    LegalBasis,
    Letter,
    Licence,
    TargetMerge,
)
from tests import cast
from tests.stages.registers import files


def target(people: cast.Cast, *, row: dict[str, str] | None = None) -> InspectionTarget:
    """Import one gas station as the coordination office would."""
    given = {"联系人": "陈店长", "联系电话": "0592-6000001", **(row or files.TARGET)}
    code = given["统一社会信用代码"]
    if not InspectionTarget.objects.filter(uscc=code).exists():
        run = imports.upload(
            kind="targets", file_name="名录.csv", content=files.csv_bytes(given), actor=people.actor("陈"), at=cast.AT
        )
        imports.confirm(run=run, actor=people.actor("陈"), at=cast.AT)
    return InspectionTarget.objects.get(uscc=code)


def run(people: cast.Cast, *, name: str = "林", wrong: bool = False) -> ImportRun:
    """Upload a file of one target as the clerk of 市商务局."""
    row = {**files.TARGET, "统一社会信用代码": "91350200XMDM00012X"} if wrong else files.TARGET
    return imports.upload(
        kind="targets", file_name="名录.csv", content=files.csv_bytes(row), actor=people.actor(name), at=cast.AT
    )


def unmatched_run(people: cast.Cast, *, name: str = "林") -> ImportRun:
    """Send a file of another shape as the clerk of 市商务局: it waits to be matched."""
    content = files.csv_bytes({"企业名称": "某站", "信用代码": files.GOOD})
    return background.receive(kind="targets", file_name="x.csv", content=content, actor=people.actor(name), at=cast.AT)


def site(people: cast.Cast) -> InspectionTarget:
    """Make a place without a code where the gas station of `target` stands: they may be one target."""
    company = target(people)
    made, _is_new = InspectionTarget.objects.get_or_create(
        object_id="site:XM-0001",
        defaults={
            "kind": "site",
            "name": company.name,
            "address": company.address,
            "region_code": company.region_code,
            "street": "金山街道",
            "industry_code": company.industry_code,
        },
    )
    return made


def merged(people: cast.Cast) -> TargetMerge:
    """Merge the place into the gas station, as the clerk of 市商务局."""
    kept, dropped = target(people), site(people)
    return merges.merge(kept=kept, dropped=dropped, rule="same_place", actor=people.actor("林"), at=cast.AT)


def directory(people: cast.Cast) -> Directory:
    made, _is_new = Directory.objects.get_or_create(
        key="gas-stations", defaults={"name": "加油加气站", "field": "加油加气站"}
    )
    DirectoryEntry.objects.get_or_create(directory=made, target=target(people), added_in=1)
    return made


def inspector(people: cast.Cast, *, name: str = "林一", until: date = date(2030, 1, 1)) -> Inspector:
    officer = people.officers[name]
    made, _is_new = Inspector.objects.get_or_create(
        officer=officer,
        defaults={
            "department": officer.department,
            "certificate_no": f"3502{officer.personnel_number[1:]}000",
            "certificate_issuer": "福建省人民政府",
            "certificate_valid_from": date(2025, 1, 1),
            "certificate_valid_to": until,
            "domains": ["商贸流通"],
        },
    )
    return made


def letter(people: cast.Cast) -> Letter:
    """Send a letter of 市商务局 to 市市监局, by the word of its head."""
    return letters.send(letter=drafted_letter(people), actor=people.actor("林局"), at=cast.AT)


def drafted_letter(people: cast.Cast) -> Letter:
    """Write a letter of 市商务局 to 市市监局; its head has not seen it."""
    return letters.draft(
        target=target(people),
        sender=people.departments["市商务局"],
        receiver=people.departments["市市监局"],
        kind="clue",
        facts="现场发现三台加油机铅封破损。",
        needs_answer=True,
        actor=people.actor("林"),
        at=cast.AT,
    )


def expert(people: cast.Cast) -> Expert:
    """Enter an expert that 市商务局 proposes."""
    return experts.register(
        name="方工",
        organisation="示例油气中心",
        title="高级工程师",
        domains=["油气储运"],
        department=people.departments["市商务局"],
        valid_to=date(2027, 12, 31),
        actor=people.actor("林"),
        at=cast.AT,
    )


def edited_item(people: cast.Cast) -> InspectionItem:
    """Change the wording of the item once: it has two versions."""
    return item_versions.edit(
        item=item(people),
        how="核对证书的主体、地址、有效期。",
        papers=["证书原件"],
        phrases=[],
        reason="写清核对什么",
        actor=people.actor("林"),
        at=cast.AT,
    )


def law() -> Law:
    made, _is_new = Law.objects.get_or_create(
        id="metrology-law",
        defaults={"title": "中华人民共和国计量法", "short_title": "计量法", "level": "law", "is_verified": True},
    )
    return made


def item(people: cast.Cast) -> InspectionItem:
    made, is_new = InspectionItem.objects.get_or_create(
        code="SW-01",
        defaults={
            "department": people.departments["市商务局"],
            "category": "成品油流通",
            "title": "成品油零售经营资格",
            "how": "核对证书。",
            "fields": ["加油加气站"],
            "valid_from": date(2020, 1, 1),
        },
    )
    if is_new:
        article = Article.objects.create(
            id="metrology-law-9",
            law=law(),
            number="9",
            kind="duty",
            summary="强检器具不得未检使用",
            valid_from=date(2018, 10, 26),
        )
        LegalBasis.objects.create(item=made, article=article, words="《计量法》第9条", valid_from=date(2018, 10, 26))
        LegalBasis.objects.create(
            item=made, words="旧办法（待核实）", valid_from=date(2010, 1, 1), valid_to=date(2018, 10, 25)
        )
    return made


def licence(people: cast.Cast, *, until: date | None) -> Licence:
    return Licence.objects.create(
        target=target(people), kind="危险化学品经营许可证", number="示例1", valid_from=date(2023, 1, 1), valid_to=until
    )


def former(people: cast.Cast, *, on: date, department: str = "市市监局", counts: bool = True) -> FormerInspection:
    return FormerInspection.objects.create(
        target=target(people),
        department=people.departments[department],
        on=on,
        kind="双随机抽查",
        result="未发现问题",
        counts_to_cap=counts,
    )
