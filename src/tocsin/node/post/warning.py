"""What every page warns of while it is so: the trust list has run out, or this node signs nothing.

Looked up anew every few seconds and kept in between, so that it costs the pages nothing.
"""

import threading
import time
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.exchange.errors import ExchangeError
from tocsin.exchange.key_files import BadKey
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.banners import Banner
from tocsin.node.post.here import local_node, takes_part
from tocsin.node.post.models import Sealer
from tocsin.node.post.pages.kept_apart import waiting
from tocsin.node.post.pages.standing import why_not
from tocsin.node.post.pages.wording import why_named

__all__ = ["count", "forget", "tell"]

KEPT = 15.0  # seconds

Known = tuple[datetime | None, str]  # when the list runs out, why nothing is signed

_lock = threading.Lock()
_known: dict[str, tuple[float, Known]] = {}


def tell(person: Person) -> Iterator[Banner]:
    """For whoever sees how the exchange stands."""
    if not person.may(Ability.READ_EXCHANGE):
        return
    expires, why = _state()
    if why:
        told = _("This node signs nothing now: %(why)s.") % {"why": why_named(why)}
        yield Banner(told, "alarm", reverse("partners"))
    if expires is not None and expires <= timezone.now():
        told = _("The trust list has run out: nobody new, and no new key, is trusted until it is renewed.")
        yield Banner(told, "alarm", reverse("partners"))


def count(person: Person) -> int:
    """How many documents wait for this person's decision."""
    return waiting(person).count() if person.may(Ability.DECIDE_QUARANTINE) else 0


def forget() -> None:
    """Look it up anew at the next page."""
    _known.clear()


def _state() -> Known:
    with _lock:
        home = str(settings.HOME)
        at, known = _known.get(home, (0.0, None))
        if known is None or time.monotonic() - at > KEPT:
            known = _looked_up()
            _known[home] = (time.monotonic(), known)
        return known


def _looked_up() -> Known:
    if not takes_part():
        return None, ""
    try:
        here = local_node()
        return here.trust().expires, why_not(here, Sealer.objects.first())
    except (ExchangeError, BadKey):  # the page of partners says what is wrong; no other page fails for it
        return None, ""
