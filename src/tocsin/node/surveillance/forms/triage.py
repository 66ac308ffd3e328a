"""What a person decides upon threads. Each form's fields are the arguments of the act that it is for."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.surveillance.models import Thread, Verdict

__all__ = [
    "AssignForm",
    "ConcludeForm",
    "DiscardForm",
    "KnownCauseForm",
    "ReopenForm",
    "TriageForm",
    "VerifyForm",
    "WatchForm",
    "triagers",
]


def triagers() -> list[Person]:
    """Whom a thread may be given to. Roles are a list, which SQLite cannot look into; people are few."""
    active = Person.objects.filter(is_active=True).only("name", "roles", "is_active").order_by("name")
    return [person for person in active if person.may(Ability.TRIAGE)]


def a_day(**attributes: str) -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **attributes})


def a_text(label: Any, *, required: bool, help_text: Any = "") -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, required=required, max_length=4_000, widget=area, help_text=help_text)


class TextForm(forms.Form):
    text = a_text(_("Note"), required=False)


class TriageForm(TextForm):
    """Somebody takes it up: it is worth a closer look."""


class VerifyForm(TextForm):
    """Somebody has been asked whether it is true."""

    text = a_text(
        _("What is being checked, and with whom"), required=False, help_text=_("A colleague reads it who takes over.")
    )


class DiscardForm(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"), choices=(("", "—"), *Verdict.Reason.choices))
    text = a_text(_("In a sentence"), required=False, help_text=_("What a colleague needs who sees it again."))
    what = forms.CharField(
        label=_("The known cause"), required=False, max_length=250, help_text=_("Such as: vaccination campaign.")
    )
    first_period = forms.DateField(label=_("It lasted from"), required=False, widget=a_day())
    last_period = forms.DateField(
        label=_("until"), required=False, widget=a_day(),
        help_text=_("These periods are left out of what is usual; by default those of the signals."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("reason") == Verdict.Reason.KNOWN_CAUSE:
            _need(self, "what", _("Say what the cause is."))
            _in_order(self, "first_period", "last_period")
        elif given.get("reason") == Verdict.Reason.OTHER:
            _need(self, "text", _("Say in a sentence what the reason is."))
        return given


class WatchForm(TextForm):
    until = forms.DateField(
        label=_("Watch until"), widget=a_day(), help_text=_("It comes back by itself then, or when it grows.")
    )
    field_order = ("until", "text")

    def clean_until(self) -> date:
        return _in_future(self.cleaned_data["until"])


class AssignForm(forms.Form):
    assignee = forms.ChoiceField(label=_("Who"), required=False, help_text=_("They are told at once."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in triagers()}
        self.fields["assignee"].choices = [
            ("", _("nobody")),
            *((key, person.name) for key, person in self.people.items()),
        ]

    def clean_assignee(self) -> Person | None:
        return self.people.get(self.cleaned_data["assignee"])


class ConcludeForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("What came of it"),
        widget=forms.RadioSelect,
        choices=(
            (Thread.Status.VERIFIED, _("It is true: verified")),
            (Thread.Status.REFUTED, _("It is not: refuted")),
            (Thread.Status.UNVERIFIABLE, _("It cannot be found out for now")),
        ),
    )
    text = a_text(
        _("How this is known"), required=True, help_text=_("Who confirmed it, by which test, how many cases.")
    )
    review_at = forms.DateField(
        label=_("Look again on"), required=False, widget=a_day(), help_text=_("Only if it cannot be found out for now.")
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if given.get("outcome") == Thread.Status.UNVERIFIABLE:
            _need(self, "review_at", _("Say when it is looked at again."))
            if given.get("review_at") and given["review_at"] <= timezone.localdate():
                self.add_error("review_at", _("Choose a day that is still to come."))
        return given


class ReopenForm(TextForm):
    text = a_text(_("Why it is open again"), required=True)


class KnownCauseForm(forms.Form):
    """Periods of a series that do not belong to what is usual."""

    what = forms.CharField(label=_("Cause"), max_length=250, help_text=_("Such as: vaccination campaign."))
    first_period = forms.DateField(label=_("From"), widget=a_day())
    last_period = forms.DateField(label=_("Until"), widget=a_day())

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        _in_order(self, "first_period", "last_period")
        return given


def _need(form: forms.Form, name: str, sentence: Any) -> None:
    if not form.cleaned_data.get(name) and name not in form.errors:
        form.add_error(name, sentence)


def _in_order(form: forms.Form, first: str, last: str) -> None:
    begins, ends = form.cleaned_data.get(first), form.cleaned_data.get(last)
    if begins and ends and ends < begins:
        form.add_error(last, _("It ends before it begins."))


def _in_future(day: date) -> date:
    if day <= timezone.localdate():
        raise forms.ValidationError(_("Choose a day that is still to come."))
    return day
