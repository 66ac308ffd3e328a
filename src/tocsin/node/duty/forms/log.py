"""An entry of the shift log, a hand-over, and why an alert is closed."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tocsin.node.duty.actions.log import LONGEST_TEXT

__all__ = ["CloseForm", "EntryForm", "HandoverForm"]


class _InALanguage(forms.Form):
    """A text and its language, which is by default the one of the page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("language", get_language() or "en")


class EntryForm(_InALanguage):
    text = forms.CharField(
        label=_("What happened"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("No names of patients. An entry stays as it is; what was wrong, another entry puts right."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)


class HandoverForm(_InALanguage):
    text = forms.CharField(
        label=_("What the next person must know"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What is open stands below by itself. No names of patients."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)


class CloseForm(forms.Form):
    why = forms.CharField(label=_("Why nobody needs to know of it any more"), max_length=500)
