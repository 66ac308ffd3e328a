"""The page of one case: what is asked, how far it is, what was said, what the reader may do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.exchange.documents import NATIONAL
from tocsin.joint.consultations import Case, Status
from tocsin.joint.consultations.panel import Panel
from tocsin.joint.parties import PartyId
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Person as Reader
from tocsin.node.alliance.naming import names
from tocsin.node.consultations import models
from tocsin.node.consultations.models.cases import Part
from tocsin.node.consultations.pages.case_acts import Acts, acts_of
from tocsin.node.consultations.pages.conversation import Entry, conversation
from tocsin.node.consultations.pages.parties import Parties, Person, parties_of
from tocsin.node.consultations.pages.patient import Facts, facts_of
from tocsin.node.consultations.reading import case_ahead
from tocsin.node.consultations.speaking import voices_in
from tocsin.node.consultations.words import USES, coded
from tocsin.node.files.reading import files_of
from tocsin.node.joint.actions.acting import token
from tocsin.node.joint.arranging import arrangement_of
from tocsin.node.language.formats import left_of, listing

__all__ = ["CasePage", "PanelShown", "case_page", "mark_seen", "patient_line"]


@dataclass(frozen=True)
class PanelShown:
    """A panel with its members: who is there, who agrees."""

    panel: Panel
    chip: str
    members: Sequence[tuple[Person, str, bool]]
    can_be_signed: bool


@dataclass(frozen=True)
class CasePage:
    """All that the page shows. patient is None where the reader may not know of the patient any more."""

    row: models.Case
    case: Case
    answer: str
    chip: str
    seen: str
    asking: str
    asking_state: str
    asking_time: datetime | None
    asked: Sequence[tuple[str, str, datetime | None, str]]
    team: Sequence[Person]
    experts: Sequence[Person]
    specialty: str
    urgency: str
    urgency_code: str
    deadline: str
    is_late: bool
    languages: Sequence[str]
    consents: Sequence[tuple[str, bool]]
    patient: Facts | None
    text: str
    text_language: str
    files: Sequence[Any]
    entries: Sequence[Entry]
    panel: PanelShown | None
    acts: Acts
    part: Part | None
    has_identity: bool
    is_waiting: str
    unordered: bool
    follows: models.Case | None
    is_national: bool


def patient_line(row: models.Case) -> str:
    """The one line of the patient in the reader's language; that there is none any more where consent has ended."""
    if not row.may_be_told:
        return _("A patient who does not agree any more")
    language = get_language() or "en"
    return row.summary.get(language) or row.summary.get("en") or _("A patient of whom nothing is here yet")


def case_page(row: models.Case, reader: Reader) -> CasePage:
    """A number of queries that does not grow with what was said."""
    arrangement = arrangement_of(row.of)
    case = case_ahead(row.of, arrangement)
    parties, voices = parties_of(case), voices_in(row, reader)
    may_read = case.may_be_told
    notes = list(models.ClinicalNote.objects.visible_to(reader).about(row)) if may_read else []
    sent = {act.id for act in arrangement.proposals if act.origin == here().code}
    last = models.CaseSeen.objects.filter(case=row, person=reader).first()
    files = {one.digest: one for one in files_of(row.of.key.as_json(), person=reader)} if may_read else {}
    submission = _submission(case, notes)
    deadline, is_late = _deadline(row)
    part, acts = voices[0].part if voices else None, acts_of(row, case, voices)
    return CasePage(
        row=row, case=case, answer=_answer(row, case, parties, part), chip=f"case_{case.status}", seen=token(row.of),
        asking=parties.hospital(case.asking), asking_state=parties.state(case.asking) if case.asking else "",
        asking_time=parties.time_in(case.asking) if case.asking else None, asked=_asked(case, parties),
        team=[parties.clinician(one) for one in case.team],
        experts=[parties.clinician(one) for one in sorted(case.experts)],
        specialty=coded("specialty", case.specialty), urgency=coded("urgency", case.urgency), urgency_code=case.urgency,
        deadline=deadline, is_late=is_late, languages=list(case.languages),
        consents=[(str(USES.get(kind, kind)), one.given) for kind, one in case.consents.items()],
        patient=facts_of(submission.content) if submission is not None else None,
        text=submission.text if submission is not None else "",
        text_language=submission.language if submission is not None else "",
        files=[files[one["digest"]] for one in submission.files if one["digest"] in files] if submission else [],
        entries=conversation(
            case, notes, parties, sent=sent, seen_at=last.at if last is not None else None, acts=acts.of,
            files=files,
        ),
        panel=_panel(case, parties), acts=acts, part=part,
        has_identity=models.PatientIdentity.objects.visible_to(reader).filter(case=row).exists(),
        is_waiting=_waiting(row), unordered=bool(sent), follows=_follows(row, reader),
        is_national=row.of.classification == NATIONAL,
    )  # fmt: skip


def mark_seen(row: models.Case, reader: Reader) -> None:
    """Whoever has opened the case has read what was said up to now."""
    models.CaseSeen.objects.update_or_create(case=row, person=reader, defaults={"at": timezone.now()})


def _answer(row: models.Case, case: Case, parties: Parties, part: Part | None) -> str:
    who = {"patient": patient_line(row)}
    asked = listing(parties.hospital(one) for one in _speaking(case))
    if part is not Part.ASKING:
        return _("%(patient)s: %(hospital)s asks") % {**who, "hospital": parties.hospital(case.asking)}
    sentences = {
        Status.RETURNED: _("%(patient)s: %(hospital)s gave the case back"),
        Status.INFO_REQUESTED: _("%(patient)s: %(hospital)s asks you something"),
        Status.ANSWERED: _("%(patient)s: %(hospital)s has answered"),
        Status.FOLLOW_UP_DUE: _("%(patient)s: tell %(hospital)s how it went"),
    }
    sentence = sentences.get(case.status, _("%(patient)s: asked of %(hospital)s"))
    return sentence % {**who, "hospital": asked}


def _speaking(case: Case) -> list[PartyId]:
    """Of which hospitals the headline speaks: whose experts signed, or ask; else those that can still answer."""
    asks = {one.by for one in case.open_questions}
    signed = {one.hospital for one in case.opinions if one.stands and one.round == case.round}
    groups = [
        signed if case.status in (Status.ANSWERED, Status.FOLLOW_UP_DUE) else set(),
        {at for at, given in case.allocations.items() if asks.intersection(given.experts)},
        set(case.asked).difference(case.declined),
    ]
    found = next((group for group in groups if group.intersection(case.asked)), set(case.asked))
    return [one for one in case.asked if one in found]


def _submission(case: Case, notes: Sequence[models.ClinicalNote]) -> models.ClinicalNote | None:
    """What the case was submitted with last, with its words."""
    named = {(one.origin, one.id, one.digest) for one in case.notes}
    found = [
        one for one in notes
        if one.kind == "submission" and one.erased_at is None and one.withdrawn_at is None
        and (one.origin, str(one.document_id), one.digest) in named
    ]  # fmt: skip
    return found[-1] if found else None


def _asked(case: Case, parties: Parties) -> list[tuple[str, str, datetime | None, str]]:
    found = []
    for one in case.asked:
        if one in case.declined:
            how = _("cannot answer")
        elif one in case.allocations:
            how = _("an expert has it")
        else:
            how = _("not given to an expert yet")
        found.append((parties.hospital(one), parties.state(one), parties.time_in(one), how))
    return found


def _deadline(row: models.Case) -> tuple[str, bool]:
    """How much is left until the first answer is due; nothing once there is one."""
    if row.first_answer_at is not None or not row.is_open or row.waits_for != Part.ASKED:
        return "", False
    allowed: timedelta = row.answer_by - row.begun_at
    return left_of(row.answer_by, allowed), timezone.now() > row.answer_by


def _panel(case: Case, parties: Parties) -> PanelShown | None:
    panel = case.panel
    if panel is None:
        return None
    members = []
    for one in panel.members:
        stance = panel.stances.get(one)
        chip = f"stance_{stance.stance}" if stance is not None else ("panel_there" if one in panel.joined else "")
        members.append((parties.clinician(one), chip, one == panel.chair))
    signable = panel.is_open and panel.all_have_spoken and panel.has_majority
    return PanelShown(panel, f"panel_{panel.status}", members, signable)


def _waiting(row: models.Case) -> str:
    """The state of which something is not here yet."""
    waiting: Mapping[str, Any] | None = row.of.waiting_for
    if not waiting:
        return ""
    origin = waiting["origin"]
    return str(names({origin})[origin])


def _follows(row: models.Case, reader: Reader) -> models.Case | None:
    if not row.follows:
        return None
    return (
        models.Case.objects.visible_to(reader)
        .filter(of__origin=row.follows["origin"], of__object_id=row.follows["id"]).first()
    )  # fmt: skip
