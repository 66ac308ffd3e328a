"""What each rule says of a row or a typed case, and what to do about it; and why columns are not read."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tocsin.node.events.line_list.columns import FIELDS

__all__ = ["FIELD_WORDS", "WHY_NOT", "field_word", "sentence"]

FIELD_WORDS: dict[str, Any] = {
    "local_id": _("Number of the case"),
    "classification": _("Classification of the case"),
    "onset": _("Date of onset"),
    "reported": _("Date of report"),
    "admitted": _("Date of admission"),
    "outcome": _("Outcome"),
    "outcome_on": _("Date of outcome"),
    "place": _("Place"),
    "region": _("Region"),
    "age": _("Age in years"),
    "age_months": _("Age in months"),
    "sex": _("Sex"),
    "health_worker": _("Health worker"),
    "intensive_care": _("Intensive care"),
    "exposure": _("Exposure"),
    "infected_by": _("Infected by"),
}

SENTENCES: dict[str, Any] = {
    "unknown_classification": _("not a classification known here: suspected, probable, confirmed or discarded"),
    "unknown_outcome": _("not an outcome known here: ill, recovered, died or unknown"),
    "unknown_sex": _("not a sex known here: female, male, other or unknown"),
    "unknown_yes_no": _("neither yes nor no"),
    "not_an_age": _("not an age: give years, or “8 months”, “8 мес”, “8月”"),
    "too_old": _("an age above 120 years: look whether it is in months or a year of birth"),
    "too_long": _("too long for this column: shorten it"),
    "invisible": _("holds invisible characters that can make it read as something else: type it anew"),
    "markup": _("holds markup such as “<b>”: texts are plain"),
    "a_name": _("reads as a person’s name, which is not kept: give the number of the case"),
    "not_a_day": _("not a day: write it as 2026-03-09"),
    "no_such_day": _("there is no such day: look at day and month"),
    "only_a_month": _("a week or a month and no day: give the day, or leave it empty"),
    "order_unknown": _("the day or the month may come first: say which above"),
    "unknown_place": _(
        "no place here has this name: use a name or code from the list of places, or have it added there"
    ),
    "several_places": _("several places have this name: give the code, or the region in a column of its own"),
    "place_of_another_state": _("lies in another state: ask that state, its cases are its own"),
    "no_number": _("the case has no number, though others have: give it one"),
    "number_twice": _("several rows say different things under this number: keep one of them"),
    "same_row_twice": _("the same row stands in the table twice; it is taken once"),
    "surplus": _("the row has more cells than there are headings: look for a cell that has slipped"),
    "future": _("this day lies ahead"),
    "before_1900": _("a day before 1900: look at the year"),
    "long_ago": _("more than three years before the event was opened: look at the year"),
    "death_before_onset": _("death before the onset: one of the two days is wrong"),
    "outcome_before_onset": _("an outcome before the onset: one of the two days is wrong"),
    "reported_before_onset": _("reported before the onset, as contacts who are tested may be"),
    "admitted_before_onset": _("admitted before the onset: was it caught in hospital?"),
    "outcome_before_admission": _("an outcome before the admission: look at both days"),
    "day_without_outcome": _("a day of outcome, and no outcome: say recovered or died"),
    "infected_by_itself": _("a case does not infect itself"),
    "infected_by_unknown": _("no case of this number is in the list yet"),
}

WHY_NOT: dict[str, Any] = {
    "unknown": _("left out: its heading is not known; say what it is, if it is one of these columns"),
    "rows": _("left out: it seems to number the rows, which changes with each table"),
    "twice": _("left out: another column is read as this one"),
    "left": _("left out, as somebody said"),
    "name": _("not read and not kept: it may hold names of people"),
    "document": _("not read and not kept: it may hold numbers of documents"),
    "telephone": _("not read and not kept: it may hold telephone numbers or addresses of mail"),
    "address": _("not read and not kept: it may hold addresses; give the place by its name in a column of its own"),
    "birth": _("not read and not kept: it may hold dates of birth; give the age instead"),
}


def sentence(rule: str) -> str:
    return str(SENTENCES.get(rule, rule))


def field_word(field: str) -> str:
    return str(FIELD_WORDS[field]) if field in FIELDS else field
