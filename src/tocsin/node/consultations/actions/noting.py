"""Notes of a case as documents: made, queued and kept in the transaction of the act that names them."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tocsin.clinical.content import normalised
from tocsin.clinical.identifiers.identity import Identity
from tocsin.exchange.documents import NATIONAL
from tocsin.exchange.local import LocalNode
from tocsin.exchange.sealing import post
from tocsin.joint.acts import ObjectId
from tocsin.joint.parties import Speaker
from tocsin.node.alliance.models import Person
from tocsin.node.consultations.models import ClinicalNote
from tocsin.node.consultations.readers.notes import note_of
from tocsin.node.consultations.refusals import InvalidInput, Problem
from tocsin.node.files.actions.checking import look_for
from tocsin.node.files.actions.sending import send_file
from tocsin.node.files.models import Upload
from tocsin.node.files.refusals import NotSent
from tocsin.node.joint.line_ends import with_one_line_end
from tocsin.node.post.actions.making import make

__all__ = ["KIND", "Words", "keep_note", "look_through"]

KIND = "consultation"  # of the gate of its files


@dataclass(frozen=True, kw_only=True)
class Words:
    """What somebody says of a patient: a text, structured content, uploads that go along, by their identifiers."""

    text: str = ""
    content: Mapping[str, Any] | None = None
    uploads: Sequence[str] = field(default_factory=tuple)
    language: str = "en"

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing."""
        return not self.text.strip() and not self.content and not self.uploads


def keep_note(
    here: LocalNode,
    about: ObjectId,
    kind: str,
    words: Words,
    *,
    speaker: Speaker,
    classification: str,
    addressees: Sequence[str],
    translates: Mapping[str, str] | None = None,
    by: Person,
) -> ClinicalNote:
    """Make a note, queue it where it travels, and keep its row. Raises ActRefused where nobody would take it."""
    body = {
        "about": about.as_json(), "kind": kind,
        "as": {
            "hospital": speaker.hospital.as_json(),
            "clinician": speaker.clinician.as_json() if speaker.clinician is not None else None,
        },
        "text": with_one_line_end(words.text.strip()),
        "content": with_one_line_end(normalised(words.content)) if words.content else None,
        "files": _sent(words, about, addressees, by), "translates": dict(translates) if translates else None,
    }  # fmt: skip
    document = make(
        here, "clinical-note", body, to=addressees, classification=classification, language=words.language,
        also_absent=True, no_onward_sharing=True,
    )  # fmt: skip
    row = note_of(document, is_ours=True)
    row.by, row.name = by, by.name
    row.save(force_insert=True)
    if classification != NATIONAL:
        post(here, document)
    return row


def look_through(words: Words, identity: Identity, *, by: Person) -> None:
    """Look for who the patient is in all files that would go along. What is found stays found if the act is refused."""
    for key in words.uploads:
        with suppress(Upload.DoesNotExist):  # told when it is to be sent
            look_for(UUID(key), identity, by=by)


def _sent(words: Words, about: ObjectId, to: Sequence[str], by: Person) -> list[dict[str, Any]]:
    """The files, sent, as the note names them. Raises InvalidInput for one that may not leave, or is not there."""
    sent: list[dict[str, Any]] = []
    for key in words.uploads:
        upload = Upload.objects.visible_to(by).filter(pk=key).first()
        if upload is None:
            raise InvalidInput([Problem("files", _("A file is not there any more. Take it out, or give it again."))])
        try:
            sent.append(
                send_file(upload, kind=KIND, about=about.as_json(), to=to, by=by, language=words.language)
            )  # fmt: skip
        except NotSent:
            said = _("“%(name)s” may not leave yet: look at it first, under your files.")
            raise InvalidInput([Problem("files", said % {"name": upload.name})]) from None
    return list({one["digest"]: one for one in sent}.values())
