"""The inbox: threads in their order, a person's week, and what is decided upon many at once."""

from collections.abc import Iterator

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from tocsin.node.alliance.actions.people import ActRefused, change_account
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.exercise_mark import marked
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.exports.columns import Column, Table
from tocsin.node.exports.tables import respond
from tocsin.node.language import formats
from tocsin.node.language.formats import enumerated
from tocsin.node.look import drafts
from tocsin.node.surveillance.forms.inbox import BudgetForm, FilterForm
from tocsin.node.surveillance.models import Disease, Signal, Source, Thread
from tocsin.node.surveillance.pages.deciding import BULK, Chosen, decide
from tocsin.node.surveillance.pages.exporting import audited, frame
from tocsin.node.surveillance.pages.inbox_rows import Filters, Worklist, filtered, rows_of, worklist
from tocsin.node.surveillance.pages.measures import measured
from tocsin.node.surveillance.pages.strata import group_text

COLUMNS = (
    Column("disease", gettext_lazy("disease"), "text"),
    Column("gravity", gettext_lazy("gravity"), "text"),
    Column("place", gettext_lazy("place"), "text"),
    Column("stratum", gettext_lazy("group"), "text"),
    Column("places", gettext_lazy("places"), "whole"),
    Column("observed", gettext_lazy("observed"), "decimal"),
    Column("expected", gettext_lazy("expected"), "decimal"),
    Column("threshold", gettext_lazy("threshold"), "decimal"),
    Column("first_period", gettext_lazy("since"), "date"),
    Column("last_period", gettext_lazy("last period"), "date"),
    Column("kinds", gettext_lazy("kinds"), "text"),
    Column("status", gettext_lazy("status"), "text"),
    Column("assignee", gettext_lazy("assigned to"), "text"),
    Column("signals", gettext_lazy("signals"), "whole"),
    Column("last_signal_at", gettext_lazy("last signal"), "moment"),
    Column("id", gettext_lazy("identifier"), "text"),
    Column("measure", gettext_lazy("what is counted"), "text"),
)
SHARED_BY = Column("shared_by", gettext_lazy("shared by, code"), "text")
NOT_ON_PAPER = ("id", "signals")  # a page holds fewer columns


@requires(Ability.READ_SURVEILLANCE, Ability.REPORT_SIGNAL)
def signals(request: HttpRequest) -> HttpResponse:
    filters = Filters.of(request.GET)
    return render(request, "surveillance/inbox.html", _page(request, filters))


def _page(request: HttpRequest, filters: Filters) -> dict[str, object]:
    person, may_decide = request.user, request.user.may(Ability.TRIAGE)
    listed = worklist(person, filters, request.GET.get("page"))
    return {
        "filters": filters,
        "filter_form": FilterForm(request.GET if request.GET else None),
        "list": listed,
        "above": [row.drawn(may_decide=may_decide) for row in listed.rows],
        "below": [row.drawn(may_decide=may_decide) for row in listed.below],
        "answer": answer(listed, filters, is_reader=person.may(Ability.READ_SURVEILLANCE)),
        "budget_form": BudgetForm(initial={"budget": person.budget}, auto_id="budget_%s"),
        "bulk": BULK.items(),
        "may_decide": may_decide,
        "may_export": person.may(Ability.EXPORT),
        "may_report": person.may(Ability.REPORT_SIGNAL),
        "is_reader": person.may(Ability.READ_SURVEILLANCE),
        "is_shared": bool(filters.whose) or Source.objects.filter(shared_by__isnull=False).exists(),
        "has_exercises": not here().is_exercise and Thread.objects.visible_to(person).whose("exercises").exists(),
        "address": request.get_full_path(),
    }


def answer(listed: Worklist, filters: Filters, *, is_reader: bool) -> str:
    """The title: how many threads there are, and how many are below the line."""
    if listed.line:
        return _week_answer(len(listed.rows), listed.line.below)
    count = listed.page.paginator.count if listed.page else 0
    if listed.is_capped:
        return _("More than %(n)s threads") % {"n": formats.whole(count)}
    if not is_reader:
        return ngettext("%(n)d report of your organisation", "%(n)d reports of your organisation", count) % {"n": count}
    return ngettext("%(n)d thread", "%(n)d threads", count) % {"n": count}


def _week_answer(shown: int, below: int) -> str:
    if not shown and not below:
        return _("No signal waits for you")
    if not below:
        return ngettext(
            "%(n)d thread this week, none below the line", "%(n)d threads this week, none below the line", shown
        ) % {"n": shown}
    return ngettext(
        "%(n)d thread this week, %(below)d below the line", "%(n)d threads this week, %(below)d below the line", shown
    ) % {"n": shown, "below": below}


@require_POST
@requires(Ability.TRIAGE)
def set_budget(request: HttpRequest) -> HttpResponse:
    form = BudgetForm(request.POST)
    if form.is_valid():
        request.user.budget = form.cleaned_data["budget"]
        change_account(request.user, changed=["budget"], by=request.user)
        messages.success(request, _("You are shown %(n)d threads a week.") % {"n": request.user.budget})
    else:
        messages.warning(request, _("A number from 1 to 500 is needed; nothing was changed."))
    return redirect("signals")


@require_POST
@requires(Ability.TRIAGE)
def decide_many(request: HttpRequest) -> HttpResponse:
    """One act upon many threads. First asks for what the act needs; then says of each what became of it."""
    chosen = Chosen.of(request.user, request.POST)
    if not chosen.threads or not chosen.act:
        messages.warning(request, _("Select threads and choose what to do: nothing was changed."))
        return redirect(chosen.back)
    decision = BULK[chosen.act]
    if "confirmed" not in request.POST:
        return _asked(request, chosen, decision.form(), status=200)
    form = decision.form(request.POST)
    if not form.is_valid():
        return _asked(request, chosen, form, status=422)
    try:
        outcome = decide(decision, chosen, form.cleaned_data, by=request.user)
    except ActRefused as refusal:
        form.add_error(None, str(refusal))
        return _asked(request, chosen, form, status=422)
    told = decision.told % {"n": len(outcome.done)} if outcome.done else ""
    if outcome.conflicts:
        return _asked(request, chosen, form, status=409, outcome=outcome, told=told)
    drafts.saved(request, f"bulk-{chosen.act}", told)
    return redirect(chosen.back)


def _asked(request: HttpRequest, chosen: Chosen, form: Form, *, status: int, **more: object) -> HttpResponse:
    decision = BULK[chosen.act]
    heading = decision.heading % {"n": len(chosen.threads)}
    page = {"chosen": chosen, "form": form, "decision": decision, "heading": heading, "rows": rows_of(chosen.threads)}
    return render(request, "surveillance/inbox_decide.html", page | more, status=status)


@requires(Ability.EXPORT)
def signals_export(request: HttpRequest, kind: str) -> HttpResponse:
    """The threads that the filters leave; all of them, whatever the page."""
    filters = Filters.of(request.GET)
    found = without_kept(filtered(request.user, filters))
    columns = (*COLUMNS, SHARED_BY) if filters.whose else COLUMNS
    rows = _rows(found, is_marked=bool(filters.whose))
    if kind == "pdf":
        kept = [at for at, column in enumerate(columns) if column.key not in NOT_ON_PAPER]
        columns, rows = tuple(columns[at] for at in kept), (tuple(row[at] for at in kept) for row in rows)
    table = Table(title=_("Threads of signals"), columns=columns, rows=rows, filename="signals", **frame())
    return audited(request, "signals.exported", respond(request, table, kind), kind=kind)


def without_kept(found: QuerySet[Thread]) -> QuerySet[Thread]:
    """Without threads in what partners shared with chosen states alone, or not to be passed on."""
    kept = Q(classification="SELECTIVE") | Q(no_onward_sharing=True)
    sources = Source.objects.filter(kept, shared_by__isnull=False)
    return found.exclude(pk__in=Signal.objects.filter(series__source__in=sources).values("thread"))


def _gravity(thread: Thread) -> str:
    return str(Disease.Gravity(thread.gravity).label) if thread.gravity in Disease.Gravity.values else ""


def _rows(found: QuerySet[Thread], *, is_marked: bool) -> Iterator[tuple[object, ...]]:
    for thread in found.iterator(chunk_size=2_000):
        kinds = enumerated(Signal.Kind(one).label for one in thread.kinds if one in Signal.Kind.values)
        yield (
            marked(str(thread.disease or ""), thread), _gravity(thread), str(thread.headline_place or thread.place),
            group_text(thread.headline_stratum), thread.places_count, thread.observed, thread.expected,
            thread.threshold, thread.first_period, thread.last_period, kinds, str(Thread.Status(thread.status).label),
            thread.assignee.name if thread.assignee else "", thread.signals_count, thread.last_signal_at,
            str(thread.pk), measured(thread.measure), *([thread.shared_by_id or ""] if is_marked else ()),
        )  # fmt: skip


urlpatterns = [
    path("signals/", signals, name="signals"),
    path("signals/budget/", set_budget, name="set_budget"),
    path("signals/decide/", decide_many, name="decide_many"),
    path("signals/export.<str:kind>", signals_export, name="signals_export"),
]
