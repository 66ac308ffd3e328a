"""Which threads to show, and how many a week one can look at."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.node.surveillance.models import Disease, Signal

__all__ = ["BudgetForm", "FilterForm"]

ALL = ("", _("all"))


class FilterForm(forms.Form):
    """All of it may be missing, and what makes no sense is left out rather than refused: addresses get shortened."""

    q = forms.CharField(label=_("Search"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=(
            ("", _("this week")),
            ("open", _("open")),
            ("new", _("new")),
            ("in_hand", _("in hand")),
            ("watched", _("watched")),
            ("closed", _("closed")),
            ("all", _("all")),
        ),
    )
    whose = forms.ChoiceField(
        required=False,
        choices=(
            ("", pgettext_lazy("threads", "our own")),
            ("partners", pgettext_lazy("threads", "partners’")),
            ("exercises", pgettext_lazy("threads", "of exercises")),
            ("all", pgettext_lazy("threads", "all")),
        ),
    )
    disease = forms.CharField(label=_("Disease"), required=False, max_length=100)
    place = forms.CharField(label=_("Place, with all inside"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=(ALL, *Signal.Kind.choices))
    gravity = forms.ChoiceField(
        label=_("Gravity, at least"), required=False, choices=(ALL, *((str(v), n) for v, n in Disease.Gravity.choices))
    )
    who = forms.ChoiceField(
        label=_("Assigned"), required=False, choices=(ALL, ("me", _("to me")), ("nobody", _("to nobody")))
    )

    def chosen(self) -> dict[str, Any]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") or "" for name in self.fields}


class BudgetForm(forms.Form):
    budget = forms.IntegerField(label=_("Threads a week"), min_value=1, max_value=500)
