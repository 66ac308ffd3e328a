"""What a plan of joint actions may begin with: from an event what is asked and what is done, for a year what recurs.

Nothing of it is decided: a person chooses, and changes every word before anybody else sees it. Codes have their words
in every language, so that what is suggested stands in each of them at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tocsin.joint.acts import ObjectId
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Person
from tocsin.node.council.onward import Told, told_to_some
from tocsin.node.council.pages.decision_words import shown_title
from tocsin.node.events.facts import with_defaults
from tocsin.node.events.models import Event
from tocsin.node.events.vocabulary import word
from tocsin.node.language.each import in_each_language
from tocsin.node.notifications.models import NotifiedEvent
from tocsin.node.notifications.pages.naming_events import named as event_named

__all__ = ["About", "Suggestion", "Words", "about_choices", "about_named", "in_active", "suggestions"]

MANY = 200
SUPPORT_DAYS, GOING_DAYS, INTENDED_DAYS = 7, 30, 14
Words = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class About:
    """What a plan is for: an event, as its state knows it, or a year. `facts`: members of a notification's body.

    Of an event that its state told to some alone, `told`, the kind of threat is named and no more: the plan is sent.
    """

    key: ObjectId | None
    year: int | None
    name: Words
    facts: Mapping[str, Any]
    told: Told | None = None

    @property
    def state(self) -> str:
        """Who would do what is suggested, until a person names another."""
        return self.key.origin if self.key else here().code


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A measure that may be taken over. `part`: the paragraph it would carry out, `assistance`, `spread`, `yearly`."""

    code: str
    part: str
    title: Words
    days: int
    link: str = "event"

    @property
    def here(self) -> str:
        """Its title for the reader."""
        return in_active(self.title)


def in_active(words: Words) -> str:
    """In the reader's language."""
    return str(shown_title(words))


def about_choices(person: Person, day: date) -> list[tuple[str, str]]:
    """Events that the person reads, the last changed first, and the next years."""
    notified = NotifiedEvent.objects.visible_to(person).exclude(status="withdrawn").select_related("disease")
    heads = notified.order_by("-changed_at")[:MANY]
    rows = {f"{one.origin} {one.origin_event}": f"{one.origin}: {event_named(one)}" for one in heads}
    own = Event.objects.visible_to(person).of_this_alliance().standing().exclude(response="closed")
    for one in own.select_related("disease", "place").order_by("-changed_at")[:MANY]:
        rows.setdefault(f"{here().code} {one.pk}", f"{here().code}: {one}")
    years = [(str(year), _("the year %(year)s") % {"year": year}) for year in (day.year, day.year + 1)]
    return [*years, *rows.items()]


def about_named(asked: str, person: Person) -> About | None:
    """What an address names: a year, or an event as `ORIGIN id`; None where the person knows nothing of it."""
    if asked.isdecimal() and len(asked) == 4:
        return About(None, int(asked), in_each_language(lambda: asked), {})
    origin, _space, id = asked.partition(" ")
    try:
        key = ObjectId(origin, id)
        return _own(key, person) or _notified(key, person)
    except ValueError:  # no identifier
        return None


def _own(key: ObjectId, person: Person) -> About | None:
    if key.origin != here().code:
        return None
    event = Event.objects.visible_to(person).select_related("disease", "place").filter(pk=UUID(key.id)).first()
    return About(key, None, in_each_language(lambda: str(event)), with_defaults(event.facts)) if event else None


def _notified(key: ObjectId, person: Person) -> About | None:
    found = NotifiedEvent.objects.visible_to(person).select_related("disease", "shown")
    head = found.filter(origin=key.origin, origin_event=UUID(key.id)).first()
    if head is None:
        return None
    if told := told_to_some(key):
        name = in_each_language(lambda: word("hazard", head.hazard or "unknown"))
        return About(key, None, name, with_defaults({}), told)
    body = head.shown.body if head.shown else {}
    return About(key, None, in_each_language(lambda: event_named(head)), with_defaults(body or {}))


def suggestions(about: About) -> list[Suggestion]:
    """In the order of the plan's paragraphs."""
    if about.key is None:
        return [*_yearly()]
    return [*_assistance(about.facts), *_spread(about.facts)]


def _assistance(facts: Mapping[str, Any]) -> Iterable[Suggestion]:
    for code in facts["support"]:
        title = in_each_language(lambda code=code: _("Help asked for: %(what)s") % {"what": word("support", code)})
        yield Suggestion(f"support-{code}", "assistance", title, SUPPORT_DAYS)
    for code in facts["shortages"]:
        title = in_each_language(
            lambda code=code: _("Shortage covered: %(what)s") % {"what": word("countermeasure", code)}
        )
        yield Suggestion(f"shortage-{code}", "assistance", title, SUPPORT_DAYS)


def _spread(facts: Mapping[str, Any]) -> Iterable[Suggestion]:
    seen = set()
    for one in facts["measures"]:
        code = one["measure"]
        if code in seen:
            continue
        seen.add(code)
        days = INTENDED_DAYS if one["status"] == "intended" else GOING_DAYS
        title = in_each_language(lambda code=code: _first_large(word("measure", code)))
        yield Suggestion(f"measure-{code}", "spread", title, days)


def _first_large(words: str) -> str:
    return words[:1].upper() + words[1:]


def _yearly() -> Iterable[Suggestion]:
    each = {
        "exercise": (180, lambda: _("Joint exercise of the services")),
        "training": (270, lambda: _("Training of specialists")),
        "stocks": (120, lambda: _("Review of stocks and teams that can be sent")),
        "foci": (150, lambda: _("Exchange of data on natural foci at the borders")),
        "report": (350, lambda: _("Report on how the plan was carried out")),
    }
    for code, (days, say) in each.items():
        yield Suggestion(code, "yearly", in_each_language(say), days, "training" if code == "training" else "")
