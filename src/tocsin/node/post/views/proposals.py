"""One proposal: what would be done and why, for a second person to confirm; and proposals to erase our documents."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tocsin.exchange.store import State
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.look import drafts
from tocsin.node.post import models
from tocsin.node.post.actions.carrying_out import subject_of
from tocsin.node.post.actions.proposing import confirm, propose, withdraw
from tocsin.node.post.actions.refusals import ActRefused
from tocsin.node.post.forms.proposals import WHY_ERASED, EraseForm
from tocsin.node.post.here import local_node, takes_part
from tocsin.node.post.models import Proposal
from tocsin.node.post.models.proposals import NEEDS
from tocsin.node.post.pages.messages import names
from tocsin.node.post.pages.own_documents import documents_of
from tocsin.node.post.pages.proposals import shown
from tocsin.node.post.pages.wording import audience_named

W = Proposal.What
TITLES = {
    W.RELEASE: gettext_lazy("Take a document that was kept apart?"),
    W.REJECT: gettext_lazy("Not take a document that was kept apart?"),
    W.ERASE: gettext_lazy("Have a document erased everywhere?"),
    W.SETTLE: gettext_lazy("Go on with a partner that signed two histories?"),
    W.EPOCH: gettext_lazy("Open the next epoch?"),
}
MEANS = {
    W.RELEASE: gettext_lazy(
        "It is taken like any other document, with the rows that people may judge. Its origin gets a receipt that says "
        "so."
    ),
    W.REJECT: gettext_lazy(
        "It is not taken, for good; of a document that was taken without some rows, these rows. Its origin is told."
    ),
    W.ERASE: gettext_lazy(
        "Its key and text are destroyed here, and at every node as soon as it hears of it. Nobody can undo it. A node "
        "that does not obey, nobody can force."
    ),
    W.SETTLE: gettext_lazy(
        "This node goes on taking what that partner signs. The evidence is kept, and the next contradiction stops it "
        "anew."
    ),
    W.EPOCH: gettext_lazy(
        "This node signs again, in new streams, without waiting for those who were not asked. What partners hold of "
        "the old epoch stays valid; what nobody holds any more is lost, and has to be written again."
    ),
}
DONE = {
    W.RELEASE: gettext_lazy("Taken."),
    W.REJECT: gettext_lazy("Not taken; its origin is told."),
    W.ERASE: gettext_lazy("Erased here; whoever has it is asked to as soon as this node meets them."),
    W.SETTLE: gettext_lazy("The exchange with this partner goes on with the next meeting."),
    W.EPOCH: gettext_lazy("The next epoch is open; this node signs again."),
}


@requires(Ability.READ_EXCHANGE)
def proposal(request: HttpRequest, pk: str) -> HttpResponse:
    """What would be done, who proposes it and why."""
    found = Proposal.objects.visible_to(request.user).select_related("by", "confirmed_by", "withdrawn_by")
    one = get_object_or_404(found, pk=pk)
    may = request.user.may(NEEDS[one.what])
    page = {
        "one": one,
        "name": shown([one])[0].about,
        "title": TITLES[one.what],
        "means": MEANS[one.what],
        "code": WHY_ERASED.get(one.options.get("code", "")),
        "about": _about(one),
        "may_confirm": one.is_open and may and one.by_id != request.user.pk,
        "is_mine": one.is_open and one.by_id == request.user.pk,
    }
    return render(request, "post/proposal.html", page)


def _about(one: Proposal) -> str:
    """Where one sees what it is about."""
    if one.what == W.SETTLE:
        return reverse("evidence", args=[one.subject])
    if one.what in (W.RELEASE, W.REJECT):
        manifest, _space, number = one.subject.partition(" ")
        row = models.Entry.objects.filter(batch__digest=manifest, number=number).values_list("pk", flat=True).first()
        return reverse("kept_apart_document", args=[row]) if row else ""
    return ""


@require_POST
@requires(Ability.DECIDE_QUARANTINE, Ability.MANAGE_EXCHANGE)
def confirm_proposal(request: HttpRequest, pk: str) -> HttpResponse:
    """Agree as the second person, and have it done."""
    one = get_object_or_404(Proposal.objects.visible_to(request.user), pk=pk)
    try:
        confirm(one, by=request.user)
    except ActRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, str(DONE[one.what]))
    return redirect("proposal", pk=pk)


@require_POST
@requires(Ability.DECIDE_QUARANTINE, Ability.MANAGE_EXCHANGE)
def withdraw_proposal(request: HttpRequest, pk: str) -> HttpResponse:
    """Take back one's own."""
    one = get_object_or_404(Proposal.objects.visible_to(request.user), pk=pk)
    try:
        withdraw(one, by=request.user)
    except ActRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Taken back: nothing was done."))
    return redirect("proposal", pk=pk)


@requires(Ability.MANAGE_EXCHANGE)
def erase_document(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose that a document of ours be erased wherever it is."""
    if not takes_part():
        raise Http404
    here = local_node()
    rows = models.Entry.objects.visible_to(request.user).filter(origin=here.node, state=State.OWN.value)
    (one,) = documents_of([get_object_or_404(rows, pk=pk)])
    if not one.erasable:
        raise Http404
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = propose(
                W.ERASE,
                subject=subject_of(one.entry),
                subject_name=f"{one.entry.stream} {one.entry.number}",
                reason=form.cleaned_data["reason"],
                by=request.user,
                options={"code": form.cleaned_data["code"]},
            )
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            drafts.saved(request, f"erase-{pk}", _("Proposed. Whoever else may decide has been told."))
            return redirect("proposal", pk=made.pk)
    page = {"one": one, "form": form, "means": MEANS[W.ERASE]}
    page["audience"] = audience_named(one.entry.stream.audience, names())
    return render(request, "post/erase_document.html", page, status=422 if form.errors else 200)


urlpatterns = [
    path("proposals/<uuid:pk>/", proposal, name="proposal"),
    path("proposals/<uuid:pk>/confirm/", confirm_proposal, name="confirm_proposal"),
    path("proposals/<uuid:pk>/withdraw/", withdraw_proposal, name="withdraw_proposal"),
    path("documents/<int:pk>/erase/", erase_document, name="erase_document"),
]
