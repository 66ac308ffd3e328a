"""What measures have to do with: sessions, requests, trainings, events; with the page of each that is here."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from tocsin.joint.decisions.measures import Link
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import names
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance import links as assistance_links
from tocsin.node.council import links
from tocsin.node.events.models import Event
from tocsin.node.events.vocabulary import word
from tocsin.node.joint.models import JointObject
from tocsin.node.notifications.models import NotifiedEvent

__all__ = ["Linked", "linked"]

NOUNS = {"session": "session", "request": "assistance"}
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Linked:
    """One of them. `url` is empty where it is not here, or not for this person; `state` whose it is, if not ours."""

    kind: str
    text: str
    state: str = ""
    url: str = ""


def linked(found: Iterable[Link], person: Person) -> list[Linked]:
    """In their order; as many queries for a hundred as for one."""
    listed = list(found)
    urls = {**_objects(listed, person), **_events(listed, person)}
    known = names({one.origin for one in listed if one.origin and one.origin != here().code})
    return [
        Linked(
            word("measure_link", one.kind), one.text or word("measure_link", one.kind), known.get(one.origin or "", ""),
            urls.get((one.kind, one.id or ""), ""),
        )
        for one in listed
    ]  # fmt: skip


def _objects(found: Iterable[Link], person: Person) -> dict[Key, str]:
    wanted = {(one.origin, one.id): one.kind for one in found if one.kind in NOUNS and one.id}
    if not wanted:
        return {}
    rows = JointObject.objects.visible_to(person).filter(object_id__in=[id for _origin, id in wanted])
    urls = {}
    for row in rows:
        kind = wanted.get((row.origin, str(row.object_id)))
        if kind is not None and row.noun == NOUNS[kind]:
            page = links.session if kind == "session" else assistance_links.request
            urls[kind, str(row.object_id)] = page(row.pk)
    return urls


def _events(found: Iterable[Link], person: Person) -> dict[Key, str]:
    wanted = [one for one in found if one.kind == "event" and one.id]
    if not wanted or not person.may(Ability.READ_EVENTS):
        return {}
    ours = {UUID(one.id) for one in wanted if one.origin == here().code and one.id}
    theirs = {UUID(one.id) for one in wanted if one.origin != here().code and one.id}
    urls = {}
    if ours:
        for pk in Event.objects.visible_to(person).filter(pk__in=ours).values_list("pk", flat=True):
            urls["event", str(pk)] = f"/events/{pk}/"
    if theirs:
        rows = NotifiedEvent.objects.visible_to(person).filter(origin_event__in=theirs)
        origins = {one.id: one.origin for one in wanted}
        for pk, origin, event in rows.values_list("pk", "origin", "origin_event"):
            if origins.get(str(event)) == origin:
                urls["event", str(event)] = f"/events/notified/{pk}/"
    return urls
