"""What the ledger records of campaigns, their clusters and their planned draws."""

from dataclasses import dataclass

from onevisit.support.ledger.events import Event, Said


@dataclass(frozen=True, kw_only=True)
class CampaignEvent(Event):
    """Base of the events on a campaign."""

    subject_type = "campaign"
    number: str


@dataclass(frozen=True, kw_only=True)
class CampaignSaid(Said, CampaignEvent):
    """Base of those with free words."""


@dataclass(frozen=True, kw_only=True)
class CampaignStarted(CampaignEvent):
    """A campaign was started, from a template or freely."""

    name = "campaign.started"
    template: str
    initiator: str

    def sentence(self) -> str:
        return f"发起专项 {self.number}"


@dataclass(frozen=True, kw_only=True)
class CampaignMatched(CampaignEvent):
    """A new version of the cluster was proposed by the matching."""

    name = "campaign.matched"
    version: int
    departments: int
    targets: int
    items: int
    registers_digest: str

    def sentence(self) -> str:
        return (
            f"匹配集群第 {self.version} 版：部门 {self.departments} 个、"
            f"对象 {self.targets} 户、事项 {self.items} 项（可逐条查看理由）"
        )


@dataclass(frozen=True, kw_only=True)
class CampaignEdited(CampaignSaid):
    """The plan or a row of its cluster was changed; `what` says which, the words how."""

    name = "campaign.edited"
    what: str

    def sentence(self) -> str:
        return f"修改方案：{self.said}"


@dataclass(frozen=True, kw_only=True)
class CampaignSubmitted(CampaignEvent):
    """The plan was handed in for approval in this version."""

    name = "campaign.submitted"
    version: int

    def sentence(self) -> str:
        return f"提交方案第 {self.version} 版，报发起部门审批"


@dataclass(frozen=True, kw_only=True)
class CampaignRecalled(CampaignEvent):
    """The plan was taken back before the decision."""

    name = "campaign.recalled"

    def sentence(self) -> str:
        return "收回方案，恢复为草稿"


@dataclass(frozen=True, kw_only=True)
class CampaignApproved(CampaignEvent):
    """The head of the initiator approved the plan and it was filed."""

    name = "campaign.approved"
    version: int
    filing_number: str

    def sentence(self) -> str:
        return f"批准方案第 {self.version} 版，备案号 {self.filing_number}"


@dataclass(frozen=True, kw_only=True)
class CampaignReturned(CampaignSaid):
    """The head of the initiator returned the plan."""

    name = "campaign.returned"
    reason_code: str

    def sentence(self) -> str:
        return f"退回方案：{self.said}"


@dataclass(frozen=True, kw_only=True)
class CampaignRan(CampaignEvent):
    """The plan is carried out: its first offer was sent."""

    name = "campaign.ran"

    def sentence(self) -> str:
        return "方案转入执行"


@dataclass(frozen=True, kw_only=True)
class CampaignJoined(CampaignEvent):
    """A department came along with items of its own, at its own request (并入)."""

    name = "campaign.joined"
    department: str
    items: int

    def sentence(self) -> str:
        return f"{self.department}并入集群，事项 {self.items} 项"


@dataclass(frozen=True, kw_only=True)
class CampaignEvaluated(CampaignEvent):
    """The effect of the campaign was evaluated against its goal."""

    name = "campaign.evaluated"

    def sentence(self) -> str:
        return "对照目标评估成效"


@dataclass(frozen=True, kw_only=True)
class CampaignStopped(CampaignSaid):
    """The campaign was stopped with a reason."""

    name = "campaign.stopped"

    def sentence(self) -> str:
        return f"中止专项：{self.said}"


@dataclass(frozen=True, kw_only=True)
class CampaignConsulted(CampaignEvent):
    """The draft was opened to the departments of its cluster for their remarks."""

    name = "campaign.consulted"
    departments: int

    def sentence(self) -> str:
        return f"向 {self.departments} 个部门征求对方案的意见"


@dataclass(frozen=True, kw_only=True)
class CampaignAnnotated(CampaignSaid):
    """A department wrote a remark beside a paragraph; the words stand in the sentence only."""

    name = "campaign.annotated"
    note: str
    department: str
    section: str

    def sentence(self) -> str:
        return f"{self.department}批注{self.said}"


@dataclass(frozen=True, kw_only=True)
class CampaignAgreed(CampaignEvent):
    """A department has no remark on the draft."""

    name = "campaign.agreed"
    note: str
    department: str

    def sentence(self) -> str:
        return f"{self.department}答复：对方案无意见"


@dataclass(frozen=True, kw_only=True)
class PlanNoteEvent(CampaignSaid):
    """Base of the events on one remark: they stand on the timeline of its campaign."""

    note: str
    department: str


@dataclass(frozen=True, kw_only=True)
class PlanNoteAdopted(PlanNoteEvent):
    """The writer of the plan took a remark over and says how."""

    name = "plan_note.adopted"

    def sentence(self) -> str:
        return f"采纳{self.department}的批注：{self.said}"


@dataclass(frozen=True, kw_only=True)
class PlanNoteDeclined(PlanNoteEvent):
    """The writer of the plan did not take a remark over and says why."""

    name = "plan_note.declined"

    def sentence(self) -> str:
        return f"未采纳{self.department}的批注：{self.said}"


@dataclass(frozen=True, kw_only=True)
class PlanNoteWithdrawn(CampaignEvent):
    """The department took its remark back before it was answered."""

    name = "plan_note.withdrawn"
    note: str
    department: str

    def sentence(self) -> str:
        return f"{self.department}撤回批注"


@dataclass(frozen=True, kw_only=True)
class CampaignMinuted(CampaignEvent):
    """The minutes of the meeting that agreed the plan were entered; here by their digest."""

    name = "campaign.minuted"
    minutes: str
    met_on: str
    departments: int
    digest: str

    def sentence(self) -> str:
        return f"登记 {self.met_on} 会议的纪要，{self.departments} 个部门参会（内容指纹 {self.digest[:12]}）"


@dataclass(frozen=True, kw_only=True)
class CampaignMinutesVoided(CampaignSaid):
    """Minutes entered in error were declared void."""

    name = "campaign.minutes_voided"
    minutes: str

    def sentence(self) -> str:
        return f"作废会议纪要：{self.said}"


@dataclass(frozen=True, kw_only=True)
class PlanEntryLogged(Event):
    """A draw was announced: number, time, items, quotas, sources and parties stand before it exists."""

    name = "plan_entry.logged"
    subject_type = "campaign"
    is_public = True
    plan: str
    draw: str
    t0: str
    digest: str

    def sentence(self) -> str:
        return f"登记抽取计划 {self.draw}，不早于 {self.t0[:16].replace('T', ' ')} 产生种子"
