"""What is open when a shift is handed over: duties of agreements, sessions that are still to come."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.council import links, session_links
from tocsin.node.council.models import OpenedDuty, Session
from tocsin.node.council.pages.decision_words import body_name
from tocsin.node.council.pages.session_words import in_reader_language
from tocsin.node.duty.open_items import OpenItem

__all__ = ["open_items"]

SOON = timedelta(days=1)


def open_items(person: Person) -> Iterator[OpenItem]:
    """`duty.open_items.Telling`."""
    for row in OpenedDuty.objects.visible_to(person).open():
        said = _("Duty of an agreement: %(duty)s") % {"duty": in_reader_language(row.title)}
        yield OpenItem(said, f"{session_links.AGREEMENTS}#duty-{row.pk}", row.due_at)
    coming = Session.objects.visible_to(person).filter(status="convened", starts_at__lte=timezone.now() + SOON)
    for session in coming.order_by("starts_at", "pk"):
        said = _("Session: %(body)s") % {"body": body_name(session.body)}
        yield OpenItem(said, links.session(session.pk), session.starts_at)
