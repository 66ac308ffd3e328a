"""A text as it is compared: one case, one width, no marks, nothing invisible; each character knows where it stood."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Folded", "fold", "folded"]

# Written between letters or left out, as one likes: soft signs and apostrophes of Latin spellings.
DROPPED = frozenset("'`´’‘ʹʺʻʼʽˊˋˈ′″＇")
DASHES = frozenset("‐‑‒–—―−﹘﹣－")
# Invisible, and not of the category of format characters.
INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ə": "e", "ŋ": "n"}


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` is what is searched; its character i stood at `places[i]` of the original, which it may share."""

    text: str
    places: tuple[int, ...]
    original: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a match stands in the original, with the marks and invisible characters that belong to its last."""
        last = self.places[end - 1] + 1
        while last < len(self.original) and not fold_one(self.original[last]):
            last += 1
        return self.places[start], last


def folded(text: str) -> Folded:
    """The text as it is compared."""
    letters: list[str] = []
    places: list[int] = []
    for at, character in enumerate(text):
        for letter in fold_one(character):
            letters.append(letter)
            places.append(at)
    return Folded("".join(letters), tuple(places), text)


def fold(text: str) -> str:
    """A word of an identity, folded as texts are."""
    return "".join(map(fold_one, text))


@lru_cache(maxsize=8192)
def fold_one(character: str) -> str:
    """What one character is compared as; nothing for marks, and for what is not seen."""
    if character in DROPPED or character in INVISIBLE:
        return ""
    if character in DASHES:
        return "-"
    if character == "№":  # as letters it would be "No"
        return character
    return "".join(_letters(unicodedata.normalize("NFKD", character).casefold()))


def _letters(decomposed: str) -> list[str]:
    found = []
    for letter in unicodedata.normalize("NFKD", decomposed):
        category = unicodedata.category(letter)
        if category in {"Mn", "Me", "Cf"} or letter in DROPPED:
            continue
        if category == "Nd":
            found.append(str(unicodedata.decimal(letter)))
        elif letter.isspace() and letter not in "\r\n":
            found.append(" ")
        else:
            found.append(LETTERS.get(letter, "-" if letter in DASHES else letter))
    return found
