"""Hospitals of this state and of BO, letters as people send them, and as BO writes them."""

from dataclasses import replace
from typing import Any

from django.utils import timezone

from tocsin.exchange.documents import Document
from tocsin.exchange.identifiers import new_id as document_id
from tocsin.joint.parties import Speaker
from tocsin.node.alliance.models import Organisation
from tocsin.node.correspondence.actions.drafting import begin_answer, begin_letter, keep_letter
from tocsin.node.correspondence.actions.sending import send_letter
from tocsin.node.correspondence.boxes import boxes_of
from tocsin.node.correspondence.models import Letter, LetterCopy, Participant
from tocsin.node.correspondence.recipients import as_json, speaker_for
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.hospitals.naming import keys_of
from tocsin.node.records import new_id

__all__ = [
    "a_clinician", "a_hospital", "answer", "answered_by", "letter_of_bo", "read_by_bo", "sees", "speaks", "unread",
    "write",
]  # fmt: skip


def a_hospital(state, name: str, *, origin: str = "", **more: Any) -> Hospital:
    """One that takes part; of ours with an organisation, of a partner without."""
    is_ours = not origin
    organisation = Organisation.objects.create(state=state, kind="hospital", name_en=name) if is_ours else None
    id, names = new_id(), {"en": name, "ru": "", "zh": ""}
    given = {"status": "active", "time_zone": "Asia/Almaty", "languages": ["ru"], "verified_at": timezone.now()}
    return Hospital.objects.create(
        id=id, hospital_id=id, origin=origin or state.pk, is_ours=is_ours, organisation=organisation, names=names,
        **given, **keys_of(names), **more,
    )  # fmt: skip


def a_clinician(hospital: Hospital, person: Any, name: str = "") -> Clinician:
    """One who answers there; `person` is None at a partner's hospital."""
    id, names = new_id(), {"en": name or person.name, "ru": "", "zh": ""}
    return Clinician.objects.create(
        id=id, clinician_id=id, origin=hospital.origin, hospital=hospital, is_ours=hospital.is_ours, person=person,
        names=names, role="consultant", specialties=["infectious_diseases"], languages=["ru"], status="active",
        time_zone="", **keys_of(names),
    )  # fmt: skip


def speaks(row: Hospital | Clinician) -> Speaker:
    return speaker_for(row)


def write(
    by, *to: Hospital | Clinician, subject: str = "ECMO", text: str = "How many beds are free?", **more
) -> Letter:
    """A letter that begins a thread."""
    sending = {name: more.pop(name) for name in ("looked", "readers") if name in more}
    draft = begin_letter(to=[speaks(one) for one in to], box=more.pop("box", None), by=by)
    said = {"subject": subject, "text": text, "language": "en", **more}
    draft = keep_letter(draft, said, version=draft.version, by=by)
    return send_letter(draft, version=draft.version, by=by, **sending)


def answer(letter: Letter, by, text: str = "Three.", **more) -> Letter:
    draft = begin_answer(letter, by=by)
    draft = keep_letter(draft, {"text": text, "language": "en", **more}, version=draft.version, by=by)
    return send_letter(draft, version=draft.version, by=by)


def letter_of_bo(
    world, writer: Hospital | Clinician, *to: Hospital | Clinician, thread=None, audience: str = "to:AL", **said
) -> Document:  # fmt: skip
    """A letter of BO, not posted. `thread`: the key of one that is there."""
    head = {name: said.pop(name) for name in ("recorded_at", "language") if name in said}
    id = said.pop("id", None) or document_id(world.nodes["BO"].now())
    body = {
        "thread": thread or {"origin": "BO", "id": id}, "as": as_json(speaks(writer)), "name": "Wei",
        "to": [as_json(speaks(one)) for one in to], "in_reply_to": None, "subject": "Койки",
        "text": "Сколько коек свободно?", "files": [], "translates": None,
    }  # fmt: skip
    made = world.document(
        "BO", "", audience, type="letter", body=body | said, no_onward_sharing=True,
        language=head.get("language", "ru"),
    )  # fmt: skip
    return replace(made, id=id, recorded_at=head.get("recorded_at", made.recorded_at))


def answered_by(world, writer: Clinician, letter: Letter, *to, **said) -> Document:
    """An answer of BO to a letter."""
    return letter_of_bo(world, writer, *to, thread=letter.thread.key, in_reply_to=letter.key, **said)


def read_by_bo(world, reader: Hospital | Clinician, *letters: Letter) -> Document:
    """That somebody of BO has opened letters of ours."""
    body = {
        "as": as_json(speaks(reader)), "letters": [one.key for one in letters], "at": "2026-03-09T06:00:00Z",
    }  # fmt: skip
    return world.document("BO", "", "to:AL", type="letters-read", body=body, no_onward_sharing=True, language="en")


def sees(person) -> list[str]:
    """Texts of the letters that somebody reads."""
    return list(Letter.objects.visible_to(person).order_by("recorded_at", "pk").values_list("text", flat=True))


def unread(person) -> int:
    """How many letters are new in the boxes of somebody, as copies say, and as participants have it."""
    keys = [one.key for one in boxes_of(person)]
    copies = LetterCopy.objects.filter(box__in=keys, is_sent=False, read_at=None, letter__translates__isnull=True)
    number = copies.filter(letter__withdrawn_at=None, letter__erased_at=None).count()
    assert sum(Participant.objects.filter(box__in=keys).values_list("unread", flat=True)) == number
    return number
