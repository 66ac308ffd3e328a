"""One case of a line list: added, changed, discarded."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions import cases as acts
from tocsin.node.events.forms.cases import CaseForm
from tocsin.node.events.line_list.reading import CASE_FIELDS
from tocsin.node.events.line_list.refusals import CaseChanged, CaseRefused
from tocsin.node.events.line_list.sentences import field_word, sentence
from tocsin.node.events.models import Event, EventCase
from tocsin.node.events.pages.case_tables import case_cells, value_word
from tocsin.node.events.pages.head import head
from tocsin.node.events.refusals import ActRefused
from tocsin.node.events.views.finding import the_event
from tocsin.node.look import drafts
from tocsin.node.surveillance.forms.sending import fields_of


@requires(Ability.READ_CASES)
def add_case(request: HttpRequest, pk: UUID) -> HttpResponse:
    if not request.user.may(Ability.WRITE_EVENTS):
        raise PermissionDenied
    event = the_event(request, pk)
    form = CaseForm(fields_of(request), person=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            case = acts.add_case(event, values=form.values(), by=request.user)
        except ActRefused as refusal:
            _say(form, refusal)
        else:
            drafts.saved(
                request, f"event-{pk}-case", _("Case %(number)s is in the line list.") % {"number": case.local_id}
            )
            return redirect("add_case" if "another" in request.POST else "line_list", pk=pk)
    return _show(request, event, form, None)


@requires(Ability.READ_CASES)
def event_case(request: HttpRequest, pk: UUID, case: UUID) -> HttpResponse:
    """One case, to be read; and to be changed by whoever may."""
    event = the_event(request, pk)
    one = _case(request, event, case)
    may_write = request.user.may(Ability.WRITE_EVENTS)
    if request.method == "POST" and not may_write:
        raise PermissionDenied
    form = CaseForm(fields_of(request), person=request.user, case=one)
    if request.method == "POST" and form.is_valid():
        try:
            acts.change_case(one, values=form.values(), version=form.cleaned_data["version"] or 0, by=request.user)
        except CaseChanged as refusal:
            return _conflict(request, event, form, refusal)
        except ActRefused as refusal:
            _say(form, refusal)
        else:
            drafts.saved(request, f"case-{one.pk}", _("Saved."))
            return redirect("line_list", pk=pk)
    return _show(request, event, form, _case(request, event, case))


def _case(request: HttpRequest, event: Event, key: UUID) -> EventCase:
    found = EventCase.objects.visible_to(request.user).select_related("place", "changed_by", "table")
    case = get_object_or_404(found, pk=key, event=event)
    case.event = event
    return case


def _say(form: CaseForm, refusal: ActRefused) -> None:
    """What is wrong, beside the fields that it concerns."""
    if not isinstance(refusal, CaseRefused):
        form.add_error(None, str(refusal))
        return
    for field, rule in refusal.wrong:
        form.add_error(field if field in form.fields else None, sentence(rule))


def _conflict(request: HttpRequest, event: Event, form: CaseForm, refusal: CaseChanged) -> HttpResponse:
    """Both texts: what the other saved, and what was typed, ready to be sent again upon the new version."""
    case = refusal.case
    data = request.POST.copy()
    data["version"] = str(case.version)
    again = CaseForm(data, person=request.user, case=case)
    typed = form.values()
    differing = [
        (field_word(name), value_word(name, getattr(case, name)), value_word(name, typed[name]))
        for name in ("local_id", *CASE_FIELDS)
        if getattr(case, name) != typed[name]
    ]
    return _show(request, event, again, case, status=409, conflict=str(refusal), differing=differing)


def _show(
    request: HttpRequest, event: Event, form: CaseForm, case: EventCase | None, *, status: int = 0, **more: Any
) -> HttpResponse:
    page = {
        "head": head(event, request.user, "line_list"),
        "form": form,
        "case": case,
        "cells": [(field_word(name), value) for name, value in case_cells(case).items()] if case else [],
        "may_write": request.user.may(Ability.WRITE_EVENTS) and event.merged_into_id is None,
        "draft": f"case-{case.pk}" if case else f"event-{event.pk}-case",
        **more,
    }
    return render(request, "events/case.html", page, status=status or (422 if form.is_bound else 200))


@require_POST
@requires(Ability.READ_CASES)
def discard_case(request: HttpRequest, pk: UUID, case: UUID) -> HttpResponse:
    if not request.user.may(Ability.WRITE_EVENTS):
        raise PermissionDenied
    event = the_event(request, pk)
    one = _case(request, event, case)
    given = request.POST.get("version", "")
    try:
        acts.discard_case(one, version=int(given) if given.isdecimal() else 0, by=request.user)
    except ActRefused as refusal:
        one = _case(request, event, case)
        form = CaseForm(person=request.user, case=one)
        return _show(request, event, form, one, status=409, conflict=str(refusal))
    drafts.saved(request, f"case-{one.pk}", _("Case %(number)s is discarded.") % {"number": one.local_id})
    return redirect("line_list", pk=pk)


urlpatterns = [
    path("events/<uuid:pk>/cases/add/", add_case, name="add_case"),
    path("events/<uuid:pk>/cases/<uuid:case>/", event_case, name="event_case"),
    path("events/<uuid:pk>/cases/<uuid:case>/discard/", discard_case, name="discard_case"),
]
