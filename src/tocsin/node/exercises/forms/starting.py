"""Beginning an exercise: which script, how fast, who plays what."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.alliance_file import alliance
from tocsin.node.alliance.models import State
from tocsin.node.exercises.actions.running import LONGEST_DAY, LONGEST_WORD, SHORTEST_WORD
from tocsin.node.exercises.scripts import Script

__all__ = ["BeginForm"]

MOMENT = "%Y-%m-%dT%H:%M"


class BeginForm(forms.Form):
    """Fields of states and places are those of the script."""

    code_word = forms.CharField(
        label=_("Code word"), min_length=SHORTEST_WORD, max_length=LONGEST_WORD,
        help_text=_("Agreed by telephone with the other states: the same word makes the same outbreak at each."),
    )  # fmt: skip
    minutes_a_day = forms.IntegerField(
        label=_("Minutes a day of the exercise"), min_value=1, max_value=LONGEST_DAY, initial=15,
        help_text=_("1,440 is as in life."),
    )  # fmt: skip
    starts_at = forms.DateTimeField(
        label=_("Begins at"), required=False, input_formats=[MOMENT],
        widget=forms.DateTimeInput(format=MOMENT, attrs={"type": "datetime-local"}),
        help_text=_("Empty: now."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of the signals"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, script: Script, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.script = script
        self.initial.setdefault("language", get_language() or "en")
        given = script.defaults.get(alliance().code, {"states": {}, "places": {}})
        states = [("", "—"), *((state.code, str(state)) for state in State.objects.of_the_alliance())]
        words = {"origin": _("It begins in"), "neighbour": _("It crosses into")}
        for role, label in words.items():
            self.fields[f"state_{role}"] = forms.ChoiceField(
                label=label, choices=states, initial=given["states"].get(role, "")
            )
        for part in script.places:
            self.fields[f"place_{part.code}"] = forms.CharField(
                label=part.name.in_language(get_language() or "en"), max_length=60,
                initial=given["places"].get(part.code, ""), help_text=_("Code of the place."),
            )  # fmt: skip

    def clean_starts_at(self) -> Any:
        moment = self.cleaned_data["starts_at"]
        if moment is not None and moment < timezone.now() - timedelta(minutes=1):
            raise forms.ValidationError(_("This moment is over."))
        return moment

    def arguments(self) -> dict[str, Any]:
        """What the act takes."""
        said = self.cleaned_data
        plain = {name: said[name] for name in ("code_word", "minutes_a_day", "starts_at", "language")}
        states = {role: said[f"state_{role}"] for role in ("origin", "neighbour")}
        return {**plain, "states": states, "places": {p.code: said[f"place_{p.code}"] for p in self.script.places}}
