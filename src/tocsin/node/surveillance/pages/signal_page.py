"""What the page of a thread says: its answer, its signals, what was decided and why, what else is known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext, ngettext

from tocsin.node.alliance.exercise_mark import marked
from tocsin.node.alliance.models import Person
from tocsin.node.language import formats
from tocsin.node.surveillance.models import Signal, Thread, Upload, Verdict
from tocsin.node.surveillance.pages.inbox_rows import Row, count_text, rows_of, sort_language
from tocsin.node.surveillance.pages.measures import beside_cases, counted
from tocsin.node.surveillance.pages.signal_figures import period_text
from tocsin.node.surveillance.threads.refusals import said_of

__all__ = [
    "Decided", "answer", "comparison", "history", "related_rows", "signal_rows", "signals_of", "signals_page",
    "told_answer", "uploads_of",
]  # fmt: skip

A_PAGE = 25
NEAR = timedelta(days=183)
SIGNAL_SORTS: Mapping[str, tuple[str, ...]] = {
    "period": ("period",),
    "place": ("place__sort_{language}",),
    "kind": ("kind",),
    "observed": ("observed",),
    "expected": ("expected",),
    "exceptionality": ("exceptionality",),
    "found": ("found_at",),
}


def answer(thread: Thread) -> str:
    """The title: "Cholera in Karsu: 14 cases, 3.1 expected"; "Clinician reports cholera in Karsu: 3 cases".

    A series of deaths tells deaths.
    """
    return marked(_answer(thread), thread)


def _answer(thread: Thread) -> str:
    first = thread.headline
    what = str(thread.disease) if thread.disease else gettext("Unknown disease")
    values = {"disease": what, "place": _place_of(thread)}
    if first is not None and first.kind not in Signal.BY_MACHINE:
        return _reported(first, values)
    if thread.observed is None:
        return gettext("%(disease)s in %(place)s") % values
    said = counted(thread.measure, thread.observed, count_text(thread.observed))
    values |= {"counted": said, "expected": formats.figure(thread.expected)}
    if thread.expected is None:
        # Translators: "Cholera in Karsu: 14 cases"; or deaths, hospital admissions, …
        return gettext("%(disease)s in %(place)s: %(counted)s") % values
    return gettext("%(disease)s in %(place)s: %(counted)s, %(expected)s expected") % values


def _place_of(thread: Thread) -> str:
    """Its place; of what a partner shares with the state, whose places nobody here need know."""
    place = thread.headline_place or thread.place
    if thread.shared_by_id is None or place.parent_id is None:
        return str(place)
    return gettext("%(place)s, %(state)s") % {"place": place, "state": thread.shared_by}


def _reported(first: Signal, values: dict[str, Any]) -> str:
    kind = str(Signal.Kind(first.kind).label)
    said = values | {"kind": kind[:1].upper() + kind[1:], "n": formats.whole(first.cases)}
    if first.cases is None:
        # Translators: "Clinician reports: Cholera in Karsu"; a kind of signal stands before the colon.
        return gettext("%(kind)s reports: %(disease)s in %(place)s") % said
    return (
        ngettext(
            "%(kind)s reports: %(disease)s in %(place)s, %(n)s case",
            "%(kind)s reports: %(disease)s in %(place)s, %(n)s cases",
            first.cases,
        )
        % said
    )


def told_answer(thread: Thread) -> str:
    """The title for those who reported: "Your report of cholera in Karsu: under verification"."""
    what = str(thread.disease) if thread.disease else gettext("unknown disease")
    values = {"disease": what, "place": thread.headline_place or thread.place, "status": thread.get_status_display()}
    return marked(gettext("Your report, %(disease)s in %(place)s: %(status)s") % values, thread)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The number beside what it is compared with, and when."""

    observed: str
    beside: str
    is_above: bool
    period: str
    is_incomplete: bool
    known_until: Any
    kinds: list[str]
    chance: str


def comparison(thread: Thread) -> Comparison:
    first = thread.headline
    expected, threshold = formats.figure(thread.expected), formats.figure(thread.threshold)
    values = {"expected": expected, "threshold": threshold}
    if thread.expected is not None and thread.threshold is not None:
        beside = gettext("%(expected)s expected, threshold %(threshold)s") % values
    else:
        beside = gettext("threshold %(threshold)s") % values if thread.threshold is not None else ""
    taken = first.series.source.last_taken_at if first is not None and first.series else None
    return Comparison(
        observed=count_text(thread.observed) if thread.observed is not None else "",
        beside=beside,
        is_above=thread.threshold is not None and (thread.observed or 0) >= thread.threshold,
        period=period_text(first.period if first is not None else thread.last_period, thread.every),
        is_incomplete=bool(first is not None and first.is_incomplete),
        known_until=taken,
        kinds=[str(Signal.Kind(kind).label) for kind in thread.kinds if kind in Signal.Kind.values],
        chance=formats.p_value(first.p_value) if first is not None and first.p_value is not None else "",
    )


def signals_of(thread: Thread, person: Person) -> QuerySet[Signal]:
    """All signals of a thread that `person` may see, with what a row of them names."""
    # What few signals have is asked for where one has it: of seven tables PostgreSQL plans longer than it reads.
    found = Signal.objects.visible_to(person).filter(thread=thread)
    return found.select_related("place").prefetch_related("rule", "by", "organisation")


def signals_page(thread: Thread, person: Person, sort: str, number: str | None) -> Page:
    name = sort.removeprefix("-") if sort.removeprefix("-") in SIGNAL_SORTS else "period"
    down = sort.startswith("-") if sort else True
    columns = [F(column.format(language=sort_language())) for column in SIGNAL_SORTS[name]]
    order = [column.desc(nulls_last=True) if down else column.asc(nulls_last=True) for column in columns]
    found = signals_of(thread, person).order_by(*order, "-period", "-exceptionality", "pk")
    return Paginator(found, A_PAGE).get_page(number)


@dataclass(frozen=True, slots=True)
class SignalRow:
    """One signal as the table shows it."""

    signal: Signal
    period: str
    kind: str
    place: str
    observed: str
    expected: str
    threshold: str
    chance: str
    who: str
    words: str


def signal_rows(signals: Iterable[Signal]) -> list[SignalRow]:
    return [_signal_row(signal) for signal in signals]


def _signal_row(signal: Signal) -> SignalRow:
    observed = _observed(signal)
    if signal.is_incomplete:
        observed = gettext("at least %(n)s") % {"n": observed}
    if signal.deaths:
        observed = ngettext("%(n)s, %(deaths)s death", "%(n)s, %(deaths)s deaths", signal.deaths) % {
            "n": observed, "deaths": formats.whole(signal.deaths)
        }  # fmt: skip
    return SignalRow(
        signal=signal,
        period=period_text(signal.period, signal.every),
        kind=str(Signal.Kind(signal.kind).label),
        place=str(signal.place),
        observed=observed,
        expected=formats.figure(signal.expected),
        threshold=formats.figure(signal.threshold),
        chance=formats.p_value(signal.p_value) if signal.p_value is not None else "",
        who=signal.by.name if signal.by else "",
        words=_rule_words(signal) or signal.text,
    )


def _observed(signal: Signal) -> str:
    value = signal.observed if signal.observed is not None else signal.cases
    if value is None or not beside_cases(signal.measure):
        return count_text(value)
    return counted(signal.measure, value, count_text(value))


def _rule_words(signal: Signal) -> str:
    if signal.rule is None:
        return ""
    field = {"ru": "text_ru", "zh": "text_zh"}.get(sort_language(), "text_en")
    return str(getattr(signal.rule, field))


@dataclass(frozen=True, slots=True)
class Decided:
    """One line of the history: what happened, why, and the text as it was typed, with its language."""

    sentence: str
    reason: str
    more: str
    text: str
    language: str
    verdict: Verdict


def history(thread: Thread) -> list[Decided]:
    """What was decided upon a thread, newest first, machine acts included."""
    verdicts = thread.verdicts.select_related("by", "assignee").order_by("-version")
    return [_decided(verdict) for verdict in verdicts]


def _decided(verdict: Verdict) -> Decided:
    more = ""
    if verdict.until:
        more = gettext("until %(day)s") % {"day": formats.long_date(verdict.until)}
    elif verdict.assignee:
        more = gettext("to %(name)s") % {"name": verdict.assignee.name}
    reason = str(verdict.get_reason_display()) if verdict.reason else ""
    return Decided(said_of(verdict), reason, more, verdict.text, verdict.language, verdict)


def related_rows(thread: Thread, person: Person) -> list[Row]:
    return rows_of(related(thread, person))


def related(thread: Thread, person: Person) -> list[Thread]:
    """Other threads of the disease in half a year around it, nearest places first; and the one before it."""
    if thread.disease_id is None:
        return [thread.earlier] if thread.earlier else []
    place = thread.headline_place or thread.place
    region = place.ancestor_ids[-1:] or [place.pk]
    near = Q(headline_place__in=[*place.ancestor_ids, place.pk]) | Q(headline_place__parent__in=[*region, place.pk])
    found = Thread.objects.visible_to(person).filter(
        near, disease=thread.disease_id, last_period__range=(thread.first_period - NEAR, thread.last_period + NEAR)
    )
    others = found.exclude(pk=thread.pk).select_related("disease", "headline_place", "place", "assignee")
    listed: Sequence[Thread] = list(others.order_by("-last_period", "-priority")[:6])
    earlier = [thread.earlier] if thread.earlier and thread.earlier not in listed else []
    return [*earlier, *listed]


def uploads_of(signal: Signal | None) -> list[Upload]:
    """The last tables that the screening of a signal had read; the tables' rows themselves may name people."""
    if signal is None or signal.series is None:
        return []
    taken = Upload.objects.filter(source=signal.series.source_id, status=Upload.Status.TAKEN)
    if signal.screening and signal.screening.generation:
        taken = taken.filter(generation__lte=signal.screening.generation)
    return list(taken.select_related("by").order_by("-generation")[:3])
