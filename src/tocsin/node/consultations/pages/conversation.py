"""What was said in a case, in its order: who, as what, when; opinions set apart, with all their revisions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tocsin.joint.acts import Applied
from tocsin.joint.consultations import Case, Opinion
from tocsin.joint.consultations.panel import DISAGREES
from tocsin.joint.parties import PartyId, Speaker
from tocsin.node.consultations.models import ClinicalNote
from tocsin.node.consultations.pages.parties import Parties, Person
from tocsin.node.consultations.words import ACTS, USES, coded
from tocsin.node.language.formats import listing

__all__ = ["Entry", "Words", "conversation", "notes_by_id", "who_said", "words_of"]

SILENT = {"order", "take", "join"}  # what the record has, and a conversation does not need
DESTROYED = gettext_lazy("What was written was destroyed: the patient does not agree any more, or it was erased.")
BESIDE = {"submit", "resubmit", "request"}  # whose words stand beside the conversation, as what is asked


@dataclass(frozen=True, slots=True)
class Words:
    """A note as it is read: its text in its language, translations of it, files. `gone`: destroyed, or not here yet."""

    text: str = ""
    language: str = ""
    content: Mapping[str, Any] | None = None
    files: Sequence[Any] = ()
    translations: Sequence[ClinicalNote] = ()
    gone: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was said. kind: of the act; is_ours: by somebody of this state; is_sent: in no order yet."""

    kind: str
    act: str
    who: Person
    at: datetime
    words: Words | None
    about: str = ""
    detail: str = ""
    is_asking: bool = False
    is_sent: bool = False
    is_new: bool = False
    opinion: Opinion | None = None
    revision: int = 0
    is_last_revision: bool = False
    anchor: str = ""
    acts: Sequence[Any] = ()


def notes_by_id(notes: Sequence[ClinicalNote]) -> dict[tuple[str, str], ClinicalNote]:
    """By origin and document."""
    return {(one.origin, str(one.document_id)): one for one in notes}


def conversation(
    case: Case,
    notes: Sequence[ClinicalNote],
    parties: Parties,
    *,
    sent: set[str],
    seen_at: datetime | None,
    acts: Mapping[str, Sequence[Any]],
    files: Mapping[str, Any],
) -> list[Entry]:
    """Everything in its order.

    sent     identifiers of acts of this state that no order has yet
    files    that are here, by their digests
    acts     what the reader may do with each question and opinion, by its name
    seen_at  until when the reader has read the case
    """
    found = _entries(case, notes, parties, sent, seen_at, files)
    return [replace(one, acts=acts.get(_named(one), ())) for one in found]


def _named(entry: Entry) -> str:
    """The question or opinion that an entry is, where something may be done with it."""
    if entry.opinion is not None:
        return entry.opinion.id if entry.is_last_revision else ""
    return entry.about if entry.kind == "ask" else ""


def _entries(
    case: Case,
    notes: Sequence[ClinicalNote],
    parties: Parties,
    sent: set[str],
    seen_at: datetime | None,
    files: Mapping[str, Any],
) -> Iterator[Entry]:
    known = notes_by_id(notes)
    translated: dict[str, list[ClinicalNote]] = {}
    for one in notes:
        if one.translates:
            translated.setdefault(f"{one.translates['origin']} {one.translates['id']}", []).append(one)
    revisions = _revisions(case)
    for applied in case.history:
        act = applied.act
        if act.kind in SILENT:
            continue
        yield Entry(
            kind=act.kind, act=_act(applied), who=who_said(applied, parties), at=applied.at,
            words=words_of(applied, known, translated, files, may_be_told=case.may_be_told),
            detail=_detail(applied, parties, may_be_told=case.may_be_told),
            is_asking=_is_asking(case, applied), is_sent=act.id in sent,
            is_new=seen_at is not None and act.recorded_at > seen_at and act.id not in sent,
            anchor=f"act-{act.id}", about=str(act.said["id"]) if act.kind == "ask" else "",
            **revisions.get(act.id, {}),
        )  # fmt: skip


def _revisions(case: Case) -> dict[str, dict[str, Any]]:
    """Of each act that signed an opinion: which, its revision, and whether it is how the opinion stands."""
    found = {}
    for opinion in case.opinions:
        for place, revision in enumerate(opinion.revisions, 1):
            is_last = place == len(opinion.revisions)
            found[revision.applied.act.id] = {"opinion": opinion, "revision": place, "is_last_revision": is_last}
    return found


def _act(applied: Applied) -> str:
    kind, said = applied.act.kind, applied.act.said
    if kind == "stand":
        return _("does not agree with the outcome") if said["stance"] == DISAGREES else _("agrees with the outcome")
    if kind == "consent":
        given = _("the patient agrees to: %(use)s") if said["given"] else _("the patient does not agree to: %(use)s")
        return given % {"use": USES.get(said["kind"], said["kind"])}
    return str(ACTS.get(kind, kind))


def who_said(applied: Applied, parties: Parties) -> Person:
    """Whose hand an act was: a clinician, a coordinator, a rule of a hospital, or the machine."""
    said = applied.act.said.get("as")
    if said is None:
        return Person(
            pgettext("who did it", "the machine"),
            "",
            "",
            parties.states.get(applied.act.origin, ""),
            "",
            (),
            None,
            None,
        )
    coordinator = _("coordinator") if applied.act.role != "node" else _("by the hospital's rule")
    return parties.speaker(Speaker.of(said), applied.act.name, coordinator)


def _detail(applied: Applied, parties: Parties, *, may_be_told: bool) -> str:
    """Who was named, or why. What became of the patient, and what people wrote, is of the patient and goes with their
    consent; that it was told, by whom and when, stays.
    """
    said = applied.act.said
    for name in ("experts", "members", "clinicians"):
        if name in said:
            return listing(parties.clinician(PartyId.of(one)).name for one in said[name])
    if applied.act.kind == "decline":
        return coded("decline_reason", said["reason"])
    if applied.act.kind == "return":
        return coded("return_reason", said["reason"])
    if not may_be_told:
        return ""
    if applied.act.kind == "follow_up":
        return f"{coded('outcome', said['outcome'])} · {coded('advice_followed', said['advice_followed'])}"
    return str(said.get("reason", "") or "")


def _is_asking(case: Case, applied: Applied) -> bool:
    said = applied.act.said.get("as")
    return said is None or Speaker.of(said).hospital == case.asking


def words_of(
    applied: Applied,
    known: Mapping[tuple[str, str], ClinicalNote],
    translated: Mapping[str, list[ClinicalNote]],
    files: Mapping[str, Any],
    *,
    may_be_told: bool,
) -> Words | None:
    """The note that an act names, as it is read; None where it names none, or one that stands beside.

    files        of files that are here, what is shown of each, by digest
    may_be_told  whether the patient still agrees; what was written is destroyed where they do not
    """
    named = applied.act.said.get("note")
    if not named:
        return None
    if not may_be_told:
        return Words(gone=str(DESTROYED))
    note = known.get((applied.act.origin, named["id"]))
    gone = _gone(note, named["digest"])
    if note is None or gone:
        return Words(gone=gone)
    if applied.act.kind in BESIDE:
        return None
    key = f"{note.origin} {note.document_id}"
    there = [files[one["digest"]] for one in note.files if one["digest"] in files]
    return Words(note.text, note.language, note.content, there, translated.get(key, ()), key=str(note.pk))


def _gone(note: ClinicalNote | None, digest: str) -> str:
    """Why nothing is read of a note; empty where it is read."""
    if note is None:
        return _("What was written is not here yet.")
    if note.digest != digest:
        return _("What is here is not what was signed, and is not shown.")
    if note.erased_at is not None:
        return str(DESTROYED)
    return _("What was written is void: the key that signed it had ended.") if note.withdrawn_at is not None else ""
