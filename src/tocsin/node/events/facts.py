"""The facts of an event: which members of a notification's body people keep up, and of what form they are.

They are kept under the names and codes of the exchange's schema, so that what is kept and what is sent are one. Counts,
assessments and milestones are kept apart, with their history; the body of a notification is put together of all.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from jsonschema_rs import Draft202012Validator as Validator

from tocsin.exchange.types.registry import TYPES
from tocsin.node.alliance.actions.people import ActRefused

__all__ = ["CODED_LISTS", "EMPTY", "MEMBERS", "TEXTS", "check_facts", "with_defaults"]

# Lists of codes, and the kind of code in each: word lists of `vocabulary`.
CODED_LISTS = {
    "transmission": "transmission",
    "detected_by": "detected_by",
    "conditions": "spread_condition",
    "shortages": "countermeasure",
    "difficulties": "difficulty",
    "support": "support",
}
EMPTY: dict[str, Any] = {
    "agent": {"kind": "unknown", "origin": "unknown", "designation": "", "confirmed": False},
    "transmission": [],
    "case_definition": {"standard": "none", "version": ""},
    "detected_by": [],
    "conditions": [],
    "cross_border": {"affected_states": [], "travel_links": []},
    "point_of_entry": False,
    "laboratory": {"status": "none", "tested": None, "positive": None, "methods": []},
    "measures": [],
    "shortages": [],
    "difficulties": [],
    "support": [],
    "who": {"notified": "unknown", "on": None},
}
MEMBERS = tuple(EMPTY)
TEXTS = {
    "summary": pgettext_lazy("of an event", "Summary"),
    "case_definition": gettext_lazy("Case definition"),
    "measures": gettext_lazy("Measures"),
    "risk": gettext_lazy("Risk"),
    "support": gettext_lazy("Support needed"),
}


def with_defaults(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Every member, empty where nobody has said anything."""
    return {name: facts.get(name, empty) for name, empty in EMPTY.items()}


def check_facts(facts: Mapping[str, Any]) -> None:
    """Raises ActRefused for a member that is none, or that partners would not take."""
    if unknown := sorted(set(facts) - set(MEMBERS)):
        raise ActRefused(_("There is no fact “%(name)s”.") % {"name": unknown[0]})
    for name, value in facts.items():
        problem = next(iter(_validator(name).iter_errors(value)), None)
        if problem is not None:
            where = "/".join(map(str, [name, *problem.instance_path]))
            raise ActRefused(_("%(where)s: %(why)s") % {"where": where, "why": problem.message})


@cache
def _validator(name: str) -> Validator:
    schema = TYPES["notification", 1].schema
    return Validator({**schema["properties"][name], "$defs": schema["$defs"]}, mask=_("this value"))
