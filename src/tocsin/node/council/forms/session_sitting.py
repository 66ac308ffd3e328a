"""What is said in a session: who comes, who is there, statements, what came of an item, minutes."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.joint.sessions.state import Delegate, Session
from tocsin.joint.texts.findings import TextError
from tocsin.joint.texts.from_typed import aligned, typed
from tocsin.joint.texts.paragraphs import as_json
from tocsin.node.alliance.alliance_file import alliance
from tocsin.node.council.forms.session_convening import LANGUAGES, Seen, in_languages, language_choices, said_in
from tocsin.node.council.pages.session_words import in_reader_language
from tocsin.node.council.session_wording import session_refused
from tocsin.node.events.vocabulary import choices
from tocsin.node.notifications.pages.pieces import language_name

__all__ = [
    "AttendForm", "ConcludeForm", "MinutesForm", "SpeakForm", "delegate_forms", "delegates_said",
]  # fmt: skip

EMPTY_DELEGATES = 2


class DelegateForm(forms.Form):
    """A person whom the state sends. Without a name the row is left out."""

    id = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    name = forms.CharField(label=pgettext_lazy("person", "name"), required=False, max_length=120)
    title = forms.CharField(label=pgettext_lazy("of a delegate", "Office"), required=False, max_length=300)
    part = forms.ChoiceField(
        label=pgettext_lazy("of a delegate", "As"), choices=choices("delegate_part"), required=False
    )
    languages = forms.MultipleChoiceField(label=_("Languages"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["languages"].choices = language_choices()
        fields["part"].initial = "adviser"


class DelegateRows(forms.BaseFormSet):
    """Rows of a delegation; one head at most."""

    def clean(self) -> None:
        heads = [one for one in self.forms if one.cleaned_data.get("name") and one.cleaned_data.get("part") == "head"]
        if len(heads) > 1:
            raise forms.ValidationError(now_("A delegation has one head. Make the others alternates or advisers."))


def delegate_forms(data: Any = None, *, delegates: Sequence[Delegate] = ()) -> Any:
    """A delegation as rows, with some empty ones below."""
    made = forms.formset_factory(DelegateForm, formset=DelegateRows, extra=EMPTY_DELEGATES, max_num=60, absolute_max=70)
    initial = [
        {"id": one.id, "name": one.name, "title": one.title, "part": one.part, "languages": list(one.languages)}
        for one in delegates
    ]
    return made(data, initial=initial or [{"part": "head"}], prefix="delegates")


def delegates_said(rows: Any, *, before: Mapping[str, str]) -> list[dict[str, Any]]:
    """The delegation as documents have it. before: names of people by name of delegate, of all delegations so far.

    Another person never takes the name that a delegate had: what that one said stays theirs.
    """
    said: list[dict[str, Any]] = []
    used = set(before)
    for row in rows.forms:
        one = row.cleaned_data
        if not one or not one["name"].strip():
            continue
        id, name = one["id"], " ".join(one["name"].split())
        if before.get(id) != name:
            id = next(known for at in range(1, 1_000) if (known := f"d{at}") not in used)
            used.add(id)
        said.append(
            {"id": id, "name": name, "title": one["title"].strip(), "part": one["part"] or "adviser",
             "languages": list(one["languages"])}
        )  # fmt: skip
    return said


class AttendForm(Seen):
    present = forms.MultipleChoiceField(label=_("Who is there"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, delegates: Sequence[Delegate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["present"].choices = [(one.id, one.name) for one in delegates]


class SpeakForm(forms.Form):
    """A statement, placed on record in the state's name."""

    item = forms.ChoiceField(label=pgettext_lazy("of a statement", "On"), required=False)
    delegate = forms.ChoiceField(label=_("Who says it"), required=False)
    text = forms.CharField(label=_("Statement"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 6}))

    def __init__(self, *args: Any, session: Session, delegates: Sequence[Delegate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        items = [(one.id, f"{at}. {in_reader_language(one.title)}") for at, one in enumerate(session.agenda, 1)]
        fields["item"].choices = [("", _("no item of its own")), *items]
        fields["delegate"].choices = [("", _("the state")), *((one.id, one.name) for one in delegates)]

    def arguments(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"item": said["item"] or None, "delegate": said["delegate"] or None, "text": said["text"]}


class ConcludeForm(Seen):
    """What came of an item, in one language at least."""

    decision = forms.ChoiceField(label=_("Decision that it led to"), required=False)

    def __init__(self, *args: Any, decisions: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["decision"].choices = [("", "—"), *decisions]
        outcomes = in_languages("outcome", pgettext_lazy("of an item", "Outcome"), max_length=5_000, rows=3)
        self.fields = {"seen": fields["seen"], **outcomes, "decision": fields["decision"]}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if all(f"outcome_{short}" in cleaned for short in LANGUAGES) and not said_in(cleaned, "outcome"):
            self.add_error("outcome_ru", _("Say what came of it, in one language at least."))
        return cleaned


class MinutesForm(Seen):
    """Minutes as they are typed: the same paragraphs in each language, blank lines between them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {**self.fields, **in_languages("text", _("Minutes"), max_length=200_000, rows=18)}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if any(f"text_{short}" not in cleaned for short in LANGUAGES):
            return cleaned
        typed_in = said_in(cleaned, "text")
        if not typed_in:
            self.add_error("text_ru", _("Write the minutes in one language at least."))
            return cleaned
        try:
            cleaned["text"] = self._set_side_by_side(typed_in)
        except TextError as problem:
            said = session_refused(problem.code, problem.values)
            self.add_error(None, said or _("The text cannot be taken as it is."))
        return cleaned

    def _set_side_by_side(self, typed_in: Mapping[str, str]) -> dict[str, Any] | None:
        """The first language makes the paragraphs, each other one is set beside them."""
        official = alliance().official_languages
        order = sorted(typed_in, key=lambda one: (one not in official, list(LANGUAGES.values()).index(one)))
        text = typed(typed_in[order[0]], language=order[0], official=official)
        made = as_json(text)
        for language in order[1:]:
            beside = aligned(text, language=language, pasted=typed_in[language])
            if not beside.texts:
                self._add_difference(beside.findings[0].values, language, order[0])
                return None
            standing = "authentic" if language in official else "human_checked"
            for paragraph in made["paragraphs"]:
                words = beside.texts[paragraph["id"]]
                paragraph["texts"][language] = {"text": words, "rev": 1, "standing": standing}
        return made

    def _add_difference(self, values: Mapping[str, Any], language: str, first: str) -> None:
        short = next(one for one, tag in LANGUAGES.items() if tag == language)
        said = now_(
            "%(given)s paragraphs stand here, and %(expected)s in %(language)s. Look at paragraph %(place)s: blank "
            "lines separate paragraphs."
        )
        self.add_error(f"text_{short}", said % {**values, "language": language_name(first)})
