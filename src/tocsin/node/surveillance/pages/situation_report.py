"""The situation report: what the page says, of the last complete week, in the language that is active.

It is made to be edited and signed by a person; until then it says of itself that signals are not verified.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Person, State
from tocsin.node.exports.columns import Column, Table
from tocsin.node.exports.pdf import Heading, Page, Picture
from tocsin.node.exports.pictures import series_picture
from tocsin.node.exports.situation_report import SituationReport
from tocsin.node.exports.situation_report import Trend as Drawn
from tocsin.node.language import formats
from tocsin.node.language.formats import enumerated
from tocsin.node.surveillance.models import Disease, Place, Signal, Source, Thread
from tocsin.node.surveillance.pages import beside
from tocsin.node.surveillance.pages import situation as parts
from tocsin.node.surveillance.pages.exporting import frame
from tocsin.node.surveillance.pages.inbox_rows import SHOWN, count_text
from tocsin.node.surveillance.pages.measures import beside_cases
from tocsin.node.surveillance.pages.tile_maps import Map, beside_map, open_threads, places_with_tiles, region_map
from tocsin.node.surveillance.pages.tile_picture import tile_picture
from tocsin.node.surveillance.pages.trends import most_moved, sentence, trends
from tocsin.node.surveillance.threads.priority import TOLD_OF_THE_GRAVEST

__all__ = ["Week", "as_page", "last_complete_week", "late_table", "report", "threads_table"]

MOST_THREADS = 20
MOST_COUNTED = 1_000
PAGE_WIDE = 660  # user units of a map, of which its words are 15 high


@dataclass(frozen=True, slots=True)
class Week:
    """Monday to Sunday, and the moments between which they lie in the node's own time zone."""

    monday: date

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def begins(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.monday, time()), timezone.get_default_timezone())

    @property
    def ends(self) -> datetime:
        after = datetime.combine(self.monday + timedelta(days=7), time())
        return timezone.make_aware(after, timezone.get_default_timezone())

    def __str__(self) -> str:
        return _("%(monday)s to %(sunday)s (%(week)s)") % {
            "monday": formats.long_date(self.monday), "sunday": formats.long_date(self.sunday),
            "week": formats.iso_week(self.monday),
        }  # fmt: skip


def last_complete_week(today: date | None = None) -> Week:
    today = today or timezone.localdate(timezone=timezone.get_default_timezone())
    return Week(today - timedelta(days=today.weekday() + 7))


def report(person: Person, language: str, today: date | None = None) -> SituationReport:
    """The report for `person`, who makes it; to be called with `language` active."""
    week = last_complete_week(today)
    # What partners share is theirs to report on, and may be marked as not to be passed on.
    in_use = parts.sources_in_use()
    sources = [source for source in in_use if not source.shared_by_id]
    known = parts.screenings_of(sources)
    late = parts.late(sources)
    threads, number = _threads(person, week)
    moved = most_moved(sources, known)
    diseases = Disease.objects.in_bulk({one.disease for one in moved})
    title = _("Situation in %(state)s: %(answer)s") % {
        "state": here(), "answer": parts.answer(number, late, decides=False),
    }  # fmt: skip
    return SituationReport(
        language=language,
        title=title,
        state=str(here()),
        period=str(week),
        made_at=timezone.localtime(),
        made_by=person.name,
        **frame(),
        threads=_threads_told(threads),
        late_sources=late_table(late),
        summary_sentences=_summary(person, week, number, sources, late, known),
        chapters=beside.of_report(sources, person),
        maps=_maps(person, sources),
        trends=[_drawn(trend) for trend in trends(moved, diseases)],
        notes=_notes(sources, is_shared=len(sources) < len(in_use)),
    )


def _threads(person: Person, week: Week) -> tuple[list[Thread], int]:
    """Open threads with a signal since the week began, or of a gravest disease: the gravest of them, and how many."""
    waiting = (
        Thread.objects.visible_to(person)
        .whose("own")
        .filter(Q(last_signal_at__gte=week.begins) | Q(priority__gte=TOLD_OF_THE_GRAVEST), status__in=Thread.OPEN)
    )
    number = len(waiting.order_by().values_list("pk")[:MOST_COUNTED])
    return list(waiting.select_related(*SHOWN).order_by("-priority", "-last_signal_at")[:MOST_THREADS]), number


def threads_table(threads: Sequence[Thread]) -> Table:
    columns = (
        Column("disease", _("disease")),
        Column("place", _("place")),
        Column("since", _("since"), "date"),
        Column("observed", _("observed"), _kind(threads)),
        Column("expected", _("expected"), "decimal"),
        Column("threshold", _("threshold"), "decimal"),
        Column("status", _("status")),
        Column("kinds", _("kinds")),
    )
    return Table(
        _("Signals that need attention"), columns, [_row(t) for t in threads], filename=_("threads"), **frame()
    )


def _row(thread: Thread) -> tuple[object, ...]:
    kinds = [Signal.Kind(kind).label for kind in thread.kinds if kind in Signal.Kind.values]
    place = thread.headline_place or thread.place
    return (
        _disease(thread), str(place), thread.first_period, thread.observed, thread.expected,
        thread.threshold, str(thread.get_status_display()), enumerated(kinds),
    )  # fmt: skip


def _disease(thread: Thread) -> str:
    """With what was counted of it, where that is not cases."""
    disease = str(thread.disease or _("unknown disease"))
    what = beside_cases(thread.measure)
    return _("%(disease)s (%(what)s)") % {"disease": disease, "what": what} if what else disease


def _kind(threads: Sequence[Thread]) -> str:
    """Counts are whole; only a rate, which a fixed rule may look at, has a fraction."""
    observed = [thread.observed for thread in threads if thread.observed is not None]
    return "whole" if all(float(value).is_integer() for value in observed) else "decimal"


def _threads_told(threads: Sequence[Thread]) -> Table:
    """The same for people to read, in as many columns as an upright page has room for."""
    columns = (
        Column("disease", _("disease")),
        Column("place", _("place")),
        Column("since", _("since"), "date"),
        Column("observed", _("observed"), _kind(threads)),
        Column("compared", _("compared with")),
        Column("state", _("status; who says so")),
    )
    rows = []
    for thread in threads:
        disease, place, since, observed, *_numbers, status, kinds = _row(thread)
        said = _("%(status)s; %(kinds)s") % {"status": status, "kinds": kinds} if kinds else status
        rows.append((disease, place, since, observed, _compared(thread), said))
    return Table(_("Signals that need attention"), columns, rows, filename=_("threads"), **frame())


def _compared(thread: Thread) -> str:
    values = {"expected": formats.figure(thread.expected), "threshold": count_text(thread.threshold)}
    if thread.expected is not None and thread.threshold is not None:
        return _("expected %(expected)s, threshold %(threshold)s") % values
    if thread.threshold is not None:
        return _("threshold %(threshold)s") % values
    return _("expected %(expected)s") % values if thread.expected is not None else ""


def late_table(late: Sequence[parts.Late]) -> Table:
    columns = (
        Column("source", _("source")),
        Column("organisation", _("organisation")),
        Column("due", _("due"), "moment"),
        Column("late", _("late by")),
        Column("last", _("last table"), "moment"),
    )
    rows = [(one.name, one.organisation, one.due, formats.duration(one.late_by), one.last_taken_at) for one in late]
    return Table(_("Sources that are late"), columns, rows, filename=_("late-sources"), **frame())


def _summary(
    person: Person, week: Week, number: int, sources: Sequence[Source], late: Sequence, known: dict
) -> list[str]:
    # A thread's last signal is never before it was opened, and has an index.
    own = Thread.objects.visible_to(person).whose("own")
    opened = own.filter(last_signal_at__gte=week.begins, opened_at__gte=week.begins)
    moments = list(opened.order_by().values_list("opened_at", flat=True)[:MOST_COUNTED])
    new, since = sum(at < week.ends for at in moments), sum(at >= week.ends for at in moments)
    said = [
        ngettext(
            "In the week %(n)s thread of signals was opened.", "In the week %(n)s threads of signals were opened.", new
        )
        % {"n": formats.whole(new)},
        ngettext("Since the week ended, %(n)s more was opened.", "Since the week ended, %(n)s more were opened.", since)
        % {"n": formats.whole(since)},
        ngettext(
            "%(n)s thread is open and had a signal since the week began, or speaks of one of the gravest diseases.",
            "%(n)s threads are open and had a signal since the week began, or speak of one of the gravest diseases.",
            number,
        )
        % {"n": formats.whole(number)},
    ]
    if number > MOST_THREADS:
        said.append(_("The table has the %(n)s gravest of them.") % {"n": formats.whole(MOST_THREADS)})
    if known:
        series = sum(one.series or 0 for one in known.values())
        last = max(one.finished_at for one in known.values() if one.finished_at)
        said.append(
            ngettext(
                "%(series)s series were screened last, of %(n)s source; the latest screening ended on %(at)s.",
                "%(series)s series were screened last, of %(n)s sources; the latest screening ended on %(at)s.",
                len(known),
            )
            % {"series": formats.whole(series), "n": formats.whole(len(known)), "at": formats.long_moment(last)}
        )
    said.append(
        ngettext("%(late)s of %(n)s source is late.", "%(late)s of %(n)s sources are late.", len(sources))
        % {"late": formats.whole(len(late)), "n": formats.whole(len(sources))}
    )
    return said


def _maps(person: Person, sources: Sequence[Source]) -> list[Drawn]:
    opened = open_threads(person)
    by_kind = places_with_tiles(State.objects.filter(is_here=True).first())
    made: list[Map] = []
    if regions := by_kind.get(Place.Kind.REGION):
        made.append(region_map(str(here()), regions, opened))
    beside, _more = beside_map(sources, opened, None)
    made += [one for one in beside if one.cells]
    return [
        Drawn(
            str(tile_picture(one, least=PAGE_WIDE)),
            _("%(place)s. %(said)s") % {"place": one.title, "said": one.caption},
        )
        for one in made
    ]


def _drawn(trend) -> Drawn:
    moved = trend.moved
    svg = series_picture(
        trend.name, moved.dates, moved.counts, expected=moved.usual_line, every=moved.every,
        incomplete=moved.incomplete, height=150,
    )  # fmt: skip
    return Drawn(svg, sentence(trend))


def _notes(sources: Sequence[Source], *, is_shared: bool) -> list[str]:
    notes = [
        _("Signals are not verified: a signal is a count above its threshold, a fixed rule, or what somebody told."),
        _("Observed, expected and threshold are those of the signal that stands for its thread, when it was found."),
        _("Counts of the last weeks may still rise; incomplete periods are hatched and not compared."),
    ]
    if is_shared:
        notes.append(_("Counts that partners share with this node, and signals in them, are not in this report."))
    for source in sources:
        if source.is_exercise:
            notes.append(_("%(source)s: invented counts of an exercise.") % {"source": source.name})
        elif source.place.state_id is None:
            notes.append(
                _("%(source)s: public counts, not data of any state of the alliance. %(provenance)s")
                % {"source": source.name, "provenance": source.provenance}
            )
        elif source.provenance:
            notes.append(_("%(source)s: %(provenance)s") % {"source": source.name, "provenance": source.provenance})
    return notes


def as_page(made: SituationReport) -> Page:
    """The same as a document to be read, not edited."""
    beside_signals = [
        part
        for chapter in made.chapters
        for part in (Heading(chapter.heading), *chapter.sentences, chapter.table, *chapter.notes)
    ]
    pictures = [
        part
        for heading, drawn in ((_("Map"), made.maps), (_("Trends"), made.trends))
        if drawn
        for part in (Heading(heading), *(Picture(one.svg, one.caption) for one in drawn))
    ]
    return Page(
        title=made.title,
        classification=made.classification,
        facts=[(_("state"), made.state), (_("period"), made.period)],
        parts=[
            *made.summary_sentences,
            made.threads if made.threads.rows else _("No thread of signals needs attention."),
            *beside_signals,
            *pictures,
            made.late_sources if made.late_sources.rows else _("All sources have reported."),
        ],
        notes=made.notes,
        made_at=made.made_at,
        made_by=made.made_by,
        exercise=made.exercise,
    )
