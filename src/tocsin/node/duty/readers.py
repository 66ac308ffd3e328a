"""Drills and acknowledgements that come from partners. `post.reading.TypeReader` for each."""

import logging
from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils import timezone

from tocsin.exchange.documents import Document
from tocsin.exchange.moments import read_moment
from tocsin.exchange.store import Entry
from tocsin.node.alliance.alliance_file import here
from tocsin.node.duty.actions.alerts import close_alert
from tocsin.node.duty.actions.drills import call_for
from tocsin.node.duty.models import Acknowledgement, Drill

__all__ = ["AcknowledgementReader", "DrillReader"]

log = logging.getLogger(__name__)

Read = Sequence[tuple[Document, Entry]]


class AcknowledgementReader:
    """Who of our partners' people has seen our documents."""

    def accepted(self, documents: Read) -> None:
        """Each once. One of another's document is not for us, and counts for nothing."""
        known = _known(Acknowledgement, documents)
        back = [document.id for document, _ in documents if document.id in known]
        Acknowledgement.objects.filter(pk__in=back, is_ours=False).update(withdrawn_at=None)
        for document, _entry in documents:
            if document.id in known:
                continue
            if document.body["of"]["origin"] != here().code:
                log.warning("%s acknowledges a document of another node", document.origin)
                continue
            _acknowledgement(document, is_ours=False).save(force_insert=True)

    def returned(self, documents: Read) -> None:
        """Our own; which person it was this node has forgotten."""
        known = _known(Acknowledgement, documents)
        for document, _entry in documents:
            again = Acknowledgement.objects.filter(of_id=document.body["of"]["id"], is_ours=True).exists()
            if document.id not in known and not again:
                _acknowledgement(document, is_ours=True).save(force_insert=True)

    def withdrawn(self, entries: Sequence[Entry]) -> None:
        """The document is outstanding again."""
        Acknowledgement.objects.filter(pk__in=_ids(entries), is_ours=False).update(withdrawn_at=timezone.now())

    def erased(self, entries: Sequence[Entry]) -> None:
        """That somebody acknowledged stays; in which role goes."""
        Acknowledgement.objects.filter(pk__in=_ids(entries)).update(by_role="")


class DrillReader:
    """Partners try how long it takes until a person here answers."""

    def accepted(self, documents: Read) -> None:
        """People are called, unless the time to answer was over before it came: nobody is woken for what is past."""
        known = _known(Drill, documents)
        Drill.objects.filter(pk__in=known, is_ours=False).update(withdrawn_at=None)
        for document, _entry in documents:
            if document.id in known:
                continue
            drill = _drill(document, is_ours=False)
            drill.save(force_insert=True)
            if timezone.now() <= drill.asked_at + drill.allowed:
                call_for(drill)

    def returned(self, documents: Read) -> None:
        """Our own; who started it this node has forgotten."""
        known = _known(Drill, documents)
        Drill.objects.bulk_create([_drill(one, is_ours=True) for one, _entry in documents if one.id not in known])

    def withdrawn(self, entries: Sequence[Entry]) -> None:
        """Nobody is called for it any more."""
        found = Drill.objects.filter(pk__in=_ids(entries), is_ours=False)
        found.update(withdrawn_at=timezone.now())
        _let_go(found)

    def erased(self, entries: Sequence[Entry]) -> None:
        """Its text goes."""
        found = Drill.objects.filter(pk__in=_ids(entries))
        found.update(scenario="")
        _let_go(found)


def _let_go(drills: "QuerySet[Drill]") -> None:
    for drill in drills.exclude(alert=None).select_related("alert"):
        close_alert(drill.alert, by=None)


def _known(model: type[Acknowledgement] | type[Drill], documents: Read) -> set[str]:
    found = model.objects.filter(pk__in=[document.id for document, _ in documents])
    return set(map(str, found.values_list("pk", flat=True)))


def _acknowledgement(document: Document, *, is_ours: bool) -> Acknowledgement:
    of = document.body["of"]
    return Acknowledgement(
        id=document.id, of_id=of["id"], of_origin=of["origin"], of_type=of["type"], node=document.origin,
        by_role=document.body["by_role"], is_ours=is_ours, is_exercise=document.exercise,
        acknowledged_at=read_moment(document.body["at"], code="schema", what="at"),
    )  # fmt: skip


def _drill(document: Document, *, is_ours: bool) -> Drill:
    body = document.body
    return Drill(
        id=document.id, origin=document.origin, is_ours=is_ours, kind=body["kind"], scenario=body["scenario"],
        addressees=list(document.addressees), language=document.language, answer_within=body["answer_within"],
        asked_at=read_moment(body["asked_at"], code="schema", what="asked_at"), is_exercise=document.exercise,
    )  # fmt: skip


def _ids(entries: Sequence[Entry]) -> list[str]:
    return [entry.document_id for entry in entries if entry.document_id is not None]
