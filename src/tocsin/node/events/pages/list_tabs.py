"""The row of tabs above lists of events: this state's, what partners notified, the board. Apps add their own."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.pages.head import Tab

__all__ = ["list_tab_by", "list_tabs"]

_tabs: list[Tab] = [
    Tab("events", _("Our events"), Ability.READ_EVENTS, 0),
    Tab("board", _("7-1-7"), Ability.READ_EVENTS, 50),
]


def list_tab_by(tab: Tab) -> None:
    """Add a list beside that of this state's events."""
    if tab.name not in {one.name for one in _tabs}:
        _tabs.append(tab)
        _tabs.sort(key=lambda one: one.order)


def list_tabs(person: Person, here: str) -> list[tuple[str, Any, bool]]:
    """Address, word and whether it is the page itself, of those that somebody may see."""
    return [(reverse(tab.name), tab.label, tab.name == here) for tab in _tabs if person.may(tab.ability)]
