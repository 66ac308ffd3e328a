"""LOINC codes: their form and their check digit, which finds nearly every slip of a finger."""

import re

__all__ = ["is_loinc"]

FORM = re.compile(r"[0-9]{1,7}-[0-9]")


def is_loinc(code: str) -> bool:
    """Whether a text has the form of a LOINC code, with the right check digit (modulus 10, as LOINC's guide says)."""
    if not FORM.fullmatch(code):
        return False
    digits, check = code.split("-")
    total = 0
    for place, digit in enumerate(reversed(digits)):
        weighted = int(digit) * (1 if place % 2 else 2)
        total += weighted - 9 if weighted > 9 else weighted
    return (10 - total % 10) % 10 == int(check)
