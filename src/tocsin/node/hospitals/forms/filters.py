"""What the address of the list of hospitals asks for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.node.alliance.models import State
from tocsin.node.hospitals.models import Hospital
from tocsin.node.hospitals.words import language_choices, specialties

__all__ = ["HospitalFilters"]


class HospitalFilters(forms.Form):
    q = forms.CharField(
        label=_("Name of a hospital, town or clinician"), required=False, max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip
    state = forms.ChoiceField(label=pgettext_lazy("country", "State"), required=False)
    specialty = forms.ChoiceField(label=_("Specialty"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False)
    takes = forms.BooleanField(label=_("Takes consultations"), required=False)
    now = forms.BooleanField(label=_("Available now"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choose("state", [(state.code, str(state)) for state in State.objects.of_the_alliance()])
        self._choose("specialty", specialties())
        self._choose("language", language_choices())
        chosen: Any = self.fields["status"]
        chosen.choices = [("", _("all but those that have left")), *Hospital.Status.choices]

    def chosen(self) -> dict[str, Any]:
        """What the address asks for; what it asks for in vain is left out."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}

    def _choose(self, name: str, options: Any) -> None:
        field: Any = self.fields[name]
        field.choices = [("", _("all")), *options]
