"""Words without their endings, so that «холерой» finds «холера» and “outbreaks” “outbreak”. By table, no dictionary.

It is help beside a text that a person reads: a term too many costs a glance, and one that is missed costs a look-up.
"""

from functools import lru_cache

__all__ = ["stem", "tokens"]

SHORTEST = 3  # letters that stay
# Endings of Russian nouns, adjectives and participles, the longest first.
RUSSIAN = tuple(
    sorted(
        [
            "иями",
            "ией",
            "иею",
            "ями",
            "ами",
            "иях",
            "ях",
            "ах",
            "иям",
            "ям",
            "ам",
            "ием",
            "ем",
            "ом",
            "ой",
            "ей",
            "ею",
            "ою",
            "ия",
            "ие",
            "ий",
            "ии",
            "ью",
            "ья",
            "ье",
            "ьи",
            "а",
            "я",
            "о",
            "е",
            "ы",
            "и",
            "у",
            "ю",
            "ь",
            "й",
            "ого",
            "его",
            "ому",
            "ему",
            "ыми",
            "ими",
            "ых",
            "их",
            "ым",
            "им",
            "ая",
            "яя",
            "ое",
            "ее",
            "ые",
            "ую",
            "юю",
            "ый",
            "ов",
            "ев",
            "й",
        ],
        key=lambda ending: (-len(ending), ending),
    )
)
ENGLISH = ("ies", "es", "s")


def tokens(text: str) -> list[str]:
    """Words in small letters, without marks; ё is е."""
    folded = text.casefold().replace("ё", "е")
    return "".join(letter if letter.isalnum() else " " for letter in folded).split()


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The word without its ending."""
    if any("а" <= letter <= "я" for letter in word):
        return _russian(word)
    for ending in ENGLISH:
        if word.endswith(ending) and not word.endswith("ss") and len(word) - len(ending) >= SHORTEST:
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word[:-1] if word.endswith("e") and len(word) > SHORTEST + 1 else word


def _russian(word: str) -> str:
    for ending in RUSSIAN:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            return word[: -len(ending)]
    return word
