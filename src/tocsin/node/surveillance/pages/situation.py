"""What the situation page and the situation report say, each part by one function and a constant number of queries.

However many threads there are, none of them are counted beyond a cap: what is "many" is said as such.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.alliance.models import Person
from tocsin.node.language.formats import whole
from tocsin.node.surveillance.intake.lateness import late_sources, lateness
from tocsin.node.surveillance.models import Screening, Source, Thread, Upload, Verdict
from tocsin.node.surveillance.pages.inbox_rows import SHOWN, Row, rows_of
from tocsin.node.surveillance.threads.priority import above_the_line

__all__ = [
    "Attention", "Late", "Mine", "News", "Screened", "Watch", "answer", "attention", "last_screenings", "late", "mine",
    "news", "screenings_of", "shared_attention", "sources_in_use", "whole_or_more",
]  # fmt: skip

TOP = 8
MOST = 100  # of what is new; beyond, "more than"
MOST_ASSIGNED = 200
ENDS_SOON = timedelta(days=7)
# A screening that ended never changes, and what it says of the diseases that moved is long to read.
_ENDED: dict[UUID, Screening] = {}


@dataclass(frozen=True, slots=True)
class Attention:
    """What waits for a decision.

    threads  the gravest above the person's line, at most TOP
    keys     of all above the line, in their order
    below    how many are below it
    new      keys of those that were opened since the person was last here
    """

    threads: list[Row]
    keys: list[UUID]
    below: int
    new: Collection[UUID] = ()

    @property
    def more(self) -> int:
        return len(self.keys) - len(self.threads)


@dataclass(frozen=True, slots=True)
class News:
    """What came since the person was last here; counts end at MOST + 1, which means "more than MOST"."""

    since: datetime | None
    threads: int = 0
    joined: int = 0
    tables: int = 0
    screenings: int = 0

    @property
    def sentences(self) -> list[str]:
        said = (
            (self.threads, ngettext("%(n)s new thread", "%(n)s new threads", self.threads)),
            (self.joined, ngettext("%(n)s thread has new signals", "%(n)s threads have new signals", self.joined)),
            (self.tables, ngettext("%(n)s table taken", "%(n)s tables taken", self.tables)),
            (self.screenings, ngettext("%(n)s screening", "%(n)s screenings", self.screenings)),
        )
        return [pattern % {"n": whole_or_more(n)} for n, pattern in said if n]


@dataclass(frozen=True, slots=True)
class Watch:
    key: UUID
    name: str
    until: date


@dataclass(frozen=True, slots=True)
class Mine:
    """Open threads that are assigned to the person, and watches of theirs that end within a week, the first first."""

    assigned: list[Row]
    keys: list[UUID]
    watches: list[Watch]

    @property
    def more(self) -> int:
        return len(self.keys) - len(self.assigned)


@dataclass(frozen=True, slots=True)
class Late:
    """A source whose table is due. `state` is its name in look/states.py; `shared_by` a partner whose counts it has."""

    key: UUID
    name: str
    organisation: str
    due: datetime
    late_by: timedelta
    last_taken_at: datetime | None
    state: str
    shared_by: str = ""


@dataclass(frozen=True, slots=True)
class Screened:
    """A source and its last screening; figures are None where it has none, or none that ended.

    counts_new  tables have come since it began
    """

    key: UUID
    screening: UUID | None
    name: str
    provenance: str
    is_exercise: bool
    state: str
    status: str
    at: datetime | None
    last_period: date | None
    series: int | None
    signals: int | None
    problem: str
    counts_new: bool


def attention(person: Person, since: datetime | None = None) -> Attention:
    """Threads above the line of the person's week. `since` marks those that were opened after it."""
    line = above_the_line(person)
    return _attention(list(line.threads.values_list("pk", flat=True)), line.below, since)


def shared_attention(person: Person, whose: str, since: datetime | None = None) -> Attention:
    """The gravest new threads in what partners share, or in all; they wait for nobody here, and have no line."""
    found = Thread.objects.visible_to(person).whose(whose).filter(status=Thread.Status.NEW)
    keys = found.order_by("-priority", "-last_signal_at").values_list("pk", flat=True)[: MOST + 1]
    return _attention(list(keys), 0, since)


def _attention(keys: list[UUID], below: int, since: datetime | None) -> Attention:
    threads = _in_order(keys[:TOP])
    new = {thread.pk for thread in threads if since is not None and thread.opened_at > since}
    return Attention(rows_of(threads), keys, below, new)


def _in_order(keys: Sequence[UUID]) -> list[Thread]:
    found = {thread.pk: thread for thread in Thread.objects.filter(pk__in=keys).select_related(*SHOWN)}
    return [found[key] for key in keys if key in found]


def news(person: Person, since: datetime | None) -> News:
    """What came after `since`; nothing where they were never here, since then everything is new."""
    if since is None:
        return News(None)
    moved = Thread.objects.visible_to(person).whose("own").filter(last_signal_at__gt=since).order_by()
    opened = [at > since for at in moved.values_list("opened_at", flat=True)[: MOST + 1]]
    screenings = Screening.objects.filter(status=Screening.Status.DONE, finished_at__gt=since, source__shared_by=None)
    tables = Upload.objects.filter(status=Upload.Status.TAKEN, taken_at__gt=since).exclude(via=Upload.Via.EXCHANGE)
    return News(
        since,
        threads=sum(opened),
        joined=len(opened) - sum(opened),
        tables=_capped(tables),
        screenings=_capped(screenings),
    )


def _capped(rows: QuerySet) -> int:
    return len(rows.order_by().values_list("pk")[: MOST + 1])


def mine(person: Person, today: date | None = None) -> Mine:
    visible, watch = Thread.objects.visible_to(person), Thread.Status.WATCH
    assigned = visible.filter(assignee=person, status__in=Thread.OPEN).order_by("-priority", "-last_signal_at")
    keys = list(assigned.values_list("pk", flat=True)[:MOST_ASSIGNED])
    soon = (today or timezone.localdate()) + ENDS_SOON
    # Who put a watch on a thread need not be its assignee. Two questions, of an index each: their OR has none.
    begun = Verdict.objects.filter(by=person, to_status=watch).values("thread")
    watched = visible.filter(status=watch, watch_until__lte=soon).order_by("watch_until", "pk")
    ending: dict[UUID, date] = {}
    for theirs in (Q(assignee=person), Q(pk__in=begun)):
        ending.update(watched.filter(theirs).values_list("pk", "watch_until")[:TOP])
    first = sorted(ending, key=lambda pk: (ending[pk], pk))[:TOP]
    threads = {thread.pk: thread for thread in _in_order([*keys[:TOP], *first])}
    watches = [Watch(pk, str(threads[pk]), ending[pk]) for pk in first if pk in threads]
    return Mine(rows_of([threads[pk] for pk in keys[:TOP] if pk in threads]), keys, watches)


def sources_in_use() -> list[Source]:
    """Sources in use with organisation and place, each with the key of its last screening that ended as `ended`."""
    ended = Screening.objects.filter(
        source=OuterRef("pk"), status__in=(Screening.Status.DONE, Screening.Status.FAILED)
    ).order_by("-asked_at")
    found = Source.objects.filter(is_on=True).select_related("organisation", "place", "shared_by")
    return list(found.defer("quality", "layout", "columns", "options").annotate(ended=Subquery(ended.values("pk")[:1])))


def late(sources: Iterable[Source], now: datetime | None = None) -> list[Late]:
    """Those of the sources whose table is due, the latest first; after one's own those that partners fill."""
    now = now or timezone.now()
    rows = []
    for source in late_sources(now, among=sources):
        state = lateness(source, now)
        rows.append(
            Late(
                source.pk, str(source), str(source.organisation), state.due, state.late_by, source.last_taken_at,
                state.state, str(source.shared_by) if source.shared_by_id else "",
            )
        )  # fmt: skip
    return sorted(rows, key=lambda row: bool(row.shared_by))


def screenings_of(sources: Sequence[Source]) -> dict[UUID, Screening]:
    """By source, the last screening that ended; at most one query, and none where this process knows them all."""
    keys = {source.ended for source in sources if source.ended}
    known = {key: one for key in keys if (one := _ENDED.get(key))}
    if missing := keys - known.keys():
        found = Screening.objects.filter(pk__in=missing).defer("steps", "options")
        known |= {one.pk: one for one in found}
        for key in _ENDED.keys() - keys:  # only the last of each source is asked for again
            _ENDED.pop(key, None)
        _ENDED.update(known)
    return {one.source_id: one for one in known.values()}


def last_screenings(sources: Sequence[Source], known: dict[UUID, Screening]) -> list[Screened]:
    """What the page says of each source's screening, those that failed first, then the newest first."""
    now = timezone.now()
    rows = [_screened(source, known.get(source.pk), lateness(source, now).state) for source in sources]
    long_ago = datetime.min.replace(tzinfo=now.tzinfo)
    return sorted(rows, key=lambda row: (row.status == "failed", row.at or long_ago), reverse=True)


def _screened(source: Source, screening: Screening | None, state: str) -> Screened:
    return Screened(
        key=source.pk,
        screening=screening.pk if screening else None,
        name=str(source),
        provenance=source.provenance,
        is_exercise=source.is_exercise,
        state=state,
        status=screening.status if screening else "",
        at=screening.finished_at if screening else None,
        last_period=screening.last_period if screening else source.last_period,
        series=screening.series if screening else None,
        signals=screening.signals_found if screening else None,
        problem=str(screening.problem.get("text", "")) if screening else "",
        counts_new=screening is not None and (screening.generation or 0) < source.generation,
    )


def answer(needing: int, late_sources: Iterable[Late], *, decides: bool) -> str:
    """The page's title. `decides`: whether it is this person who must act upon the threads.

    What a partner owes is told beside one's own sources, and never as one of them.
    """
    among = list(late_sources)
    own = _own_answer(needing, sum(not one.shared_by for one in among), decides)
    partners = len({one.shared_by for one in among} - {""})
    if not partners:
        return own
    told = ngettext("counts of %(n)s partner late", "counts of %(n)s partners late", partners) % {"n": whole(partners)}
    return _("%(said)s · %(partners)s") % {"said": own, "partners": told}


def _own_answer(needing: int, late_number: int, decides: bool) -> str:
    if not needing and not late_number:
        return _("Nothing waits for you, and every source is on time") if decides else _(
            "No thread waits for a decision, and every source is on time"
        )  # fmt: skip
    threads = _needing(needing, decides) % {"n": whole(needing)}
    if not late_number:
        return _("%(threads)s · every source is on time") % {"threads": threads}
    sources = ngettext("%(n)s source late", "%(n)s sources late", late_number) % {"n": whole(late_number)}
    return _("%(threads)s · %(sources)s") % {"threads": threads, "sources": sources}


def _needing(n: int, decides: bool) -> str:
    if not n:
        return _("No thread needs you") if decides else _("No thread waits for a decision")
    if decides:
        return ngettext("%(n)s thread needs you", "%(n)s threads need you", n)
    return ngettext("%(n)s thread waits for a decision", "%(n)s threads wait for a decision", n)


def whole_or_more(n: int) -> str:
    return _("more than %(n)s") % {"n": whole(MOST)} if n > MOST else whole(n)
