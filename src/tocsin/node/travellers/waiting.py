"""What waits for somebody who looks for travellers: in the navigation, and when a shift is handed over."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person, State
from tocsin.node.duty.open_items import OpenItem
from tocsin.node.travellers import links
from tocsin.node.travellers.models import Tracing

__all__ = ["count", "open_items"]


def count(person: Person) -> int:
    """Messages to which nobody here has said how it ended."""
    return Tracing.objects.visible_to(person).unanswered().count()


def open_items(person: Person) -> Iterator[OpenItem]:
    """`duty.open_items.Telling`: only from which state, since all who stand duty read it."""
    waiting = list(Tracing.objects.visible_to(person).unanswered().order_by("due_at", "id"))
    names = State.objects.in_bulk([one.other for one in waiting])
    for one in waiting:
        said = _("A message of %(state)s about a traveller is not answered") % {
            "state": names.get(one.other, one.other)
        }
        yield OpenItem(said, links.tracing(one.pk), one.due_at)
