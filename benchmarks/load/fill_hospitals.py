"""A node full of consultations and letters: 100,000 cases and a million messages, of thirty hospitals here.

    fill_hospitals.py [SHARE]

Run with TOCSIN_HOME (and DATABASE_URL) set, on a folder that `tocsin node init` has made. Joins an alliance whose other
nodes are nowhere. Prints what it made, and the pages that people read, as JSON. Everything in it is simulated.
"""

import json
import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import django

django.setup()

from benchmarks.load.case_stories import long_case
from benchmarks.load.fill_events import cookie, join, people, told
from benchmarks.load.hospital_pages import long_pages, pages
from benchmarks.load.hospital_rows import fill, keep
from benchmarks.load.hospital_world import fill_world
from benchmarks.load.letter_world import long_thread
from django.conf import settings
from django.db import connection
from django.urls import reverse

from tocsin.node.consultations.models import Case, ClinicalNote
from tocsin.node.correspondence.models import Letter, Thread
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.joint.models import JointAct
from tocsin.node.post.here import local_node

CASES, MESSAGES, NOTES_OF_A_CASE = 100_000, 1_000_000, 4
LONG_CASE, LONG_THREAD = 100, 500


def main() -> None:
    share = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    reverse("letters")  # pages that cannot be loaded are told of before all is filled
    chance, began = random.Random(20260309), time.monotonic()
    join()
    who = people(50)
    number = max(400, int(CASES * share))
    world = fill_world(local_node(sealing=True), number, who, chance)
    told("hospitals", began)
    fill(world, number, max(2_400, int(MESSAGES * share) - NOTES_OF_A_CASE * number))
    told("cases and letters", began)
    long = {"case": long_case(world, LONG_CASE), "thread": long_thread(world, LONG_THREAD)}
    keep(world, [long["case"]], [long["thread"]])
    if connection.vendor == "postgresql":  # it does so by itself, a minute after; SQLite never does
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    made = {
        "hospitals": Hospital.objects.count(), "clinicians": Clinician.objects.count(),
        "cases": Case.objects.count(), "acts": JointAct.objects.count(), "notes": ClinicalNote.objects.count(),
        "letters": Letter.objects.count(), "threads": Thread.objects.count(),
        "cookie_name": settings.SESSION_COOKIE_NAME, "cookies": [cookie(person) for person in who],
        "pages": pages(world.ours[0], chance),
        "long": long_pages(long["case"].of.pk, long["thread"].thread.pk),
    }  # fmt: skip
    json.dump(made, sys.stdout)


if __name__ == "__main__":
    main()
