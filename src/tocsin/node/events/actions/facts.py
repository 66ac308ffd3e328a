"""Changing what is known of an event: its name and hazard, coded facts, texts."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions import estimating
from tocsin.node.events.actions.changing import changed, lock, search_text
from tocsin.node.events.facts import TEXTS, check_facts
from tocsin.node.events.models import Event
from tocsin.node.events.refusals import ActRefused
from tocsin.node.events.texts import checked, checked_texts
from tocsin.node.events.vocabulary import codes
from tocsin.node.surveillance.models import Disease

__all__ = ["change_facts", "change_identity"]


@transaction.atomic
def change_identity(
    event: Event, *, disease: Disease | None, hazard: str, name: str, by: Person, version: int
) -> Event:  # fmt: skip
    """Say which disease it is, of which kind the hazard, and what people here call it."""
    event = lock(event, by=by, ability=Ability.WRITE_EVENTS, version=version)
    if hazard not in codes("hazard"):
        raise ActRefused(_("There is no hazard “%(code)s”; choose one of the list.") % {"code": hazard})
    event.disease, event.hazard = disease, hazard
    event.name = checked(name, longest=120, name=_("Working name"), paragraphs=False)
    fields = {"disease": disease, "hazard": hazard, "name": event.name, "search_key": search_text(event)}
    changed(event, "facts_changed", by=by, fields=fields)
    if event.curve:
        estimating.ask(event)
    return event


@transaction.atomic
def change_facts(
    event: Event,
    *,
    facts: Mapping[str, Any],
    texts: Mapping[str, str] | None = None,
    language: str = "",
    by: Person,
    version: int,
) -> Event:
    """Say what else is known. Members that are not given stay as they are; a text that is given empty goes.

    language  of the texts; all are in one, since a translator takes them together
    Raises Changed if somebody changed the event since `version`, ActRefused for what partners would not take.
    """
    event = lock(event, by=by, ability=Ability.WRITE_EVENTS, version=version)
    check_facts(facts)
    fields: dict[str, Any] = {"facts": {**event.facts, **facts}}
    if texts is not None:
        if unknown := sorted(set(texts) - set(TEXTS)):
            raise ActRefused(_("There is no text “%(name)s”.") % {"name": unknown[0]})
        kept = {name: text for name, text in event.texts.items() if name not in texts}
        fields["texts"] = kept | checked_texts(texts, {name: str(label) for name, label in TEXTS.items()})
        fields["language"] = language or event.language
    changed(event, "facts_changed", by=by, fields=fields)
    return event
