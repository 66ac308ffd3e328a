"""What the page of a session shows: who comes from where, the agenda and what came of it, statements, minutes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.urls import reverse

from tocsin.joint.acts import Applied, ObjectId
from tocsin.joint.ordering import Arrangement
from tocsin.joint.sessions.state import Delegation, Item, Minutes, Session, Statement
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import in_order, names
from tocsin.node.alliances.bodies import ConveningRule
from tocsin.node.council.models import Decision
from tocsin.node.council.pages.decision_words import LANGUAGES, body_name, reader_language, role_word, tag
from tocsin.node.council.pages.session_events import About, events_named
from tocsin.node.council.pages.session_offers import Offers, offers
from tocsin.node.council.pages.session_record import Line, record
from tocsin.node.council.pages.session_words import Said, answer, chip_of, in_reader_language
from tocsin.node.council.reading import body_named
from tocsin.node.council.session_reading import is_entitled, session_here
from tocsin.node.events.vocabulary import word
from tocsin.node.joint.actions.acting import token
from tocsin.node.joint.models import JointObject
from tocsin.node.notifications.pages.pieces import language_name

__all__ = ["SessionPage", "StateRow", "decisions_of", "session_page"]


@dataclass(frozen=True, slots=True)
class DelegateLine:
    name: str
    title: str
    part: str
    languages: list[str]
    is_present: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """Those whom a state sent before, from when until when."""

    people: list[DelegateLine]
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class StateRow:
    """An invited state: whom it sends, who said so in which capacity, and whom it sent before."""

    code: str
    name: str
    is_here: bool
    is_chair: bool
    delegates: list[DelegateLine]
    said: Applied | None
    capacity: str
    earlier: list[Earlier]
    is_present: bool
    approved: Applied | None


@dataclass(frozen=True, slots=True)
class DecisionLine:
    title: Said
    url: str
    chip: str


@dataclass(frozen=True, slots=True)
class StatementLine:
    state: str
    who: str
    capacity: str
    at: datetime
    text: str
    tag: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    number: int
    item: Item
    title: Said
    outcome: Said
    decision: DecisionLine | None
    statements: list[StatementLine]
    chip: str


@dataclass(frozen=True, slots=True)
class MinutesPart:
    """The last minutes: each paragraph's words in the language shown, and which languages there are."""

    minutes: Minutes
    paragraphs: list[tuple[str, Said]]
    languages: list[tuple[str, str, bool]]
    approvals: list[tuple[str, Applied]]
    outstanding: list[str]
    earlier: int


@dataclass(frozen=True, slots=True)
class SessionPage:
    of: JointObject
    session: Session
    answer: str
    title: Said
    chip: str
    body: str
    is_proposed: bool
    is_stranger: bool
    owner: str
    chair: str
    place: str
    languages: list[str]
    rule: Said
    about: About | None
    states: list[StateRow]
    agenda: list[ItemRow]
    general: list[StatementLine]
    minutes: MinutesPart | None
    has_brief: bool
    record: list[Line]
    offers: Offers
    seen: str
    waits: int
    waiting_for: str


def session_page(
    of: JointObject, arrangement: Arrangement, person: Person, *, now: datetime, language: str = ""
) -> SessionPage:
    """`language`: of the minutes; the reader's by default."""
    session = session_here(of, arrangement)
    assert session.starts_at is not None, "only sessions that were convened have a page"
    body = body_named(session.body)
    known = names({of.origin, session.chair, *session.invited, *(one.applied.act.origin for one in session.statements)})
    speaking = _statements(session, known)
    return SessionPage(
        of=of, session=session, answer=answer(session, now), title=in_reader_language(session.title),
        chip=chip_of(session.status), body=body_name(session.body),
        is_proposed=body is not None and body.standing == "proposed",
        is_stranger=not is_entitled(body, session.owner), owner=known[of.origin], chair=known[session.chair],
        place=word("meeting_kind", session.place.kind), languages=[language_name(one) for one in session.languages],
        rule=_rule(session), about=_about(session, person), states=_states(session, known),
        agenda=_agenda(session, speaking, person), general=speaking.get(None, []),
        minutes=_minutes(session, known, language), has_brief=bool(session.brief),
        record=record(of, arrangement, session), offers=offers(of, session, person), seen=token(of),
        waits=_our_proposals(arrangement),
        waiting_for=names([of.waiting_for["origin"]])[of.waiting_for["origin"]] if of.waiting_for else "",
    )  # fmt: skip


def _our_proposals(arrangement: Arrangement) -> int:
    """How much this state has said that no order has yet."""
    return sum(act.origin == here().code for act in arrangement.proposals)


def _rule(session: Session) -> Said:
    """By which rule of its body it was called."""
    body = body_named(session.body)
    rules: Sequence[ConveningRule] = body.rules if body else ()
    found = next((rule for rule in rules if rule.code == session.rule), None)
    return Said(found.name.in_language(reader_language()) if found else session.rule)


def _about(session: Session, person: Person) -> About | None:
    if session.event is None:
        return None
    key = session.event.origin, UUID(session.event.id)
    return events_named([key], person)[key]


def _states(session: Session, known: Mapping[str, str]) -> list[StateRow]:
    approvals = session.minutes[-1].approvals if session.minutes else {}
    return [_state(session, code, known, approvals.get(code)) for code in in_order(session.invited)]


def _state(session: Session, code: str, known: Mapping[str, str], approved: Applied | None) -> StateRow:
    every = session.delegations.get(code, ())
    last = every[-1] if every else None
    present = {one.id for one in session.present(code)}
    earlier = [
        Earlier(_delegates(one, set()), one.applied.at, later.applied.at)
        for one, later in pairwise(every)
        if one.delegates
    ]
    return StateRow(
        code=code, name=known[code], is_here=code == here().code, is_chair=code == session.chair,
        delegates=_delegates(last, present) if last else [], said=last.applied if last else None,
        capacity=role_word(last.applied.act.role) if last else "", earlier=earlier, is_present=bool(present),
        approved=approved,
    )  # fmt: skip


def _delegates(delegation: Delegation, present: set[str]) -> list[DelegateLine]:
    return [
        DelegateLine(
            one.name, one.title, word("delegate_part", one.part), [language_name(tag) for tag in one.languages],
            one.id in present,
        )
        for one in delegation.delegates
    ]  # fmt: skip


def _statements(session: Session, known: Mapping[str, str]) -> dict[str | None, list[StatementLine]]:
    found: dict[str | None, list[StatementLine]] = {}
    for one in session.statements:
        found.setdefault(one.item, []).append(_statement(one, known))
    return found


def _statement(one: Statement, known: Mapping[str, str]) -> StatementLine:
    act = one.applied.act
    who = one.delegate.name if one.delegate else act.name
    capacity = word("delegate_part", one.delegate.part) if one.delegate else role_word(act.role)
    return StatementLine(known[act.origin], who, capacity, one.applied.at, one.text, tag(act.language))


def _agenda(session: Session, speaking: Mapping[str | None, list[StatementLine]], person: Person) -> list[ItemRow]:
    linked = decisions_of([item.decision for item in session.agenda if item.decision], person)
    return [
        ItemRow(
            number, item, in_reader_language(item.title), in_reader_language(item.outcome),
            linked.get(item.decision) if item.decision else None, speaking.get(item.id, []), _item_chip(item),
        )
        for number, item in enumerate(session.agenda, 1)
    ]  # fmt: skip


def _item_chip(item: Item) -> str:
    if item.concluded:
        return "item_concluded"
    return "item_taken_up" if item.taken_up else ""


def decisions_of(keys: Iterable[ObjectId], person: Person) -> dict[ObjectId, DecisionLine]:
    """Decisions that items name, as far as they are here."""
    wanted = set(keys)
    if not wanted:
        return {}
    rows = Decision.objects.visible_to(person).filter(of__object_id__in=[key.id for key in wanted])
    return {
        row.of.key: DecisionLine(in_reader_language(row.title), _decision_url(row.pk), f"decision_{row.status}")
        for row in rows.select_related("of")
        if row.of.key in wanted
    }


def _decision_url(pk: Any) -> str:
    return reverse("decision", args=[pk])


def _minutes(session: Session, known: Mapping[str, str], language: str) -> MinutesPart | None:
    if not session.minutes:
        return None
    last = session.minutes[-1]
    there = last.text.languages
    shown = next((one for one in (language, reader_language(), *LANGUAGES, *there) if one in there), "en")
    paragraphs = []
    for one in last.text.paragraphs:
        words = {tongue: said.text for tongue, said in one.texts.items()}
        said = Said(words[shown]) if shown in words else in_reader_language(words)
        said.tag = tag(shown) if shown in words else said.tag
        paragraphs.append((one.kind, said))
    return MinutesPart(
        last, paragraphs, [(one, language_name(one), one == shown) for one in there],
        [(known[code], last.approvals[code]) for code in in_order(last.approvals)],
        [known[code] for code in in_order(session.not_approved)], len(session.minutes) - 1,
    )  # fmt: skip
