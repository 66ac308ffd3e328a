"""The outbreak of one exercise: the same on every node that has its script and its code word.

Nothing of it is stored or sent. States agree on a code word by telephone; each node draws the outbreak from it and
shows its own state's cases. The order in which random numbers are drawn is part of what a script means: whoever changes
it changes the outbreak of every code word, and nodes of two releases would no longer play the same one.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.node.exercises.scripts import Script

__all__ = ["Case", "Played", "folded", "play", "seed_of"]

AGES = ((0, 4, 0.14), (5, 14, 0.16), (15, 29, 0.24), (30, 44, 0.20), (45, 59, 0.14), (60, 84, 0.12))
CLASSES = (("suspected", 0.5), ("probable", 0.2), ("confirmed", 0.3))
RECOVERS_IN, DIES_IN = (3, 8), (0, 3)  # days after the report: first, and one past the last
KEPT = 8


@dataclass(frozen=True, slots=True)
class Case:
    """One simulated case; days are those of the exercise, so that those before it began are 0, -1 and so on.

    number    within its role, in order of report: the same on every node
    place     code of the script's place
    ended_on  day on which the case died or recovered
    """

    number: int
    role: str
    place: str
    onset: int
    reported: int
    age: int
    sex: str
    classification: str
    outcome: str
    ended_on: int
    health_worker: bool
    exposure: str


@dataclass(frozen=True)
class Played:
    """The whole outbreak.

    cases        reported within the exercise's days, in order of report
    incidence    (days before and of the exercise, places) by day of onset
    fingerprint  what directing staff compare by telephone: equal where the outbreak is
    """

    cases: tuple[Case, ...]
    incidence: NDArray[np.int64]
    fingerprint: str

    def reported(self, role: str, *, until: int) -> Iterator[Case]:
        """Cases of a role's places that are known at the end of a day."""
        return (case for case in self.cases if case.role == role and case.reported <= until)

    def counted(self, place: str, *, until: int) -> tuple[int, int]:
        """Cases and deaths of one place that are known at the end of a day."""
        found = [case for case in self.cases if case.place == place and case.reported <= until]
        return len(found), sum(case.outcome == "deceased" and case.ended_on <= until for case in found)


def folded(code_word: str) -> str:
    """A code word as it is compared: as it sounds on the telephone, not as it is typed."""
    return " ".join(code_word.casefold().split())


def seed_of(script: Script, code_word: str) -> int:
    digest = hashlib.sha256(f"{script.code}\n{folded(code_word)}".encode()).digest()
    return int.from_bytes(digest[:8])


def play(script: Script, code_word: str) -> Played:
    """Draw it, or give what was drawn lately."""
    digest = hashlib.sha256(json.dumps(script.content, sort_keys=True).encode()).hexdigest()
    key = (digest, seed_of(script, code_word))
    if key not in _lately:
        while len(_lately) >= KEPT:
            _lately.pop(next(iter(_lately)), None)
        _lately[key] = _drawn(script, np.random.default_rng(key[1]))
    return _lately[key]


_lately: dict[tuple[str, int], Played] = {}


def _drawn(script: Script, rng: np.random.Generator) -> Played:
    from tocsin.epi.simulate.renewal import renewal_outbreak

    given = script.outbreak
    drawn = renewal_outbreak(
        given.R, mixing=given.mixing, generation_time=given.generation_time,
        incubation_period=given.incubation_period, reporting_delay=given.reporting_delay, imported=given.imported,
        dispersion=given.dispersion, rng=rng,
    )  # fmt: skip
    n = len(drawn.place)
    # All of these are drawn for each case, whether they are used or not, so that none moves the ones that follow.
    age = _ages(n, rng)
    female = rng.random(n) < 0.5
    classification = rng.choice([name for name, _share in CLASSES], n, p=[share for _name, share in CLASSES])
    dies = rng.random(n) < given.deaths
    recovers_in, dies_in = rng.integers(*RECOVERS_IN, n), rng.integers(*DIES_IN, n)
    works_in_health = (rng.random(n) < given.health_workers) & (age >= 20) & (age < 65)
    exposure = _exposures(script, n, rng)
    ended = drawn.reported + np.where(dies, dies_in, recovers_in)
    roles = {part.code: part.role for part in script.places}
    counts: dict[str, int] = {}
    cases = []
    first = 1 - given.before
    for at in np.lexsort((np.arange(n), drawn.reported)).tolist():
        reported = int(drawn.reported[at]) + first
        if reported > script.days:
            break
        place = given.places[drawn.place[at]]
        role = roles[place]
        counts[role] = counts.get(role, 0) + 1
        cases.append(
            Case(
                number=counts[role],
                role=role,
                place=place,
                onset=int(drawn.onset[at]) + first,
                reported=reported,
                age=int(age[at]),
                sex="female" if female[at] else "male",
                classification=str(classification[at]),
                outcome="deceased" if dies[at] else "recovered",
                ended_on=int(ended[at]) + first,
                health_worker=bool(works_in_health[at]),
                exposure=exposure[at],
            )
        )
    return Played(tuple(cases), drawn.incidence(), _fingerprint(cases))


def _ages(n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    group = rng.choice(len(AGES), n, p=[share for _first, _last, share in AGES])
    first, last = np.array([(one[0], one[1]) for one in AGES]).T
    ages: NDArray[np.int64] = rng.integers(first[group], last[group] + 1)
    return ages


def _exposures(script: Script, n: int, rng: np.random.Generator) -> list[str]:
    known = script.outbreak.exposures
    shares = [one.share for one in known]
    chosen = rng.choice(len(known) + 1, n, p=[*shares, max(0.0, 1 - sum(shares))])
    return [known[at].code if at < len(known) else "" for at in chosen.tolist()]


def _fingerprint(cases: list[Case]) -> str:
    said = "\n".join(f"{one.place} {one.onset} {one.reported} {one.age} {one.sex} {one.outcome}" for one in cases)
    digest = hashlib.sha256(said.encode()).hexdigest()
    return f"{digest[:4]}-{digest[4:8]}"
