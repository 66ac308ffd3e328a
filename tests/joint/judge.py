"""Whether an adoption is true, judged a second time: from the acts in their order, by the words of docs/council.md.

No code of `tocsin.joint.decisions` judges here. Of the fold only that is taken which of the owner's acts had effect.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tocsin.joint.acts import Applied
from tocsin.joint.decisions.state import Decision

ANSWERS = ("consent", "stay_out", "object")


@dataclass
class Silence:
    """One silence procedure: `began` and `closed` are receipts by state; `calls` are number and time of each."""

    number: int
    hours: int
    began: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    closed: dict[str, str] = field(default_factory=dict)
    calls: list[tuple[int, datetime]] = field(default_factory=list)
    not_before: dict[str, int] = field(default_factory=dict)

    def until(self, state: str) -> datetime:
        return self.began[state][1] + timedelta(hours=self.hours)


class Judge:
    """What each state has answered, as the acts go by."""

    def __init__(self, decision: Decision) -> None:
        self.took_effect = {step.applied.act.id for step in decision.history}
        self.concerned, self.owner = decision.concerned, decision.owner
        self.version = 1
        self.answers: dict[str, tuple[str, int, str]] = {}  # state: kind, version, act
        self.left_out: set[str] = set()
        self.silence: Silence | None = None

    def hear(self, applied: Applied) -> None:
        act = applied.act
        if act.id in self.took_effect and act.origin == self.owner:
            self._procedure(applied)
        if act.origin not in self.concerned or act.origin in self.left_out:
            return
        if act.kind in ANSWERS:
            self._answer(applied)
        elif act.kind == "lift_objection" and self.answers.get(act.origin, ("",))[0] == "object":
            del self.answers[act.origin]
        elif act.kind == "not_clear" and act.id in self.took_effect:
            self.answers[act.origin] = ("stay_out", self.answers[act.origin][1], act.id)
        elif act.kind == "received" and self.silence and act.id in self.took_effect:
            self._received(applied, self.silence)

    def _procedure(self, applied: Applied) -> None:
        act, said = applied.act, applied.act.said
        if act.kind == "amend":
            self.version += 1
        elif act.kind == "silence":
            self.silence = Silence(applied.number, said["hours"])
            if self.owner in self.concerned and self.owner not in self.left_out:
                self.silence.began[self.owner] = (act.id, applied.at)
        elif act.kind == "call" and self.silence:
            self.silence.calls.append((applied.number, applied.at))
            began = self.silence.began.get(self.owner)
            if began and applied.at > self.silence.until(self.owner):
                self.silence.closed.setdefault(self.owner, act.id)
        elif act.kind == "reconsider":
            self.silence = None
        elif act.kind == "leave_out":
            self.left_out.add(said["state"])
            if self.silence:
                self.silence.began.pop(said["state"], None), self.silence.closed.pop(said["state"], None)
        elif act.kind == "bring_back":
            self.left_out.discard(said["state"])
            if self.answers.get(said["state"], ("",))[0] == "object":
                self.silence = None
            elif self.silence:
                self.silence.not_before[said["state"]] = applied.number

    def _answer(self, applied: Applied) -> None:
        act, version = applied.act, applied.act.said["version"]
        if act.kind == "object":
            late = self.silence and act.origin in self.silence.began and applied.at > self.silence.until(act.origin)
            if version <= self.version and not late:
                self.answers[act.origin], self.silence = ("object", version, act.id), None
        elif version == self.version:
            self.answers[act.origin] = (act.kind, version, act.id)

    def _received(self, applied: Applied, silence: Silence) -> None:
        state, through = applied.act.origin, applied.act.said["through"]
        if state not in silence.began:
            if through >= silence.not_before.get(state, silence.number):
                silence.began[state] = (applied.act.id, applied.at)
        elif any(through >= number and at > silence.until(state) for number, at in silence.calls):
            silence.closed.setdefault(state, applied.act.id)

    def faults(self, applied: Applied) -> list[str]:
        """What is not true of an adoption that comes now."""
        said: Mapping[str, Any] = applied.act.said
        waited_for = [state for state in self.concerned if state not in self.left_out]
        cited = [one["state"] for one in said["states"]]
        found = [] if said["version"] == self.version else [f"version {said['version']} is not on the table"]
        if sorted(cited) != sorted(waited_for):
            found.append(f"cites {cited}, waits for {waited_for}")
        found += [f"{one} objects" for one in waited_for if self.answers.get(one, ("",))[0] == "object"]
        return found + [f"{one} is not so" for one in said["states"] if not self._is_so(one, applied.at)]

    def _is_so(self, one: Mapping[str, Any], at: datetime) -> bool:
        kind, version, id = self.answers.get(one["state"], ("", 0, ""))
        stands = version == self.version
        if one["by"] != "silence":
            wanted = {"consent": "consent", "stays_out": "stay_out"}[one["by"]]
            return stands and kind == wanted and one["acts"] == [id]
        silence, state = self.silence, one["state"]
        if stands or silence is None or state not in silence.closed:
            return False
        told = [silence.began[state][0], silence.closed[state]]
        return sorted(one["acts"]) == sorted(told) and at > silence.until(state)


def faults_of(applied: Sequence[Applied], decision: Decision) -> list[str]:
    """What is not true of the adoption of a decision; nothing where it has none."""
    judge, adoptions = Judge(decision), []
    for one in applied:
        if decision.adopted is not None and one.act.id == decision.adopted.act.id:
            adoptions += judge.faults(one)
            break
        judge.hear(one)
    return adoptions


def hidden_objections(
    applied: Sequence[Applied], decision: Decision, known: Mapping[tuple[str, str], Any]
) -> list[str]:
    """Acts of a state that stand in its stream before its answer to the closing call, and not in the order before the
    adoption; passing acts aside. `known`: all acts on the decision that stand, wherever they are.
    """
    if decision.adopted is None or decision.adoption is None:
        return []
    before: dict[str, Applied] = {}
    for one in applied:
        if one.act.id == decision.adopted.act.id:
            break
        before[one.act.id] = one
    found = []
    for citation in decision.adoption.citations:
        places = [before[id].act.place for id in citation.acts if id in before]
        last = max((place for place in places if place is not None), default=None)
        found += [
            f"{act.origin} had said {act.kind} before" for act in known.values()
            if last is not None and act.origin == citation.state and act.origin != decision.owner
            and act.place is not None and act.place < last and act.id not in before and not act.is_passing
        ]  # fmt: skip
    return found
