"""The vocabulary: codes and their order from the schemas of the exchange, words beside them in `words/`.

A kind is the name of a list of codes, as the schemas define it in `$defs`; one that several schemas have is the same in
each. Events keep the codes, so that what is kept and what is sent are one; words are chosen when somebody reads.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from django.utils.functional import lazystr
from django.utils.translation import get_language

from tocsin.exchange.types.registry import TYPES
from tocsin.node.alliances.entries import Names

__all__ = ["choices", "codes", "kinds", "word", "words"]

FOLDER = Path(__file__).parent / "words"


def word(kind: str, code: str) -> str:
    """What a code is called in the active language; a code that a later release brought, as it stands."""
    names = words()[kind].get(code)
    return code if names is None else names.in_language(get_language() or "en")


def choices(kind: str) -> list[tuple[str, str]]:
    """The codes of a kind, in the order of the schema, with their words in the language of whoever looks."""
    return [(code, lazystr(_Later(kind, code))) for code in codes(kind)]


def codes(kind: str) -> tuple[str, ...]:
    """The codes of a kind, in the order of the schema."""
    return kinds()[kind]


# Documents between hospitals: what a clinician chooses from is named where it is chosen, in `clinical` and its apps.
WORDED_BY_THEIR_PAGES = frozenset(
    {"hospital", "consultation", "transfer", "clinical-note", "file-part", "letter", "letters-read"}
)


@cache
def kinds() -> Mapping[str, tuple[str, ...]]:
    """Every list of codes that a schema defines, by its name, but those whose words their own pages hold."""
    found: dict[str, tuple[str, ...]] = {}
    for (kind, _), one in TYPES.items():
        if kind in WORDED_BY_THEIR_PAGES:
            continue
        for name, rule in one.schema.get("$defs", {}).items():
            if "enum" in rule:
                found[name] = tuple(rule["enum"])
    return found


@cache
def words() -> Mapping[str, Mapping[str, Names]]:
    """The words of every code, by kind."""
    found: dict[str, dict[str, Names]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for kind, said in tomllib.loads(path.read_text(encoding="utf-8")).items():
            found[kind] = {code: Names(*three) for code, three in said.items()}
    return found


class _Later:
    """A word that is chosen when it is shown: a form's choices are made once, for readers of all languages."""

    def __init__(self, kind: str, code: str) -> None:
        self._kind, self._code = kind, code

    def __str__(self) -> str:
        return word(self._kind, self._code)
