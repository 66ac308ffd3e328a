"""Clocks as pages show them: how many days of how many, in words, with a bar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.events.instruments.seven_one_seven import Interval, Standing, Timeliness
from tocsin.node.events.words import interval as interval_word

__all__ = ["Line", "lines", "overall"]

CHIPS = {
    Standing.MET: "clock_met",
    Standing.MISSED: "clock_missed",
    Standing.UNDER_WAY: "clock_running",
    Standing.UNKNOWN: "clock_unknown",
    Standing.CONTRADICTION: "clock_contradiction",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One interval: its name, how it stands, and how much of its target is used (at most 100)."""

    code: str
    name: str
    chip: str
    said: str
    percent: int
    estimated: bool
    begins: date | None
    ends: date | None
    last_day: date | None
    warned: int  # 0, 50, 80 or 100: the last warning that fell due


def lines(found: Timeliness) -> list[Line]:
    """The three intervals."""
    return [_line(one) for one in found.intervals]


def overall(found: Timeliness) -> str:
    """The chip of the whole."""
    return CHIPS[found.standing]


def _line(one: Interval) -> Line:
    used = one.clock.used if one.clock is not None and one.clock.used is not None else 0.0
    done = one.days is not None and one.days >= 0
    share = (one.days or 0) / one.target if done and one.target else used
    return Line(
        code=one.code,
        name=interval_word(one.code),
        chip=CHIPS[one.standing],
        said=_said(one),
        percent=100 if done and one.target == 0 else min(100, round(share * 100)),
        estimated=one.estimated,
        begins=one.begins,
        ends=one.ends,
        last_day=one.last_day,
        warned=round((one.clock.warned or 0) * 100) if one.clock is not None else 0,
    )


def _said(one: Interval) -> str:
    """As in "4 of 7 days", "day 3 of 7", "not known yet"."""
    if one.standing is Standing.CONTRADICTION:
        return _("ends before it begins: look at the days")
    if one.days is not None:
        return ngettext("%(n)d of %(of)d day", "%(n)d of %(of)d days", one.target) % {"n": one.days, "of": one.target}
    if one.clock is not None and one.clock.began_at is not None:
        passed = int((one.clock.used or 0) * (one.target + 1))
        return _("day %(n)d of %(of)d") % {"n": passed, "of": one.target}
    return _("not known yet")


def warned(found: Iterable[Line]) -> int:
    """The gravest warning among some lines."""
    return max((one.warned for one in found), default=0)
