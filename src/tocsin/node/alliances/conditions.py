"""Conditions over the facts of an event: what calls a session, what opens a duty. Small enough to be read aloud.

A condition is groups of terms. Each group must hold, and one term is enough for its group, as with the alliance's
criteria. A term is a fact and a code with a colon between, such as "disease:plague". There is no "not": what is not
known holds nothing, and of an event that was refuted nothing holds. docs/council-bodies.md has the terms.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType

from tocsin.node.alliances.entries import Entry
from tocsin.node.alliances.rules import CRITERIA, LEVELS
from tocsin.node.surveillance.diseases.reading import read_diseases

__all__ = [
    "ASSESSMENTS",
    "CASE_CLASSES",
    "CIRCUMSTANCES",
    "HAZARDS",
    "SCOPES",
    "SIGNALS",
    "TERMS",
    "VERIFICATIONS",
    "Condition",
    "EventFacts",
    "Term",
    "read_condition",
]

# The codes are those of events, of signals and of the exchange's notification.
HAZARDS = (
    "infectious", "vaccine_preventable", "vector_borne", "zoonotic", "food", "water", "healthcare",
    "antimicrobial_resistance", "product", "chemical", "radiological_nuclear", "disaster", "unknown",
)  # fmt: skip
VERIFICATIONS = ("suspected", "verified")
REFUTED = "refuted"
ASSESSMENTS = ("none", "under_assessment", "monitoring", "notifiable")
SCOPES = ("national", "neighbours", "alliance")
SIGNALS = ("rule", "model", "clinician", "laboratory", "media", "animal", "border", "partner", "who")
CIRCUMSTANCES = (
    "mass_gathering", "crowding", "displacement", "conflict", "disaster", "flooding", "drought", "season",
    "low_coverage", "hospital_transmission", "border_traffic", "international_transport", "poor_water_sanitation",
    "vector_abundance", "animal_outbreak", "drug_resistance", "unknown_source",
)  # fmt: skip
CASE_CLASSES = ("suspected", "probable", "confirmed")


@dataclass(frozen=True)
class EventFacts:
    """What conditions may ask of an event, own or notified by a partner; empty where nothing is known.

    assessment     the outcome of assessment: none, under_assessment, monitoring, notifiable
    criteria       criteria of the alliance that were answered with yes
    risks          level of the final risk assessment, by scope: national, neighbours, alliance
    signals        kinds of the signals that tell of it
    circumstances  conditions that affect its spread
    states         codes of the states affected, its own among them
    cases          cases by class: suspected, probable, confirmed; a class left out is not known
    """

    disease: str | None = None
    hazard: str = "unknown"
    verification: str = "suspected"
    assessment: str = "none"
    criteria: frozenset[str] = frozenset()
    risks: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    signals: frozenset[str] = frozenset()
    circumstances: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()
    cases: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Term:
    """One fact and the code that is asked of it."""

    fact: str
    code: str

    def __str__(self) -> str:
        return f"{self.fact}:{self.code}"

    def holds(self, facts: EventFacts) -> bool:
        return facts.verification != REFUTED and TERMS[self.fact].holds(facts, self.code)


@dataclass(frozen=True)
class Condition:
    """Groups of terms: each group must hold, one term is enough for its group."""

    groups: tuple[tuple[Term, ...], ...]

    def holds(self, facts: EventFacts) -> bool:
        return all(any(term.holds(facts) for term in group) for group in self.groups)


@dataclass(frozen=True)
class TermKind:
    """The codes that may be asked of a fact, read when they are needed, and when such a term holds."""

    codes: Callable[[], tuple[str, ...]]
    holds: Callable[[EventFacts, str], bool]


@cache
def _diseases() -> tuple[str, ...]:
    return tuple(disease.code for disease in read_diseases())


def _at_least(scope: str) -> Callable[[EventFacts, str], bool]:
    """Whether the risk at a scope is of this level or a higher one."""

    def holds(facts: EventFacts, level: str) -> bool:
        found = facts.risks.get(scope)
        return found in LEVELS and LEVELS.index(found) >= LEVELS.index(level)

    return holds


TERMS: Mapping[str, TermKind] = MappingProxyType(
    {
        "disease": TermKind(_diseases, lambda facts, code: facts.disease == code),
        "hazard": TermKind(lambda: HAZARDS, lambda facts, code: facts.hazard == code),
        "verification": TermKind(lambda: VERIFICATIONS, lambda facts, code: facts.verification == code),
        "assessment": TermKind(lambda: ASSESSMENTS, lambda facts, code: facts.assessment == code),
        "criterion": TermKind(lambda: CRITERIA, lambda facts, code: code in facts.criteria),
        **{f"{scope}_risk": TermKind(lambda: LEVELS, _at_least(scope)) for scope in SCOPES},
        "signal": TermKind(lambda: SIGNALS, lambda facts, code: code in facts.signals),
        "circumstance": TermKind(lambda: CIRCUMSTANCES, lambda facts, code: code in facts.circumstances),
        "states": TermKind(lambda: ("several",), lambda facts, code: len(facts.states) > 1),
        "cases": TermKind(lambda: CASE_CLASSES, lambda facts, code: facts.cases.get(code, 0) > 0),
    }
)


def read_condition(entry: Entry, name: str = "when") -> Condition:
    """The condition in a field of an entry. Raises DataFileError."""
    value = entry.values.get(name, [])
    lists = isinstance(value, list) and bool(value) and all(isinstance(group, list) and group for group in value)
    if not lists or not all(isinstance(text, str) for group in value for text in group):
        raise entry.error(
            f'{name} is {value!r}; it must be lists of terms such as [["disease:plague"], ["signal:animal"]]: '
            "each list must hold, and one of its terms is enough"
        )
    return Condition(tuple(tuple(_term(entry, name, text) for text in group) for group in value))


def _term(entry: Entry, name: str, text: str) -> Term:
    fact, _, code = text.partition(":")
    if fact not in TERMS:
        raise entry.error(f"{name} has {text!r}; a term begins with one of {', '.join(TERMS)}, and a colon")
    if code not in (codes := TERMS[fact].codes()):
        known = "a disease that Tocsin lists" if fact == "disease" else f"one of {', '.join(codes)}"
        raise entry.error(f"{name} has {text!r}; after {fact!r} and the colon there must be {known}")
    return Term(fact, code)
