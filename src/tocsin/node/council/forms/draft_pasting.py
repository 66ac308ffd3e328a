"""A whole text pasted at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tocsin.joint.texts.findings import Finding
from tocsin.joint.texts.from_typed import aligned
from tocsin.joint.texts.from_typed import typed as from_typed
from tocsin.joint.texts.paragraphs import LanguageText, Paragraph, Text
from tocsin.node.council.forms.text_editing import Edited, written
from tocsin.node.council.pages.decision_words import LANGUAGES, language_name, reader_language

__all__ = ["PasteForm", "pasted"]

ANEW, BESIDE = "anew", "beside"
LONGEST = 1_000_000


class PasteForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    language = forms.ChoiceField(label=_("Language"))
    how = forms.ChoiceField(
        label=_("What becomes of it"), widget=forms.RadioSelect,
        choices=(
            (BESIDE, _("set it beside the paragraphs that stand, one by one")),
            (ANEW, _("begin anew: what stands is taken out, in every language")),
        ),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Text"), max_length=LONGEST, strip=False, widget=forms.Textarea(attrs={"rows": 20}),
        help_text=_("Paragraphs are divided by blank lines or by their numbers. The numbers stay."),
    )  # fmt: skip

    def __init__(self, *args: Any, text: Text, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [(one, language_name(one)) for one in LANGUAGES]
        self.fields["language"].initial = next(
            (one for one in LANGUAGES if one not in text.languages), reader_language()
        )
        if text.paragraphs:
            self.fields["how"].initial = BESIDE
        else:
            self.fields["how"].initial = ANEW
            self.fields["how"].required = False
            self.fields["how"].widget = forms.HiddenInput()


def pasted(
    text: Text, said: Mapping[str, Any], *, official: Collection[str]
) -> tuple[list[Paragraph] | None, Sequence[Finding]]:
    """The paragraphs that it makes, None where it cannot be set beside them; and where to look. Raises TextError."""
    language = said["language"]
    if said["how"] != BESIDE or not text.paragraphs:
        return list(from_typed(said["text"], language=language, official=official).paragraphs), ()
    found = aligned(_with_words(text), language=language, pasted=said["text"])
    if not found.texts:
        return None, found.findings
    edited = [
        Edited(one.id, one.kind, {**_words(one), language: found.texts[one.id]}, right=True) for one in text.paragraphs
    ]
    return written(edited, text.paragraphs, official=official), found.findings


def _words(paragraph: Paragraph) -> dict[str, str]:
    return {language: said.text for language, said in paragraph.texts.items()}


def _with_words(text: Text) -> Text:
    """The same with a dash in paragraphs that nobody has written: there is nothing to compare with."""
    empty = {"-": LanguageText("–", 1, "authentic")}
    return Text(tuple(one if one.texts else replace(one, texts=empty) for one in text.paragraphs))
