"""Rows of diagnoses, laboratory results, medicines and organ support: fields, and the same as content has it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.clinical.content.patient import CODE_FORMS
from tocsin.clinical.vocabulary import codes, grouped, units_of
from tocsin.node.clinical.codes import find_codes, title_of, typed_code
from tocsin.node.consultations.forms import draft_words
from tocsin.node.consultations.forms.draft_fields import (
    coded_choices,
    day_field,
    moment_of,
    moment_parts,
    text_field,
    time_field,
)  # fmt: skip
from tocsin.node.consultations.forms.draft_rows import RowForm, Rows
from tocsin.node.consultations.pages.draft_problems import NO_CODE
from tocsin.node.consultations.words import coded

__all__ = ["DiagnosisForm", "MedicineForm", "SettingForm", "SupportForm", "TestForm", "hint_of_finding", "suggestions"]

Row = Mapping[str, Any]
OFFERED = 8  # codes beside a diagnosis that has none yet
MOST_SETTINGS = 24


class DiagnosisForm(RowForm):
    """`text`: the code with its title, or words for which codes are offered."""

    says = ("text",)
    text = text_field(_("Diagnosis"), **{"data-codes": "on"})
    system = forms.CharField(required=False, widget=forms.HiddenInput)
    certainty = forms.ChoiceField(label=_("How sure"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["certainty"].choices = coded_choices("certainty", empty=False)

    @staticmethod
    def initial_of(row: Row) -> dict[str, Any]:
        """Of a row of content."""
        shown = (row.get("display") or "") if row.get("code") == NO_CODE else f"{row.get('code')} {row.get('display')}"
        return {"text": shown.strip(), "system": row.get("system"), "certainty": row.get("certainty")}

    def said(self) -> dict[str, Any]:
        """A row of content. Words without a code keep a place for it: no code is guessed."""
        return diagnosis_of(self.read("text"), self.read("system")) | {
            "certainty": self.read("certainty") or "suspected"
        }

    @property
    def offered(self) -> list[tuple[str, str, str]]:
        """Codes for words to which none was chosen: system, code, title."""
        text = str(self.initial.get("text") or "")
        if self.is_bound or not text or diagnosis_of(text, "")["code"] != NO_CODE:
            return []
        return [tuple(one) for one in find_codes(text, limit=OFFERED)]


def diagnosis_of(text: str, system: str) -> dict[str, str]:
    """System, code and title of what was typed or chosen."""
    begins, _space, rest = text.partition(" ")
    code = begins.upper().rstrip(",;:")
    for one in dict.fromkeys([system, ""] if system in CODE_FORMS else [""]):
        if found := typed_code(text, system=one):
            return {"system": found.system, "code": found.code, "display": found.title[:300]}
    for one in CODE_FORMS:
        if CODE_FORMS[one].fullmatch(code) and any(sign.isdecimal() for sign in code):
            title = title_of(one, code.split("&")[0].split("/")[0])
            return {"system": one, "code": code, "display": (rest.strip() or title or code)[:300]}
    return {"system": "icd11", "code": NO_CODE, "display": text[:300]}


class TestForm(RowForm):
    """A result. A row that gives no day was taken with the row above."""

    says = ("test", "value", "unit", "reference")
    test = text_field(_("Test"), suggested="draft-tests")
    comparator = forms.ChoiceField(label=_("Compared"), required=False, choices=[("", "="), ("<", "<"), (">", ">")])
    value = text_field(_("Value"))
    unit = text_field(pgettext_lazy("of a measurement", "Unit"), suggested="draft-units")
    reference = text_field(pgettext_lazy("of a laboratory result", "Reference"))
    day = day_field(pgettext_lazy("measured on", "Day"))
    time = time_field(pgettext_lazy("measured at", "Time"))

    @staticmethod
    def initial_of(row: Row, zone: str) -> dict[str, Any]:
        """Of a row of content."""
        test = draft_words.test_typed(str(row.get("loinc") or "")) if row.get("loinc") else None
        value = str(row.get("value") or "")
        return {
            **moment_parts(str(row.get("at") or ""), zone),
            "test": draft_words.test_words(str(row.get("loinc") or ""), str(row.get("display") or "")),
            "value": coded(test.values, value) if test is not None and test.values else value,
            "unit": draft_words.unit_words(str(row.get("unit") or "")),
            "comparator": row.get("comparator"), "reference": row.get("reference"),
        }  # fmt: skip

    def said(self, zone: str, above: str) -> dict[str, Any]:
        """A row of content. above: when the row above was taken."""
        typed, value = self.read("test"), self.read("value")
        test = draft_words.test_typed(typed)
        if test is not None and test.values:
            value = draft_words.code_typed(test.values, value)
        return {
            "loinc": test.loinc if test is not None else "",
            "display": test.words.en if test is not None else typed[:200], "value": value,
            "unit": draft_words.unit_typed(self.read("unit")),
            "comparator": self.read("comparator"), "reference": self.read("reference"),
            "at": moment_of(self.read("day"), self.read("time"), zone) or above,
        }  # fmt: skip


class MedicineForm(RowForm):
    says = ("substance", "atc", "dose", "unit", "route", "frequency", "begins", "until")
    substance = text_field(pgettext_lazy("of a medicine", "Substance"))
    atc = text_field(_("ATC code"))
    dose = text_field(_("Dose"), inputmode="decimal")
    unit = text_field(pgettext_lazy("of a measurement", "Unit"), suggested="draft-doses")
    route = forms.ChoiceField(label=pgettext_lazy("of a medicine", "Route"), required=False)
    frequency = forms.ChoiceField(label=_("How often"), required=False)
    begins = day_field(_("From"))
    until = day_field(pgettext_lazy("a day", "Until"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["route"].choices = coded_choices("route")
        fields["frequency"].choices = coded_choices("frequency")

    @staticmethod
    def initial_of(row: Row) -> dict[str, Any]:
        """Of a row of content."""
        plain = {name: row.get(name) for name in ("substance", "atc", "dose", "route", "frequency", "until")}
        return plain | {"unit": draft_words.unit_words(str(row.get("unit") or "")), "begins": row.get("from")}

    def said(self) -> dict[str, Any]:
        """A row of content."""
        plain = {name: self.read(name) or "" for name in ("substance", "atc", "dose", "route", "frequency")}
        unit = draft_words.unit_typed(self.read("unit"))
        return plain | {"unit": unit, "from": _iso(self.read("begins")), "until": _iso(self.read("until"))}


class SettingForm(RowForm):
    says = ("name", "value", "unit")
    name = forms.ChoiceField(label=_("Setting"), required=False)
    value = text_field(_("Value"))
    unit = text_field(pgettext_lazy("of a measurement", "Unit"), suggested="draft-doses")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["name"].choices = coded_choices("support_setting")

    def said(self) -> dict[str, Any]:
        """A setting of content. A value whose setting has one unit alone is in it."""
        name, typed = self.read("name"), self.read("unit")
        allowed = units_of("support_setting", name) if name in codes("support_setting") else ()
        unit = draft_words.unit_typed(typed)
        return {"name": name, "value": self.read("value"), "unit": unit or (allowed[0] if len(allowed) == 1 else "")}


class SupportForm(RowForm):
    """What takes over the work of an organ, with its settings as rows below."""

    says = ("kind", "begins", "until")
    kind = forms.ChoiceField(label=pgettext_lazy("of organ support", "What"), required=False)
    begins = day_field(_("From"))
    until = day_field(pgettext_lazy("a day", "Until"))

    def __init__(self, data: Any = None, *, prefix: str, initial: dict[str, Any]) -> None:
        super().__init__(data, prefix=prefix, initial=initial)
        fields: Any = self.fields
        fields["kind"].choices = [("", "–"), *_kinds()]
        known = [one for one in initial.get("settings") or [] if isinstance(one, Mapping)]
        stored = [{**one, "unit": draft_words.unit_words(str(one.get("unit") or ""))} for one in known]
        self.settings = Rows(SettingForm, f"{prefix}-settings", data, stored, blank=2, most=MOST_SETTINGS)

    @property
    def is_blank(self) -> bool:
        """Also where no kind was chosen, but something of it is said: then the kind is asked for."""
        removed = self.is_bound and bool(self["remove"].value())
        return super().is_blank and (removed or not self.settings.filled)

    @staticmethod
    def initial_of(row: Row) -> dict[str, Any]:
        """Of a row of content."""
        return {
            "kind": row.get("kind"), "begins": row.get("from"), "until": row.get("until"),
            "settings": row.get("settings"),
        }  # fmt: skip

    def said(self) -> dict[str, Any]:
        """A row of content."""
        settings = [one.said() for one in self.settings.filled if isinstance(one, SettingForm)]
        return {
            "kind": self.read("kind"), "from": _iso(self.read("begins")), "until": _iso(self.read("until")),
            "settings": settings,
        }  # fmt: skip


def _kinds() -> list[Any]:
    return [
        (coded("organ_support_group", group), [(code, coded("organ_support", code)) for code in members])
        for group, members in grouped("organ_support").items()
    ]


def _iso(day: Any) -> str | None:
    return day.isoformat() if isinstance(day, date) else day or None


def suggestions() -> dict[str, list[str]]:
    """What browsers offer in fields of the page, by the id of the list."""
    settings = dict.fromkeys(unit for code in codes("support_setting") for unit in units_of("support_setting", code))
    doses = dict.fromkeys([*draft_words.dose_units(), *(draft_words.unit_words(unit) for unit in settings)])
    return {
        "draft-tests": draft_words.tests(), "draft-units": draft_words.units(), "draft-doses": list(doses),
        "draft-findings": draft_words.finding_words(),
    }  # fmt: skip


def hint_of_finding() -> str:
    """What to type where a result is no number."""
    return now("Of a test for an agent: %(words)s.") % {"words": ", ".join(draft_words.finding_words())}
