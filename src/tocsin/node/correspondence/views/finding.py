"""What the address of a page of letters names: what the person does not see is not there (404)."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from tocsin.node.correspondence.models import Letter, LetterDraft, LetterGroup, Thread

__all__ = ["the_draft", "the_group", "the_letter", "the_thread"]


def the_thread(request: HttpRequest, pk: UUID) -> Thread:
    return get_object_or_404(Thread.objects.visible_to(request.user), pk=pk)


def the_letter(request: HttpRequest, pk: UUID) -> Letter:
    return get_object_or_404(Letter.objects.visible_to(request.user).select_related("thread"), pk=pk)


def the_draft(request: HttpRequest, pk: UUID) -> LetterDraft:
    found: LetterDraft = get_object_or_404(LetterDraft.objects.visible_to(request.user).waiting(), pk=pk)
    return found


def the_group(request: HttpRequest, pk: UUID) -> LetterGroup:
    found: LetterGroup = get_object_or_404(LetterGroup.objects.visible_to(request.user), pk=pk)
    return found
