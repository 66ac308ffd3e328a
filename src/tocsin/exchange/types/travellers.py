"""`traveller` 1: a case or contact who has travelled to the state that this is sent to. docs/exchange-types.md."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from tocsin.exchange.documents import Document
from tocsin.exchange.saying import say
from tocsin.exchange.types.addressing import check_not_about_itself, check_to_one
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.days import check_day, check_moment, check_order, recorded_day
from tocsin.exchange.types.findings import Found, member_of
from tocsin.exchange.types.table_rules import disease_problem
from tocsin.exchange.types.texts import check_text

__all__ = ["KEPT_DAYS", "check_traveller"]

KEPT_DAYS = 90  # a message about a person ends by itself
# Local times of two places: who flies east over the date line arrives on the calendar day before.
DATE_LINE = timedelta(hours=26)


def check_traveller(document: Document, context: Context, found: Found) -> None:
    """Find a message that more than one state would read, that is kept too long, or whose days cannot be."""
    body = document.body
    check_to_one(document, found)
    check_not_about_itself(document, body["about"], "/body/about", found)
    if body["disease"] is not None and (problem := disease_problem(body["disease"], context)):
        found.document(*problem, "/body/disease")
    _check_texts(body, found)
    _check_days(body, recorded_day(document, context), found)
    for index, leg in enumerate(body["conveyances"]):
        _check_leg(leg, f"/body/conveyances/{index}", found)
    _check_expiry(document, found)
    if {"found", "not_found"} <= set(body["outcome"]):
        found.document("contradiction", say("found-and-not"), "/body/outcome")


def _check_texts(body: Mapping[str, Any], found: Found) -> None:
    check_text(body["text"], "/body/text", found, paragraphs=True)
    for name in ("family_name", "given_names", "other_names", "address_there"):
        check_text(body["identity"][name], f"/body/identity/{name}", found)
    for index, leg in enumerate(body["conveyances"]):
        for name in ("number", "seat", "from_place", "to_place", "border_point"):
            check_text(leg[name], f"/body/conveyances/{index}/{name}", found)
    for index, one in enumerate(body["contacts"]):
        for name in ("names", "seat", "address"):
            check_text(one[name], f"/body/contacts/{index}/{name}", found)


def _check_days(body: Mapping[str, Any], today: date, found: Found) -> None:
    born = body["identity"]["born"]
    if born is not None:
        full = (born + "-01-01")[:10] if len(born) < 10 else born  # of a year or month its first day
        check_day(full, "/body/identity/born", today, found)
    check_day(body["onset"], "/body/onset", today, found)
    infectious = [
        (pointer, check_day(body[name], pointer, None, found))
        for name in ("infectious_from", "infectious_until")
        for pointer in [f"/body/{name}"]
    ]
    check_order(infectious, found)


def _check_leg(leg: Mapping[str, Any], pointer: str, found: Found) -> None:
    departed, arrived = (_local_time(leg[name], f"{pointer}/{name}", found) for name in ("departed", "arrived"))
    if departed and arrived and departed - arrived > DATE_LINE:
        values = {"text": "arrived", "day": arrived.date(), "earlier": "departed", "before": departed.date()}
        found.document("contradiction", say("days-backwards", **values), f"{pointer}/arrived")


def _local_time(text: str | None, pointer: str, found: Found) -> datetime | None:
    if text is None or check_day(text[:10], pointer, None, found) is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # 24:61
        found.document("period-invalid", say("no-such-moment", text=member_of(pointer), moment=text), pointer)
        return None


def _check_expiry(document: Document, found: Found) -> None:
    pointer, text = "/body/expires_at", document.body["expires_at"]
    ends = check_moment(document, text, pointer, found, past=False)
    if ends is not None and ends - document.recorded_at > timedelta(days=KEPT_DAYS):
        found.document("contradiction", say("kept-too-long", text="expires_at", moment=text, days=KEPT_DAYS), pointer)
