"""What is found in clinical content: codes and values, worded by whoever shows them."""

import dataclasses
from collections.abc import Mapping

__all__ = ["SENTENCES", "WARNINGS", "Problem", "sentence"]

Value = str | int

# What may well be so, and is worth a second look before it is sent. Everything else is refused.
WARNINGS = frozenset(
    {
        "admitted-before-onset",
        "look-again",
        "oxygen-not-said",
        "pregnancy-and-sex",
        "gcs-and-consciousness",
        "diagnosis-not-listed",
    }
)

# In English, for logs of rules and for programs; the node words the same codes in three languages.
SENTENCES: Mapping[str, str] = {
    "shape": "this does not have the form of clinical content ({rule})",
    "no-such-day": "{day!r} is no day of the calendar; write it as 2026-03-09",
    "no-such-moment": "{at!r} is no moment; write it as 2026-03-09T06:00Z, or the day alone",
    "day-ahead": "{day} is after today, {today}",
    "day-too-early": "{day} is more than 120 years ago",
    "admitted-before-onset": "admitted on {admitted}, before the onset on {onset}",
    "until-before-from": "it ends on {until}, before it begins on {begins}",
    "age-above-120": "an age of {age} years is above 120; check it",
    "age-identifies": "an age of {age} years may tell who it is; 90 stands for 90 and older",
    "age-in-years": "{age} {unit} is better said in a larger unit; {unit} goes up to {most}",
    "pregnancy-and-sex": "the patient is male and pregnant",
    "diagnosis-code": "{code!r} has not the form of a code of {system}",
    "diagnosis-twice": "{code} stands twice",
    "diagnosis-not-listed": "{code} is not among the codes known here",
    "vital-unknown": "{code!r} is no vital sign known here",
    "not-a-number": "{value!r} is no number; write digits, with a point before decimals",
    "comma-ambiguous": "{value!r} may be thousands or a decimal; write it without the comma, or with a point",
    "not-whole": "{value} is not a whole number",
    "unit-not-allowed": "the unit {unit!r} is not one of {allowed}",
    "unit-of-a-code": "this has no unit",
    "value-unknown": "{value!r} is not one of {allowed}",
    "out-of-limits": "{value} {unit} is not possible; from {least} to {most} is",
    "look-again": "{value} {unit} is unusual; usual is from {least} to {most}. Is it so?",
    "gcs-sum": "the parts of the Glasgow scale add up to {sum}, and the total says {total}",
    "gcs-and-consciousness": "Glasgow {total} and {consciousness} do not go well together",
    "diastolic-above-systolic": "the diastolic pressure {diastolic} is not below the systolic {systolic}",
    "oxygen-not-said": "a saturation without FiO₂ or oxygen flow of the same time: on air, or on how much oxygen?",
    "loinc-form": "{loinc!r} is no LOINC code; check its digits",
    "loinc-of-another-unit": "{loinc} is reported in another unit; in {unit} the code is {right}",
    "test-without-name": "neither a LOINC code nor a name says what was measured",
    "atc-form": "{atc!r} has not the form of an ATC code",
    "dose-without-unit": "a dose has no unit",
    "unit-without-dose": "a unit has no dose",
    "setting-unit": "the unit {unit!r} of {name} is not one of {allowed}",
    "dose-unit": "{unit!r} is no unit that a dose is given in",
    "lacking": "this is needed before somebody can answer",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """Something about clinical content.

    field    where it stands, as a JSON pointer: `/vitals/0/value`; "" for the whole
    code     which rule; a name of SENTENCES
    values   what the rule speaks of. They are of the patient: shown to whoever wrote them, and in no log
    """

    field: str
    code: str
    values: Mapping[str, Value] = dataclasses.field(default_factory=dict)

    @property
    def is_warning(self) -> bool:
        """Whether the content may be sent all the same, once somebody has looked again."""
        return self.code in WARNINGS


def sentence(problem: Problem) -> str:
    """A problem in English."""
    return SENTENCES[problem.code].format_map(problem.values)
