"""Saying something in a case: the note, if there is one, and the act that names it, together or not at all."""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tocsin.clinical.identifiers.identity import NOBODY, Identity
from tocsin.joint.parties import Speaker
from tocsin.node.alliance.models import Person
from tocsin.node.consultations import models, telling
from tocsin.node.consultations.actions.noting import Words, keep_note, look_through
from tocsin.node.consultations.building.texts import LONGEST_NOTE
from tocsin.node.consultations.identifying import identity_of_case, require_nobody
from tocsin.node.consultations.models.cases import Part
from tocsin.node.consultations.refusals import ActRefused, NoPart
from tocsin.node.consultations.speaking import Voice
from tocsin.node.events.texts import checked
from tocsin.node.joint.actions.acting import act
from tocsin.node.joint.models import JointAct
from tocsin.node.post.actions.making import node_here
from tocsin.node.post.store import DjangoStore

__all__ = ["LONGEST_NOTE", "as_json", "checked_words", "find_case", "say"]


def find_case(case: models.Case, by: Person) -> models.Case:
    """The case as it is now. Raises NoPart for whoever has no part in it any more."""
    found = models.Case.objects.visible_to(by).select_related("of").filter(pk=case.pk).first()
    if found is None:
        raise NoPart
    return found


def say(
    case: models.Case,
    kind: str,
    said: Mapping[str, Any] | None = None,
    *,
    voice: Voice,
    words: Words | None = None,
    note: str | None = None,
    is_needed: bool = False,
    looked_through: Collection[str] = (),
    seen: str | None = None,
    by: Person,
) -> JointAct:
    """One act on a case. It counts once the node of those who ask has it in its order.

    note            the kind of its note; None for an act that has none
    is_needed       whether it cannot be said without words
    looked_through  words that look like an identifier, and that the person says are none
    seen            `joint.actions.acting.token` of the case as the person saw it

    Raises Identifying, Changed, NotAllowed, Waiting, ActRefused, PermissionDenied; then nothing was sent.
    """
    here = node_here()
    if words is not None and words.uploads:
        look_through(words, _identity(case, voice), by=by)
    with DjangoStore().atomic():
        now = find_case(case, by)
        full: dict[str, Any] = {"as": as_json(voice.speaker), **(said or {})}
        require_nobody({"reason": full.get("reason", "")}, _identity(now, voice))  # an act is never erased
        if note is not None:
            full["note"] = None
            if words is not None and not words.is_empty:
                words = checked_words(now, words, voice=voice, looked_through=looked_through)
                others = sorted(now.of.states - {here.node}) if now.of.addressees else []
                made = keep_note(
                    here, now.of.key, note, words, speaker=voice.speaker, classification=now.of.classification,
                    addressees=others, by=by,
                )  # fmt: skip
                full["note"] = {"id": str(made.document_id), "digest": made.digest}
            elif is_needed:
                raise ActRefused(_("Write what you want to say; nothing was sent."))
        language = words.language if words is not None else by.language
        sent = act(now.of, kind, full, needs=voice.needs, seen=seen, language=language, by=by)
        telling.of_act(now, sent, by=by)
    return sent


def checked_words(case: models.Case, words: Words, *, voice: Voice, looked_through: Collection[str]) -> Words:
    """The words without what no text may hold. Raises Identifying, ActRefused."""
    text = checked(words.text, longest=LONGEST_NOTE)
    require_nobody({"text": text, "content": words.content or {}}, _identity(case, voice), but=looked_through)
    return Words(text=text, content=words.content, uploads=words.uploads, language=words.language)


def as_json(speaker: Speaker) -> dict[str, Any]:
    """The member `as` of an act."""
    clinician = speaker.clinician
    return {
        "hospital": speaker.hospital.as_json(),
        "clinician": None if clinician is None else clinician.as_json(),
    }


def _identity(case: models.Case, voice: Voice) -> Identity:
    """Who the patient is, is looked for on the side that knows; for an expert of the same state it is nobody's
    business.
    """
    return identity_of_case(case) if voice.part is Part.ASKING else NOBODY
