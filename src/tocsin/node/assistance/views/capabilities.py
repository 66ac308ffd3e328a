"""What states could send: all of it, an entry of ours, and sharing ours with partners."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance.actions.capabilities import keep_entry, remove_entry, share_register
from tocsin.node.assistance.forms.filters import RegisterFilters
from tocsin.node.assistance.forms.registers import EntryForm, ShareForm, entry_initial
from tocsin.node.assistance.models import Capability
from tocsin.node.assistance.pages.draft_problems import FIELDS, MEMBERS
from tocsin.node.assistance.pages.register_page import register_page, rows_of, shared_last, title
from tocsin.node.assistance.reading import day_in
from tocsin.node.assistance.refusals import ActRefused, InvalidInput
from tocsin.node.assistance.views.finding import the_entry
from tocsin.node.look import drafts

__all__ = ["urlpatterns"]

READ, KEEP, RELEASE = Ability.READ_ASSISTANCE, Ability.KEEP_ASSISTANCE, Ability.RELEASE_ASSISTANCE


@requires(READ)
def assistance_register(request: HttpRequest) -> HttpResponse:
    """Ours first, then those of partners."""
    person = request.user
    asked = RegisterFilters(request.GET).chosen()
    page = register_page(person, asked, request.GET.get("page"))
    shown = {
        "page": page, "rows": rows_of(page.object_list, day_in(timezone.now())), "answer": title(person, page, asked),
        "filters": RegisterFilters(initial=asked), "is_filtered": any(asked.values()), "shared": shared_last(person),
        "may_keep": person.may(KEEP), "may_share": person.may(RELEASE),
    }  # fmt: skip
    return render(request, "assistance/register.html", shown)


@requires(KEEP)
def assistance_entry_new(request: HttpRequest) -> HttpResponse:
    return _entry(request, None)


@requires(KEEP)
def assistance_entry(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _entry(request, the_entry(request, pk))


def _entry(request: HttpRequest, entry: Capability | None) -> HttpResponse:
    form = EntryForm(request.POST or None, initial=entry_initial(entry) if entry else {})
    name = f"assistance-entry-{entry.pk}" if entry else "assistance-entry-new"
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                version = form.cleaned_data["version"] or 0
                keep_entry(form.given(), entry=entry, version=version, by=request.user)
            except InvalidInput as refusal:
                for problem in refusal.problems:
                    field = problem.field.strip(".")
                    known = FIELDS.get(field, MEMBERS.get(field, field))
                    form.add_error(known if known in form.fields else None, problem.message)
            except ActRefused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                drafts.saved(request, name, _("Kept. Partners see it once the register is shared."))
                return redirect("assistance_register")
    return render(request, "assistance/entry.html", {"form": form, "entry": entry, "name": name}, status=status)


@require_POST
@requires(KEEP)
def assistance_entry_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    version = request.POST.get("version", "")
    try:
        known = int(version) if version.isdecimal() and len(version) < 10 else 0
        remove_entry(the_entry(request, pk), version=known, by=request.user)
    except ActRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Taken out of our register. Partners see that once it is shared."))
    return redirect("assistance_register")


@requires(RELEASE)
def assistance_share(request: HttpRequest) -> HttpResponse:
    """The whole register, as it is now, in the state's name."""
    last = shared_last(request.user)
    begun = {} if last is None else {
        "classification": last.register.classification, "addressees": last.register.addressees,
        "contact": last.register.body.get("contact", ""),
    }  # fmt: skip
    form = ShareForm(request.POST or None, initial=begun)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                share_register(**form.arguments(), by=request.user)
            except ActRefused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                drafts.saved(request, "assistance-share", _("Shared: signed, and on its way."))
                return redirect("assistance_register")
    n = Capability.objects.visible_to(request.user).filter(is_ours=True).count()
    return render(request, "assistance/share.html", {"form": form, "last": last, "n": n}, status=status)


urlpatterns = [
    path("assistance/capabilities/", assistance_register, name="assistance_register"),
    path("assistance/capabilities/new/", assistance_entry_new, name="assistance_entry_new"),
    path("assistance/capabilities/share/", assistance_share, name="assistance_share"),
    path("assistance/capabilities/<uuid:pk>/", assistance_entry, name="assistance_entry"),
    path("assistance/capabilities/<uuid:pk>/remove/", assistance_entry_remove, name="assistance_entry_remove"),
]
