#!/usr/bin/env python3
"""Outbreaks found by somebody who looks at twenty threads a week: figures of docs/validation.md, from ../shared.

    python scripts/validation_threads.py            prints the tables
    python scripts/validation_threads.py --write    puts them into docs/validation.md
    python scripts/validation_threads.py --only threads-quick

The walk through the weeks is done by the node itself, in a folder that is thrown away: scripts/validation_walk.py.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from page_tables import SHARED, write
from validation import PAGE

HERE = Path(__file__).resolve()
BUDGET = 20
# Where the walk begins, the first week that counts, the last: a node's first screening finds eight weeks at once, which
# is nobody's inbox.
WHOLE = date(2009, 11, 2), date(2010, 1, 4), date(2012, 12, 31)
QUICK = date(2010, 10, 11), date(2010, 10, 18), date(2010, 11, 29)
BUDGETS = (20, 10, 5)
DRAWS = 200


def walked(shared: Path, *, quick: bool = False) -> dict[str, Any]:
    """Go through the weeks in another process, whose node is in a folder of its own.

    quick    the autumn of 2010 in Germany alone, without influenza: seconds instead of minutes
    returns  what `validation_walk.Walk.told` says
    """
    asked = json.dumps({"quick": quick, "shared": str(shared)})
    with tempfile.TemporaryDirectory(prefix="tocsin-walk-") as folder:
        run = subprocess.run(
            [sys.executable, str(HERE), "--walk", asked],
            env={**os.environ, "TOCSIN_HOME": folder, "DATABASE_URL": ""}, capture_output=True, text=True, check=False,
        )  # fmt: skip
    if run.returncode:
        raise SystemExit(f"the walk ended with {run.returncode}:\n{run.stderr}")
    return json.loads(run.stdout)


def walk(*, quick: bool, shared: str) -> dict[str, Any]:
    """The other process. Its node's settings come from TOCSIN_HOME, and are read when it is imported."""
    from validation_clock import a_node

    clock = a_node()
    from validation_inbox import germany, puerto_rico, quiet, taiwan
    from validation_walk import Walk

    where = Path(shared)
    tables = [germany(where, influenza=not quick)]
    walk = Walk(tables if quick else [*tables, taiwan(where), puerto_rico(where), quiet()], clock=clock, budget=BUDGET)
    begin, since, last = QUICK if quick else WHOLE
    walk.run(begin, last)
    return walk.told(since=since)


# (priority, exceptionality, indexes of the outbreaks of which it holds a signal)
Entry = tuple[float, float, Sequence[int]]
LISTS: Sequence[tuple[str, str, int | None]] = (
    ("threads by priority", "threads", 0),
    ("threads by p-value alone", "threads", 1),
    ("threads in random order", "threads", None),
    ("rows by priority", "rows", 0),
    ("rows by p-value alone", "rows", 1),
    ("rows in random order", "rows", None),
)


# --- tables ------------------------------------------------------------------------------------------------


def outbreaks_table(findings: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield row("outbreak", "known by", "first week", "first signal", "found", "late by", "rank", "of", "how")
    yield "|---|---|---|---|---|---:|---:|---:|---|"
    for each in findings:
        name, first = each["name"], each["first"]
        signal = weeks_late(each, "signalled")
        if each["found"] is None:
            yield row(name, each["labelled_by"], first, signal, *("–",) * 4, missed(each))
            continue
        of = each["shown"] + each["below"]
        how = "fixed rule" if each["by_rule"] else "model"
        yield row(
            name, each["labelled_by"], first, signal, each["found"], weeks_late(each, "found"), each["rank"], of, how
        )


def missed(finding: Mapping[str, Any]) -> str:
    if finding["signalled"] is None:
        return "**missed**: no signal"
    if finding["joined"]:
        of = "; ".join(finding["joined_of"]) or "one looked at without finding it"
        return f"**not shown by itself**: joined, {weeks_late(finding, 'joined')}, the thread of {of}"
    return "**missed**: below the line each week"


def weeks_late(finding: Mapping[str, Any], what: str) -> str:
    if finding[what] is None:
        return "–"
    return f"+{(date.fromisoformat(finding[what]) - date.fromisoformat(finding['first'])).days // 7}"


def orders_table(walk: Mapping[str, Any]) -> Iterator[str]:
    """The signals of the same walk in other lists, of which the first so many are looked at each week."""
    budgets = [f"{budget} a week" for budget in BUDGETS]
    yield row(
        "list",
        *(f"found at {each}" for each in budgets),
        f"late by at {BUDGETS[0]}, mean",
        "entries a week",
        "told before",
        "of none",
    )
    yield f"|---|{'---:|' * (len(BUDGETS) + 4)}"
    first = {each["index"]: each["first"] for each in walk["findings"]}
    for name, what, by in LISTS:
        weeks = [(week["monday"], week[what]) for week in walk["weeks"]]
        seen = [looked_at(weeks, first, budget, by) for budget in BUDGETS]
        found = (f"{each.found:.1f}".removesuffix(".0") + f" of {len(first)}" for each in seen)
        entries = statistics.mean(len(entries) for _, entries in weeks)
        shares = f"{seen[0].again / seen[0].looked:.0%}", f"{seen[0].none / seen[0].looked:.0%}"
        yield row(name, *found, f"{seen[0].late:.1f}", f"{entries:.0f}", *shares)


@dataclass(frozen=True, slots=True)
class Looked:
    """Means over all draws of what is left to chance.

    found   outbreaks
    late    their mean lateness in weeks
    looked  entries looked at; `again` those only of outbreaks found before, `none` those of no outbreak
    """

    found: float
    late: float
    looked: float
    again: float
    none: float


def looked_at(
    weeks: Sequence[tuple[str, Sequence[Entry]]], first: Mapping[int, str], budget: int, by: int | None
) -> Looked:
    """Looking at the first `budget` entries of each week.

    weeks  (first day, entries)
    first  first days of the outbreaks that count, by index
    by     position in an entry of the number by which the list goes down; equal ones, or None: all, by chance
    """
    chance = random.Random(20)
    draws = [_one_draw(weeks, first, budget, by, chance) for _ in range(DRAWS)]
    return Looked(*(statistics.mean(column) for column in zip(*draws, strict=True)))


def _one_draw(
    weeks: Sequence[tuple[str, Sequence[Entry]]],
    first: Mapping[int, str],
    budget: int,
    by: int | None,
    chance: random.Random,
) -> tuple[float, ...]:
    found: dict[int, str] = {}
    looked = again = none = 0
    for monday, entries in weeks:
        order = chance.sample(entries, len(entries))
        seen = sorted(order, key=lambda entry: 0 if by is None else -entry[by])[:budget]
        looked += len(seen)
        for *_, held in seen:
            none += not held
            again += bool(held) and all(index in found for index in held)
            found |= {index: monday for index in held if index not in found}
    late = [lateness(first[index], monday) for index, monday in found.items() if index in first]
    return len(late), statistics.mean(late) if late else 0.0, looked, again, none


def lateness(first: str, found: str) -> int:
    return (date.fromisoformat(found) - date.fromisoformat(first)).days // 7


def burden_table(walk: Mapping[str, Any]) -> Iterator[str]:
    weeks, (given, sums) = walk["weeks"], walk["series"]
    new = [week["above"] + week["below"] for week in weeks]
    looked = sum(week["above"] for week in weeks)
    none = Counter(disease for week in weeks for disease in week["without_label"])
    simulated = sum(week["simulated"] for week in weeks)
    yield row("in the walk of the node", "")
    yield "|---|---:|"
    yield row("series given, and the node's sums of them", f"{given:,} + {sums:,}")
    yield row("weeks", len(weeks))
    yield row("signals a week", f"{statistics.mean(len(week['rows']) for week in weeks):.1f}")
    yield row(
        "new threads a week: mean, median, most", f"{statistics.mean(new):.1f}, {statistics.median(new):g}, {max(new)}"
    )
    yield row("weeks in which some were below the line", f"{sum(week['below'] > 0 for week in weeks)}")
    yield row("threads below the line, all weeks", f"{sum(week['below'] for week in weeks):,}")
    yield row("looked at", f"{looked:,}")
    yield row("of these of no labelled outbreak", f"{none.total():,} ({none.total() / looked:.1%})")
    yield row("of those in simulated quiet series", f"{simulated:,}")
    yield row(
        "in Germany's influenza, whose seasons nobody labelled", f"{walk['real_without_label'].get('influenza', 0):,}"
    )
    others = sum(walk["real_without_label"].values()) - walk["real_without_label"].get("influenza", 0)
    yield row("in other real series", f"{others:,}")


def row(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


TABLES: Mapping[str, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    "threads-outbreaks": lambda walk: outbreaks_table(walk["findings"]),
    "threads-burden": burden_table,
    "threads-orders": orders_table,
    "threads-quick": lambda walk: outbreaks_table(walk["findings"]),
}


def is_quick(name: str) -> bool:
    return name == "threads-quick"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder with the data")
    parser.add_argument("--only", choices=TABLES, action="append", help="table to make; may be repeated")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/validation.md")
    parser.add_argument("--walk", type=json.loads, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.walk is not None:
        print(json.dumps(walk(**given.walk)))
        return
    if not (given.shared / "data").is_dir():
        parser.exit(2, f"{given.shared / 'data'} is no folder; say with --shared where the shared data is\n")
    names = given.only or list(TABLES)
    walks = {quick: walked(given.shared, quick=quick) for quick in sorted(set(map(is_quick, names)))}
    for name in names:
        text = "\n".join(TABLES[name](walks[is_quick(name)])) + "\n"
        if given.write:
            write(PAGE, name, text)
        else:
            print(f"## {name}\n\n{text}")


if __name__ == "__main__":
    main()
