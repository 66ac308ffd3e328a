"""Acts that come, and our own that come back: `post.reading.TypeReader` of the types that are acts."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.utils import timezone

from tocsin.exchange.documents import Document
from tocsin.exchange.store import Entry
from tocsin.joint.acts import ObjectId
from tocsin.node.alliance.alliance_file import here
from tocsin.node.joint.arranging import arrangement_of
from tocsin.node.joint.documents import is_astray, row_of
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.nouns import noun_of
from tocsin.node.joint.settling import settle
from tocsin.node.post.models.documents import apart

__all__ = ["ActReader"]

Told = Sequence[tuple[Document, Entry]]


class ActReader:
    """One reader for all nouns: what an act means is for its noun to say."""

    def accepted(self, told: Told) -> None:
        """Keep each, once; what was void stands again, what a thief had erased is whole again; then what follows."""
        known = _known((document.origin, document.id) for document, _ in told)
        back = [row.pk for row in known.values() if row.withdrawn_at is not None]
        JointAct.objects.filter(pk__in=back).update(withdrawn_at=None)
        _give_back(known, [document for document, _ in told])
        new = _keep([pair for pair in told if (pair[0].origin, pair[0].id) not in known], is_ours=False)
        settle({row.of_id for row in (*known.values(), *new)})
        self._tell(new)

    def returned(self, told: Told) -> None:
        """Our own that this node had forgotten. Who said them was known here alone, and is lost."""
        known = _known((document.origin, document.id) for document, _ in told)
        new = _keep([pair for pair in told if (pair[0].origin, pair[0].id) not in known], is_ours=True)
        settle({row.of_id for row in new}, is_news=False)

    def withdrawn(self, entries: Sequence[Entry]) -> None:
        """They stay on record, marked as void, and count for nothing."""
        rows = [row for row in _known(_keys(entries)).values() if not row.is_ours]
        JointAct.objects.filter(pk__in=[row.pk for row in rows]).update(withdrawn_at=timezone.now())
        settle({row.of_id for row in rows})

    def erased(self, entries: Sequence[Entry]) -> None:
        """What they said goes. They are passing acts, no others are erased: the order is followed without them."""
        rows = _known(_keys(entries)).values()
        gone = {"said": {}, "name": "", "erased_at": timezone.now()}
        JointAct.objects.filter(pk__in=[row.pk for row in rows]).update(**gone)
        settle({row.of_id for row in rows}, is_news=False)

    def _tell(self, new: Sequence[JointAct]) -> None:
        by_object: dict[UUID, list[JointAct]] = {}
        for row in new:
            if not row.is_astray:
                by_object.setdefault(row.of_id, []).append(row)
        for of in JointObject.objects.filter(pk__in=by_object).exclude(classification=""):
            noun_of(of).tell(of, arrangement_of(of), by_object[of.pk])


def _give_back(known: Mapping[tuple[str, str], JointAct], documents: Iterable[Document]) -> None:
    """What was erased in its state's name by somebody else, and has come again."""
    for document in documents:
        row = known.get((document.origin, document.id))
        if row is not None and row.erased_at is not None:
            said = {"said": document.body["said"], "name": document.body["by"]["name"], "erased_at": None}
            JointAct.objects.filter(pk=row.pk).update(**said)


def _keep(told: Told, *, is_ours: bool) -> list[JointAct]:
    once = {(document.origin, document.id): (document, entry) for document, entry in told}
    objects = _objects([document for document, _ in once.values()])
    ids = [document.id for document, _ in once.values()]
    taken = set(JointAct.objects.filter(pk__in=ids).values_list("pk", flat=True))
    rows = []
    for document, entry in once.values():
        of = objects[ObjectId.of(document.body["object"])]
        place = entry.stream.epoch, entry.number
        row = row_of(document, of, is_ours=is_ours, place=place, taken=taken)
        taken.add(row.id)
        rows.append(row)
    JointAct.objects.bulk_create(rows)
    return rows


def _objects(documents: Sequence[Document]) -> dict[ObjectId, JointObject]:
    """The objects that these are about, made where there are none, opened where their opening is among these."""
    own = here().code
    found = _found({ObjectId.of(document.body["object"]) for document in documents})
    for document in documents:
        key = ObjectId.of(document.body["object"])
        if key not in found:
            found[key] = JointObject.objects.create(
                id=_row_id(key), noun=document.type, origin=key.origin, object_id=key.id, is_ours=key.origin == own,
                is_exercise=document.exercise,
            )  # fmt: skip
        if (document.origin, document.id) == (key.origin, key.id):
            _open(found[key], document)
    return found


def _found(keys: set[ObjectId]) -> dict[ObjectId, JointObject]:
    rows = JointObject.objects.filter(object_id__in={key.id for key in keys})
    return {row.key: row for row in rows if row.key in keys}


def _row_id(key: ObjectId) -> UUID:
    """The object's own, or one made of both where another state's object has it."""
    own = UUID(key.id)
    return apart(key.origin, key.id) if JointObject.objects.filter(pk=own).exists() else own


def _open(of: JointObject, document: Document) -> None:
    """Who reads it is known from its opening on, and so which acts went astray."""
    of.noun, of.classification, of.addressees = document.type, document.classification, list(document.addressees)
    of.opened_at, of.is_exercise = document.recorded_at, document.exercise
    of.save()
    rows = list(JointAct.objects.filter(of=of))
    for row in rows:
        row.is_astray = is_astray(row, of)
    JointAct.objects.bulk_update(rows, ["is_astray"], batch_size=500)


def _known(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], JointAct]:
    wanted = set(keys)
    rows = JointAct.objects.filter(document_id__in={key for _, key in wanted})
    return {key: row for row in rows if (key := (row.origin, str(row.document_id))) in wanted}


def _keys(entries: Sequence[Entry]) -> list[tuple[str, str]]:
    return [(entry.stream.origin, entry.document_id) for entry in entries if entry.document_id is not None]
