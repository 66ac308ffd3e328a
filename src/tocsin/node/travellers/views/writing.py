"""Writing about a traveller, writing the next version, answering. No page here is kept, by the browser or by us."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm, BaseFormSet
from django.forms.utils import ErrorDict
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.post.here import takes_part
from tocsin.node.travellers.actions.answering import answer, open_person
from tocsin.node.travellers.actions.refusals import ActRefused, Changed, Destroyed
from tocsin.node.travellers.actions.writing import amend, send
from tocsin.node.travellers.forms.acting import AnswerForm
from tocsin.node.travellers.forms.writing import MessageForm, contacts_of, journeys_of
from tocsin.node.travellers.limits import MOST_CONTACTS, MOST_JOURNEYS
from tocsin.node.travellers.message import Message, read
from tocsin.node.travellers.models import Opening, Tracing
from tocsin.node.travellers.pages.lists import rows
from tocsin.node.travellers.pages.one import page_of
from tocsin.node.travellers.views.finding import the_tracing

# What the buttons add: to which lines, how many, and how many there may be.
MORE = {
    "journeys": ("journeys", 1, MOST_JOURNEYS),
    "contacts": ("contacts", 1, MOST_CONTACTS),
    "ten": ("contacts", 10, MOST_CONTACTS),
}
Forms = tuple[MessageForm, BaseFormSet, BaseFormSet]


@never_cache
@sensitive_post_parameters()
@requires(Ability.TRACE_TRAVELLERS)
def write_traveller(request: HttpRequest) -> HttpResponse:
    """To one state, about one person."""
    forms = _forms(request)
    if request.method == "POST" and "more" not in request.POST and _valid(forms):
        form, journeys, contacts = forms
        said = form.cleaned_data
        try:
            made = send(
                form.message(journeys, contacts), to=said["to"], language=said["language"], event=said["event"],
                by=request.user,
            )  # fmt: skip
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Signed and on its way. You see here when it has come."))
            return redirect("traveller", pk=made.pk)
    return _shown(request, forms, {"joined": takes_part()})


@never_cache
@sensitive_post_parameters()
@requires(Ability.TRACE_TRAVELLERS)
def amend_traveller(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The next version. It begins with what the last one said, so that to begin it is to look at who it is."""
    tracing = the_tracing(request, pk)
    if request.method != "POST" or not tracing.is_ours:
        return redirect("traveller", pk=pk)
    try:
        if "begin" in request.POST:
            known = _last(tracing, request)
            forms = _forms(request, known, bound=False)
        else:
            forms = _forms(request, is_next=True)
            if "more" not in request.POST and _valid(forms):
                form, journeys, contacts = forms
                said = form.message(journeys, contacts)
                amend(
                    tracing, said, seen=_seen(request), language=form.cleaned_data["language"], by=request.user
                )  # fmt: skip
                messages.success(request, _("Signed and on its way. You see here when it has come."))
                return redirect("traveller", pk=pk)
    except (Changed, Destroyed) as refusal:
        messages.warning(request, str(refusal))
        return redirect("traveller", pk=pk)
    except ActRefused as refusal:
        forms[0].add_error(None, str(refusal))
    seen = tracing.version if "begin" in request.POST else _seen(request)
    return _shown(request, forms, {"tracing": tracing, "row": rows([tracing])[0], "seen": seen, "joined": True})


@never_cache
@requires(Ability.TRACE_TRAVELLERS)
def answer_traveller(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What became of it."""
    tracing = the_tracing(request, pk)
    form = AnswerForm(request.POST or None, initial={"seen": tracing.answers_count})
    if request.method == "POST" and form.is_valid():
        try:
            answer(tracing, by=request.user, **form.cleaned_data)
        except (Changed, Destroyed) as refusal:
            messages.warning(request, str(refusal))
            return redirect("traveller", pk=pk)
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The answer is signed and on its way."))
            return redirect("traveller", pk=pk)
    page = page_of(tracing, request.user)
    if not page["is_kept"] or tracing.is_ours:
        return redirect("traveller", pk=pk)
    return render(request, "travellers/answer.html", page | {"form": form}, status=422 if form.errors else 200)


def _forms(request: HttpRequest, known: Message | None = None, *, bound: bool = True, is_next: bool = False) -> Forms:
    data = _more(request.POST) if bound and request.method == "POST" else None
    initial = MessageForm.known(known) if known else None
    form = MessageForm(data, initial=initial, person=request.user, is_next=is_next or known is not None)
    lines = (
        journeys_of(data, known.journeys if known else ()),
        contacts_of(data, known.contacts if known else ()),
    )
    if "more" in request.POST and bound:
        for one in (form, *(line for each in lines for line in each)):
            _be_quiet(one)
    return form, *lines


def _more(posted: QueryDict) -> QueryDict:
    """What was typed, with the lines that a button asks for."""
    data = posted.copy()
    if posted.get("more") in MORE:
        lines, more, most = MORE[posted["more"]]
        name = f"{lines}-TOTAL_FORMS"
        had = int(posted[name]) if posted.get(name, "").isdigit() else 0
        data[name] = str(min(had + more, most))
    return data


def _be_quiet(form: BaseForm) -> None:
    """Nothing is wrong with a form that somebody still fills in."""
    form._errors = ErrorDict()
    form.cleaned_data = {}


def _valid(forms: Forms) -> bool:
    # Each is asked, so that everything that is wrong is said at once.
    return not [one for one in forms if not one.is_valid()]


def _last(tracing: Tracing, request: HttpRequest) -> Message:
    latest = tracing.versions.without_the_person().kept().first()
    if latest is None:
        raise Destroyed(tracing)
    return read(open_person(latest, reason=Opening.Reason.AMEND, by=request.user))


def _seen(request: HttpRequest) -> int:
    said = request.POST.get("seen", "")
    return int(said) if said.isdigit() else 0


def _shown(request: HttpRequest, forms: Forms, page: dict[str, Any]) -> HttpResponse:
    form, journeys, contacts = forms
    wrong = form.is_bound and "more" not in request.POST
    shown = {
        "form": form, "journeys": journeys, "contacts": contacts,
        "groups": [(name, [form[one] for one in names if one in form.fields]) for name, names in _groups()],
        "wrong": wrong, "focus": request.POST.get("more", ""),
        **page,
    }  # fmt: skip
    return render(request, "travellers/write.html", shown, status=422 if wrong else 200)


def _groups() -> list[tuple[str, tuple[str, ...]]]:
    return [
        (_("Who it is"), MessageForm.PERSON),
        (_("Illness"), MessageForm.ILLNESS),
        (_("What is asked"), ("asked", "text", "language", "outcome")),
        (_("How it is sent"), MessageForm.SENT),
    ]


urlpatterns = [
    path("travellers/write/", write_traveller, name="write_traveller"),
    path("travellers/<uuid:pk>/amend/", amend_traveller, name="amend_traveller"),
    path("travellers/<uuid:pk>/answer/", answer_traveller, name="answer_traveller"),
]
