"""The board of measures: of all decisions that stand, filters in the address, a constant number of queries.

Ours come first, those that are over first; then the states in the alliance's order. It compares nobody with anybody.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from tocsin.node.alliance.alliance_file import alliance, here
from tocsin.node.alliance.models import Person, State
from tocsin.node.alliance.naming import names
from tocsin.node.council import measure_links
from tocsin.node.council.measure_words import OPEN, chip_of, deadline_words, is_overdue
from tocsin.node.council.models import Measure
from tocsin.node.council.models.measures import MeasureQuerySet
from tocsin.node.council.pages.decision_words import Title, body_name, shown_title
from tocsin.node.language.formats import whole
from tocsin.node.language.keys import words
from tocsin.node.look.states import STATES

__all__ = ["Counts", "MeasureFilters", "Row", "board_of", "counted", "filtered", "ordered", "rows_of", "title"]

A_PAGE = 50
STATUSES = ("assigned", "accepted", "in_progress", "done", "verified", "declined")
ANY = ("", gettext_lazy("any"))
SORTS: Mapping[str, tuple[str, ...]] = {
    "deadline": ("deadline",),
    "state": ("state_order",),
    "status": ("status", "deadline"),
    "reported": ("reported_at", "deadline"),
    "decision": ("decision__adopted_at", "decision_id", "place"),
}


class MeasureFilters(forms.Form):
    q = forms.CharField(required=False, max_length=100)
    whose = forms.ChoiceField(
        label=gettext_lazy("Whose"), required=False,
        choices=(
            ("", gettext_lazy("all")), ("ours", gettext_lazy("ours")),
            ("to_verify", gettext_lazy("to be checked by us")),
        ),
    )  # fmt: skip
    show = forms.ChoiceField(
        label=gettext_lazy("Show"), required=False,
        choices=(("", gettext_lazy("all")), ("open", gettext_lazy("to be done")), ("overdue", gettext_lazy("overdue"))),
    )  # fmt: skip
    state = forms.ChoiceField(label=pgettext_lazy("of a measure", "Who does it"), required=False)
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    body = forms.ChoiceField(label=gettext_lazy("Body"), required=False)
    decision = forms.UUIDField(required=False, widget=forms.HiddenInput)
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [ANY, *((one.code, str(one)) for one in State.objects.of_the_alliance())]
        self.fields["status"].choices = [ANY, *((one, STATES[f"measure_{one}"].label) for one in STATUSES)]
        self.fields["body"].choices = [ANY, *((one.code, body_name(one.code)) for one in alliance().bodies)]

    def chosen(self) -> dict[str, str]:
        """What was asked for; anything else is as if it had not been said."""
        self.is_valid()
        return {name: str(self.cleaned_data.get(name) or "") for name in self.fields}


@dataclass(frozen=True, slots=True)
class Row:
    """A measure as a line of the board."""

    measure: Measure
    title: Title
    decision: Title
    state: str
    verifier: str
    chip: str
    deadline: str
    is_open: bool
    is_over: bool
    asks_us: bool
    url: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of those asked for there are."""

    all: int
    open: int
    overdue: int
    ours_overdue: int
    to_verify: int


def filtered(person: Person, asked: Mapping[str, str], day: date) -> MeasureQuerySet:
    """Those that somebody may see and asked for."""
    found = Measure.objects.visible_to(person).in_force()
    if asked.get("whose") == "ours":
        found = found.filter(is_ours=True)
    elif asked.get("whose") == "to_verify":
        found = found.filter(verifier=here().code, status="done")
    if asked.get("show") in ("open", "overdue"):
        found = found.filter(status__in=OPEN)
    if asked.get("show") == "overdue":
        found = found.filter(deadline__lt=day)
    for name, column in (
        ("state", "state"),
        ("status", "status"),
        ("body", "decision__body"),
        ("decision", "decision"),
    ):
        if asked.get(name):
            found = found.filter(**{column: asked[name]})
    for one in words(asked.get("q", "")):
        found = found.filter(Q(search_key__contains=one) | Q(decision__search_key__contains=one))
    return found


def ordered(found: MeasureQuerySet, sort: str) -> MeasureQuerySet:
    """As asked for; else what asks something of us, then by state in the alliance's order, each by deadline."""
    place = Subquery(State.objects.filter(code=OuterRef("state")).values("order")[:1])
    known = SORTS.get(sort.removeprefix("-"))
    if known is not None:
        downward = sort.startswith("-")
        columns = [F(name).desc(nulls_last=True) if downward else F(name).asc(nulls_last=True) for name in known]
        return found.annotate(state_order=place).order_by(*columns, "id")
    ours = Case(
        When(Q(is_ours=True, status__in=OPEN) | Q(verifier=here().code, status="done"), then=Value(0)),
        When(status__in=OPEN, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return found.annotate(asks=ours, state_order=place).order_by(
        "asks", F("state_order").asc(nulls_last=True), "deadline", "decision_id", "place"
    )


def board_of(found: MeasureQuerySet, number: str | None) -> Page:
    """A page of it; put in order by keys alone, as the rows are long."""
    page = Paginator(found.values_list("pk", flat=True), A_PAGE).get_page(number)
    keys = list(page.object_list)
    rows = Measure.objects.select_related("decision__of").in_bulk(keys)
    page.object_list = [rows[key] for key in keys if key in rows]
    return page


def rows_of(measures: Iterable[Measure], day: date) -> list[Row]:
    """A constant number of queries."""
    listed = list(measures)
    known, own = names({code for one in listed for code in (one.state, one.verifier)}), here().code
    return [
        Row(
            one, shown_title(one.title), shown_title(one.decision.title), known[one.state], known[one.verifier],
            chip_of(one.status, one.deadline, day), deadline_words(one.status, one.deadline, day),
            one.status in OPEN, is_overdue(one.status, one.deadline, day),
            (one.is_ours and one.status in OPEN) or (one.verifier == own and one.status == "done"),
            measure_links.measure(one.decision_id, one.measure),
        )
        for one in listed
    ]  # fmt: skip


def counted(found: MeasureQuerySet, day: date) -> Counts:
    """In one query."""
    late = Q(status__in=OPEN, deadline__lt=day)
    return Counts(
        **found.order_by().aggregate(
            all=Count("pk"), open=Count("pk", filter=Q(status__in=OPEN)), overdue=Count("pk", filter=late),
            ours_overdue=Count("pk", filter=late & Q(is_ours=True)),
            to_verify=Count("pk", filter=Q(verifier=here().code, status="done")),
        )
    )  # fmt: skip


def title(counts: Counts, *, is_filtered: bool) -> str:
    """As in "2 of our measures are overdue", "14 measures to be done, 3 overdue", "5 measures found"."""
    if is_filtered:
        return ngettext("%(n)s measure found", "%(n)s measures found", counts.all) % {"n": whole(counts.all)}
    if not counts.all:
        return _("No measure has been decided yet")
    if n := counts.ours_overdue:
        return ngettext("%(n)s of our measures is overdue", "%(n)s of our measures are overdue", n) % {"n": whole(n)}
    if not counts.open:
        return ngettext(
            "%(n)s measure, nothing left to be done", "%(n)s measures, nothing left to be done", counts.all
        ) % {"n": whole(counts.all)}
    said = ngettext("%(n)s measure to be done", "%(n)s measures to be done", counts.open) % {"n": whole(counts.open)}
    if not counts.overdue:
        return _("%(measures)s, none overdue") % {"measures": said}
    return _("%(measures)s, %(overdue)s overdue") % {"measures": said, "overdue": whole(counts.overdue)}
