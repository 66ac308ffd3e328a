"""Estimates as a table in a file: every quantile, of what was and of what is to come."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _

from tocsin.node.alliance.exercise_mark import marked
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.estimates.models import Estimate
from tocsin.node.estimates.pages.files import COLUMNS, rows_of
from tocsin.node.exports.columns import Table
from tocsin.node.exports.tables import respond
from tocsin.node.surveillance.pages.exporting import audited, frame


@requires(Ability.EXPORT)
def estimate_export(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    visible = Estimate.objects.visible_to(request.user).select_related("series__disease", "series__place", "source")
    one = get_object_or_404(visible, series=pk)
    title = marked(_("Estimates: %(series)s") % {"series": one.series}, one.source)
    table = Table(
        title=title, columns=COLUMNS, rows=rows_of(one.payload), filename=f"estimates {one.series}", **frame(one.source)
    )
    return audited(request, "estimates.exported", respond(request, table, kind), one.series, kind=kind)


urlpatterns = [
    path("estimates/<int:pk>/export.<str:kind>", estimate_export, name="estimate_export"),
]
