"""Notifications that come: every version kept, the event's row brought up to date, people called for what is new."""

from collections.abc import Sequence

from tocsin.exchange.documents import Document
from tocsin.exchange.store import Entry
from tocsin.node.notifications import telling
from tocsin.node.notifications.heads import heads_of, settle
from tocsin.node.notifications.models import Notification
from tocsin.node.notifications.readers.base import DocumentReader, Told
from tocsin.node.notifications.reading_documents import notification_of

__all__ = ["NotificationReader"]


class NotificationReader(DocumentReader[Notification]):
    """`reading.TypeReader` for notifications."""

    model = Notification
    without_words = {"body": {}, "reason": "", "source": "", "rows_left_out": []}

    def rows_of(self, told: Told, *, is_ours: bool) -> list[Notification]:
        """With the rows of the events that they are about, made where there are none."""
        keys = [_event(document) for document, _ in told]
        heads = heads_of(keys, is_exercise=any(document.exercise for document, _ in told))
        return [
            Notification(
                **notification_of(document, heads[_event(document)], is_ours=is_ours, left_out=_left_out(entry))
            )
            for document, entry in told
        ]

    def told_anew(self, known: Sequence[tuple[Notification, Document, Entry]]) -> None:
        """People may have taken rows that were kept apart."""
        changed = []
        for row, document, entry in known:
            left_out = _left_out(entry)
            if row.erased_at is None and row.rows_left_out != left_out:
                made = notification_of(document, row.of, is_ours=row.is_ours, left_out=left_out)
                row.body, row.rows_left_out = made["body"], left_out
                changed.append(row)
        Notification.objects.bulk_update(changed, ["body", "rows_left_out"], batch_size=100)

    def settle(self, rows: Sequence[Notification], *, is_news: bool) -> None:
        """The rows of their events."""
        settle({row.of_id for row in rows}, is_news=is_news)

    def tell(self, new: Sequence[Notification]) -> None:
        """Of those that are the last word of their event."""
        telling.of_notifications(new)


def _event(document: Document) -> tuple[str, str]:
    return document.origin, document.body["event"]


def _left_out(entry: Entry) -> list[int]:
    return sorted({reason.row for reason in entry.reasons if reason.row is not None})
