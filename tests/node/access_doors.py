"""A line of the table of addresses: what opens it, with what it is tried, and what whoever may is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tocsin.node.alliance.roles import Ability

__all__ = ["ANYBODY", "EVERYBODY", "A", "Door", "form", "open_to_all", "page", "signed_in"]

A = Ability

EVERYBODY = frozenset({"everybody who is signed in"})
ANYBODY = frozenset({"strangers too"})


@dataclass(frozen=True)
class Door:
    """One address under one method.

    opens   abilities of which one is enough; EVERYBODY who is signed in; ANYBODY
    given   arguments of the address by name; "@upload" is a record of the world in test_access.py
    post    the form, or the JSON of an API call, where it is posted; None: it is got
    sees    abilities of which one lets a person see the record, whoever's it is; others see their own organisation's,
            or their own (a notice, a token)
    whose   abilities of which one lets them see that of their own organisation; empty: nobody owns it
    done    what answers whoever may
    query   after the address
    also    an ability that is needed besides
    """

    opens: frozenset[Any]
    given: Mapping[str, str] = field(default_factory=dict)
    post: Any = None
    sees: frozenset[Any] = frozenset()
    whose: frozenset[Any] = frozenset()
    done: frozenset[int] = frozenset({200})
    query: Mapping[str, str] = field(default_factory=dict)
    also: frozenset[Any] = frozenset()


def page(
    *opens: A, sees: Any = (), whose: Any = (), done: Any = (200,), query: Any = None, also: Any = (), **given: str
):
    return Door(
        frozenset(opens), given, None, frozenset(sees), frozenset(whose), frozenset(done), query or {}, frozenset(also)
    )


def form(
    *opens: A, sees: Any = (), whose: Any = (), done: Any = (302,), data: Any = None, also: Any = (), **given: str
) -> Door:
    doors = frozenset(sees), frozenset(whose), frozenset(done)
    return Door(frozenset(opens), given, data or {}, *doors, also=frozenset(also))


def signed_in(**given: Any) -> Door:
    return page(*EVERYBODY, **given)


def open_to_all(**given: Any) -> Door:
    return page(*ANYBODY, **given)
