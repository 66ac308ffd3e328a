"""Joint objects as this node knows them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils import timezone

from tocsin.exchange.limits import SKEW_SECONDS
from tocsin.joint.acts import ObjectId
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability

__all__ = ["SKEW", "JointObject", "gated_by"]

SKEW = timedelta(seconds=SKEW_SECONDS)
READERS = {
    "session": Ability.READ_COUNCIL,
    "decision": Ability.READ_COUNCIL,
    "assistance": Ability.READ_ASSISTANCE,
}
Gate = Callable[[Person], models.Q]
_gates: dict[str, Gate] = {}


def gated_by(noun: str, gate: Gate) -> None:
    """Have `gate` say which objects of this noun a person reads: some are open to those who have a part in them."""
    _gates[noun] = gate


def readable(person: Person) -> models.Q:
    """Objects that this person reads: all of some nouns, of others those that their apps let them."""
    found = models.Q(noun__in=[noun for noun, ability in READERS.items() if person.may(ability)])
    for noun, gate in _gates.items():
        found |= models.Q(noun=noun) & gate(person)
    return found


class JointObjectQuerySet(models.QuerySet["JointObject"]):
    def visible_to(self, person: Person) -> Self:
        """Those that this person reads."""
        return self.filter(readable(person))

    def ahead(self, now: datetime) -> Self:
        """Those of ours whose order has come to a time that is not yet."""
        return self.filter(is_ours=True, ordered_at__gt=now + SKEW)


class JointObject(models.Model):
    """A session, a decision or a request for assistance: whose it is, and how far its owner's order is followed here.

    What it has come to stands in a row of the app of its noun, computed from the acts; nothing but the acts makes it.
    A row is made by the first act that names the object, so that it may be here before its opening.
    """

    id = models.UUIDField(
        primary_key=True, editable=False,
        help_text="The opening document's own; another where a state took an identifier of another state's.",
    )  # fmt: skip
    noun = models.CharField(max_length=12, help_text="Type of its documents, as session or decision.")
    origin = models.CharField(max_length=12, help_text="The node that owns it and gives its order.")
    object_id = models.UUIDField(help_text="Of the document that opened it.")
    is_ours = models.BooleanField()
    classification = models.CharField(max_length=9, blank=True, help_text="Of its documents; empty before the opening.")
    addressees = models.JSONField(default=list)
    is_exercise = models.BooleanField(default=False)
    through = models.PositiveBigIntegerField(default=0, help_text="Last number of the order that is followed here.")
    number = models.PositiveBigIntegerField(default=0, help_text="Last number of the order that is known here.")
    waiting_for = models.JSONField(null=True, help_text="What of the order is not here yet.")
    proposals = models.PositiveIntegerField(default=0, help_text="Acts that no order has included yet.")
    due_at = models.DateTimeField(null=True, help_text="When time alone next makes something due here.")
    opened_at = models.DateTimeField(null=True, help_text="By the owner's clock.")
    ordered_at = models.DateTimeField(null=True, help_text="The owner's time of the last order that is followed here.")
    changed_at = models.DateTimeField(default=timezone.now)

    objects = JointObjectQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("object_id", "origin"), name="one_row_a_joint_object"),)
        indexes = (
            models.Index(fields=("due_at",), condition=models.Q(due_at__isnull=False), name="joint_objects_due"),
        )

    def __str__(self) -> str:
        return f"{self.noun} {self.origin} {self.object_id}"

    @property
    def key(self) -> ObjectId:
        """As documents name it."""
        return ObjectId(self.origin, str(self.object_id))

    @property
    def states(self) -> frozenset[str]:
        """Who takes part where that is said by name."""
        return frozenset({self.origin, *self.addressees})
