"""`hospital` 1: one hospital, what it can do now, and who works in it. docs/exchange-types.md."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from tocsin.exchange.documents import Document
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.days import check_day, recorded_day
from tocsin.exchange.types.findings import Found, member_of
from tocsin.exchange.types.supplies import check_distinct, check_place, check_words

__all__ = ["check_hospital"]


def check_hospital(document: Document, context: Context, found: Found) -> None:
    """Find a clinician or a line twice, a day to come, hours that end before they begin, and a zone that is none."""
    body, today = document.body, recorded_day(document, context)
    check_words(body, "/body", found)
    check_place(body["place"], "/body/place", found)
    _check_zone(body["time_zone"], "/body/time_zone", found)
    check_distinct(
        [one["specialty"] for one in body["lines"]], "/body/lines", "specialty", found, sentence="line-twice"
    )
    for index, line in enumerate(body["lines"]):
        check_day(line["since"], f"/body/lines/{index}/since", today, found)
    check_distinct([one["id"] for one in body["clinicians"]], "/body/clinicians", "id", found, sentence="entry-twice")
    for index, clinician in enumerate(body["clinicians"]):
        _check_clinician(clinician, f"/body/clinicians/{index}", found)


def _check_clinician(clinician: Mapping[str, Any], pointer: str, found: Found) -> None:
    _check_zone(clinician["time_zone"], f"{pointer}/time_zone", found)
    check_day(clinician["away_until"], f"{pointer}/away_until", None, found)
    for index, hours in enumerate(clinician["availability"]):
        if hours["until"] <= hours["from"]:
            detail = f"hours end at {hours['until']}, and do not begin before: {hours['from']}"
            found.document("contradiction", detail, f"{pointer}/availability/{index}/until")


def _check_zone(zone: str, pointer: str, found: Found) -> None:
    if zone not in _zones():
        found.document("contradiction", f"{member_of(pointer)} is {zone!r}, which is no time zone", pointer)


@cache
def _zones() -> frozenset[str]:
    """The machine's own list, of IANA names."""
    return frozenset(available_timezones())
