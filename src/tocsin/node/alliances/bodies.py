"""The bodies in which states decide together, and the rules by which an event calls one of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tocsin.joint.bodies import BodyRules
from tocsin.node.alliances.conditions import Condition, EventFacts, read_condition
from tocsin.node.alliances.entries import Entry, Names
from tocsin.node.alliances.rules import EVIDENCE

if TYPE_CHECKING:
    from tocsin.node.alliances.reading import AllianceFile

__all__ = ["CHAIRS", "KINDS", "LEVELS", "STANDINGS", "Body", "ConveningRule", "called_by", "read_bodies", "rules_of"]

# The kinds of decisions are those of the exchange's `decision`.
KINDS = ("statement", "plan", "agreement", "resolution", "decision")
LEVELS = ("ministers", "heads", "deputy_heads", "experts")
STANDINGS = ("existing", "proposed")
CHAIRS = ("order", "convener")
DECIDES = ("consensus",)


@dataclass(frozen=True)
class ConveningRule:
    """A session that an event calls by itself: when, and within how many hours of that it begins."""

    code: str
    name: Names
    when: Condition
    hours: int
    source: str
    evidence: str


@dataclass(frozen=True)
class Body:
    """A body of the alliance, its mandate and its rules.

    level                 of those who sit in it: ministers, heads, deputy_heads (of services), experts
    standing              existing, or proposed: nobody has set it up yet, and pages say so
    members, guests       tiers of states that decide, and that may be present
    may_join              tiers of states that may accede to what was adopted without them
    secretary             the seat that keeps its papers: the secretariat or a state
    chair                 order: the presidency passes each year in the alliance's order; convener: whoever convenes
    decides               by consensus, without a vote: there is no other way
    silence_hours         the least that a silence lasts; None where `silence` is not allowed
    kinds                 of decisions that it may adopt
    meets                 how often, in words
    convene_within_hours  of a delegate's call; None where nothing is laid down
    rules                 by which an event calls it; empty where only people do
    """

    code: str
    name: Names
    mandate: Names
    level: str
    standing: str
    members: tuple[str, ...]
    guests: tuple[str, ...]
    may_join: tuple[str, ...]
    secretary: str
    chair: str
    decides: str
    silence: bool
    silence_hours: int | None
    kinds: tuple[str, ...]
    meets: Names
    convene_within_hours: int | None
    rules: tuple[ConveningRule, ...]
    source: str
    evidence: str


def called_by(rules: Iterable[ConveningRule], facts: EventFacts) -> ConveningRule | None:
    """The rule by which an event calls a session: of those that hold the one with the fewest hours, else the first."""
    return min((rule for rule in rules if rule.when.holds(facts)), key=lambda rule: rule.hours, default=None)


def rules_of(body: Body, alliance: AllianceFile) -> BodyRules:
    """The rules of a body with the states of its alliance in place of their tiers."""
    return BodyRules(
        code=body.code,
        kinds=body.kinds,
        silence=body.silence,
        silence_hours=body.silence_hours,
        members=alliance.codes_of(body.members),
        official=alliance.official_languages,
        may_join=alliance.codes_of(body.may_join),
    )


def read_bodies(file: Entry, *, tiers: Collection[str], seats: Collection[str]) -> tuple[Body, ...]:
    """The bodies of an alliance's file; `tiers` and `seats` are those of its states. Raises DataFileError."""
    entries = file.entries("bodies", "body")
    bodies = tuple(_body(entry, tiers, seats) for entry in entries)
    file.once("body", (body.code for body in bodies))
    return bodies


def _body(entry: Entry, tiers: Collection[str], seats: Collection[str]) -> Body:
    entry.only(Body.__dataclass_fields__)
    silence = entry.flag("silence")
    members, guests = entry.choices("members", tiers), entry.choices("guests", tiers, least=0)
    if both := [tier for tier in guests if tier in members]:
        raise entry.error(f"{', '.join(both)} stands in members and in guests; a tier is one of them")
    return Body(
        code=entry.slug("code"),
        name=entry.names("name"),
        mandate=entry.names("mandate"),
        level=entry.choice("level", LEVELS),
        standing=entry.choice("standing", STANDINGS),
        members=members,
        guests=guests,
        may_join=entry.choices("may_join", tiers, least=0),
        secretary=entry.choice("secretary", seats),
        chair=entry.choice("chair", CHAIRS),
        decides=entry.choice("decides", DECIDES),
        silence=silence,
        silence_hours=_silence_hours(entry, silence),
        kinds=entry.choices("kinds", KINDS),
        meets=entry.names("meets"),
        convene_within_hours=entry.optional_whole("convene_within_hours", least=1),
        rules=_rules(entry),
        source=entry.text("source"),
        evidence=entry.choice("evidence", EVIDENCE),
    )


def _silence_hours(entry: Entry, silence: bool) -> int | None:
    if silence:
        return entry.whole("silence_hours", least=1)
    if "silence_hours" in entry.values:
        raise entry.error("silence_hours is given and silence is false; allow silence, or leave the hours out")
    return None


def _rules(body: Entry) -> tuple[ConveningRule, ...]:
    rules = tuple(_rule(entry) for entry in body.entries("rules", f"{body.label}, rule"))
    body.once("rule", (rule.code for rule in rules))
    return rules


def _rule(entry: Entry) -> ConveningRule:
    entry.only(ConveningRule.__dataclass_fields__)
    return ConveningRule(
        code=entry.slug("code"),
        name=entry.names("name"),
        when=read_condition(entry),
        hours=entry.whole("hours", least=1),
        source=entry.text("source"),
        evidence=entry.choice("evidence", EVIDENCE),
    )
