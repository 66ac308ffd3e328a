"""The line list as a page shows it: what is asked of it, its rows a piece at a time, and its sentences."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.epi.attack_rates import attack_rate
from tocsin.node.alliance.models import Person
from tocsin.node.events.models import Event, EventCase
from tocsin.node.language import formats
from tocsin.node.surveillance.models import Place

__all__ = ["A_PAGE", "Asked", "Piece", "answer", "fatality", "filtered", "piece", "places_of"]

A_PAGE = 100
SORTED = {"onset": "onset", "number": "local_id", "age": "age", "changed": "changed_at", "class": "classification"}
CODES = {
    "classification": EventCase.Classification.values,
    "outcome": EventCase.Outcome.values,
    "sex": EventCase.Sex.values,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; what makes no sense in it is passed over."""

    values: Mapping[str, str]

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> "Asked":
        kept = {
            name: str(query.get(name, ""))[:100] for name in ("q", "place", "since", "until", "sort", "page", "table")
        }
        for name, codes in CODES.items():
            kept[name] = str(query.get(name, "")) if query.get(name) in codes else ""
        return cls(kept)

    def __getattr__(self, name: str) -> str:
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def is_filtered(self) -> bool:
        return any(self.values[name] for name in ("q", "place", "since", "until", "table", *CODES))


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows in their order, how many there are in all, and where the next piece begins ("" where there is none)."""

    rows: list[EventCase]
    total: int
    following: str
    is_first: bool

    @property
    def left(self) -> int:
        return self.total


def filtered(event: Event, person: Person, asked: Asked) -> QuerySet[EventCase]:
    found = EventCase.objects.visible_to(person).filter(event=event)
    found = found.filter(**{name: asked.values[name] for name in CODES if asked.values[name]})
    if asked.q:
        found = found.filter(Q(local_id__contains=asked.q) | Q(exposure__contains=asked.q))
    if asked.place.isdecimal() and len(asked.place) < 19:
        place = Place.objects.filter(pk=int(asked.place)).first()
        found = found.filter(place__path__startswith=place.path) if place else found.none()
    for name, lookup in (("since", "onset__gte"), ("until", "onset__lte")):
        if day := _day(asked.values[name]):
            found = found.filter(**{lookup: day})
    if asked.values["since"] == "unknown":
        found = found.filter(onset=None)
    return found


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None


def piece(event: Event, person: Person, asked: Asked) -> Piece:
    """A piece of the list after the row that the address names: no piece is dearer than the first."""
    found = filtered(event, person, asked).select_related("place")
    total = found.count()
    downwards = asked.sort.startswith("-")
    field = SORTED.get(asked.sort.removeprefix("-"), "onset")
    ordered = found.order_by(*_order(field, downwards=downwards))
    if asked.page:
        ordered = ordered.filter(_after(field, asked.page, downwards=downwards))
    rows = list(ordered[: A_PAGE + 1])
    following = _place_of(rows[A_PAGE - 1], field) if len(rows) > A_PAGE else ""
    return Piece(rows[:A_PAGE], total, following, is_first=not asked.page)


def _order(field: str, *, downwards: bool) -> list[Any]:
    if field == "local_id":
        return [f"{'-' if downwards else ''}local_id"]
    # Databases differ in where nothing stands: here it is always last.
    return [F(field).desc(nulls_last=True) if downwards else F(field).asc(nulls_last=True), "local_id"]


def _place_of(case: EventCase, field: str) -> str:
    value = "" if field == "local_id" else getattr(case, field)
    said = "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"{said},{case.local_id}"


def _after(field: str, place: str, *, downwards: bool) -> Q:
    """What stands after a row; what was never a place in this order means the beginning."""
    said, comma, number = place.partition(",")
    if not comma:
        return Q()
    if field == "local_id":
        return Q(local_id__lt=number) if downwards else Q(local_id__gt=number)
    if not said:
        return Q(**{f"{field}__isnull": True}, local_id__gt=number)
    try:
        value = EventCase._meta.get_field(field).to_python(said)
    except Exception:
        return Q()
    beyond = Q(**{f"{field}__{'lt' if downwards else 'gt'}": value}) | Q(**{f"{field}__isnull": True})
    return beyond | Q(**{field: value}, local_id__gt=number)


def places_of(event: Event) -> list[tuple[str, str]]:
    """Places that the list has cases in, for a choice."""
    keys = [row[0] for row in event.curve.get("places", ())]
    return sorted(((str(place.pk), str(place)) for place in Place.objects.filter(pk__in=keys)), key=lambda one: one[1])


def answer(event: Event) -> str:
    """The title: how many cases the list has, and how many of them died."""
    classes = event.curve.get("classes")
    if not classes:
        return _("No case in the line list yet")
    cases, deaths = sum(classes[:3]), event.curve["outcomes"]["deceased"]
    said = ngettext("%(n)s case in the line list", "%(n)s cases in the line list", cases) % {"n": formats.whole(cases)}
    died = ngettext("%(n)s died", "%(n)s died", deaths) % {"n": formats.whole(deaths)}
    return formats.listing([said, died]) if deaths else said


def fatality(event: Event) -> str:
    """Deaths among those of whom the outcome is known, with what that does not say; "" where there is none."""
    outcomes = event.curve.get("outcomes", {})
    died, closed = outcomes.get("deceased", 0), outcomes.get("deceased", 0) + outcomes.get("recovered", 0)
    if not closed:
        return ""
    rate = attack_rate(died, closed)
    said = ngettext(
        "Of %(closed)s case whose outcome is known, %(died)s died: %(share)s (95%% interval %(low)s to %(high)s).",
        "Of %(closed)s cases whose outcome is known, %(died)s died: %(share)s (95%% interval %(low)s to %(high)s).",
        closed,
    ) % {
        "closed": formats.whole(closed), "died": formats.whole(died), "share": formats.share(rate.rate),
        "low": formats.share(rate.low), "high": formats.share(rate.high),
    }  # fmt: skip
    open_ones = outcomes.get("none", 0) + outcomes.get("unknown", 0)
    if not open_ones:
        return said
    more = ngettext(
        "%(n)s case is still ill, or its outcome is not known: the share is of closed cases alone, and will change.",
        "%(n)s cases are still ill, or their outcome is not known: the share is of closed cases alone, "
        "and will change.",
        open_ones,
    )
    return formats.sentences([said, more % {"n": formats.whole(open_ones)}])
