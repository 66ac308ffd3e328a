"""The tab “Council” of an event: sessions that it was called for, decisions on it, duties that it opened."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.council.actions.calling import Call, calls_of
from tocsin.node.council.models import Decision, OpenedDuty, Session
from tocsin.node.council.pages.decision_words import body_name, reader_language
from tocsin.node.council.pages.duties import DutyRow, duty_rows
from tocsin.node.council.pages.session_words import Said, chip_of, in_reader_language
from tocsin.node.events.models import Event
from tocsin.node.events.pages.head import Act

__all__ = ["CouncilTab", "council_tab", "next_act"]

MOST = 30


@dataclass(frozen=True, slots=True)
class CouncilTab:
    """call: the session that a rule calls for this event, while nobody has called it; own: the code of this state."""

    call: Call | None
    rule: str
    body: str
    sessions: list[tuple[Session, Said, str]]
    decisions: list[tuple[Decision, Said]]
    duties: list[DutyRow]
    may_convene: bool
    may_settle: bool
    own: str


def council_tab(event: Event, person: Person, now: datetime) -> CouncilTab:
    """All of the tab."""
    about = {"event_origin": here().code, "event_id": event.pk}
    call = next(calls_of([event]), None) if event.is_open else None
    rows = OpenedDuty.objects.visible_to(person).filter(**about).select_related("by")
    return CouncilTab(
        call=call, rule=call.rule.name.in_language(reader_language()) if call else "",
        body=body_name(call.body.code) if call else "",
        sessions=[
            (row, in_reader_language(row.title), chip_of(row.status))
            for row in Session.objects.visible_to(person).filter(**about).select_related("of")[:MOST]
        ],
        decisions=[
            (row, in_reader_language(row.title))
            for row in Decision.objects.visible_to(person).filter(**about).select_related("of")[:MOST]
        ],
        duties=duty_rows(list(rows), person, now), may_convene=person.may(Ability.DECIDE),
        may_settle=person.may(Ability.PREPARE_COUNCIL), own=here().code,
    )  # fmt: skip


def next_act(event: Event, person: Person) -> Act | None:
    """Call the session, where a rule says so and nobody has."""
    if not person.may(Ability.DECIDE) or not event.is_open or event.verification == Event.Verification.REFUTED:
        return None
    call = next(calls_of([event]), None)
    return Act(_("Call the session"), call.link) if call else None
