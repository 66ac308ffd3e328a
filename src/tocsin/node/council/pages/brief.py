"""What delegates read before a session: an event on one page, in the reader's language, from what is kept of it.

Facts and figures are written from codes, so that they are the same in every language; what people typed stands in the
language in which it was typed. `brief_texts` gives what may be sent of it as plain text in each language, to be edited.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.estimates.pages.reading import figures
from tocsin.node.estimates.pages.saying import sentences
from tocsin.node.events.actions.counts import total
from tocsin.node.events.assessment import risks_that_count
from tocsin.node.events.clocks import timeliness_kept
from tocsin.node.events.facts import TEXTS
from tocsin.node.events.models import CountsReport, Event, EventEstimate
from tocsin.node.events.pages.clock_lines import lines
from tocsin.node.events.pages.curve import periods_of
from tocsin.node.events.pages.event_page import known_facts
from tocsin.node.events.pages.figures import answer
from tocsin.node.events.pages.head import chips
from tocsin.node.events.serials import serial
from tocsin.node.events.vocabulary import word
from tocsin.node.language import formats
from tocsin.node.language.each import in_each_language
from tocsin.node.notifications.models import NotifiedEvent
from tocsin.node.notifications.pages.partners_tab import partners_tab
from tocsin.node.notifications.pages.rendered import rendered
from tocsin.node.surveillance.pages.measures import counted

__all__ = ["Brief", "BriefPart", "as_text", "brief_of", "brief_of_notified", "brief_texts"]

WEEK = timedelta(days=7)
LAST_PERIODS = 8


@dataclass(frozen=True, slots=True)
class BriefPart:
    """A heading and what stands under it, a line each."""

    heading: str
    lines: list[str]


@dataclass(frozen=True, slots=True)
class Brief:
    """One page before a session; parts of which nothing is known are left out."""

    title: str
    parts: list[BriefPart]


def brief_of(event: Event, person: Person, *, is_sent: bool = False) -> Brief:
    """Of an event of ours, in the active language.

    is_sent   it leaves this page: then without what partners have answered us, which was for us
    """
    parts = [
        BriefPart(_("What is known"), [*_known(event)]),
        BriefPart(_("Counts"), [*_counts(event)]),
        BriefPart(_("Is it growing?"), [*_estimated(event)]),
        BriefPart(_("Risk"), [*_risk(event)]),
        BriefPart(
            _("Clocks"), [f"{one.name}{formats.colon()}{one.said}" for one in lines(timeliness_kept(event.clocks))]
        ),
        BriefPart(_("What partners say"), [] if is_sent else [*_partners(event, person)]),
        *(BriefPart(heading, _pairs(rows)) for _name, heading, rows in known_facts(event)),
        BriefPart(_("In words"), [*_texts(event.texts)]),
        BriefPart(_("What is asked of the session"), [*_asked(event)]),
    ]
    return Brief(answer(event), [part for part in parts if part.lines])


def _known(event: Event) -> Iterator[str]:
    yield _("Event %(serial)s; how it stands: %(chips)s.") % {
        "serial": serial(event), "chips": formats.enumerated(str(one.label) for one in chips(event)),
    }  # fmt: skip
    places = [event.place, *(row.place for row in event.places.select_related("place"))]
    yield _("Places: %(places)s.") % {"places": formats.enumerated(places)}
    yield _("Opened %(moment)s.") % {"moment": formats.long_moment(event.opened_at)}


def _counts(event: Event) -> Iterator[str]:
    """The last figures, each beside those of a week before."""
    reports = list(event.counts.order_by("-as_of", "-at")[:60])
    if not reports:
        return
    last = reports[0]
    before = next((one for one in reports if one.as_of <= last.as_of - WEEK), None)
    yield _("By the end of %(day)s: %(numbers)s.") % _report(last)
    if before is not None:
        yield _("For comparison, by the end of %(day)s: %(numbers)s.") % _report(before)
    kind, periods, _earlier = periods_of(event.curve)
    if periods:
        shown = [formats.whole(sum(found[:3])) for _day, found in periods[-LAST_PERIODS:]]
        said = {
            "day": _("Cases by day of onset, the last days until %(day)s: %(counts)s."),
            "week": _("Cases by week of onset, the last weeks until that of %(day)s: %(counts)s."),
        }[kind]
        yield said % {"day": formats.long_date(periods[-1][0]), "counts": formats.enumerated(shown)}


def _report(report: CountsReport) -> dict[str, str]:
    known = {name: getattr(report, name) for name in Event.COUNTS}
    figures_known = [("cases", total(known)), ("deaths", report.deaths)]
    found = [counted(name, value) for name, value in figures_known if value is not None]
    if report.hospitalised is not None:
        found.append(_("in hospital: %(n)s") % {"n": formats.whole(report.hospitalised)})
    return {"day": formats.long_date(report.as_of), "numbers": formats.phrases(found)}


def _estimated(event: Event) -> list[str]:
    found = EventEstimate.objects.filter(event=event).first()
    return sentences(figures(found.payload), "cases") if found is not None and found.payload else []


def _risk(event: Event) -> Iterator[str]:
    for row in risks_that_count(event).values():
        sure = word("confidence", row.confidence) if row.confidence else ""
        said = _("%(level)s: %(risk)s, confidence %(confidence)s") if sure else _("%(level)s: %(risk)s")
        values = {"level": row.get_level_display(), "risk": word("risk_level", row.risk), "confidence": sure}
        yield said % values


def _partners(event: Event, person: Person) -> Iterator[str]:
    tab = partners_tab(event, person)
    if tab.said:
        yield tab.said
    for one in tab.verdicts:
        yield f"{one.state}{formats.colon()}{one.word}"


def _pairs(rows: Iterable[tuple[str, str]]) -> list[str]:
    return [f"{label}{formats.colon()}{value}" for label, value in rows]


def _texts(texts: Mapping[str, str]) -> Iterator[str]:
    for name, label in TEXTS.items():
        if texts.get(name):
            yield f"{label}{formats.colon()}{' '.join(texts[name].split())}"


def _asked(event: Event) -> Iterator[str]:
    """What the event's own facts ask for; people add to it."""
    yield _("To compare what each state knows of it, and to agree on measures.")
    if support := event.facts.get("support"):
        asked = formats.enumerated(word("support", code) for code in support)
        yield _("To say who can help with: %(support)s.") % {"support": asked}


def brief_of_notified(head: NotifiedEvent) -> Brief | None:
    """Of an event that a partner notified, as its document says it; None where nothing of it can be read."""
    if head.shown is None or not head.shown.body:
        return None
    shown = rendered(head.shown)
    parts = [
        BriefPart(
            section.heading,
            [
                *(f"{line.label}{formats.colon()}{line.value}" for line in section.lines),
                *(" ".join(one.split()) for text in section.texts for one in text.paragraphs),
            ],
        )
        for section in shown.sections
    ]
    parts.append(BriefPart(_("What is asked of the session"), [
        _("To compare what each state knows of it, and to agree on measures."),
    ]))  # fmt: skip
    return Brief(shown.title, [part for part in parts if part.lines])


def as_text(brief: Brief) -> str:
    """As plain text: a title, headings, a line each."""
    blocks = [brief.title]
    blocks += ["\n".join([part.heading, *(f"• {line}" for line in part.lines)]) for part in brief.parts]
    return "\n\n".join(blocks)


def brief_texts(event: Event | NotifiedEvent | None, person: Person) -> dict[str, str]:
    """The brief as text in each language of the interface; nothing without an event. Whether a partner's may be sent on
    is for `council.onward` to say.
    """
    if event is None:
        return {}

    def said() -> str:
        made: Any = brief_of(event, person, is_sent=True) if isinstance(event, Event) else brief_of_notified(event)
        return as_text(made) if made is not None else ""

    return {language: text for language, text in in_each_language(said).items() if text}
