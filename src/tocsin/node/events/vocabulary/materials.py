"""What samples are taken of: codes of the node's own, with words in three languages, in the order of forms."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.node.alliances.entries import Names

__all__ = ["MATERIALS", "grouped_materials", "material", "materials"]

MATERIALS = Path(__file__).parent / "materials.toml"


@cache
def _groups() -> Mapping[str, Mapping[str, Names]]:
    read = tomllib.loads(MATERIALS.read_text(encoding="utf-8"))
    return {group: {code: Names(*three) for code, three in said.items()} for group, said in read.items()}


@cache
def materials() -> Mapping[str, Names]:
    """Every material by its code."""
    return {code: names for said in _groups().values() for code, names in said.items()}


def material(code: str) -> str:
    """What a code is called in the active language; a code that a later release brought, as it stands."""
    names = materials().get(code)
    return code if names is None else names.in_language(get_language() or "en")


def grouped_materials() -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices of a form: of people, and of all else."""
    called = {"people": _("from people"), "others": _("from animals and the surroundings")}
    return [(called[group], [(code, material(code)) for code in said]) for group, said in _groups().items()]
