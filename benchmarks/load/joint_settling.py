"""How long it takes to settle an object once an act of it has come, in ms: its order, its state, its rows.

Prints, by noun and number of acts, the median of nine times. Nothing of it is kept.
"""

import json
import statistics
import time

import django

django.setup()

from django.db import transaction
from django.db.models import Count, F
from django.db.models.functions import Abs

from tocsin.node.joint.models import JointObject
from tocsin.node.joint.settling import settle

NOUNS = {"decision": "decision", "session": "session", "request": "assistance"}
ACTS, TIMES = (10, 100, 1_000), 9


def main() -> None:
    found = {}
    for name, noun in NOUNS.items():
        objects = JointObject.objects.filter(noun=noun).annotate(n=Count("acts"))
        nearest = [objects.order_by(Abs(F("n") - acts), "pk").values_list("pk", "n").first() for acts in ACTS]
        found[name] = {f"{acts:,}": median(key) for key, acts in nearest}
    print(json.dumps(found))


def median(key: object) -> float:
    took = []
    with transaction.atomic():
        for _ in range(TIMES):
            began = time.perf_counter()
            settle([key])
            took.append(1000 * (time.perf_counter() - began))
        transaction.set_rollback(True)
    return round(statistics.median(took), 1)


if __name__ == "__main__":
    main()
