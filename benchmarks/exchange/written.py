"""What the nodes of these benchmarks say: messages of people, and counts of districts, regions and a whole state."""

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache

from tocsin.exchange.documents import Document
from tocsin.exchange.identifiers import new_id
from tocsin.node.alliances.reading import read_alliance

__all__ = ["counts", "message", "mixed"]

COLUMNS = ["indicator", "disease", "place", "week", "age", "sex", "value", "flag"]
DISEASES = ["cholera", "measles", "dengue", "influenza", "plague", "polio", "rabies", "anthrax", "malaria", "typhoid"]
AGES = ["0-4", "5-14", "15-29", "30-44", "45-64", "65+"]
SEXES = ["female", "male"]
TEXT = "Water samples were taken on Monday; the laboratory's answer is expected within two days. "


def message(origin: str, at: datetime, *, number: int = 0, to: tuple[str, ...] = ()) -> Document:
    """What people write to one another: some sentences."""
    body = {"subject": f"Cholera, message {number}", "text": TEXT * 4 + str(number), "in_reply_to": None}
    return _document(origin, at, "message", body, to)


def counts(origin: str, at: datetime, *, rows: int, number: int = 0, to: tuple[str, ...] = ()) -> Document:
    """Counts of one week that has ended, one row for each disease, age, sex and place of the state.

    Their values are as those of a country are: most small, some large, none the same as its neighbour for a reason.
    """
    chosen = random.Random(f"{origin} {number}")
    monday = at.date() - timedelta(days=at.weekday() + 7)
    made = []
    for place, disease, age, sex in _cells(origin, number):
        value = int(chosen.paretovariate(0.9)) % 5_000 - 1
        made.append(["cases", disease, place, monday.isoformat(), age, sex, max(0, value)])
        if len(made) == rows:
            break
    return _document(origin, at, "weekly-indicators", _week(made, monday), to)


def mixed(origin: str, at: datetime, count: int, *, number: int = 0) -> list[Document]:
    """One message in ten, and nine documents of the counts of a district."""
    return [
        message(origin, at, number=number + each)
        if each % 10 == 0
        else counts(origin, at, rows=12, number=number + each)
        for each in range(count)
    ]


@cache
def _places(origin: str) -> list[str]:
    found = next((state.places for state in read_alliance("exercise").states if state.code == origin), ())
    districts = [place.code for place in found if place.kind == "district"]
    return districts or [place.code for place in found if place.kind == "region"] or [origin]


def _cells(origin: str, number: int) -> Iterator[tuple[str, str, str, str]]:
    """Where counts stand, each once; of a small table another place each time."""
    places = _places(origin)
    for at in range(len(places)):
        for disease in DISEASES:
            for age in AGES:
                for sex in SEXES:
                    yield places[(at + number) % len(places)], disease, age, sex


def _week(rows: list[list[str | int]], monday: date) -> dict[str, object]:
    return {
        "case_definition": "The national definitions of the exercise, edition 1",
        "case_status": ["confirmed", "probable"],
        "columns": COLUMNS,
        "date_type": "onset",
        "first_day": "monday",
        "reported_until": (monday + timedelta(days=6)).isoformat(),
        "rows": rows,
        "suppression": None,
    }


def _document(origin: str, at: datetime, kind: str, body: dict[str, object], to: tuple[str, ...]) -> Document:
    return Document(
        id=new_id(at),
        alliance="exercise",
        origin=origin,
        recorded_at=at,
        classification="SELECTIVE" if to else "MEMBERS",
        addressees=to,
        type=kind,
        body=body,
        exercise=True,
    )
