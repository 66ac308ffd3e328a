"""What the processes of the crash tests of screenings do; each function is one process. Chunks are small."""

import random
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from tests.node.at_work import start, work
from tests.node.surveillance import upload_scenes
from tests.node.surveillance.counts_given import given_counts

from tocsin.node.alliance.models import AuditEntry, Notice, Organisation, Person
from tocsin.node.surveillance.actions import screening as acts
from tocsin.node.surveillance.models import Screening, Signal, Source, Thread
from tocsin.node.surveillance.runs import publishing, writing

writing.ROWS = publishing.ROWS = 4

FIRST, WEEKS = date(2020, 1, 6), 120
DISTRICTS = [f"XX-{r}{d}" for r in (1, 2) for d in (1, 2, 3)]
USUAL = {"dengue": 10.0, "plague": 0.0, "measles": 4.0}


def prepare() -> None:
    upload_scenes.prepare()
    Source.objects.update(method="ears")
    service = Organisation.objects.get()
    Person.objects.create_user("amina@service.example", name="Amina", organisation=service, roles=["epidemiologist"])


def screen(number: int, begun: str = "") -> float:
    """The counts of one week more, and their screening. Returns the seconds that the screening took."""
    source = Source.objects.get()
    given_counts(source, _counts(number), FIRST)
    acts.ask(source, by=None, evaluate=2)
    if begun:
        Path(begun).touch()
    started = time.monotonic()
    work()
    return time.monotonic() - started


def screen_each(rounds: int) -> dict[str, Any]:
    """All rounds without any kill: what is seen before the first and after each, and the seconds of the first."""
    seen, seconds = [look()["seen"]], []
    for number in range(1, rounds + 1):
        seconds.append(screen(number))
        seen.append(look()["seen"])
    return {"seen": seen, "seconds": seconds[0]}


def go_on() -> dict[str, Any]:
    """What is seen before anything is mended, and after a start of the node has gone on with what was under way."""
    before = look()
    start()
    return {"before": before, "after": look()}


def look() -> dict[str, Any]:
    """Everything that an epidemiologist sees, and how many rows there are that nobody does."""
    amina = Person.objects.get()
    signals = Signal.objects.visible_to(amina)
    threads = Thread.objects.visible_to(amina)
    seen = {
        "threads": sorted((_thread(one, signals) for one in threads), key=repr),
        "signals": signals.count(),
        "notices": Notice.objects.count(),
        "done": Screening.objects.filter(status=Screening.Status.DONE).count(),
        "audited": AuditEntry.objects.filter(act="screening.done").count(),
    }
    rows = Signal.objects.count() + Thread.objects.count()
    return {"seen": seen, "hidden": rows - seen["signals"] - len(seen["threads"]) - _merged()}


def _merged() -> int:
    return Thread.objects.exclude(merged_into=None).count()


def _thread(thread: Thread, signals: Any) -> list[Any]:
    own = signals.filter(thread=thread).values_list(
        "kind", "disease", "place__code", "period", "observed", "expected", "threshold", "p_value", "rule", "method"
    )
    plain = (
        "disease_id status version first_period last_period exceptionality priority kinds headline_stratum observed "
        "expected threshold sparkline signals_count places_by_kind is_published"
    )
    shown = [getattr(thread, name) for name in plain.split()]
    codes = [place.code if place else None for place in (thread.place, thread.headline_place)]
    return [_plain(value) for value in (*shown, *codes, sorted(own, key=repr), thread.earlier_id is not None)]


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        return float(f"{value:.9g}")
    return value.isoformat() if isinstance(value, date) else value


def _counts(number: int) -> dict[tuple[str, str, str], Sequence[float]]:
    """Every round is a week longer, with rises of its own: some begin threads, others go on with those of before."""
    counts = {}
    for disease, mean in USUAL.items():
        districts = {place: _of_district(disease, place, mean, number) for place in DISTRICTS}
        for region in ("XX-1", "XX-2"):
            districts[region] = sum(districts[place] for place in DISTRICTS if place.startswith(region))
        districts["XX"] = districts["XX-1"] + districts["XX-2"]
        counts.update({(disease, place, ""): row for place, row in districts.items()})
    return counts


def _of_district(disease: str, place: str, mean: float, number: int) -> np.ndarray:
    row = np.random.default_rng([ord(letter) for letter in disease + place]).poisson(mean, WEEKS + 400).astype(float)
    for week in range(1, number + 1):
        chance = random.Random(f"{disease} {place} {week}")
        row[WEEKS + week - 1] = chance.choice([row[WEEKS], 3 * mean + chance.randint(1, 30)])
    return row[: WEEKS + number]
