"""Keeping an event: its name and places, counts of a day, notes, moves along its axes, links."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.axes import moves
from tocsin.node.events.models import Event, EventLink
from tocsin.node.events.standing import zone_of
from tocsin.node.events.texts import LONGEST_TEXT
from tocsin.node.events.vocabulary import choices
from tocsin.node.surveillance.forms.choosing import DiseaseAndPlaceForm
from tocsin.node.surveillance.models import Place

__all__ = ["CountsForm", "IdentityForm", "LeadForm", "LinkForm", "MergeForm", "MoveForm", "NoteForm", "PlacesForm"]

COUNT_LABELS = {
    "suspected": _("Suspected"),
    "probable": _("Probable"),
    "confirmed": _("Confirmed"),
    "deaths": _("Deaths"),
    "hospitalised": _("In hospital"),
    "intensive_care": _("In intensive care"),
    "health_workers": _("Health workers"),
}
DAY = {"format": "%Y-%m-%d", "attrs": {"type": "date"}}


class Versioned(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": event.version, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.event = event


class IdentityForm(DiseaseAndPlaceForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    hazard = forms.ChoiceField(label=_("Kind of hazard"))
    name = forms.CharField(label=_("Working name"), required=False, max_length=120)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        known = {"disease": event.disease_id, "hazard": event.hazard, "name": event.name, "version": event.version}
        kwargs["initial"] = {**known, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["hazard"].choices = choices("hazard")
        for field in ("place", "place_q"):  # where it is has a page of its own
            del self.fields[field]

    def _offer(self, name: str, found: Any, chosen: Any) -> None:
        if name == "disease":
            super()._offer(name, found, chosen)


class PlacesForm(DiseaseAndPlaceForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    keep = forms.MultipleChoiceField(label=_("Where it is"), required=False, widget=forms.CheckboxSelectMultiple)
    first = forms.ChoiceField(label=_("Where it was first"), widget=forms.RadioSelect)
    field_order = ("keep", "first", "place_q", "place")

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        there = [event.place, *(row.place for row in event.places.select_related("place"))]
        keys = [str(place.pk) for place in there]
        kwargs["initial"] = {"version": event.version, "keep": keys, "first": str(event.place_id)}
        super().__init__(*args, **kwargs)
        self.there = {str(place.pk): place for place in there}
        self.fields["keep"].choices = self.fields["first"].choices = [(str(one.pk), str(one)) for one in there]
        self.fields["place_q"].label = _("Find a place to add")
        self.fields["place"].label = _("Add a place")
        for field in ("disease", "disease_q"):
            del self.fields[field]

    def _offer(self, name: str, found: Any, chosen: Any) -> None:
        if name == "place":
            super()._offer(name, found, chosen)

    def clean_place(self) -> Place | None:
        """Adding one is not asked for: the places that are there may only be sorted out."""
        return super().clean_place() if self._sent("place") or self._sent("place_q") else None

    def first_and_others(self) -> tuple[Place, list[Place]]:
        """What the act takes."""
        first = self.there[self.cleaned_data["first"]]
        others = [place for key, place in self.there.items() if key in self.cleaned_data["keep"] and place != first]
        added = self.cleaned_data.get("place")
        return first, [*others, *([added] if added else [])]


class CountsForm(Versioned):
    as_of = forms.DateField(label=_("By the end of"), widget=forms.DateInput(**DAY))

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        known = {name: getattr(event, name) for name in Event.COUNTS}
        today = timezone.now().astimezone(zone_of()).date()
        kwargs["initial"] = {"as_of": today, **known, **kwargs.get("initial", {})}
        super().__init__(*args, event=event, **kwargs)
        for name in Event.COUNTS:
            self.fields[name] = forms.IntegerField(
                label=COUNT_LABELS[name], required=False, min_value=0, max_value=100_000_000
            )

    def counts(self) -> dict[str, int | None]:
        """What the act takes; a field left empty is unknown."""
        return {name: self.cleaned_data[name] for name in Event.COUNTS}


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("What happened"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3})
    )  # fmt: skip
    happened_at = forms.DateTimeField(
        label=_("When"), required=False, help_text=_("Now, if it is left empty. In your time zone."),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        input_formats=("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"),
    )  # fmt: skip

    def clean_happened_at(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["happened_at"]
        if at is not None and at > timezone.now():
            raise forms.ValidationError(_("This lies ahead."))
        return at


class MoveForm(Versioned):
    state = forms.ChoiceField(label=_("From now on"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("How one knows, or why"), required=False, max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, event: Event, axis: str, **kwargs: Any) -> None:
        super().__init__(*args, event=event, **kwargs)
        possible = moves(event, axis)
        labels = Event._meta.get_field(axis).choices
        self.fields["state"].choices = [(state, label) for state, label in labels if state in possible]


class LeadForm(forms.Form):
    lead = forms.ChoiceField(label=_("Lead"), required=False)

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        kwargs["initial"] = {"lead": str(event.lead_id or "")}
        super().__init__(*args, **kwargs)
        self.may = {
            str(one.pk): one for one in Person.objects.filter(is_active=True) if one.may(Ability.WRITE_EVENTS)
        }  # fmt: skip
        self.fields["lead"].choices = [("", "—"), *((key, one.name) for key, one in self.may.items())]

    def person(self) -> Person | None:
        return self.may.get(self.cleaned_data["lead"])


class OtherEvent(forms.Form):
    other = forms.CharField(
        label=_("Number of the other event"), max_length=24, help_text=_("As it stands on its page: AL-2026-7.")
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_other(self) -> Event:
        year, number = [*self.cleaned_data["other"].strip().rsplit("-", 2), "", ""][1:3]
        found = None
        if year.isdecimal() and number.isdecimal() and len(number) < 10 and len(year) == 4:
            visible = Event.objects.visible_to(self.person).select_related("disease", "place")
            found = visible.filter(year=int(year), number=int(number)).first()
        if found is None:
            raise forms.ValidationError(_("There is no event of this number; look at the list of events."))
        return found


class LinkForm(OtherEvent):
    kind = forms.ChoiceField(label=_("This event is"), choices=EventLink.Kind.choices)
    field_order = ("kind", "other")


class MergeForm(OtherEvent):
    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Why they are one"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3})
    )
