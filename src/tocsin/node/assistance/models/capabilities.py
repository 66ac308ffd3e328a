"""Registers of what states could send: the documents, and their entries one by one."""

from typing import Self

from django.db import models
from django.utils import timezone

from tocsin.joint.assistance.catalogue import Words
from tocsin.joint.assistance.places import Place
from tocsin.joint.assistance.registers import Capability as Entry
from tocsin.joint.assistance.units import Packing
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.post.models.documents import DocumentQuerySet, SignedDocument
from tocsin.node.records import new_id

__all__ = ["Capability", "Register"]


class RegisterQuerySet(DocumentQuerySet):
    def visible_to(self, person: Person) -> Self:
        """For whoever reads what could be sent."""
        return self.filter() if person.may(Ability.READ_ASSISTANCE) else self.none()


class Register(SignedDocument):
    """A state's whole register in one version, as it was shared. The last version that stands counts."""

    version = models.PositiveIntegerField()
    supersedes = models.UUIDField(null=True)
    classification = models.CharField(max_length=12)
    addressees = models.JSONField(default=list)
    as_of = models.DateField()
    body = models.JSONField(default=dict, help_text="By the schema `capabilities`; empty once erased.")

    objects = RegisterQuerySet.as_manager()

    class Meta(SignedDocument.Meta):
        ordering = ("-version", "-recorded_at")
        indexes = (models.Index(fields=("origin", "-version"), name="registers_of_a_state"),)

    def __str__(self) -> str:
        return f"register of {self.origin}, version {self.version}"


class CapabilityQuerySet(models.QuerySet["Capability"]):
    def visible_to(self, person: Person) -> Self:
        """For whoever reads what could be sent."""
        return self.filter() if person.may(Ability.READ_ASSISTANCE) else self.none()


class Capability(models.Model):
    """One entry of a register: of a partner, as it shared it; of ours, as it is kept, shared or not."""

    class Kind(models.TextChoices):
        TEAM = "team"
        LABORATORY = "laboratory"
        EXPERT = "expert"
        STOCK = "stock"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    state = models.CharField(max_length=12)
    is_ours = models.BooleanField()
    entry = models.CharField(max_length=24, help_text="Its name among those of its kind in the register.")
    kind = models.CharField(max_length=12, choices=Kind)
    item = models.CharField(max_length=60, help_text="Code of the catalogue.")
    called = models.JSONField(default=dict, help_text="A name of its own, in en, ru and zh.")
    quantity = models.PositiveBigIntegerField()
    unit = models.CharField(max_length=12)
    pack_size = models.PositiveIntegerField(null=True)
    ready_hours = models.PositiveIntegerField(default=0, help_text="From the request to the departure.")
    languages = models.JSONField(default=list)
    place_code = models.CharField(max_length=60, blank=True)
    place_names = models.JSONField(default=dict)
    latitude = models.IntegerField(null=True, help_text="In millionths of a degree.")
    longitude = models.IntegerField(null=True)
    best_before = models.DateField(null=True)
    regulatory = models.CharField(max_length=24, blank=True)
    is_available = models.BooleanField(default=True)
    more = models.JSONField(default=dict, help_text="What only this kind says, as in its document.")
    version = models.PositiveIntegerField(default=1, help_text="Counts changes of ours.")
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    objects = CapabilityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "capabilities"
        ordering = ("state", "kind", "item", "id")
        constraints = (
            models.UniqueConstraint(fields=("state", "kind", "entry"), name="one_row_an_entry_of_a_register"),
        )
        indexes = (models.Index(fields=("item", "state"), name="capabilities_of_an_item"),)

    def __str__(self) -> str:
        return f"{self.state} {self.entry}"

    @property
    def as_entry(self) -> Entry:
        """As matching sees it."""
        return Entry(
            state=self.state, kind=self.kind, id=self.entry, item=self.item, quantity=self.quantity,
            packing=Packing(self.unit, self.pack_size), ready_hours=self.ready_hours, languages=tuple(self.languages),
            place=Place(self.place_code or None, Words(**self.place_names), self.latitude, self.longitude),
            best_before=self.best_before, regulatory=self.regulatory or None, available=self.is_available,
        )  # fmt: skip
