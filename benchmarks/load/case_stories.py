"""Consultations of three years as stories of acts: from one that nobody has yet to one that was closed long ago."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

from benchmarks.load.case_world import CaseTelling
from benchmarks.load.hospital_world import World

from tocsin.clinical.content import EMPTY
from tocsin.clinical.vocabulary import codes

__all__ = ["YEARS", "cases", "long_case"]

YEARS = 3
PARTNER = 0.1  # of cases are between states, half of them asked by theirs
# By days since it was asked at most: of a hundred cases, how far so many came.
STORIES = (
    (0.9, {"submitted": 40, "allocated": 30, "taken": 30}),
    (10, {"submitted": 10, "taken": 25, "questioned": 20, "answered": 25, "acknowledged": 15, "returned": 5}),
    (45, {"taken": 6, "questioned": 6, "answered": 13, "acknowledged": 45, "due": 10, "told": 10, "closed": 10}),
    (10_000, {"closed": 94, "withdrawn": 3, "expired": 3}),
)  # fmt: skip
SPECIALTIES = codes("specialty")[:12]
OUTCOMES = codes("outcome")
DIAGNOSES = ("Pneumonia", "Malaria", "Sepsis", "Burns", "Cholera", "Пневмония", "肺炎")
ORDER = ("allocated", "taken", "questioned", "answered", "acknowledged", "due", "told", "closed")


def cases(world: World, number: int, first: int = 0, last: int | None = None) -> Iterator[CaseTelling]:
    """So many, the oldest first; those from the place `first` to the place `last`."""
    for at in range(first, number if last is None else last):
        days = 365 * YEARS * (number - at - 0.5) / number
        story = next(one for most, one in STORIES if days < most)
        (reached,) = world.chance.choices(list(story), list(story.values()))
        yield _told(world, days, reached)


def long_case(world: World, messages: int) -> CaseTelling:
    """One that the busy hospital asked, of so many messages."""
    told = _asked(world, 20, "routine", timedelta(hours=1), asking=world.ours[0])
    _go(told, "taken", days=20)
    for at in range(messages):
        (told.asker_says if at % 2 else told.expert_says)("message", note="message", text=world.text())
    return told


def _told(world: World, days: float, reached: str) -> CaseTelling:
    chance = world.chance
    urgency = chance.choice(("urgent", "routine") if days > 0.9 else ("emergency", "urgent", "routine"))
    if reached == "submitted" and days > 2:
        urgency = "routine"  # it would have ended by itself
    step = timedelta(hours=min(24 * days / 12, 12) * chance.uniform(0.5, 1))
    told = _asked(world, days, urgency, step)
    if reached == "expired":
        told.at += timedelta(days=15)
        told.machine_says("expire")
    elif reached == "withdrawn":
        _go(told, "taken", days=days)
        told.asker_says("withdraw", reason="Имитация.")
    elif reached == "returned":
        _go(told, "taken", days=days)
        told.expert_says("return", reason="incomplete", note="returned", text=world.text())
    else:
        _go(told, reached, days=days)
    return told


def _asked(world: World, days: float, urgency: str, step: timedelta, *, asking: Any = None) -> CaseTelling:
    chance, at = world.chance, world.ago(days)
    if asking is None and chance.random() < PARTNER:
        houses = [world.house(), world.partner()]
        chance.shuffle(houses)
        asking, asked = houses
    else:
        asking = asking or world.house()
        asked = world.house(but=asking)
    content = deepcopy(dict(EMPTY)) | {
        "patient": {"age": {"value": chance.randint(1, 89), "unit": "a"}, "sex": chance.choice(("male", "female"))},
        "presentation": world.text()[:200], "severity": chance.choice(("mild", "moderate", "severe", "critical")),
        "questions": ["Which antibiotic now?", "Что ещё исключить?"],
    }  # fmt: skip
    return CaseTelling(
        world, asking, asked, at=at, step=step, urgency=urgency, specialty=chance.choice(SPECIALTIES), content=content
    )


def _go(told: CaseTelling, reached: str, *, days: float) -> None:
    """As far as that."""
    for kind in ORDER[: ORDER.index(reached) + 1] if reached in ORDER else ():
        if kind == "questioned" and reached != kind and told.world.chance.random() < 0.4:
            continue  # nothing was asked
        _step(told, kind, days, is_last=kind == reached)


def _step(told: CaseTelling, kind: str, days: float, *, is_last: bool) -> None:
    world = told.world
    if kind == "allocated":
        told.hospital_says("allocate", experts=[told.expert.key], by_rule=False)
    elif kind == "taken":
        told.expert_says("take")
    elif kind == "questioned":
        told.expert_says("ask", id="q1", note="question", text=world.text())
        if not is_last:
            told.asker_says("reply", question="q1", note="reply", text=world.text())
    elif kind == "answered":
        if world.chance.random() < 0.4:
            told.asker_says("message", note="message", text=world.text())
        told.expert_says("sign", id="o1", note="opinion", text=world.text())
    elif kind == "acknowledged":
        day = told.at.date() + timedelta(days=3) if not is_last else world.now.date() + timedelta(days=20)
        told.asker_says("acknowledge", follow_up_on=day.isoformat(), rating=world.chance.randint(3, 5))
    elif kind == "due" and is_last:
        told.at = min(told.at + timedelta(days=4), world.now)
        told.machine_says("ask_follow_up")
    elif kind == "told":
        text = world.text() if world.chance.random() < 0.7 else ""
        told.asker_says(
            "follow_up", outcome=world.chance.choice(OUTCOMES), advice_followed="yes", rating=None, note="follow_up",
            text=text,
        )  # fmt: skip
    elif kind == "closed":
        told.asker_says("close", reason="")
