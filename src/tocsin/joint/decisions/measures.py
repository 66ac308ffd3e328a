"""The measures of a decision: who does what by when, how far it has come, who says that it was done."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from tocsin.joint.acts import Applied
from tocsin.joint.refusing import NotAllowed

__all__ = [
    "MEASURE_ACTS", "Duty", "Link", "Measure", "MeasureState", "Report", "assigned", "day_of", "measured",
    "read_duties", "read_measure", "read_measures",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Link:
    """A session, request, training or event that a measure has to do with; a training has no identifier."""

    kind: str
    origin: str | None
    id: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Measure:
    """What a decision asks of a state. `evidence`: what would show it; `verifier`: the node that says so."""

    id: str
    title: Mapping[str, str]
    state: str
    deadline: date
    evidence: str
    verifier: str
    paragraph: str | None
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """What a standing agreement asks within `hours` of a trigger, of the state `affected`, the `parties` or `all`."""

    id: str
    trigger: str
    owner: str
    hours: int
    title: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Report:
    """What the state says of its measure, with links to what shows it."""

    applied: Applied
    text: str
    evidence: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MeasureState:
    """How far a measure has come. `measure` has the state and the deadline that it has now.

    status   ASSIGNED, ACCEPTED, DECLINED, IN_PROGRESS, DONE, VERIFIED
    history  the acts that moved it, first the one that assigned it
    """

    measure: Measure
    status: str
    history: tuple[Applied, ...]
    reports: tuple[Report, ...] = ()

    def is_overdue(self, day: date) -> bool:
        """Whether on that day its deadline is over and it is not done."""
        return self.status in {"ASSIGNED", "ACCEPTED", "IN_PROGRESS"} and day > self.measure.deadline


def day_of(text: str) -> date:
    """The day. Raises NotAllowed."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotAllowed("no-such-day", day=text) from None


def read_measures(said: Iterable[Mapping[str, Any]]) -> tuple[Measure, ...]:
    """Measures of a document, no two of one name. Raises NotAllowed."""
    found: dict[str, Measure] = {}
    for one in said:
        if one["id"] in found:
            raise NotAllowed("measure-twice", measure=one["id"])
        found[one["id"]] = read_measure(one)
    return tuple(found.values())


def read_measure(said: Mapping[str, Any]) -> Measure:
    """One measure. Raises NotAllowed."""
    links = tuple(Link(one["kind"], one["origin"], one["id"], one["text"]) for one in said["links"])
    return Measure(
        said["id"], dict(said["title"]), said["state"], day_of(said["deadline"]), said["evidence"], said["verifier"],
        said["paragraph"], links,
    )  # fmt: skip


def read_duties(said: Iterable[Mapping[str, Any]]) -> tuple[Duty, ...]:
    """Duties of a document."""
    return tuple(Duty(one["id"], one["trigger"], one["owner"], one["hours"], dict(one["title"])) for one in said)


def assigned(measures: Iterable[Measure], applied: Applied) -> tuple[MeasureState, ...]:
    """The measures as they are when a decision is adopted."""
    return tuple(MeasureState(one, "ASSIGNED", (applied,)) for one in measures)


def measured(measures: Sequence[MeasureState], applied: Applied) -> tuple[MeasureState, ...]:
    """The measures after an act of `MEASURE_ACTS`; whoever may say those of the owner says them. Raises NotAllowed."""
    act, said = applied.act, applied.act.said
    if act.kind == "assign_measure":
        new = read_measure(said["measure"])
        if any(one.measure.id == new.id for one in measures):
            raise NotAllowed("measure-twice", measure=new.id)
        return (*measures, *assigned((new,), applied))
    place = next((at for at, one in enumerate(measures) if one.measure.id == said["measure"]), None)
    if place is None:
        raise NotAllowed("no-such-measure", measure=said["measure"])
    rule, one = MEASURE_ACTS[act.kind], measures[place]
    _check_hand(rule.by, act.origin, one.measure)
    if one.status not in rule.when:
        raise NotAllowed("measure-not-now", measure=one.measure.id, status=one.status)
    moved = replace(rule.does(one, applied), history=(*one.history, applied))
    return (*measures[:place], moved, *measures[place + 1 :])


def _check_hand(by: str, origin: str, measure: Measure) -> None:
    if by == "measure" and origin != measure.state:
        raise NotAllowed("not-measure-owner", measure=measure.id, state=measure.state)
    if by == "verifier" and origin != measure.verifier:
        raise NotAllowed("not-verifier", measure=measure.id, state=measure.verifier)


def _to(status: str) -> "Does":
    return lambda one, applied: replace(one, status=status)


def _reported(status: str) -> "Does":
    def does(one: MeasureState, applied: Applied) -> MeasureState:
        said = applied.act.said
        report = Report(applied, said["text"], tuple((each["title"], each["link"]) for each in said["evidence"]))
        return replace(one, status=status, reports=(*one.reports, report))

    return does


def _extended(one: MeasureState, applied: Applied) -> MeasureState:
    deadline = day_of(applied.act.said["deadline"])
    if deadline <= one.measure.deadline:
        raise NotAllowed("deadline-not-later", measure=one.measure.id, deadline=one.measure.deadline)
    return replace(one, measure=replace(one.measure, deadline=deadline))


def _reassigned(one: MeasureState, applied: Applied) -> MeasureState:
    return replace(one, status="ASSIGNED", measure=replace(one.measure, state=applied.act.said["state"]))


Does = Callable[[MeasureState, Applied], MeasureState]


@dataclass(frozen=True, slots=True)
class _Rule:
    """Whose act it is (`owner` of the decision, owner of the `measure`, `verifier`), from where it moves, and how."""

    by: str
    when: frozenset[str]
    does: Does


GOING = frozenset({"ACCEPTED", "IN_PROGRESS"})
NOT_DONE = GOING | {"ASSIGNED", "DECLINED"}
MEASURE_ACTS: Mapping[str, _Rule] = {
    "assign_measure": _Rule("owner", frozenset(), _to("ASSIGNED")),
    "accept_measure": _Rule("measure", frozenset({"ASSIGNED"}), _to("ACCEPTED")),
    "decline_measure": _Rule("measure", frozenset({"ASSIGNED"}), _to("DECLINED")),
    "report_measure": _Rule("measure", GOING, _reported("IN_PROGRESS")),
    "finish_measure": _Rule("measure", GOING, _reported("DONE")),
    "verify_measure": _Rule("verifier", frozenset({"DONE"}), _to("VERIFIED")),
    "return_measure": _Rule("verifier", frozenset({"DONE"}), _to("IN_PROGRESS")),
    "extend_measure": _Rule("owner", NOT_DONE | {"DONE"}, _extended),
    "reassign_measure": _Rule("owner", NOT_DONE, _reassigned),
}
