"""What is open between states when a shift is handed over: questions to be answered, drafts that wait for a second
person.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import names
from tocsin.node.duty.open_items import OpenItem
from tocsin.node.events.serials import serial
from tocsin.node.language.formats import enumerated
from tocsin.node.notifications import links
from tocsin.node.notifications.models import Draft, VerificationRequest

__all__ = ["open_items"]


def open_items(person: Person) -> Iterator[OpenItem]:
    """`duty.open_items.Telling`."""
    requests = list(VerificationRequest.objects.visible_to(person).open().order_by("answer_by", "id"))
    known = names({node for one in requests for node in (one.origin, *one.addressees)})
    for one in requests:
        if one.is_ours:
            asked = enumerated(known[node] for node in one.addressees)
            said = _("%(state)s is to answer our question") % {"state": asked}
        else:
            said = _("%(state)s waits for our answer to its question") % {"state": known[one.origin]}
        yield OpenItem(said, links.verification(one.pk), one.answer_by)
    drafts = Draft.objects.visible_to(person).open().exclude(asked_at=None).select_related("event").order_by("asked_at")
    for draft in drafts:
        said = _("What partners are told of %(event)s waits for a second person") % {"event": serial(draft.event)}
        yield OpenItem(said, links.draft(draft.pk))
