"""The groups in which cases are counted: ages and sexes."""

from decimal import Decimal

from django.utils.translation import gettext as _

from tocsin.node.events.models.cases import EventCase

__all__ = ["AGES", "SEXES", "UNKNOWN", "age_group", "age_name"]

UNKNOWN = "unknown"
_FROM = {"0": 0, "1-4": 1, "5-14": 5, "15-24": 15, "25-44": 25, "45-64": 45, "65+": 65}
AGES = (*_FROM, UNKNOWN)
SEXES = tuple(EventCase.Sex.values)


def age_group(age: Decimal | None) -> str:
    """The group of an age in years: whole years that have been lived."""
    if age is None:
        return UNKNOWN
    return next(group for group, first in reversed(_FROM.items()) if age >= first)


def age_name(group: str) -> str:
    if group == UNKNOWN:
        return _("age unknown")
    return _("under 1") if group == "0" else group.replace("-", "–")
