"""Offers and shipments as lists and the map show them."""

from django.db import models

from tocsin.node.assistance.models.requests import OfRequestQuerySet, Request

__all__ = ["Offer", "Shipment"]


class Offer(models.Model):
    """What one state offers of what another asks for. A row follows from the acts."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="offers")
    origin = models.CharField(max_length=12, help_text="The state that offers.")
    offer = models.CharField(max_length=24, help_text="The name that it gave.")
    is_ours = models.BooleanField()
    status = models.CharField(max_length=16)
    is_confirmed = models.BooleanField(help_text="Firm: it may be accepted.")
    takes_more = models.BooleanField(help_text="It stands, and not all of it is accepted.")
    lines = models.JSONField(default=list, help_text="item, quantity, unit, pack_size, accepted, shipped.")
    available_from = models.DateField()
    expires_on = models.DateField(null=True)
    costs = models.CharField(max_length=12)
    place_names = models.JSONField(default=dict, help_text="From where it comes.")
    latitude = models.IntegerField(null=True)
    longitude = models.IntegerField(null=True)
    made_at = models.DateTimeField(help_text="By the order of the state that asks.")

    objects = OfRequestQuerySet.as_manager()

    class Meta:
        ordering = ("-made_at", "-id")
        constraints = (models.UniqueConstraint(fields=("request", "origin", "offer"), name="one_row_an_offer"),)
        indexes = (
            models.Index(fields=("origin", "-made_at"), name="offers_of_a_state"),
            models.Index(fields=("expires_on",), condition=models.Q(takes_more=True), name="offers_that_stand"),
        )

    def __str__(self) -> str:
        return f"{self.origin} {self.offer}"


class Shipment(models.Model):
    """What is sent of an offer: where it is, when it is to come, who has signed. A row follows from the acts."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="shipments")
    origin = models.CharField(max_length=12, help_text="The state that sends.")
    shipment = models.CharField(max_length=24, help_text="The name that it gave.")
    offer = models.CharField(max_length=24, help_text="Of which offer of that state.")
    is_ours = models.BooleanField()
    status = models.CharField(max_length=16)
    is_moving = models.BooleanField(help_text="It has left and was not handed over.")
    is_late = models.BooleanField(default=False, help_text="It was said to be delayed.")
    lines = models.JSONField(default=list, help_text="item, quantity, damaged, handed, unit, pack_size.")
    signed_by = models.JSONField(default=list, help_text="States that have signed the hand-over.")
    where = models.CharField(max_length=200, blank=True, help_text="As its sender last said.")
    expected_on = models.DateField(null=True)
    from_names = models.JSONField(default=dict)
    from_latitude = models.IntegerField(null=True)
    from_longitude = models.IntegerField(null=True)
    to_names = models.JSONField(default=dict)
    to_latitude = models.IntegerField(null=True)
    to_longitude = models.IntegerField(null=True)
    moved_at = models.DateTimeField(help_text="When anything was last said of it, by the owner's order.")

    objects = OfRequestQuerySet.as_manager()

    class Meta:
        ordering = ("expected_on", "id")
        constraints = (models.UniqueConstraint(fields=("request", "origin", "shipment"), name="one_row_a_shipment"),)
        indexes = (
            models.Index(fields=("status", "expected_on"), name="shipments_of_a_status"),
            models.Index(fields=("expected_on",), condition=models.Q(is_moving=True), name="shipments_that_move"),
        )

    def __str__(self) -> str:
        return f"{self.origin} {self.shipment}"
