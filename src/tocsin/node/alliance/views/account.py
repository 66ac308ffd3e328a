"""How Tocsin looks and speaks to oneself."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from tocsin.node.alliance.actions.people import change_account
from tocsin.node.alliance.forms import AccountForm
from tocsin.node.alliance.roles import Ability


@login_required
def account(request: HttpRequest) -> HttpResponse:
    form = AccountForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        change_account(request.user, changed=form.changed_data, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("account")
    page = {
        "form": form,
        "may_use_api": request.user.may(Ability.USE_API),
        "stands_duty": request.user.may(Ability.STAND_DUTY),
    }
    return render(request, "alliance/account.html", page, status=422 if form.errors else 200)


urlpatterns = [path("me/", account, name="account")]
