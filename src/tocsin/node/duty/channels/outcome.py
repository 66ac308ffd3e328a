"""What a channel is asked, and what it answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.models import Person
from tocsin.node.duty.words import Words

__all__ = ["WHY", "Channel", "Job", "Outcome", "why_named"]

# Why a call was not handed over. A passing reason is tried again soon.
WHY: dict[str, str | Promise] = {
    "no_browser": _("no browser is registered"),
    "browser_gone": _("the browser is not registered with its service any more"),
    "no_mail_server": _("no mail server is named; the letter lies in the node’s folder"),
    "no_telephone": _("no telephone number is known"),
    "no_gateway": _("no gateway to telephones is set up"),
    "refused": _("the service refused it"),
    "unreachable": _("the service was not reached"),
    "too_slow": _("the service did not answer in time"),
    "interrupted": _("the process ended in the middle; it was made again"),
    "broken": _("an error of the machine"),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call ended.

    why     a name of WHY; empty: the channel has taken it, which is not that anybody has read it
    passing try it again soon
    reached, gone   keys of browsers that took it, and of those that are no more
    """

    why: str = ""
    detail: str = ""
    passing: bool = False
    reached: tuple[Any, ...] = ()
    gone: tuple[Any, ...] = ()

    @property
    def handed_over(self) -> bool:
        return not self.why


Job = Callable[[], Outcome]  # made in any thread: it asks no database


class Channel(Protocol):
    """One way of calling."""

    def prepare(self, person: Person, words: Words) -> Job:
        """What calls this person now; whatever it needs of the database is read here."""


def why_named(why: str) -> str:
    """In words."""
    return str(WHY.get(why, why))
