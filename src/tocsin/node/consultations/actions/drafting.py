"""Acts on cases that are being written: begun, kept at every step, given up. Nothing of them leaves."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.clinical.content import EMPTY, normalised
from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.consultations.models import Case, CaseDraft, ClinicalNote, PatientIdentity
from tocsin.node.consultations.models.cases import Part
from tocsin.node.consultations.reading import case_here
from tocsin.node.consultations.refusals import ActRefused, DraftChanged
from tocsin.node.consultations.speaking import voice_in
from tocsin.node.hospitals.models import Clinician, Hospital

__all__ = ["FIELDS", "begin", "begin_again", "give_up", "keep", "keep_identity", "lock"]

# What a step of the form may write, besides the hospitals that are asked and the identity.
FIELDS = frozenset({
    "specialty", "urgency", "languages", "language", "consent", "text", "content", "files", "looked_through", "step",
})  # fmt: skip
IDENTITY = frozenset({"names", "birth_date", "numbers", "telephones", "addresses"})


@transaction.atomic
def begin(
    clinician: Clinician, *, asked: Sequence[Hospital] = (), follows: Case | None = None, by: Person
) -> CaseDraft:  # fmt: skip
    """Begin to write a case, as this clinician. Raises PermissionDenied, ActRefused for somebody else's name."""
    check(by, Ability.CONSULT)
    if clinician.person_id != by.pk:
        raise ActRefused(_("A case is asked in one's own name."))
    draft = CaseDraft.objects.create(
        by=by, clinician=clinician, follows=follows, languages=list(clinician.languages) or [by.language],
        language=get_language() or by.language, content=normalised(EMPTY),
    )  # fmt: skip
    draft.asked.set(asked)
    PatientIdentity.objects.create(draft=draft)
    audit.record("consultation-draft.begun", draft, by=by)
    return draft


@transaction.atomic
def begin_again(case: Case, *, by: Person) -> CaseDraft:
    """Write on at a case that was given back: what was sent is there, to be changed and sent again.

    The one that is open already, if there is one. Raises NoPart, ActRefused where it was not given back.
    """
    check(by, Ability.CONSULT)
    voice = voice_in(case, by, Part.ASKING, clinician=True)
    if case.status != Case.Status.RETURNED:
        raise ActRefused(_("Only a case that was given back is written anew."))
    there = CaseDraft.objects.visible_to(by).waiting().filter(case=case).first()
    if there is not None:
        return there
    clinician, known = voice.clinician, case_here(case.of)
    assert clinician is not None  # asked for above
    draft = CaseDraft.objects.create(
        by=by, clinician=clinician, case=case, specialty=case.specialty, urgency=case.urgency,
        languages=list(case.languages), language=get_language() or by.language, step="look",
        consent={
            kind: {"given": one.given, "on": one.on, "basis": one.basis} for kind, one in known.consents.items()
        },
        **_as_sent(case),
    )  # fmt: skip
    draft.asked.set(one.hospital for one in case.hospitals.filter(part=Part.ASKED).select_related("hospital"))
    audit.record("consultation-draft.begun", draft, by=by, case=case.number)
    return draft


def _as_sent(case: Case) -> dict[str, Any]:
    notes = ClinicalNote.objects.about(case).readable().filter(kind="submission", is_ours=True)
    last = notes.order_by("-recorded_at", "-id").first()
    return {"text": last.text, "content": last.content or {}} if last is not None else {}


@transaction.atomic
def keep(
    draft: CaseDraft,
    said: Mapping[str, Any],
    *,
    asked: Sequence[Hospital] | None = None,
    identity: Mapping[str, Any] | None = None,
    version: int,
    by: Person,
) -> CaseDraft:
    """Keep what was typed as it is, complete or not. Raises DraftChanged, ActRefused, PermissionDenied.

    said      members among FIELDS
    identity  members of the patient's identity, which stays at the hospital
    version   of the draft that the person saw
    """
    now = lock(draft, version=version, by=by)
    if strange := set(said) - FIELDS:
        raise ValueError(f"no fields of a draft: {', '.join(sorted(strange))}")
    for name, value in said.items():
        setattr(now, name, normalised(value) if name == "content" else value)
    if asked is not None:
        now.asked.set(asked)
    if identity is not None:
        keep_identity(now, identity)
    now.version += 1
    now.changed_at = timezone.now()
    now.save()
    return now


def keep_identity(draft: CaseDraft, said: Mapping[str, Any]) -> PatientIdentity:
    """Keep who the patient is. In the transaction of the draft; neither the audit nor a log learns of it."""
    if strange := set(said) - IDENTITY:
        raise ValueError(f"no members of an identity: {', '.join(sorted(strange))}")
    row = PatientIdentity.objects.of_draft(draft) or PatientIdentity(draft=draft, case=draft.case)
    for name, value in said.items():
        setattr(row, name, value if isinstance(value, date) or value is None else [one for one in value if one.strip()])
    row.changed_at = timezone.now()
    row.save()
    return row


@transaction.atomic
def give_up(draft: CaseDraft, *, version: int, by: Person) -> None:
    """Give a draft up: all that was typed of the patient is destroyed. Raises DraftChanged, ActRefused."""
    now = lock(draft, version=version, by=by)
    PatientIdentity.objects.filter(draft=now, case=None).delete()
    now.text, now.content, now.files, now.consent = "", {}, [], {}
    now.given_up_at = now.changed_at = timezone.now()
    now.version += 1
    now.save()
    audit.record("consultation-draft.given_up", now, by=by)


def lock(draft: CaseDraft, *, version: int, by: Person) -> CaseDraft:
    """The draft as it is now, its row locked. Raises DraftChanged, ActRefused, PermissionDenied."""
    check(by, Ability.CONSULT)
    now = CaseDraft.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=draft.pk).first()
    if now is None:
        raise ActRefused(_("This draft is somebody else's."))
    if now.sent_id is not None:
        raise ActRefused(_("This was sent already. Open the case to say more."))
    if now.given_up_at is not None:
        raise ActRefused(_("This draft was given up."))
    if now.version != version:
        raise DraftChanged(now)
    return now
