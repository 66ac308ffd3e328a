"""What is said of a measure. `seen` stands for all that had been said when the person looked."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import State

__all__ = ["ExtendForm", "ReasonForm", "ReassignForm", "ReportForm", "SeenForm"]

PIECES = 3  # of evidence at once


class SeenForm(forms.Form):
    """An act that says nothing besides."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=40)


class SaidForm(SeenForm):
    """An act with words of a person, in a language."""

    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("language", get_language() or "en")


class ReasonForm(SaidForm):
    """Declining, and sending back."""

    reason = forms.CharField(label=_("Reason"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 3}))
    field_order = ("reason", "language")


class ExtendForm(ReasonForm):
    deadline = forms.DateField(label=_("New deadline"), widget=forms.DateInput(attrs={"type": "date"}))
    field_order = ("deadline", "reason", "language")

    def __init__(self, *args: Any, until: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.until = until

    def clean_deadline(self) -> date:
        """Raises ValidationError where it would not be later."""
        deadline: date = self.cleaned_data["deadline"]
        if self.until is not None and deadline <= self.until:
            raise forms.ValidationError(
                gettext("The new deadline is not later than the one there is. Give a later day.")
            )
        return deadline


class ReassignForm(SeenForm):
    """bound: the states that the decision binds; but: the one that has it now."""

    state = forms.ChoiceField(label=_("State that is to do it"))

    def __init__(self, *args: Any, bound: Sequence[str] = (), but: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = State.objects.of_the_alliance().filter(code__in=bound).exclude(code=but)
        self.fields["state"].choices = [("", "—"), *((one.code, str(one)) for one in states)]


class ReportForm(SaidForm):
    """How far it is, with what shows it: names, and addresses where there are any."""

    text = forms.CharField(label=_("What was done"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in range(1, PIECES + 1):
            self.fields[f"title_{place}"] = forms.CharField(
                label=_("Evidence %(number)s") % {"number": place}, required=False, max_length=300
            )
            self.fields[f"link_{place}"] = forms.URLField(
                label=_("Its address"), required=False, max_length=500, assume_scheme="https",
                help_text=_("Where partners can read it; may be left empty."),
            )  # fmt: skip
        self.order_fields(
            ("text", *(f"{one}_{at}" for at in range(1, PIECES + 1) for one in ("title", "link")), "language")
        )

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError for an address without a name, and for one that documents cannot hold."""
        said = super().clean() or self.cleaned_data
        for place in range(1, PIECES + 1):
            if said.get(f"link_{place}") and not said.get(f"title_{place}"):
                self.add_error(f"title_{place}", gettext("Say what stands at this address."))
            if not said.get(f"link_{place}", "").isascii():
                self.add_error(
                    f"link_{place}", gettext("An address has Latin letters and signs only. Copy it from the browser.")
                )
        return said

    @property
    def evidence(self) -> list[dict[str, str]]:
        """As the document says it."""
        said = self.cleaned_data
        return [
            {"title": said[f"title_{place}"], "link": said[f"link_{place}"]}
            for place in range(1, PIECES + 1)
            if said[f"title_{place}"]
        ]
