"""What was typed into a step is kept; an answer that a broken line lost is not taken for somebody else's change."""

import secrets
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from tocsin.node.consultations.actions.drafting import keep
from tocsin.node.consultations.forms.draft_steps import Step
from tocsin.node.consultations.models import CaseDraft

__all__ = ["as_seen", "keep_step", "new_page", "the_draft"]

PAGES = "consultation-drafts"  # of the session: by draft, the page that saved last, and the version that it made
MOST_PAGES = 10


def the_draft(request: HttpRequest, pk: UUID) -> CaseDraft:
    """One of the person's own, sent and given up ones too."""
    rows = CaseDraft.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("clinician__hospital", "case__of", "sent"), pk=pk)


def new_page() -> str:
    """By which a page that was opened is known again when it saves."""
    return secrets.token_urlsafe(9)


def as_seen(request: HttpRequest, draft: CaseDraft) -> int:
    """The version that the page shows: what it posted, or what it made itself and has not heard of."""
    said = request.POST.get("version", "")
    version = int(said) if said.isdecimal() and len(said) < 10 else 0
    page = request.POST.get("page", "")
    is_own = bool(page) and request.session.get(PAGES, {}).get(str(draft.pk)) == [page, draft.version]
    return draft.version if is_own else version


def keep_step(request: HttpRequest, draft: CaseDraft, step: Step, *, then: str) -> CaseDraft:
    """Keep what can be read of a step. Raises DraftChanged, ActRefused.

    then   the step on which the person goes on when they come back
    """
    kept = step.kept()
    said: dict[str, Any] = {**kept.said, "step": then}
    if kept.content:
        said["content"] = {**step.content, **kept.content}
    now = keep(
        draft, said, asked=kept.asked, identity=kept.identity, version=as_seen(request, draft), by=request.user
    )  # fmt: skip
    remember(request, now)
    return now


def remember(request: HttpRequest, draft: CaseDraft) -> None:
    """Which page made this version."""
    pages = {key: value for key, value in request.session.get(PAGES, {}).items() if key != str(draft.pk)}
    pages = dict(list(pages.items())[-MOST_PAGES + 1 :])
    request.session[PAGES] = {**pages, str(draft.pk): [request.POST.get("page", ""), draft.version]}
