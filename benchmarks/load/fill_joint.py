"""A node full of joint objects: 10,000 requests, 2,000 decisions and 300 sessions, with 100,000 acts and more.

    fill_joint.py [SHARE]

Run with TOCSIN_HOME (and DATABASE_URL) set, on a folder that `tocsin node init` has made. Joins an alliance whose other
nodes are nowhere. Prints what it made, and the pages that people read, as JSON. Everything in it is simulated.
"""

import json
import random
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import django

django.setup()

from benchmarks.load.event_world import fill_events
from benchmarks.load.fill_events import ROLES, cookie, join, people, told
from benchmarks.load.joint_assistance import fill_register, long_request, requests
from benchmarks.load.joint_council import decisions, long_decision, long_session, sessions
from benchmarks.load.joint_pages import long_pages, pages
from benchmarks.load.joint_world import World, keep
from django.conf import settings
from django.db import connection

from tocsin.node.alliance.models import Person
from tocsin.node.council.models import Measure
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.post.here import local_node

REQUESTS, DECISIONS, SESSIONS, EVENTS, ENTRIES = 10_000, 2_000, 300, 300, 100
LONG = 1_000  # acts of the objects that are opened alone


def main() -> None:
    share = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    chance, began = random.Random(20260309), time.monotonic()
    join()
    who = delegates(50)
    world = World(local_node(sealing=True), who, chance)
    events = [str(one.pk) for one in fill_events(EVENTS, who, chance)]
    keep(world, decisions(world, max(40, int(DECISIONS * share)), events))
    told("decisions", began)
    decided = [of.key.as_json() for of in JointObject.objects.filter(noun="decision")]
    keep(world, sessions(world, max(30, int(SESSIONS * share)), decided, events))
    told("sessions", began)
    keep(world, requests(world, max(100, int(REQUESTS * share)), events))
    fill_register(world, ENTRIES)
    told("requests", began)
    long = fill_long(world)
    told("long ones", began)
    if connection.vendor == "postgresql":  # it does so by itself, a minute after; SQLite never does
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    made = counted(["decision", "session", "assistance"]) | {
        "acts": JointAct.objects.count(), "measures": Measure.objects.count(),
        "cookie_name": settings.SESSION_COOKIE_NAME, "cookies": [cookie(person) for person in who],
        "pages": pages(chance, list(long.values())), "long": long_pages(long),
    }  # fmt: skip
    json.dump(made, sys.stdout)


def delegates(number: int) -> list[Person]:
    """People with every page before them, who also speak for the state."""
    who = people(number)
    for person in who:
        person.roles = [*ROLES, "council_delegate", "logistics"]
    Person.objects.bulk_update(who, ["roles"])
    return who


def fill_long(world: World) -> dict[str, str]:
    """Objects of a hundred acts and of a thousand; the keys of these, by what they are."""
    told = {"decision": long_decision, "session": long_session, "request": long_request}
    keep(world, (long(world, LONG // 10) for long in told.values()))
    tellings = {name: long(world, LONG) for name, long in told.items()}
    keep(world, tellings.values())
    return {name: str(telling.of.pk) for name, telling in tellings.items()}


def counted(nouns: Iterable[str]) -> dict[str, Any]:
    return {noun: JointObject.objects.filter(noun=noun).count() for noun in nouns}


if __name__ == "__main__":
    main()
