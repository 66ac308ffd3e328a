"""What the inbox shows: threads in their order, the line of a person's week, and what is below it.

However many threads there are, a page asks a constant number of queries, and none of them counts or sorts them all:
in the inbox's own order each status is read from its index, as far as pages go, and the statuses are merged here.
"""

import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache
from itertools import islice
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext_lazy

from tocsin.node.alliance.exercise_mark import marked
from tocsin.node.alliance.models import Person, State
from tocsin.node.alliance.roles import Ability
from tocsin.node.language import formats
from tocsin.node.language.keys import words
from tocsin.node.look.chips import chip
from tocsin.node.surveillance.forms.inbox import FilterForm
from tocsin.node.surveillance.models import Disease, Place, Signal, Thread
from tocsin.node.surveillance.pages.measures import beside_cases
from tocsin.node.surveillance.pages.strata import group_text
from tocsin.node.surveillance.threads.priority import Line, above_the_line

__all__ = [
    "Filters",
    "Row",
    "Worklist",
    "count_text",
    "filtered",
    "places_inside",
    "rows_of",
    "sort_language",
    "worklist",
]

A_PAGE = 50
MOST = 1_000  # threads that are counted and paged through; beyond, a filter helps more than a page
MOST_ROWS = 200  # above the line, whatever the budget
MOST_PLACES = 200
IN_HAND = (Thread.Status.TRIAGED, Thread.Status.UNDER_VERIFICATION)
STATUSES: Mapping[str, tuple[str, ...]] = {
    "open": Thread.OPEN,
    "new": (Thread.Status.NEW,),
    "in_hand": IN_HAND,
    "watched": (Thread.Status.WATCH, Thread.Status.UNVERIFIABLE),
    "closed": Thread.CLOSED,
    "all": tuple(Thread.Status),
}
BY_PRIORITY = ("-priority", "-last_signal_at", "pk")
SHOWN = ("disease", "place", "headline_place", "assignee")
HOW_MANY: Mapping[str, Any] = {
    Place.Kind.POINT_OF_ENTRY: ngettext_lazy("%(n)d point of entry", "%(n)d points of entry", "n"),
    Place.Kind.FACILITY: ngettext_lazy("%(n)d facility", "%(n)d facilities", "n"),
    Place.Kind.DISTRICT: ngettext_lazy("%(n)d district", "%(n)d districts", "n"),
    Place.Kind.REGION: ngettext_lazy("%(n)d region", "%(n)d regions", "n"),
    Place.Kind.COUNTRY: ngettext_lazy("%(n)d country", "%(n)d countries", "n"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for; `status` "" is a person's week, with its line."""

    status: str = ""
    whose: str = ""
    disease: str = ""
    place: str = ""
    kind: str = ""
    gravity: str = ""
    who: str = ""
    q: str = ""
    sort: str = ""
    below: bool = False

    @classmethod
    def of(cls, asked: QueryDict) -> "Filters":
        sort = asked.get("sort", "")
        known = sort if sort.removeprefix("-") in SORTS else ""
        return cls(**FilterForm(asked).chosen(), sort=known, below=asked.get("below") == "1")

    @property
    def is_week(self) -> bool:
        by_menu = (self.status, self.whose, self.kind, self.gravity, self.who, self.sort)
        return not any((*by_menu, self.disease, self.place, self.q))

    @property
    def scans(self) -> bool:
        """Whether threads must be read to be found, which is done once and not a second time to count them."""
        return any((self.q, self.disease, self.place, self.kind))

    @property
    def statuses(self) -> tuple[str, ...]:
        return STATUSES[self.status or "open"]


@dataclass(frozen=True, slots=True)
class Row:
    """One thread as the table shows it; every text in the reader's language."""

    pk: UUID
    value: str
    name: str
    disease: str
    gravity: int
    gravity_word: str
    place: str
    shared_by: str
    stratum: str
    seen_in: str
    observed: str
    measure: str
    expected: str
    times: str
    is_above: bool
    since: Any
    last_signal_at: Any
    assignee: str
    status: str
    status_word: str
    chip: str
    kinds: tuple[str, ...]
    sparkline: tuple[float | None, ...]
    alarms: tuple[int, ...]

    def drawn(self, *, may_decide: bool) -> SafeString:
        """The row of the inbox in the active language."""
        return _drawn(self, get_language(), may_decide)


@lru_cache(maxsize=4_096)  # what a row shows changes seldom, and everybody is shown the same rows
def _drawn(row: Row, language: str | None, may_decide: bool) -> SafeString:
    return render_to_string("surveillance/inbox_row.html", {"row": row, "may_decide": may_decide})


@dataclass(frozen=True, slots=True)
class Worklist:
    """A page of the inbox.

    rows      above the line, or the page that filters leave
    below     rows below the line, if they are asked for
    line      of the person's week; None where filters are in force or the person decides upon nothing
    page      of what is paged: `below` where there is a line, `rows` elsewhere; None if nothing is
    is_capped there are more than `page` counts
    in_hand   how many of `rows` somebody has begun to look at
    """

    rows: list[Row]
    below: list[Row] = field(default_factory=list)
    line: Line | None = None
    page: Page | None = None
    is_capped: bool = False
    in_hand: int = 0


def worklist(person: Person, filters: Filters, number: str | None = None) -> Worklist:
    """What `person` is shown: their week, or what filters leave. `number` is the page's."""
    if filters.is_week and person.may(Ability.READ_SURVEILLANCE):
        return _week(person, filters, number)
    found, last = _filtered(person, filters), _last_row(number)
    # What no index holds is looked for once, and counted by the way.
    keys = _keys(found, filters, person, MOST + 1 if filters.scans else last + 1)
    page = _page(keys, found.filter(status__in=filters.statuses), last, is_whole=filters.scans)
    return Worklist(rows_of(_threads(page.object_list)), page=page, is_capped=page.paginator.is_capped)


class _Counted(Paginator):
    """Pages of which only the keys up to the one that is shown were read; the rest was counted, up to MOST."""

    def __init__(self, keys: Sequence[UUID], count: int) -> None:
        super().__init__(keys, A_PAGE)
        self.count = min(count, MOST)
        self.is_capped = count > MOST


def _last_row(number: str | None) -> int:
    """The last row of a page, named by its number in the address; what is no number is the first page."""
    page = int(number) if number and number.isdecimal() and len(number) < 4 else 1
    return max(1, min(page, MOST // A_PAGE)) * A_PAGE


def _page(keys: Sequence[UUID], found: QuerySet[Thread], last: int, *, is_whole: bool = False) -> Page:
    """The page that ends at row `last`; counting is left to the database only where there is more than was read."""
    is_whole = is_whole or len(keys) <= last
    count = len(keys) if is_whole else found.order_by().values("pk")[: MOST + 1].count()
    return _Counted(keys, count).get_page(last // A_PAGE)


def _week(person: Person, filters: Filters, number: str | None) -> Worklist:
    line = above_the_line(person)
    new = list(line.threads.select_related(*SHOWN)[:MOST_ROWS])
    if line.room > MOST_ROWS:
        line = replace(line, below=line.below + line.threads.count() - len(new))
    visible = Thread.objects.visible_to(person).whose("own")
    hand = _threads([key for key, *_ in _by_priority(visible, IN_HAND, A_PAGE)])
    above = sorted([*new, *hand], key=lambda thread: (-thread.priority, -thread.last_signal_at.timestamp()))
    if not filters.below:
        return Worklist(rows_of(above), line=line, in_hand=len(hand))
    since = timezone.now() - timedelta(days=7)
    shown, last = {thread.pk for thread in new}, _last_row(number)
    fresh = visible.filter(status=Thread.Status.NEW, last_signal_at__gte=since)
    waiting = _by_priority(fresh, (Thread.Status.NEW,), last + 1 + len(shown))
    keys = [key for key, *_ in waiting if key not in shown]
    page = _page(keys, fresh.exclude(pk__in=shown), last)
    rows = rows_of([*above, *_threads(page.object_list)])
    return Worklist(rows[: len(above)], rows[len(above) :], line, page, page.paginator.is_capped, len(hand))


def filtered(person: Person, filters: Filters) -> QuerySet[Thread]:
    """All threads that filters leave, in their order: for files, which know no pages."""
    found = _filtered(person, filters).filter(status__in=filters.statuses)
    return found.select_related(*SHOWN).order_by(*_order(filters))


def _filtered(person: Person, filters: Filters) -> QuerySet[Thread]:
    found = Thread.objects.visible_to(person).whose(filters.whose or "own")
    for word in words(filters.q):
        found = found.filter(search_key__contains=word)
    if asked := words(filters.disease):
        diseases = Disease.objects.filter(*(Q(search_key__contains=word) for word in asked)).values("pk")
        found = found.filter(Q(disease__in=diseases) | Q(disease=filters.disease))
    if filters.place:
        found = found.filter(headline_place__in=places_inside(filters.place))
    if filters.kind:
        # SQLite cannot look into a list; as text both databases write it with the same quotes.
        found = found.annotate(kinds_text=Cast("kinds", TextField())).filter(kinds_text__contains=f'"{filters.kind}"')
    if filters.gravity:
        found = found.filter(gravity__gte=int(filters.gravity))
    if filters.who:
        found = found.filter(assignee=person if filters.who == "me" else None)
    return found


def places_inside(asked: str) -> QuerySet[Place]:
    """Places that are named so, in any script or by code, and everything inside them."""
    named = Q(code=asked)
    if parts := words(asked):
        named |= Q(*(("search_key__contains", word) for word in parts))
    paths = Place.objects.filter(named).order_by("depth").values_list("path", flat=True)[:MOST_PLACES]
    outer: list[str] = []
    for path in paths:
        if not path.startswith(tuple(outer)):
            outer.append(path)
    inside = Q(pk__in=[])
    for path in outer:
        inside |= Q(path__startswith=path)
    return Place.objects.filter(inside).order_by().values("pk")


def sort_language() -> str:
    """Ending of the stored keys by which names are sorted for the reader."""
    return {"ru": "ru", "zh-hans": "zh"}.get(get_language() or "en", "en")


SORTS: Mapping[str, tuple[str, ...]] = {
    "gravity": ("gravity", "priority"),
    "disease": ("disease__sort_{language}",),
    "place": ("headline_place__sort_{language}",),
    "observed": ("observed",),
    "times": ("times",),
    "since": ("first_period",),
    "who": ("assignee__name",),
    "status": ("status",),
    "last": ("last_signal_at",),
}


def _order(filters: Filters) -> tuple[Any, ...]:
    if not filters.sort:
        return BY_PRIORITY
    names = [name.format(language=sort_language()) for name in SORTS[filters.sort.removeprefix("-")]]
    columns = [F("observed") / F("threshold") if name == "times" else F(name) for name in names]
    down = filters.sort.startswith("-")
    return (*(c.desc(nulls_last=True) if down else c.asc(nulls_last=True) for c in columns), *BY_PRIORITY)


def _keys(found: QuerySet[Thread], filters: Filters, person: Person, most: int) -> list[UUID]:
    """Keys of at most so many threads in their order."""
    if not (filters.sort or filters.scans) and person.may(Ability.READ_SURVEILLANCE):
        return [key for key, *_ in _by_priority(found, filters.statuses, most)]
    ordered = found.filter(status__in=filters.statuses).order_by(*_order(filters))
    return list(dict.fromkeys(ordered.values_list("pk", flat=True)[:most]))


def _by_priority(found: QuerySet[Thread], statuses: Iterable[str], most: int) -> list[tuple[Any, ...]]:
    """(key, priority, last signal) of the first threads by priority, each status by the index "inbox"."""
    rows = found.order_by(*BY_PRIORITY).values_list("pk", "priority", "last_signal_at")
    runs = [list(rows.filter(status=status)[:most]) for status in statuses]
    return list(islice(heapq.merge(*runs, key=lambda row: (-row[1], -row[2].timestamp(), str(row[0]))), most))


def _threads(keys: Sequence[UUID]) -> list[Thread]:
    known = {thread.pk: thread for thread in Thread.objects.filter(pk__in=keys).select_related(*SHOWN)} if keys else {}
    return [known[key] for key in keys if key in known]


def rows_of(threads: Collection[Thread]) -> list[Row]:
    """Threads with disease, places and assignee, as rows; no query, but one where partners' are among them."""
    shared = {thread.shared_by_id for thread in threads} - {None}
    states = State.objects.in_bulk(shared) if shared else {}
    # A page shows few states and many rows: each state is named and drawn once.
    words = {status: str(Thread.Status(status).label) for status in {thread.status for thread in threads}}
    chips = {status: chip(status, word) for status, word in words.items()}
    return [
        _row(thread, words[thread.status], chips[thread.status], str(states.get(thread.shared_by_id, "")))
        for thread in threads
    ]


def _seen_in(thread: Thread) -> str:
    """In how many places of each kind, where there is more than one: 3 districts and 1 region."""
    seen = thread.places_by_kind if thread.places_count > 1 else {}
    return formats.listing(HOW_MANY[kind] % {"n": seen[kind]} for kind in HOW_MANY if kind in seen)


def _row(thread: Thread, word: str, chip: str, shared_by: str) -> Row:
    place = thread.headline_place or thread.place
    disease = marked(str(thread.disease) if thread.disease else gettext("unknown disease"), thread)
    threshold = thread.threshold
    ratio = thread.observed / threshold if thread.observed is not None and threshold else None
    counts = tuple(thread.sparkline)
    return Row(
        pk=thread.pk,
        value=f"{thread.pk}:{thread.version}",
        name=gettext("%(disease)s, %(place)s") % {"disease": disease, "place": place},
        disease=disease,
        gravity=thread.gravity,
        gravity_word=str(Disease.Gravity(thread.gravity).label) if thread.gravity in Disease.Gravity.values else "",
        place=str(place),
        shared_by=shared_by,
        stratum=group_text(thread.headline_stratum),
        seen_in=_seen_in(thread),
        observed=count_text(thread.observed),
        measure=beside_cases(thread.measure),
        expected=formats.figure(thread.expected),
        times=formats.times(ratio),
        is_above=threshold is not None and thread.observed is not None and thread.observed >= threshold,
        since=thread.first_period,
        last_signal_at=thread.last_signal_at,
        assignee=thread.assignee.name if thread.assignee else "",
        status=thread.status,
        status_word=word,
        chip=chip,
        kinds=tuple(str(Signal.Kind(kind).label) for kind in thread.kinds if kind in Signal.Kind.values),
        sparkline=counts,
        alarms=(-1,) if counts and counts[-1] is not None and threshold is not None else (),
    )


def count_text(value: float | None) -> str:
    """Counts are whole; a rate, which a fixed rule may look at, shows its fraction."""
    return formats.whole(value) if value is None or float(value).is_integer() else formats.figure(value)
