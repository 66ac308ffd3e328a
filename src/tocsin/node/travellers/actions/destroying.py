"""Destroying who a person is: rows, documents, what waits to be sent, and at partners by an erasure.

One transaction a person: killed in the middle, all of one stands or none, and the next run goes on. Nothing but rows
without the person, and the audit, says then that there was a message.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from tocsin.node.alliance import audit
from tocsin.node.alliance.models import Person
from tocsin.node.post.actions.destroying import destroy_documents
from tocsin.node.post.here import local_node
from tocsin.node.post.store import DjangoStore
from tocsin.node.travellers import tasks, telling
from tocsin.node.travellers.actions.locking import lock
from tocsin.node.travellers.actions.refusals import Destroyed
from tocsin.node.travellers.models import Tracing, TravellerAnswer, TravellerMessage
from tocsin.node.travellers.settling import settle

__all__ = ["close", "destroy", "destroy_answers"]


def close(tracing: Tracing, *, by: Person) -> Tracing:
    """End it before its time. Ours is erased at the state it went to as well; a partner's is destroyed here alone.

    Raises Destroyed where that is done already.
    """
    with DjangoStore().atomic():
        tracing = lock(tracing, by=by)
        if tracing.destroyed_at is not None:
            raise Destroyed(tracing)
        tracing.closed_by = by
        tracing.save(update_fields=["closed_by"])
        audit.record("traveller.closed", tracing, by=by)
        tracing = destroy(tracing, list(_kept(tracing)), why=Tracing.Ended.CLOSED, by=by)
    return tracing


def destroy(
    tracing: Tracing, messages: Sequence[TravellerMessage], *, why: str, by: Person | None, now: datetime | None = None
) -> Tracing:
    """These versions; with the last of them mostly the answers too. In a transaction that has locked the row.

    messages  of this tracing, without the person
    """
    now = now or timezone.now()
    keys = [one.pk for one in messages]
    TravellerMessage.objects.filter(pk__in=keys).update(content={}, journeys=[], destroyed_at=now)
    _documents(messages)
    is_last = not _kept(tracing).exists()
    # What we answered is the other state's to read until its time is over, though we need its message no more.
    all_goes = is_last and (tracing.is_ours or why != Tracing.Ended.CLOSED)
    answers = list(tracing.answers.filter(destroyed_at=None).defer("text")) if all_goes else []
    destroy_answers(answers, now=now)
    (tracing,) = settle([tracing.pk], why=why, is_news=is_last, now=now)
    telling.no_more(tracing)
    audit.record(
        "traveller.destroyed", tracing, by=by, why=why, versions=[one.version for one in messages],
        answers=len(answers),
    )  # fmt: skip
    tasks.destroy_expired.enqueue()  # what is left on the disk goes once this stands
    return tracing


def destroy_answers(answers: Sequence[TravellerAnswer], *, now: datetime) -> None:
    """Their texts."""
    TravellerAnswer.objects.filter(pk__in=[one.pk for one in answers]).update(text="", destroyed_at=now)
    _documents(answers)


def _kept(tracing: Tracing) -> "QuerySet[TravellerMessage]":
    return tracing.versions.kept().without_the_person()


def _documents(rows: Sequence[TravellerMessage] | Sequence[TravellerAnswer]) -> None:
    here = local_node()
    for origin, addressee in sorted({(row.origin, row.addressee) for row in rows}):
        ids = {str(row.document_id) for row in rows if (row.origin, row.addressee) == (origin, addressee)}
        destroy_documents(here, origin, f"to:{addressee}", ids)
