"""Measures in words: how near a deadline is, whose it is."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.language.formats import short_date, whole

__all__ = ["OPEN", "chip_of", "deadline_words", "is_overdue"]

OPEN = ("assigned", "accepted", "in_progress")  # still to be done


def is_overdue(status: str, deadline: date, day: date) -> bool:
    """Whether on that day the deadline is over and the measure is not done."""
    return status in OPEN and day > deadline


def chip_of(status: str, deadline: date, day: date) -> str:
    """Its state among the chips."""
    return "measure_overdue" if is_overdue(status, deadline, day) else f"measure_{status}"


def deadline_words(status: str, deadline: date, day: date) -> str:
    """3 days left; due today; 2 days over. Of what is done or declined the day alone."""
    if status not in OPEN:
        return short_date(deadline)
    days = (deadline - day).days
    if days == 0:
        return _("due today")
    if days > 0:
        return ngettext("%(n)s day left", "%(n)s days left", days) % {"n": whole(days)}
    return ngettext("%(n)s day over", "%(n)s days over", -days) % {"n": whole(-days)}
