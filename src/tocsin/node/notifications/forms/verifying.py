"""A question to a state whether something heard is true, and an answer to one."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import in_order, names
from tocsin.node.events.models import Event
from tocsin.node.events.texts import LONGEST_TEXT
from tocsin.node.events.vocabulary import choices
from tocsin.node.notifications.models import NotifiedEvent
from tocsin.node.post.here import local_node, takes_part
from tocsin.node.surveillance.forms.choosing import disease_options
from tocsin.node.surveillance.models import Disease

__all__ = ["AnswerForm", "AskForm"]

USUAL = timedelta(hours=24)
NUMBERS = _("I have looked: no text holds a number of a person.")


class AskForm(forms.Form):
    to = forms.ChoiceField(label=_("Which state is asked"))
    disease = forms.ChoiceField(label=_("Disease"), required=False)
    what_is_heard = forms.CharField(
        label=_("What is heard"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("As the state reads it. No names of persons."),
    )  # fmt: skip
    heard_from = forms.MultipleChoiceField(label=_("From whom"), widget=forms.CheckboxSelectMultiple)
    questions = forms.MultipleChoiceField(label=_("Questions"), widget=forms.CheckboxSelectMultiple)
    more = forms.CharField(
        label=_("Another question, in words"), required=False, max_length=500,
        help_text=_("The questions above are read by the state in its own language; this one is translated."),
    )  # fmt: skip
    answer_by = forms.DateTimeField(
        label=_("Answer asked for by"),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    no_onward_sharing = forms.BooleanField(label=_("The state keeps it to itself"), required=False)
    warned = forms.BooleanField(label=NUMBERS, required=False)

    def __init__(self, *args: Any, about: NotifiedEvent | None = None, **kwargs: Any) -> None:
        usual = timezone.localtime(timezone.now() + USUAL).replace(second=0, microsecond=0)
        known: dict[str, Any] = {"answer_by": usual, "language": get_language() or "en", "questions": ["is_it_true"]}
        if about is not None:
            known |= {"to": about.origin, "disease": about.disease_id, "heard_from": ["partner"], "questions": []}
        kwargs["initial"] = {**known, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = _asked() if about is None else [(about.origin, names([about.origin])[about.origin])]
        self.fields["heard_from"].choices = choices("heard_from")
        self.fields["questions"].choices = [pair for pair in choices("question") if pair[0] != "other"]
        self.fields["disease"].choices = [("", _("not known")), *disease_options()]
        self.fields["questions"].required = False

    def clean_answer_by(self) -> datetime:
        at: datetime = self.cleaned_data["answer_by"]
        if at <= timezone.now():
            raise forms.ValidationError(_("This lies behind."))
        return at

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not said.get("questions") and not said.get("more"):
            self.add_error("questions", _("Ask at least one question."))
        return said

    def arguments(self) -> dict[str, Any]:
        """What the act takes."""
        said = dict(self.cleaned_data)
        more = said.pop("more").strip()
        asked = [(code, "") for code in said.pop("questions")] + ([("other", more)] if more else [])
        disease = Disease.objects.filter(pk=said.pop("disease") or None).first()
        return {**said, "questions": asked, "disease": disease}


class AnswerForm(forms.Form):
    standing = forms.ChoiceField(label=_("What is known of it"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("In words"), required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The state that asked reads it. No names of persons."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    number = forms.CharField(
        label=_("Number of our event, if it is one"), required=False, max_length=24,
        help_text=_("The state learns its identifier and whether it was notified, and nothing else of it."),
    )  # fmt: skip
    warned = forms.BooleanField(label=NUMBERS, required=False)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        kwargs["initial"] = {"language": get_language() or "en", **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["standing"].choices = choices("standing")

    def clean_number(self) -> Event | None:
        typed = self.cleaned_data["number"].strip()
        if not typed:
            return None
        year, number = [*typed.rsplit("-", 2), "", ""][1:3]
        found = None
        if year.isdecimal() and number.isdecimal() and len(number) < 10 and len(year) == 4:
            visible = Event.objects.visible_to(self.person).of_this_alliance()
            found = visible.filter(year=int(year), number=int(number)).first()
        if found is None:
            raise forms.ValidationError(_("There is no event of this number; look at the list of events."))
        return found

    def arguments(self) -> dict[str, Any]:
        """What the act takes. Of an event that was notified, the notification is told too."""
        said = dict(self.cleaned_data)
        event = said.pop("number")
        told = NotifiedEvent.objects.filter(event=event, is_ours=True).exclude(latest=None).first() if event else None
        return {**said, "event": event, "notification": told}


def _asked() -> list[tuple[str, str]]:
    """States that take part now, in the alliance's order."""
    if not takes_part():
        return []
    here = local_node()
    states = {one.node for one in here.trust().active() if one.kind == "state"} - {here.node}
    known = names(states)
    return [("", "—"), *((node, known[node]) for node in in_order(states))]
