"""Documents that were kept apart: which wait, what is wrong with one, and what people propose to do about it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.exchange.deciding import may_be_released
from tocsin.exchange.examining import waits_for_a_person
from tocsin.exchange.store import State
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.language.formats import whole
from tocsin.node.look import drafts
from tocsin.node.post import models
from tocsin.node.post.actions.carrying_out import subject_of
from tocsin.node.post.actions.proposing import propose
from tocsin.node.post.actions.refusals import ActRefused
from tocsin.node.post.forms.proposals import DecisionForm
from tocsin.node.post.models import Proposal
from tocsin.node.post.pages.kept_apart import content, is_hidden, listed, waiting, why
from tocsin.node.post.store.entries import read_entries

A_PAGE = 50
SHOWN = {"held": State.HELD, "locked": State.LOCKED, "rejected": State.REJECTED}
WORDS_AT_ONCE = 100


def _rows(person: Person, show: str) -> QuerySet[models.Entry]:
    if show in SHOWN:
        return models.Entry.objects.visible_to(person).filter(state=SHOWN[show].value)
    return waiting(person)


@requires(Ability.READ_EXCHANGE)
def kept_apart(request: HttpRequest) -> HttpResponse:
    """Those that wait for people; those that wait for an upgrade or a key; those that were not taken."""
    show = request.GET.get("show", "")
    show = show if show in SHOWN else ""
    page = Paginator(_rows(request.user, show).only("pk").order_by("-pk"), A_PAGE).get_page(request.GET.get("page"))
    count = page.paginator.count if show not in SHOWN else waiting(request.user).count()
    return render(
        request,
        "post/kept_apart.html",
        {"title": _title(count), "page": page, "rows": listed(page.object_list), "show": show, "waiting": count},
    )


def _title(count: int) -> str:
    if not count:
        return _("No document waits for a decision")
    return ngettext(
        "%(n)s document waits for a decision", "%(n)s documents wait for a decision", count
    ) % {"n": whole(count)}  # fmt: skip


@requires(Ability.READ_EXCHANGE)
def kept_apart_document(request: HttpRequest, pk: int) -> HttpResponse:
    """One document: what is wrong with it, what it says to those who decide, and the proposal about it."""
    return _show(request, pk, None)


@requires(Ability.DECIDE_QUARANTINE)
def propose_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose that it be taken, or not; another person confirms."""
    if request.method != "POST":
        return redirect("kept_apart_document", pk=pk)
    row = _visible(request, pk)
    (entry,) = read_entries(models.Entry.objects.filter(pk=row.pk))
    form = DecisionForm(request.POST, may_release=may_be_released(entry))
    if form.is_valid():
        try:
            proposal = propose(
                form.cleaned_data["what"],
                subject=subject_of(entry),
                subject_name=f"{entry.stream} {entry.number}",
                reason=form.cleaned_data["reason"],
                by=request.user,
            )
        except ActRefused as refusal:
            messages.warning(request, str(refusal))
            return _show(request, pk, form, status=409)
        else:
            drafts.saved(request, f"decision-{pk}", _("Proposed. Whoever else may decide has been told."))
            return redirect("proposal", pk=proposal.pk)
    return _show(request, pk, form)


def _visible(request: HttpRequest, pk: int) -> models.Entry:
    states = [one.value for one in (State.QUARANTINED, State.ACCEPTED, State.HELD, State.LOCKED, State.REJECTED)]
    rows = models.Entry.objects.visible_to(request.user).filter(has_reasons=True, state__in=states)
    return get_object_or_404(rows.only("pk"), pk=pk)


def _show(request: HttpRequest, pk: int, form: DecisionForm | None, status: int = 200) -> HttpResponse:
    row = _visible(request, pk)
    (one,) = listed([row])
    decides = request.user.may(Ability.DECIDE_QUARANTINE)
    subject = subject_of(one.entry)
    done = Proposal.objects.filter(subject=subject).exclude(done_at=None, withdrawn_at=None)
    waits = waits_for_a_person(one.entry) and not done.done().exists()
    may_release = may_be_released(one.entry)
    reasons = why(one.entry.reasons)
    page: dict[str, Any] = {
        "one": one,
        "reasons": reasons[:WORDS_AT_ONCE],
        "more_reasons": max(0, len(reasons) - WORDS_AT_ONCE),
        "content": content(one.entry) if decides else None,
        "hidden": is_hidden(one.entry),
        "decides": decides,
        "waits": waits,
        "may_release": may_release,
        "form": form or DecisionForm(may_release=may_release),
        "earlier": done.select_related("by", "confirmed_by"),
    }
    return render(request, "post/kept_apart_document.html", page, status=422 if form and form.errors else status)


urlpatterns = [
    path("kept-apart/", kept_apart, name="kept_apart"),
    path("kept-apart/<int:pk>/", kept_apart_document, name="kept_apart_document"),
    path("kept-apart/<int:pk>/propose/", propose_decision, name="propose_decision"),
]
