"""Partners: how the exchange with each stands, one partner, what it signed twice, and the next epoch."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from tocsin.exchange.evidence import Evidence
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.look import drafts
from tocsin.node.post import models
from tocsin.node.post.actions.proposing import propose
from tocsin.node.post.actions.refusals import ActRefused
from tocsin.node.post.forms.proposals import ReasonForm
from tocsin.node.post.here import local_node, takes_part
from tocsin.node.post.models import Proposal
from tocsin.node.post.pages import partner as pages
from tocsin.node.post.pages.evidence import shown as evidence_shown
from tocsin.node.post.pages.kept_apart import listed, undecided, waiting
from tocsin.node.post.pages.messages import names
from tocsin.node.post.pages.own_documents import documents_of
from tocsin.node.post.pages.proposals import shown as proposals_shown
from tocsin.node.post.pages.standing import expiry_rows, row_of, shown, stands, title
from tocsin.node.post.pages.wording import audience_named

A_PAGE = 50


@requires(Ability.READ_EXCHANGE)
def partners(request: HttpRequest) -> HttpResponse:
    """This node's own part on top, then every partner, those that need somebody first."""
    if not takes_part():
        return render(request, "post/not_joined.html")
    found, rows = shown(local_node())
    ends = expiry_rows(found.standing.expiries)
    page = {
        "title": title(found, rows),
        "own": found,
        "rows": rows,
        "ends": ends,
        "near": [one for one in ends if one.is_near],
        "proposals": proposals_shown(Proposal.objects.visible_to(request.user).open().select_related("by")),
        "waiting": waiting(request.user).count(),
        "may_manage": request.user.may(Ability.MANAGE_EXCHANGE),
    }
    return render(request, "post/partners.html", page)


@requires(Ability.READ_EXCHANGE)
def one_partner(request: HttpRequest, code: str) -> HttpResponse:
    """One partner: cursors, trust, refusals, what of it waits."""
    here = _here_with(code)
    trust, known = here.trust(), names()
    found = stands(here)
    one = next(one for one in found.standing.partners if one.node == code)
    apart = undecided(models.Entry.objects.visible_to(request.user).kept_apart().filter(origin=code))
    page = {
        "row": row_of(one, found.standing, known.get(code, code)),
        "own": found,
        "entry": trust.nodes[code],
        "theirs": pages.theirs(here, code, known),
        "ours": pages.ours(here, code, known),
        "keys": pages.keys(trust, trust.nodes[code], here),
        "refusals": pages.refusals(code),
        "apart": listed(apart.order_by("-pk")[:A_PAGE]),
    }
    return render(request, "post/partner.html", page)


def _here_with(code: str) -> Any:
    """This node, if it knows the partner."""
    if not takes_part():
        raise Http404
    here = local_node()
    if code == here.node or code not in here.trust().nodes:
        raise Http404
    return here


@requires(Ability.READ_EXCHANGE)
def stream_documents(request: HttpRequest, pk: int) -> HttpResponse:
    """Documents of one of our streams, latest first: what each is, and what became of it."""
    if not takes_part():
        raise Http404
    here = local_node()
    stream = get_object_or_404(models.Stream, pk=pk, origin=here.node)
    rows = models.Entry.objects.visible_to(request.user).filter(stream=stream).order_by("-number")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "post/stream.html",
        {
            "stream": stream,
            "audience": audience_named(stream.audience, names()),
            "page": page,
            "rows": documents_of(page.object_list),
            "may_manage": request.user.may(Ability.MANAGE_EXCHANGE),
        },
    )


@requires(Ability.READ_EXCHANGE)
def evidence(request: HttpRequest, code: str) -> HttpResponse:
    """What a partner signed that cannot both be true, side by side; and the proposal to go on with it."""
    here = _here_with(code)
    kept = [Evidence.read(data) for data in here.store.evidence().get(code, [])]
    if not kept:
        raise Http404
    may = request.user.may(Ability.MANAGE_EXCHANGE)
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        name = names().get(code, code)
        answer = _proposed(request, form, Proposal.What.SETTLE, subject=code, subject_name=f"{name} ({code})")
        if answer is not None:
            return answer
    page = {
        "code": code,
        "name": names().get(code, code),
        "pieces": [evidence_shown(one) for one in kept],
        "is_stopped": code in here.store.stopped(),
        "proposal": Proposal.objects.open().filter(subject=code).first(),
        "form": form,
        "may_manage": may,
    }
    return render(request, "post/evidence.html", page, status=422 if form.errors else 200)


@requires(Ability.MANAGE_EXCHANGE)
def next_epoch(request: HttpRequest) -> HttpResponse:
    """Open the next epoch, while this node may not sign; the page says what that means."""
    if not takes_part():
        raise Http404
    here = local_node()
    own = here.store.own()
    if own.confirmed:
        return redirect("partners")
    form = ReasonForm(request.POST or None)
    subject = str(own.epoch + 1)
    if request.method == "POST":
        answer = _proposed(request, form, Proposal.What.EPOCH, subject=subject, subject_name=subject)
        if answer is not None:
            return answer
    page = {
        "own": stands(here),
        "next": subject,
        "form": form,
        "proposal": Proposal.objects.open().filter(subject=subject).first(),
    }
    return render(request, "post/next_epoch.html", page, status=422 if form.errors else 200)


def _proposed(request: HttpRequest, form: ReasonForm, what: str, **subject: str) -> HttpResponse | None:
    """Have it proposed; the page of the proposal, or None where the form has to be shown again."""
    if not form.is_valid():
        return None
    try:
        made = propose(what, reason=form.cleaned_data["reason"], by=request.user, **subject)
    except ActRefused as refusal:
        form.add_error(None, str(refusal))
        return None
    drafts.saved(request, f"proposal-{what}", _("Proposed. Whoever else may decide has been told."))
    return redirect("proposal", pk=made.pk)


urlpatterns = [
    path("partners/", partners, name="partners"),
    path("partners/next-epoch/", next_epoch, name="next_epoch"),
    path("partners/streams/<int:pk>/", stream_documents, name="stream_documents"),
    path("partners/<str:code>/", one_partner, name="partner"),
    path("partners/<str:code>/evidence/", evidence, name="evidence"),
]
