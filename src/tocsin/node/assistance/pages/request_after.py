"""What help has cost and who bears it, and what each side learnt from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tocsin.joint.assistance import Request
from tocsin.node.assistance.pages.said import Said, in_reader_language
from tocsin.node.language.formats import decimal

__all__ = ["CostShown", "ReviewShown", "costs_shown", "digits", "money", "reviews_shown"]

# Currencies whose smallest unit is the whole, or its thousandth; of all others it is the hundredth.
WHOLE = frozenset(
    ["JPY", "KRW", "VND", "CLP", "ISK", "PYG", "UGX", "XAF", "XOF", "KMF", "GNF", "RWF", "DJF", "BIF", "VUV"]
)
THOUSANDTHS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])


@dataclass(frozen=True, slots=True)
class CostShown:
    """One line that one side has put on record."""

    by: str
    what: str
    amount: str
    borne_by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReviewShown:
    """What one side said last."""

    by: str
    well: Said
    badly: Said
    change: Said
    who: str
    at: datetime


def costs_shown(request: Request, known: Mapping[str, str]) -> list[CostShown]:
    """Every line, in the order in which they came. Nobody's sums are put together: each side speaks for itself."""
    return [
        CostShown(
            known[cost.by], line["what"], money(line["amount"], line["currency"]),
            known.get(line["borne_by"], line["borne_by"]), cost.applied.at,
        )
        for cost in request.costs for line in cost.lines
    ]  # fmt: skip


def reviews_shown(request: Request, known: Mapping[str, str]) -> list[ReviewShown]:
    return [
        ReviewShown(
            known[one.by], in_reader_language(one.well), in_reader_language(one.badly),
            in_reader_language(one.change), one.applied.act.name, one.applied.at,
        )
        for one in request.reviews
    ]  # fmt: skip


def digits(currency: str) -> int:
    """How many digits follow the decimal sign of an amount."""
    return 0 if currency in WHOLE else 3 if currency in THOUSANDTHS else 2


def money(amount: int, currency: str) -> str:
    """An amount in the smallest unit, as people write it: 1,250.00 USD."""
    places = digits(currency)
    return f"{decimal(amount / 10**places, places)} {currency}"
