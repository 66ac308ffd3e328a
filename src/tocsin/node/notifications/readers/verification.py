"""Questions that other states ask, and their answers to ours."""

from collections.abc import Sequence
from uuid import UUID

from tocsin.exchange.documents import Document
from tocsin.node.notifications import telling
from tocsin.node.notifications.models import Notification, NotifiedEvent, VerificationAnswer, VerificationRequest
from tocsin.node.notifications.readers.base import DocumentReader, Told
from tocsin.node.notifications.reading_documents import answer_of, request_of
from tocsin.node.notifications.requests import settle_requests
from tocsin.node.surveillance.models import Disease

__all__ = ["AnswerReader", "RequestReader"]


class RequestReader(DocumentReader[VerificationRequest]):
    """`reading.TypeReader` for questions."""

    model = VerificationRequest
    without_words = {"what_is_heard": "", "questions": []}

    def rows_of(self, told: Told, *, is_ours: bool) -> list[VerificationRequest]:
        """Beside what was notified, if that is what is asked about."""
        codes = {document.body["disease"] for document, _ in told if document.body["disease"]}
        known = set(Disease.objects.filter(pk__in=codes).values_list("pk", flat=True))
        about = _asked_about([document for document, _ in told])
        return [
            VerificationRequest(**request_of(document, about.get(document.id), known, is_ours=is_ours))
            for document, _ in told
        ]

    def settle(self, rows: Sequence[VerificationRequest], *, is_news: bool) -> None:
        """Themselves, with answers that came before them, and what they are about."""
        _join_answers(rows)
        settle_requests({row.pk for row in rows}, is_news=is_news)

    def tell(self, new: Sequence[VerificationRequest]) -> None:
        """People are called."""
        telling.of_requests(new)


class AnswerReader(DocumentReader[VerificationAnswer]):
    """`reading.TypeReader` for answers."""

    model = VerificationAnswer
    without_words = {"text": ""}

    def rows_of(self, told: Told, *, is_ours: bool) -> list[VerificationAnswer]:
        """Beside their questions, if these are here and were put to whoever answers."""
        asked = {document.body["of"]["id"] for document, _ in told}
        requests = {
            (one.origin, str(one.document_id)): one for one in VerificationRequest.objects.filter(document_id__in=asked)
        }
        made = []
        for document, _ in told:
            request = requests.get((document.body["of"]["origin"], document.body["of"]["id"]))
            if request is not None and document.origin not in request.addressees:
                request = None
            made.append(VerificationAnswer(**answer_of(document, request, is_ours=is_ours)))
        return made

    def settle(self, rows: Sequence[VerificationAnswer], *, is_news: bool) -> None:
        """How the questions stand."""
        settle_requests({row.request_id for row in rows if row.request_id is not None}, is_news=is_news)

    def tell(self, new: Sequence[VerificationAnswer]) -> None:
        """Whoever answers partners."""
        telling.of_answers(new)


def _asked_about(documents: Sequence[Document]) -> dict[str, NotifiedEvent]:
    """What was notified that each question is about: by the version that it names, or by the event."""
    named = {document.id: document.body["about"] for document in documents if document.body["about"]}
    versions = Notification.objects.filter(document_id__in={about["id"] for about in named.values()})
    by_version = {(one.origin, str(one.document_id)): one.of for one in versions.select_related("of").defer("body")}
    events = {document.body["event"] for document in documents if document.body["event"]}
    by_event = {
        (one.origin, str(one.origin_event)): one for one in NotifiedEvent.objects.filter(origin_event__in=events)
    }
    found = {}
    for document in documents:
        if (about := named.get(document.id)) is None:
            continue
        key = (about["origin"], document.body["event"] or "")
        head = by_version.get((about["origin"], about["id"])) or by_event.get(key)
        if head is not None:
            found[document.id] = head
    return found


def _join_answers(rows: Sequence[VerificationRequest]) -> None:
    """Answers that were here before what they answer."""
    by_key: dict[tuple[str, UUID], VerificationRequest] = {
        (row.origin, UUID(str(row.document_id))): row for row in rows
    }
    waiting = list(VerificationAnswer.objects.filter(request=None, of_id__in=[key for _, key in by_key]))
    for answer in waiting:
        request = by_key.get((answer.of_origin, answer.of_id))
        if request is not None and answer.origin in request.addressees:
            answer.request = request
    VerificationAnswer.objects.bulk_update([one for one in waiting if one.request], ["request"], batch_size=500)
