"""Verdicts of partners on what this state has notified."""

from collections.abc import Sequence

from tocsin.node.notifications import telling
from tocsin.node.notifications.heads import settle
from tocsin.node.notifications.models import NotifiedEvent, Relevance
from tocsin.node.notifications.readers.base import DocumentReader, Told
from tocsin.node.notifications.reading_documents import relevance_of

__all__ = ["RelevanceReader"]


class RelevanceReader(DocumentReader[Relevance]):
    """`reading.TypeReader` for verdicts."""

    model = Relevance
    without_words = {"text": ""}

    def rows_of(self, told: Told, *, is_ours: bool) -> list[Relevance]:
        """Beside the event that they are about, if it is known; a verdict may come before what it is on."""
        events = {document.body["event"] for document, _ in told}
        heads = {
            (head.origin, str(head.origin_event)): head
            for head in NotifiedEvent.objects.filter(origin_event__in=events)
        }
        return [
            Relevance(
                **relevance_of(
                    document, heads.get((document.body["of"]["origin"], document.body["event"])), is_ours=is_ours
                )
            )
            for document, _ in told
        ]

    def settle(self, rows: Sequence[Relevance], *, is_news: bool) -> None:
        """How many there are, and our own."""
        settle({row.of_id for row in rows if row.of_id is not None}, is_news=is_news)

    def tell(self, new: Sequence[Relevance]) -> None:
        """Whoever answers partners, and the lead of the event."""
        telling.of_relevance(new)
