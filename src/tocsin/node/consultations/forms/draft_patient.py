"""Who the patient is, which stays, and what is sent of them: age, sex, what else is known, how ill."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.clinical.content import age_words
from tocsin.clinical.vocabulary import codes, definition
from tocsin.node.consultations.forms.draft_fields import (
    DraftForm,
    LaterChoice,
    LaterInteger,
    coded_choices,
    day_field,
    language,
    lines_field,
    long_text,
)  # fmt: skip
from tocsin.node.consultations.forms.draft_steps import Kept, Step
from tocsin.node.consultations.models import PatientIdentity
from tocsin.node.consultations.pages.draft_problems import today_of
from tocsin.node.consultations.words import coded

__all__ = ["IdentityForm", "PatientForm", "PatientStep", "age_of"]

NAMES = ("names", "birth_date", "numbers", "telephones", "addresses")
TEXTS = ("allergies", "conditions")
DAYS = ("onset_on", "admitted_on")
NEWBORN, INFANT = 31, 24  # an age is told in days below so many days, in months below so many months
OLDEST_SAID = 90


class IdentityForm(DraftForm):
    names = lines_field(
        pgettext_lazy("of a patient", "Names"),
        help_text=_("One a line, in every script in which they are written; former names too."),
    )
    birth_date = day_field(_("Birth date"))
    numbers = lines_field(_("Numbers"), help_text=_("Of the record, the insurance, documents; one a line."))
    telephones = lines_field(_("Telephones"), help_text=_("The patient’s and relatives’; one a line."))
    addresses = lines_field(_("Addresses"), help_text=_("One a line."))


class PatientForm(DraftForm):
    age = LaterInteger(
        label=_("Age"), min_value=0, max_value=999, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )
    age_unit = LaterChoice(label=_("Counted in"))
    sex = LaterChoice(label=_("Sex"))
    pregnancy = LaterChoice(label=_("Pregnancy"))
    severity = forms.ChoiceField(
        label=_("Severity"), required=False, widget=forms.RadioSelect,
        help_text=_("The World Health Organization’s degrees, for adults; your guideline may draw them elsewhere."),
    )  # fmt: skip
    onset_on = day_field(pgettext_lazy("of a disease", "Onset"))
    admitted_on = day_field(pgettext_lazy("to a hospital", "Admitted"))
    allergies = long_text(_("Allergies"), rows=2)
    conditions = long_text(_("Other conditions"), rows=3, help_text=_("What the patient had before this illness."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["age_unit"].choices = coded_choices("age_unit", empty=False)
        fields["sex"].choices = coded_choices("sex", empty=False)
        fields["pregnancy"].choices = coded_choices("pregnancy", empty=False)
        fields["severity"].choices = [("", now("not said")), *((code, _severity(code)) for code in codes("severity"))]

    def age_said(self) -> dict[str, Any] | None:
        """As content has it. Where one of both cannot be read, what stood there: never a number in another unit."""
        is_read = {"age", "age_unit"} <= self.cleaned_data.keys()
        said = self.cleaned_data if is_read else self.initial
        return None if said["age"] is None else {"value": said["age"], "unit": said["age_unit"] or "a"}


class PatientStep(Step):
    name = "patient"

    def build(self) -> None:
        self.identity = PatientIdentity.objects.visible_to(self.person).of_draft(self.draft)
        known = {name: getattr(self.identity, name) for name in NAMES} if self.identity else {}
        self.stays = IdentityForm(self.data, initial=known)
        self.sent = PatientForm(self.data, initial=_initial(self.content))

    def forms(self) -> Iterator[DraftForm]:
        yield from (self.stays, self.sent)

    def kept(self) -> Kept:
        identity = {name: self.stays.read(name) for name in NAMES}
        identity = {name: value or [] for name, value in identity.items() if name != "birth_date"} | {
            "birth_date": identity["birth_date"]
        }
        age = self.sent.age_said()
        if self.data is not None and "age_of" in self.data and identity["birth_date"]:
            age = age_of(identity["birth_date"], today_of(self.draft))
        said: dict[str, Any] = {"patient": {"age": age, "sex": self.sent.read("sex") or "unknown"}}
        said |= {name: self.sent.read(name) for name in TEXTS}
        for name in DAYS:
            day = self.sent.read(name)
            said[name] = day.isoformat() if isinstance(day, date) else day or None
        said["severity"] = self.sent.read("severity") or None
        said["pregnancy"] = self.sent.read("pregnancy") or "unknown"
        return Kept(content=said, identity=identity)

    def place(self, path: str) -> tuple[DraftForm, str] | None:
        begins, *rest = path.split(".")
        if begins == "identity":
            return self.stays, rest[0]
        if rest[0] == "patient":
            return self.sent, rest[1] if len(rest) > 1 else "age"
        return self.sent, rest[0]

    @property
    def says_more(self) -> bool:
        """Whether more is said of who the patient is than name and birth date, or something of it is wrong."""
        return any(
            self.stays[name].value() or self.stays[name].errors for name in ("numbers", "telephones", "addresses")
        )

    @property
    def offered_age(self) -> str:
        """The age by the birth date, where it is known and the age says something else."""
        born = self.identity.birth_date if self.identity else None
        age = age_of(born, today_of(self.draft)) if born else None
        if age is None or age == self.content["patient"]["age"]:
            return ""
        words = age_words(age, language())
        return f"{words} {coded('age_unit', 'a')}" if language() == "en" and words.isdecimal() else words


def age_of(born: date, today: date) -> dict[str, Any] | None:
    """As content has it: in days for newborns, in months for infants, 90 for 90 and older; None for a day to come."""
    if born > today:
        return None
    days = (today - born).days
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    if days < NEWBORN:
        return {"value": days, "unit": "d"}
    if months < INFANT:
        return {"value": months, "unit": "mo"}
    return {"value": min(months // 12, OLDEST_SAID), "unit": "a"}


def _initial(content: Mapping[str, Any]) -> dict[str, Any]:
    patient = content["patient"] if isinstance(content["patient"], dict) else {}
    age = patient.get("age") if isinstance(patient.get("age"), dict) else None
    return {
        "age": age["value"] if age else None, "age_unit": age["unit"] if age else "a", "sex": patient.get("sex"),
        **{name: content[name] for name in ("pregnancy", "severity", *DAYS, *TEXTS)},
    }  # fmt: skip


def _severity(code: str) -> Any:
    means = definition("severity", code, language())
    return format_html('<span>{} <span class="choice-line">{}</span></span>', coded("severity", code), means)
