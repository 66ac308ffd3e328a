"""A hospital asks another to take over a patient: of a case of its own, or without one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.clinical.content import normalised, problems_of
from tocsin.clinical.content.problems import WARNINGS
from tocsin.clinical.identifiers.identity import NOBODY
from tocsin.exchange.documents import NATIONAL
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.local import LocalNode
from tocsin.joint.acts import ObjectId
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.clinical.wording import worded
from tocsin.node.consultations.actions.noting import Words, keep_note
from tocsin.node.consultations.actions.saying import as_json
from tocsin.node.consultations.identifying import identity_of_case
from tocsin.node.consultations.models import Case, CaseHospital
from tocsin.node.consultations.models.cases import Part
from tocsin.node.consultations.speaking import speaker_of
from tocsin.node.hospitals.hours import local
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.hospitals.reading import clinicians_of
from tocsin.node.joint.actions.acting import open_object
from tocsin.node.language.formats import long_date
from tocsin.node.post.actions.making import node_here
from tocsin.node.post.store import DjangoStore
from tocsin.node.transfers import telling
from tocsin.node.transfers.actions.saying import checked_words
from tocsin.node.transfers.models import Transfer
from tocsin.node.transfers.models.transfers import Side
from tocsin.node.transfers.refusals import ActRefused, InvalidInput, NoPart, Problem

__all__ = ["Consent", "own_case", "request"]


@dataclass(frozen=True, slots=True)
class Consent:
    """That the patient agrees to be transferred. basis: patient, representative or emergency."""

    given: bool
    basis: str
    on: date | None = None

    def as_json(self) -> dict[str, Any]:
        """As an act says it."""
        return {"given": self.given, "on": self.on.isoformat() if self.on else None, "basis": self.basis}


def own_case(pk: UUID, by: Person) -> Case | None:
    """A case that `by` asks about as a clinician, whose patient agrees to be told of; None for every other."""
    mine = [one.pk for one in clinicians_of(by)]
    found = Case.objects.visible_to(by).filter(is_ours=True, may_be_told=True).exclude(status=Case.Status.VOID)
    return found.filter(pk=pk, clinicians__part=Part.ASKING, clinicians__clinician__in=mine).distinct().first()


def request(
    clinician: Clinician,
    to: Hospital,
    words: Words,
    *,
    urgency: str,
    transport: str,
    consent: Consent,
    case: Case | None = None,
    looked_through: Collection[str] = (),
    id: str | None = None,
    by: Person,
) -> Transfer:
    """Ask. What was written leaves once it is sealed, to the state of the other hospital and nobody else.

    id   that the page gave to this request: said twice, it is one

    Raises InvalidInput with all that has to be put right; Identifying where a text seems to say who it is; NoPart,
    NotAllowed, ActRefused, PermissionDenied.
    """
    here = node_here()
    with DjangoStore().atomic():
        if id is not None and (known := _known(here, id, by)) is not None:
            return known
        _check(clinician, to, case, by=by)
        today = local(clinician.hospital.time_zone, timezone.now()).date()
        words = replace(words, content=normalised(words.content) if words.content else None)
        if problems := [*_consent_problems(consent, today), *_content_problems(words.content, today)]:
            raise InvalidInput(problems)
        if not words.text.strip() and not words.content:
            raise ActRefused(_("Write what you want to say; nothing was sent."))
        identity = identity_of_case(case) if case is not None else NOBODY
        words = checked_words(words, identity, looked_through=looked_through)
        said = {"urgency": urgency, "transport": transport, "consent": consent.as_json()}
        row = _open(here, clinician, to, words, said, case, id=id or new_id(here.now()), by=by)
        telling.of_act(row, row.of.acts.get(document_id=row.of.object_id, origin=row.of.origin), by=by)
    return row


def _open(
    here: LocalNode, clinician: Clinician, to: Hospital, words: Words, said: Mapping[str, Any], case: Case | None, *,
    id: str, by: Person,
) -> Transfer:  # fmt: skip
    speaker = speaker_of(clinician.hospital, clinician)
    states = sorted({to.origin} - {here.node})
    classification = "SELECTIVE" if states else NATIONAL
    note = keep_note(
        here, ObjectId(here.node, id), "submission", words, speaker=speaker, classification=classification,
        addressees=states, by=by,
    )  # fmt: skip
    full = {
        **said, "as": as_json(speaker), "to": to.key, "case": case.of.key.as_json() if case is not None else None,
        "note": {"id": str(note.document_id), "digest": note.digest},
    }  # fmt: skip
    of = open_object(
        "transfer", "request", full, needs=Ability.CONSULT, classification=classification, addressees=states,
        language=words.language, id=id, by=by,
    )  # fmt: skip
    return Transfer.objects.get(of=of)


def _known(here: LocalNode, id: str, by: Person) -> Transfer | None:
    found = Transfer.objects.visible_to(by).select_related("of")
    return found.filter(of__origin=here.node, of__object_id=id).first()


def _check(clinician: Clinician, to: Hospital, case: Case | None, *, by: Person) -> None:
    """Who asks is a clinician at work, of the hospital that asks in the case; who is asked takes part."""
    if clinician.pk not in {one.pk for one in clinicians_of(by)}:
        raise NoPart
    if to.status != Hospital.Status.ACTIVE or to.is_gone:
        said = _("%(hospital)s cannot be asked now: it is “%(status)s”. Choose another hospital.")
        raise ActRefused(said % {"hospital": to, "status": to.get_status_display()})
    if case is None:
        return
    asks = CaseHospital.objects.filter(case=case, part=Part.ASKING, hospital=clinician.hospital_id)
    if own_case(case.pk, by) is None or not asks.exists():
        raise ActRefused(_("This is no case of yours, or its patient does not agree any more. Nothing was sent."))
    waiting = Transfer.objects.open().filter(
        case=case.of.key.as_json(), hospitals__side=Side.RECEIVING, hospitals__hospital=to
    )  # fmt: skip
    if waiting.exists():
        said = _("%(hospital)s is asked to take over this patient already; that transfer is open.")
        raise ActRefused(said % {"hospital": to})


def _consent_problems(consent: Consent, today: date) -> list[Problem]:
    if not consent.given:
        said = _("The patient, or somebody for them, has to agree before another hospital is asked.")
        return [Problem("given", said)]
    if consent.on is None and consent.basis != "emergency":
        return [Problem("on", _("Give the day of the consent."))]
    if consent.on is not None and consent.on > today:
        said = _("The consent is of %(day)s, which is to come; today is %(today)s.")
        return [Problem("on", said % {"day": long_date(consent.on), "today": long_date(today)})]
    return []


def _content_problems(content: Mapping[str, Any] | None, today: date) -> list[Problem]:
    if not content:
        return []
    return [
        Problem(one.field.strip("/").replace("/", "."), worded(one))
        for one in problems_of(content, today=today)
        if one.code not in WARNINGS
    ]
