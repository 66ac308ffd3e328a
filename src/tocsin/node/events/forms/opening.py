"""Opening an event: what, where, and what is known in a sentence."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocsin.node.events.actions.counts import MOST
from tocsin.node.events.texts import LONGEST_TEXT
from tocsin.node.events.vocabulary import choices
from tocsin.node.surveillance.forms.choosing import DiseaseAndPlaceForm

__all__ = ["OpenEventForm"]


class OpenEventForm(DiseaseAndPlaceForm):
    hazard = forms.ChoiceField(label=_("Kind of hazard"), initial="infectious")
    name = forms.CharField(
        label=_("Working name"), required=False, max_length=120,
        help_text=_("As people here call it, if its disease and place do not say enough. It stays in this state."),
    )  # fmt: skip
    suspected = forms.IntegerField(
        label=_("Suspected cases so far"), required=False, min_value=0, max_value=MOST,
        help_text=_("Filled in from what people reported, if they did. Leave empty what is not known."),
    )  # fmt: skip
    deaths = forms.IntegerField(label=_("Deaths among them"), required=False, min_value=0, max_value=MOST)
    text = forms.CharField(
        label=_("What is known"), required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The first line of the timeline. No names of patients."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hazard"].choices = choices("hazard")

    def arguments(self) -> dict[str, Any]:
        """What the act takes. Where nothing was counted, nothing is said."""
        given = super().arguments()
        counts = {name: given.pop(name) for name in ("suspected", "deaths")}
        return given | {"counts": counts if any(value is not None for value in counts.values()) else None}
