"""How consultations go, and a hospital's rule of allocation."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.consultations.actions.rules import keep_rule
from tocsin.node.consultations.forms.rules import RuleForm
from tocsin.node.consultations.models import AllocationRule
from tocsin.node.consultations.pages.measures import first_cases, measures
from tocsin.node.hospitals.reading import hospital_where
from tocsin.node.language.formats import duration
from tocsin.node.look import drafts

__all__ = ["urlpatterns"]


@requires(Ability.READ_CONSULTATION_MEASURES)
def consultation_measures(request: HttpRequest) -> HttpResponse:
    """Of the reader's own hospital, the last year; and which hospitals of the state have not asked anybody yet."""
    found = measures(request.user)
    rule = AllocationRule.objects.visible_to(request.user).first()
    shown = {
        "measures": found, "first_cases": first_cases(), "rule": rule, "hospital": hospital_where(request.user),
        "may_rule": request.user.may(Ability.COORDINATE), "answer": _answer(found.all_asked.to_answer),
    }  # fmt: skip
    return render(request, "consultations/measures.html", shown)


def _answer(to_answer: object) -> str:
    if to_answer is None:
        return _("Consultations of your hospital: no answer yet in a year")
    return _("Half of the cases that your hospital was asked had an answer within %(time)s") % {
        "time": duration(to_answer)
    }


@requires(Ability.COORDINATE)
def consultation_rule(request: HttpRequest) -> HttpResponse:
    """How the hospital gives a case to an expert when no coordinator does."""
    hospital = hospital_where(request.user)
    if hospital is None:
        raise Http404
    rule = AllocationRule.objects.visible_to(request.user).filter(hospital=hospital).first()
    form = RuleForm(request.POST or None, instance=rule)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            keep_rule(hospital, by=request.user, **form.cleaned_data)
            drafts.saved(request, "allocation-rule", _("Saved. It holds for cases from now on."))
            return redirect("consultation_measures")
    return render(request, "consultations/rule.html", {"form": form, "hospital": hospital}, status=status)


urlpatterns = [
    path("consultations/measures/", consultation_measures, name="consultation_measures"),
    path("consultations/rule/", consultation_rule, name="consultation_rule"),
]
