"""The draw: its documents as bytes, its key commitments, typed values, and what it drew."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.core.cache import cache
from django.db import models
from django.db.models.functions import Coalesce, Greatest, Length, Substr
from django.utils.functional import cached_property

from onevisit.stages.draws import measure
from onevisit.stages.draws.fairness_models import DrawStatistics as DrawStatistics
from onevisit.stages.draws.fairness_models import FairnessReport as FairnessReport
from onevisit.stages.draws.fairness_models import Outcome as Outcome
from onevisit.stages.draws.fairness_models import Verification as Verification
from onevisit.stages.draws.keys.share_models import KeyShare as KeyShare
from onevisit.stages.draws.keys.share_models import ReceivingKey as ReceivingKey
from onevisit.stages.draws.keys.share_models import ShareDeposit as ShareDeposit
from onevisit.stages.draws.lodged.lodging_models import Lodging as Lodging
from onevisit.stages.draws.pool.pool_models import ExclusionApproval as ExclusionApproval
from onevisit.stages.draws.pool.pool_models import FixedRows as FixedRows
from onevisit.stages.draws.pool.pool_models import NarrowConsent as NarrowConsent
from onevisit.stages.draws.reasons import LAPSES, words_of
from onevisit.stages.draws.rounds.swap_models import Swap as Swap
from onevisit.stages.plans import selectors as plans
from onevisit.support.identity import selectors as identity
from onevisit.support.identity.models import Record
from onevisit.support.identity.roles import Role

if TYPE_CHECKING:
    from onevisit.support.identity.actors import Actor


LONGEST_LINE = 200
"""At least as many bytes as a line of a frame has: an id, a stratum, what separates them."""


def ceremony_alone() -> list[str]:
    """Return the sources of a draw that names no others."""
    return ["ceremony"]


class DrawQuerySet(models.QuerySet["Draw"]):
    """Draws by who may know of them."""

    def visible_to(self, actor: "Actor") -> "DrawQuerySet":
        """Return those that the actor's organs take part in; the organiser, the notary and the supervisor see all."""
        if actor.is_system or identity.coordination_capacity(actor) or actor.holds(Role.NOTARY, Role.SUPERVISOR):
            return self
        own = actor.department_ids(Role.CLERK, Role.APPROVER)
        return self.filter(pk__in=DrawItem.objects.filter(department_id__in=own).values("draw_id"))

    def running(self) -> "DrawQuerySet":
        """Return those whose visits are under way: sealed ones, and open ones whose result was seen."""
        return self.filter(models.Q(state="sealed") | models.Q(state="opened", mode="open"))

    def with_verifications(self) -> "DrawQuerySet":
        """Add how many outsiders reported that a draw verifies, and how many that it does not."""
        return self.annotate(verified_count=_reported(Outcome.OK), failed_count=_reported(Outcome.FAILED))


def _reported(outcome: Outcome) -> Coalesce:
    rows = Verification.objects.filter(draw=models.OuterRef("pk"), outcome=outcome).order_by().values("draw")
    return Coalesce(models.Subquery(rows.annotate(n=models.Count("pk")).values("n")), 0)


class Draw(Record):
    """One row per draw number; void ones stay."""

    number = models.CharField(max_length=64, unique=True)
    sequence = models.PositiveIntegerField()
    year = models.PositiveSmallIntegerField()
    organiser = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="draws")
    offer = models.ForeignKey("offers.Offer", null=True, blank=True, on_delete=models.PROTECT, related_name="draws")
    plan_entry = models.ForeignKey("plans.PlanEntry", null=True, blank=True, on_delete=models.PROTECT)
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=20, default="preparing")
    mode = models.CharField(max_length=8, default="sealed")
    t0 = models.DateTimeField(null=True, blank=True)
    ceremony_protocol = models.CharField(max_length=64, blank=True)
    ceremony_length = models.PositiveSmallIntegerField(default=12)
    previous_digest = models.CharField(max_length=64, blank=True)
    manifest = models.BinaryField(null=True)
    manifest_digest = models.CharField(max_length=64, blank=True)
    roster = models.BinaryField(null=True)
    exclusions = models.BinaryField(null=True)
    groups = models.BinaryField(null=True)
    salt = models.CharField(max_length=64, default="", blank=True)
    sources = models.BinaryField(null=True)
    receipt = models.BinaryField(null=True)
    result_digest = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=64, blank=True)
    commitment_entry = models.UUIDField(null=True, blank=True)
    source_entry = models.UUIDField(null=True, blank=True)
    result_entry = models.UUIDField(null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    committed_at = models.DateTimeField(null=True, blank=True)
    sourced_at = models.DateTimeField(null=True, blank=True)
    drawn_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    opens_by = models.DateTimeField(null=True, blank=True)
    void_record = models.BinaryField(null=True)
    void_reason = models.CharField(max_length=64, blank=True)
    void_words = models.CharField(max_length=400, blank=True)
    void_evidence = models.CharField(max_length=64, blank=True)
    void_proposed_by = models.CharField(max_length=80, blank=True)
    void_proposed_at = models.DateTimeField(null=True, blank=True)
    void_agreed_by = models.CharField(max_length=80, default="", blank=True)
    void_agreed_at = models.DateTimeField(null=True, blank=True)
    void_entry = models.UUIDField(null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    commitment_at = models.DateTimeField(null=True, blank=True)
    source_types = ArrayField(models.CharField(max_length=20), default=ceremony_alone)
    issues = models.JSONField(default=dict, blank=True)
    max_rounds = models.PositiveSmallIntegerField(default=3)
    officer_cap = models.PositiveSmallIntegerField(default=0)
    is_infeasible = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    strata_by = models.CharField(max_length=20, default="risk")
    quota = models.JSONField(default=dict, blank=True)
    batch_count = models.PositiveSmallIntegerField(default=1)
    direction = models.JSONField(default=dict, blank=True)
    given_basis = models.CharField(max_length=24, default="", blank=True)
    given_words = models.CharField(max_length=400, default="", blank=True)
    prepared_by = models.CharField(max_length=80, default="", blank=True)
    repeats = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="repetitions")

    objects = DrawQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-sequence"]
        constraints = [
            models.UniqueConstraint(fields=["organiser", "year", "sequence"], name="draw_sequence_once"),
            models.UniqueConstraint(
                fields=["offer"],
                condition=~models.Q(state="void") & models.Q(repeats__isnull=True),
                name="draw_live_once_per_offer",
            ),
            models.UniqueConstraint(
                fields=["repeats"], condition=~models.Q(state="void"), name="draw_live_repetition_once"
            ),
            models.UniqueConstraint(
                fields=["organiser"],
                condition=models.Q(state__in=("waiting", "committed", "sourced", "keyed")),
                name="draw_in_hand_once",
            ),
            models.UniqueConstraint(
                fields=["organiser", "previous_digest"],
                condition=models.Q(commitment_entry__isnull=False),
                name="draw_chain_is_one_line",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def organising_ids(self) -> set[UUID]:
        """Return the organs that organise it: the organiser, and the one in whose house it sits."""
        host: UUID | None = self.organiser.host_id
        return {self.organiser_id, host} if host else {self.organiser_id}

    @cached_property
    def unit(self) -> str:
        """Return how its objects are counted (`measure`): by its frame, before the freeze by what stands in its plan.

        Typed ids begin with a small letter, so that in a frame they follow all codes and stand type by type.
        """
        if not self.manifest_digest:  # nothing is frozen yet
            ids = plans.some_ids_of(self.offer.cluster_id) if self.offer is not None else ()
            return measure.unit_of_ids(ids)
        found = cache.get_or_set(f"draw-unit:{self.pk}:{self.manifest_digest}", self._framed_types, None)
        return measure.unit_of(found or ())

    def _framed_types(self) -> list[str]:
        """Look at the first and the last line; the database unpacks a whole frame for it, so it is asked once."""
        ends = Substr("frame", 1, LONGEST_LINE), Substr("frame", Greatest(Length("frame") - LONGEST_LINE, 1))
        found: set[str] = set()
        for head, tail in self.items.exclude(frame=None).values_list(*ends):
            for line in (bytes(head).split(b"\n")[0], bytes(tail).rstrip(b"\n").split(b"\n")[-1]):
                found.add(measure.type_of(line.decode().partition("|")[0]))
        return sorted(found)


class DrawItem(Record):
    """One row per manifest item: one department with its frozen frame."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="items")
    item = models.CharField(max_length=64)
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT)
    frame = models.BinaryField(null=True)
    slots = models.PositiveSmallIntegerField(default=2)
    officer_mode = models.CharField(max_length=16, default="mixed")

    class Meta:
        ordering = ["item"]
        constraints = [models.UniqueConstraint(fields=["draw", "item"], name="draw_item_once")]


class DepartmentKey(Record):
    """One row per department's key: the commitment before the freeze, the key itself only after the hand-over."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="keys")
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT)
    party = models.CharField(max_length=64)
    commitment = models.CharField(max_length=64)
    key = models.CharField(max_length=64, blank=True)
    committed_at = models.DateTimeField()
    committed_by = models.CharField(max_length=80)
    handed_at = models.DateTimeField(null=True, blank=True)
    handed_by = models.CharField(max_length=80, blank=True)
    combined_from = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["party"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "party"], name="draw_key_once"),
            models.UniqueConstraint(fields=["key"], condition=~models.Q(key=""), name="draw_key_used_once"),
        ]


class TypedValue(Record):
    """One row per typing of a source value by one person; two different people must agree."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="typed_values")
    round_number = models.PositiveSmallIntegerField(default=0)
    position = models.PositiveSmallIntegerField(default=0)
    digits = models.CharField(max_length=60)
    evidence_sha256 = models.CharField(max_length=64)
    typed_by = models.CharField(max_length=80)
    department = models.ForeignKey("identity.Department", null=True, on_delete=models.PROTECT, related_name="+")
    typed_at = models.DateTimeField()
    device = models.CharField(max_length=64, default="", blank=True)
    is_superseded = models.BooleanField(default=False)


class Attestation(Record):
    """One row per answer of a witness in the room: the fingerprint that was read out is the one that stands, or not."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="attestations")
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64)
    is_agreed = models.BooleanField()
    reason = models.CharField(max_length=400, blank=True)
    answered_by = models.CharField(max_length=80)
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["answered_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "department", "fingerprint"], name="attestation_once"),
            models.CheckConstraint(
                name="attestation_reason", condition=models.Q(is_agreed=True) ^ ~models.Q(reason="")
            ),
        ]


class SourceValue(Record):
    """One row per fixed value of a declared source, of the draw (round 0) or of a replacement round."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="source_values")
    round_number = models.PositiveSmallIntegerField(default=0)
    position = models.PositiveSmallIntegerField()
    value = models.JSONField()
    fixed_at = models.DateTimeField()
    entry = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["round_number", "position"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "round_number", "position"], name="source_value_once"),
        ]


class DrawRoundQuerySet(models.QuerySet["DrawRound"]):
    """Rounds by how far they are."""

    def pending(self) -> "DrawRoundQuerySet":
        """Return those that can still be drawn."""
        return self.filter(drawn_at__isnull=True, lapsed_at__isnull=True)


class DrawRound(Record):
    """One row per replacement round: its order, fixed before its own seed exists, then its result."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    t0 = models.DateTimeField()
    order = models.BinaryField()
    order_digest = models.CharField(max_length=64)
    order_entry = models.UUIDField(null=True, blank=True)
    result_digest = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=64, blank=True)
    result_entry = models.UUIDField(null=True, blank=True)
    ordered_at = models.DateTimeField()
    drawn_at = models.DateTimeField(null=True, blank=True)
    is_infeasible = models.BooleanField(default=False)
    lapsed_at = models.DateTimeField(null=True, blank=True)
    lapsed_reason = models.CharField(max_length=20, blank=True)

    objects = DrawRoundQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["draw", "number"], name="draw_round_once")]

    @property
    def lapse_words(self) -> str:
        """Say why the order stands without a result; empty while it may come."""
        return words_of(self.lapsed_reason, LAPSES)


class Replacement(Record):
    """One row per request to replace a drawn target: reason, evidence, who asked and who else agreed."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="replacements")
    target = models.ForeignKey("registers.InspectionTarget", on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=64)
    words = models.CharField(max_length=400)
    evidence_sha256 = models.CharField(max_length=64)
    requested_by = models.CharField(max_length=80)
    requested_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=80, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.CharField(max_length=80, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_words = models.CharField(max_length=400, blank=True)
    round_number = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["requested_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["draw", "target"], condition=models.Q(refused_at__isnull=True), name="replacement_once"
            ),
        ]


class Pseudonym(Record):
    """One row per inspector in a roster: the pseudonym made for this draw."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="pseudonyms")
    inspector = models.ForeignKey("registers.Inspector", on_delete=models.PROTECT)
    pseudonym = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "inspector"], name="pseudonym_once"),
            models.UniqueConstraint(fields=["draw", "pseudonym"], name="pseudonym_unique"),
        ]


class Recusal(Record):
    """One row per bar of an inspector from a target in this draw."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="recusals")
    inspector = models.ForeignKey("registers.Inspector", on_delete=models.PROTECT)
    target = models.ForeignKey("registers.InspectionTarget", on_delete=models.PROTECT)
    reason = models.CharField(max_length=64)
    added_by = models.CharField(max_length=80)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draw", "inspector", "target"], name="recusal_once")]


class DrawnSlot(Record):
    """One row per officer slot of a drawn target and the round that filled it; `withdrawn_in` ended it."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="slots")
    target = models.ForeignKey("registers.InspectionTarget", on_delete=models.PROTECT)
    department = models.ForeignKey("identity.Department", on_delete=models.PROTECT)
    slot = models.CharField(max_length=70)
    inspector = models.ForeignKey("registers.Inspector", on_delete=models.PROTECT)
    item_ids = ArrayField(models.UUIDField(), default=list)
    round_number = models.PositiveSmallIntegerField(default=0)
    withdrawn_in = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["draw", "target", "slot"],
                condition=models.Q(withdrawn_in__isnull=True),
                name="drawn_slot_held_once",
            ),
            models.UniqueConstraint(fields=["draw", "target", "slot", "round_number"], name="drawn_slot_once_a_round"),
        ]
