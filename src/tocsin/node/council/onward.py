"""How far what a partner told of its event may go.

A state that tells some of an event has not told the others. What this state sends on such an event goes to those who
were told, unless the state whose event it is has allowed more: a person says so, and that is on record.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tocsin.joint.acts import ObjectId
from tocsin.node.alliance import audit
from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.alliance_file import alliance, here
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import in_order, named
from tocsin.node.council.models import Decision, Session
from tocsin.node.joint.models import JointObject
from tocsin.node.language.formats import sentences
from tocsin.node.notifications.models import Notification, NotifiedEvent

__all__ = ["Further", "Told", "events_of", "not_told", "record_leave", "require_told", "told_further", "told_to_some"]

# The seats that read what goes to an open audience, by tier.
TIERS: Mapping[str, tuple[str, ...]] = {
    "MEMBERS": ("member", "secretariat"),
    "FAMILY": ("member", "partner", "secretariat"),
    "PUBLIC": ("member", "partner", "guest", "secretariat"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """Who was told of an event by the state whose it is, that state and this one among them."""

    origin: str
    states: frozenset[str]

    def strangers(self, classification: str, addressees: Iterable[str] = ()) -> list[str]:
        """Those of these readers who were not told, in the alliance's order."""
        return in_order(_readers(classification, addressees) - self.states)

    @property
    def why(self) -> str:
        """Why little is filled in from it."""
        others = self.states - {self.origin}
        said = _(
            "%(state)s has told of this event to %(others)s and nobody else. Its words are not filled in, and those "
            "who were told read this. Whoever wants others to read it asks %(state)s first."
        )
        return said % {"state": named([self.origin]), "others": named(others)}

    @property
    def leave(self) -> str:
        """What a person says who passes it on."""
        return _("%(state)s has allowed it") % {"state": named([self.origin])}


Further = Sequence[tuple[Told, list[str]]]


def _readers(classification: str, addressees: Iterable[str]) -> frozenset[str]:
    if classification not in TIERS:
        return frozenset({here().code, *addressees})
    return frozenset(seat.code for seat in alliance().seats if seat.tier in TIERS[classification])


def told_of(event: ObjectId | Mapping[str, str] | None) -> Told | None:
    """Who was told of it, by what stands of it here; None for an event of ours, and for one that nobody told us of.

    Of an event that its state has not notified to us: those to whom it named it in a session or a decision of its own.
    """
    key = event if isinstance(event, ObjectId) or event is None else ObjectId(event["origin"], event["id"])
    if key is None or key.origin == here().code:
        return None
    heads = NotifiedEvent.objects.theirs().select_related("shown", "latest")
    head = heads.filter(origin=key.origin, origin_event=key.id).first()
    return _told(head) if head is not None else _named_in_council(key)


def _named_in_council(key: ObjectId) -> Told | None:
    about = {"event_origin": key.origin, "event_id": key.id, "of__origin": key.origin}
    rows = [
        *Session.objects.filter(**about).select_related("of"),
        *Decision.objects.filter(**about).select_related("of"),
    ]
    if not rows:
        return None
    readers = [_readers(row.of.classification, row.of.addressees) for row in rows]
    return Told(key.origin, frozenset({key.origin, here().code}).union(*readers))


def _told(head: NotifiedEvent) -> Told:
    version: Notification | None = head.shown or head.latest
    # Of what is void, or withdrawn with its words, nobody can say to whom it went: then nobody was told but us.
    readers = _readers(version.classification, version.addressees) if version is not None else frozenset()
    return Told(head.origin, readers | {head.origin, here().code})


def told_to_some(event: ObjectId | Mapping[str, str] | None, classification: str = "MEMBERS") -> Told | None:
    """Who was told of it, where that is fewer than this audience."""
    told = told_of(event)
    return told if told is not None and told.strangers(classification) else None


def events_of(said: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """The events that a proposal names: what it is about, and what its measures have to do with."""
    links = [link for measure in said["measures"] for link in measure["links"]]
    linked = [link for link in links if link["kind"] == "event" and link["origin"] and link["id"]]
    return [*([said["event"]] if said["event"] else []), *linked]


def told_further(
    events: Iterable[ObjectId | Mapping[str, str] | None], classification: str, addressees: Iterable[str]
) -> Further:
    """Of each event that these readers were not all told of: who was, and who of them was not."""
    readers = tuple(addressees)
    told = dict.fromkeys(one for event in events if (one := told_of(event)) is not None)
    found = [(one, one.strangers(classification, readers)) for one in told]
    return [(one, strangers) for one, strangers in found if strangers]


def not_told(told: Told, strangers: Iterable[str]) -> str:
    """Who would read of an event that its state has not told them of, and what may be done."""
    said = _(
        "%(strangers)s was not told of this event by %(state)s. Choose readers among those who were, or ask %(state)s, "
        "and then say that it has allowed it."
    )
    return said % {"strangers": named(strangers), "state": named([told.origin])}


def require_told(further: Further, *, allowed: bool) -> None:
    """Raises ActRefused where somebody would read of an event that its state has not told them of.

    allowed  that the person has said that the state allows it
    """
    if further and not allowed:
        raise ActRefused(sentences([not_told(*further[0]), _("Nothing was sent.")]))


def record_leave(of: JointObject, further: Further, *, by: Person) -> None:
    """Put on record who said that a state has allowed others to be told, and whom. In the transaction of the act."""
    for told, strangers in further:
        audit.record(
            "session.told_further" if of.noun == "session" else "decision.told_further", of, by=by,
            by_leave_of=told.origin, to=strangers,
        )  # fmt: skip
