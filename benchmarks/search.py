"""Search in a million messages of three scripts: how long each query takes, and how large the index is.

    python benchmarks/search.py --texts 1000000 [--readers 50] [--database URL]

Fills an empty node's database in a temporary folder, or the empty one that a URL names, and asks each query again
and again, each time as a page does that shows fifty: median and 95th percentile, in milliseconds. With --readers so
many people ask at once, each in a process's thread of its own, who then think for five seconds.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from uuid import UUID

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

CASES = 100_000
"""Scopes: each message belongs to one case."""
TIMES = 40
QUERIES = {
    "a word of one text in ten": "пациент",
    "a beginning that half the Russian texts have": "при",
    "a rare word": "ожог",
    "a rare one with another ending": "ожогами",
    "two common words": "пациент боли",
    "a common and a rare word": "пациент малярия",
    "four words": "пациент температура лечение боли",
    "a Chinese character": "患",
    "a Chinese word": "肺炎",
    "two Chinese words": "患者 疟疾",
    "a name in the other alphabet": "Ivanov",
    "English words": "patient fever malaria",
    "a word that no text has": "электрокардиограф",
}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--texts", type=int, default=100_000, help="how many messages")
    asked.add_argument("--readers", type=int, default=0, help="so many people at once, besides")
    asked.add_argument("--database", default="", help="the URL of an empty PostgreSQL database")
    asked.add_argument("--seed", type=int, default=8)
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="tocsin-search-") as home:
        os.environ |= {"TOCSIN_HOME": home, "DATABASE_URL": options.database}
        os.environ["DJANGO_SETTINGS_MODULE"] = "tocsin.node.settings"
        fill(options.texts, options.seed)
        one_by_one(options.texts)
        if options.readers:
            at_once(options.readers)


def fill(number: int, seed: int) -> None:
    """Make the tables, index all texts in lumps as a load does, and say how long it took and how large it is."""
    import django

    django.setup()
    from benchmarks.search_texts import texts
    from django.core.management import call_command
    from django.db import connection

    from tocsin.node.search.writing import Indexed, index_many

    call_command("migrate", "search", verbosity=0)
    began, lump = time.perf_counter(), []
    for at, text in enumerate(texts(number, seed=seed)):
        lump.append(Indexed(kind="message", id=UUID(int=at), scope=f"case {at * 7919 % CASES}", text=text))
        if len(lump) == 10_000:
            index_many(lump)
            lump = []
    index_many(lump)
    print(
        f"{number:,} texts in {time.perf_counter() - began:.0f} s on {connection.vendor}, {size() / 1e6:,.0f} MB",
        flush=True,
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE search_entry")


def size() -> int:
    """Bytes of the index."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_total_relation_size('search_entry')")
        else:
            cursor.execute("SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%%search_%%'")
        return int(cursor.fetchone()[0])


def one_by_one(number: int) -> None:
    """One person asks; of four readers: of everything, of one case, of 80 cases and of 20,000."""
    from tocsin.node.search.finding import found
    from tocsin.node.search.writing import forget, index

    rng = random.Random(1)
    readers = {
        "all": None,
        "1 case": {"case 77"},
        "80 cases": {f"case {one}" for one in rng.sample(range(CASES), 80)},
        "20,000 cases": {f"case {one}" for one in rng.sample(range(CASES), 20_000)},
    }
    print(f"\n{'query':<46}" + "".join(f"{name:>26}" for name in readers))
    for name, query in QUERIES.items():
        cells = []
        for scopes in readers.values():
            took, hits = [], 0
            for _ in range(TIMES):
                began = time.perf_counter()
                hits = len(found("message", query, scopes=scopes))
                took.append(1000 * (time.perf_counter() - began))
            cells.append(f"{hits:>3}: {statistics.median(took):.1f} ({percentile(took):.1f})")
        print(f"{name:<46}" + "".join(f"{cell:>26}" for cell in cells), flush=True)
    writing = [
        milliseconds(lambda at=at: index("message", UUID(int=number + at), "case 1", "Новый пациент"))
        for at in range(TIMES)
    ]
    print(f"\nto index one more: {statistics.median(writing):.1f} ({percentile(writing):.1f})")
    away = [milliseconds(lambda at=at: forget("message", UUID(int=at * 1_000))) for at in range(10)]
    print(f"to forget one: {statistics.median(away):.0f} ({max(away):.0f})")


def at_once(readers: int) -> None:
    """So many people, each asking a query, thinking for five seconds, and asking the next, for half a minute."""
    took: list[float] = []
    until = time.monotonic() + 30
    people = [threading.Thread(target=ask, args=(number, until, took)) for number in range(readers)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    figures = f"{statistics.median(took):.1f} ({percentile(took):.1f}), {len(took)} queries"
    print(f"\n{readers} people at once: {figures}; load of the machine {os.getloadavg()[0]:.1f}")


def ask(number: int, until: float, took: list[float]) -> None:
    from django.db import connection

    from tocsin.node.search.finding import found

    rng = random.Random(number)
    scopes = {f"case {one}" for one in rng.sample(range(CASES), 20_000)}
    time.sleep(5 * rng.random())
    while time.monotonic() < until:
        query = rng.choice(list(QUERIES.values()))
        took.append(milliseconds(lambda query=query: found("message", query, scopes=scopes)))
        time.sleep(5)
    connection.close()


def milliseconds(act) -> float:
    began = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - began)


def percentile(took: list[float]) -> float:
    return sorted(took)[int(len(took) * 0.95)]


if __name__ == "__main__":
    main()
