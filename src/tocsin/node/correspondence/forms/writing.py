"""A letter as its form has it, a group, and what the address of the inbox asks for."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.node.alliance.naming import in_order, names
from tocsin.node.correspondence.boxes import Box
from tocsin.node.correspondence.models import LetterDraft
from tocsin.node.hospitals.words import language_choices

__all__ = ["GroupForm", "InboxFilters", "LetterForm"]


MOST_KEPT = 200_000  # ten times what can be sent: what is too long is kept, and said beside the field


class LetterForm(forms.Form):
    """Everything but the readers, who are chosen beside it. Nothing is needed to keep it; sending asks for more."""

    box = forms.ChoiceField(label=pgettext_lazy("letter", "In the name of"), required=False)
    groups = forms.MultipleChoiceField(
        label=pgettext_lazy("letters", "Groups"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Each member gets the letter, and all readers see all names."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of the text"), choices=language_choices)
    subject = forms.CharField(label=_("Subject"), max_length=200, required=False)
    text = forms.CharField(
        label=_("Text"), max_length=MOST_KEPT, required=False, widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Plain text. Patients’ data do not belong into letters."),
    )  # fmt: skip
    files = forms.MultipleChoiceField(
        label=_("Files"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Those that you gave on the page “Your files” and that may be sent."),
    )  # fmt: skip
    find = forms.CharField(
        label=_("Find a hospital or a clinician"), required=False, max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "data-draft-not": ""}),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    readers = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, boxes: Sequence[Box], groups: Sequence[tuple[str, str]], uploads: Sequence[tuple[str, str]],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("box", [(str(one.key), str(one)) for one in boxes]), ("groups", groups), ("files", uploads),
        ):  # fmt: skip
            field: Any = self.fields[name]
            field.choices = choices
            if not choices:
                del self.fields[name]

    def said(self) -> dict[str, Any]:
        """What a draft keeps of it."""
        kept = ("groups", "language", "subject", "text", "files")
        said = {name: self.cleaned_data[name] for name in kept if name in self.cleaned_data}
        said["text"] = said["text"].replace("\r\n", "\n")
        if self.cleaned_data.get("box"):
            said["box"] = UUID(self.cleaned_data["box"])
        return said

    def mark_needed(self) -> None:
        """Show what sending needs as needed; keeping needs nothing, so that a field may still be empty."""
        self.use_required_attribute = False
        for name in {"box", "subject", "text"} & set(self.fields):
            self.fields[name].required = True

    @staticmethod
    def begun(draft: LetterDraft) -> dict[str, Any]:
        """What the form shows of a draft."""
        kept = ("groups", "language", "subject", "text", "files", "version")
        return {"box": str(draft.box or "")} | {name: getattr(draft, name) for name in kept}


class GroupForm(forms.Form):
    name = forms.CharField(label=_("Name of the group"), max_length=80)
    find = forms.CharField(
        label=_("Find a hospital or a clinician"), required=False, max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "data-draft-not": ""}),
    )  # fmt: skip


class InboxFilters(forms.Form):
    q = forms.CharField(
        label=_("Words of a letter, or who wrote it"), required=False, max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip
    box = forms.ChoiceField(label=pgettext_lazy("letters", "Box"), required=False)
    state = forms.ChoiceField(label=pgettext_lazy("country", "State"), required=False)
    unread = forms.BooleanField(label=_("Only what is new"), required=False)

    def __init__(self, *args: Any, boxes: Sequence[Box], states: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = names(states)
        choices: tuple[tuple[str, list[tuple[str, str]]], ...] = (
            ("box", [(str(one.key), str(one)) for one in boxes]),
            ("state", [(one, known[one]) for one in in_order(states)]),
        )
        for name, options in choices:
            field: Any = self.fields[name]
            field.choices = [("", _("all")), *options]
        if len(boxes) < 2:
            del self.fields["box"]

    def chosen(self) -> dict[str, Any]:
        """What the address asks for; what it asks for in vain is left out."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields}
