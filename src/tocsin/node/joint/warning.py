"""What every page warns of: orders of ours that stand in a time to come, since the clock here was wrong when they were
given. Looked up anew every few seconds and kept in between, so that it costs the pages nothing.
"""

import time
from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import ngettext

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.banners import Banner
from tocsin.node.joint.models import JointObject
from tocsin.node.language.formats import whole
from tocsin.node.post.here import now

__all__ = ["forget", "tell"]

KEPT = 15.0  # seconds
READERS = (Ability.DECIDE, Ability.RELEASE_ASSISTANCE, Ability.MANAGE_EXCHANGE)

_known: dict[str, tuple[float, int]] = {}


def tell(person: Person) -> Iterator[Banner]:
    """For those who act in the state's name, and those who keep the node."""
    if not any(person.may(ability) for ability in READERS):
        return
    if n := _count():
        said = ngettext(
            "The clock was ahead when this node last gave the order of %(n)s decision, session or request. Its machine "
            "says nothing of it until that time has come. Have the clock looked at.",
            "The clock was ahead when this node last gave the order of %(n)s decisions, sessions or requests. Its "
            "machine says nothing of them until that time has come. Have the clock looked at.", n,
        )  # fmt: skip
        yield Banner(said % {"n": whole(n)}, "attention", "")


def forget() -> None:
    """Look it up anew at the next page."""
    _known.clear()


def _count() -> int:
    home = str(settings.HOME)
    at, n = _known.get(home, (0.0, 0))
    if home not in _known or time.monotonic() - at > KEPT:
        n = JointObject.objects.ahead(now()).count()
        _known[home] = (time.monotonic(), n)
    return n
