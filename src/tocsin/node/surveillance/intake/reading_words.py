"""What reading a table says of itself, in the reader's language: a sentence for each note and each rule, by its code.

The values come with the note and are shown as text, whatever a file put into them. Its English text is for programs
and the command line, and is never shown to a person here.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from tocsin.node.language.formats import figure, listing, long_date, percent, sentences, whole

__all__ = [
    "CORRECTED_BY",
    "EVERY",
    "LAYOUTS",
    "NOTES",
    "RULES",
    "UNREADABLE",
    "WARNINGS",
    "WEEKDAYS",
    "WORK",
    "note",
    "rule",
    "unreadable",
    "warning",
]

Values = Mapping[str, Any]
SHOWN = 6

LAYOUTS = {
    "tidy": gettext_lazy("one row for each series and period"),
    "line list": gettext_lazy("line list, one row for each case"),
    "wide": gettext_lazy("one column for each period"),
}
EVERY = {
    "day": pgettext_lazy("length of a period", "day"),
    "week": pgettext_lazy("length of a period", "week"),
    "month": pgettext_lazy("length of a period", "month"),
}
WEEKDAYS = {
    "monday": gettext_lazy("Monday"),
    "tuesday": gettext_lazy("Tuesday"),
    "wednesday": gettext_lazy("Wednesday"),
    "thursday": gettext_lazy("Thursday"),
    "friday": gettext_lazy("Friday"),
    "saturday": gettext_lazy("Saturday"),
    "sunday": gettext_lazy("Sunday"),
}
SEPARATORS = {
    ",": gettext_lazy("comma"),
    ";": gettext_lazy("semicolon"),
    "\t": gettext_lazy("tab"),
    "|": gettext_lazy("vertical bar"),
}
_NEGATIVE = {
    "missing": gettext_lazy("such periods have no count"),
    "spread back": gettext_lazy("the corrections are taken off the periods before"),
    "zero": gettext_lazy("such periods are set to 0"),
}

# The option that corrects a guess, by the name of its field in the form of reading.
CORRECTED_BY = {
    "layout": "layout",
    "date": "date",
    "count": "count",
    "series_in_columns": "count",
    "by": "place_columns",
    "every": "every",
    "week_start": "week_start",
    "week_date": "week_date",
    "day_first": "day_first",
    "absent_zero": "zero_reports",
    "absent_missing": "zero_reports",
    "encoding": "encoding",
    "separator": "separator",
    "sheet": "sheet",
    "looks_cumulative": "cumulative",
    "negative": "negative",
    "totals": "totals",
}

RULES = {
    "ragged_row": gettext_lazy("The row has more or fewer fields than the header."),
    "no_date": gettext_lazy("The row has no date."),
    "not_a_date": gettext_lazy("This is not a date that can be read."),
    "impossible_date": gettext_lazy("There is no such day, week or month in the calendar."),
    "other_date_format": gettext_lazy("This date is written differently from the rest of the column."),
    "far_date": gettext_lazy("This date lies many years away from all others."),
    "after_until": gettext_lazy("This date lies after the last day that the table can know of."),
    "not_a_number": gettext_lazy("This is text where a count was expected."),
    "fractional": gettext_lazy("A count of cases is a whole number."),
    "too_large": gettext_lazy("No count of cases is this large."),
    "negative": gettext_lazy("A count below zero is a correction of earlier counts."),
    "repeated_row": gettext_lazy("The very same row stands above and is counted once."),
    "same_key_again": gettext_lazy("Another row is of the same place, disease and date; both are added."),
    "falling_total": gettext_lazy("A cumulative count fell: a correction of earlier counts."),
    "unmatched": gettext_lazy("Its place or disease is not known here yet."),
}

# What is being done with a table, by the word of its progress.
WORK = {
    "": gettext_lazy("Waiting for its turn"),
    "reading": gettext_lazy("Reading the table"),
    "matching": gettext_lazy("Looking up places and diseases"),
    "comparing": gettext_lazy("Comparing with the counts that stand"),
    "writing": gettext_lazy("Writing the counts"),
    "adding_up": gettext_lazy("Adding up regions and the country"),
    "archiving": gettext_lazy("Putting it into the archive"),
}

# Why a table as a whole cannot be read, by the name of the error; see tocsin.counts.errors.
UNREADABLE = {
    "SourceNotFound": gettext_lazy("The file is no longer there. Send it again."),
    "SourceUnreadable": gettext_lazy("The file cannot be opened. Send it again."),
    "SourceChanged": gettext_lazy("The file changed while it was being read. Send it again."),
    "NotATable": gettext_lazy(
        "This is not a table, or it is damaged, or it would unpack to more than can be read. "
        "Save it again as CSV or XLSX."
    ),
    "EmptyTable": gettext_lazy("The table has no rows that can be used. Look whether it is the right file and sheet."),
    "UnknownColumn": gettext_lazy("The table lacks a column that the source names. Say below which columns to read."),
    "NoDateColumn": gettext_lazy("No column holds dates, weeks or months. Name it below."),
    "NoCountColumn": gettext_lazy("No column counts cases. Name it below, or say that each row is one case."),
    "AmbiguousColumn": gettext_lazy("Several columns could be meant. Say below which one to read."),
    "MergedCells": gettext_lazy("Cells of the workbook are merged. Take the merging out and send it again."),
    "MixedDates": gettext_lazy("The dates of one column are written in several ways. Write them in one."),
    "AmbiguousDates": gettext_lazy("The dates can be read with the day or the month first. Say below which."),
    "TooFewPeriods": gettext_lazy(
        "There is one period only, so that its length is not known. Say below how long it is."
    ),
    "BadRows": gettext_lazy("More than half of the rows cannot be used. Most often the wrong column is being read."),
    "InvalidReading": gettext_lazy("What was said about reading does not fit this table."),
    "not_taken": gettext_lazy("It could not be taken; nothing was changed. Try again."),
    "ArchiveError": gettext_lazy("The archive of counts cannot be used now; nothing was changed. Try again later."),
    "LayoutError": gettext_lazy("The columns of the table cannot be told apart. Give each its own name."),
    "DateError": gettext_lazy("The dates of the table do not fit together."),
    "SourceError": gettext_lazy("The file cannot be read. Send it again."),
    "CountsError": gettext_lazy("The table cannot be read as it is."),
}


def note(code: str, values: Values) -> str:
    """The sentence of a note. KeyError: a code that has no sentence here, which a test keeps from happening."""
    return NOTES[code](values)


def rule(code: str) -> str:
    """The sentence of a rule that a row broke."""
    return str(RULES[code])


def warning(code: str, values: Values) -> str:
    """The sentence of a warning of a preview. `values` hold names, not keys, of disease and place."""
    return WARNINGS[code](values)


def unreadable(error: str) -> str:
    """The sentence for an error by its name; that of the whole family where the very one is not known."""
    return str(UNREADABLE.get(error, UNREADABLE["CountsError"]))


def _names(names: Iterable[object]) -> str:
    names = [_("“%(name)s”") % {"name": name} for name in names]
    if len(names) > SHOWN:
        more = len(names) - SHOWN
        names = [*names[:SHOWN], ngettext("%(n)s more", "%(n)s more", more) % {"n": whole(more)}]
    return listing(names)


def _layout(v: Values) -> str:
    return _("Read as: %(layout)s.") % {"layout": LAYOUTS[v["layout"]]}


def _date(v: Values) -> str:
    return _("Dates are in %(columns)s.") % {"columns": _names(v["date"])}


def _count(v: Values) -> str:
    return _("Counts are in “%(column)s”, not in %(others)s.") % {
        "column": v["count"],
        "others": _names(v["others"]),
    }


def _series_in_columns(v: Values) -> str:
    return _("Each of the columns %(columns)s is a series.") % {"columns": _names(v["columns"])}


def _by(v: Values) -> str:
    values = {"columns": _names(v["by"]), "left_out": _names(v["left_out"])}
    if v["by"] and v["left_out"]:
        return _("One series for each value of %(columns)s; %(left_out)s not used.") % values
    if v["by"]:
        return _("One series for each value of %(columns)s.") % values
    return _("One series of all rows; %(left_out)s not used.") % values


def _every(v: Values) -> str:
    return _("Length of a period: %(every)s.") % {"every": EVERY[v["every"]]}


def _week_start(v: Values) -> str:
    return _("First day of numbered weeks: %(day)s. The table itself does not say it.") % {
        "day": WEEKDAYS[v["week_start"]]
    }


def _week_date(v: Values) -> str:
    values = {"weekday": WEEKDAYS[v["weekday"].lower()], "week_start": WEEKDAYS[v["week_start"]]}
    if v["role"] == "last":
        return _("Weeks are dated by their last day (%(weekday)s); their first day: %(week_start)s.") % values
    if v["role"] == "first":
        return _("Weeks are dated by their first day (%(weekday)s).") % values
    return _("Weeks are dated by one of their days (%(weekday)s); their first day: %(week_start)s.") % values


def _day_first(v: Values) -> str:
    if v["order"] == "day":
        return _("Dates of “%(column)s” are read with the day first; the other way would make impossible days.") % v
    return _("Dates of “%(column)s” are read with the month first; the other way would make impossible days.") % v


def _absent_zero(v: Values) -> str:
    return ngettext(
        "%(n)s row is absent and the table holds no 0, so a period without a row is taken as one without cases.",
        "%(n)s rows are absent and the table holds no 0, so a period without a row is taken as one without cases.",
        v["absent"],
    ) % {"n": whole(v["absent"])}


def _absent_missing(v: Values) -> str:
    return ngettext(
        "%(n)s period has no row in its series: nothing was reported.",
        "%(n)s periods have no row in their series: nothing was reported.",
        v["absent"],
    ) % {"n": whole(v["absent"])}


def _age_bands(v: Values) -> str:
    return _("Single years of age in “%(column)s” are put into bands: %(bands)s.") % {
        "column": v["column"],
        "bands": listing(v["bands"]),
    }


def _encoding(v: Values) -> str:
    return _("Letters are read as %(encoding)s.") % v


def _separator(v: Values) -> str:
    name = SEPARATORS.get(v["separator"], v["separator"])
    return _("Between fields stands: %(separator)s.") % {"separator": name}


def _sheet(v: Values) -> str:
    return _("Read is the sheet “%(sheet)s”, the first with rows; there are also %(others)s.") % {
        "sheet": v["sheet"],
        "others": _names(v["others"]),
    }


def _incomplete_last_period(v: Values) -> str:
    return _("The last period, %(start)s to %(end)s, is incomplete: counts reach to %(seen)s.") % _days(v)


def _incomplete_first_period(v: Values) -> str:
    return _("The first period, from %(start)s, began before the table does; the first whole one: %(next)s.") % _days(v)


def _days(v: Values) -> dict[str, str]:
    return {name: long_date(date.fromisoformat(day)) for name, day in v.items()}


def _partial_periods(v: Values) -> str:
    return ngettext(
        "%(n)s period lacks some of its days; its count is the sum of the days reported.",
        "%(n)s periods lack some of their days; their counts are the sums of the days reported.",
        v["periods"],
    ) % {"n": whole(v["periods"])}


def _irregular_dates(v: Values) -> str:
    days = [long_date(date.fromisoformat(str(day))) for day in v["dates"]]
    return _("Some dates fall on another weekday and are put into their weeks: %(dates)s.") % {"dates": _names(days)}


def _looks_cumulative(v: Values) -> str:
    return _("The counts of %(columns)s look cumulative: they hardly ever fall, or their column says so.") % {
        "columns": _names(v["columns"])
    }


def _near_duplicates(v: Values) -> str:
    pairs = [f"{one} / {other}" for one, other in v["pairs"]]
    return _("In “%(column)s”, these names may mean the same: %(pairs)s.") % {
        "column": v["column"],
        "pairs": _names(pairs),
    }


def _spellings(v: Values) -> str:
    changed = [f"{one} → {other}" for one, other in v["changed"].items()]
    return _("In “%(column)s”, spellings of one name are put together: %(changed)s.") % {
        "column": v["column"],
        "changed": _names(changed),
    }


def _totals(v: Values) -> str:
    values = {"name": v["name"], "column": v["column"], "difference": ""}
    known = v["difference"] is not None and v["difference"] == v["difference"]
    if v["kept"]:
        said = _("“%(name)s” in “%(column)s” is a total of the others; it is kept beside them.") % values
    else:
        said = _("“%(name)s” in “%(column)s” is a total of the others; it is left out.") % values
    if not known or not v["difference"]:
        return said
    beside = _("It differs from their sum by %(difference)s in the median.") % {
        "difference": percent(100 * v["difference"], 1)
    }
    return sentences((said, beside))


def _added_over(v: Values) -> str:
    values = {"columns": _names(v["columns"]), "n": whole(v["series"]), "not_added": whole(v["not_added"])}
    if v["not_added"]:
        return (
            ngettext(
                "Counts are added up over %(columns)s to %(n)s series; "
                "%(not_added)s that give the same cases by another division are not added.",
                "Counts are added up over %(columns)s to %(n)s series; "
                "%(not_added)s that give the same cases by another division are not added.",
                v["series"],
            )
            % values
        )
    return (
        ngettext(
            "Counts are added up over %(columns)s to %(n)s series.",
            "Counts are added up over %(columns)s to %(n)s series.",
            v["series"],
        )
        % values
    )


def _added_up(v: Values) -> str:
    return ngettext(
        "%(n)s row of %(total)s is of the same place, disease and date as another; such rows are added.",
        "%(n)s rows of %(total)s are of the same place, disease and date as another; such rows are added.",
        v["rows"],
    ) % {"n": whole(v["rows"]), "total": whole(v["total"])}


def _repeated_rows(v: Values) -> str:
    return ngettext(
        "%(n)s row repeats an earlier row word for word: counted once.",
        "%(n)s rows repeat an earlier row word for word: counted once.",
        v["rows"],
    ) % {"n": whole(v["rows"])}


def _negative_note(v: Values) -> str:
    return ngettext(
        "%(n)s period was below zero by corrections of %(cases)s cases in all; %(done)s.",
        "%(n)s periods were below zero by corrections of %(cases)s cases in all; %(done)s.",
        v["periods"],
    ) % {"n": whole(v["periods"]), "cases": whole(v["cases"]), "done": _NEGATIVE[v["rule"]]}


def _differenced(v: Values) -> str:
    if not v["after_gap"]:
        return _("New cases are differences of cumulative counts.")
    return ngettext(
        "New cases are differences of cumulative counts; %(n)s that follows a gap is missing, "
        "since its cases came over several periods.",
        "New cases are differences of cumulative counts; %(n)s that follow a gap are missing, "
        "since their cases came over several periods.",
        v["after_gap"],
    ) % {"n": whole(v["after_gap"])}


def _where(v: Values) -> str:
    said = [f"{column} = {given if isinstance(given, str) else listing(given)}" for column, given in v["where"].items()]
    return _("Only rows with %(where)s.") % {"where": listing(said)}


def _problems_cut(v: Values) -> str:
    return _("Only the first %(listed)s of %(rows)s rows with problems are listed.") % {
        "listed": whole(v["listed"]),
        "rows": whole(v["rows"]),
    }


NOTES: Mapping[str, Callable[[Values], str]] = {
    "layout": _layout,
    "date": _date,
    "count": _count,
    "series_in_columns": _series_in_columns,
    "by": _by,
    "every": _every,
    "week_start": _week_start,
    "week_date": _week_date,
    "day_first": _day_first,
    "absent_zero": _absent_zero,
    "absent_missing": _absent_missing,
    "age_bands": _age_bands,
    "encoding": _encoding,
    "separator": _separator,
    "sheet": _sheet,
    "incomplete_last_period": _incomplete_last_period,
    "incomplete_first_period": _incomplete_first_period,
    "partial_periods": _partial_periods,
    "irregular_dates": _irregular_dates,
    "looks_cumulative": _looks_cumulative,
    "near_duplicates": _near_duplicates,
    "spellings": _spellings,
    "totals": _totals,
    "added_over": _added_over,
    "added_up": _added_up,
    "repeated_rows": _repeated_rows,
    "negative": _negative_note,
    "differenced": _differenced,
    "where": _where,
    "problems_cut": _problems_cut,
}


def _jump(v: Values) -> str:
    return _("%(disease)s, %(place)s, period from %(period)s: %(count)s, usually about %(usual)s. Typed wrongly?") % {
        "disease": v["disease"],
        "place": v["place"],
        "period": long_date(date.fromisoformat(v["period"])),
        "count": whole(v["count"]),
        "usual": figure(v["usual"]),
    }


def _last_period_low(v: Values) -> str:
    return _("The last period, from %(period)s, has %(count)s; usual are %(usual)s. Is it complete?") % {
        "period": long_date(date.fromisoformat(v["period"])),
        "count": whole(v["count"]),
        "usual": figure(v["usual"]),
    }


def _future_period(v: Values) -> str:
    return _("The last period, from %(period)s, has not begun yet.") % {
        "period": long_date(date.fromisoformat(v["period"]))
    }


def _withdraws(v: Values) -> str:
    return ngettext(
        "%(n)s count that stands now is empty in this table and will be withdrawn.",
        "%(n)s counts that stand now are empty in this table and will be withdrawn.",
        v["cells"],
    ) % {"n": whole(v["cells"])}


def _changes_much(v: Values) -> str:
    return ngettext(
        "%(n)s count of %(of)s that stand now would change. Is it the right table?",
        "%(n)s counts of %(of)s that stand now would change. Is it the right table?",
        v["cells"],
    ) % {"n": whole(v["cells"]), "of": whole(v["of"])}


WARNINGS: Mapping[str, Callable[[Values], str]] = {
    "jump": _jump,
    "last_period_low": _last_period_low,
    "future_period": _future_period,
    "withdraws": _withdraws,
    "changes_much": _changes_much,
}
