"""Bringing the series of a partner up to what its documents say; done by a task, one partner at a time.

Every cell that a document names, or named, holds what all documents that stand say of it (`folding`). So it does not
matter in which order they came, what was void in between, or how often this is done: after a kill it is done again,
and what was written already is found.
"""

import fcntl
import logging
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.utils import timezone

from tocsin.exchange.documents import Document
from tocsin.node.alliance import audit
from tocsin.node.indicators.intake.cells import CellKey, Here, Said, Told, told
from tocsin.node.indicators.intake.destroying import destroy
from tocsin.node.indicators.intake.folding import Voice, fold
from tocsin.node.indicators.intake.sources import Kind, mark, root_of, source_of
from tocsin.node.indicators.models import PartnerDocument, PartnerTable
from tocsin.node.post.store import DjangoStore
from tocsin.node.records import new_id
from tocsin.node.surveillance.intake import cells as cell_files
from tocsin.node.surveillance.intake import generations, receiving
from tocsin.node.surveillance.models import Disease, Place, Source, Upload
from tocsin.node.work.windows import at

__all__ = ["NotTaken", "settle"]

LOG = logging.getLogger(__name__)

PASSING = (OperationalError, InterfaceError)
WAIT_SECONDS = 60.0  # for a night's upkeep of the same source to end
Groups = dict[tuple[Kind, UUID | None], dict[CellKey, Said]]


class NotTaken(Exception):
    """A table of a partner's counts could not be taken; its upload says why. It is tried again."""


def settle(state: str) -> int:
    """Everything that was told of a partner's documents and that its series do not say yet. How many documents.

    One that cannot be taken keeps no other from it. Raises NotTaken for those, when the others are done.
    """
    done, failed = 0, []
    with _alone(state):
        # Asked for one at a time: more may be told of them meanwhile.
        while document := _next(state, failed):
            try:
                _settle(document)
                done += 1
            except PASSING:
                raise  # as the worker knows; the task is done again
            except Exception:
                LOG.exception("document %s of %s could not be taken into series", document.pk, state)
                failed.append(document.pk)
    if failed:
        raise NotTaken(f"{len(failed)} documents of {state} could not be taken, see the log")
    return done


def _next(state: str, failed: Collection[UUID]) -> PartnerDocument | None:
    waiting = PartnerDocument.objects.filter(state=state).waiting().exclude(pk__in=failed)
    return waiting.order_by("recorded_at", "id").first()


def _settle(document: PartnerDocument) -> None:
    root = root_of(document.state_id)
    here = _here(root)
    own = _told(document, here) if document.erased_at is None else Told()
    if root is not None:
        for (kind, counts_of), cells in sorted(_groups(document, own, here).items(), key=lambda one: str(one[0])):
            _take(document, source_of(kind, root), counts_of, cells)
    kinds = [_kind(document, indicator) for indicator in document.indicators]
    mark(document.state_id, kinds)
    if document.erased_at is not None:
        destroy(document)
    at("indicators.taken")
    _finish(document, own)


@transaction.atomic
def _finish(document: PartnerDocument, own: Told) -> None:
    now = {"done": document.told, "not_usable": own.not_usable, "unused": own.unused}
    PartnerDocument.objects.filter(pk=document.pk).update(**now)
    audit.record(
        "counts.taken_from_partner",
        document,
        by=None,
        state=document.state_id,
        told=document.told,
        not_usable=own.not_usable,
    )


def _kind(document: PartnerDocument, indicator: str) -> Kind:
    return Kind(document.state_id, indicator, document.date_type, document.first_day, document.case_status)


def _here(root: Place | None) -> Here:
    places = Place.objects.within(root).values_list("code", flat=True) if root is not None else ()
    return Here(set(Disease.objects.values_list("pk", flat=True)), set(places))


def _told(document: PartnerDocument, here: Here) -> Told:
    entry = DjangoStore().known(document.state_id, [str(document.pk)]).get(str(document.pk))
    if entry is None or entry.document is None:
        return Told()
    body, recorded = Document.read(entry.document).body, document.recorded_at.date()
    codes = {reason.row: reason.code for reason in reversed(entry.reasons) if reason.row is not None}
    return told(body, recorded=recorded, left_out=document.left_out, here=here, codes=codes)


# What is to be written


def _groups(document: PartnerDocument, own: Told, here: Here) -> Groups:
    """The cells that this document concerns, by the source they are of and by the document whose counts they are."""
    before = _before(document)
    is_first = not document.tables.exclude(told=document.told).exists() and not before
    touched = {**_stood(document), **dict.fromkeys(before), **dict.fromkeys(own.cells)}
    of_kind: dict[CellKey, Kind] = {key: kind or _kind(document, key.indicator) for key, kind in touched.items()}
    groups: Groups = defaultdict(dict)
    for kind, keys in _by_kind(of_kind).items():
        voices = _voices(document, own, kind, keys, here)
        holds, stood = fold(voices, keys), fold([one for one in voices if one.document != document.pk], keys)
        for key in keys:
            holding = holds.get(key)
            if is_first and holding == stood.get(key):
                continue  # what others say of the cells of one that is new stands there already
            if holding is None:
                groups[kind, None][key] = Said(None)
            else:
                groups[kind, holding.document][key] = holding.said
    return groups


def _by_kind(of_kind: Mapping[CellKey, Kind]) -> dict[Kind, set[CellKey]]:
    found: dict[Kind, set[CellKey]] = defaultdict(set)
    for key, kind in of_kind.items():
        found[kind].add(key)
    return found


def _stood(document: PartnerDocument) -> dict[CellKey, Kind | None]:
    """Every cell that was ever written because of this document, or with its counts."""
    tables = PartnerTable.objects.filter(Q(document=document) | Q(counts_of=document)).exclude(upload__file_path="")
    found: dict[CellKey, Kind | None] = {}
    for table in tables.select_related("upload__source__partner"):
        partner = table.upload.source.partner
        kind = Kind(partner.state_id, partner.indicator, partner.date_type, partner.first_day, partner.case_status)
        for cell in cell_files.read(table.upload):
            found[CellKey(kind.indicator, cell.disease, cell.place, cell.stratum, cell.period)] = kind
    return found


def _before(document: PartnerDocument) -> dict[CellKey, Kind | None]:
    """What the document that this one takes the place of had said."""
    if document.supersedes is None:
        return {}
    earlier = PartnerDocument.objects.filter(pk=document.supersedes, state=document.state_id).first()
    return _stood(earlier) if earlier is not None else {}


def _voices(document: PartnerDocument, own: Told, kind: Kind, keys: set[CellKey], here: Here) -> list[Voice]:
    """Whoever stands and may say something of these cells; only those documents are read."""
    weeks = [key.week for key in keys]
    standing = PartnerDocument.objects.filter(
        state=kind.state, date_type=kind.date_type, first_day=kind.first_day, case_status=kind.case_status,
        first_week__lte=max(weeks), last_week__gte=min(weeks),
    ).standing()  # fmt: skip
    later = PartnerDocument.objects.filter(state=kind.state, supersedes__isnull=False).standing()
    replaced = set(later.values_list("supersedes", flat=True))
    return [
        Voice(
            one.pk, one.audience, (one.epoch, one.number), one.recorded_at,
            (own if one.pk == document.pk else _told(one, here)).cells,
        )
        for one in standing
        if one.pk not in replaced and kind.indicator in one.indicators
    ]  # fmt: skip


# How it is written


def _take(document: PartnerDocument, source: Source, counts_of: UUID | None, cells: Mapping[CellKey, Said]) -> None:
    upload = _written(document, source, counts_of) or _write(document, source, counts_of, cells)
    waited = 0.0
    while upload.status == Upload.Status.TAKING and waited < WAIT_SECONDS:
        generations.carry_out(upload.pk)
        upload.refresh_from_db(fields=["status"])
        if upload.status == Upload.Status.TAKING:
            time.sleep(0.5)
            waited += 0.5
    if upload.status != Upload.Status.TAKEN:
        # Nobody is asked about it: what could not be taken is written anew.
        Upload.objects.filter(pk=upload.pk, status=Upload.Status.PREVIEWED).update(status=Upload.Status.CANCELLED)
        raise NotTaken(f"upload {upload.pk} of {source}: {upload.status}")


def _written(document: PartnerDocument, source: Source, counts_of: UUID | None) -> Upload | None:
    """What an earlier attempt wrote, which a kill may have ended anywhere."""
    known = PartnerTable.objects.filter(
        document=document, told=document.told, counts_of=counts_of, upload__source=source,
        upload__status__in=(Upload.Status.TAKING, Upload.Status.TAKEN),
    ).select_related("upload")  # fmt: skip
    return next((table.upload for table in known), None)


def _write(document: PartnerDocument, source: Source, counts_of: UUID | None, cells: Mapping[CellKey, Said]) -> Upload:
    key, name = new_id(), f"{document}.csv"
    title = f"{document.pk} told {document.told}, counts of {counts_of or 'nobody'}, {key}"
    stored = receiving.store(cell_files.lines(title, _cells(cells)), key=key, name=name)
    with transaction.atomic():
        upload = Upload.objects.create(
            id=key, source=source, by=None, via=Upload.Via.EXCHANGE, file_name=receiving.shown_name(name),
            file_path=stored.path, sha256=stored.sha256, size=stored.size, status=Upload.Status.TAKING,
            received_at=timezone.now(), rows=len(cells), problems=0,
        )  # fmt: skip
        PartnerTable.objects.create(upload=upload, document=document, told=document.told, counts_of_id=counts_of)
    at("indicators.written")
    return upload


def _cells(cells: Mapping[CellKey, Said]) -> Iterable[cell_files.Cell]:
    for key, said in sorted(cells.items()):
        yield cell_files.Cell(key.disease, key.place, key.stratum, key.week, said.count, said.is_withheld)


@contextmanager
def _alone(state: str) -> Iterator[None]:
    """One process at a time for a partner; the system frees the lock of one that dies."""
    folder = Path(settings.ARCHIVE)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"_{state}.partner").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
