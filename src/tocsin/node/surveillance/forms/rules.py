"""What people say of fixed rules."""

from typing import Any

from django import forms
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from tocsin.node.language.each import in_each_language
from tocsin.node.language.formats import whole
from tocsin.node.surveillance.diseases.reading import LEVELS, PLACE_KINDS
from tocsin.node.surveillance.forms.sources import sort_field
from tocsin.node.surveillance.models import Disease, Place

__all__ = ["LEVEL_NAMES", "FilterForm", "RuleForm", "SwitchForm"]

LEVEL_NAMES = {"alert": _("alert threshold: find out"), "epidemic": _("epidemic threshold: act")}


class FilterForm(forms.Form):
    q = forms.CharField(
        label=_("search"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    gravity = forms.ChoiceField(label=_("gravity"), required=False, choices=[("", _("all")), *Disease.Gravity.choices])
    rules = forms.ChoiceField(
        label=_("rules"), required=False,
        choices=[
            ("", _("all")), ("any", _("with a rule")), ("off", _("with a rule that is off")), ("none", _("without")),
        ],
    )  # fmt: skip


class SwitchForm(forms.Form):
    reason = forms.CharField(
        label=_("reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept in the audit, with your name."),
    )  # fmt: skip


class RuleForm(forms.Form):
    """A number of cases within a number of days."""

    disease = forms.ModelChoiceField(Disease.objects.all(), label=_("disease"))
    cases = forms.IntegerField(label=_("cases"), min_value=1, max_value=1_000_000)
    days = forms.IntegerField(
        label=_("within … days"), min_value=1, max_value=366, required=False,
        help_text=_("Not needed for one case: then every case is a signal."),
    )  # fmt: skip
    places = forms.MultipleChoiceField(
        label=_("in each"), choices=[(kind, Place.Kind(kind).label) for kind in PLACE_KINDS],
        widget=forms.CheckboxSelectMultiple, initial=["district"],
    )  # fmt: skip
    level = forms.ChoiceField(label=_("it says"), choices=[(level, LEVEL_NAMES[level]) for level in LEVELS])
    source = forms.CharField(
        label=_("where it is laid down"), max_length=400,
        help_text=_("The order, list or guideline, with its number and date."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["disease"].queryset = Disease.objects.order_by(sort_field(get_language() or "en"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("cases", 0) > 1 and not cleaned.get("days"):
            self.add_error("days", say("Say within how many days the cases are counted together."))
        return cleaned

    def texts(self) -> tuple[str, str, str]:
        """The rule in a sentence, in English, Russian and Chinese."""
        said = in_each_language(self._sentence)
        return said["en"], said["ru"], said["zh-hans"]

    def _sentence(self) -> str:
        given = self.cleaned_data
        values = {"disease": given["disease"], "cases": whole(given["cases"]), "days": whole(given["days"] or 1)}
        if given["cases"] == 1:
            return say("%(disease)s: every case is a signal.") % values
        return ngettext(
            "%(disease)s: %(cases)s cases within %(days)s day.", "%(disease)s: %(cases)s cases within %(days)s days.",
            given["days"],
        ) % values  # fmt: skip
