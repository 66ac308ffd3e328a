"""What everybody did: read by the auditor, changed by nobody."""

from collections.abc import Iterator
from datetime import timedelta

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.node.alliance import audit as the_audit
from tocsin.node.alliance.acts import act_named
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.models import AuditEntry
from tocsin.node.alliance.roles import Ability
from tocsin.node.exports.columns import Column, Table
from tocsin.node.exports.tables import respond

A_PAGE = 100
COLUMNS = (
    Column("number", gettext_lazy("number"), "whole"),
    Column("at", gettext_lazy("when"), "moment"),
    Column("by", gettext_lazy("who"), "text"),
    Column("act_name", gettext_lazy("act"), "text"),
    Column("act", gettext_lazy("code of the act"), "text"),
    Column("target", gettext_lazy("what"), "text"),
    Column("details", gettext_lazy("details"), "text"),
    Column("digest", gettext_lazy("digest"), "text"),
)


@requires(Ability.READ_AUDIT)
def audit(request: HttpRequest) -> HttpResponse:
    found = _filtered(request)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    for entry in page.object_list:
        entry.act_name = act_named(entry.act)
    codes = AuditEntry.objects.order_by("act").values_list("act", flat=True).distinct()
    acts = [(code, act_named(code)) for code in codes]
    shown = {"page": page, "acts": acts, "chosen": request.GET}
    return render(request, "alliance/audit.html", shown)


@requires(Ability.READ_AUDIT)
def audit_check(request: HttpRequest) -> HttpResponse:
    """Follow the chain of digests from the first entry to the last."""
    return render(request, "alliance/audit_check.html", {"broken_at": the_audit.broken_at()})


@requires(Ability.READ_AUDIT)
def audit_export(request: HttpRequest, kind: str) -> HttpResponse:
    table = Table(
        title=_("Audit"), columns=COLUMNS, rows=_rows(_filtered(request)), notes=(), classification=_("NATIONAL"),
        filename="audit",
    )  # fmt: skip
    return respond(request, table, kind)


def _filtered(request: HttpRequest) -> QuerySet[AuditEntry]:
    found = AuditEntry.objects.select_related("by")
    if who := request.GET.get("who", "").strip()[:150]:
        found = found.filter(by_name__icontains=who)
    if act := request.GET.get("act", ""):
        found = found.filter(act=act)
    if target := request.GET.get("target", "")[:64]:
        found = found.filter(target_id=target)
    if since := parse_date(request.GET.get("since", "") or ""):
        found = found.filter(at__date__gte=since)
    if until := parse_date(request.GET.get("until", "") or ""):
        found = found.filter(at__date__lt=until + timedelta(days=1))
    return found


def _rows(found: QuerySet[AuditEntry]) -> Iterator[tuple[object, ...]]:
    for entry in found.iterator(chunk_size=2_000):
        details = "; ".join(f"{name}: {value}" for name, value in entry.details.items())
        yield (
            entry.number, entry.at, entry.by_name, act_named(entry.act), entry.act, entry.target_name, details,
            entry.digest,
        )  # fmt: skip


urlpatterns = [
    path("audit/", audit, name="audit"),
    path("audit/check/", audit_check, name="audit_check"),
    path("audit/export.<str:kind>", audit_export, name="audit_export"),
]
