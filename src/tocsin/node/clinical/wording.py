"""Problems of clinical content in the reader's language, with its numbers and the names of units that they know."""

from collections.abc import Mapping

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tocsin.clinical.content import Problem
from tocsin.clinical.content.days import day_of
from tocsin.clinical.vocabulary import LANGUAGES, UnknownCode, word
from tocsin.node.language.formats import same_digits, short_date, whole

__all__ = ["SENTENCES", "worded"]

# What a form shows beside a field whose form is not that of clinical content, by the rule of the schema.
OF_FORM: Mapping[str, object] = {
    "required": _("This is missing."),
    "enum": _("Choose one of the list."),
    "maxLength": _("This text is too long; %(most)s characters are the most, and it has %(has)s."),
    "minLength": _("This is empty."),
    "maxItems": _("There are too many entries here."),
    "": _("This cannot be read; type it anew."),
}
SENTENCES: Mapping[str, object] = {
    "no-such-day": _("%(day)s is no day of the calendar."),
    "no-such-moment": _("%(at)s is no moment; give a day, or a day and a time."),
    "day-ahead": _("%(day)s is after today, %(today)s."),
    "day-too-early": _("%(day)s is more than 120 years ago."),
    "admitted-before-onset": _("Admitted on %(admitted)s, before the onset on %(onset)s. Is it so?"),
    "until-before-from": _("It ends on %(until)s, before it begins on %(begins)s."),
    "age-above-120": _("An age of %(age)s years is above 120; check it."),
    "age-identifies": _("An age of %(age)s years may tell who it is; give 90, which stands for 90 and older."),
    "age-in-years": _("Give this age in a larger unit: it goes up to %(most)s %(unit)s."),
    "pregnancy-and-sex": _("The patient is male and pregnant. Is it so?"),
    "diagnosis-code": _("%(code)s does not have the form of a code of %(system)s."),
    "diagnosis-twice": _("%(code)s stands twice."),
    "diagnosis-not-listed": _("%(code)s is not among the codes that this node knows. Is it so?"),
    "vital-unknown": _("%(code)s is no vital sign that this node knows."),
    "not-a-number": _("%(value)s is no number; write digits, with a point before decimals."),
    "comma-ambiguous": _("%(value)s may mean thousands or a decimal; write it with a point, or without the comma."),
    "not-whole": _("%(value)s is not a whole number."),
    "unit-not-allowed": _("%(unit)s is not a unit of this; there are %(allowed)s."),
    "unit-of-a-code": _("This has no unit."),
    "value-unknown": _("%(value)s is not one of these: %(allowed)s."),
    "out-of-limits": _("%(value)s %(unit)s is not possible; from %(least)s to %(most)s is."),
    "look-again": _("%(value)s %(unit)s is unusual; usual is from %(least)s to %(most)s. Is it so?"),
    "gcs-sum": _("The parts of the Glasgow scale add up to %(sum)s, and the total says %(total)s."),
    "gcs-and-consciousness": _("Glasgow %(total)s does not go well with “%(consciousness)s”. Is it so?"),
    "diastolic-above-systolic": _("The diastolic pressure %(diastolic)s is not below the systolic, %(systolic)s."),
    "oxygen-not-said": _("Say too what was breathed: FiO₂, or the oxygen flow, of the same time."),
    "loinc-form": _("%(loinc)s is no LOINC code; check its digits."),
    "loinc-of-another-unit": _("%(loinc)s is of another unit; for %(unit)s the code is %(right)s."),
    "test-without-name": _("Say what was measured: a LOINC code, or a name."),
    "atc-form": _("%(atc)s does not have the form of an ATC code."),
    "dose-without-unit": _("Give the unit of the dose."),
    "unit-without-dose": _("Give the dose, or leave its unit out."),
    "setting-unit": _("%(unit)s is not a unit of “%(name)s”; there are %(allowed)s."),
    "dose-unit": _("%(unit)s is no unit that doses are given in here."),
    "lacking": _("This is needed before a colleague can answer."),
}
# Which kinds of the vocabulary a value may be a code of, by its name.
KINDS: Mapping[str, tuple[str, ...]] = {
    "unit": ("unit", "age_unit"),
    "allowed": ("unit", "consciousness", "detection"),
    "consciousness": ("consciousness",),
    "system": ("code_system",),
    "name": ("support_setting",),
}
NUMBERS = frozenset({"value", "least", "most", "age", "systolic", "diastolic", "total", "sum"})
DAYS = frozenset({"day", "today", "onset", "admitted", "until", "begins"})
AS_TYPED = frozenset({"no-such-day", "no-such-moment", "not-a-number", "comma-ambiguous"})


def worded(problem: Problem) -> str:
    """A problem as a person reads it. It repeats what they typed: for their own form, and for no log."""
    if problem.code == "shape":
        counts = {name: whole(int(value)) for name, value in problem.values.items() if name != "rule"}
        return str(OF_FORM.get(str(problem.values["rule"]), OF_FORM[""])) % counts
    language = get_language() or "en"
    write = _typed if problem.code in AS_TYPED else _written
    said = {name: _said(name, write(name, str(value)), language) for name, value in problem.values.items()}
    return str(SENTENCES[problem.code]) % said


def _typed(name: str, value: str) -> str:
    return value


def _written(name: str, value: str) -> str:
    """A number or a day of content as the reader's language writes it."""
    if name in NUMBERS:
        return same_digits(value)
    day = day_of(value) if name in DAYS else None
    return value if day is None else short_date(day)


def _said(name: str, value: str, language: str) -> str:
    if name not in KINDS or language not in LANGUAGES:
        return value
    return ", ".join(_word(KINDS[name], one, language) for one in value.split(", "))


def _word(kinds: tuple[str, ...], code: str, language: str) -> str:
    for kind in kinds:
        try:
            return word(kind, code, language)
        except UnknownCode:
            continue
    return code
