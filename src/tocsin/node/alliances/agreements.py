"""Standing agreements: what an event opens for their parties, each duty with its owner and its hours."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from tocsin.node.alliances.conditions import Condition, EventFacts, read_condition
from tocsin.node.alliances.entries import Entry, Names
from tocsin.node.alliances.rules import EVIDENCE

__all__ = [
    "OWNERS",
    "STANDINGS",
    "Duty",
    "StandingAgreement",
    "Trigger",
    "duties_opened",
    "read_agreements",
    "read_triggers",
    "triggered",
    "who_owes",
]

# The owners are those of the exchange's `decision`.
OWNERS = ("affected", "parties", "all")
STANDINGS = ("in_force", "draft")


@dataclass(frozen=True)
class Trigger:
    """What must be so of an event for duties to open. Agreements that states adopt later name it by its code."""

    code: str
    name: Names
    when: Condition
    source: str
    evidence: str


@dataclass(frozen=True)
class Duty:
    """What is owed once a trigger holds.

    owner  affected: the parties that the event is in; parties: the other ones; all: each of them
    hours  from the moment when the trigger held
    """

    code: str
    trigger: Trigger
    owner: str
    hours: int
    title: Names


@dataclass(frozen=True)
class StandingAgreement:
    """An agreement between states of the tiers `parties`; while it is a draft it binds nobody."""

    code: str
    name: Names
    parties: tuple[str, ...]
    standing: str
    duties: tuple[Duty, ...]
    source: str
    evidence: str


def triggered(triggers: Iterable[Trigger], facts: EventFacts) -> tuple[Trigger, ...]:
    """The triggers that hold, in the order given."""
    return tuple(trigger for trigger in triggers if trigger.when.holds(facts))


def duties_opened(agreement: StandingAgreement, facts: EventFacts) -> tuple[Duty, ...]:
    """The duties that an event opens, in the agreement's order; of a draft none."""
    if agreement.standing == "draft":
        return ()
    return tuple(duty for duty in agreement.duties if duty.trigger.when.holds(facts))


def who_owes(owner: str, *, parties: Iterable[str], affected: Collection[str]) -> tuple[str, ...]:
    """Codes of the parties that a duty is for, in their order; a state that is no party owes nothing."""
    if owner == "all":
        return tuple(parties)
    return tuple(party for party in parties if (party in affected) == (owner == "affected"))


def read_triggers(file: Entry) -> tuple[Trigger, ...]:
    """The triggers of an alliance's file. Raises DataFileError."""
    triggers = tuple(_trigger(entry) for entry in file.entries("triggers", "trigger"))
    file.once("trigger", (trigger.code for trigger in triggers))
    return triggers


def read_agreements(
    file: Entry, triggers: Iterable[Trigger], *, tiers: Collection[str]
) -> tuple[StandingAgreement, ...]:
    """The agreements of an alliance's file; `tiers` are those of its states. Raises DataFileError."""
    by_code = {trigger.code: trigger for trigger in triggers}
    agreements = tuple(_agreement(entry, by_code, tiers) for entry in file.entries("agreements", "agreement"))
    file.once("agreement", (agreement.code for agreement in agreements))
    return agreements


def _trigger(entry: Entry) -> Trigger:
    entry.only(Trigger.__dataclass_fields__)
    return Trigger(
        code=entry.slug("code"),
        name=entry.names("name"),
        when=read_condition(entry),
        source=entry.text("source"),
        evidence=entry.choice("evidence", EVIDENCE),
    )


def _agreement(entry: Entry, triggers: Mapping[str, Trigger], tiers: Collection[str]) -> StandingAgreement:
    entry.only(StandingAgreement.__dataclass_fields__)
    duties = tuple(_duty(duty, triggers) for duty in entry.entries("duties", f"{entry.label}, duty"))
    if not duties:
        raise entry.error("duties is empty; an agreement opens at least one")
    entry.once("duty", (duty.code for duty in duties))
    return StandingAgreement(
        code=entry.slug("code"),
        name=entry.names("name"),
        parties=entry.choices("parties", tiers),
        standing=entry.choice("standing", STANDINGS),
        duties=duties,
        source=entry.text("source"),
        evidence=entry.choice("evidence", EVIDENCE),
    )


def _duty(entry: Entry, triggers: Mapping[str, Trigger]) -> Duty:
    entry.only(Duty.__dataclass_fields__)
    if (trigger := triggers.get(entry.text("trigger"))) is None:
        known = ", ".join(triggers) or "none yet"
        raise entry.error(f"trigger is {entry.text('trigger')!r}; the file's triggers are {known}")
    return Duty(
        code=entry.slug("code"),
        trigger=trigger,
        owner=entry.choice("owner", OWNERS),
        hours=entry.whole("hours", least=1),
        title=entry.names("title"),
    )
