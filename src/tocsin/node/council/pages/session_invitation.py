"""What the form by which a session is called begins with: from an event and the rule that calls it, or from nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.joint.acts import ObjectId
from tocsin.node.alliance.alliance_file import alliance, here
from tocsin.node.alliance.models import Person
from tocsin.node.alliances.bodies import Body, ConveningRule
from tocsin.node.council.forms.session_convening import LANGUAGES
from tocsin.node.council.onward import Told, told_to_some
from tocsin.node.council.pages.brief import brief_texts
from tocsin.node.council.pages.decision_words import body_name
from tocsin.node.council.session_reading import bodies_here
from tocsin.node.events.models import Event
from tocsin.node.events.pages.figures import named
from tocsin.node.events.vocabulary import word
from tocsin.node.language.each import in_each_language
from tocsin.node.language.formats import phrases
from tocsin.node.notifications.models import NotifiedEvent
from tocsin.node.notifications.pages.naming_events import named as notified_named

__all__ = ["Occasion", "chair_by_rule", "found_occasion", "invitation"]


@dataclass(frozen=True)
class Occasion:
    """Why a session is called: an event of ours, or one that a partner notified; and by which rule of which body."""

    event: Event | NotifiedEvent | None = None
    body: Body | None = None
    rule: ConveningRule | None = None

    @property
    def key(self) -> ObjectId | None:
        """The event, as documents name it."""
        if isinstance(self.event, Event):
            return ObjectId(here().code, str(self.event.pk))
        if self.event is not None:
            return ObjectId(self.event.origin, str(self.event.origin_event))
        return None

    @property
    def named(self) -> str:
        """The event, in the active language."""
        if isinstance(self.event, Event):
            return named(self.event)
        return notified_named(self.event) if self.event is not None else ""

    @property
    def named_to_others(self) -> str:
        """The same for those who are invited: of what was told to some, the kind of threat and no more."""
        if isinstance(self.event, NotifiedEvent) and self.told:
            return _("a threat: %(hazard)s") % {"hazard": word("hazard", self.event.hazard or "unknown")}
        return self.named

    @cached_property
    def told(self) -> Told | None:
        """Who was told of the event, where that is not every member."""
        return told_to_some(self.key)

    @cached_property
    def leave(self) -> str:
        """What a person says who calls others than were told; empty where that cannot be."""
        told = told_to_some(self.key, "PUBLIC")
        return told.leave if told else ""


def found_occasion(asked: Mapping[str, str], person: Person) -> Occasion:
    """What the address asks for, as far as the person may see it."""
    event: Event | NotifiedEvent | None = None
    if (key := _key(asked.get("event"))) is not None:
        event = Event.objects.visible_to(person).select_related("disease", "place").filter(pk=key).first()
    elif (key := _key(asked.get("notified"))) is not None:
        heads = NotifiedEvent.objects.visible_to(person).theirs().select_related("disease", "shown")
        event = heads.filter(pk=key).first()
    bodies = bodies_here()
    body = next((one for one in bodies if one.code == asked.get("body")), None)
    rule = next((one for one in body.rules if one.code == asked.get("rule")), None) if body else None
    return Occasion(event, body or next((one for one in bodies if one.rules), None), rule)


def _key(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def invitation(occasion: Occasion, person: Person, now: datetime) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What the form and the agenda begin with."""
    body, told = occasion.body, occasion.told
    hours = occasion.rule.hours if occasion.rule else (body.convene_within_hours if body else None) or 24
    starts_at = _rounded(now + timedelta(hours=hours))
    members = list(alliance().codes_of(body.members)) if body else []
    invited = [one for one in dict.fromkeys((*members, here().code)) if not told or one in told.states]
    chair = chair_by_rule(body, starts_at) if body else here().code
    titles = in_each_language(lambda: _title(occasion))
    briefs = {} if told else brief_texts(occasion.event, person)
    initial: dict[str, Any] = {
        "body": body.code if body else "", "rule": occasion.rule.code if occasion.rule else "",
        "starts_at": timezone.localtime(starts_at), "place": "video", "languages": list(LANGUAGES.values()),
        "chair": chair if chair in invited else here().code, "invited": invited,
        "classification": "SELECTIVE" if told else "MEMBERS",
    }  # fmt: skip
    for short, tag in LANGUAGES.items():
        initial[f"title_{short}"], initial[f"brief_{short}"] = titles[tag], briefs.get(tag, "")
    return initial, _agenda() if occasion.event else []


def chair_by_rule(body: Body, at: datetime) -> str:
    """Who presides by the body's rule: in the alliance's order, a year each; or whoever convenes.

    The first state of the order presides in years that the number of members divides.
    """
    members: Sequence[str] = alliance().codes_of(body.members)
    if body.chair == "convener" or not members:
        return here().code
    return members[at.year % len(members)]


def _rounded(at: datetime) -> datetime:
    """Down to a quarter of an hour: a session that a rule calls within an hour never begins after it."""
    return at - timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)


def _title(occasion: Occasion) -> str:
    said = [occasion.named_to_others] if occasion.event else []
    return phrases([body_name(occasion.body.code) if occasion.body else _("Session"), *said])


def _agenda() -> list[dict[str, Any]]:
    """What a session on an event comes to speak of."""
    items = in_each_language(
        lambda: [
            _("The situation: what each state knows"),
            _("Measures: who does what by when"),
            _("Assistance: what is needed, who can help"),
            _("What is told to the public, and when we meet again"),
        ]
    )
    return [
        {"id": "", "title": {language: said[at] for language, said in items.items()}, "decision": ""}
        for at in range(len(items["en"]))
    ]
