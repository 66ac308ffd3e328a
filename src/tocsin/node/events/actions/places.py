"""Where an event is."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person, State
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions.changing import changed, lock, search_text
from tocsin.node.events.models import Event, EventPlace
from tocsin.node.events.refusals import ActRefused
from tocsin.node.language.each import in_each_language
from tocsin.node.language.formats import enumerated
from tocsin.node.surveillance.models import Place

__all__ = ["add_place", "require_ours", "set_places"]

MOST_PLACES = 50


@transaction.atomic
def set_places(event: Event, *, first: Place, others: Sequence[Place], by: Person, version: int) -> Event:
    """Say where the event was first, and where else it is."""
    event = lock(event, by=by, ability=Ability.WRITE_EVENTS, version=version)
    wanted = {place.pk: place for place in others if place.pk != first.pk}
    if len(wanted) >= MOST_PLACES:
        raise ActRefused(_("Choose at most %(n)d places; a region stands for all in it.") % {"n": MOST_PLACES})
    for place in (first, *wanted.values()):
        require_ours(place)
    event.places.exclude(place__in=wanted).delete()
    there = set(event.places.values_list("place", flat=True))
    EventPlace.objects.bulk_create(
        EventPlace(event=event, place=place) for key, place in wanted.items() if key not in there
    )
    event.place = first
    fields = {"place": first, "places_count": 1 + len(wanted), "search_key": search_text(event)}
    names = in_each_language(lambda: enumerated((first, *wanted.values())))
    changed(event, "places", by=by, fields=fields, values={"places": names})
    return event


def add_place(event: Event, place: Place, *, since: date | None = None) -> None:
    """Inside another act: the event is in this place too, unless it lies in the one where it was first."""
    if place.pk == event.place_id or event.place.contains(place):
        return
    EventPlace.objects.get_or_create(event=event, place=place, defaults={"since": since})
    event.places_count = 1 + event.places.count()
    event.save(update_fields=["places_count"])


def require_ours(place: Place) -> None:
    """Raises ActRefused for a place of another state: an event is of the places of whoever answers for it."""
    here = State.objects.get(is_here=True)
    if place.state_id is not None and place.state_id != here.pk:
        raise ActRefused(
            _("%(place)s lies in %(state)s. An event here is of this state’s own places; ask %(state)s to verify it.")
            % {"place": place, "state": place.state}
        )
