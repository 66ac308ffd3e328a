"""Groups that a person writes to."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.joint.parties import Speaker
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.correspondence.actions.grouping import delete_group, keep_group
from tocsin.node.correspondence.boxes import box_of
from tocsin.node.correspondence.forms.writing import GroupForm
from tocsin.node.correspondence.models import LetterGroup
from tocsin.node.correspondence.naming import named_speakers
from tocsin.node.correspondence.pages.draft_page import ReaderShown, found_choices, token_of
from tocsin.node.correspondence.refusals import ActRefused, InvalidInput
from tocsin.node.correspondence.views.finding import the_group
from tocsin.node.correspondence.views.writing import chosen_party
from tocsin.node.hospitals.forms.names import show_problems

__all__ = ["urlpatterns"]

CORRESPOND = Ability.CORRESPOND


@requires(CORRESPOND)
def letter_groups(request: HttpRequest) -> HttpResponse:
    """One's own, and a form for a new one."""
    form = GroupForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                group = keep_group(form.cleaned_data["name"], [], by=request.user)
            except InvalidInput as refusal:
                show_problems(form, refusal)
            except ActRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                return redirect("letter_group", pk=group.pk)
    groups = LetterGroup.objects.visible_to(request.user)
    return render(request, "correspondence/groups.html", {"groups": groups, "form": form}, status=status)


@requires(CORRESPOND)
def letter_group(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Its name and its members, one taken in or left out at a time."""
    group, person = the_group(request, pk), request.user
    find = request.POST.get("find", "") if request.method == "POST" else request.GET.get("find", "")
    form = GroupForm(request.POST if request.method == "POST" else None, initial={"name": group.name, "find": find})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                group = keep_group(
                    form.cleaned_data["name"], _members(group, request.POST.get("act", ""), person), group=group,
                    by=person,
                )  # fmt: skip
            except InvalidInput as refusal:
                show_problems(form, refusal)
            except ActRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                status = 200
    page = {
        "group": group, "form": form, "find": find, "choices": found_choices(find, person) if find else [],
        "members": _shown(group),
    }  # fmt: skip
    return render(request, "correspondence/group.html", page, status=status)


@require_POST
@requires(CORRESPOND)
def delete_letter_group(request: HttpRequest, pk: UUID) -> HttpResponse:
    delete_group(the_group(request, pk), by=request.user)
    messages.success(request, _("The group is deleted. Letters that went to its members stay as they are."))
    return redirect("letter_groups")


def _members(group: LetterGroup, act: str, person: Person) -> list[Speaker]:
    act, _colon, what = act.partition(":")
    members = [Speaker.of(one) for one in group.members]
    if act == "add" and (party := chosen_party(what, person)) is not None:
        return [*members, party]
    if act == "drop":
        return [one for one in members if token_of(one.hospital.origin, box_of(one)) != what]
    return members


def _shown(group: LetterGroup) -> list[ReaderShown]:
    members = [Speaker.of(one) for one in group.members]
    names = named_speakers(members)
    return [ReaderShown(names.of(one), token_of(one.hospital.origin, box_of(one))) for one in members]


urlpatterns = [
    path("letters/groups/", letter_groups, name="letter_groups"),
    path("letters/groups/<uuid:pk>/", letter_group, name="letter_group"),
    path("letters/groups/<uuid:pk>/delete/", delete_letter_group, name="delete_letter_group"),
]
