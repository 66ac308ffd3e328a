"""Numbers as people write them, and as documents carry them: decimal texts, taken exactly.

A document's number is `-12.50`: digits, a point, no exponent; its zeros say how exactly it was measured, and stay.
"""

import re
import unicodedata
from fractions import Fraction

__all__ = ["is_ambiguous", "number_of", "plain", "written"]

NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,9})?")
COMMA = re.compile(r"(-?)([0-9]*)[,\u066b\u3001]([0-9]+)")
THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}(?:,[0-9]{3})+")
LOOSE = re.compile(r"(-?)0*([0-9]*)(?:\.([0-9]*))?")


def number_of(text: str) -> Fraction | None:
    """The number that a document's text says; None for what is none."""
    return Fraction(text) if NUMBER.fullmatch(text) else None


def plain(text: str) -> str:
    """A number as documents have it, from what a person typed: `38,5`, `３８．５`, ` +.5`; other texts only trimmed.

    A comma is taken for the decimal sign, unless it may be one of thousands (`is_ambiguous`): then the text stays.
    """
    said = _narrow(text)
    if is_ambiguous(said):
        return said
    if decimal := COMMA.fullmatch(said):
        said = f"{decimal[1]}{decimal[2]}.{decimal[3]}"
    found = LOOSE.fullmatch(said)
    if not found or not (found[2] or found[3] or said.strip("-.")):
        return said
    whole, after = found[2] or "0", f".{found[3]}" if found[3] else ""
    sign = found[1] if (whole + after).strip("0.") else ""
    return f"{sign}{whole}{after}"


def is_ambiguous(text: str) -> bool:
    """Whether a comma may separate thousands or be the decimal sign: `1,200`. Nobody guesses that about a patient."""
    return bool(THOUSANDS.fullmatch(_narrow(text)))


def written(number: Fraction, *, places: int = 2) -> str:
    """A number for people: rounded half away from nought to `places`, without zeros at the end."""
    scaled = abs(number) * 10**places
    rounded = int(scaled + Fraction(1, 2))
    whole, after = divmod(rounded, 10**places)
    digits = f"{after:0{places}d}".rstrip("0") if places else ""
    return ("-" if number < 0 and rounded else "") + f"{whole}" + (f".{digits}" if digits else "")


def _narrow(text: str) -> str:
    """Wide digits and signs of East Asian keyboards, and minus signs of word processors, as ASCII."""
    said = unicodedata.normalize("NFKC", text).strip()
    return said.replace("\u2212", "-").replace("\u2013", "-").replace("。", ".").removeprefix("+")
