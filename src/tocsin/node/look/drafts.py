"""Tell the browser that what it kept of a form is now safe here, so that it may forget it."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.functional import Promise

PREFIX = "draft-saved:"


def saved(request: HttpRequest, draft: str, text: str | Promise) -> None:
    """Say `text` on the next page, and clear the draft of the form whose data-draft is `draft`."""
    messages.success(request, text, extra_tags=f"{PREFIX}{draft}")


def draft_of(extra_tags: str | None) -> str:
    """The draft that a message declares saved; empty for any other message."""
    tags = extra_tags or ""
    return tags[len(PREFIX) :] if tags.startswith(PREFIX) else ""
