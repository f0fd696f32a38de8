"""一单两库: inspection targets, directories, inspectors, and items with their dated legal bases."""

from datetime import date
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Deferrable, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onevisit.stages.registers.dossier_models import Complaint as Complaint
from onevisit.stages.registers.dossier_models import ComplaintChannel as ComplaintChannel
from onevisit.stages.registers.dossier_models import Expert as Expert
from onevisit.stages.registers.dossier_models import ExpertStatus as ExpertStatus
from onevisit.stages.registers.dossier_models import ItemVersion as ItemVersion
from onevisit.stages.registers.dossier_models import Letter as Letter
from onevisit.stages.registers.dossier_models import Supply as Supply
from onevisit.stages.registers.import_models import ImportRun as ImportRun
from onevisit.stages.registers.import_models import ImportState as ImportState
from onevisit.stages.registers.import_models import MergeRule as MergeRule
from onevisit.stages.registers.import_models import TargetMerge as TargetMerge
from onevisit.stages.registers.policies import CITY_READERS, READERS
from onevisit.support.identity.models import Record
from onevisit.support.identity.roles import Role

if TYPE_CHECKING:
    from onevisit.support.identity.actors import Actor


class City(Record):
    """One row: the city that this installation serves, its mandate, and the names of its regions (R1, R16)."""

    key = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    region_code = models.CharField(max_length=6)
    platform = models.CharField(max_length=80)
    pilot = models.CharField(max_length=120, blank=True)
    regions = models.JSONField(default=dict)
    policy_documents = models.JSONField(default=list)
    pack_version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "cities"

    def __str__(self) -> str:
        return self.name


class RiskClass(models.TextChoices):
    """信用风险分类."""

    A = "A", _("A 低")
    B = "B", _("B 一般")
    C = "C", _("C 较高")
    D = "D", _("D 高")
    NONE = "", _("未分类")


class TargetKind(models.TextChoices):
    """What an inspection target is (DS-07)."""

    COMPANY = "company", _("企业")
    INDIVIDUAL = "individual", _("个体工商户")
    INSTITUTION = "institution", _("其他单位")
    SITE = "site", _("场所")
    PRODUCT = "product", _("产品")
    CONDUCT = "conduct", _("行为")


class SizeClass(models.TextChoices):
    """大中小微 (统计上大中小微型企业划分办法)."""

    LARGE = "L", _("大型")
    MEDIUM = "M", _("中型")
    SMALL = "S", _("小型")
    MICRO = "T", _("微型")
    NONE = "", _("未划分")


class TargetStatus(models.TextChoices):
    """Registration status."""

    ACTIVE = "active", _("在业")
    CLOSED = "closed", _("停业")
    DEREGISTERED = "deregistered", _("注销")
    REVOKED = "revoked", _("吊销")
    MOVED = "moved", _("迁出")
    MERGED = "merged", _("已并入")


class InspectionTargetQuerySet(models.QuerySet["InspectionTarget"]):
    """Reads of targets; the register is one for the whole city (一单两库)."""

    def visible_to(self, actor: "Actor") -> "InspectionTargetQuerySet":
        return self.all() if actor.is_system or actor.holds(*READERS) else self.none()


class InspectionTarget(Record):
    """One row per inspection target (检查对象)."""

    object_id = models.CharField(max_length=96, unique=True)
    uscc = models.CharField(max_length=18, blank=True, db_index=True)
    is_historical_code = models.BooleanField(default=False)
    kind = models.CharField(max_length=16, choices=TargetKind.choices, default=TargetKind.COMPANY)
    name = models.CharField(max_length=200)
    bigrams = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    initials = models.CharField(max_length=120, blank=True, db_index=True)
    pinyin = models.CharField(max_length=300, blank=True)
    region_code = models.CharField(max_length=6, db_index=True)
    street = models.CharField(max_length=40, blank=True)
    station = models.CharField(max_length=40, blank=True, default="", db_default="")
    address = models.CharField(max_length=200)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    industry_code = models.CharField(max_length=4, db_index=True)
    industry_name = models.CharField(max_length=80, blank=True)
    credit_risk_class = models.CharField(max_length=1, choices=RiskClass.choices, blank=True)
    size_class = models.CharField(max_length=1, choices=SizeClass.choices, blank=True, default="", db_default="")
    status = models.CharField(max_length=16, choices=TargetStatus.choices, default=TargetStatus.ACTIVE)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    contact_name = models.CharField(max_length=60, blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    registered_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=80, blank=True)
    source_on = models.DateField(null=True, blank=True)
    owner = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="owned")
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")

    objects = InspectionTargetQuerySet.as_manager()

    class Meta:
        ordering = ["object_id"]
        indexes = [
            GinIndex(fields=["bigrams"], name="target_bigrams"),
            GinIndex(fields=["tags"], name="target_tags"),
            models.Index(fields=["region_code", "industry_code"]),
            models.Index(fields=["region_code", "credit_risk_class", "object_id"], name="target_region_risk"),
            models.Index(fields=["object_id"], condition=~Q(status="active"), name="target_gone"),
            models.Index(fields=["name", "address"], name="target_name_address"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def party(self) -> "InspectionTarget":
        """Return who answers for it (当事人): the business that a place, product or conduct belongs to, or itself."""
        owner = self.owner
        return self if owner is None else owner.merged_into or owner

    @property
    def full_name(self) -> str:
        """Return its name, of a place, a product or conduct with the business that it belongs to."""
        if self.owner_id is None:
            return self.name
        said = {"name": self.name, "kind": self.get_kind_display(), "owner": self.party.name}
        return gettext("%(name)s（%(owner)s的%(kind)s）") % said


class Licence(Record):
    """One row per licence of a target."""

    target = models.ForeignKey(InspectionTarget, on_delete=models.PROTECT, related_name="licences")
    kind = models.CharField(max_length=60)
    number = models.CharField(max_length=60)
    issuer = models.CharField(max_length=120, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["target", "kind", "number"], name="licence_once")]


class FormerInspection(Record):
    """One row per inspection before this system or by another one (history since 2016, burden of the year)."""

    target = models.ForeignKey(InspectionTarget, on_delete=models.PROTECT, related_name="former_inspections")
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT)
    on = models.DateField()
    kind = models.CharField(max_length=60)
    result = models.CharField(max_length=120)
    reference = models.CharField(max_length=80, blank=True)
    counts_to_cap = models.BooleanField(default=True)
    inspector_ids = ArrayField(models.UUIDField(), default=list, blank=True)


class Directory(Record):
    """One row per key-target directory (重点监管对象名录库)."""

    key = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    field = models.CharField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    is_livelihood = models.BooleanField(default=False)

    class Meta:
        ordering = ["key"]
        verbose_name_plural = "directories"

    def __str__(self) -> str:
        return self.name


class DirectoryEntry(Record):
    """One row per target in a directory, with the version that added and the one that removed it."""

    directory = models.ForeignKey(Directory, on_delete=models.PROTECT, related_name="entries")
    target = models.ForeignKey(InspectionTarget, on_delete=models.PROTECT, related_name="directory_entries")
    added_in = models.PositiveIntegerField(default=1)
    removed_in = models.PositiveIntegerField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["directory", "target"], condition=Q(removed_in__isnull=True), name="directory_entry_once"
            )
        ]


class QuietListing(Record):
    """One row per target on the 无事不扰 list (DS-18), with its term."""

    target = models.ForeignKey(InspectionTarget, on_delete=models.PROTECT, related_name="quiet_listings")
    reason = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField()


class InspectorStatus(models.TextChoices):
    """Whether the inspector is in service."""

    ACTIVE = "active", _("在岗")
    SUSPENDED = "suspended", _("停岗")
    LEFT = "left", _("调离")


class InspectorQuerySet(models.QuerySet["Inspector"]):
    """Reads of inspectors: the city's seats see all, an organ its own, an inspector the own card."""

    def visible_to(self, actor: "Actor") -> "InspectorQuerySet":
        if actor.is_system or actor.holds(*CITY_READERS):
            return self.all()
        own = actor.department_ids(Role.CLERK, Role.APPROVER)
        return self.filter(Q(department_id__in=own) | Q(officer_id=actor.officer_id, officer_id__isnull=False))


class Inspector(Record):
    """One row per entry in the register of inspectors (执法检查人员名录库)."""

    officer = models.OneToOneField("identity.Officer", on_delete=models.PROTECT, related_name="inspector")
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="inspectors")
    certificate_no = models.CharField(max_length=32)
    certificate_issuer = models.CharField(max_length=80)
    certificate_valid_from = models.DateField()
    certificate_valid_to = models.DateField()
    second_certificate_no = models.CharField(max_length=32, blank=True)
    second_certificate_issuer = models.CharField(max_length=80, blank=True)
    second_certificate_valid_to = models.DateField(null=True, blank=True)
    domains = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    special_qualifications = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    station = models.CharField(max_length=40, blank=True, default="", db_default="")
    region_code = models.CharField(max_length=6, blank=True, default="", db_default="")
    status = models.CharField(max_length=16, choices=InspectorStatus.choices, default=InspectorStatus.ACTIVE)

    objects = InspectorQuerySet.as_manager()

    class Meta:
        ordering = ["certificate_no"]
        constraints = [  # for a moment two officers who exchange their numbers have the same one
            models.UniqueConstraint(fields=["certificate_no"], name="certificate_once", deferrable=Deferrable.DEFERRED)
        ]

    def __str__(self) -> str:
        return self.certificate_no


class Leave(Record):
    """One row per absence of an inspector."""

    inspector = models.ForeignKey(Inspector, on_delete=models.PROTECT, related_name="leaves")
    from_on = models.DateField()
    to_on = models.DateField()
    reason = models.CharField(max_length=60)


class Interest(Record):
    """One row per relation that bars an inspector from a target (回避): former employer, relative, same address."""

    inspector = models.ForeignKey(Inspector, on_delete=models.PROTECT, related_name="interests")
    target = models.ForeignKey(InspectionTarget, on_delete=models.PROTECT, related_name="interests")
    reason = models.CharField(max_length=40)
    declared_at = models.DateTimeField()


class Law(models.Model):
    """One row per law, regulation or rule of the register `laws.json`."""

    id = models.CharField(max_length=80, primary_key=True)
    title = models.CharField(max_length=200)
    short_title = models.CharField(max_length=80)
    level = models.CharField(max_length=40)
    issuer = models.CharField(max_length=120, blank=True)
    document_number = models.CharField(max_length=80, blank=True)
    effective_on = models.DateField(null=True, blank=True)
    repealed_on = models.DateField(null=True, blank=True)
    text_version = models.CharField(max_length=20, blank=True)
    is_verified = models.BooleanField(default=False)
    note = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.short_title


class Article(models.Model):
    """One row per article that the register knows, in one version of its law."""

    id = models.CharField(max_length=120, primary_key=True)
    law = models.ForeignKey(Law, on_delete=models.PROTECT, related_name="articles")
    number = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    summary = models.CharField(max_length=200)
    penalty = models.JSONField(null=True, blank=True)
    fields = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    text_version = models.CharField(max_length=20, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    is_verified = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.law} {self.number}"


class ItemClass(models.TextChoices):
    """一般 or 重点 (DS-06)."""

    ORDINARY = "ordinary", _("一般")
    PRIORITY = "priority", _("重点")


class InspectionItemQuerySet(models.QuerySet["InspectionItem"]):
    """Reads of items; every department may read every item, none may change another's (R3)."""

    def visible_to(self, actor: "Actor") -> "InspectionItemQuerySet":
        return self.all() if actor.is_system or actor.holds(*READERS) else self.none()


class InspectionItem(Record):
    """One row per inspection item of one department (抽查事项)."""

    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="items")
    code = models.CharField(max_length=40, unique=True)
    category = models.CharField(max_length=80)
    title = models.CharField(max_length=120)
    how = models.TextField()
    papers = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    phrases = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    item_class = models.CharField(max_length=16, choices=ItemClass.choices, default=ItemClass.ORDINARY)
    fields = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    industries = ArrayField(models.CharField(max_length=4), default=list, blank=True)
    licence_kinds = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    is_market_supervision = models.BooleanField(default=True)
    is_exempt_from_quiet_list = models.BooleanField(default=False)
    is_published = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = InspectionItemQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title


class LegalBasisQuerySet(models.QuerySet["LegalBasis"]):
    """Legal bases by date."""

    def valid_on(self, day: date) -> "LegalBasisQuerySet":
        return self.filter(valid_from__lte=day).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))


class LegalBasis(Record):
    """One row per article on which an item rests, with the dates it is valid for that item."""

    item = models.ForeignKey(InspectionItem, on_delete=models.PROTECT, related_name="bases")
    article = models.ForeignKey(Article, null=True, blank=True, on_delete=models.PROTECT)
    words = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    is_verified = models.BooleanField(default=False)

    objects = LegalBasisQuerySet.as_manager()

    def __str__(self) -> str:
        return self.words
