"""Agreements and the duties that events have opened for this state: how long each has, what was said of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.alliance.alliance_file import alliance
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import names
from tocsin.node.alliance.roles import Ability
from tocsin.node.council import links
from tocsin.node.council.actions.duties import allowed, used
from tocsin.node.council.agreements_here import Agreement, agreements_in_force, of_the_file
from tocsin.node.council.models import OpenedDuty
from tocsin.node.council.pages.decision_words import reader_language
from tocsin.node.council.pages.session_events import About, events_named
from tocsin.node.council.pages.session_words import Said, in_reader_language
from tocsin.node.events.vocabulary import word
from tocsin.node.language.formats import left_of, short_moment, whole

__all__ = ["AgreementShown", "DutiesPage", "DutyRow", "duties_page", "duty_rows"]

A_PAGE = 30
MOST_OPEN = 200


@dataclass(frozen=True, slots=True)
class DutyRow:
    """An opened duty: chip and words of its clock; `about`: the event that opened it."""

    row: OpenedDuty
    title: Said
    agreement: Said
    about: About
    chip: str
    clock: str
    percent: int
    allowed: timedelta

    @property
    def is_open(self) -> bool:
        """Whether this state has still to do it."""
        return self.row.done_at is None and self.row.lifted_at is None


@dataclass(frozen=True, slots=True)
class AgreedShown:
    title: Said
    trigger: str
    owner: str
    hours: int


@dataclass(frozen=True, slots=True)
class AgreementShown:
    """An agreement as it stands; url: of the decision that adopted it."""

    name: Said
    parties: list[str]
    chip: str
    duties: list[AgreedShown]
    url: str
    source: str


@dataclass(frozen=True, slots=True)
class DutiesPage:
    answer: str
    open: list[DutyRow]
    settled: list[DutyRow]
    page: Page
    agreements: list[AgreementShown]
    may_settle: bool


def duties_page(person: Person, now: datetime, number: str | None = None) -> DutiesPage:
    """All of it. A constant number of queries, however many duties; one more for each agreement adopted here."""
    visible = OpenedDuty.objects.visible_to(person).select_related("by")
    every = agreements_in_force()
    open_rows = duty_rows(list(visible.open()[:MOST_OPEN]), person, now, every)
    settled = visible.exclude(done_at=None, lifted_at=None).order_by("-opened_at", "-id")
    page = Paginator(settled, A_PAGE).get_page(number)
    return DutiesPage(
        answer=_answer(open_rows, now), open=open_rows,
        settled=duty_rows(page.object_list, person, now, every), page=page,
        agreements=_agreements(every), may_settle=person.may(Ability.PREPARE_COUNCIL),
    )  # fmt: skip


def duty_rows(
    rows: Sequence[OpenedDuty], person: Person, now: datetime, every: Sequence[Agreement] | None = None
) -> list[DutyRow]:
    """Opened duties as lines, the soonest first as they come."""
    known = {one.code: in_reader_language(one.name) for one in (every if every is not None else agreements_in_force())}
    about = events_named([(row.event_origin, row.event_id) for row in rows], person)
    return [
        DutyRow(
            row=row, title=in_reader_language(row.title),
            agreement=known.get(row.agreement, Said(_("an agreement that is in force no more"))),
            about=about[row.event_origin, row.event_id], chip=_chip(row, now), clock=_clock(row, now),
            percent=used(row, now), allowed=allowed(row),
        )
        for row in rows
    ]  # fmt: skip


def _chip(row: OpenedDuty, now: datetime) -> str:
    if row.done_at is not None:
        return "duty_done" if row.done_at <= row.due_at else "duty_done_late"
    if row.lifted_at is not None:
        return "duty_lifted"
    share = used(row, now)
    return "duty_over" if share >= 100 else ("duty_near" if share >= 80 else "duty_open")


def _clock(row: OpenedDuty, now: datetime) -> str:
    """“6 h left of 24 h”; of a settled one when that was."""
    settled = row.done_at or row.lifted_at
    return short_moment(settled) if settled else left_of(row.due_at, allowed(row), now)


def _answer(rows: Sequence[DutyRow], now: datetime) -> str:
    """The title: how many are open, and how long the first of them has."""
    if not rows:
        return _("No duty of an agreement is open")
    n = len(rows)
    said = ngettext("%(n)s duty is open: %(duty)s, %(left)s", "%(n)s duties are open, first: %(duty)s, %(left)s", n)
    return said % {"n": whole(n), "duty": rows[0].title, "left": rows[0].clock}


def _agreements(in_force: Sequence[Agreement]) -> list[AgreementShown]:
    drafts = [one for one in of_the_file() if one.standing == "draft"]
    triggers = {one.code: one.name.in_language(reader_language()) for one in alliance().triggers}
    known = names({code for one in (*in_force, *drafts) for code in one.parties})
    return [_agreement(one, triggers, known) for one in (*in_force, *drafts)]


def _agreement(one: Agreement, triggers: Mapping[str, str], known: Mapping[str, str]) -> AgreementShown:
    duties = [
        AgreedShown(
            in_reader_language(duty.title), triggers.get(duty.trigger, duty.trigger), word("duty_owner", duty.owner),
            duty.hours,
        )
        for duty in one.duties
    ]  # fmt: skip
    order = [seat.code for seat in alliance().seats]
    parties = sorted(one.parties, key=lambda code: order.index(code) if code in order else len(order))
    return AgreementShown(
        in_reader_language(one.name), [known[code] for code in parties],
        "agreement_draft" if one.standing == "draft" else "decision_in_force", duties,
        links.decision(one.decision) if one.decision else "", one.source,
    )  # fmt: skip
