"""The figures of a line list, counted when it changes and kept on the event: pages read these and no rows.

A packed curve, Event.curve, is JSON of this shape; CLASSES gives the order of the four in every row of them:

    {"classes": [3, 0, 2, 1],                    suspected, probable, confirmed, discarded
     "days": [["2026-03-01", 1, 0, 0, 0], …],    by day of onset, days without any left out
     "unknown_onset": [1, 0, 0, 0],
     "ages": [["5-14", "female", 2, 0], …],      group, sex, cases, deaths; of these on none is discarded
     "places": [[140, 3, 1], …], "no_place": [1, 0],
     "exposures": [["well", 3], …],
     "outcomes": {"none": 3, "recovered": 1, "deceased": 1, "unknown": 0},
     "hospitalised": [4, 5], "intensive_care": [1, 3], "health_workers": [0, 5]}    how many, of how many it is known
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from tocsin.node.events.line_list.groups import age_group
from tocsin.node.events.models import Event, EventCase

__all__ = ["CLASSES", "counts_of", "keep", "recount"]

CLASSES = ("suspected", "probable", "confirmed", "discarded")
MOST_EXPOSURES = 50


def keep(event: Event) -> None:
    """Count the line list anew and keep the figures on its event; inside the act that changed it."""
    event.curve = recount(EventCase.objects.filter(event=event))
    event.list_changed_at = timezone.now()
    event.save(update_fields=["curve", "list_changed_at"])


def recount(cases: QuerySet[EventCase]) -> dict[str, Any]:
    """The packed figures of these cases; {} where there is none."""
    classes = _by_class(cases.values_list("classification").annotate(n=Count("pk")))
    if not sum(classes):
        return {}
    standing = cases.exclude(classification=EventCase.Classification.DISCARDED)
    return {
        "classes": classes,
        **_by_onset(cases),
        "ages": _by_age(standing),
        **_by_place(standing),
        "exposures": _by_exposure(standing),
        **_by_course(standing),
    }


def _by_class(rows: Iterable[tuple[Any, ...]]) -> list[int]:
    found = dict(rows)
    return [found.get(name, 0) for name in CLASSES]


def _by_onset(cases: QuerySet[EventCase]) -> dict[str, Any]:
    days: dict[Any, dict[str, int]] = defaultdict(dict)
    for onset, name, n in cases.order_by().values_list("onset", "classification").annotate(n=Count("pk")):
        days[onset][name] = n
    unknown = _by_class(days.pop(None, {}).items())
    return {
        "days": [[day.isoformat(), *_by_class(days[day].items())] for day in sorted(days)],
        "unknown_onset": unknown,
    }


DIED = Count("pk", filter=Q(outcome=EventCase.Outcome.DECEASED))


def _by_age(cases: QuerySet[EventCase]) -> list[list[Any]]:
    found: Counter[tuple[str, str]] = Counter()
    deaths: Counter[tuple[str, str]] = Counter()
    for age, sex, n, died in cases.order_by().values_list("age", "sex").annotate(n=Count("pk"), died=DIED):
        found[age_group(age), sex] += n
        deaths[age_group(age), sex] += died
    return [[*group, found[group], deaths[group]] for group in sorted(found)]


def _by_place(cases: QuerySet[EventCase]) -> dict[str, Any]:
    rows = cases.order_by().values_list("place").annotate(n=Count("pk"), died=DIED)
    found = {place: [n, died] for place, n, died in rows}
    nowhere = found.pop(None, [0, 0])
    return {"places": [[place, *found[place]] for place in sorted(found)], "no_place": nowhere}


def _by_exposure(cases: QuerySet[EventCase]) -> list[list[Any]]:
    rows = cases.exclude(exposure="").order_by().values_list("exposure").annotate(n=Count("pk"))
    return [list(row) for row in rows.order_by("-n", "exposure")[:MOST_EXPOSURES]]


def _by_course(cases: QuerySet[EventCase]) -> dict[str, Any]:
    outcomes = dict(cases.order_by().values_list("outcome").annotate(n=Count("pk")))
    told = cases.aggregate(
        hospitalised=Count("pk", filter=Q(admitted__isnull=False)),
        intensive=Count("pk", filter=Q(intensive_care=True)),
        intensive_known=Count("pk", filter=Q(intensive_care__isnull=False)),
        workers=Count("pk", filter=Q(health_worker=True)),
        workers_known=Count("pk", filter=Q(health_worker__isnull=False)),
    )
    return {
        "outcomes": {name: outcomes.get(name, 0) for name in EventCase.Outcome.values},
        # A day of admission that is missing says nothing: of the others nobody knows.
        "hospitalised": [told["hospitalised"], told["hospitalised"]],
        "intensive_care": [told["intensive"], told["intensive_known"]],
        "health_workers": [told["workers"], told["workers_known"]],
    }


def counts_of(curve: dict[str, Any]) -> dict[str, int | None]:
    """What a line list says an event's counts are: None for what no row tells of."""
    suspected, probable, confirmed, _discarded = curve.get("classes", (0, 0, 0, 0))
    outcomes = curve.get("outcomes", {})
    told = sum(outcomes.values()) > outcomes.get("unknown", 0)
    known = {name: curve.get(name, (0, 0)) for name in ("hospitalised", "intensive_care", "health_workers")}
    return {
        "suspected": suspected,
        "probable": probable,
        "confirmed": confirmed,
        "deaths": outcomes.get("deceased", 0) if told else None,
        **{name: number if of else None for name, (number, of) in known.items()},
    }
