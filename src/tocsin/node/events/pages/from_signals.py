"""What the page of a thread of signals offers: the event that it tells of, or opening one."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions.opening import TELLS
from tocsin.node.events.models import EventThread
from tocsin.node.events.serials import serial
from tocsin.node.surveillance.models import Thread
from tocsin.node.surveillance.pages.next_steps import Step

__all__ = ["steps_of"]


def steps_of(thread: Thread, person: Person) -> Iterator[Step]:
    verified = thread.status == Thread.Status.VERIFIED
    link = EventThread.objects.filter(thread=thread).select_related("event").first()
    if link is not None:
        if person.may(Ability.READ_EVENTS):
            label = _("Event %(serial)s") % {"serial": serial(link.event)}
            yield Step(label, reverse("event", args=[link.event_id]), is_primary=verified)
    elif thread.shared_by_id is None and thread.status in TELLS and person.may(Ability.WRITE_EVENTS):
        yield Step(_("Open an event"), f"{reverse('new_event')}?thread={thread.pk}", is_primary=verified)
