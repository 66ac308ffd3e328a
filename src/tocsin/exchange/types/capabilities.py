"""`capabilities` 1: what a state could send if it were asked. docs/exchange-types.md."""

from tocsin.exchange.documents import Document
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.days import check_day, recorded_day
from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.supplies import check_called, check_distinct, check_place, check_words

__all__ = ["LISTS", "check_capabilities"]

LISTS = ("teams", "laboratories", "experts", "stocks")


def check_capabilities(document: Document, context: Context, found: Found) -> None:
    """Find a register of a day to come, one name for two entries, and what cannot be in an entry."""
    body = document.body
    check_day(body["as_of"], "/body/as_of", recorded_day(document, context), found)
    check_words(body, "/body", found)
    for name in LISTS:
        pointer = f"/body/{name}"
        check_distinct([one["id"] for one in body[name]], pointer, "id", found, sentence="entry-twice")
        for index, entry in enumerate(body[name]):
            check_place(entry["place"], f"{pointer}/{index}/place", found)
    for index, stock in enumerate(body["stocks"]):
        check_called(stock, f"/body/stocks/{index}", found)
        check_day(stock["best_before"], f"/body/stocks/{index}/best_before", None, found)
