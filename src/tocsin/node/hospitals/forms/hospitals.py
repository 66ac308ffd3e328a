"""The entry of a hospital, a line of its service, and a reason."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.node.hospitals.forms.choosing import BoxesAbreast
from tocsin.node.hospitals.forms.names import name_fields, names_said, zone_choices
from tocsin.node.hospitals.models import Hospital, ServiceLine
from tocsin.node.hospitals.naming import LANGUAGES
from tocsin.node.hospitals.words import language_choices, specialties

__all__ = ["HospitalForm", "LineForm", "ReasonForm", "SeenForm", "hospital_initial"]

MICRO = 1_000_000


class HospitalForm(forms.Form):
    """What `building.entries.HOSPITAL` has, as fields."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"))
    languages = forms.MultipleChoiceField(
        label=_("Languages in which it can be written to"), required=False, widget=BoxesAbreast
    )
    address = forms.CharField(label=_("Address"), required=False, max_length=300)
    contact = forms.CharField(
        label=_("Contact"), required=False, max_length=200, help_text=_("Of the hospital, not of a person.")
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What others should know: how many beds of which kind, what it is known for."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields.update(name_fields("names", pgettext_lazy("hospital", "Name")))
        fields.update(name_fields("place", _("Town or district")))
        degrees: dict[str, Any] = {"required": False, "max_digits": 9, "decimal_places": 6}
        fields["place_latitude"] = forms.DecimalField(label=_("Latitude"), min_value=-90, max_value=90, **degrees)
        fields["place_longitude"] = forms.DecimalField(label=_("Longitude"), min_value=-180, max_value=180, **degrees)
        fields["place_code"] = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
        fields["time_zone"].choices = zone_choices(str(self.initial.get("time_zone", "")))
        fields["languages"].choices = language_choices()

    def given(self) -> dict[str, Any]:
        """As the act takes it."""
        said = self.cleaned_data
        position = {
            axis: int(value * MICRO) if (value := said.get(f"place_{axis}")) is not None else None
            for axis in ("latitude", "longitude")
        }
        place = {"code": said["place_code"] or None, "names": names_said(said, "place"), **position}
        plain = {name: said[name] for name in ("time_zone", "languages", "address", "contact", "note")}
        return {"names": names_said(said, "names"), "place": place, **plain}


def hospital_initial(row: Hospital) -> dict[str, Any]:
    """What the fields begin with."""
    found: dict[str, Any] = {name: getattr(row, name) for name in ("version", "time_zone", "languages", "address")}
    found |= {"contact": row.contact, "note": row.note, "place_code": row.place_code}
    for short in LANGUAGES:
        found[f"names_{short}"] = row.names.get(short, "")
        found[f"place_{short}"] = row.place_names.get(short, "")
    for axis in ("latitude", "longitude"):
        if (value := getattr(row, axis)) is not None:
            found[f"place_{axis}"] = Decimal(value) / MICRO
    return found


class LineForm(forms.Form):
    """What can be done now in one specialty."""

    specialty = forms.ChoiceField(label=_("Specialty"))
    status = forms.ChoiceField(label=pgettext_lazy("service", "How far it works"), choices=ServiceLine.Status)
    reason = forms.CharField(
        label=pgettext_lazy("hospital", "Reason"), required=False, max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed where it works in part or not at all."),
    )  # fmt: skip
    since = forms.DateField(
        label=pgettext_lazy("hospital", "Since"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The day from which it is so; today, if nothing is given."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["specialty"]
        chosen.choices = [("", "—"), *specialties()]


class SeenForm(forms.Form):
    """Which version of the entry the person looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=pgettext_lazy("hospital", "Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
