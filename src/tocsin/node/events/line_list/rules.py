"""What cannot be of one case, and what may be but wants a look. Typed in or in a table, the same rules hold.

A case may be reported, or admitted, before it falls ill: contacts are found by their tests, and some fall ill in
hospital. That is said, and taken. Nobody dies or recovers before falling ill, and no day lies ahead.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

__all__ = ["FIRST_DAY", "LONG_AGO", "REFUSED", "across"]

FIRST_DAY = date(1900, 1, 1)
LONG_AGO = timedelta(days=3 * 365)

# Rules under which a row is not taken; all others are said, and the row is taken.
REFUSED = frozenset(
    {
        "unknown_classification", "unknown_outcome", "unknown_sex", "unknown_yes_no", "not_an_age", "too_old",
        "too_long", "invisible", "markup", "a_name", "not_a_day", "no_such_day", "only_a_month", "order_unknown",
        "unknown_place", "several_places", "place_of_another_state", "no_number", "number_twice", "surplus",
        "future", "before_1900", "death_before_onset", "outcome_before_onset", "infected_by_itself",
    }
)  # fmt: skip


def across(values: Mapping[str, Any], *, today: date, opened: date) -> Iterator[tuple[str, str]]:
    """(rule, field) of everything that the values of one case say against each other, or against the calendar.

    today   days after tomorrow lie ahead: somewhere to the east tomorrow has begun
    opened  day on which the event was opened
    """
    for field in ("onset", "reported", "admitted", "outcome_on"):
        day = values.get(field)
        if day is None:
            continue
        if day > today + timedelta(days=1):
            yield "future", field
        elif day < FIRST_DAY:
            yield "before_1900", field
        elif day < opened - LONG_AGO:
            yield "long_ago", field
    yield from _order(values)
    if values.get("infected_by") and values["infected_by"] == values.get("local_id"):
        yield "infected_by_itself", "infected_by"


def _order(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    onset, admitted, ended = values.get("onset"), values.get("admitted"), values.get("outcome_on")
    if onset is not None:
        if ended is not None and ended < onset:
            died = values.get("outcome") == "deceased"
            yield "death_before_onset" if died else "outcome_before_onset", "outcome_on"
        if (reported := values.get("reported")) is not None and reported < onset:
            yield "reported_before_onset", "reported"
        if admitted is not None and admitted < onset:
            yield "admitted_before_onset", "admitted"
    if admitted is not None and ended is not None and ended < admitted:
        yield "outcome_before_admission", "outcome_on"
    if ended is not None and values.get("outcome", "none") in ("none", "unknown"):
        yield "day_without_outcome", "outcome_on"
