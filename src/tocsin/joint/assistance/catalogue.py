"""What can be asked for: data, with words in three languages. A request's own rules do not depend on it.

Nodes of different releases may know different items; so a request is followed whatever it asks for, and the catalogue
only helps whoever writes one.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from tocsin.joint.assistance.units import UNITS

__all__ = ["OTHER", "Entry", "Words", "catalogue", "groups", "may_be_given_in"]

OTHER = "other"


class Words(NamedTuple):
    """What something is called."""

    en: str
    ru: str
    zh: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An item of the catalogue.

    unit         the one it is counted in, if nobody chooses another; `units` those it may be given in, empty for all
    cold_chain   `none`, `2_8`, `minus_20` or `minus_70`
    emt_type     class of an emergency medical team
    field        of an expert
    medicine     whether its regulatory status is asked for
    un3373, un2814   whether it is for such specimens
    durable      whether it may come back
    """

    code: str
    group: str
    name: Words
    unit: str
    units: tuple[str, ...]
    cold_chain: str = "none"
    emt_type: str | None = None
    field: str | None = None
    medicine: bool = False
    un3373: bool = False
    un2814: bool = False
    durable: bool = False


@cache
def catalogue() -> Mapping[str, Entry]:
    """Every item by its code, in the order of forms."""
    return {one["code"]: _entry(one) for one in _read()["items"]}


@cache
def groups() -> Mapping[str, Words]:
    """The groups that items stand in, in the order of forms."""
    return {code: Words(*three) for code, three in _read()["groups"].items()}


def may_be_given_in(code: str, unit: str) -> bool:
    """Whether an item is given in a unit. Of what the catalogue does not know, any."""
    entry = catalogue().get(code)
    return unit in UNITS and (entry is None or not entry.units or unit in entry.units)


@cache
def _read() -> Mapping[str, Any]:
    source = resources.files(__package__) / "catalogue.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def _entry(said: Mapping[str, Any]) -> Entry:
    return Entry(**(dict(said) | {"name": Words(*said["name"]), "units": tuple(said["units"])}))
