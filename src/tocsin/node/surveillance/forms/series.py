"""Which series to show."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import Person
from tocsin.node.surveillance.models import Source

__all__ = ["SeriesFilterForm"]


class SeriesFilterForm(forms.Form):
    disease = forms.CharField(
        label=_("Disease"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    place = forms.CharField(label=_("Place, with all inside"), required=False, max_length=100)
    stratum = forms.CharField(label=_("Group"), required=False, max_length=100)
    source = forms.ChoiceField(label=_("Source"), required=False)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sources = Source.objects.visible_to(person).only("pk", "name", "titles").order_by("name")
        self.fields["source"].choices = [("", _("all")), *((str(one.pk), str(one)) for one in sources)]

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") or "" for name in self.fields}
