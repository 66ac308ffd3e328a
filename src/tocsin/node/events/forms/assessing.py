"""The instruments as forms: a question, three answers, and the reason beside each."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from tocsin.node.events.instruments import risk
from tocsin.node.events.models import RiskAssessment
from tocsin.node.events.texts import LONGEST_TEXT
from tocsin.node.events.vocabulary import choices

__all__ = ["QuestionsForm", "RiskForm"]


class QuestionsForm(forms.Form):
    """Questions of an instrument, each yes, no or unknown with a reason. Nothing is answered beforehand."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, questions: Sequence[tuple[str, str]], answers: Any = None, condition: str = "", **kwargs: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.condition = condition
        if condition:  # the list means the disease only so: wild poliovirus, for instance
            self.fields["as_listed"] = forms.ChoiceField(
                label=_("Is it what the list means?"), help_text=condition, choices=choices("answer"), initial="yes",
                widget=forms.RadioSelect,
            )  # fmt: skip
        self.questions = [code for code, _text in questions]
        for code, text in questions:
            one = (answers or {}).get(code, {})
            self.fields[code] = forms.ChoiceField(
                label=text, choices=choices("answer"), widget=forms.RadioSelect, initial=one.get("answer", "unknown")
            )
            self.fields[f"{code}_reason"] = forms.CharField(
                label=_("Reason"), required=False, help_text=_("Needed beside a yes and a no."), max_length=2_000,
                initial=one.get("reason", ""), widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip

    def pairs(self) -> list[tuple[str, BoundField, BoundField]]:
        """Each question's code with its two fields, in the instrument's order."""
        return [(code, self[code], self[f"{code}_reason"]) for code in self.questions]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for code in self.questions:
            if said.get(code) in ("yes", "no") and not said.get(f"{code}_reason", "").strip():
                self.add_error(f"{code}_reason", _("Give the reason: others must be able to follow it."))
        return said

    def answers(self) -> dict[str, dict[str, str]]:
        """What the acts take."""
        said = self.cleaned_data
        return {code: {"answer": said[code], "reason": said[f"{code}_reason"]} for code in self.questions}


class RiskForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    likelihood = forms.ChoiceField(label=_("Likelihood"), required=False)
    impact = forms.ChoiceField(label=_("Impact"), required=False)
    confidence = forms.ChoiceField(label=_("Confidence"), required=False)
    text = forms.CharField(
        label=_("What it rests on, and what is not known"), required=False, max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    recommended = forms.CharField(
        label=_("What is recommended"), required=False, max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, assessment: RiskAssessment | None = None, **kwargs: Any) -> None:
        known = {name: getattr(assessment, name, "") for name in self.declared_fields if name != "version"}
        known["version"] = assessment.version if assessment else 0
        kwargs["initial"] = {**known, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        for name, codes in (
            ("likelihood", risk.LIKELIHOODS),
            ("impact", risk.IMPACTS),
            ("confidence", risk.CONFIDENCES),
        ):
            words = dict(choices(name))
            self.fields[name].choices = [("", "—"), *((code, words[code]) for code in codes)]
