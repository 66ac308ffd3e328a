"""Notices about a thread, with its names in every language."""

from collections.abc import Iterable
from typing import Any

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.notices import notify
from tocsin.node.language.each import in_each_language
from tocsin.node.surveillance.models import Thread

__all__ = ["link_to", "names_of", "tell_about", "tell_assignee"]


def names_of(thread: Thread) -> dict[str, str]:
    """The thread's disease and place in each language of the node."""
    return in_each_language(lambda: str(thread))


def link_to(thread: Thread) -> str:
    return f"/signals/{thread.pk}/"


def tell_about(thread: Thread, people: Iterable[Person], kind: str, **values: Any) -> None:
    notify(people, kind, link=link_to(thread), thread=names_of(thread), **values)


def tell_assignee(thread: Thread, kind: str, **values: Any) -> None:
    if thread.assignee is not None:
        tell_about(thread, [thread.assignee], kind, **values)
