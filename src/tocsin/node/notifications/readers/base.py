"""What reading is alike for every type: each document once, void ones that stand again, words that are erased.

A row is found by the document's identifier and its origin: two states may use one identifier, and neither can keep the
other's document out by it.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Generic, TypeVar

from django.utils import timezone

from tocsin.exchange.documents import Document
from tocsin.exchange.store import Entry
from tocsin.node.notifications.models import Translation
from tocsin.node.post.models.documents import SignedDocument, row_id

__all__ = ["DocumentReader"]

Row = TypeVar("Row", bound=SignedDocument)
Told = Sequence[tuple[Document, Entry]]


class DocumentReader(Generic[Row]):
    """`reading.TypeReader` for rows of one model. A type says how rows are made, and what follows from them.

    without_words   fields of a row whose words are destroyed
    """

    model: type[Row]
    without_words: dict[str, Any]

    def rows_of(self, told: Told, *, is_ours: bool) -> list[Row]:
        """A row a document, in the order in which they came."""
        raise NotImplementedError

    def settle(self, rows: Sequence[Row], *, is_news: bool) -> None:
        """What follows from these rows, which are new, void, stand again, or have lost their words."""

    def tell(self, new: Sequence[Row]) -> None:
        """People learn of these."""

    def told_anew(self, known: Sequence[tuple[Row, Document, Entry]]) -> None:
        """Documents that are known already."""

    def accepted(self, told: Told) -> None:
        """Keep each, once; what was void stands again."""
        known = self._known([(document.origin, document.id) for document, _ in told])
        back = [row for row in known.values() if row.withdrawn_at is not None]
        self.model._default_manager.filter(pk__in=[row.pk for row in back]).update(withdrawn_at=None)
        again = [(known[key], *pair) for pair in told if (key := (pair[0].origin, pair[0].id)) in known]
        self.told_anew(again)
        new = self._keep([pair for pair in told if (pair[0].origin, pair[0].id) not in known], is_ours=False)
        if changed := [*new, *(row for row, _, _ in again)]:
            self.settle(changed, is_news=bool(new or back))
        if new:
            self.tell(new)

    def returned(self, told: Told) -> None:
        """Our own that this node had forgotten. Who said them was known here alone, and is lost."""
        known = self._known([(document.origin, document.id) for document, _ in told])
        new = self._keep([pair for pair in told if (pair[0].origin, pair[0].id) not in known], is_ours=True)
        if new:
            self.settle(new, is_news=False)

    def withdrawn(self, entries: Sequence[Entry]) -> None:
        """They stay, marked as void, and count for nothing."""
        rows = [row for row in self._known(_keys(entries)).values() if not row.is_ours]
        self.model._default_manager.filter(pk__in=[row.pk for row in rows]).update(withdrawn_at=timezone.now())
        self.settle(rows, is_news=True)

    def erased(self, entries: Sequence[Entry]) -> None:
        """Their words go, and those of their translations; that they were here stays."""
        rows = list(self._known(_keys(entries)).values())
        now = timezone.now()
        gone = {"erased_at": now, **self.without_words}
        self.model._default_manager.filter(pk__in=[row.pk for row in rows]).update(**gone)
        ids = {row.document_id: row.origin for row in rows}
        translations = Translation.objects.filter(of_id__in=list(ids), erased_at=None)
        theirs = [one.pk for one in translations.only("of_id", "of_origin") if ids[one.of_id] == one.of_origin]
        Translation.objects.filter(pk__in=theirs).update(text="", erased_at=now)
        self.settle(rows, is_news=False)

    def _keep(self, told: Told, *, is_ours: bool) -> list[Row]:
        once = {(document.origin, document.id): (document, entry) for document, entry in told}
        ids = [document.id for document, _ in once.values()]
        taken = set(self.model._default_manager.filter(pk__in=ids).values_list("pk", flat=True))
        rows = self.rows_of(list(once.values()), is_ours=is_ours)
        for row, (document, _) in zip(rows, once.values(), strict=True):
            row.id = row_id(document, taken)
            taken.add(row.id)
        self.model._default_manager.bulk_create(rows)
        return rows

    def _known(self, keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Row]:
        wanted = set(keys)
        rows = self.model._default_manager.filter(document_id__in={key for _, key in wanted})
        return {key: row for row in rows if (key := (row.origin, str(row.document_id))) in wanted}


def _keys(entries: Sequence[Entry]) -> list[tuple[str, str]]:
    return [(entry.stream.origin, entry.document_id) for entry in entries if entry.document_id is not None]
