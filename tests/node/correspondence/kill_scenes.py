"""What processes of a node do with letters, for tests that kill them."""

import base64
import pickle
from collections import Counter
from collections.abc import Sequence
from typing import Any
from unittest.mock import patch

from tests.node.correspondence.scenes import a_clinician, a_hospital, speaks
from tests.node.files.scenes import a_file
from tests.node.notifications import nodes_at_work

from tocsin.exchange.documents import Document
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import AuditEntry, Notice, Person, State
from tocsin.node.correspondence.actions.drafting import begin_letter, keep_letter
from tocsin.node.correspondence.actions.reading import open_letters, tell_readings
from tocsin.node.correspondence.actions.sending import send_letter
from tocsin.node.correspondence.filing import KIND
from tocsin.node.correspondence.models import (
    Letter,
    LetterCopy,
    LetterDraft,
    LetterReading,
    Participant,
    ReadReceipt,
    Thread,
)
from tocsin.node.correspondence.naming import named_speakers
from tocsin.node.correspondence.pages.delivery import deliveries_of
from tocsin.node.correspondence.refusals import ActRefused
from tocsin.node.files import limits
from tocsin.node.files.models import Attached, Part
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.post.here import local_node
from tocsin.node.search.models import Entry as Found

SMALL = 400  # bytes of a part, so that a small picture has several


def prepare(trust: str) -> dict[str, Any]:
    """A node that has joined: Mira of the Hill has written a letter to Wei of the Lake and to her own hospital's box,
    which Rosa reads; a picture goes with it.

    Returns how documents name them.
    """
    nodes_at_work.found(trust)
    state = State.objects.get(is_here=True)
    hill, lake = a_hospital(state, "Hill Hospital"), a_hospital(state, "Lake Hospital", origin="BO")
    made = {}
    for name, role in (("Mira", "clinician"), ("Rosa", "consultation_coordinator")):
        made[name] = Person.objects.create_user(
            f"{name.lower()}@service.example", name=name, roles=[role], organisation=hill.organisation
        )
    mira, wei = a_clinician(hill, made["Mira"]), a_clinician(lake, None, "Wei")
    with patch.object(limits, "PIECE_BYTES", SMALL):
        picture = a_file(made["Mira"], piece=SMALL)
    draft = begin_letter(to=[speaks(wei), speaks(hill)], by=made["Mira"])
    said = {"subject": "ECMO", "text": "How many beds are free?", "language": "en", "files": [str(picture.pk)]}
    keep_letter(draft, said, version=draft.version, by=made["Mira"])
    return {"hill": hill.key, "mira": mira.key, "lake": lake.key, "wei": wei.key}


def send() -> dict[str, str] | str:
    """Mira sends what she has written; its key, or why it was not sent."""
    draft = LetterDraft.objects.get()
    try:
        return send_letter(draft, version=draft.version, by=draft.by).key
    except ActRefused as refusal:
        return str(refusal)


def sealed() -> list[str]:
    """What waits is sealed, as it travels."""
    return nodes_at_work.sealed()


def left() -> list[str]:
    """All that was ever sealed here, as it travels."""
    store = local_node().store
    own = [stream for stream in store.heads() if stream.origin == here().code]
    batches = [one for stream in own for one in store.batches(stream, after=0, documents=100, size=limits.FILE_BYTES)]
    return [base64.b64encode(pickle.dumps(one)).decode() for one in batches]


def take(batches: Sequence[str]) -> list[str]:
    """What BO says comes."""
    return nodes_at_work.take(batches, via="BO")["came"]


def open_all(by: str) -> int:
    """Somebody opens every letter of BO's thread."""
    thread = Thread.objects.get(origin="BO")
    letters = Letter.objects.filter(thread=thread).values_list("pk", flat=True)
    return open_letters(thread, letters, by=Person.objects.get(name=by))


def tell() -> int:
    """The machine tells BO what was read."""
    return tell_readings()


def look() -> dict[str, Any]:
    """What stands of letters and drafts here, what is new to whom, what waits to be sealed, how far it has come, who
    was told, what the audit has.
    """
    waiting = [Document.read(row.document).type for row in local_node().store.outbox(100)]
    letters = list(Letter.objects.order_by("recorded_at", "pk"))
    ours = [one for one in letters if one.is_ours]
    delivered = deliveries_of(ours, named_speakers([party for one in ours for party in one.parties]))
    audited = AuditEntry.objects.filter(act__regex="^(letter|file.sent)").values_list("act", flat=True)
    return {
        "letters": [f"{one.origin} {one.text}" for one in letters],
        "threads": Thread.objects.count(),
        "copies": sorted(_copy(one) for one in LetterCopy.objects.all()),
        "new": sorted([_name(one.box), one.unread] for one in Participant.objects.all()),
        "found": Found.objects.filter(kind=KIND, is_replaced=False).count(),
        "drafts": [[one.subject, one.text, one.version, one.sent_id is not None] for one in LetterDraft.objects.all()],
        "files": sorted(f"{one.origin} {one.state} {one.documents.count()}" for one in Attached.objects.all()),
        "parts": Part.objects.count(),
        "waiting": sorted(one for one in waiting if one != "receipt"),
        "delivered": [[reader.name, reader.state] for one in ours for reader in delivered[one.pk].readers],
        "receipts": [ReadReceipt.objects.count(), LetterReading.objects.count()],
        "told": Counter(f"{one.kind} {one.person.name}" for one in Notice.objects.select_related("person")),
        "audited": Counter(audited),
    }


def _copy(copy: LetterCopy) -> str:
    said = [("sent", copy.is_sent), ("read", copy.read_at), ("due", copy.is_due), ("told", copy.told_id)]
    return " ".join([_name(copy.box), *(word for word, holds in said if holds)])


def _name(box: Any) -> str:
    row = Clinician.objects.filter(clinician_id=box).first() or Hospital.objects.get(hospital_id=box)
    return str(row.names["en"])
