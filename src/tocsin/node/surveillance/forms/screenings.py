"""Asking for a screening."""

from django import forms
from django.utils.translation import gettext_lazy as _

__all__ = ["ScreenForm"]


class ScreenForm(forms.Form):
    evaluate = forms.IntegerField(
        label=_("number of last complete periods"), required=False, min_value=1, max_value=520,
        help_text=_("Empty: those not evaluated yet."),
    )  # fmt: skip
