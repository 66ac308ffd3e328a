"""When an outbreak may be called over: so many days without a case after the last event that could have spread it.

Where a rule of the disease is published, that rule counts. Elsewhere it is the rule of thumb behind most of them, twice
the longest incubation period, and said to be one. Where neither is known there is no countdown, and people decide.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

from tocsin.node.alliances.entries import Entry, Names
from tocsin.node.events.instruments.sources import Evidence, Source, open_data, read_source

__all__ = ["Countdown", "EndRule", "countdown", "last_event", "read_end_rules", "rule_of"]

TIMES_THE_INCUBATION = 2


@dataclass(frozen=True)
class EndRule:
    """How long to wait, and after what.

    days           days without a case, counted from the day after the last event
    counts_from    which event that is
    conditions     what else must hold, and what to know; None where nothing is said
    published      a rule for the disease; otherwise the rule of thumb
    conflicts      another published period, where sources disagree; None where they do not
    """

    disease: str
    days: int
    counts_from: Names
    conditions: Names | None
    published: bool
    conflicts: Names | None
    source: Source


@dataclass(frozen=True)
class Countdown:
    """How a rule stands on a day.

    ends_on     last day of waiting: the outbreak may be called over from the next day on
    over_from   that next day
    days_left   days still to wait, today included while it is one of them; 0 once it may be called over
    day         which day of the waiting it is, from 1; None before the first and after the last
    """

    rule: EndRule
    last_event: date
    ends_on: date
    over_from: date
    days_left: int
    day: int | None

    @property
    def over(self) -> bool:
        return self.days_left == 0


def rule_of(disease: str | None) -> EndRule | None:
    """The rule of a disease, or None where neither one nor its longest incubation period is known."""
    return read_end_rules().get(disease) if disease else None


def countdown(disease: str | None, last_event_on: date | None, today: date) -> Countdown | None:
    """How the countdown of a disease stands; None where it has no rule, or what it counts from has not happened.

    While somebody is still ill there is nothing to count from. A new case begins the countdown anew, by its later day.
    """
    rule = rule_of(disease)
    if rule is None or last_event_on is None:
        return None
    ends_on = last_event_on + timedelta(days=rule.days)
    passed = max((today - last_event_on).days, 0)
    return Countdown(
        rule=rule,
        last_event=last_event_on,
        ends_on=ends_on,
        over_from=ends_on + timedelta(days=1),
        # On the day of the event itself nothing has been waited yet.
        days_left=max(rule.days - max(passed - 1, 0), 0),
        day=passed if 1 <= passed <= rule.days else None,
    )


def last_event(days: Iterable[date | None]) -> date | None:
    """The latest of the cases' days; None where there is no case, or one whose day has not come (still ill: None)."""
    given = tuple(days)
    return max((day for day in given if day), default=None) if all(given) else None


@cache
def read_end_rules() -> Mapping[str, EndRule]:
    """The rules that come with Tocsin, by disease. Raises DataFileError."""
    file = open_data("end_of_outbreak.toml")
    file.only({"rules", "incubations", "rule_of_thumb"})
    thumb = file.entry("rule_of_thumb")
    thumb.only({"counts_from", "conditions", "source", "evidence"})
    found = {rule.disease: rule for rule in (_rule(entry) for entry in file.entries("rules", "rule"))}
    for entry in file.entries("incubations", "incubation"):
        rule = _of_thumb(entry, thumb)
        if rule.disease in found:
            raise entry.error(f"{rule.disease} has a rule of its own; the rule of thumb is for those without")
        found[rule.disease] = rule
    return MappingProxyType(found)


def _rule(entry: Entry) -> EndRule:
    entry.only({"disease", "days", "counts_from", "conditions", "conflicts", "source", "evidence"})
    return EndRule(
        disease=entry.text("disease"),
        days=entry.whole("days", least=1),
        counts_from=entry.names("counts_from"),
        conditions=entry.names("conditions") if "conditions" in entry.values else None,
        published=True,
        conflicts=entry.names("conflicts") if "conflicts" in entry.values else None,
        source=read_source(entry),
    )


def _of_thumb(entry: Entry, thumb: Entry) -> EndRule:
    entry.only({"disease", "longest", "source", "evidence"})
    incubation = read_source(entry)
    text = f"{thumb.text('source')}; {incubation.text}"
    return EndRule(
        disease=entry.text("disease"),
        days=TIMES_THE_INCUBATION * entry.whole("longest", least=1),
        counts_from=thumb.names("counts_from"),
        conditions=thumb.names("conditions"),
        published=False,
        conflicts=None,
        source=Source(text, Evidence.DECIDED),
    )
