"""Vital signs as sets: the signs of one time together, a field each."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import pgettext_lazy

from tocsin.clinical.measures import Measure, vitals
from tocsin.node.consultations.forms.draft_fields import (
    coded_choices,
    day_field,
    language,
    moment_of,
    moment_parts,
    time_field,
)  # fmt: skip
from tocsin.node.consultations.forms.draft_rows import RowForm, Rows
from tocsin.node.consultations.forms.draft_words import unit_words

__all__ = ["VitalsForm", "VitalsSets"]

USUAL = (
    "temperature", "heart_rate", "respiratory_rate", "systolic", "diastolic", "spo2", "fio2", "oxygen_flow",
    "consciousness",
)  # fmt: skip
MOST_SETS = 20


class VitalsForm(RowForm):
    """What was measured at one time. A sign is a field of its code; where it has several units, `code-unit` beside."""

    says = tuple(vitals())
    day = day_field(pgettext_lazy("measured on", "Day"))
    time = time_field(pgettext_lazy("measured at", "Time"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, sign in vitals().items():
            self.fields[code] = _value(sign)
            if len(sign.units) > 1:
                units = [(unit, unit_words(unit)) for unit in sign.units]
                label = pgettext_lazy("of a measurement", "Unit")
                self.fields[f"{code}-unit"] = forms.ChoiceField(label=label, required=False, choices=units)

    def said(self, zone: str) -> list[dict[str, str]]:
        """As content has them."""
        at = moment_of(self.read("day"), self.read("time"), zone)
        found = []
        for code, sign in vitals().items():
            if value := self.read(code):
                unit = (self.read(f"{code}-unit") or sign.first_unit) if len(sign.units) > 1 else sign.first_unit
                found.append({"code": code, "value": value, "unit": unit, "at": at})
        return found

    @property
    def usual(self) -> list[dict[str, Any]]:
        """The signs that are taken at every bedside."""
        return [self._sign(code) for code in USUAL]

    @property
    def others(self) -> list[dict[str, Any]]:
        """The rest."""
        return [self._sign(code) for code in vitals() if code not in USUAL]

    @property
    def is_more(self) -> bool:
        """Whether one of the others says something."""
        return any(self[code].value() for code in vitals() if code not in USUAL)

    def _sign(self, code: str) -> dict[str, Any]:
        sign = vitals()[code]
        several = f"{code}-unit" in self.fields
        return {
            "value": self[code], "unit": self[f"{code}-unit"] if several else None,
            "unit_words": "" if several or sign.first_unit == "{score}" else unit_words(sign.first_unit),
            "warnings": self.warnings.get(code, []),
        }  # fmt: skip


class VitalsSets:
    """Sets of a content, in the order of their times there; a sign that stands twice at one time opens another."""

    def __init__(self, data: QueryDict | None, rows: Iterable[Any], zone: str, *, more: bool) -> None:
        self._zone = zone
        self._where: dict[int, tuple[int, str]] = {}
        stored = self._grouped(rows)
        blank = int(more or not stored)
        self.rows = Rows(VitalsForm, "vitals", data, stored, blank=blank, most=MOST_SETS)

    def said(self) -> list[dict[str, str]]:
        """All rows of all sets."""
        return [row for one in self.rows.filled if isinstance(one, VitalsForm) for row in one.said(self._zone)]

    def place(self, index: int, member: str) -> tuple[RowForm, str] | None:
        """Where a problem of a row of the content is shown."""
        if index not in self._where:
            return None
        number, code = self._where[index]
        if number >= len(self.rows.forms):
            return None
        form = self.rows.forms[number]
        name = {"at": "day", "unit": f"{code}-unit"}.get(member, code)
        return form, name if name in form.fields else code

    def _grouped(self, rows: Iterable[Any]) -> list[dict[str, Any]]:
        sets: list[tuple[str, dict[str, Any]]] = []
        for index, row in enumerate(rows):
            if not isinstance(row, Mapping) or row.get("code") not in vitals():
                continue
            at, code = str(row.get("at") or ""), str(row["code"])
            place = next((n for n, (when, said) in enumerate(sets) if when == at and code not in said), None)
            if place is None:
                place = len(sets)
                sets.append((at, dict(moment_parts(at, self._zone))))
            sets[place][1].update({code: row.get("value"), f"{code}-unit": row.get("unit")})
            self._where[index] = place, code
        return [said for _at, said in sets]


def _value(sign: Measure) -> forms.Field:
    words = sign.words.in_language(language())
    if sign.values:
        return forms.ChoiceField(label=words, required=False, choices=coded_choices(sign.values))
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.CharField(label=words, required=False, widget=widget)
