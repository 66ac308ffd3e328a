"""The directory: the list, one hospital, what waits, and the same as a table."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone

from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.exports.tables import respond
from tocsin.node.hospitals.forms.filters import HospitalFilters
from tocsin.node.hospitals.models import Hospital
from tocsin.node.hospitals.naming import sorted_by
from tocsin.node.hospitals.pages.finding import SORTS
from tocsin.node.hospitals.pages.hospital_page import hospital_shown, person_rows
from tocsin.node.hospitals.pages.list_page import hospital_page, rows_of, title
from tocsin.node.hospitals.pages.table import hospitals_table
from tocsin.node.hospitals.reading import hospital_where
from tocsin.node.hospitals.views.finding import the_hospital
from tocsin.node.hospitals.waiting import clinicians_waiting, count, hospitals_waiting

__all__ = ["urlpatterns"]

READ, KEEP, VERIFY = Ability.READ_HOSPITALS, Ability.KEEP_HOSPITAL, Ability.VERIFY_HOSPITALS


@requires(READ)
def hospitals(request: HttpRequest) -> HttpResponse:
    """All that a person sees; filters and order in the address."""
    person, at = request.user, timezone.now()
    asked, sort = HospitalFilters(request.GET).chosen(), request.GET.get("sort", "")
    sort = sort if sort.removeprefix("-") in SORTS else ""
    page = hospital_page(person, asked, at=at, sort=sort, number=request.GET.get("page"))
    own = hospital_where(person) if person.may(KEEP) else None
    shown = {
        "page": page, "rows": rows_of(page.object_list, at), "answer": title(person, page, asked),
        "filters": HospitalFilters(initial=asked), "is_filtered": any(asked.values()), "own": own,
        "may_apply": person.may(KEEP) and (own is None or own.status == Hospital.Status.LEFT),
        "waiting": count(person), "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "hospitals/hospitals.html", shown)


@requires(READ)
@transaction.atomic
def hospitals_export(request: HttpRequest, kind: str) -> HttpResponse:
    """The list with its filters, put on record as it begins."""
    asked = HospitalFilters(request.GET).chosen()
    response = respond(request, hospitals_table(request.user, asked, at=timezone.now()), kind)
    if response.status_code == 200:
        filters = {name: value for name, value in asked.items() if value}
        audit.record("hospitals.exported", by=request.user, kind=kind, filters=filters)
    return response


@requires(READ)
def hospital(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What works, who may be asked, who is there."""
    row = the_hospital(request, pk)
    return render(request, "hospitals/hospital.html", {"shown": hospital_shown(request.user, row, timezone.now())})


@requires(VERIFY, KEEP)
def hospitals_waiting_page(request: HttpRequest) -> HttpResponse:
    """Hospitals to verify, identities to check, people to activate."""
    person = request.user
    people = clinicians_waiting(person).select_related("hospital", "invitation", "invited_by")
    shown = {
        "hospitals": hospitals_waiting(person).select_related("applied_by", "organisation").order_by("status_since"),
        "people": person_rows(people.order_by("status_since", sorted_by()), timezone.now()),
        "n": count(person),
    }  # fmt: skip
    return render(request, "hospitals/waiting.html", shown)


@requires(READ)
def my_clinician(request: HttpRequest) -> HttpResponse:
    """One's own entry, or what to do to have one."""
    entries = list(request.user.clinicians.exclude(status="revoked").select_related("hospital").order_by("pk"))
    if len(entries) == 1:
        return redirect("clinician_entry", pk=entries[0].pk)
    return render(request, "hospitals/mine.html", {"entries": entries, "own": hospital_where(request.user)})


urlpatterns = [
    path("hospitals/", hospitals, name="hospitals"),
    path("hospitals/list.<str:kind>", hospitals_export, name="hospitals_export"),
    path("hospitals/waiting/", hospitals_waiting_page, name="hospitals_waiting"),
    path("hospitals/me/", my_clinician, name="my_clinician"),
    path("hospitals/<uuid:pk>/", hospital, name="hospital"),
]
