"""Deciding upon a thread. Each verdict names the `version` of the thread that was seen: a late one is refused (409),
and told who decided what, and when.
"""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.api.errors import Refusal, refusals
from tocsin.node.api.once import Answer, posting
from tocsin.node.api.schemas import Asked
from tocsin.node.api.tokens import may
from tocsin.node.surveillance.actions import triage as acts
from tocsin.node.surveillance.api.threads import ThreadSaid, said, visible
from tocsin.node.surveillance.models import Thread, Verdict

__all__ = ["router"]

router = Router(tags=["verdicts"])
LARGEST = 2**31 - 1
LONGEST_TEXT = 10_000


class Seen(Asked):
    version: int = Field(ge=0, le=LARGEST, description="Of the thread, as it was seen.")
    text: str = Field("", max_length=LONGEST_TEXT)


class Assign(Asked):
    version: int = Field(ge=0, le=LARGEST, description="Of the thread, as it was seen.")
    assignee: UUID | None = Field(description="Of a person; null: nobody.")


class Discard(Seen):
    reason: Verdict.Reason
    what: str = Field("", max_length=250, description="The known cause, where the reason is one.")
    first_period: date | None = Field(None, description="Of the known cause; else of the thread.")
    last_period: date | None = None


class Watch(Seen):
    until: date


class Conclude(Seen):
    status: Literal["verified", "refuted", "unverifiable"]
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    review_at: date | None = Field(None, description="When something unverifiable is looked at again.")


class Reopen(Seen):
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)


def deciding(name: str, summary: str) -> Any:
    """An endpoint of one act; it returns the thread as decided upon."""

    def declare(endpoint: Any) -> Any:
        return router.post(
            f"/threads/{{uuid:thread_id}}/{name}",
            auth=may(Ability.TRIAGE),
            response={200: ThreadSaid, **refusals(404, 409, 413, 415, 422)},
            operation_id=name,
            summary=summary,
        )(posting(endpoint))

    return declare


def _answer(request: HttpRequest, thread: Thread) -> Answer:
    return 200, ThreadSaid(**said(visible(request, thread.pk), request.user))


@deciding("assign", "Make somebody responsible, or nobody")
def assign(request: HttpRequest, thread_id: UUID, asked: Assign) -> Answer:
    thread = visible(request, thread_id)
    somebody = None
    if asked.assignee is not None:
        somebody = Person.objects.filter(pk=asked.assignee, is_active=True).first()
        if somebody is None:
            message = _("There is no such person.")
            raise Refusal(422, "invalid", message, [("body.assignee", message)])
    acts.assign([thread], assignee=somebody, by=request.user, versions={thread_id: asked.version})
    return _answer(request, thread)


@deciding("triage", "It has been looked at and is to be followed up")
def triage(request: HttpRequest, thread_id: UUID, asked: Seen) -> Answer:
    thread = visible(request, thread_id)
    acts.triage(thread, text=asked.text, by=request.user, version=asked.version)
    return _answer(request, thread)


@deciding("discard", "It is no risk, for a reason")
def discard(request: HttpRequest, thread_id: UUID, asked: Discard) -> Answer:
    thread = visible(request, thread_id)
    given = asked.dict(exclude={"version", "reason"})
    acts.discard([thread], **given, reason=asked.reason.value, by=request.user, versions={thread_id: asked.version})
    return _answer(request, thread)


@deciding("watch", "Wait until a day")
def watch(request: HttpRequest, thread_id: UUID, asked: Watch) -> Answer:
    thread = visible(request, thread_id)
    acts.watch([thread], until=asked.until, text=asked.text, by=request.user, versions={thread_id: asked.version})
    return _answer(request, thread)


@deciding("verify", "Begin to find out whether it is true")
def verify(request: HttpRequest, thread_id: UUID, asked: Seen) -> Answer:
    thread = visible(request, thread_id)
    acts.verify([thread], text=asked.text, by=request.user, versions={thread_id: asked.version})
    return _answer(request, thread)


@deciding("conclude", "What verification found")
def conclude(request: HttpRequest, thread_id: UUID, asked: Conclude) -> Answer:
    thread = visible(request, thread_id)
    acts.conclude(thread, **asked.dict(), by=request.user)
    return _answer(request, thread)


@deciding("reopen", "Bring it back to the inbox")
def reopen(request: HttpRequest, thread_id: UUID, asked: Reopen) -> Answer:
    thread = visible(request, thread_id)
    acts.reopen(thread, text=asked.text, by=request.user, version=asked.version)
    return _answer(request, thread)
