"""Asking a state whether something heard is true, with or without a notification (IHR Art. 10); and answering."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from tocsin.exchange.moments import moment
from tocsin.exchange.sealing import post
from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person, State
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions.changing import note
from tocsin.node.events.actions.linking import standing
from tocsin.node.events.models import Event
from tocsin.node.events.refusals import ActRefused
from tocsin.node.events.texts import checked
from tocsin.node.notifications.building.identifiers import looks_like_one
from tocsin.node.notifications.heads import settle
from tocsin.node.notifications.models import NotifiedEvent, VerificationAnswer, VerificationRequest
from tocsin.node.notifications.models.verification import Standing
from tocsin.node.notifications.reading_documents import answer_of, request_of
from tocsin.node.notifications.requests import settle_requests
from tocsin.node.post.actions.making import make, node_here
from tocsin.node.post.store import DjangoStore
from tocsin.node.surveillance.models import Disease

__all__ = ["answer_verification", "ask_verification"]


def ask_verification(
    *,
    to: str,
    what_is_heard: str,
    heard_from: Sequence[str],
    questions: Sequence[tuple[str, str]],
    answer_by: datetime,
    language: str,
    by: Person,
    about: NotifiedEvent | None = None,
    disease: Disease | None = None,
    places: Sequence[str] = (),
    no_onward_sharing: bool = False,
    warned: bool = False,
) -> VerificationRequest:
    """Ask one state. It leaves once it is sealed.

    questions  (code, text): what is asked; text for `other`, or to say more
    about      what the state notified, if it did
    places     codes of places of that state
    warned     whether the person says that no text holds a number of a person
    """
    check(by, Ability.ANSWER_PARTNERS)
    heard = checked(what_is_heard, name=_("What is heard"))
    asked = [{"question": code, "text": checked(text, longest=500, paragraphs=False)} for code, text in questions]
    _require_sense(to, heard, heard_from, asked, answer_by)
    _require_no_number([heard, *(one["text"] for one in asked)], warned=warned)
    with DjangoStore().atomic():
        here = node_here()
        if about is not None:
            about = NotifiedEvent.objects.visible_to(by).select_related("latest").get(pk=about.pk)
            if about.origin != to or about.latest is None:
                raise ActRefused(_("That is not a notification of this state."))
        body = {
            "about": {"id": str(about.latest.document_id), "origin": to} if about and about.latest else None,
            "event": str(about.origin_event) if about else None,
            "disease": disease.pk if disease else (about.disease_code or None) if about else None,
            "places": list(dict.fromkeys(places)), "what_is_heard": heard, "heard_from": sorted(set(heard_from)),
            "questions": asked, "answer_by": moment(answer_by.astimezone(UTC).replace(microsecond=0)),
        }  # fmt: skip
        document = make(
            here, "verification-request", body, to=[to], language=language, no_onward_sharing=no_onward_sharing
        )
        known = {code for code in [body["disease"]] if code and Disease.objects.filter(pk=code).exists()}
        made = VerificationRequest(**request_of(document, about, known, is_ours=True), by=by)
        made.save(force_insert=True)
        post(here, document)
        if about is not None:
            settle([about.pk], is_news=False)
        audit.record("verification.asked", made, by=by, to=to, about=str(about.pk) if about else None)
    return made


def answer_verification(
    request: VerificationRequest,
    *,
    standing: str,
    text: str = "",
    language: str,
    by: Person,
    event: Event | None = None,
    notification: NotifiedEvent | None = None,
    warned: bool = False,
) -> VerificationAnswer:
    """Answer a state. Several answers may follow one another; the last one counts.

    event         of ours that it turned out to be: whoever asked learns its identifier
    notification  what this state has notified of it
    """
    check(by, Ability.ANSWER_PARTNERS)
    text = checked(text)
    if standing not in Standing.values:
        raise ActRefused(_("Choose what is known of it."))
    _require_no_number([text], warned=warned)
    with DjangoStore().atomic():
        here = node_here()
        request = VerificationRequest.objects.visible_to(by).select_for_update(of=("self",)).get(pk=request.pk)
        if request.is_ours or request.withdrawn_at is not None:
            raise ActRefused(_("There is nothing here to be answered."))
        event, said = _what_it_is(event, notification, request, by)
        body = {
            "of": {"id": str(request.document_id), "origin": request.origin}, "standing": str(standing),
            "event": str(event.pk) if event else None, "notification": said, "text": text,
        }  # fmt: skip
        document = make(
            here, "verification-answer", body, to=[request.origin], language=language,
            no_onward_sharing=request.no_onward_sharing,
        )  # fmt: skip
        made = VerificationAnswer(**answer_of(document, request, is_ours=True), by=by)
        made.save(force_insert=True)
        post(here, document)
        if event is not None:
            VerificationRequest.objects.filter(pk=request.pk).update(event=event)
        if asked_about := event or _notified(request):
            _note(asked_about, request, made, by)
        settle_requests([request.pk], is_news=False)
        audit.record("verification.answered", made, by=by, to=request.origin, standing=made.standing)
    return made


def _what_it_is(
    event: Event | None, notification: NotifiedEvent | None, request: VerificationRequest, by: Person
) -> tuple[Event | None, dict[str, str] | None]:
    if notification is not None:
        notification = NotifiedEvent.objects.visible_to(by).select_related("latest", "event").get(pk=notification.pk)
        if not notification.is_ours or notification.latest is None:
            raise ActRefused(_("Only a notification of our own answers a question put to us."))
        event = event or notification.event
    event = event or request.event
    if event is not None:
        event = standing(Event.objects.visible_to(by).select_related("merged_into").get(pk=event.pk))
    said = (
        {"id": str(notification.latest.document_id), "origin": notification.origin}
        if notification and notification.latest
        else None
    )
    return event, said


def _notified(request: VerificationRequest) -> Event | None:
    """The event of ours whose notification is asked about, or the one that it went into since."""
    about = request.about
    return standing(about.event) if about is not None and about.is_ours and about.event is not None else None


def _note(event: Event, request: VerificationRequest, answer: VerificationAnswer, by: Person) -> None:
    state = State.objects.filter(pk=request.origin).first()
    names = {"en": state.name_en, "ru": state.name_ru, "zh-hans": state.name_zh} if state else request.origin
    values: dict[str, Any] = {"state": names, "standing": answer.standing, "request": str(request.pk)}
    note(event, "verification_answered", by=by, values=values)


def _require_sense(
    to: str, heard: str, heard_from: Sequence[str], asked: Sequence[dict[str, str]], answer_by: datetime
) -> None:
    if not State.objects.filter(pk=to, is_here=False).exists():
        raise ActRefused(_("Choose the state that is asked."))
    if not heard:
        raise ActRefused(_("Say what is heard."))
    if not heard_from:
        raise ActRefused(_("Say from whom it is heard."))
    if not asked:
        raise ActRefused(_("Ask at least one question."))
    if any(one["question"] == "other" and not one["text"] for one in asked):
        raise ActRefused(_("Say in words what is asked."))
    if answer_by.utcoffset() is None or answer_by <= datetime.now(UTC):
        raise ActRefused(_("Say by when an answer is asked for: a moment to come."))


def _require_no_number(texts: Sequence[str], *, warned: bool) -> None:
    if warned:
        return
    for text in texts:
        if number := looks_like_one(text):
            said = _(
                "“…%(end)s” looks like a telephone number or the number of a document. Take it out, or say it is none."
            )
            raise ActRefused(said % {"end": number[-2:]})
