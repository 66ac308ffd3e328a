"""What the page of one traveller shows before anybody has asked who it is, and what it shows then."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.node.alliance.models import Person, State
from tocsin.node.alliance.roles import Role
from tocsin.node.duty.actions.acknowledgements import acknowledgements_of
from tocsin.node.events.vocabulary.reading import word
from tocsin.node.language.formats import listing, long_date, phrases, short_moment
from tocsin.node.post.models import Entry, Receipt
from tocsin.node.travellers.models import Opening, Tracing, TravellerAnswer, TravellerMessage
from tocsin.node.travellers.pages.lists import Leg, legs, rows

__all__ = ["Version", "answers_of", "classified", "page_of", "person_of"]

TIMES = ("departed", "arrived")
Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Version:
    """One version without the person: what is asked, on what basis, until when."""

    message: TravellerMessage
    facts: Pairs
    legs: list[Leg]
    delivered_at: datetime | None
    waits: bool
    seen: list[tuple[str, str]]


def page_of(tracing: Tracing, person: Person) -> dict[str, Any]:
    """Everything but who it is."""
    (row,) = rows([tracing])
    versions = list(tracing.versions.without_the_person().select_related("by"))
    answers = list(tracing.answers.select_related("by"))
    openings = Opening.objects.filter(message__of=tracing).select_related("person", "message").defer("message__content")
    seen = acknowledgements_of([one.document_id for one in versions])
    return {
        "row": row, "tracing": tracing,
        "versions": [_version(one, seen.get(str(one.document_id), [])) for one in versions],
        "answers": answers_of(answers), "openings": list(openings[:50]),
        "is_kept": tracing.destroyed_at is None and not tracing.is_due(),
        "latest": next((one for one in versions if one.destroyed_at is None), None),
        "is_mine": tracing.worked_on_by_id == person.pk,
        "is_acknowledged": any(one.is_ours for each in seen.values() for one in each),
    }  # fmt: skip


def answers_of(answers: list[TravellerAnswer]) -> list[dict[str, Any]]:
    """Answers in words, the last first."""
    names = State.objects.in_bulk([one.origin for one in answers])
    return [
        {
            "answer": one, "sender": str(names.get(one.origin, one.origin)), "found": word("found", one.found),
            "outcome": _words("traveller_outcome", one.outcome),
        }
        for one in answers
    ]  # fmt: skip


def person_of(message: TravellerMessage) -> dict[str, Any]:
    """Who it is, in words. Only for the answer to somebody who has said why."""
    said = message.content
    who = said["identity"]
    nationality = State.objects.filter(pk=who["nationality"]).first() or who["nationality"] or ""
    facts = [
        (_("Family name"), who["family_name"]), (_("Given names"), who["given_names"]),
        (_("Other names"), who["other_names"]), (_("Born"), who["born"] or ""),
        (_("Sex"), word("person_sex", who["sex"])), (_("Nationality"), str(nationality)),
        (
            pgettext("of a person", "Document"),
            " ".join(filter(None, (_word("document_kind", who["document_kind"]), who["document_number"]))),
        ),
        (_("Telephone"), who["telephone"]), (_("Where the person stays there"), who["address_there"]),
        (_("Onset of illness"), said["onset"] or ""), (_("Infectious from"), said["infectious_from"] or ""),
        (_("Infectious until"), said["infectious_until"] or ""),
    ]  # fmt: skip
    return {
        "facts": [(label, value) for label, value in facts if value],
        "journeys": [
            {**one, "kind": word("conveyance", one["kind"]), **{name: _time(one[name]) for name in TIMES}}
            for one in said["conveyances"]
        ],
        "contacts": [{**one, "relation": word("relation", one["relation"])} for one in said["contacts"]],
        "text": said["text"],
    }  # fmt: skip


def classified(tracing: Tracing, reader: Person, at: datetime) -> str:
    """What stands on top and at the foot of a page that says who it is: on paper too one sees whose copy it is."""
    state = State.objects.filter(pk=tracing.other).first()
    said = _("For %(states)s alone · not to be passed on · read by %(name)s, %(when)s")
    states = listing([_here(), str(state or tracing.other)])
    return said % {"states": states, "name": reader.name, "when": short_moment(at)}


def _here() -> str:
    return str(State.objects.get(is_here=True))


def _version(message: TravellerMessage, seen: list[Any]) -> Version:
    delivered_at, waits = _delivery(message)
    facts = [
        (_("What is asked"), _words("request", message.asked)),
        (_("Legal basis"), _words("legal_basis", message.legal_basis)),
        (_("Contacts named"), str(message.contacts)),
    ]
    if message.outcome:
        facts.append((_("What became of it"), _words("traveller_outcome", message.outcome)))
    people = [(_role(one.by_role), short_moment(one.acknowledged_at)) for one in seen]
    return Version(message, facts, legs(message.journeys), delivered_at, waits, people)


def _delivery(message: TravellerMessage) -> tuple[datetime | None, bool]:
    """When the node of the addressee said, signed, that it has it; whether it still waits to be signed."""
    if not message.is_ours:
        return None, False
    entry = Entry.objects.filter(
        origin=message.origin, document_id=str(message.document_id), stands=True
    ).first()  # fmt: skip
    if entry is None:
        return None, message.destroyed_at is None
    receipts = Receipt.objects.filter(stream=entry.stream_id, through__gte=entry.number, by=message.addressee)
    return receipts.values_list("received_at", flat=True).first(), False


def _words(kind: str, codes: list[str]) -> str:
    return listing([word(kind, code) for code in codes]) if codes else "–"


def _word(kind: str, code: str | None) -> str:
    return word(kind, code) if code else ""


def _role(code: str) -> str:
    return str(Role(code).label) if code in Role.values else code


def _time(said: str | None) -> str:
    if not said:
        return ""
    day, _mark, hour = said.partition("T")
    try:
        shown = long_date(datetime.fromisoformat(day).date())
    except ValueError:  # its own state took it
        return said
    return phrases((shown, hour)) if hour else shown
