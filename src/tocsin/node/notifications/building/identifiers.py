"""Texts that look as if they hold a telephone number or the number of a document: these never leave with an event."""

import re

from django.utils.translation import gettext as _

from tocsin.node.notifications.building.problems import Problem

__all__ = ["found_in", "looks_like_one"]

DAY = re.compile(r"\b(\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2,4})\b")
# 1,000,000 and 1 000 000 are counts.
GROUPED = re.compile(r"\d{1,3}([ \u00a0\u202f.,]\d{3})+")
TELEPHONE = re.compile(r"(?<!\d)(\+|\(?\d)(?:[ \u00a0().–-]{0,2}\d){7,17}(?!\d)")
# Letters and six digits or more: AB 1234567; МЮ № 123456.
DOCUMENT = re.compile(r"(?<![^\W_])[^\W\d_]{1,3}[ \u00a0]?[№#]?[ \u00a0]?\d{6,9}(?![\w])")
SHOWN = 2


def looks_like_one(text: str) -> str:
    """The first telephone or document number that a text seems to hold; empty if it holds none."""
    plain = DAY.sub(" | ", text)
    for pattern in (TELEPHONE, DOCUMENT):
        for found in pattern.finditer(plain):
            if not GROUPED.fullmatch(number := found.group(0).strip()):
                return number
    return ""


def found_in(text: str, name: str) -> list[Problem]:
    """A warning, if a text seems to hold a number of a person. `name` is what people call the text."""
    number = looks_like_one(text)
    if not number:
        return []
    said = _(
        "%(name)s: “…%(end)s” looks like a telephone number or the number of a document. No person is named to "
        "partners; take it out, or say that it is none."
    )
    return [Problem("identifier", said % {"name": name, "end": number[-SHOWN:]}, is_warning=True)]
