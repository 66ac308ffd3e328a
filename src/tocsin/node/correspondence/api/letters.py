"""Letters, read and written by programs in the name of their person."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from tocsin.joint.parties import Speaker
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.api.errors import Refusal, refusals
from tocsin.node.api.once import posting
from tocsin.node.api.paging import Limit
from tocsin.node.api.schemas import plain
from tocsin.node.api.tokens import may
from tocsin.node.correspondence.actions.drafting import begin_answer, begin_letter, keep_letter
from tocsin.node.correspondence.actions.reading import open_letters
from tocsin.node.correspondence.actions.sending import send_letter
from tocsin.node.correspondence.api.schemas import (
    LetterAnswerAsked,
    LetterAsked,
    LetterPartyAsked,
    LetterSaid,
    LetterSent,
    LettersOpened,
    LetterThreadsSaid,
    LetterThreadWhole,
    place_of,
)
from tocsin.node.correspondence.boxes import box_keys
from tocsin.node.correspondence.models import Letter, LetterCopy, LetterDraft, Thread
from tocsin.node.correspondence.naming import named_speakers
from tocsin.node.correspondence.pages.delivery import LetterDelivery, deliveries_of
from tocsin.node.correspondence.pages.inbox import inbox
from tocsin.node.correspondence.pages.thread_page import places_of
from tocsin.node.correspondence.recipients import as_json, speaker_for
from tocsin.node.correspondence.refusals import Identifying, InvalidInput
from tocsin.node.hospitals.models import Clinician, Hospital

__all__ = ["MAY_CORRESPOND", "router"]

router = Router(tags=["letters"])
MAY_CORRESPOND = may(Ability.CORRESPOND)
MOST = 500


class LettersWanted(Schema):
    after: str = Field("", max_length=120, description="`next` of the page before.")
    box: str = Field("", max_length=36)
    state: str = Field("", max_length=12, description="Only threads with somebody of that state.")
    unread: bool = Field(False, description="Only those with something new.")


@router.get(
    "/letters/threads",
    auth=MAY_CORRESPOND,
    response={200: LetterThreadsSaid, **refusals(422)},
    operation_id="letter_threads",
    summary="Threads of letters, those with something new first, then the last written",
)
def letter_threads(request: HttpRequest, asked: Query[LettersWanted], limit: Limit = 100) -> dict[str, Any]:
    rows, following = inbox(request.user, asked.model_dump(), after=asked.after, limit=limit)
    items = [
        {
            "thread": one.row.thread_id, "box": one.row.box, "subject": one.last.subject if one.last else "",
            "last_at": one.row.last_at, "unread": one.row.unread,
        }
        for one in rows
    ]  # fmt: skip
    return {"items": items, "next": following or None}


@router.get(
    "/letters/threads/{uuid:thread_id}",
    auth=MAY_CORRESPOND,
    response={200: LetterThreadWhole, **refusals(404)},
    operation_id="letter_thread",
    summary="The letters of one thread that the person reads; reading them here opens none",
)
def letter_thread(request: HttpRequest, thread_id: UUID) -> dict[str, Any]:
    thread = get_object_or_404(Thread.objects.visible_to(request.user), pk=thread_id)
    mine = Letter.objects.visible_to(request.user).filter(thread=thread)
    keys = [pk for pk, _beside in places_of(mine)][-MOST:]
    rows = mine.in_bulk(keys)
    letters = [rows[pk] for pk in keys]
    return {
        "thread": thread.pk, "origin": thread.origin, "thread_id": thread.thread_id,
        "letters": _said(letters, request.user),
    }  # fmt: skip


@router.post(
    "/letters/threads/{uuid:thread_id}/open",
    auth=MAY_CORRESPOND,
    response={200: LettersOpened, **refusals(404)},
    operation_id="open_thread",
    summary="Say that the person has read what is new in a thread",
)
@posting
def open_thread(request: HttpRequest, thread_id: UUID) -> tuple[int, Schema]:
    thread = get_object_or_404(Thread.objects.visible_to(request.user), pk=thread_id)
    mine = Letter.objects.visible_to(request.user).filter(thread=thread).values_list("pk", flat=True)
    return 200, LettersOpened(opened=open_letters(thread, mine, by=request.user))


@router.post(
    "/letters",
    auth=MAY_CORRESPOND,
    response={201: LetterSent, **refusals(409, 422)},
    operation_id="post_letter",
    summary="Send a letter that begins a thread",
)
@posting
def post_letter(request: HttpRequest, asked: LetterAsked) -> tuple[int, Schema]:
    person = request.user
    to = [_party(one, index, person) for index, one in enumerate(asked.to)]
    with transaction.atomic():
        draft = begin_letter(to=to, box=asked.box, by=person)
        if asked.box is not None and draft.box != asked.box:
            message = _("You do not write in this name, or its hospital takes no part now.")
            raise Refusal(422, "invalid", message, [("body.box", message)])
        return _sent(
            draft, {"subject": asked.subject, "text": asked.text, "language": asked.language}, asked.looked, person
        )


@router.post(
    "/letters/{uuid:letter_id}/answers",
    auth=MAY_CORRESPOND,
    response={201: LetterSent, **refusals(404, 409, 422)},
    operation_id="post_answer",
    summary="Answer a letter, to all who read it",
)
@posting
def post_answer(request: HttpRequest, letter_id: UUID, asked: LetterAnswerAsked) -> tuple[int, Schema]:
    person = request.user
    letter = get_object_or_404(Letter.objects.visible_to(person).select_related("thread"), pk=letter_id)
    with transaction.atomic():
        draft = begin_answer(letter, by=person)
        return _sent(draft, {"text": asked.text, "language": asked.language}, asked.looked, person)


def _sent(draft: LetterDraft, said: dict[str, str], looked: str, person: Person) -> tuple[int, Schema]:
    try:
        kept = keep_letter(draft, said, version=draft.version, by=person)
        letter = send_letter(kept, version=kept.version, looked=looked, by=person)
    except Identifying as refusal:
        details = {"looked": refusal.looked, "places": [place_of(one) for one in refusal.places]}
        raise Refusal(409, "identifying", str(refusal), details=details) from None
    except InvalidInput as refusal:
        where = [(f"body.{one.field}", one.message) for one in refusal.problems]
        raise Refusal(422, "invalid", str(refusal), where) from None
    return 201, LetterSent(letter=letter.pk, thread=letter.thread_id)


def _party(asked: LetterPartyAsked, index: int, person: Person) -> Speaker:
    row: Hospital | Clinician | None = None
    if asked.clinician is not None and asked.hospital is None:
        found = Clinician.objects.visible_to(person).select_related("hospital")
        row = found.filter(pk=asked.clinician).first()
    elif asked.hospital is not None and asked.clinician is None:
        row = Hospital.objects.visible_to(person).filter(pk=asked.hospital).first()
    if row is None:
        message = _("Name one clinician or one hospital of the directory.")
        raise Refusal(422, "invalid", message, [(f"body.to.{index}", message)])
    return speaker_for(row)


def _said(letters: Sequence[Letter], person: Person) -> list[dict[str, Any]]:
    sent = LetterCopy.objects.filter(letter__in=letters, is_sent=True, box__in=box_keys(person))
    written = set(sent.values_list("letter", flat=True))
    names = named_speakers([party for one in letters for party in one.parties])
    deliveries = deliveries_of([one for one in letters if one.pk in written], names)
    return [plain(one, LetterSaid) | {"readers": _readers(one, deliveries.get(one.pk))} for one in letters]


def _readers(letter: Letter, delivery: LetterDelivery | None) -> list[dict[str, Any]]:
    if delivery is None:
        return []
    return [
        as_json(speaker) | {"state": reached.state, "at": reached.at}
        for speaker, reached in zip(letter.readers, delivery.readers, strict=True)
    ]
