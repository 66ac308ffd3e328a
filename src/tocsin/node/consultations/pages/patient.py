"""The structured part of a case as it is read: sections of labelled facts and tables, in the reader's language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from tocsin.clinical.content import age_words, news2_of, normalised
from tocsin.clinical.decimals import plain
from tocsin.clinical.measures import Measure, laboratory_test, vitals
from tocsin.clinical.news2 import News2
from tocsin.clinical.vocabulary import LANGUAGES
from tocsin.exchange.types.days import day_of
from tocsin.node.clinical.codes import translated_title_of
from tocsin.node.consultations.words import coded
from tocsin.node.language.formats import long_date, phrases, same_digits, short_date, short_moment

__all__ = ["Facts", "facts_of"]

# A reference that is nothing but numbers: 62–106, 3.5 - 5.1, < 0.5. Whatever has words stays its author's.
NUMBERS = re.compile(r"[0-9.,<>≤≥=–—\-\s]+")
NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")


@dataclass(frozen=True, slots=True)
class Table:
    """Measured or given: a heading, columns, rows."""

    heading: str
    columns: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Facts:
    """facts: label and value; texts: heading and text; diagnoses: code, name, how sure."""

    facts: list[tuple[str, str]]
    texts: list[tuple[str, str]]
    diagnoses: list[tuple[str, str, str]]
    tables: list[Table]
    questions: list[str]
    news2: News2 | None = None


def facts_of(content: Mapping[str, Any] | None) -> Facts | None:
    """None for a case whose content is not here, or was destroyed."""
    if not content:
        return None
    content = normalised(content)
    patient = content["patient"]
    return Facts(
        facts=_facts(content, patient), texts=_texts(content),
        diagnoses=[
            (one["code"], _named(one), coded("certainty", one["certainty"])) for one in content["diagnoses"]
        ],
        tables=[make(content) for make in TABLES if make(content).rows],
        questions=[one for one in content["questions"] if one.strip()], news2=_news2(content),
    )  # fmt: skip


def _named(diagnosis: Mapping[str, Any]) -> str:
    """In the reader's language; the author's own words stay beside it, where they say more than the code."""
    system, code, written = diagnosis["system"], diagnosis["code"], diagnosis["display"]
    name = translated_title_of(system, code)
    if name is None:
        return written
    names = {translated_title_of(system, code, language) for language in LANGUAGES}
    return name if written.casefold() in {one.casefold() for one in names if one} else f"{name} ({written})"


def _facts(content: Mapping[str, Any], patient: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = [
        (_("Age"), age_words(patient["age"], get_language() or "en") if patient.get("age") else ""),
        (_("Sex"), coded("sex", patient["sex"]) if patient.get("sex") not in (None, "unknown") else ""),
        (_("Severity"), coded("severity", content["severity"]) if content.get("severity") else ""),
        (pgettext("of a disease", "Onset"), _day(content.get("onset_on"))),
        (pgettext("to a hospital", "Admitted"), _day(content.get("admitted_on"))),
        (_("Pregnancy"), coded("pregnancy", content["pregnancy"]) if content.get("pregnancy") in ("yes", "no") else ""),
    ]
    return [(label, value) for label, value in found if value]


def _texts(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = [
        (_("Presentation and course"), content.get("presentation") or ""),
        (_("Allergies"), content.get("allergies") or ""),
        (_("Other conditions"), content.get("conditions") or ""),
    ]
    return [(heading, text) for heading, text in found if text.strip()]


def _vitals(content: Mapping[str, Any]) -> Table:
    known = vitals()
    rows = [
        [_measure(known.get(one["code"]), one["code"]), _value(known.get(one["code"]), one), _at(one["at"])]
        for one in content["vitals"]
    ]
    return Table(_("Vital signs"), [pgettext("of life", "Sign"), _("Value"), pgettext("a moment", "When")], rows)


def _laboratory(content: Mapping[str, Any]) -> Table:
    rows = []
    for one in content["laboratory"]:
        test = laboratory_test(one["loinc"])
        value = f"{one['comparator']}{_value(test, one)}"
        rows.append(
            [_measure(test, one["display"] or one["loinc"]), value, _reference(one["reference"]), _at(one["at"])]
        )
    head = [_("Test"), _("Value"), pgettext("of a test", "Reference"), pgettext("a moment", "When")]
    return Table(pgettext("of a patient", "Laboratory"), head, rows)


def _medication(content: Mapping[str, Any]) -> Table:
    rows = [
        [
            one["substance"], f"{same_digits(one['dose'])} {_unit(one['unit'])}".strip(), _said("route", one["route"]),
            _said("frequency", one["frequency"]), _span(one),
        ]
        for one in content["medication"]
    ]  # fmt: skip
    head = [
        pgettext("of a medicine", "Substance"), _("Dose"), pgettext("of a medicine", "Route"), _("How often"),
        _("Days"),
    ]  # fmt: skip
    return Table(_("Medication"), head, rows)


def _support(content: Mapping[str, Any]) -> Table:
    rows = [
        [coded("organ_support", one["kind"]), phrases(_setting(setting) for setting in one["settings"]), _span(one)]
        for one in content["support"]
    ]
    return Table(_("Organ support and blood purification"), [_("What"), _("Settings"), _("Days")], rows)


def _setting(setting: Mapping[str, Any]) -> str:
    name = coded("support_setting", setting["name"])
    return f"{name} {same_digits(setting['value'])} {_unit(setting['unit'])}".strip()


def _news2(content: Mapping[str, Any]) -> News2 | None:
    found = news2_of(content)
    return None if found is None else found[1]


def _measure(measure: Measure | None, otherwise: str) -> str:
    return otherwise if measure is None else measure.words.in_language(get_language() or "en")


def _value(measure: Measure | None, one: Mapping[str, Any]) -> str:
    if measure is not None and measure.values:
        return coded(measure.values, one["value"])
    return f"{same_digits(one['value'])} {_unit(one['unit'])}".strip()


def _reference(text: str) -> str:
    return NUMBER.sub(lambda found: same_digits(plain(found[0])), text) if NUMBERS.fullmatch(text) else text


def _unit(code: str) -> str:
    return coded("unit", code) if code else ""


def _said(kind: str, code: str) -> str:
    return coded(kind, code) if code else ""


def _day(text: str | None) -> str:
    day = day_of(text or "")
    return long_date(day) if day is not None else ""


def _at(text: str) -> str:
    """A moment is in UTC in every document, and says so; a day says nothing of a zone."""
    if "T" not in text:
        return _short(text)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{short_moment(at.astimezone(UTC).replace(tzinfo=None))} UTC"


def _span(one: Mapping[str, Any]) -> str:
    begins, until = _short(one.get("from") or ""), _short(one.get("until") or "")
    return f"{begins} – {until}" if begins or until else ""


def _short(text: str) -> str:
    day = day_of(text)
    return short_date(day) if day is not None else text


TABLES = (_vitals, _laboratory, _medication, _support)
