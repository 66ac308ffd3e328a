"""Texts in the three languages of the interface, as fields of a form and as documents name them."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

__all__ = ["LANGUAGES", "NAMES", "in_languages", "language_choices", "said_in"]

# What a form calls the languages of texts, and what documents call them.
LANGUAGES: Mapping[str, str] = {"en": "en", "ru": "ru", "zh": "zh-hans"}
NAMES = {"ru": _("Russian"), "zh": _("Chinese"), "en": _("English")}


def in_languages(name: str, label: Any, **options: Any) -> dict[str, forms.Field]:
    """Fields `name_en`, `name_ru`, `name_zh`, none of them required alone."""
    rows = options.pop("rows", 0)
    widget = (lambda: forms.Textarea(attrs={"rows": rows})) if rows else forms.TextInput
    return {
        f"{name}_{short}": forms.CharField(
            label=_Labelled(label, NAMES[short]), required=False, widget=widget(), **options
        )
        for short in LANGUAGES
    }


class _Labelled:
    """A label with its language, put together when it is shown."""

    def __init__(self, label: Any, language: Any) -> None:
        self._label, self._language = label, language

    def __str__(self) -> str:
        return f"{self._label} · {self._language}"


def said_in(cleaned: Mapping[str, Any], name: str) -> dict[str, str]:
    """What was typed in which language, as documents name it."""
    return {
        tag: cleaned[f"{name}_{short}"].strip()
        for short, tag in LANGUAGES.items()
        if cleaned.get(f"{name}_{short}", "").strip()
    }


def language_choices() -> list[tuple[str, Any]]:
    """Languages that people speak, as documents name them."""
    return [(tag, NAMES[short]) for short, tag in LANGUAGES.items()]
