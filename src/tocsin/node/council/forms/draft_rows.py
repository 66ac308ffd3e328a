"""Measures and duties as rows of a form, and as documents hold them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.alliance_file import alliance
from tocsin.node.council.pages.decision_words import LANGUAGES, language_name, reader_language
from tocsin.node.events.vocabulary import choices

__all__ = ["DutyForm", "MeasureForm", "as_duties", "as_measures", "duty_rows", "measure_rows", "with_one_more"]

MOST_MEASURES, MOST_DUTIES = 100, 60
TITLE = "title_"


class _TitledForm(forms.Form):
    """A row with a title in each language; without one in any the row says nothing."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in LANGUAGES:
            label = _now("In words, %(language)s") % {"language": language_name(one)}
            self.fields[f"{TITLE}{one}"] = forms.CharField(label=label, required=False, max_length=300)

    @property
    def titles(self) -> list[Any]:
        """The fields of the title."""
        return [self[f"{TITLE}{one}"] for one in LANGUAGES]

    def title(self) -> dict[str, str]:
        """By language, as far as it was written."""
        said = {one: self.cleaned_data.get(f"{TITLE}{one}", "").strip() for one in LANGUAGES}
        return {one: words for one, words in sorted(said.items()) if words}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if self.has_changed() and not said.get("DELETE") and not self.title():
            self.add_error(f"{TITLE}{LANGUAGES[0]}", _now("Say in one language at least what is to be done."))
        return said


class MeasureForm(_TitledForm):
    state = forms.ChoiceField(label=_("Who does it"))
    deadline = forms.DateField(
        label=_("Until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )  # fmt: skip
    verifier = forms.ChoiceField(label=_("Who checks it"))
    evidence = forms.CharField(label=_("What would show it"), required=False, max_length=2000)
    paragraph = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = reader_language()
        seats = [(one.code, one.short.in_language(language)) for one in alliance().seats]
        self.fields["state"].choices = [("", "—"), *seats]
        self.fields["verifier"].choices = [("", "—"), *seats]


class DutyForm(_TitledForm):
    trigger = forms.ChoiceField(label=_("What opens it"))
    owner = forms.ChoiceField(label=_("Whose it is"))
    hours = forms.IntegerField(label=_("Within how many hours"), min_value=1, max_value=8760)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = reader_language()
        known = [(one.code, one.name.in_language(language)) for one in alliance().triggers]
        self.fields["trigger"].choices = [("", "—"), *known]
        self.fields["owner"].choices = [("", "—"), *choices("duty_owner")]


MeasureRows = formset_factory(MeasureForm, extra=0, can_delete=True, max_num=MOST_MEASURES)
DutyRows = formset_factory(DutyForm, extra=0, can_delete=True, max_num=MOST_DUTIES)


def measure_rows(data: QueryDict | None, known: Iterable[Mapping[str, Any]]) -> BaseFormSet:
    """Bound to what was posted; else what stands."""
    initial = [
        {"key": one["id"], "paragraph": one["paragraph"] or "", **_titles(one["title"])}
        | {name: one[name] for name in ("state", "deadline", "verifier", "evidence")}
        for one in known
    ]
    return MeasureRows(data, initial=None if data is not None else initial, prefix="measures")


def duty_rows(data: QueryDict | None, known: Iterable[Mapping[str, Any]]) -> BaseFormSet:
    """Bound to what was posted; else what stands."""
    initial = [
        {"key": one["id"], **_titles(one["title"]), **{name: one[name] for name in ("trigger", "owner", "hours")}}
        for one in known
    ]
    return DutyRows(data, initial=None if data is not None else initial, prefix="duties")


def _titles(title: Mapping[str, str]) -> dict[str, str]:
    return {f"{TITLE}{language}": words for language, words in title.items()}


def with_one_more(posted: QueryDict, rows: str) -> QueryDict:
    """What was posted, with one row more."""
    data, name = posted.copy(), f"{rows}-TOTAL_FORMS"
    had = int(data[name]) if data.get(name, "").isdecimal() and len(data[name]) < 4 else 0
    data[name] = str(min(had + 1, MOST_MEASURES))
    return data


def as_measures(rows: BaseFormSet, known: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """As documents hold them; links that a measure had are kept."""
    links = {one["id"]: one["links"] for one in known}
    found = []
    for id, form in _named(rows, "m", known):
        said = form.cleaned_data
        found.append({
            "id": id, "title": form.title(), "state": said["state"], "deadline": said["deadline"].isoformat(),
            "evidence": said["evidence"].strip(), "verifier": said["verifier"], "paragraph": said["paragraph"] or None,
            "links": links.get(id, []),
        })  # fmt: skip
    return found


def as_duties(rows: BaseFormSet, known: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """As documents hold them."""
    return [
        {"id": id, "title": form.title(), **{name: form.cleaned_data[name] for name in ("trigger", "owner", "hours")}}
        for id, form in _named(rows, "d", known)
    ]


def _named(rows: BaseFormSet, letter: str, known: Sequence[Mapping[str, Any]]) -> list[tuple[str, Any]]:
    """The rows that say something, each with its identifier; a new one gets one that nobody had."""
    there = {one["id"] for one in known}
    said = [form for form in rows if form.cleaned_data.get("state") or form.cleaned_data.get("trigger")]
    said = [form for form in said if not form.cleaned_data.get("DELETE")]
    numbers = [int(one[1:]) for one in there if one[1:].isdecimal() and len(one) < 9]
    last = max(numbers, default=0)
    found: list[tuple[str, Any]] = []
    for form in said:
        id = form.cleaned_data["key"]
        if id not in there or id in {one for one, _form in found}:
            last += 1
            id = f"{letter}{last}"
        found.append((id, form))
    return found
