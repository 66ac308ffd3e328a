"""Estimates as a table in a file: every quantile, of what was and of what is to come."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.node.alliance.exercise_mark import marked
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.estimates.models import Estimate
from tocsin.node.estimates.pages.tables import by_day
from tocsin.node.exports.columns import Column, Kind, Table
from tocsin.node.exports.tables import respond
from tocsin.node.surveillance.pages.exporting import audited, frame

LEVELS = ("0.025", "0.25", "0.5", "0.75", "0.975")
COLUMNS = (
    Column("period", gettext_lazy("period"), Kind.DATE),
    Column("reported", gettext_lazy("reported"), Kind.WHOLE),
    Column("kind", gettext_lazy("what is estimated")),
    Column("estimate_0.025", gettext_lazy("estimate, quantile 0.025"), Kind.DECIMAL),
    Column("estimate_0.25", gettext_lazy("estimate, quantile 0.25"), Kind.DECIMAL),
    Column("estimate_0.5", gettext_lazy("estimate, median"), Kind.DECIMAL),
    Column("estimate_0.75", gettext_lazy("estimate, quantile 0.75"), Kind.DECIMAL),
    Column("estimate_0.975", gettext_lazy("estimate, quantile 0.975"), Kind.DECIMAL),
    *(Column(f"r_{level}", f"R, {level}", Kind.DECIMAL) for level in LEVELS),
)


@requires(Ability.EXPORT)
def estimate_export(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    visible = Estimate.objects.visible_to(request.user).select_related("series__disease", "series__place", "source")
    one = get_object_or_404(visible, series=pk)
    title = marked(_("Estimates: %(series)s") % {"series": one.series}, one.source)
    table = Table(
        title=title, columns=COLUMNS, rows=_rows(one), filename=f"estimates {one.series}", **frame(one.source)
    )
    return audited(request, "estimates.exported", respond(request, table, kind), one.series, kind=kind)


def _rows(one: Estimate) -> Iterator[tuple[object, ...]]:
    words = {"nowcast": _("what was"), "forecast": _("what is to come"), "": ""}
    for day, reported, kind, quantiles, r in by_day(one.payload):
        yield day, reported, words[kind], *(quantiles or [None] * 5), *(r or [None] * 5)


urlpatterns = [
    path("estimates/<int:pk>/export.<str:kind>", estimate_export, name="estimate_export"),
]
