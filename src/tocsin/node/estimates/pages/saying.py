"""What is estimated, in plain sentences that claim no more than their intervals do."""

import math
from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.estimates.pages.reading import GROWING, SHRINKING, UNCLEAR, Figures, Range
from tocsin.node.language import formats
from tocsin.node.surveillance.pages.measures import counted
from tocsin.node.surveillance.pages.signal_figures import period_text

__all__ = [
    "doubling",
    "factor",
    "interval",
    "number",
    "of_reproduction",
    "pace",
    "sentences",
    "span_text",
    "times",
    "way_word",
    "why_not",
]


def number(value: float | None) -> str:
    """Of cases: whole ones."""
    return formats.whole(None if value is None else round(value))


def factor(value: float) -> str:
    """One digit, but two where one would say 1.0 of what is not quite 1."""
    digits = 2 if round(value, 1) == 1.0 and round(value, 2) != 1.0 else 1
    return formats.decimal(value, digits)


def times(value: float) -> str:
    """×1.14: by what factor counts change; two digits, since a few per cent a period are much."""
    return f"×{formats.decimal(value, 2)}"


def interval(found: Range, shown: Callable[[float], str] = number) -> str:
    """23 (17 to 34)."""
    values = {"middle": shown(found.middle), "low": shown(found.low), "high": shown(found.high)}
    # Translators: an estimate with the ends of its interval, "23 (17 to 34)".
    return _("%(middle)s (%(low)s to %(high)s)") % values


def of_reproduction(found: Range) -> str:
    """1.3 (1.04 to 1.7)."""
    values = {"middle": formats.decimal(found.middle), "low": factor(found.low), "high": factor(found.high)}
    return _("%(middle)s (%(low)s to %(high)s)") % values


def pace(said: Figures) -> str:
    """R; where it is not known, the factor of growth: 1.3 (1.04 to 1.7); ×1.14 (×1.02 to ×1.28)."""
    if said.reproduction is not None:
        return of_reproduction(said.reproduction)
    return interval(said.growth, times) if said.growth is not None else ""


def sentences(said: Figures, measure: str) -> list[str]:
    """Now; where it goes; what is to be expected. Each stands alone."""
    found = [_now(said, measure), _going(said), _ahead(said)]
    return [sentence for sentence in found if sentence]


def span_text(day: date, said: Figures) -> str:
    """week of 9 March 2026; 9 March 2026; the seven days until 9 March 2026."""
    if said.every == "day" and said.days > 1:
        return _("the %(days)s days until %(day)s") % {"days": formats.whole(said.days), "day": formats.long_date(day)}
    return period_text(day, said.every)


def _now(said: Figures, measure: str) -> str:
    if said.period is None or said.reported is None:
        return ""
    values = {"period": _first_letter(span_text(said.period, said)), "counted": counted(measure, said.reported)}
    if said.nowcast is None:
        if said.why.get("nowcast") == "no_onsets":  # each day of report is complete once it is over
            return _("%(period)s: %(counted)s reported.") % values
        return _("%(period)s: %(counted)s reported. It is the last period that is complete.") % values
    if not said.fills_up:
        return _("%(period)s: %(counted)s reported, and hardly any more to come.") % values
    values["estimate"] = interval(said.nowcast)
    return _("%(period)s: %(counted)s reported so far; in the end there will probably be %(estimate)s.") % values


def _going(said: Figures) -> str:
    if said.reproduction is not None:
        r = said.reproduction
        values = {"middle": formats.decimal(r.middle), "low": factor(r.low), "high": factor(r.high)}
        return {
            # Translators: "Each case infects 1.3 others (1.1 to 1.7)"; the numbers have a fraction.
            GROWING: _("Each case infects %(middle)s others (%(low)s to %(high)s): it is probably growing."),
            SHRINKING: _("Each case infects %(middle)s others (%(low)s to %(high)s): it is probably falling."),
            UNCLEAR: _(
                "Each case infects %(middle)s others (%(low)s to %(high)s): it is not clear whether it grows or falls."
            ),
        }[said.way] % values
    if said.growth is None:
        return ""
    values = {"estimate": interval(said.growth, times)}
    return _by_growth(said)[said.way] % values


def _by_growth(said: Figures) -> dict[str, str]:
    if said.every == "day":
        return {
            GROWING: _("From one day to the next counts change by %(estimate)s: it is probably growing."),
            SHRINKING: _("From one day to the next counts change by %(estimate)s: it is probably falling."),
            UNCLEAR: _(
                "From one day to the next counts change by %(estimate)s: it is not clear whether it grows or falls."
            ),
        }
    return {
        GROWING: _("From one week to the next counts change by %(estimate)s: it is probably growing."),
        SHRINKING: _("From one week to the next counts change by %(estimate)s: it is probably falling."),
        UNCLEAR: _(
            "From one week to the next counts change by %(estimate)s: it is not clear whether it grows or falls."
        ),
    }


def doubling(said: Figures) -> str:
    """How soon counts double or halve, where they clearly grow or fall and no reproduction number says more."""
    if said.growth is None or said.growth.middle == 1 or said.way not in (GROWING, SHRINKING):
        return ""
    periods = abs(math.log(2) / math.log(said.growth.middle))
    days = round(periods * {"day": 1, "week": 7}[said.every])
    if said.way == GROWING:
        pattern = ngettext(
            "At this pace counts double in about %(n)s day.", "At this pace counts double in about %(n)s days.", days
        )
    else:
        pattern = ngettext(
            "At this pace counts halve in about %(n)s day.", "At this pace counts halve in about %(n)s days.", days
        )
    return pattern % {"n": formats.whole(days)}


def _ahead(said: Figures) -> str:
    if said.said is None:
        return ""
    day, expected = said.said
    values = {"period": _first_letter(span_text(day, said)), "estimate": interval(expected)}
    if said.is_near:
        return (
            _(
                "%(period)s: %(estimate)s are to be expected, if it goes on as it does. "
                "Beyond that hardly anything can be foretold."
            )
            % values
        )
    return _("%(period)s: %(estimate)s are to be expected, if it goes on as it does.") % values


def way_word(way: str) -> str:
    """One or two words for a table."""
    return {GROWING: _("probably growing"), SHRINKING: _("probably falling"), UNCLEAR: _("not clear")}.get(way, "")


def why_not(said: Figures) -> list[str]:
    """What could not be estimated, and why."""
    words: dict[tuple[str, str], Any] = {
        ("nowcast", "few_vintages"): _(
            "What is still to be reported is not estimated: too few tables have come to learn how late reports are. "
            "Counts of complete periods are taken as final, and those of incomplete ones are left out."
        ),
        ("nowcast", "few_cases"): _(
            "What is still to be reported is not estimated: there are too few counts to learn how late reports are. "
            "Counts of complete periods are taken as final, and those of incomplete ones are left out."
        ),
        ("nowcast", "no_report_dates"): _(
            "What is still to be reported is not estimated: too few cases have a day of report to learn how late "
            "reports are. The last two weeks are left out, since they still fill up."
        ),
        ("nowcast", "few_report_days"): _(
            "What is still to be reported is not estimated: the cases were reported on too few different days to learn "
            "how late reports are. The last two weeks are left out, since they still fill up."
        ),
        ("nowcast", "no_onsets"): _(
            "Cases are counted by the day of report, since few have a day of onset: nothing is still to be added to "
            "these days, but they tell of infections of earlier days."
        ),
        ("reproduction", "no_cases"): _("How many others each case infects cannot be told without cases."),
        ("reproduction", "no_counts"): _("How many others each case infects is not estimated: counts are missing."),
        ("reproduction", "too_sudden"): _(
            "How many others each case infects is not estimated: cases came so suddenly that those before them cannot "
            "have infected them all."
        ),
        ("reproduction", "short_history"): _("How many others each case infects is not estimated: too few counts."),
        ("ahead", "short_history"): _("What is to come is not estimated: too few counts are known."),
    }
    return [str(words[each]) for each in said.why.items() if each in words]


def _first_letter(text: str) -> str:
    return text[:1].upper() + text[1:]
