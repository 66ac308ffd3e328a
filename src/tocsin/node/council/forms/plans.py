"""Beginning a plan of joint actions: which body, what it is for, which of the suggested measures."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.alliance_file import alliance
from tocsin.node.council.pages.decision_words import body_name
from tocsin.node.council.pages.plan_suggestions import Suggestion

__all__ = ["AboutForm", "PlanForm"]


class AboutForm(forms.Form):
    """In the address: what it is for."""

    about = forms.ChoiceField(label=_("For"))

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = choices


class PlanForm(forms.Form):
    """What it begins with; all of it may be changed afterwards."""

    body = forms.ChoiceField(label=_("Body"))
    measures = forms.MultipleChoiceField(
        label=_("Measures to begin with"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Each with a state and a day, which you change in the draft."),
    )  # fmt: skip

    def __init__(self, *args: Any, found: Sequence[Suggestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = [one for one in alliance().bodies if "plan" in one.kinds]
        self.fields["body"].choices = [(one.code, body_name(one.code)) for one in bodies]
        self.fields["measures"].choices = [(one.code, one.here) for one in found]
        self.initial.setdefault("measures", [one.code for one in found])
        if not found:
            del self.fields["measures"]

    @property
    def codes(self) -> set[str]:
        """Of the measures that were chosen."""
        return set(self.cleaned_data.get("measures", ()))
