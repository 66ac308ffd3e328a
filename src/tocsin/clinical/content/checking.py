"""What is wrong with clinical content: first its form, by the schema, then what each part that has its form says."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import reduce
from itertools import islice
from typing import Any

from tocsin.clinical.content.measured import check_laboratory, check_vitals
from tocsin.clinical.content.patient import check_course, check_diagnoses, check_patient
from tocsin.clinical.content.problems import Problem
from tocsin.clinical.content.schema import validator
from tocsin.clinical.content.treatment import check_medication, check_support

__all__ = ["problems_of"]

UNREADABLE = {"rule": "json"}
MOST_OF_FORM = 100  # a hostile content would have a list of errors as long as itself


def problems_of(content: Any, *, today: date) -> list[Problem]:
    """What of `content`, any JSON, cannot be so, and what is worth a second look (`is_warning`).

    today   the latest day that it may be anywhere when the content is written: nothing observed lies after it

    A part that has not its form is named so, and the others are examined all the same. Content that is typed goes
    through `normalised` first: here a comma is no decimal sign.
    """
    form = list(_of_form(content))
    if not isinstance(content, dict) or len(form) >= MOST_OF_FORM or Problem("", "shape", UNREADABLE) in form:
        return form
    sound = _Sound(content, {problem.field for problem in form})
    return [
        *form,
        *check_patient(sound.part("patient"), sound.part("pregnancy")),
        *check_course(sound.part("onset_on"), sound.part("admitted_on"), today=today),
        *check_diagnoses(sound.rows("diagnoses")),
        *check_vitals(sound.rows("vitals"), today=today),
        *check_laboratory(sound.rows("laboratory"), today=today),
        *check_medication(sound.rows("medication"), today=today),
        *check_support(sound.rows("support"), today=today),
    ]


class _Sound:
    """The parts of a content that have their form."""

    def __init__(self, content: Mapping[str, Any], unsound: set[str]) -> None:
        self._content, self._unsound = content, unsound

    def part(self, name: str) -> Any:
        """A part; None where it is missing or has not its form."""
        return None if self._is_unsound(f"/{name}") else self._content.get(name)

    def rows(self, name: str) -> list[tuple[int, Any]]:
        """The rows of a part, each with its place; those that have not their form are left out."""
        if f"/{name}" in self._unsound or not isinstance(self._content.get(name), list):
            return []
        rows = islice(enumerate(self._content[name]), 2000)
        return [(index, row) for index, row in rows if not self._is_unsound(f"/{name}/{index}")]

    def _is_unsound(self, field: str) -> bool:
        return any(one == field or one.startswith(f"{field}/") for one in self._unsound)


def _of_form(content: Any) -> Iterator[Problem]:
    try:
        errors = list(islice(validator().iter_errors(content), MOST_OF_FORM))
    except (ValueError, RecursionError):  # what JSON cannot say, or not at this depth
        yield Problem("", "shape", UNREADABLE)
        return
    for error in errors:
        rule = str(error.schema_path[-1])
        missing = (error.kind.as_dict()["property"],) if rule == "required" else ()
        values: dict[str, str | int] = {"rule": rule}
        if rule == "maxLength":
            values |= {"most": error.kind.as_dict()["limit"], "has": len(_part(content, error.instance_path))}
        yield Problem("".join(f"/{part}" for part in (*error.instance_path, *missing)), "shape", values)


def _part(content: Any, path: Iterable[str | int]) -> Any:
    return reduce(lambda within, name: within[name], path, content)
