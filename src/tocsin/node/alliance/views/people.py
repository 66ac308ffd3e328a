"""Inviting people, changing what they may do, ending their access."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from tocsin.node.alliance.actions import invitations
from tocsin.node.alliance.actions import people as acts
from tocsin.node.alliance.forms import InvitationForm, OrganisationForm, PasswordForm, RolesForm
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.models import Invitation, Person, State
from tocsin.node.alliance.roles import MAY, SECOND_FACTOR, WORDS, Ability, Role
from tocsin.node.alliance.sign_in import signed_in_at_once


@requires(Ability.MANAGE_PEOPLE)
def people(request: HttpRequest) -> HttpResponse:
    everybody = list(Person.objects.visible_to(request.user).select_related("organisation").order_by("name"))
    open_invitations = [one for one in Invitation.objects.select_related("organisation", "invited_by") if one.is_open]
    return render(request, "alliance/people.html", {"people": everybody, "invitations": open_invitations})


@requires(Ability.MANAGE_PEOPLE)
def invite(request: HttpRequest) -> HttpResponse:
    form = InvitationForm(request.POST or None, initial={"language": request.user.language})
    if request.method == "POST" and form.is_valid():
        try:
            invitation, link = invitations.invite(by=request.user, **form.cleaned_data)
        except acts.ActRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return render(request, "alliance/invited.html", {"invitation": invitation, "link": link})
    page = {"form": form, "organisation_form": OrganisationForm()}
    return render(request, "alliance/invite.html", page, status=422 if form.errors else 200)


@require_POST
@requires(Ability.MANAGE_PEOPLE)
def add_organisation(request: HttpRequest) -> HttpResponse:
    form = OrganisationForm(request.POST)
    if not form.is_valid():
        page = {"form": InvitationForm(), "organisation_form": form}
        return render(request, "alliance/invite.html", page, status=422)
    organisation = form.save(commit=False)
    acts.add_organisation(organisation, by=request.user)
    messages.success(request, _("%(name)s is in the directory.") % {"name": organisation})
    return redirect("invite")


@requires(Ability.MANAGE_PEOPLE)
def one_person(request: HttpRequest, pk: str) -> HttpResponse:
    person = get_object_or_404(Person.objects.visible_to(request.user).select_related("organisation"), pk=pk)
    form = RolesForm(request.POST or None, initial={"roles": person.roles})
    if request.method == "POST" and form.is_valid():
        try:
            acts.change_roles(person, roles=form.cleaned_data["roles"], by=request.user)
        except acts.ActRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. %(name)s has to sign in again.") % {"name": person})
            return redirect("one_person", pk=person.pk)
    page = {"person": person, "form": form, "open_sessions": person.usersession_set.count(), "matrix": role_matrix()}
    return render(request, "alliance/person.html", page, status=422 if form.errors else 200)


def role_matrix() -> list[dict[str, object]]:
    """The table of roles, for the page where they are given."""
    return [
        {
            "role": Role(role).label,
            "may": [WORDS[ability] for ability in Ability if ability in MAY[role]],
            "second_factor": role in SECOND_FACTOR,
        }
        for role in Role
    ]


@require_POST
@requires(Ability.MANAGE_PEOPLE)
def person_access(request: HttpRequest, pk: str, what: str) -> HttpResponse:
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    known = {
        "end": (acts.end_access, _("%(name)s cannot sign in any more.")),
        "give": (acts.give_access, _("%(name)s can sign in again.")),
        "sign-out": (acts.end_sessions, _("%(name)s is signed out everywhere.")),
    }
    if what not in known:
        raise Http404
    act, done = known[what]
    try:
        act(person, by=request.user)
    except acts.ActRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, done % {"name": person})
    return redirect("one_person", pk=person.pk)


@require_POST
@requires(Ability.MANAGE_PEOPLE)
def withdraw_invitation(request: HttpRequest, pk: str) -> HttpResponse:
    invitations.withdraw(get_object_or_404(Invitation, pk=pk), by=request.user)
    messages.success(request, _("The invitation is withdrawn; its link opens nothing."))
    return redirect("people")


@sensitive_post_parameters()
def accept_invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Open to strangers: the secret of the link lets them in, once. Whoever has chosen a password is signed in."""
    invitation = invitations.find(secret)
    if invitation is None:
        return render(request, "alliance/invitation_ended.html", status=404)
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = invitations.accept(invitation, password=form.cleaned_data["password"])
        except acts.ActRefused:
            return render(request, "alliance/invitation_ended.html", status=404)
        if (home := signed_in_at_once(request, person, form.cleaned_data["password"])) is not None:
            return home
        messages.success(request, _("Your account is ready. Sign in with your e-mail address and the password."))
        return redirect("account_login")
    page = {"form": form, "invitation": invitation, "state": State.objects.filter(is_here=True).first()}
    return render(request, "alliance/accept.html", page, status=422 if form.errors else 200)


urlpatterns = [
    path("people/", people, name="people"),
    path("people/invite/", invite, name="invite"),
    path("people/organisations/", add_organisation, name="add_organisation"),
    path("people/invitations/<uuid:pk>/withdraw/", withdraw_invitation, name="withdraw_invitation"),
    path("people/<uuid:pk>/", one_person, name="one_person"),
    path("people/<uuid:pk>/<str:what>/", person_access, name="person_access"),
    path("invitation/<str:secret>/", accept_invitation, name="accept_invitation"),
]
