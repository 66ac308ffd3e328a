"""What of partners waits for people here: the number beside “Events”, and the line on top of every page."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.banners import Banner
from tocsin.node.duty.warning import count as being_called
from tocsin.node.language.formats import listing, whole
from tocsin.node.notifications.models import NotifiedEvent, VerificationRequest

__all__ = ["count", "tell", "unacknowledged"]

MOST = 100  # more are not counted


def unacknowledged(person: Person) -> tuple[int, int]:
    """Notifications and questions of partners that nobody here has acknowledged, as far as they are counted."""
    known: tuple[int, int] | None = person.__dict__.get("_unacknowledged")
    if known is None:  # the number and the line are asked for by the same page
        events = NotifiedEvent.objects.visible_to(person).unacknowledged()
        asked = VerificationRequest.objects.visible_to(person).unacknowledged()
        # In the order of the index of what is not acknowledged: PostgreSQL would else read the table to find a hundred.
        known = events.order_by("-changed_at")[:MOST].count(), asked.order_by()[:MOST].count()
        person.__dict__["_unacknowledged"] = known
    return known


def count(person: Person) -> int:
    """`navigation.Counting`: for whoever answers partners."""
    return sum(unacknowledged(person)) if person.may(Ability.ANSWER_PARTNERS) else 0


def tell(person: Person) -> Iterator[Banner]:
    """`banners.Telling`. Whoever is being called is told by that line, which says what has come."""
    if not person.may(Ability.ANSWER_PARTNERS) or being_called(person):
        return
    events, asked = unacknowledged(person)
    found = []
    if events:
        found.append(ngettext("%(n)s notification", "%(n)s notifications", events) % {"n": whole(events)})
    if asked:
        found.append(ngettext("%(n)s question", "%(n)s questions", asked) % {"n": whole(asked)})
    if found:
        said = _("Of partners, and acknowledged by nobody here yet: %(what)s.") % {"what": listing(found)}
        url = f"{reverse('notified_events')}?show=unacknowledged" if events else reverse("verifications")
        yield Banner(said, "attention", url)
