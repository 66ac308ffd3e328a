"""What has run out is destroyed by itself: ours everywhere, a partner's here, whether or not its origin can be reached.

Run every hour, at the node's start, and after each act that destroyed something. It does the same however often it
runs, and goes on where a kill ended it.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from tocsin.exchange.documents import Document
from tocsin.exchange.errors import ExchangeError
from tocsin.exchange.manifests import Manifest
from tocsin.exchange.store import State
from tocsin.node.post import models
from tocsin.node.post.actions.destroying import destroy_documents
from tocsin.node.post.here import local_node
from tocsin.node.post.store import DjangoStore
from tocsin.node.post.store.entries import read_entries
from tocsin.node.post.store.leftovers import sweep
from tocsin.node.travellers.actions.destroying import destroy, destroy_answers
from tocsin.node.travellers.limits import LONGEST, due
from tocsin.node.travellers.models import Tracing, TravellerAnswer, TravellerMessage
from tocsin.node.travellers.reading_documents import expires
from tocsin.node.work.windows import at

__all__ = ["expire", "run"]

TYPES = ("traveller", "traveller-answer")
APART = (State.QUARANTINED, State.HELD, State.REJECTED, State.REPEATED)
LATEST = datetime(9999, 12, 31, tzinfo=UTC)
Place = tuple[str, str, str]  # origin, the other node of its audience, identifier
TRIES, PAUSE = 5, 0.5  # to empty the file beside the database while somebody reads from before


def run() -> int:
    """All that is due, and what is left of it on the disk."""
    gone = expire()
    if not connection.in_atomic_block:  # SQLite cannot, inside one
        for _ in range(TRIES):
            if sweep():
                break
            time.sleep(PAUSE)
    return gone


def expire(now: datetime | None = None) -> int:
    """Destroy what is due by now. Returns how many messages and answers it was."""
    now = now or timezone.now()
    gone = sum(_expire_one(tracing, now) for tracing in _due_tracings(now))
    return gone + _expire_answers(now) + _expire_apart(now)


def _due_messages(now: datetime) -> Q:
    # Whatever of a person the last version says goes with all that was said before.
    return Q(destroyed_at=None) & (Q(due_at__lte=now) | Q(of__due_at__lte=now))


def _due_tracings(now: datetime) -> list[object]:
    found = TravellerMessage.objects.filter(_due_messages(now)).order_by("of").values_list("of", flat=True)
    return list(found.distinct())


def _expire_one(key: object, now: datetime) -> int:
    with DjangoStore().atomic():
        tracing = Tracing.objects.select_for_update(of=("self",)).filter(pk=key).first()
        if tracing is None:  # it became one with another
            return 0
        messages = list(tracing.versions.filter(_due_messages(now)).without_the_person())
        if messages:
            destroy(tracing, messages, why=Tracing.Ended.EXPIRED, by=None, now=now)
        at("travellers.destroying")
    at("travellers.destroyed")
    return len(messages)


def _expire_answers(now: datetime) -> int:
    """Answers to nothing that is known, and those that came when all was destroyed."""
    ended = Q(of__destroyed_at__isnull=False) & ~Q(of__is_ours=False, of__destroyed_why=Tracing.Ended.CLOSED)
    over = Q(of=None, due_at__lte=now) | Q(of__due_at__lte=now) | ended
    with DjangoStore().atomic():
        found = list(TravellerAnswer.objects.filter(over, destroyed_at=None).defer("text"))
        destroy_answers(found, now=now)
    return len(found)


def _expire_apart(now: datetime) -> int:
    """Documents that no row stands for: kept apart, waiting for an upgrade, not taken, here twice, set aside."""
    over = {place for place, ends in _apart() if ends <= now}
    for origin, other, identifier in sorted(over):
        with DjangoStore().atomic():
            destroy_documents(local_node(), origin, f"to:{other}", [identifier])
    return len(over)


def _apart() -> Iterator[tuple[Place, datetime]]:
    """Each with when it ends: as the row that says who it is did, else as its own text says."""
    of_types = models.Entry.objects.filter(type__in=TYPES, document__isnull=False, document_id__isnull=False)
    rows = of_types.filter(Q(in_use=False) | Q(state__in=[state.value for state in APART])).order_by("pk")
    sealed = [Manifest.read(bytes(data)).sealed_at for data in rows.values_list("batch__manifest", flat=True)]
    entries = read_entries(rows)
    known = _rows_of([entry.document_id for entry in entries if entry.document_id])
    for entry, sealed_at in zip(entries, sealed, strict=True):
        assert entry.document_id is not None, "asked for"
        origin, other = entry.stream.origin, entry.stream.audience.removeprefix("to:")
        destroyed = known.get((origin, entry.document_id), [])
        ends = max(one or LATEST for one in destroyed) if destroyed else _ends(entry.document or b"", sealed_at)
        yield (origin, other, entry.document_id), ends


def _rows_of(ids: list[str]) -> dict[tuple[str, str], list[datetime | None]]:
    """When each was destroyed here, None while it is kept."""
    found: dict[tuple[str, str], list[datetime | None]] = {}
    for model in (TravellerMessage, TravellerAnswer):
        rows = model._default_manager.filter(document_id__in=ids)
        for origin, key, destroyed_at in rows.values_list("origin", "document_id", "destroyed_at"):
            found.setdefault((origin, str(key)), []).append(destroyed_at)
    return found


def _ends(data: bytes, sealed_at: datetime) -> datetime:
    try:
        return due(expires(Document.read(data).body), sealed_at)
    except (ExchangeError, ValueError):  # an answer, or what nobody could read
        return sealed_at + LONGEST
