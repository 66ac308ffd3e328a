"""The entry of a clinician, an invitation, and how long somebody is away."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.node.hospitals.forms.choosing import BoxesAbreast, WeekdayBoxes
from tocsin.node.hospitals.forms.names import name_fields, names_said, zone_choices
from tocsin.node.hospitals.models import Clinician
from tocsin.node.hospitals.naming import LANGUAGES
from tocsin.node.hospitals.words import days, language_choices, roles, specialties

__all__ = ["AwayForm", "ClinicianForm", "InvitationForm", "clinician_initial"]

LINES, MOST_LINES = 3, 21  # of hours


class ClinicianForm(forms.Form):
    """What `building.entries.CLINICIAN` has, as fields; hours as some lines of days, from and until."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    lines = forms.IntegerField(widget=forms.HiddenInput, required=False)
    role = forms.ChoiceField(label=pgettext_lazy("clinician", "Role"))
    specialties = forms.MultipleChoiceField(label=_("Specialties"), required=False, widget=BoxesAbreast)
    languages = forms.MultipleChoiceField(
        label=_("Languages in which they can be written to"), required=False, widget=BoxesAbreast
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False, help_text=_("In which the hours below are."))
    takes_consultations = forms.BooleanField(label=_("Takes consultations"), required=False)

    def __init__(self, *args: Any, keeps_role: bool = False, zone: str = "", **kwargs: Any) -> None:
        """keeps_role: the role is not theirs to change; zone: that of the hospital, where they say none."""
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields.update(name_fields("names", pgettext_lazy("person", "Name")))
        fields["role"].choices = [("", "—"), *roles()]
        if keeps_role:
            del fields["role"]
        fields["specialties"].choices, fields["languages"].choices = specialties(), language_choices()
        usual = _("that of the hospital: %(zone)s") % {"zone": zone} if zone else "—"
        fields["time_zone"].choices = zone_choices(str(self.initial.get("time_zone", "")), empty=usual)
        self.count = self._count()
        for line in range(self.count):
            fields[f"hours_{line}_days"] = forms.TypedMultipleChoiceField(
                label=_("Weekdays"), required=False, coerce=int, widget=WeekdayBoxes,
                choices=[(number, days([number])) for number in range(1, 8)],
            )  # fmt: skip
            for end, label in (("from", _("From")), ("until", _("Until"))):
                fields[f"hours_{line}_{end}"] = forms.CharField(
                    label=label, required=False, max_length=5,
                    widget=forms.TextInput(attrs={"placeholder": "08:00", "inputmode": "numeric"}),
                )  # fmt: skip

    def _count(self) -> int:
        said = self.data.get("lines", "") if self.is_bound else str(self.initial.get("lines", ""))
        count = int(said) if str(said).isdecimal() and len(str(said)) < 4 else LINES
        return max(1, min(count, MOST_LINES))

    @property
    def hours(self) -> list[dict[str, Any]]:
        """The lines of hours, as bound fields."""
        ends = ("days", "from", "until")
        return [{end: self[f"hours_{line}_{end}"] for end in ends} for line in range(self.count)]

    def given(self) -> dict[str, Any]:
        """As the act takes it. A line of hours that is left empty says nothing."""
        said = self.cleaned_data
        hours = [
            {"days": said[f"hours_{line}_days"], "from": said[f"hours_{line}_from"].strip(),
             "until": said[f"hours_{line}_until"].strip()}
            for line in range(self.count)
        ]  # fmt: skip
        plain = ("specialties", "languages", "time_zone", "takes_consultations")
        found = {"names": names_said(said, "names"), **{name: said[name] for name in plain}}
        if "role" in said:
            found["role"] = said["role"]
        filled = [line for line, one in enumerate(hours) if any(one.values())]
        self.beside = {f"availability_{place}": f"hours_{line}_from" for place, line in enumerate(filled)}
        return found | {"availability": [hours[line] for line in filled]}


class InvitationForm(ClinicianForm):
    """A clinician's entry with the address that is invited, and the language of the letter."""

    email = forms.EmailField(label=_("e-mail address"))
    letter = forms.ChoiceField(label=_("Language of the letter"), choices=settings.LANGUAGES)


class AwayForm(forms.Form):
    until = forms.DateField(
        label=_("Last day away"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Leave it empty if you do not know yet."),
    )  # fmt: skip


def clinician_initial(row: Clinician) -> dict[str, Any]:
    """What the fields begin with; one line of hours more than there are."""
    plain = ("version", "role", "specialties", "languages", "time_zone", "takes_consultations")
    found: dict[str, Any] = {name: getattr(row, name) for name in plain}
    found |= {f"names_{short}": row.names.get(short, "") for short in LANGUAGES}
    found["lines"] = max(LINES, len(row.availability) + 1)
    for line, one in enumerate(row.availability):
        found |= {f"hours_{line}_{end}": one[end] for end in ("days", "from", "until")}
    return found
