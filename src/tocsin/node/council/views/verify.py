"""Verifying a file that says it is a sealed decision. It is looked at in memory, and kept nowhere."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _

from tocsin.joint.sealed.verifying import verify_sealed
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.council.forms.verify import BOUNDS, VerifyForm
from tocsin.node.council.pages.tabs import tabs
from tocsin.node.council.pages.verify_page import verified_page
from tocsin.node.post.here import local_node, takes_part

SEARCHES = 1  # for the one changed byte: a second of work each


@requires(Ability.READ_COUNCIL)
def verify_decision(request: HttpRequest) -> HttpResponse:
    """Ask for a file; say what it proves."""
    form = VerifyForm(request.POST or None, request.FILES or None) if request.method == "POST" else VerifyForm()
    shown = {"form": form, "tabs": tabs("verify"), "page": None}
    if request.method != "POST":
        return render(request, "council/verify.html", shown)
    if form.is_valid() and not takes_part():
        form.add_error(
            None, _("This node has no trust list: it can verify nothing. An administrator must join it first.")
        )
    if not form.is_valid():
        return render(request, "council/verify.html", shown, status=422)
    name, data = form.cleaned_data["file"]
    here = local_node()
    found = verify_sealed(data, here.trust(), now=here.now(), searches=SEARCHES, bounds=BOUNDS)
    return render(
        request, "council/verify.html", shown | {"page": verified_page(found, name=name, person=request.user)}
    )


urlpatterns = [path("council/verify/", verify_decision, name="verify_decision")]
