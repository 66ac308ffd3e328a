"""A case is submitted: the note of the patient and the act that asks, together. From here on others have it."""

from typing import Any

from django.utils import timezone

from tocsin.clinical.content import normalised
from tocsin.exchange.documents import NATIONAL
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.local import LocalNode
from tocsin.joint.acts import ObjectId
from tocsin.node.alliance import audit
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.consultations import telling
from tocsin.node.consultations.actions.drafting import lock
from tocsin.node.consultations.actions.noting import Words, keep_note, look_through
from tocsin.node.consultations.actions.saying import LONGEST_NOTE, as_json, say
from tocsin.node.consultations.building.cases import problems_of_draft
from tocsin.node.consultations.identifying import identity_of, require_nobody
from tocsin.node.consultations.models import Case, CaseDraft, PatientIdentity
from tocsin.node.consultations.models.cases import Part
from tocsin.node.consultations.refusals import InvalidInput
from tocsin.node.consultations.speaking import speaker_of, voice_in
from tocsin.node.events.texts import checked
from tocsin.node.hospitals.hours import local
from tocsin.node.hospitals.models import Hospital
from tocsin.node.joint.actions.acting import open_object
from tocsin.node.post.actions.making import node_here
from tocsin.node.post.store import DjangoStore

__all__ = ["submit"]


def submit(draft: CaseDraft, *, version: int, seen: str | None = None, by: Person) -> Case:
    """Ask. What was written leaves once it is sealed, to the states of the hospitals that are asked and nobody else.

    version  of the draft that the person saw
    seen     of a case that was given back: `joint.actions.acting.token` of it as the person saw it

    Raises InvalidInput with all that has to be put right; Identifying where a text seems to say who it is;
    DraftChanged, Changed, NotAllowed, ActRefused, PermissionDenied.
    """
    here = node_here()
    identity = identity_of(PatientIdentity.objects.of_draft(draft))
    look_through(Words(uploads=draft.files), identity, by=by)
    with DjangoStore().atomic():
        now = lock(draft, version=version, by=by)
        today = local(now.clinician.hospital.time_zone, timezone.now()).date()
        if problems := problems_of_draft(now, today=today):
            raise InvalidInput(problems)
        words = _words(now)
        asked = list(now.asked.order_by("origin", "hospital_id"))
        case = _submit(here, now, words, asked, by) if now.case is None else _resubmit(now, words, asked, seen, by)
        PatientIdentity.objects.filter(draft=now).update(case=case)
        now.sent, now.changed_at = case.of, timezone.now()
        now.save(update_fields=["sent", "changed_at"])
        audit.record("consultation-draft.sent", now, by=by, case=case.number)
    return case


def _words(draft: CaseDraft) -> Words:
    text, content = checked(draft.text, longest=LONGEST_NOTE), normalised(draft.content)
    identity = identity_of(PatientIdentity.objects.of_draft(draft))
    require_nobody({"text": text, "content": content}, identity, but=draft.looked_through)
    return Words(text=text, content=content, uploads=draft.files, language=draft.language)


def _submit(here: LocalNode, draft: CaseDraft, words: Words, asked: list[Hospital], by: Person) -> Case:
    speaker = speaker_of(draft.clinician.hospital, draft.clinician)
    states = sorted({one.origin for one in asked} - {here.node})
    classification = "SELECTIVE" if states else NATIONAL
    id = new_id(here.now())
    note = keep_note(
        here, ObjectId(here.node, id), "submission", words, speaker=speaker, classification=classification,
        addressees=states, by=by,
    )  # fmt: skip
    said = {
        "as": as_json(speaker), "note": {"id": str(note.document_id), "digest": note.digest}, "team": [],
        "follows": draft.follows.of.key.as_json() if draft.follows is not None else None,
        "consent": {kind: _consent(one) for kind, one in draft.consent.items() if one.get("given")},
        **_asked(draft, asked),
    }  # fmt: skip
    of = open_object(
        "consultation", "submit", said, needs=Ability.CONSULT, classification=classification, addressees=states,
        language=draft.language, id=id, by=by,
    )  # fmt: skip
    case = Case.objects.get(of=of)
    telling.of_act(case, of.acts.get(document_id=of.object_id, origin=of.origin), by=by)
    return case


def _resubmit(draft: CaseDraft, words: Words, asked: list[Hospital], seen: str | None, by: Person) -> Case:
    case: Case = draft.case
    say(
        case, "resubmit", _asked(draft, asked), voice=voice_in(case, by, Part.ASKING), words=words, note="submission",
        is_needed=True, looked_through=draft.looked_through, seen=seen, by=by,
    )  # fmt: skip
    return Case.objects.get(pk=case.pk)


def _asked(draft: CaseDraft, asked: list[Hospital]) -> dict[str, Any]:
    return {
        "asked": [one.key for one in asked], "specialty": draft.specialty, "urgency": draft.urgency,
        "languages": list(draft.languages),
    }  # fmt: skip


def _consent(one: dict[str, Any]) -> dict[str, Any]:
    return {"given": True, "on": one.get("on") or None, "basis": one["basis"]}
