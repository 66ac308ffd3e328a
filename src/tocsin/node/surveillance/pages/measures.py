"""What a source counts, in words: cases, deaths, admissions, …, alone and with their number."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import ngettext_lazy

from tocsin.node.language import formats
from tocsin.node.surveillance.models import Source

__all__ = ["beside_cases", "counted", "heading", "measured"]

_COUNTED: Mapping[str, Any] = {
    Source.Measure.CASES: ngettext_lazy("%(n)s case", "%(n)s cases", "number"),
    Source.Measure.DEATHS: ngettext_lazy("%(n)s death", "%(n)s deaths", "number"),
    Source.Measure.ADMISSIONS: ngettext_lazy("%(n)s hospital admission", "%(n)s hospital admissions", "number"),
    Source.Measure.INTENSIVE: ngettext_lazy(
        "%(n)s admission to intensive care", "%(n)s admissions to intensive care", "number"
    ),
    Source.Measure.DETECTIONS: ngettext_lazy("%(n)s detection", "%(n)s detections", "number"),
    Source.Measure.TESTS: ngettext_lazy("%(n)s test", "%(n)s tests", "number"),
}


def counted(measure: str, value: float, shown: str | None = None) -> str:
    """14 cases; 1 death. `shown` is the number as it is to be written, where that is not as a whole one."""
    n = formats.whole(value) if shown is None else shown
    return str(_COUNTED[measure] % {"n": n, "number": int(value)})


def measured(measure: str) -> str:
    """What is counted, in the plural: cases; hospital admissions."""
    return str(Source.Measure(measure).label)


def heading(measure: str) -> str:
    """The same at the beginning of a line."""
    said = measured(measure)
    return said[:1].upper() + said[1:]


def beside_cases(measure: str) -> str:
    """What a count says of itself in a list of cases; nothing where it is of cases."""
    return "" if measure == Source.Measure.CASES else measured(measure)
