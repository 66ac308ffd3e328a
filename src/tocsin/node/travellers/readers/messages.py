"""Messages about travellers: kept, told to whoever looks for travellers, and destroyed in time."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.utils import timezone

from tocsin.exchange.documents import Document
from tocsin.exchange.store import Entry
from tocsin.node.travellers import tasks, telling
from tocsin.node.travellers.models import Tracing, TravellerMessage
from tocsin.node.travellers.reading_documents import message_of
from tocsin.node.travellers.settling import attach, join, settle

__all__ = ["TravellerReader", "keys_of"]

Told = Sequence[tuple[Document, Entry]]


class TravellerReader:
    """`reading.TypeReader` for messages."""

    def accepted(self, told: Told) -> None:
        """Keep each, once; what was void stands again. What has run out already is kept without the person."""
        known = _known((document.origin, document.id) for document, _ in told)
        back = [row for row in known.values() if row.withdrawn_at is not None]
        TravellerMessage.objects.filter(pk__in=[row.pk for row in back]).update(withdrawn_at=None)
        new = _keep([document for document, _ in told if (document.origin, document.id) not in known], is_ours=False)
        settle({row.of_id for row in [*new, *back]})
        telling.of_messages(new)
        if any(row.due_at <= timezone.now() for row in new):
            tasks.destroy_expired.enqueue()  # the document itself still stands in the store

    def returned(self, told: Told) -> None:
        """Our own that this node had forgotten. Who wrote them was known here alone, and is lost."""
        known = _known((document.origin, document.id) for document, _ in told)
        new = _keep([document for document, _ in told if (document.origin, document.id) not in known], is_ours=True)
        settle({row.of_id for row in new}, is_news=False)
        if new:
            tasks.destroy_expired.enqueue()

    def withdrawn(self, entries: Sequence[Entry]) -> None:
        """They stay until their time is over, marked as void."""
        rows = [row for row in _known(keys_of(entries)).values() if not row.is_ours]
        TravellerMessage.objects.filter(pk__in=[row.pk for row in rows]).update(withdrawn_at=timezone.now())
        settle({row.of_id for row in rows})

    def erased(self, entries: Sequence[Entry]) -> None:
        """The person goes; that there was a message stays."""
        rows = [row for row in _known(keys_of(entries)).values() if row.destroyed_at is None]
        if not rows:
            return
        gone = TravellerMessage.objects.filter(pk__in=[row.pk for row in rows])
        gone.update(content={}, journeys=[], destroyed_at=timezone.now())
        for tracing in settle({row.of_id for row in rows}, why=Tracing.Ended.ERASED):
            telling.no_more(tracing)
        tasks.destroy_expired.enqueue()  # that empties the file beside the database as well


def keys_of(entries: Sequence[Entry]) -> list[tuple[str, str]]:
    """(origin, identifier) of those that are known by one."""
    return [(entry.stream.origin, entry.document_id) for entry in entries if entry.document_id is not None]


def _known(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], TravellerMessage]:
    wanted = set(keys)
    rows = TravellerMessage.objects.filter(document_id__in={key for _, key in wanted}).without_the_person()
    return {key: row for row in rows if (key := (row.origin, str(row.document_id))) in wanted}


def _keep(documents: Sequence[Document], *, is_ours: bool) -> list[TravellerMessage]:
    """In the order in which they came, since a version may be of one that came with it."""
    once = {(document.origin, document.id): document for document in documents}
    made = []
    for document in once.values():
        is_taken = TravellerMessage.objects.filter(pk=UUID(document.id)).exists()
        row = TravellerMessage(**message_of(document, is_ours=is_ours, is_taken=is_taken))
        row.of = join(row)
        row.save(force_insert=True)
        attach(row)
        made.append(row)
    return made
