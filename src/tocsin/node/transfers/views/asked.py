"""The page that asks before an act on a transfer: what will happen, who reads it; what was typed stays if refused."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tocsin.node.alliance.roles import Ability
from tocsin.node.consultations.building.texts import LONGEST_NOTE
from tocsin.node.events.texts import said_against
from tocsin.node.joint.actions.acting import token
from tocsin.node.language.formats import sentences
from tocsin.node.transfers import links
from tocsin.node.transfers.actions.note_drafts import keep_note_draft
from tocsin.node.transfers.models import Transfer, TransferNoteDraft
from tocsin.node.transfers.pages.answers import patient_line
from tocsin.node.transfers.refusals import ActRefused, Identifying

__all__ = ["MAY", "Asked", "acted", "initial", "unstored"]

MAY = (Ability.CONSULT, Ability.COORDINATE)
KEEPS = "application/json"  # what a page asks for that saves by itself: frontend/src/keeping.js


@dataclass(frozen=True, slots=True)
class Asked:
    """A page: the act, its title, what will happen, the word on its button, and what is said when it is done."""

    name: str
    title: str
    told: str
    button: str
    done: str
    is_danger: bool = False


def initial(row: Transfer, **more: Any) -> dict[str, Any]:
    """What a form of an act begins with."""
    return {"initial": {"seen": token(row.of), **more}}


def acted(
    request: HttpRequest, row: Transfer, asked: Asked, form: Any, act: Callable[..., object], **more: Any
) -> HttpResponse:
    """Show the form, or do what it asks; what cannot be done stays as it was typed, below the reason."""
    status, places = 200, []
    draft = _draft(request, row, asked) if "text" in form.fields else None
    if draft is not None and not form.is_bound:
        form.initial["text"] = draft.text
        if why := said_against(draft.text, longest=LONGEST_NOTE):
            form.errors["text"] = form.error_class([why])
    if request.method == "POST" and request.headers.get("Accept") == KEEPS:
        return _kept(request, row, asked)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                act(**form.arguments(), seen=form.cleaned_data["seen"] or None, by=request.user)
            except Identifying as refusal:
                places = refusal.places
                form.add_error(None, str(refusal))
            except ActRefused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                TransferNoteDraft.objects.filter(transfer=row, by=request.user, kind=asked.name).delete()
                messages.success(request, asked.done)
                return redirect(links.transfer(row.pk))
        form.data = form.data.copy()
        form.data["seen"] = token(row.of)  # what was said meanwhile stands on the page; the next try has seen it
    shown = {
        "row": row, "asked": asked, "form": form, "places": places, "line": patient_line(row),
        "exercise": row.of.is_exercise, "draft": draft, **more,
    }  # fmt: skip
    return unstored(render(request, "transfers/act.html", shown, status=status))


def unstored(response: HttpResponse) -> HttpResponse:
    """A page of a patient is kept by no browser."""
    response["Cache-Control"] = "no-store"
    return response


def _kept(request: HttpRequest, row: Transfer, asked: Asked) -> HttpResponse:
    """What is being written is kept, and nobody else sees it. 409 where another window has kept something else."""
    version = request.POST.get("version", "0")
    try:
        kept = keep_note_draft(
            row, asked.name, request.POST.get("text", ""), version=int(version) if version.isdecimal() else 0,
            by=request.user,
        )  # fmt: skip
    except ActRefused as refusal:
        return JsonResponse({"error": str(refusal)}, status=409)
    said = [_("Kept. Nobody else sees it before you send it."), said_against(kept.text, longest=LONGEST_NOTE)]
    return JsonResponse({"version": kept.version, "kept": sentences(filter(None, said))})


def _draft(request: HttpRequest, row: Transfer, asked: Asked) -> TransferNoteDraft | None:
    mine = TransferNoteDraft.objects.visible_to(request.user)
    return mine.filter(transfer=row, kind=asked.name).first()
