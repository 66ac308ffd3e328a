"""One study: an alliance under load, killed, cut off, filled up; then healed, left to rest, and looked at."""

import contextlib
import json
import random
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts import demo_alliance
from scripts.chaos import people
from scripts.chaos.killing import Killer, Kills, Watcher, plan
from scripts.chaos.nodes import CODES, Alliance, Node, soon
from scripts.chaos.oracle import Accepted, Fault, Held, faults, read_journal
from scripts.chaos.weather import KINDS, Weather

__all__ = ["Asked", "Found", "study"]

RELAY = "SEC"
TO_REST = 600.0
HOLDINGS = "from scripts.chaos.holdings import main; main()"


@dataclass(frozen=True)
class Asked:
    """What a study is asked to do.

    least      kills at each window
    acts       whether keys are rotated and a node is put back from a copy meanwhile
    checks     after how many kills all is brought to rest and looked at; 0 for at the end only
    calm       seconds at most between two kills of a node's processes, once it has met somebody
    sabotaged  a node whose code is broken on purpose, to see that it is found out
    """

    seed: int
    kills: int = 300
    least: int = 5
    minutes: float = 60
    acts: bool = True
    checks: int = 100
    weather: tuple[str, ...] = KINDS
    sabotaged: str = ""
    calm: float = 4.0


@dataclass
class Found:
    """What came of it."""

    asked: Asked
    kills: list[dict[str, Any]] = field(default_factory=list)
    missed: int = 0
    recoveries: list[float] = field(default_factory=list)
    weather: Counter[str] = field(default_factory=Counter)
    weather_seconds: Counter[str] = field(default_factory=Counter)
    acts: list[dict[str, Any]] = field(default_factory=list)
    documents: int = 0
    unsure: int = 0
    not_accepted: int = 0  # acts that a full disk, or a lock that was held too long, refused to the writer
    refused: Counter[str] = field(default_factory=Counter)
    held: int = 0
    receipts: int = 0
    to_rest: list[float] = field(default_factory=list)
    audited: int = 0
    faults: list[Fault] = field(default_factory=list)
    minutes: float = 0.0


def study(folder: Path, asked: Asked, say: Callable[[str], None]) -> Found:
    """Do it, in a new folder, which stays for whoever wants to look. Raises where a node does not go on."""
    began, found = time.monotonic(), Found(asked)
    with Alliance(folder, asked.seed, sabotaged=asked.sabotaged) as alliance:
        say(f"{len(CODES)} nodes are made, after {time.monotonic() - began:.0f} s")
        try:
            _run(alliance, asked, found, say, until=began + 60 * asked.minutes)
        except BaseException:
            _keep(alliance)
            raise
        if found.faults:
            _keep(alliance)
        found.minutes = (time.monotonic() - began) / 60
    return found


def _run(alliance: Alliance, asked: Asked, found: Found, say: Callable[[str], None], *, until: float) -> None:
    alliance.serve()
    for node in alliance.nodes.values():
        node.writes = True
    running = _Running(alliance, asked, found, say)
    with running:
        running.until(until)
    say(f"{len(found.kills)} kills; the lines are healed, and nobody writes")
    running.rest_and_look()
    found.faults += _audited(alliance, found)


def _keep(alliance: Alliance) -> None:
    """Keep the databases for whoever looks for the cause: the disks go."""
    for node in alliance.nodes.values():
        node.kill_all(again=False)
        for path in node.place.home.glob("tocsin.sqlite3*"):
            shutil.copy(path, alliance.folder / f"{node.code}.{path.name}")


class _Running:
    """The killers, the weather and the people of a study."""

    def __init__(self, alliance: Alliance, asked: Asked, found: Found, say: Callable[[str], None]) -> None:
        chance = random.Random(asked.seed)
        self.alliance, self.asked, self.found, self.say = alliance, asked, found, say
        self.kills = Kills(asked.kills, asked.least, found.kills, recoveries=found.recoveries)
        steps = plan(chance, asked.kills)
        self.killers = [
            Killer(alliance, node, self.kills, random.Random(chance.random()), steps[at :: len(CODES)])
            for at, node in enumerate(alliance.nodes.values())
        ]
        for killer in self.killers:
            killer.calm = asked.calm
        self.weather = Weather(alliance, random.Random(chance.random()), asked.weather)
        self.weather.told = say
        self.threads = (*self.killers, self.weather, Watcher(alliance, self.kills))
        self.copy = alliance.folder / "yesterday.tar"
        self.due = self._due()

    def _due(self) -> list[tuple[int, Callable[[], None]]]:
        """What people do, after how many kills."""
        acts: list[tuple[float, Callable[[], None]]] = []
        if self.asked.acts:
            acts = [
                (0.40, lambda: people.back_up(self.alliance.nodes["AL"], self.copy)),
                (0.30, lambda: self._rotate("BO")), (0.55, self._put_back), (0.75, lambda: self._rotate("SEC")),
            ]  # fmt: skip
        found = [(round(share * self.asked.kills), act) for share, act in acts]
        if self.asked.checks:
            found += [(at, self._check) for at in range(self.asked.checks, self.asked.kills, self.asked.checks)]
        return sorted(found, key=lambda one: one[0])

    def __enter__(self) -> "_Running":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        for thread in self.threads:
            thread.ending.set()
        for thread in self.threads:
            thread.join(120)
        self.alliance.network.heal()
        self.found.weather, self.found.weather_seconds = self.weather.seen, self.weather.seconds
        self.found.missed = len(self.kills.missed)

    def until(self, end: float) -> None:
        """Go on until there are enough kills, or it is time to end."""
        said = 0
        while not (self.kills.enough() and not self.due) and time.monotonic() < end and not self.found.faults:
            for thread in self.threads:
                if thread.failed is not None:
                    raise RuntimeError(f"{thread.name} failed") from thread.failed
            while self.due and len(self.found.kills) >= self.due[0][0]:
                self.due.pop(0)[1]()
            if len(self.found.kills) - said >= 10:
                said = len(self.found.kills)
                self.say(f"{said} kills, {len(self.kills.missed)} windows not reached; lacking {self.kills.lacking()}")
            time.sleep(0.3)

    # Acts

    def _rotate(self, code: str) -> None:
        with self.weather.still:
            self.found.acts.append(
                {"rotated": people.rotate_seal_key(self.alliance, self.alliance.nodes[code], self.say)}
            )

    def _put_back(self) -> None:
        node = self.alliance.nodes["AL"]
        with self.weather.still, node.busy:
            self.found.acts.append({"put back": people.put_back(self.alliance, node, self.copy, self.say)})

    def _check(self) -> None:
        with contextlib.ExitStack() as stack:
            stack.enter_context(self.weather.still)
            for node in self.alliance.nodes.values():
                stack.enter_context(node.busy)
            self.rest_and_look()
            for node in self.alliance.nodes.values():
                node.writes = True

    def rest_and_look(self) -> None:
        """Let all come to rest and compare."""
        nodes = self.alliance.nodes
        for node in nodes.values():
            node.stop_writing()
            node.pass_all()
        took = soon(lambda: _at_rest(nodes), "all to come to rest", TO_REST, every=1.0)
        self.found.to_rest.append(took)
        written = _written(nodes, self.found)
        with ThreadPoolExecutor(2) as pool:
            held = dict(zip(nodes, pool.map(_held, nodes.values()), strict=True))
        self.found.held = sum(len(one.documents) for one in held.values())
        self.found.receipts = sum(
            row[5] == "receipt" and row[4] == "own" for one in held.values() for row in one.documents
        )
        self.found.refused = sum((Counter(one.refused) for one in held.values()), Counter())
        wrong = faults(written, held)
        self.say(
            f"at rest after {took:.0f} s: {len(written)} documents, {self.found.held} entries, {len(wrong)} faults"
        )
        self.found.faults += [one for one in wrong if one not in self.found.faults]


def _at_rest(nodes: dict[str, Node]) -> bool:
    """Nothing waits, and whoever may have a stream has all of it; twice, lest something was just on its way."""
    before = _looked(nodes)
    if before is None:
        return False
    time.sleep(2)
    return _looked(nodes) == before


def _looked(nodes: dict[str, Node]) -> Any:
    if any(node.waiting() for node in nodes.values()):
        return None
    heads = {code: node.heads() for code, node in nodes.items()}
    for place in set().union(*heads.values()):
        audience = place[2]
        may = {*audience[3:].split("+"), place[0], RELAY} if audience.startswith("to:") else set(CODES)
        if len({heads[code].get(place) for code in may}) > 1:
            return None
    return heads


def _written(nodes: dict[str, Node], found: Found) -> list[Accepted]:
    written, found.not_accepted = [], 0
    for code, node in nodes.items():
        lines = [json.loads(line) for line in node.journal.read_text("utf-8").splitlines()]
        written += read_journal(lines, code)
        found.not_accepted += sum("no" in line for line in lines)
    found.documents, found.unsure = sum(one.sure for one in written), sum(not one.sure for one in written)
    return written


def _held(node: Node) -> Held:
    return Held(**json.loads(demo_alliance.python(node.place, HOLDINGS)))


def _audited(alliance: Alliance, found: Found) -> list[Fault]:
    """What the node's own audit says, and SQLite's of its file."""

    def look(node: Node) -> list[Fault]:
        wrong = []
        done = node.command("exchange", "audit", "--deep", "--json", "--quiet", check=False)
        *findings, last = [json.loads(line) for line in done.stdout.splitlines()] or [{}]
        if done.returncode or "counts" not in last:
            said = [f"{one['where']}: {one['what']}" for one in findings if one["wrong"]] or [done.stderr[-500:]]
            wrong += [Fault("audit", node.code, one) for one in said]
        found.audited += sum(last.get("counts", {}).values())
        node.kill_all(again=False)
        with contextlib.closing(sqlite3.connect(node.place.home / "tocsin.sqlite3")) as connection:
            for pragma in ("integrity_check", "foreign_key_check"):
                rows = connection.execute(f"PRAGMA {pragma}").fetchall()
                wrong += [Fault("database", node.code, str(row)) for row in rows if row != ("ok",)]
        return wrong

    with ThreadPoolExecutor(2) as pool:
        return [one for found_ in pool.map(look, alliance.nodes.values()) for one in found_]
