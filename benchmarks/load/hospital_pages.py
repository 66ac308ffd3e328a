"""What people of hospitals read: by kind of page, how often of a hundred pages or so, and its addresses."""

import random
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from benchmarks.load.hospital_world import House
from django.urls import reverse

from tocsin.node.consultations.models import Case
from tocsin.node.correspondence.models import Participant
from tocsin.node.hospitals.models import Hospital

__all__ = ["CASE", "CASES_SEARCHED", "LETTERS_SEARCHED", "THREAD", "long_pages", "pages"]

CASE, THREAD = "case", "thread"
CASES_SEARCHED, LETTERS_SEARCHED = "consultations, searched", "letters, searched"
# Common words and rare ones, beginnings, three scripts, names in the other alphabet, one that nobody has written.
WORDS = (
    "пациент", "пневмонии", "при", "ожог", "пациент малярия", "температура лечение боли", "患", "肺炎", "患者 疟疾",
    "patient fever", "Ivanov", "Назарбеков", "akhmetova", "зяблик", "burns",
)  # fmt: skip


def pages(house: House, chance: random.Random) -> dict[str, Any]:
    """As a crowd of hospitals' people chooses among them. A case and a thread are those that somebody's list has; those
    named here are of the hospital whose coordinator is the first of them.
    """
    mine = Case.objects.filter(hospitals__hospital=house.hospital).order_by("-changed_at").values_list("pk", flat=True)
    threads = Participant.objects.filter(box=house.hospital.hospital_id).order_by("-last_at")
    hospitals = list(Hospital.objects.values_list("pk", flat=True)[:200])
    found = {
        "consultations": (12, listed("consultations", "", "box=waiting")),
        "consultations, filtered": (8, listed(
            "consultations", "box=all", "box=ended&specialty=pulmonology", "urgency=urgent", "part=asking&box=all",
            "part=asked&urgency=routine&box=ended",
        )),
        "consultations, later pages": (2, listed("consultations", "box=all&page=2", "box=ended&page=300", "page=3")),
        CASES_SEARCHED: (8, listed("consultations", *(f"box=all&q={word}" for word in WORDS))),
        CASE: (18, of("case", list(mine[:300]))),
        "letters": (12, listed("letters", "", "unread=on")),
        "letters, filtered": (5, listed("letters", "state=BO", "state=DO&unread=on")),
        LETTERS_SEARCHED: (8, listed("letters", *(f"q={word}" for word in WORDS))),
        THREAD: (16, of("letter_thread", list(threads.values_list("thread", flat=True)[:300]))),
        "hospitals": (3, listed("hospitals", "", "state=BO", "q=Иван", "specialty=pulmonology", "now=on&takes=on")),
        "hospital": (4, of("hospital", hospitals)),
        "waiting list of transfers": (1, listed("transfers")),
    }  # fmt: skip
    return {kind: [weight, chance.sample(urls, len(urls))] for kind, (weight, urls) in found.items()}


def long_pages(case: UUID, thread: UUID) -> dict[str, str]:
    """The case and the thread of which most was said."""
    return {"case of a hundred messages": reverse("case", args=[case]), "thread of 500 letters": reverse(
        "letter_thread", args=[thread]
    )}  # fmt: skip


def listed(name: str, *asked: str) -> list[str]:
    """The addresses of a list, with what is asked of it."""
    return [f"{reverse(name)}?{query}" if query else reverse(name) for query in asked or ("",)]


def of(name: str, keys: Sequence[Any]) -> list[str]:
    """The address for each key."""
    return [reverse(name, args=[key]) for key in keys]
