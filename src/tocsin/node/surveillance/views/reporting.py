"""A signal that a person brings."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.models import DutyShift, Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.look import drafts
from tocsin.node.surveillance.actions.reporting import report
from tocsin.node.surveillance.forms.choosing import disease_options, place_options
from tocsin.node.surveillance.forms.reporting import ReportForm

DRAFT = "report-signal"
GIVEN, LONGEST = ("kind", "disease", "text", "reference"), 1_000


@requires(Ability.REPORT_SIGNAL)
def report_signal(request: HttpRequest) -> HttpResponse:
    form = ReportForm(request.POST or None, person=request.user, initial=_given(request))
    if request.method == "POST" and form.is_valid():
        try:
            signal = report(by=request.user, **form.arguments())
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            drafts.saved(request, DRAFT, _reached())
            return redirect("signal", pk=signal.thread_id)
    page = {"form": form, "draft": DRAFT}
    return render(request, "surveillance/report.html", page, status=422 if form.errors else 200)


def _given(request: HttpRequest) -> dict[str, str]:
    """What a page that leads here knows already: a partner's notification, for instance. The person looks at it."""
    return {name: request.GET[name][:LONGEST] for name in GIVEN if request.GET.get(name)}


def _reached() -> str:
    """Who knows now. The duty officer is told by the act; this only says who it is."""
    officer = _on_duty()
    if officer is None:
        return _("Your report is in the inbox of the epidemiologists.")
    return _("Your report is in the inbox of the epidemiologists, and %(name)s, who is on duty, was told.") % {
        "name": officer.name
    }


def _on_duty() -> Person | None:
    now = timezone.now()
    shifts = DutyShift.objects.filter(line=DutyShift.Line.FIRST, starts_at__lte=now, ends_at__gt=now)
    shift = shifts.select_related("person").first()
    return shift.person if shift else None


@requires(Ability.REPORT_SIGNAL)
def report_choices(request: HttpRequest, what: str) -> HttpResponse:
    """Options of a list that follows what is typed beside it."""
    query = request.GET.get(f"{what}_q", "")[:100]
    if what == "disease":
        options = disease_options(query)
    elif what == "place":
        options = place_options(query, request.user)
    else:
        raise Http404
    return render(request, "surveillance/report_choices.html", {"options": options, "query": query, "what": what})


urlpatterns = [
    path("signals/new/", report_signal, name="report_signal"),
    path("signals/new/choices/<slug:what>/", report_choices, name="report_choices"),
]
