"""Papers of a session: its agenda, its brief, its minutes, and the brief of an event, as pages to be printed."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from tocsin.joint.sessions.state import Session
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.exercise_mark import BAND, is_exercise
from tocsin.node.alliance.naming import in_order, names
from tocsin.node.council.pages.brief import Brief
from tocsin.node.council.pages.decision_words import body_name, reader_language
from tocsin.node.council.pages.session_words import in_reader_language
from tocsin.node.events.models import Event
from tocsin.node.events.pages.curve import curve_chart, periods_of
from tocsin.node.exports.pdf import Facts, Heading, Page, Picture
from tocsin.node.exports.pictures import series_picture
from tocsin.node.joint.models import JointObject
from tocsin.node.language.formats import enumerated, long_moment
from tocsin.node.notifications.pages.rendered import Head, audience

__all__ = ["PAPERS", "agenda_paper", "brief_paper", "event_brief_paper", "minutes_paper"]

Part = str | Facts | Heading | Picture


def agenda_paper(of: JointObject, session: Session, *, made_at: datetime) -> Page:
    """The agenda, with who is invited and who comes."""
    parts: list[Part] = [Heading(_("Agenda"))]
    parts += [f"{number}. {in_reader_language(item.title)}" for number, item in enumerate(session.agenda, 1)]
    parts.append(Heading(_("Who comes")))
    parts.append(Facts([*_delegations(session)]))
    return _page(of, session, in_reader_language(session.title), parts, made_at)


def brief_paper(of: JointObject, session: Session, *, made_at: datetime) -> Page:
    """The brief as it was sent, in the reader's language where there is one."""
    text = in_reader_language(session.brief)
    title, *blocks = text.split("\n\n")
    parts: list[Part] = []
    for block in blocks:
        first, *more = block.split("\n")
        parts += [Heading(first), *more] if more else [first]
    return _page(of, session, _("Brief: %(what)s") % {"what": title}, parts, made_at)


def minutes_paper(of: JointObject, session: Session, *, made_at: datetime) -> Page:
    """The last minutes, with who has approved them."""
    text = session.minutes[-1].text
    words = [
        (one.kind, in_reader_language({tongue: said.text for tongue, said in one.texts.items()}))
        for one in text.paragraphs
    ]
    parts: list[Part] = [Heading(said) if kind == "heading" else str(said) for kind, said in words if kind != "title"]
    parts.append(Heading(_("Approval")))
    parts.append(Facts([*_approvals(session)]))
    title = next((said for kind, said in words if kind == "title"), in_reader_language(session.title))
    return _page(of, session, title, parts, made_at)


def event_brief_paper(event: Event, brief: Brief, *, made_at: datetime, made_by: str) -> Page:
    """The brief of an event of ours as it is now, with its curve. National: nobody has been sent it."""
    parts: list[Part] = []
    picture = _curve(event)
    for at, part in enumerate(brief.parts):
        parts += [Heading(part.heading), *part.lines]
        if at == 1 and picture is not None:
            parts.append(picture)
    return Page(
        title=brief.title, classification=_("National: not sent to partners"), parts=parts, made_at=made_at,
        made_by=made_by, exercise=BAND if is_exercise(event) else "", compact=True,
    )  # fmt: skip


def _curve(event: Event) -> Picture | None:
    kind, periods, _before = periods_of(event.curve)
    chart = curve_chart(event)
    if not periods or chart is None:
        return None
    svg = series_picture(
        chart["caption"], [day for day, _counts in periods], [sum(found[:3]) for _day, found in periods],
        every=kind, height=150,
    )  # fmt: skip
    return Picture(svg, chart["caption"])


def _page(of: JointObject, session: Session, title: str, parts: Iterable[Part], made_at: datetime) -> Page:
    assert session.starts_at is not None, "it was convened"
    facts = [
        (_("Body"), body_name(session.body)),
        (_("Begins at"), long_moment(session.starts_at)),
        (_("Chair"), names([session.chair])[session.chair]),
        (_("Convened by"), names([session.owner])[session.owner]),
    ]
    head = Head(of.origin, 1, reader_language(), of.classification, tuple(of.addressees))
    return Page(
        title=str(title), classification=audience(head), facts=facts, parts=list(parts), made_at=made_at,
        made_by=str(here()), exercise=BAND if is_exercise(of) else "", compact=True,
    )  # fmt: skip


def _delegations(session: Session) -> Iterable[tuple[str, str]]:
    known = names(session.invited)
    for state in in_order(session.invited):
        delegation = session.delegation(state)
        people = [one.name for one in delegation.delegates] if delegation else []
        yield known[state], enumerated(people) or _("nobody named yet")


def _approvals(session: Session) -> Iterable[tuple[str, str]]:
    known = names(session.invited)
    approvals = session.minutes[-1].approvals
    for state in in_order(session.invited):
        given = approvals.get(state)
        yield known[state], long_moment(given.at) if given else _("outstanding")


PAPERS = {"agenda": agenda_paper, "brief": brief_paper, "minutes": minutes_paper}
