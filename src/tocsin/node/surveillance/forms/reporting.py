"""A signal that a person brings, on one screen."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tocsin.node.surveillance.actions.reporting import kinds_for
from tocsin.node.surveillance.forms.choosing import DiseaseAndPlaceForm

__all__ = ["ReportForm"]


class ReportForm(DiseaseAndPlaceForm):
    kind = forms.ChoiceField(label=_("Who saw it"))
    day = forms.DateField(label=_("When"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    text = forms.CharField(
        label=_("What was seen"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Symptoms, ages, what the cases have in common. No names of patients."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    cases = forms.IntegerField(label=_("Cases"), required=False, min_value=0, max_value=10_000_000)
    deaths = forms.IntegerField(label=_("Deaths"), required=False, min_value=0, max_value=10_000_000)
    reference = forms.CharField(
        label=_("Reference"), required=False, max_length=200, help_text=_("Sample, link, file number.")
    )
    field_order = ("kind",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("day", timezone.localdate())
        self.initial.setdefault("language", get_language() or "en")
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds_for(self.person)]

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day > timezone.localdate() + timedelta(days=1):
            raise forms.ValidationError(_("This day lies ahead."))
        return day
