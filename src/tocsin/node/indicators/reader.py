"""Documents of weekly indicators that come: noted in the exchange's own transaction, taken into series by a task."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import F
from django.utils import timezone

from tocsin.exchange.documents import Document
from tocsin.exchange.store import Entry
from tocsin.exchange.types.tables import INDICATOR, WEEK
from tocsin.node.alliance.models import State
from tocsin.node.indicators import tasks
from tocsin.node.indicators.actions.returning import note_returned
from tocsin.node.indicators.intake.cells import case_status_of, is_readable
from tocsin.node.indicators.models import PartnerDocument
from tocsin.node.records import insert_all

__all__ = ["SharedSeries"]


class SharedSeries:
    """`reading.TypeReader` for weekly indicators."""

    def accepted(self, documents: Sequence[tuple[Document, Entry]]) -> None:
        """Note each; one that is known is told anew only where it stands again or other rows of it are left out."""
        states = set(State.objects.values_list("pk", flat=True))
        mine = {document.id: (document, entry) for document, entry in documents if document.origin in states}
        known = {str(key): one for key, one in PartnerDocument.objects.in_bulk(list(mine)).items()}
        new = [_noted(*mine[key]) for key in mine if key not in known]
        insert_all(PartnerDocument, new)
        changed = [one.state_id for key, one in known.items() if _told_anew(one, mine[key][1])]
        self._ask({*changed, *(one["state_id"] for one in new)})

    def returned(self, documents: Sequence[tuple[Document, Entry]]) -> None:
        """They are among what was sent again."""
        note_returned([document for document, _ in documents])

    def withdrawn(self, entries: Sequence[Entry]) -> None:
        """They are void: what followed from them is taken back."""
        places = {entry.document_id: (entry.manifest, entry.number) for entry in entries if entry.document_id}
        void = [
            one
            for one in PartnerDocument.objects.filter(pk__in=list(places), withdrawn_at=None)
            if (one.manifest, one.number) == places[str(one.pk)]  # it may stand elsewhere by now
        ]
        self._change(void, withdrawn_at=timezone.now())

    def erased(self, entries: Sequence[Entry]) -> None:
        """What they said goes; that they came stays."""
        keys = [entry.document_id for entry in entries if entry.document_id]
        gone = list(PartnerDocument.objects.filter(pk__in=keys, erased_at=None))
        self._change(gone, erased_at=timezone.now(), note="", provenance="", rows=0, left_out=[], unused={})

    def _change(self, documents: Sequence[PartnerDocument], **fields: Any) -> None:
        PartnerDocument.objects.filter(pk__in=[one.pk for one in documents]).update(told=F("told") + 1, **fields)
        self._ask({one.state_id for one in documents})

    def _ask(self, states: Iterable[str]) -> None:
        for state in sorted(states):
            tasks.settle_partner.enqueue(state)


def _told_anew(known: PartnerDocument, entry: Entry) -> bool:
    now = {
        "left_out": _left_out(entry), "withdrawn_at": None, "manifest": entry.manifest, "number": entry.number,
        "audience": entry.stream.audience, "epoch": entry.stream.epoch,
    }  # fmt: skip
    if known.erased_at is not None or all(getattr(known, name) == value for name, value in now.items()):
        return False
    PartnerDocument.objects.filter(pk=known.pk).update(told=F("told") + 1, **now)
    return True


def _noted(document: Document, entry: Entry) -> dict[str, Any]:
    body, left_out = document.body, _left_out(entry)
    rows = [row for row in body["rows"] if is_readable(row)]
    weeks = sorted({row[WEEK] for row in rows})
    return {
        "id": document.id,
        "state_id": document.origin,
        "audience": entry.stream.audience,
        "classification": document.classification,
        "no_onward_sharing": document.no_onward_sharing,
        "is_exercise": document.exercise,
        "supersedes": document.supersedes,
        "recorded_at": document.recorded_at,
        "manifest": entry.manifest,
        "epoch": entry.stream.epoch,
        "number": entry.number,
        "date_type": body["date_type"],
        "first_day": body["first_day"],
        "indicators": sorted({row[INDICATOR] for row in rows}),
        "case_status": case_status_of(body),
        "case_definition": body["case_definition"],
        "suppression": body["suppression"],
        "reported_until": date.fromisoformat(body["reported_until"]),
        "first_week": date.fromisoformat(weeks[0]) if weeks else None,
        "last_week": date.fromisoformat(weeks[-1]) if weeks else None,
        "rows": len(body["rows"]),
        "left_out": left_out,
        "note": body.get("note", ""),
        "language": document.language,
        "provenance": document.source,
        "came_at": timezone.now(),
        "withdrawn_at": None,
        "erased_at": None,
        "not_usable": 0,
        "unused": {},
        "told": 1,
        "done": 0,
    }


def _left_out(entry: Entry) -> list[int]:
    """Numbers of the rows that are kept apart."""
    return sorted({reason.row for reason in entry.reasons if reason.row is not None})
