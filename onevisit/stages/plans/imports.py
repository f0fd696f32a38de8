"""The import of campaign templates (板块模板), added to the kinds that the registers know."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from onevisit.stages.plans import quotas
from onevisit.stages.plans.models import CampaignTemplate
from onevisit.stages.registers.imports.checking import CellFault, Row, Sheet, cell
from onevisit.stages.registers.imports.kinds.registry import Kind
from onevisit.stages.registers.imports.merging import Batch, Context, merge
from onevisit.stages.registers.imports.templates import Column, Template
from onevisit.support.identity.models import Department

_PERCENT = Column(key="percent", title="比例", type="whole", max=3)
TEMPLATE = Template(
    kind="campaign_templates",
    label="板块模板",
    order=125,
    note="每行一个板块模板。比例按信用风险分类填写，如 A=1、B=5、C=20、D=100。",
    columns=(
        Column(key="key", title="模板编码", required=True, max=60),
        Column(key="name", title="模板名称", required=True, max=80),
        Column(key="field", title="领域", required=True, max=40),
        Column(key="description", title="说明", max=1000),
        Column(key="season", title="时节", max=60),
        Column(key="industries", title="行业", type="list", max=4),
        Column(key="directory_keys", title="专项名录", type="list", max=60),
        Column(key="licence_kinds", title="许可", type="list", max=60),
        Column(key="initiator_code", title="发起部门", required=True, max=32),
        Column(key="participant_codes", title="配合部门", type="list", max=32),
        Column(key="quota", title="抽取比例", max=200),
        Column(key="goals", title="目标", type="list", max=120, separators="；;|"),
    ),
)


def _quota(text: str) -> dict[str, object]:
    """Read `A=1、B=5` (percent by credit-risk class) as the quota of a plan; `-` stands for targets without a class."""
    strata = {}
    for part in text.replace("；", "、").replace(";", "、").split("、"):
        if not part.strip():
            continue
        name, _sign, figure = part.partition("=")
        percent = cell(figure.strip().rstrip("%"), column=_PERCENT)
        if name.strip() not in quotas.STRATA or not isinstance(percent, int) or percent > 100:
            raise CellFault(_("“{part}”应写成 A=1 的样式，比例 0 至 100").format(part=part))
        strata[name.strip()] = percent * quotas.WHOLE // 100
    return quotas.checked({"rule": "rate", "strata": strata}) if strata else {}


def _row_values(row: Row) -> dict[str, object]:
    return {**row.values, "quota": _quota(row.text("quota"))}


def campaign_templates(sheet: Sheet, template: Template, _context: Context) -> list[Batch]:
    """Write campaign templates; every organ that one names must exist."""
    known = set(Department.objects.values_list("code", flat=True))
    wanted = []
    for row in sheet.rows:
        participants = row.values["participant_codes"]
        named = [row.text("initiator_code"), *(participants if isinstance(participants, list) else [])]
        if unknown := [code for code in named if code not in known]:
            words = _("没有编码为“{value}”的机构，请先导入机构或核对编码。").format(value="、".join(unknown))
            sheet.refuse(row, template.column("participant_codes"), words)
        try:
            wanted.append((row, _row_values(row)))
        except CellFault as fault:
            sheet.refuse(row, template.column("quota"), fault.words)
    return [merge(sheet=sheet, template=template, model=CampaignTemplate, key=("key",), wanted=wanted, column="key")]


def dump(columns: tuple[Column, ...]) -> Iterator[dict[str, object]]:
    """Yield the campaign templates as the columns of their file, for the export of a configuration pack."""
    for template in CampaignTemplate.objects.order_by("key"):
        strata = template.quota.get("strata", {})
        quota = "、".join(f"{name}={bp * 100 // quotas.WHOLE}" for name, bp in sorted(strata.items()))
        yield {column.key: quota if column.key == "quota" else getattr(template, column.key) for column in columns}


KINDS = (Kind(template=TEMPLATE, prepare=campaign_templates),)
