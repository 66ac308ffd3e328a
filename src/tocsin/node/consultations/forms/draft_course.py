"""The course and what was found: free text, diagnoses, vital signs, laboratory, medicines, organ support."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tocsin.clinical.icd import SYSTEMS
from tocsin.node.clinical.codes import title_of
from tocsin.node.consultations.forms.draft_fields import DraftForm, long_text
from tocsin.node.consultations.forms.draft_rows import RowForm, Rows
from tocsin.node.consultations.forms.draft_steps import Kept, Step
from tocsin.node.consultations.forms.draft_tables import (
    DiagnosisForm,
    MedicineForm,
    SupportForm,
    TestForm,
    hint_of_finding,
    suggestions,
)
from tocsin.node.consultations.forms.draft_vitals import VitalsSets
from tocsin.node.language.formats import zone

__all__ = ["SECTIONS", "CourseForm", "CourseStep"]

SECTIONS = ("diagnoses", "vitals", "laboratory", "medication", "support")
MORE = {"laboratory": 5}
EMPTY_TESTS = 3
# Members of rows, as their forms call them.
NAMES: Mapping[str, Mapping[str, str]] = {
    "diagnoses": {"code": "text", "display": "text", "system": "text"},
    "laboratory": {"at": "day", "loinc": "test", "display": "test"},
    "medication": {"from": "begins"},
    "support": {"from": "begins"},
}


class CourseForm(DraftForm):
    presentation = long_text(
        _("Presentation and course"), rows=10, needed=True,
        help_text=_(
            "How it began, what was found, what was done, what became of it. No name, no birth date, no number of a"
            " record."
        ),
    )  # fmt: skip


class CourseStep(Step):
    name = "course"

    def build(self) -> None:
        content, data = self.content, self.data
        self.form = CourseForm(data, initial={"presentation": content["presentation"]})
        self.vitals = VitalsSets(data, _rows(content["vitals"]), self.zone, more=self.more == "vitals")
        made = {
            "diagnoses": (DiagnosisForm, [DiagnosisForm.initial_of(one) for one in _rows(content["diagnoses"])]),
            "laboratory": (TestForm, [TestForm.initial_of(one, self.zone) for one in _rows(content["laboratory"])]),
            "medication": (MedicineForm, [MedicineForm.initial_of(one) for one in _rows(content["medication"])]),
            "support": (SupportForm, [SupportForm.initial_of(one) for one in _rows(content["support"])]),
        }
        self.tables = {
            name: Rows(form, name, data, stored, blank=self._blank(name, stored))
            for name, (form, stored) in made.items()
        }

    def forms(self) -> Iterator[DraftForm]:
        yield self.form
        yield from self.vitals.rows.forms
        for rows in self.tables.values():
            for one in rows.forms:
                yield one
                if isinstance(one, SupportForm):
                    yield from one.settings.forms

    def kept(self) -> Kept:
        tests: list[dict[str, Any]] = []
        for one in self.tables["laboratory"].filled:
            assert isinstance(one, TestForm)
            tests.append(one.said(self.zone, tests[-1]["at"] if tests else ""))
        content: dict[str, Any] = {
            "presentation": self.form.read("presentation"), "vitals": self.vitals.said(), "laboratory": tests,
        }  # fmt: skip
        for name in ("diagnoses", "medication", "support"):
            content[name] = [one.said() for one in self.tables[name].filled]
        self._pick(content["diagnoses"])
        return Kept(content={name: said for name, said in content.items() if self._was_posted(name)})

    def place(self, path: str) -> tuple[DraftForm, str] | None:
        _content, section, *rest = path.split(".")
        if section == "presentation":
            return self.form, "presentation"
        if section not in SECTIONS or not rest or not rest[0].isdecimal():
            return None
        index, member = int(rest[0]), rest[1] if len(rest) > 1 else ""
        if section == "vitals":
            return self.vitals.place(index, member)
        rows = self.tables[section].forms
        if index >= len(rows):
            return None
        row: RowForm = rows[index]
        if isinstance(row, SupportForm) and member == "settings" and len(rest) > 2:
            place = row.settings.forms[int(rest[2])]
            return place, rest[3] if len(rest) > 3 else "name"
        return row, NAMES[section].get(member, member or row.says[0])

    @property
    def opened(self) -> set[str]:
        """Sections that stand open: in which something stands, or a row is to be added."""
        return {self.more, *(name for name, rows in self.tables.items() if rows.filled)}

    def suggestions(self) -> dict[str, list[str]]:
        """What browsers offer in its fields."""
        return suggestions()

    @property
    def zone_words(self) -> str:
        """In which times are typed."""
        return zone(self.zone)

    @property
    def hint(self) -> str:
        """Of results that are no numbers."""
        return hint_of_finding()

    def _was_posted(self, name: str) -> bool:
        """Whether the rows of a section came at all: what did not come is not taken for empty."""
        return name not in SECTIONS or (self.data is not None and f"{name}-count" in self.data)

    def _blank(self, name: str, stored: list[Any]) -> int:
        usual = 0 if stored else EMPTY_TESTS if name == "laboratory" else 1
        return MORE.get(name, 1) if self.more == name else usual

    def _pick(self, rows: list[dict[str, Any]]) -> None:
        """A code that was chosen of those that are offered below a row: "2 icd11 1A00"."""
        place, _space, rest = (self.data.get("pick", "") if self.data is not None else "").partition(" ")
        system, _space, code = rest.partition(" ")
        filled = self.tables["diagnoses"].filled
        for row, form in zip(rows, filled, strict=True):
            if form.prefix == f"diagnoses-{place}" and system in SYSTEMS and (title := title_of(system, code)):
                row |= {"system": system, "code": code, "display": title}


def _rows(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
