"""Codes of clinical documents and their words in three languages: `word("severity", "mild", "ru")`.

Documents carry codes; words are chosen when somebody reads. Codes stand in the order of forms.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

__all__ = [
    "LANGUAGES",
    "UnknownCode",
    "Words",
    "codes",
    "definition",
    "group_of",
    "grouped",
    "hours_to_answer",
    "kinds",
    "units_of",
    "word",
]

LANGUAGES = ("en", "ru", "zh-hans")


class UnknownCode(ValueError):
    """A kind of words, a code or a language that the vocabulary does not have."""


class Words(NamedTuple):
    """What something is called."""

    en: str
    ru: str
    zh: str

    def in_language(self, language: str) -> str:
        """The word in "en", "ru" or "zh-hans". Raises UnknownCode for another language."""
        if language not in LANGUAGES:
            raise UnknownCode(f"{language!r} is no language of the vocabulary; it has {', '.join(LANGUAGES)}")
        return self[LANGUAGES.index(language)]


def kinds() -> tuple[str, ...]:
    """Every kind of codes."""
    return tuple(_words())


def codes(kind: str) -> tuple[str, ...]:
    """The codes of a kind, in the order of forms. Raises UnknownCode."""
    return tuple(_of(kind))


def word(kind: str, code: str, language: str) -> str:
    """What a code of a kind is called in "en", "ru" or "zh-hans". Raises UnknownCode."""
    return _one(kind, code).in_language(language)


def definition(kind: str, code: str, language: str) -> str:
    """What a code means, in a sentence; empty where its word says it all. Raises UnknownCode."""
    _one(kind, code)
    said = _facts()["definitions"].get(kind, {}).get(code)
    return "" if said is None else Words(*said).in_language(language)


def hours_to_answer(urgency: str) -> int:
    """Hours that a case of this urgency may wait for its first answer. Raises UnknownCode."""
    _one("urgency", urgency)
    hours: int = _facts()["hours"]["urgency"][urgency]
    return hours


def grouped(kind: str) -> Mapping[str, tuple[str, ...]]:
    """The codes of a kind by the group they stand in; a group's words are of the kind `KIND_group`.

    Raises UnknownCode for a kind that has no groups.
    """
    said = _facts()["groups"].get(kind)
    if said is None:
        raise UnknownCode(f"codes of {kind!r} stand in no groups; those of {', '.join(_facts()['groups'])} do")
    return {group: tuple(members) for group, members in said.items()}


def group_of(kind: str, code: str) -> str:
    """The group that a code stands in. Raises UnknownCode."""
    _one(kind, code)
    return next(group for group, members in grouped(kind).items() if code in members)


def units_of(kind: str, code: str = "") -> tuple[str, ...]:
    """The UCUM units that a "dose", or a "support_setting" of a code, may be given in; none for what is said in words.

    Raises UnknownCode.
    """
    if kind == "dose":
        return tuple(_facts()["units"]["dose"])
    _one("support_setting", code)
    return tuple(_facts()["settings"][code])


def _one(kind: str, code: str) -> Words:
    of = _of(kind)
    if code not in of:
        raise UnknownCode(f"{code!r} is no code of {kind}; it has {', '.join(of)}")
    return of[code]


def _of(kind: str) -> Mapping[str, Words]:
    if kind not in _words():
        raise UnknownCode(f"{kind!r} is no kind of clinical words; there are {', '.join(_words())}")
    return _words()[kind]


@cache
def _words() -> Mapping[str, Mapping[str, Words]]:
    found: dict[str, dict[str, Words]] = {}
    folder = resources.files(__package__) / "data" / "words"
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.endswith(".toml"):
            for kind, said in tomllib.loads(path.read_text(encoding="utf-8")).items():
                found[kind] = {code: Words(*three) for code, three in said.items()}
    return found


@cache
def _facts() -> Mapping[str, Any]:
    source = resources.files(__package__) / "data" / "facts.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))
