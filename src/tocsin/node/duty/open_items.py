"""What is open when a shift is handed over: alerts and whatever clocks apps know to be running.

# in the app's AppConfig.ready()
open_items.told_by(running_clocks)
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils import translation
from django.utils.dateparse import parse_datetime

from tocsin.node.alliance.models import Person
from tocsin.node.duty.kinds import sentence
from tocsin.node.duty.models import Alert
from tocsin.node.language.each import in_each_language

__all__ = ["OpenItem", "as_kept", "open_items", "snapshot", "told_by"]


class OpenItem(NamedTuple):
    """A sentence in the language that is active, where one sees it, and when it runs out if it does.

    It is kept with the hand-over, for all who stand duty: it says nothing that one of them may not read.
    """

    text: str
    link: str
    due_at: datetime | None = None


Telling = Callable[[Person], Iterable[OpenItem]]
_telling: list[Telling] = []


def told_by(telling: Telling) -> None:
    """Have `telling(person)` asked at each hand-over. It gives the same items in the same order in every language."""
    if telling not in _telling:
        _telling.append(telling)


def open_items(person: Person) -> list[OpenItem]:
    """Everything that is open now: alerts first, then what runs out, soonest first."""
    alerts = Alert.objects.open().visible_to(person).order_by("raised_at")
    items = [OpenItem(sentence(one), reverse("alert", args=[one.pk])) for one in alerts]
    clocks = [item for telling in _telling for item in telling(person)]
    return items + sorted(clocks, key=lambda item: (item.due_at is None, item.due_at or datetime.min))


def snapshot(person: Person) -> list[dict[str, Any]]:
    """The same as a hand-over keeps it: in three languages, so that whoever takes over reads their own."""
    said = in_each_language(lambda: open_items(person))
    first = said["en"]
    return [
        {
            "texts": {language: str(items[at].text) for language, items in said.items()},
            "link": item.link,
            "due_at": item.due_at.isoformat() if item.due_at else None,
        }
        for at, item in enumerate(first)
    ]


def as_kept(kept: Iterable[dict[str, Any]]) -> list[OpenItem]:
    """What a hand-over keeps, in the reader's language."""
    language = translation.get_language() or "en"
    return [
        OpenItem(
            one["texts"].get(language) or one["texts"]["en"],
            one["link"],
            parse_datetime(one["due_at"]) if one["due_at"] else None,
        )
        for one in kept
    ]
