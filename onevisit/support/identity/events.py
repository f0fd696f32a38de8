"""What the ledger records of organs, posts, delegations and sign-ins."""

from dataclasses import dataclass

from onevisit.support.ledger.events import Event


@dataclass(frozen=True, kw_only=True)
class OrganEvent(Event):
    """Base of the events on an organ."""

    subject_type = "department"
    code: str


@dataclass(frozen=True, kw_only=True)
class OrganOnboarded(OrganEvent):
    """An organ joined the platform in a batch, read-only at first."""

    name = "organ.onboarded"
    batch_number: int

    def sentence(self) -> str:
        return f"{self.code} 列入第 {self.batch_number} 批接入，先行只读试用"


@dataclass(frozen=True, kw_only=True)
class OrganSwitchedOn(OrganEvent):
    """An organ ended its read-only trial."""

    name = "organ.switched_on"

    def sentence(self) -> str:
        return f"{self.code} 结束只读试用，正式启用"


@dataclass(frozen=True, kw_only=True)
class OrganRenamed(OrganEvent):
    """An organ took a new name; the former one stays with its dates."""

    name = "organ.renamed"
    former_name: str
    new_name: str
    from_on: str

    def sentence(self) -> str:
        return f"{self.former_name}自 {self.from_on} 起更名为{self.new_name}"


@dataclass(frozen=True, kw_only=True)
class PostGranted(Event):
    """An officer received a role in an organ."""

    name = "post.granted"
    subject_type = "officer"
    department: str
    role: str

    def sentence(self) -> str:
        return f"授予 {self.department} 的岗位：{self.role}"


@dataclass(frozen=True, kw_only=True)
class PostEnded(PostGranted):
    """An officer's role in an organ ended."""

    name = "post.ended"

    def sentence(self) -> str:
        return f"终止 {self.department} 的岗位：{self.role}"


@dataclass(frozen=True, kw_only=True)
class DelegationGranted(Event):
    """An officer appointed a substitute for a role, with dates."""

    name = "delegation.granted"
    subject_type = "delegation"
    role: str
    from_on: str
    to_on: str

    def sentence(self) -> str:
        return f"委托代行（{self.role}），{self.from_on} 至 {self.to_on}"


@dataclass(frozen=True, kw_only=True)
class DelegationRevoked(Event):
    """A substitution ended before its time."""

    name = "delegation.revoked"
    subject_type = "delegation"

    def sentence(self) -> str:
        return "提前收回委托代行"


@dataclass(frozen=True, kw_only=True)
class DemoSignedIn(Event):
    """Somebody entered the demo city as one of the cast."""

    name = "account.demo_signed_in"
    subject_type = "officer"

    def sentence(self) -> str:
        return "以演示身份一键登录"


@dataclass(frozen=True, kw_only=True)
class AccountLinked(Event):
    """An account was tied to a subject of the city's identity provider at the first sign-in through it."""

    name = "account.linked"
    subject_type = "officer"
    account: str

    def sentence(self) -> str:
        return f"账号 {self.account} 与统一身份认证关联"


@dataclass(frozen=True, kw_only=True)
class ClockForwarded(Event):
    """The demo clock was set forward."""

    name = "clock.forwarded"
    subject_type = "clock"
    minutes: int

    def sentence(self) -> str:
        return f"演示时间向前拨 {self.minutes} 分钟"


@dataclass(frozen=True, kw_only=True)
class AdministratorAppointed(Event):
    """The first person who may administer an empty city was appointed at its founding."""

    name = "administrator.appointed"
    subject_type = "officer"
    account: str

    def sentence(self) -> str:
        return f"初始化平台，设立首位运维人员账号 {self.account}"
