"""Events: what this state answers for, from the first suspicion to the end of the outbreak."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.exercise_mark import marked
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.language.formats import phrases
from tocsin.node.records import new_id
from tocsin.node.surveillance.models import Disease, Place, Thread

__all__ = ["Event", "EventLink", "EventPlace", "EventThread"]


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, person: Person) -> "EventQuerySet":
        """All for readers of events; a laboratory sees those that a sample of its own belongs to."""
        if person.may(Ability.READ_EVENTS):
            return self
        if person.may(Ability.RECORD_RESULTS):
            # Not `distinct`: rows that are to be locked cannot be.
            theirs = self.model.objects.filter(samples__laboratory=person.organisation_id)
            return self.filter(pk__in=theirs.values("pk"))
        return self.none()

    def of_this_alliance(self) -> "EventQuerySet":
        """Without exercises, so that nothing invented is counted with what happened; of one that is itself, all."""
        return self if here().is_exercise else self.filter(is_exercise=False)

    def standing(self) -> "EventQuerySet":
        """Without those that went into another."""
        return self.filter(merged_into=None)


class Event(models.Model):
    """A manifestation of disease, or an occurrence that may lead to it (IHR Art. 1), in the state that runs the node.

    Verification, assessment and response are three axes, and none waits for another: one may respond to what is only
    suspected, and notify it. `version` counts changes of the facts and of the axes: whoever changes them says which
    version they saw. `facts` are the coded members of a notification's body (exchange/types/schemas), `texts` its free
    texts, in one language. Figures that lists show are kept here, by the acts that change them.
    """

    class Verification(models.TextChoices):
        SUSPECTED = "suspected", pgettext_lazy("of an event", "suspected")
        VERIFIED = "verified", _("verified")
        REFUTED = "refuted", _("refuted")

    class Assessment(models.TextChoices):
        NONE = "none", _("not assessed")
        UNDER_ASSESSMENT = "under_assessment", _("under assessment")
        MONITORING = "monitoring", _("monitored")
        NOTIFIABLE = "notifiable", pgettext_lazy("of an event", "notifiable")

    class Response(models.TextChoices):
        NONE = "none", _("no response yet")
        RESPONDING = "responding", _("response under way")
        CONTROLLED = "controlled", _("under control")
        CLOSED = "closed", pgettext_lazy("of an event", "closed")
        REOPENED = "reopened", _("reopened")

    COUNTS = (
        "suspected", "probable", "confirmed", "deaths", "hospitalised", "intensive_care", "health_workers",
    )  # fmt: skip
    FIGURES = ("cases", *COUNTS)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    year = models.PositiveSmallIntegerField(help_text="Of its opening.")
    number = models.PositiveIntegerField(help_text="Within the year, from 1.")
    disease = models.ForeignKey(Disease, models.PROTECT, null=True, related_name="events", help_text="None: unknown.")
    name = models.CharField(_("working name"), max_length=120, blank=True, help_text="As people here call it.")
    hazard = models.CharField(max_length=40, default="unknown", help_text="A code of the vocabulary.")
    place = models.ForeignKey(Place, models.PROTECT, related_name="events", help_text="Where it was first.")
    verification = models.CharField(max_length=12, choices=Verification, default=Verification.SUSPECTED)
    assessment = models.CharField(max_length=20, choices=Assessment, default=Assessment.NONE)
    response = models.CharField(max_length=12, choices=Response, default=Response.NONE)
    version = models.PositiveIntegerField(default=1)
    episode = models.PositiveSmallIntegerField(default=1, help_text="One more each time that it is reopened.")
    lead = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="events")
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=10, blank=True, help_text="Of the texts.")

    as_of = models.DateField(null=True, help_text="The day that the figures are of.")
    cases = models.PositiveIntegerField(null=True, help_text="Suspected, probable and confirmed, where any is known.")
    suspected = models.PositiveIntegerField(null=True)
    probable = models.PositiveIntegerField(null=True)
    confirmed = models.PositiveIntegerField(null=True)
    deaths = models.PositiveIntegerField(null=True)
    hospitalised = models.PositiveIntegerField(null=True)
    intensive_care = models.PositiveIntegerField(null=True)
    health_workers = models.PositiveIntegerField(null=True)
    places_count = models.PositiveIntegerField(default=1)
    # Of the intervals of 7-1-7, for the board, which counts all events of a year: kept with `clocks`.
    detection_days = models.SmallIntegerField(null=True, help_text="Calendar days, once it has ended.")
    detection_since = models.DateField(null=True, help_text="The day that it began, while it runs.")
    notification_days = models.SmallIntegerField(null=True)
    notification_since = models.DateField(null=True)
    response_days = models.SmallIntegerField(null=True)
    response_since = models.DateField(null=True)

    list_changed_at = models.DateTimeField(
        null=True, help_text="When its line list last changed: line_list/figures.py."
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", db_index=False
    )
    is_exercise = models.BooleanField(default=False)
    search_key = models.TextField(default="", editable=False)

    # Long, and last: what stands behind them in a row is read through them.
    clocks = models.JSONField(default=dict, help_text="How its clocks stood when one was last set: actions/clocks.py.")
    facts = models.JSONField(default=dict)
    texts = models.JSONField(default=dict)
    curve = models.JSONField(default=dict, help_text="Of its line list, packed: line_list/figures.py.")

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ("-changed_at", "-id")
        indexes = (
            # With what lists choose by, so that a late page of a list is found without reading the rows before it.
            models.Index(
                fields=(
                    "-changed_at",
                    "-id",
                    "response",
                    "verification",
                    "assessment",
                    "merged_into",
                    "is_exercise",
                ),
                name="events_by_news",
            ),
            models.Index(
                fields=("response", "-changed_at"), condition=models.Q(merged_into=None), name="events_by_response"
            ),
            models.Index(fields=("year", "merged_into", "is_exercise"), name="events_of_a_year"),
            models.Index(fields=("disease", "-opened_at"), name="events_of_a_disease"),
            models.Index(fields=("merged_into",), condition=~models.Q(merged_into=None), name="events_merged"),
        )
        constraints = (
            models.UniqueConstraint(fields=("year", "number"), name="one_event_a_number"),
            models.CheckConstraint(
                condition=~models.Q(response="closed") | ~models.Q(closed_at=None),
                name="a_closed_event_says_since_when",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | ~models.Q(merged_into=models.F("id")),
                name="no_event_goes_into_itself",
            ),
        )

    def __str__(self) -> str:
        return marked(phrases((self.name or self.disease or _("unknown disease"), self.place)), self)

    @property
    def is_open(self) -> bool:
        return self.response != self.Response.CLOSED and self.merged_into_id is None


class EventPlace(models.Model):
    """A place that an event is in, beside the one where it was first."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="places")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    since = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("place__path",)
        constraints = (models.UniqueConstraint(fields=("event", "place"), name="one_row_a_place_of_an_event"),)

    def __str__(self) -> str:
        return str(self.place)


class EventThread(models.Model):
    """A thread of signals that tells of an event. A thread tells of one event."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="threads")
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="event_link")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("at",)

    def __str__(self) -> str:
        return str(self.thread)


class EventLink(models.Model):
    """What an event has to do with another, of this state or of a partner. Said from this event's side."""

    class Kind(models.TextChoices):
        RELATED = "related", _("related to")
        SAME_SOURCE = "same_source", _("of the same source as")
        IMPORTED_FROM = "imported_from", _("imported from")
        EXPORTED_TO = "exported_to", _("exported to")

    MIRRORED = {
        Kind.RELATED: Kind.RELATED,
        Kind.SAME_SOURCE: Kind.SAME_SOURCE,
        Kind.IMPORTED_FROM: Kind.EXPORTED_TO,
        Kind.EXPORTED_TO: Kind.IMPORTED_FROM,
    }

    event = models.ForeignKey(Event, models.CASCADE, related_name="links")
    kind = models.CharField(max_length=16, choices=Kind)
    other = models.ForeignKey(Event, models.CASCADE, null=True, related_name="+", help_text="Of this state.")
    origin = models.CharField(max_length=12, blank=True, help_text="Of a partner's event.")
    partner_event = models.UUIDField(null=True, help_text="Its identifier at its origin.")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("at",)
        constraints = (
            models.UniqueConstraint(fields=("event", "other"), name="one_link_between_two_events"),
            models.UniqueConstraint(fields=("event", "origin", "partner_event"), name="one_link_to_a_partners_event"),
            models.CheckConstraint(
                condition=models.Q(other=None, partner_event__isnull=False)
                | models.Q(other__isnull=False, partner_event=None),
                name="a_link_leads_to_one_event",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.other_id or self.partner_event}"
