"""What happens to the alliance besides kills: lines are cut or bad, disks are full. Seeded, one thing after another."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import permutations

from scripts.chaos.nodes import CODES, Alliance

__all__ = ["KINDS", "Weather"]

KINDS = ("cut", "cut", "cut one way", "no calls one way", "alone", "bad lines", "disk full")
FOR = 6.0, 20.0  # seconds that something lasts
CALM = 2.0, 8.0
DROPPED, DELAYED = 0.12, 0.15  # of packets; seconds, half to one and a half times


class Weather(threading.Thread):
    """Makes it, until told to end. `seen` counts what there was, `seconds` how long."""

    def __init__(self, alliance: Alliance, chance: random.Random, kinds: Sequence[str] = KINDS) -> None:
        super().__init__(name="weather", daemon=True)
        self.alliance, self.chance, self.kinds = alliance, chance, kinds
        self.ending, self.seen, self.seconds = threading.Event(), Counter[str](), Counter[str]()
        self.still = threading.Lock()  # held by who needs the lines for themselves
        self.failed: BaseException | None = None
        self.told: Callable[[str], None] = lambda line: None

    def run(self) -> None:
        """One after another, each kind before any comes again."""
        waiting: list[str] = []
        try:
            while not self.ending.wait(self.chance.uniform(*CALM)):
                waiting = waiting or self.chance.sample(self.kinds, len(self.kinds))
                with self.still:
                    self._make(waiting.pop())
        except BaseException as error:
            self.failed = error
            raise

    def _make(self, kind: str) -> None:
        began = time.monotonic()
        self.told(f"weather: {kind}")
        if kind == "disk full":
            self._fill()
        else:
            self._spoil(kind)
        self.seen[kind] += 1
        self.seconds[kind] += round(time.monotonic() - began)

    def _spoil(self, kind: str) -> None:
        network = self.alliance.network
        one, other = self.chance.sample(CODES, 2)
        match kind:
            case "cut":
                network.set((one, other), (other, one), cut=True)
            case "cut one way":
                network.set((one, other), cut=True)
            case "no calls one way":
                network.set((one, other), calls=False)
            case "alone":
                network.set(*(pair for pair in permutations(CODES, 2) if one in pair), cut=True)
            case "bad lines":
                network.set(*permutations(CODES, 2), loss=DROPPED, delay=DELAYED)
        self.ending.wait(self.chance.uniform(*FOR))
        network.heal()

    def _fill(self) -> None:
        disk = self.alliance.nodes[self.chance.choice(CODES)].disk
        until = time.monotonic() + self.chance.uniform(*FOR)
        while time.monotonic() < until and not self.ending.is_set():
            disk.fill()
            self.ending.wait(0.2)
        disk.clear()
