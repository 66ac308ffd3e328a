"""What an amendment says beside the text."""

from django import forms
from django.utils.translation import gettext_lazy as _

__all__ = ["AmendForm"]


class AmendForm(forms.Form):
    base = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    note = forms.CharField(
        label=_("What was changed, and why"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It stands beside the version. Every state that reads the decision reads it."),
    )  # fmt: skip
