"""Why one looks at a person, what is answered, and to which event a person belongs."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from tocsin.node.events.models import Event
from tocsin.node.events.vocabulary.reading import choices
from tocsin.node.travellers.models import Opening

__all__ = ["AnswerForm", "EventForm", "OpenForm"]

NOT_FOUND = {"not_found", "not_arrived"}


class OpenForm(forms.Form):
    """Nobody looks at who it is without a reason."""

    reason = forms.ChoiceField(
        label=_("Why do you look?"), choices=[("", "—"), *((one.value, one.label) for one in Opening.CHOSEN)]
    )


class AnswerForm(forms.Form):
    """What became of it. `seen`: how many answers the person had before them."""

    found = forms.ChoiceField(label=_("Was the person found?"), choices=choices("found"), widget=forms.RadioSelect)
    contacts_found = forms.IntegerField(
        label=_("Contacts found"), required=False, min_value=0, max_value=10_000, help_text=_("Empty: not known.")
    )
    outcome = forms.MultipleChoiceField(
        label=_("What became of it"), required=False, choices=choices("traveller_outcome"),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    text = forms.CharField(
        label=_("In words"), required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Without a name: the state knows whom it asked about."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("language", get_language() or "en")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        found, outcome = said.get("found"), set(said.get("outcome") or ())
        if (found == "yes" or "found" in outcome) and (found == "no" or NOT_FOUND & outcome):
            self.add_error("outcome", gettext("Nobody is found and not found at once."))
        return said


class EventForm(forms.Form):
    event = forms.ModelChoiceField(Event.objects.none(), label=_("Event that the person belongs to"), required=False)

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["event"].queryset = (
            Event.objects.visible_to(person).of_this_alliance().standing().exclude(response="closed")
        )
