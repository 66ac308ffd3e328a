"""Codes of FHIR's concepts as ours: of our own systems, and of others by a table that the reader brings."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tocsin.fhir.tags import as_ours

__all__ = ["Table", "coded", "spoken"]

Table = Mapping[tuple[str, str], str]
"""{(system, code): our code}"""

_OURS = re.compile("[a-z][a-z0-9_]{0,59}")
MOST_LANGUAGES = 12


def coded(concepts: Sequence[Mapping[str, Any]], system: str, table: Table) -> tuple[list[str], list[str]]:
    """Our codes of some concepts, each once, in their order; and how the concepts are called that have none."""
    found: dict[str, None] = {}
    strange: list[str] = []
    for concept in concepts:
        ours = [code for coding in concept.get("coding", []) if (code := _code(coding, system, table))]
        found.update(dict.fromkeys(ours[:1]))
        if not ours:
            strange.append(_called(concept))
    return list(found), strange


def spoken(concepts: Sequence[Mapping[str, Any]]) -> tuple[list[str], list[str]]:
    """Tags of languages, as ours; and what is no such tag."""
    found: dict[str, None] = {}
    strange: list[str] = []
    for concept in concepts:
        codes = [one.get("code", "") for one in concept.get("coding", [])]
        tags = [tag for one in codes if (tag := as_ours(one))]
        found.update(dict.fromkeys(tags[:1]))
        if not tags:
            strange.append(_called(concept))
    return list(found)[:MOST_LANGUAGES], strange + list(found)[MOST_LANGUAGES:]


def _code(coding: Mapping[str, Any], system: str, table: Table) -> str | None:
    code = coding.get("code", "")
    if coding.get("system") == system:
        return code if _OURS.fullmatch(code) else None
    return table.get((coding.get("system", ""), code))


def _called(concept: Mapping[str, Any]) -> str:
    coding: Mapping[str, Any] = next(iter(concept.get("coding", [])), {})
    system, code = coding.get("system", "no system"), coding.get("code", "no code")
    return concept.get("text") or coding.get("display") or f"{code} of {system}"
