"""What an alliance, or a state of it, decided about events: criteria for telling partners, limits of time, a matrix.

All of it is optional in the file; where nothing is decided the instruments of events have a default of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tocsin.node.alliances.entries import Entry, Names

__all__ = [
    "CLOCKS",
    "CRITERIA",
    "EVIDENCE",
    "IMPACTS",
    "INTERVALS",
    "LEVELS",
    "LIKELIHOODS",
    "RULE_TABLES",
    "AllianceCriteria",
    "AllianceRules",
    "NationalClock",
    "read_alliance_rules",
    "read_national_clock",
]

# The codes of criteria, steps and levels are those of the exchange's notification.
CRITERIA = ("unusual", "morbidity_mortality", "rapid_growth", "beyond_capacity", "several_states", "coordination")
CLOCKS = ("assessment", "who_notified", "outside_risk", "partners_notified", "acknowledgement", "verification_answer")
INTERVALS = ("detection", "notification", "response")
LIKELIHOODS = ("very_unlikely", "unlikely", "likely", "highly_likely", "almost_certain")
IMPACTS = ("minimal", "minor", "moderate", "major", "severe")
LEVELS = ("low", "moderate", "high", "very_high")
EVIDENCE = ("read", "secondary", "unconfirmed", "decided")
# The tables of an alliance's file that are read here.
RULE_TABLES = ("criteria", "clocks", "risk")


@dataclass(frozen=True)
class AllianceCriteria:
    """Groups of criteria: each group must hold, one criterion is enough for its group."""

    groups: tuple[tuple[str, ...], ...]
    source: str
    evidence: str


@dataclass(frozen=True)
class NationalClock:
    """A limit of a state's own law for reporting a case inside it.

    diseases  those that it is for; empty for every disease that no other clock of the state names
    source    the law in its own words, and `evidence` how surely it was read
    """

    code: str
    name: Names
    hours: int
    diseases: tuple[str, ...]
    source: str
    evidence: str


@dataclass(frozen=True)
class AllianceRules:
    """What an alliance's file decides; None or empty where it decides nothing.

    hours        limits by clock, in place of the default ones
    days         targets of 7-1-7 by interval, likewise
    risk_matrix  level by likelihood (rows) and impact (from the least to the greatest)
    """

    criteria: AllianceCriteria | None = None
    hours: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    days: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    risk_matrix: Mapping[str, tuple[str, ...]] | None = None


def read_alliance_rules(file: Entry) -> AllianceRules:
    """The tables `criteria`, `clocks` and `risk` of an alliance's file. Raises DataFileError."""
    clocks = file.entry("clocks") if "clocks" in file.values else Entry(file.file, "clocks", {})
    clocks.only({"hours", "days"})
    return AllianceRules(
        criteria=_criteria(file.entry("criteria")) if "criteria" in file.values else None,
        hours=_wholes(clocks, "hours", CLOCKS, least=1),
        days=_wholes(clocks, "days", INTERVALS, least=0),
        risk_matrix=_matrix(file.entry("risk")) if "risk" in file.values else None,
    )


def read_national_clock(entry: Entry) -> NationalClock:
    """A clock of a state. Raises DataFileError."""
    entry.only(NationalClock.__dataclass_fields__)
    return NationalClock(
        code=entry.text("code"),
        name=entry.names("name"),
        hours=entry.whole("hours", least=1),
        diseases=entry.texts("diseases"),
        source=entry.text("source"),
        evidence=entry.choice("evidence", EVIDENCE),
    )


def _criteria(entry: Entry) -> AllianceCriteria:
    entry.only(AllianceCriteria.__dataclass_fields__)
    groups = entry.groups("groups", CRITERIA)
    return AllianceCriteria(groups, entry.text("source"), entry.choice("evidence", EVIDENCE))


def _wholes(entry: Entry, table: str, known: tuple[str, ...], *, least: int) -> Mapping[str, int]:
    if table not in entry.values:
        return MappingProxyType({})
    inner = entry.entry(table)
    inner.only(known)
    return MappingProxyType({code: inner.whole(code, least=least) for code in inner.values})


def _matrix(entry: Entry) -> Mapping[str, tuple[str, ...]]:
    """Rows that never fall: a likelier or graver risk has no lower level."""
    entry.only(LIKELIHOODS)
    rows = {row: entry.sequence(row, LEVELS, length=len(IMPACTS)) for row in LIKELIHOODS}
    ranks = [[LEVELS.index(level) for level in row] for row in rows.values()]
    if any(row != sorted(row) for row in ranks) or any(list(col) != sorted(col) for col in zip(*ranks, strict=True)):
        raise entry.error("a level falls where likelihood or impact rises; it must stay or rise")
    return MappingProxyType(rows)
