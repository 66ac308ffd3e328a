"""An evaluator's note."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tocsin.node.exercises.actions.observing import LONGEST_TEXT
from tocsin.node.exercises.models import Exercise, Observation

__all__ = ["ObservationForm"]


class ObservationForm(forms.Form):
    objective = forms.ChoiceField(label=_("Objective"), required=False)
    rating = forms.ChoiceField(label=_("How it went"), choices=[("", "—"), *Observation.Rating.choices])
    text = forms.CharField(
        label=_("What was seen"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What happened, and why; not who. It stands as it is written."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, exercise: Exercise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        self.initial.setdefault("language", language)
        known = exercise.script.objectives_for(exercise.role)
        self.fields["objective"].choices = [
            ("", _("the exercise as a whole")),
            *((one.code, one.name.in_language(language)) for one in known),
        ]
