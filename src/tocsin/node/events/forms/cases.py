"""Forms of the line list: a table pasted or sent, how it is read, one case, sizes of groups, an exposure."""

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import Person
from tocsin.node.events.actions.attack_rates import MOST
from tocsin.node.events.line_list.columns import FIELDS
from tocsin.node.events.line_list.reading import CASE_FIELDS
from tocsin.node.events.line_list.sentences import FIELD_WORDS
from tocsin.node.events.models import EventCase
from tocsin.node.surveillance.forms.choosing import DiseaseAndPlaceForm
from tocsin.node.surveillance.models import Place

__all__ = ["CaseForm", "CountsDayForm", "ExposureForm", "GroupsForm", "TableForm", "field_of", "reading_of"]

DAY = {"format": "%Y-%m-%d", "attrs": {"type": "date"}}
KNOWN = (("", "—"), ("yes", _("yes")), ("no", _("no")))
ANSWERS = {"": None, "yes": True, "no": False}


class TableForm(forms.Form):
    """Text or a file; where both are given, the file."""

    text = forms.CharField(
        label=_("Paste the table here, with its headings"), required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_(
            "Select it in the spreadsheet, copy, and paste. Names, documents, telephones, addresses and dates of birth "
            "are left out by the machine; better still, do not send them."
        ),
    )  # fmt: skip
    file = forms.FileField(
        label=_("Or a file"), required=False, help_text=_("CSV, XLSX, XLS or ODS, up to 32 MB and 100,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xls,.ods"}),
    )  # fmt: skip


def reading_of(given: QueryDict) -> tuple[dict[int, str], str]:
    """What a person says of columns, by place, and of the order of dates; what is nonsense is passed over."""
    columns = {}
    for name, value in given.items():
        at = name.removeprefix("column-")
        if at != name and at.isdecimal() and len(at) < 4 and value in (*FIELDS, "none"):
            columns[int(at)] = "" if value == "none" else value
    order = given.get("order", "")
    return columns, order if order in ("day", "month") else ""


class CaseForm(DiseaseAndPlaceForm):
    """One case, as the list keeps it."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    local_id = forms.CharField(
        label=FIELD_WORDS["local_id"], required=False, max_length=60,
        help_text=_("The number under which whoever reports it knows the case. No name. Left open, it gets a number."),
    )  # fmt: skip
    classification = forms.ChoiceField(label=FIELD_WORDS["classification"], choices=EventCase.Classification.choices)
    onset = forms.DateField(label=FIELD_WORDS["onset"], required=False, widget=forms.DateInput(**DAY))
    reported = forms.DateField(label=FIELD_WORDS["reported"], required=False, widget=forms.DateInput(**DAY))
    age = forms.DecimalField(
        label=FIELD_WORDS["age"], required=False, min_value=0, max_value=120, decimal_places=2, localize=True,
        help_text=_("Of small children with a fraction: 8 months are 0.67."),
    )  # fmt: skip
    sex = forms.ChoiceField(label=FIELD_WORDS["sex"], choices=EventCase.Sex.choices, initial=EventCase.Sex.UNKNOWN)
    admitted = forms.DateField(label=FIELD_WORDS["admitted"], required=False, widget=forms.DateInput(**DAY))
    intensive_care = forms.ChoiceField(label=FIELD_WORDS["intensive_care"], required=False, choices=KNOWN)
    outcome = forms.ChoiceField(label=FIELD_WORDS["outcome"], choices=EventCase.Outcome.choices)
    outcome_on = forms.DateField(label=FIELD_WORDS["outcome_on"], required=False, widget=forms.DateInput(**DAY))
    health_worker = forms.ChoiceField(label=FIELD_WORDS["health_worker"], required=False, choices=KNOWN)
    exposure = forms.CharField(
        label=FIELD_WORDS["exposure"],
        required=False,
        max_length=200,
        help_text=_("Where, or by what; in few words, alike for all."),
    )
    infected_by = forms.CharField(
        label=FIELD_WORDS["infected_by"],
        required=False,
        max_length=60,
        help_text=_("The number of the case it was caught from."),
    )
    field_order = ("local_id", "classification", "onset", "reported", "place_q", "place")

    def __init__(self, *args: Any, person: Person, case: EventCase | None = None, **kwargs: Any) -> None:
        if case is not None:
            kwargs["initial"] = {**_initial(case), **kwargs.get("initial", {})}
        super().__init__(*args, person=person, **kwargs)
        for name in ("disease", "disease_q"):
            del self.fields[name]

    def _offer(self, name: str, found: Any, chosen: Any) -> None:
        if name == "place":
            super()._offer(name, found, chosen)

    def clean_place(self) -> Place | None:
        return super().clean_place() if self._only("place") or self._sent("place_q") else None

    def values(self) -> dict[str, Any]:
        """What the acts take."""
        said = {name: self.cleaned_data.get(name) for name in ("local_id", *CASE_FIELDS)}
        return {**said, **{name: ANSWERS[said[name]] for name in ("health_worker", "intensive_care")}}


def _initial(case: EventCase) -> dict[str, Any]:
    answers: Mapping[bool | None, str] = {value: name for name, value in ANSWERS.items()}
    said = {name: getattr(case, name) for name in ("version", "local_id", *CASE_FIELDS)}
    said["place"] = case.place_id
    # As it was typed: 49, and not 49.00.
    said["age"] = None if case.age is None else Decimal(f"{float(case.age):g}")
    return {**said, **{name: answers[said[name]] for name in ("health_worker", "intensive_care")}}


class CountsDayForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    as_of = forms.DateField(label=_("By the end of"), widget=forms.DateInput(**DAY))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("as_of", timezone.localdate())


class GroupsForm(forms.Form):
    """A number of people for each group. Fields are named by what they are of: exposures come and go with the list."""

    def __init__(self, *args: Any, groups: list[tuple[str, str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = {field_of(kind, group): (kind, group) for kind, group, _name in groups}
        for kind, group, name in groups:
            self.fields[field_of(kind, group)] = forms.IntegerField(
                label=name, required=False, min_value=1, max_value=MOST
            )

    def sizes(self) -> dict[tuple[str, str], int | None]:
        """Of the groups that were sent."""
        return {self.groups[name]: self.cleaned_data.get(name) for name in self.groups if name in self.data}


def field_of(kind: str, group: str) -> str:
    return f"size-{kind}-{hashlib.sha256(group.encode()).hexdigest()[:12]}"


class ExposureForm(forms.Form):
    name = forms.CharField(label=_("Exposure"), max_length=200, help_text=_("A dish, a well, a ward, an animal."))
    exposed_ill = forms.IntegerField(label=_("Exposed: fell ill"), min_value=0, max_value=MOST)
    exposed = forms.IntegerField(label=_("Exposed: all, ill or not"), min_value=0, max_value=MOST)
    unexposed_ill = forms.IntegerField(label=_("Not exposed: fell ill"), min_value=0, max_value=MOST)
    unexposed = forms.IntegerField(label=_("Not exposed: all, ill or not"), min_value=0, max_value=MOST)
