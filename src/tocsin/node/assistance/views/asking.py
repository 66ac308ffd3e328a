"""The page that asks before an act on a request: what will happen, to whom it goes, and what was typed kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tocsin.node.alliance.naming import names
from tocsin.node.assistance import links
from tocsin.node.assistance.pages.said import titled
from tocsin.node.assistance.refusals import ActRefused, InvalidInput
from tocsin.node.joint.actions.acting import token
from tocsin.node.joint.models import JointObject
from tocsin.node.look import drafts
from tocsin.node.notifications.pages.rendered import Head, audience

__all__ = ["Asked", "acted", "initial"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A page: its title, what will happen, the word on its button, and what is said when it is done."""

    name: str
    title: str
    told: str
    button: str
    done: str
    anchor: str = ""
    is_danger: bool = False


def initial(of: JointObject, **more: Any) -> dict[str, Any]:
    """What a form of an act begins with."""
    return {"initial": {"seen": token(of), **more}}


def acted(
    request: HttpRequest, of: JointObject, asked: Asked, form: Any, act: Callable[..., object], *, before: Any = None
) -> HttpResponse:
    """Show the form, or do what it asks; what cannot be done stays as it was typed, below the reason.

    before   what the page shows above the form: rows of words
    """
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                act(**form.arguments(), seen=form.cleaned_data["seen"] or None, by=request.user)
            except InvalidInput as refusal:
                _said_beside(form, refusal)
            except ActRefused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                drafts.saved(request, _draft(of, asked), _done(of, asked))
                return redirect(links.request(of.pk) + asked.anchor)
        # What was said meanwhile stands on the page of the request; the next try has seen it.
        form.data = form.data.copy()
        form.data["seen"] = token(of)
    row = of.assistance_request
    shown = {
        "of": of, "asked": asked, "form": form, "draft": _draft(of, asked), "title": titled(row.title),
        "exercise": of.is_exercise, "owner": names([of.origin])[of.origin], "before": before or [],
        "audience": audience(Head(of.origin, 1, "", of.classification, tuple(of.addressees))),
    }  # fmt: skip
    return render(request, "assistance/act.html", shown, status=status)


def _said_beside(form: Any, refusal: InvalidInput) -> None:
    """Each problem at the field that it is of, else above all."""
    for problem in refusal.problems:
        last = problem.field.rpartition(".")[2]
        known = next((name for name in (problem.field, f"quantity_{last}", last) if name in form.fields), None)
        form.add_error(known, problem.message)


def _draft(of: JointObject, asked: Asked) -> str:
    return f"assistance-{of.pk}-{asked.name}"


def _done(of: JointObject, asked: Asked) -> str:
    if of.is_ours:
        return asked.done
    state = names([of.origin])[of.origin]
    return f"{asked.done} " + _("It counts once it is in the order of %(state)s.") % {"state": state}
