"""Requests for assistance as lists show them; what one has come to in full is computed from its acts."""

from typing import Self

from django.db import models

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.joint.models import JointObject

__all__ = ["QUANTITY", "STANDING", "VOID", "OfRequestQuerySet", "Request", "RequestItem"]

STANDING = ("open", "partly_covered", "covered")
VOID = "unopened"  # as `RequestStatus.UNOPENED`: what opened it does not stand
QUANTITY = {"max_digits": 28, "decimal_places": 4}  # of a unit: rounded down; the exact fraction follows from the acts


class RequestQuerySet(models.QuerySet["Request"]):
    def visible_to(self, person: Person) -> Self:
        """Those of all states, for whoever reads what is asked and offered."""
        return self.filter() if person.may(Ability.READ_ASSISTANCE) else self.none()

    def standing(self) -> Self:
        """Which were neither closed nor cancelled, and have not lapsed."""
        return self.filter(status__in=STANDING)

    def opened(self) -> Self:
        """All but those whose opening has turned out to be void."""
        return self.exclude(status=VOID)

    def waiting_for_us(self) -> Self:
        """In which this state has something to do."""
        return self.filter(needs_us=True)


class Request(models.Model):
    """What one state asks of the others, how much of it is covered, and what is on its way.

    A row follows from the acts (`assistance.rows`), and is the same on every node that has the same documents, but for
    what is told of this state's own part in it.
    """

    of = models.OneToOneField(JointObject, models.PROTECT, primary_key=True, related_name="assistance_request")
    origin = models.CharField(max_length=12, help_text="The state that asks.")
    is_ours = models.BooleanField()
    title = models.JSONField(default=dict, help_text="By language.")
    status = models.CharField(max_length=16)
    needed_by = models.DateField()
    lapses_on = models.DateField(help_text="Its last day, unless it is renewed.")
    place_code = models.CharField(max_length=60, blank=True)
    place_names = models.JSONField(default=dict)
    latitude = models.IntegerField(null=True, help_text="Of the place, in millionths of a degree.")
    longitude = models.IntegerField(null=True)
    event_origin = models.CharField(max_length=12, blank=True)
    event_id = models.UUIDField(null=True, help_text="As its origin knows it.")
    items_all = models.PositiveIntegerField(default=0)
    items_short = models.PositiveIntegerField(default=0, help_text="Of these, those that are not wholly covered.")
    covered = models.PositiveSmallIntegerField(default=0, help_text="Per cent, the mean of all items, rounded down.")
    covered_least = models.PositiveSmallIntegerField(default=0, help_text="Per cent, of the item covered least.")
    delivered = models.PositiveSmallIntegerField(default=0, help_text="Per cent handed over, the mean of all items.")
    offers_all = models.PositiveIntegerField(default=0)
    offers_waiting = models.PositiveIntegerField(default=0, help_text="Firm, and not answered in full.")
    shipments_all = models.PositiveIntegerField(default=0)
    shipments_moving = models.PositiveIntegerField(default=0, help_text="That have left and were not handed over.")
    we_offered = models.BooleanField(default=False)
    needs_us = models.BooleanField(default=False)
    needs = models.JSONField(default=list, help_text="What this state has to do: `assistance.needing`.")
    search_key = models.TextField(blank=True)
    changed_at = models.DateTimeField(help_text="When anything of it was last said.")

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ("-changed_at", "-of_id")
        indexes = (
            models.Index(fields=("-changed_at", "-of"), name="requests_latest_first"),
            models.Index(fields=("status", "needed_by"), name="requests_of_a_status"),
            models.Index(fields=("event_id",), name="requests_of_an_event"),
            models.Index(fields=("needed_by",), condition=models.Q(needs_us=True), name="requests_that_need_us"),
        )

    def __str__(self) -> str:
        return f"{self.origin} {self.of_id}"

    @property
    def is_standing(self) -> bool:
        """Whether offers can still be made and accepted."""
        return self.status in STANDING


class OfRequestQuerySet(models.QuerySet["models.Model"]):
    def visible_to(self, person: Person) -> Self:
        """As the requests that they are of."""
        return self.filter() if person.may(Ability.READ_ASSISTANCE) else self.none()


class RequestItem(models.Model):
    """One thing that is asked for, and what of it is accepted, on its way, delivered: in the item's own unit."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="items")
    item = models.CharField(max_length=24, help_text="Its name in the request.")
    position = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(max_length=60, help_text="Of the catalogue.")
    names = models.JSONField(default=dict, help_text="What it is called, in en, ru and zh.")
    unit = models.CharField(max_length=12)
    pack_size = models.PositiveIntegerField(null=True)
    requested = models.PositiveBigIntegerField()
    offered = models.DecimalField(**QUANTITY, default=0)
    accepted = models.DecimalField(**QUANTITY, default=0)
    moving = models.DecimalField(**QUANTITY, default=0, help_text="Has left and was not handed over.")
    delivered = models.DecimalField(**QUANTITY, default=0)
    covered = models.PositiveSmallIntegerField(default=0, help_text="Per cent accepted, rounded down.")
    cold_chain = models.CharField(max_length=12, default="none")
    un2814 = models.BooleanField(default=False)
    is_short = models.BooleanField(default=False, help_text="Asked for still, and not wholly covered.")

    objects = OfRequestQuerySet.as_manager()

    class Meta:
        ordering = ("request", "position")
        constraints = (models.UniqueConstraint(fields=("request", "item"), name="one_row_an_item_of_a_request"),)
        indexes = (models.Index(fields=("code",), condition=models.Q(is_short=True), name="items_that_are_short"),)

    def __str__(self) -> str:
        return f"{self.code} of {self.request_id}"
