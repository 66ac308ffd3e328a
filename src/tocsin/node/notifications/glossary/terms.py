"""The terms there are: of the field, of the codes of documents, of diseases, states and this state's places."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from tocsin.node.alliance.models import State
from tocsin.node.events.vocabulary.reading import words
from tocsin.node.surveillance.models import Disease, Place

__all__ = ["TERMS", "Term", "fixed_terms", "names_of_places", "names_of_the_node"]

TERMS = Path(__file__).with_name("terms.toml")
Term = tuple[str, str, str]  # English, Russian, Chinese
# Codes whose words are terms: not answers, states of a thing, or sexes.
KINDS = (
    "agent_kind", "transmission", "laboratory_method", "spread_condition", "measure", "countermeasure", "difficulty",
    "support", "hazard", "detected_by", "sector", "agent_origin",
)  # fmt: skip
NO_TERMS = frozenset({"other", "unknown", "none"})
MOST_PLACES = 5_000


@cache
def fixed_terms() -> tuple[Term, ...]:
    """Those that are files of this release."""
    of_the_field = [tuple(one) for one in tomllib.loads(TERMS.read_text("utf-8"))["terms"]]
    of_codes = [
        tuple(names) for kind in KINDS for code, names in words().get(kind, {}).items() if code not in NO_TERMS
    ]  # fmt: skip
    return tuple(dict.fromkeys((*of_the_field, *of_codes)))


def names_of_the_node() -> Iterator[Term]:
    """Diseases, states, and this state's own places, by what the node has."""
    yield from Disease.objects.values_list("name_en", "name_ru", "name_zh")
    yield from State.objects.values_list("name_en", "name_ru", "name_zh")
    yield from Place.objects.order_by("pk").values_list("name_en", "name_ru", "name_zh")[:MOST_PLACES]


def names_of_places(places: Sequence[Mapping[str, Any]]) -> Iterator[Term]:
    """Those that a notification brings with it."""
    for one in places:
        yield one["names"]["en"], one["names"]["ru"], one["names"]["zh"]
