"""Places: a tree from country to district, with their names in every script that tables use."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import Person, State, named
from tocsin.node.surveillance.models.gate import SurveillanceQuerySet

__all__ = ["Place", "PlaceAlias"]


class PlaceQuerySet(SurveillanceQuerySet["Place"]):
    def visible_to(self, person: Person) -> "PlaceQuerySet":
        """Places are no secret: whoever is signed in may name one in a report."""
        return self if person.abilities else self.none()

    def within(self, place: "Place") -> "PlaceQuerySet":
        """The place itself and everything inside it."""
        return self.filter(path__startswith=place.path)


class Place(models.Model):
    """Where cases are counted. `path` is the chain of keys from the root, so that a subtree is one range."""

    class Kind(models.TextChoices):
        COUNTRY = "country", _("country")
        REGION = "region", _("region")
        DISTRICT = "district", _("district")
        FACILITY = "facility", _("facility")
        POINT_OF_ENTRY = "point_of_entry", _("point of entry")

    code = models.CharField(max_length=60, unique=True)
    kind = models.CharField(max_length=16, choices=Kind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    state = models.ForeignKey(
        State, models.PROTECT, null=True, blank=True, related_name="places",
        help_text="None for places outside the alliance, such as those of public data.",
    )  # fmt: skip
    name_en = models.CharField(max_length=160)
    name_ru = models.CharField(max_length=160, blank=True)
    name_zh = models.CharField(max_length=160, blank=True)
    population = models.PositiveIntegerField(null=True, blank=True)
    tile_row = models.PositiveSmallIntegerField(null=True, blank=True)
    tile_column = models.PositiveSmallIntegerField(null=True, blank=True)
    neighbours = models.ManyToManyField("self", blank=True)
    path = models.CharField(max_length=120, unique=True, editable=False, help_text="/12/140/2001/")
    depth = models.PositiveSmallIntegerField(default=0, editable=False)
    search_key = models.TextField(editable=False, default="")
    sort_en = models.CharField(max_length=250, editable=False, default="")
    sort_ru = models.CharField(max_length=250, editable=False, default="")
    sort_zh = models.CharField(max_length=400, editable=False, default="")

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ("path",)

    def __str__(self) -> str:
        return named(self)

    def contains(self, other: "Place") -> bool:
        return other.path.startswith(self.path)

    @property
    def ancestor_ids(self) -> list[int]:
        """Keys from the root down to the parent."""
        return [int(key) for key in self.path.strip("/").split("/")[:-1]]


class PlaceAlias(models.Model):
    """What tables call a place: normalised, and once decided by a person never asked about again."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="aliases")
    within = models.ForeignKey(
        Place, models.CASCADE, null=True, related_name="+",
        help_text="The alias holds below this place; two regions may have a district of one name.",
    )  # fmt: skip
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=250, db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("within", "key"), name="one_place_an_alias"),
            models.UniqueConstraint(
                fields=("key",), condition=models.Q(within=None), name="one_place_an_alias_anywhere"
            ),
        )

    def __str__(self) -> str:
        return self.name
