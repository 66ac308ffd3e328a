"""Answers of partners to what this state has sent about a traveller."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.utils import timezone

from tocsin.exchange.documents import Document
from tocsin.exchange.store import Entry
from tocsin.node.travellers import tasks, telling
from tocsin.node.travellers.models import Tracing, TravellerAnswer, TravellerMessage
from tocsin.node.travellers.readers.messages import Told, keys_of
from tocsin.node.travellers.reading_documents import answer_of
from tocsin.node.travellers.settling import settle

__all__ = ["AnswerReader"]


class AnswerReader:
    """`reading.TypeReader` for answers."""

    def accepted(self, told: Told) -> None:
        """Keep each, once, beside the message that it is about; of what is destroyed already, without its text."""
        known = _known((document.origin, document.id) for document, _ in told)
        back = [row for row in known.values() if row.withdrawn_at is not None]
        TravellerAnswer.objects.filter(pk__in=[row.pk for row in back]).update(withdrawn_at=None)
        new = _keep([document for document, _ in told if (document.origin, document.id) not in known], is_ours=False)
        _settle([*new, *back])
        telling.of_answers(new)

    def returned(self, told: Told) -> None:
        """Our own that this node had forgotten."""
        known = _known((document.origin, document.id) for document, _ in told)
        _settle(_keep([one for one, _ in told if (one.origin, one.id) not in known], is_ours=True), is_news=False)

    def withdrawn(self, entries: Sequence[Entry]) -> None:
        """They stay, marked as void, and count for nothing."""
        rows = [row for row in _known(keys_of(entries)).values() if not row.is_ours]
        TravellerAnswer.objects.filter(pk__in=[row.pk for row in rows]).update(withdrawn_at=timezone.now())
        _settle(rows)

    def erased(self, entries: Sequence[Entry]) -> None:
        """Their texts go."""
        rows = [row for row in _known(keys_of(entries)).values() if row.destroyed_at is None]
        if rows:
            gone = TravellerAnswer.objects.filter(pk__in=[row.pk for row in rows])
            gone.update(text="", destroyed_at=timezone.now())
            _settle(rows, is_news=False)
            tasks.destroy_expired.enqueue()


def _settle(rows: Sequence[TravellerAnswer], *, is_news: bool = True) -> None:
    settle({row.of_id for row in rows if row.of_id is not None}, why=Tracing.Ended.ERASED, is_news=is_news)


def _known(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], TravellerAnswer]:
    wanted = set(keys)
    rows = TravellerAnswer.objects.filter(document_id__in={key for _, key in wanted}).defer("text")
    return {key: row for row in rows if (key := (row.origin, str(row.document_id))) in wanted}


def _keep(documents: Sequence[Document], *, is_ours: bool) -> list[TravellerAnswer]:
    once = {(document.origin, document.id): document for document in documents}
    made = []
    for document in once.values():
        is_taken = TravellerAnswer.objects.filter(pk=UUID(document.id)).exists()
        row = TravellerAnswer(**answer_of(document, is_ours=is_ours, is_taken=is_taken))
        # An answer by another node than the one that was asked is about nothing that is known.
        about = TravellerMessage.objects.filter(
            document_id=row.of_document, origin=row.of_origin, addressee=row.origin
        ).select_related("of").without_the_person().first()  # fmt: skip
        row.of = about.of if about else None
        if row.of is not None and (row.of.destroyed_at is not None or row.of.is_due()):
            row.text, row.due_at = "", timezone.now()
            tasks.destroy_expired.enqueue()
        row.save(force_insert=True)
        made.append(row)
    return made
