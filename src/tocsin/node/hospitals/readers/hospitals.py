"""Hospitals that come: every version kept, the rows of the last one that stands put in the place of those before."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from django.utils import timezone

from tocsin.exchange.documents import Document
from tocsin.exchange.store import Entry
from tocsin.node.alliance.models import Organisation
from tocsin.node.hospitals.building.documents import lines_of, take_clinician, take_hospital, version_of
from tocsin.node.hospitals.models import Clinician, Hospital, HospitalVersion, ServiceLine
from tocsin.node.post.models.documents import row_id
from tocsin.node.records import new_id

__all__ = ["HospitalReader", "settle"]

Told = Sequence[tuple[Document, Entry]]
Name = tuple[str, UUID]  # a hospital: its origin, and what it calls it


class HospitalReader:
    """`post.reading.TypeReader` for documents `hospital`. A row is found by its document's identifier and origin."""

    def accepted(self, told: Told) -> None:
        """Keep each, once; what was void stands again, what somebody else had erased is whole again."""
        known = _known((document.origin, document.id) for document, _ in told)
        back = [row.pk for row in known.values() if row.withdrawn_at is not None]
        HospitalVersion.objects.filter(pk__in=back).update(withdrawn_at=None)
        for document, _ in told:
            row = known.get((document.origin, document.id))
            if row is not None and row.erased_at is not None:
                HospitalVersion.objects.filter(pk=row.pk).update(body=dict(document.body), erased_at=None)
        new = _keep([one for one, _ in told if (one.origin, one.id) not in known], is_ours=False)
        settle({(row.origin, row.hospital_id) for row in (*known.values(), *new) if not row.is_ours})

    def returned(self, told: Told) -> None:
        """Our own that this node had forgotten. Those of hospitals that are kept here change nothing of them."""
        known = _known((document.origin, document.id) for document, _ in told)
        new = _keep([one for one, _ in told if (one.origin, one.id) not in known], is_ours=True)
        for origin, hospital_id in sorted({(row.origin, row.hospital_id) for row in new}):
            if not Hospital.objects.filter(origin=origin, hospital_id=hospital_id).exists():
                _bring_back((origin, hospital_id))

    def withdrawn(self, entries: Sequence[Entry]) -> None:
        """They stay on record, marked as void, and count for nothing."""
        rows = [row for row in _known(_keys(entries)).values() if not row.is_ours]
        HospitalVersion.objects.filter(pk__in=[row.pk for row in rows]).update(withdrawn_at=timezone.now())
        settle({(row.origin, row.hospital_id) for row in rows})

    def erased(self, entries: Sequence[Entry]) -> None:
        """Their words go; that they were here stays."""
        rows = list(_known(_keys(entries)).values())
        gone = {"body": {}, "erased_at": timezone.now()}
        HospitalVersion.objects.filter(pk__in=[row.pk for row in rows]).update(**gone)
        settle({(row.origin, row.hospital_id) for row in rows if not row.is_ours})


def settle(names: Collection[Name]) -> None:
    """Rows of partners' hospitals as the last version of each that is not void says it. One that is erased is silent.

    Of several with one number the one that was recorded last: two versions may go to different readers.
    """
    for name in sorted(names):
        last = _last(name)
        if last is None or not last.body:
            _take_away(name, words_too=last is not None)
        else:
            _put(name, last, is_ours=False)


def _put(name: Name, last: HospitalVersion, *, is_ours: bool) -> None:
    origin, hospital_id = name
    row = Hospital.objects.select_for_update().filter(origin=origin, hospital_id=hospital_id).first()
    if row is None:
        row = Hospital(id=hospital_id if is_ours else new_id(), origin=origin, hospital_id=hospital_id, is_ours=is_ours)
    take_hospital(row, last)
    if is_ours:
        row.verified_at, row.organisation = last.recorded_at, _organisation(row)
    row.save()
    ServiceLine.objects.filter(hospital=row).delete()
    ServiceLine.objects.bulk_create(lines_of(row, last.body))
    _put_clinicians(row, last)


def _put_clinicians(row: Hospital, last: HospitalVersion) -> None:
    """Whoever the last version does not name any more is revoked, and keeps their name."""
    said = {UUID(one["id"]): one for one in last.body["clinicians"]}
    there = {one.clinician_id: one for one in Clinician.objects.filter(origin=row.origin, clinician_id__in=list(said))}
    for clinician_id, one in said.items():
        clinician = there.get(clinician_id) or Clinician(
            id=clinician_id if row.is_ours else new_id(), origin=row.origin, clinician_id=clinician_id,
            is_ours=row.is_ours,
        )  # fmt: skip
        clinician.hospital = row
        take_clinician(clinician, one, last)
        clinician.save()
    left = Clinician.objects.filter(hospital=row).exclude(clinician_id__in=list(said))
    left.exclude(status=Clinician.Status.REVOKED).update(
        status=Clinician.Status.REVOKED, away_until=None, status_since=last.recorded_at
    )


def _take_away(name: Name, *, words_too: bool) -> None:
    """Nothing stands that its state has said of it. Rows stay, for others name them; `words_too`: without words."""
    origin, hospital_id = name
    for row in Hospital.objects.filter(origin=origin, hospital_id=hospital_id):
        row.is_gone = True
        if words_too:
            row.names, row.place_names, row.address, row.contact, row.note = {}, {}, "", "", ""
            row.status_reason = row.search_key = row.sort_en = row.sort_ru = row.sort_zh = ""
            nameless = {"names": {}, "search_key": "", "sort_en": "", "sort_ru": "", "sort_zh": ""}
            Clinician.objects.filter(hospital=row).update(**nameless)
        row.save()
        ServiceLine.objects.filter(hospital=row).delete()


def _bring_back(name: Name) -> None:
    last = _last(name)
    if last is not None and last.body:
        _put(name, last, is_ours=True)


def _organisation(row: Hospital) -> Organisation | None:
    """The organisation of ours that bears its name and has no hospital, if any. Its people can keep it again."""
    names = [row.names.get("en"), row.names.get("ru"), row.names.get("zh")]
    free = Organisation.objects.filter(kind=Organisation.Kind.HOSPITAL, state=row.origin, hospital=None)
    return next((one for one in free if one.name_en in filter(None, names)), None)


def _last(name: Name) -> HospitalVersion | None:
    standing = HospitalVersion.objects.standing().filter(origin=name[0], hospital_id=name[1])
    return standing.order_by("-version", "-recorded_at", "-id").first()


def _keep(told: Sequence[Document], *, is_ours: bool) -> list[HospitalVersion]:
    once = {(document.origin, document.id): document for document in told}
    taken = set(HospitalVersion.objects.filter(pk__in=[one.id for one in once.values()]).values_list("pk", flat=True))
    rows = []
    for document in once.values():
        row = version_of(document, is_ours=is_ours)
        row.id = row_id(document, taken)
        taken.add(row.id)
        rows.append(row)
    HospitalVersion.objects.bulk_create(rows)
    return rows


def _known(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], HospitalVersion]:
    wanted = set(keys)
    rows = HospitalVersion.objects.filter(document_id__in={key for _, key in wanted})
    return {key: row for row in rows if (key := (row.origin, str(row.document_id))) in wanted}


def _keys(entries: Sequence[Entry]) -> list[tuple[str, str]]:
    return [(entry.stream.origin, entry.document_id) for entry in entries if entry.document_id is not None]
