"""The page on which a transfer is asked for: of a case of one's own (`?case=`) or not; `?hospital=` chooses one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.consultations.models import Case, CaseHospital, ClinicalNote
from tocsin.node.consultations.models.cases import Part
from tocsin.node.consultations.pages import case_page as of_case
from tocsin.node.consultations.pages.patient import facts_of
from tocsin.node.consultations.reading import case_ahead
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.hospitals.reading import clinicians_of
from tocsin.node.transfers import links
from tocsin.node.transfers.actions import requesting
from tocsin.node.transfers.actions.requesting import own_case
from tocsin.node.transfers.forms.requesting import RequestForm
from tocsin.node.transfers.refusals import ActRefused, Identifying, InvalidInput
from tocsin.node.transfers.views.asked import unstored

__all__ = ["urlpatterns"]


@requires(Ability.CONSULT)
def transfer_begin(request: HttpRequest) -> HttpResponse:
    """Nothing is kept before it is sent. A case that is not one's own is not there."""
    case = _case(request)
    clinicians = _as_whom(request, case)
    if not clinicians:
        return unstored(render(request, "transfers/nobody.html", {}))
    submission = _submission(case, request) if case is not None else None
    form = _form(request, clinicians, case, submission)
    status, places = 200, []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = requesting.request(**form.arguments(), by=request.user)
            except Identifying as refusal:
                places = refusal.places
                form.add_error(None, str(refusal))
            except InvalidInput as refusal:
                _put(form, refusal)
            except ActRefused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, _("Asked. You are told when the hospital answers."))
                return redirect(links.transfer(row.pk))
    shown = {
        "form": form, "places": places, "case": case, "exercise": case is not None and case.of.is_exercise,
        "line": of_case.patient_line(case) if case is not None else "",
        "patient": facts_of(submission.content) if submission is not None else None,
    }  # fmt: skip
    return unstored(render(request, "transfers/request.html", shown, status=status))


def _form(
    request: HttpRequest, clinicians: list[Clinician], case: Case | None, submission: ClinicalNote | None
) -> RequestForm:
    begins: dict[str, Any] = {"to": request.GET.get("hospital", "")}
    if case is not None:
        begins["urgency"] = case.urgency
    if submission is not None:
        begins |= {"text": submission.text, "language": submission.language}
    own = {one.hospital_id for one in clinicians}
    hospitals = Hospital.objects.visible_to(request.user).working().exclude(pk__in=own if len(own) == 1 else ())
    content = submission.content if submission is not None else None
    return RequestForm(
        request.POST or None, initial=begins, clinicians=clinicians, hospitals=list(hospitals), case=case,
        content=content or None, now=timezone.now(),
    )  # fmt: skip


def _case(request: HttpRequest) -> Case | None:
    """Raises Http404."""
    asked = request.GET.get("case", "")
    if not asked:
        return None
    try:
        found = own_case(UUID(asked), request.user)
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found


def _as_whom(request: HttpRequest, case: Case | None) -> list[Clinician]:
    """Clinicians that the person is; of a case, those of the hospital that asks in it."""
    found = clinicians_of(request.user)
    if case is None:
        return found
    asks = set(CaseHospital.objects.filter(case=case, part=Part.ASKING).values_list("hospital", flat=True))
    return [one for one in found if one.hospital_id in asks]


def _submission(case: Case, request: HttpRequest) -> ClinicalNote | None:
    """What the case was submitted with last, as its order names it."""
    named = {(one.id, one.digest) for one in case_ahead(case.of).notes}
    notes = ClinicalNote.objects.visible_to(request.user).readable().filter(
        about_origin=case.of.origin, about_id=case.of.object_id, kind="submission"
    )  # fmt: skip
    newest_first = notes.order_by("-recorded_at", "-id")
    return next((one for one in newest_first if (str(one.document_id), one.digest) in named), None)


def _put(form: RequestForm, refusal: InvalidInput) -> None:
    """Each problem at its field; what has none, of the patient as the case tells them, above the form."""
    places = {"patient.age": "age", "patient.sex": "sex"}
    for one in refusal.problems:
        field = places.get(one.field, one.field)
        form.add_error(field if field in form.fields else None, one.message)


urlpatterns = [path("transfers/new/", transfer_begin, name="transfer_begin")]
