"""Who kills: processes of one node after another, where a seeded plan says, from outside."""

import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from scripts.chaos.nodes import WINDOWS, Alliance, Node, kill

__all__ = ["ANY_MOMENT", "Killer", "Kills", "Step", "Watcher", "plan"]

ANY_MOMENT = "any moment"
TRUST = next(window for window in WINDOWS if ".trust." in window)
CHECKPOINT = next(window for window in WINDOWS if ".checkpoint." in window)
# How many of a hundred kills are meant for which window; the rest at any moment.
SHARES = dict.fromkeys(WINDOWS, 11) | {CHECKPOINT: 7, TRUST: 5}
VICTIMS = ("courier", "courier", "courier", "door", "door", "door", "all", "writer")
ALL_OF_IT = 0.1  # of kills at a window: the whole node instead of the process that stands there
# A courier that dies young is started again after ever longer pauses; after so many deaths its supervisor is killed.
YOUNG_DEATHS = 3
HURRY = 0.2  # of kills: the next follows before the node has met anybody again
TO_RECOVER = 60.0  # seconds that the others wait for that
PATIENCE = {TRUST: 25.0, CHECKPOINT: 20.0}
USUAL_PATIENCE = 20.0


@dataclass(frozen=True)
class Step:
    """A kill that is meant: at a window, or at any moment of a victim."""

    window: str
    victim: str = ""
    pause: float = 0.0


@dataclass(frozen=True)
class Recovery:
    """A kill after which nobody has been met yet."""

    node: str
    role: str
    since: float


@dataclass
class Kills:
    """What was killed: by all killers of a study together, until there are enough, and enough at each window."""

    wanted: int
    least: int
    done: list[dict[str, Any]] = field(default_factory=list)
    missed: list[dict[str, Any]] = field(default_factory=list)
    recoveries: list[float] = field(default_factory=list)
    recovering: list[Recovery] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, **kill_: Any) -> None:
        """One more."""
        with self._lock:
            self.done.append({**kill_, "at": time.time()})

    def enough(self) -> bool:
        """Whether there are."""
        return len(self.done) >= self.wanted and not self.lacking()

    def lacking(self) -> list[str]:
        """Windows at which too few were killed yet."""
        with self._lock:
            hits = Counter(one["window"] for one in self.done)
        return [window for window in WINDOWS if hits[window] < self.least]


def plan(chance: random.Random, kills: int) -> list[Step]:
    """Steps in a mixed order, enough and to spare: not every window is reached each time it is waited for."""
    steps = [Step(window) for window, share in SHARES.items() for _ in range(max(1, round(kills * share / 100)))]
    steps += [Step(ANY_MOMENT, chance.choice(VICTIMS), chance.uniform(0, 3)) for _ in range(max(1, kills - len(steps)))]
    chance.shuffle(steps)
    return steps


class Killer(threading.Thread):
    """Kills processes of one node."""

    def __init__(
        self, alliance: Alliance, node: Node, kills: Kills, chance: random.Random, steps: Sequence[Step]
    ) -> None:
        super().__init__(name=f"killer of {node.code}", daemon=True)
        self.alliance, self.node, self.kills, self.chance, self.steps = alliance, node, kills, chance, steps
        self.ending = threading.Event()
        self.failed: BaseException | None = None
        self.calm = 4.0  # seconds at most between two kills, once it has met somebody
        self._deaths = 0  # of its courier, since its supervisor was killed

    def run(self) -> None:
        """Until all together are enough."""
        try:
            number = 0
            while not self.kills.enough() and not self.ending.is_set():
                step = self.steps[number % len(self.steps)]
                if len(self.kills.done) >= self.kills.wanted:
                    step = Step(self.chance.choice(self.kills.lacking() or WINDOWS))
                number += 1
                with self.node.busy:
                    self._take(step)
                self.ending.wait(0.2)  # who else waits for the node comes first
        except BaseException as error:
            self.failed = error
            raise

    def _take(self, step: Step) -> None:
        role = self._at_any_moment(step) if step.window == ANY_MOMENT else self._at_window(step)
        if role is None:
            self.kills.missed.append({"node": self.node.code, "window": step.window, "victim": step.victim})
            return
        self._deaths = 0 if role == "the whole node" else self._deaths + (role == "courier")
        self.kills.note(node=self.node.code, window=step.window, victim=role)
        if role != "who writes":
            recovering = Recovery(self.node.code, role, time.time())
            self.kills.recovering.append(recovering)
            self._wait_for(recovering)

    def _wait_for(self, recovering: Recovery) -> None:
        until = time.monotonic() + (0 if self.chance.random() < HURRY else TO_RECOVER)
        while recovering in self.kills.recovering and time.monotonic() < until and not self.ending.is_set():
            time.sleep(0.1)
        self.ending.wait(self.chance.uniform(0, self.calm))

    def _at_any_moment(self, step: Step) -> str | None:
        self.ending.wait(step.pause)
        if step.victim == "all" or (step.victim == "courier" and self._deaths >= YOUNG_DEATHS):
            self.node.kill_all()
            return "the whole node"
        if step.victim == "writer":
            writer = self.node.writer
            return "who writes" if writer is not None and writer.poll() is None and kill(writer.pid) else None
        victim = self.node.one(step.victim)
        return step.victim if victim is not None and kill(victim) else None

    def _at_window(self, step: Step) -> str | None:
        self.node.pass_all(step.window)
        if step.window == TRUST:
            self.alliance.renew_list(not_at=self.node.code)
        if step.window == CHECKPOINT and (courier := self.node.one("courier")) is not None and kill(courier):
            self.kills.note(node=self.node.code, window=ANY_MOMENT, victim="courier")  # a new one signs its log at once
        until = time.monotonic() + PATIENCE.get(step.window, USUAL_PATIENCE)
        while not (arrived := self.node.arrived()) and time.monotonic() < until and not self.ending.is_set():
            time.sleep(0.02)
        if not arrived:
            self.node.pass_now(step.window)
            time.sleep(0.3)  # who has read that it should stop will have said so
            arrived = self.node.arrived()
        return self._kill_who_arrived(arrived) if arrived else None

    def _kill_who_arrived(self, arrived: Sequence[tuple[str, int]]) -> str:
        family = self.node.family()
        role = " and ".join(sorted({family.get(pid, "a command") for _, pid in arrived}))
        self.ending.wait(self.chance.uniform(0, 0.5))  # others go on meanwhile, and wait for the database
        if self.chance.random() < ALL_OF_IT or self._deaths >= YOUNG_DEATHS:
            self.node.kill_all()
            return "the whole node"
        for _, pid in arrived:
            kill(pid)
        return role


class Watcher(threading.Thread):
    """Sees when a node whose process was killed has met a partner again; or a partner it, if it was its door."""

    def __init__(self, alliance: Alliance, kills: Kills) -> None:
        super().__init__(name="watcher", daemon=True)
        self.alliance, self.kills, self.ending = alliance, kills, threading.Event()
        self.failed: BaseException | None = None

    def run(self) -> None:
        """Until told to end."""
        try:
            while not self.ending.wait(0.25):
                for one in list(self.kills.recovering):
                    if (met := self._met(one)) > one.since:
                        self.kills.recoveries.append(met - one.since)
                        self.kills.recovering.remove(one)
        except BaseException as error:
            self.failed = error
            raise

    def _met(self, one: Recovery) -> float:
        nodes = self.alliance.nodes
        if one.role != "door":
            return nodes[one.node].last_met()
        return max(other.last_met(one.node) for code, other in nodes.items() if code != one.node)
