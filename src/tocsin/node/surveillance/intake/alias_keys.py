"""The form in which names of tables are kept as aliases and found again."""

from tocsin.node.language.keys import words

__all__ = ["key_of", "tidy_name"]

LONGEST_KEY, LONGEST_NAME = 250, 200


def key_of(name: str) -> str:
    """One form for all spellings that differ in case, accents of Latin letters, ё, width or punctuation alone."""
    return " ".join(words(name))[:LONGEST_KEY]


def tidy_name(name: str) -> str:
    """A name as databases can keep it: no NUL, of bounded length."""
    return name.replace("\0", "\ufffd")[:LONGEST_NAME]
