"""A laboratory's page: samples that wait for it, and what it says of each. Of their events nothing else is shown."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions.laboratory import SampleChanged, mark_unsuitable, receive_sample
from tocsin.node.events.actions.results import correct_result, record_result
from tocsin.node.events.forms.laboratory import CorrectForm, ReceiveForm, ResultForm, UnsuitableForm
from tocsin.node.events.models import Sample, SampleTest
from tocsin.node.events.pages.laboratory import awaited_tests, rows_of, waiting_of
from tocsin.node.events.refusals import ActRefused, Replaced
from tocsin.node.look import drafts

A_PAGE = 50
S = Sample.Status
OWN = (Ability.RECORD_RESULTS,)


@requires(*OWN)
def samples(request: HttpRequest) -> HttpResponse:
    """What waits, oldest first; below it what was done, the last first."""
    waiting = waiting_of(request.user).order_by("sent_on", "at")
    done = Sample.objects.visible_to(request.user).filter(laboratory=request.user.organisation_id)
    done = done.filter(status__in=(S.EXAMINED, S.UNSUITABLE)).order_by("-at")
    page = Paginator(_with_tests(waiting), A_PAGE).get_page(request.GET.get("page"))
    given = {"page": page, "waiting": rows_of(page.object_list), "done": rows_of(_with_tests(done)[:A_PAGE])}
    return render(request, "events/samples.html", given)


@requires(Ability.RECORD_RESULTS, Ability.READ_CASES)
def sample(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, _the_sample(request, pk))


def _page(request: HttpRequest, one: Sample, *, status: int = 200, **answered: Form) -> HttpResponse:
    row = rows_of([one])[0]
    may_record = request.user.may(Ability.RECORD_RESULTS) and one.event.merged_into_id is None
    forms = _forms(one, request, answered) if may_record and one.status != S.UNSUITABLE else {}
    given = {
        "row": row,
        "forms": forms,
        "may_record": may_record,
        "may_read_event": request.user.may(Ability.READ_EVENTS),
        "answered": next(iter(answered), ""),
    }
    return render(request, "events/sample.html", given, status=status)


def _forms(one: Sample, request: HttpRequest, answered: dict[str, Form]) -> dict[str, Any]:
    """The forms that fit the state of the sample; those just answered, as they were typed."""
    tests = awaited_tests(rows_of([one])[0].results)
    asked = [
        answered.get(str(test.pk)) or ResultForm(sample=one, test=test, auto_id=f"t{number}_%s")
        for number, test in enumerate(tests)
    ]
    found: dict[str, Any] = {"asked": asked}
    found["another"] = answered.get("another") or ResultForm(
        sample=one, auto_id="another_%s", initial={"method": _usual_method(request)}
    )
    if one.status == S.SENT:
        found["receive"] = answered.get("receive") or ReceiveForm(sample=one, auto_id="receive_%s")
    if not any(test.result != SampleTest.Result.PENDING for test in one.tests.all()):
        found["unsuitable"] = answered.get("unsuitable") or UnsuitableForm(sample=one, auto_id="unsuitable_%s")
    return found


def _usual_method(request: HttpRequest) -> str:
    """What the person's laboratory examined by last: most often it is the same again."""
    mine = SampleTest.objects.filter(sample__laboratory=request.user.organisation_id).order_by("-at")
    return mine.values_list("method", flat=True).first() or "pcr"


@require_POST
@requires(*OWN)
def receive(request: HttpRequest, pk: UUID) -> HttpResponse:
    one = _the_sample(request, pk)
    form = ReceiveForm(request.POST, sample=one, auto_id="receive_%s")
    return _answer(request, one, "receive", form, lambda: receive_sample(one, by=request.user, **form.cleaned_data))


@require_POST
@requires(*OWN)
def unsuitable(request: HttpRequest, pk: UUID) -> HttpResponse:
    one = _the_sample(request, pk)
    form = UnsuitableForm(request.POST, sample=one, auto_id="unsuitable_%s")
    return _answer(request, one, "unsuitable", form, lambda: mark_unsuitable(one, by=request.user, **form.cleaned_data))


@require_POST
@requires(*OWN)
def result(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A result of the examination that the address names by `test`, or of another."""
    one = _the_sample(request, pk)
    tests = awaited_tests(rows_of([one])[0].results)
    number, test = next(
        ((n, test) for n, test in enumerate(tests) if str(test.pk) == request.GET.get("test")), (0, None)
    )
    if test is None and "test" in request.GET:
        return _conflict(request, one, SampleChanged(one))
    form = ResultForm(request.POST, sample=one, test=test, auto_id=f"t{number}_%s" if test else "another_%s")
    name = str(test.pk) if test else "another"
    return _answer(
        request, one, name, form, lambda: record_result(one, test=test, by=request.user, **form.cleaned_data)
    )


@requires(*OWN)
def correct(request: HttpRequest, pk: UUID, test: UUID) -> HttpResponse:
    one, status = _the_sample(request, pk), 200
    old = get_object_or_404(one.tests.exclude(result=SampleTest.Result.PENDING), pk=test)
    known = {"result": old.result, "on": old.on, "found": old.found}
    form = CorrectForm(request.POST if request.method == "POST" else None, sample=one, initial=known)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                correct_result(old, by=request.user, **form.cleaned_data)
            except ActRefused as refusal:
                form.add_error(None, str(refusal))
                status = 409 if isinstance(refusal, Replaced | SampleChanged) else 422
            else:
                drafts.saved(request, f"sample-{pk}-{test}", _("The correction is saved; the first result is kept."))
                return redirect("sample", pk=pk)
    given = {"row": rows_of([one])[0], "old": old, "form": form, "draft": f"sample-{pk}-{test}"}
    return render(request, "events/correct_result.html", given, status=status)


def _answer(request: HttpRequest, one: Sample, name: str, form: Form, act: Callable[[], Any]) -> HttpResponse:
    status = 422
    if form.is_valid():
        try:
            act()
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
            status = 409 if isinstance(refusal, SampleChanged) else 422
        else:
            drafts.saved(request, f"sample-{one.pk}-{name}", _("Saved."))
            is_over = not waiting_of(request.user).filter(pk=one.pk).exists()
            goes_on = is_over and not request.user.may(Ability.READ_EVENTS)
            return redirect("samples") if goes_on else redirect("sample", pk=one.pk)
    return _page(request, _the_sample(request, one.pk), status=status, **{name: form})


def _conflict(request: HttpRequest, one: Sample, refusal: SampleChanged) -> HttpResponse:
    drafts.messages.warning(request, str(refusal))
    return _page(request, one, status=409)


def _the_sample(request: HttpRequest, pk: UUID) -> Sample:
    """Raises Http404 for a sample that is not theirs."""
    return get_object_or_404(_with_tests(Sample.objects.visible_to(request.user)), pk=pk)


def _with_tests(found: Any) -> Any:
    return found.select_related("event", "laboratory", "by").prefetch_related("tests__by")


urlpatterns = [
    path("samples/", samples, name="samples"),
    path("samples/<uuid:pk>/", sample, name="sample"),
    path("samples/<uuid:pk>/receive/", receive, name="receive_sample"),
    path("samples/<uuid:pk>/unsuitable/", unsuitable, name="mark_unsuitable"),
    path("samples/<uuid:pk>/result/", result, name="record_result"),
    path("samples/<uuid:pk>/results/<uuid:test>/correct/", correct, name="correct_result"),
]
