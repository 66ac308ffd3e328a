"""Tokens for one's own programs."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tocsin.node.alliance.actions import tokens as acts
from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.forms import TokenForm
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.models import ApiToken
from tocsin.node.alliance.roles import WORDS, Ability


@never_cache
@requires(Ability.USE_API)
def tokens(request: HttpRequest) -> HttpResponse:
    form = TokenForm(request.POST or None, person=request.user)
    secret = None
    if request.method == "POST" and form.is_valid():
        try:
            _token, secret = acts.make_token(request.user, by=request.user, **form.cleaned_data)
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            form = TokenForm(person=request.user)
    mine = [(token, [WORDS[Ability(s)] for s in token.scopes]) for token in request.user.tokens.all()]
    page = {"form": form, "tokens": mine, "secret": secret}
    return render(request, "alliance/tokens.html", page, status=422 if form.errors else 200)


@require_POST
@requires(Ability.USE_API)
def end_token(request: HttpRequest, pk: str) -> HttpResponse:
    acts.end_token(get_object_or_404(ApiToken, pk=pk, person=request.user), by=request.user)
    messages.success(request, _("The token opens nothing any more."))
    return redirect("tokens")


urlpatterns = [
    path("me/tokens/", tokens, name="tokens"),
    path("me/tokens/<uuid:pk>/end/", end_token, name="end_token"),
]
