"""Consultations while they are told: acts and notes as documents that a node would send, and the rows that follow.

Documents become rows by the functions that the acts and the readers use; what a case has come to, who has it and by
what it is found follow by those of the app, from the acts in hand and without a question of the database. A test
settles such cases once more by the node's own code, and nothing changes.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from benchmarks.load.hospital_world import House, World, language_of

from tocsin.clinical.content import normalised, summary_line
from tocsin.clinical.vocabulary import LANGUAGES
from tocsin.exchange.documents import NATIONAL, Document, NationalDocument
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.moments import moment
from tocsin.joint.acts import Act
from tocsin.joint.ordering import arranged
from tocsin.joint.parties import PartyId
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.consultations import escalating, models
from tocsin.node.consultations.actions.saying import as_json
from tocsin.node.consultations.finding import KIND, texts_of
from tocsin.node.consultations.noun import due_at
from tocsin.node.consultations.readers.notes import note_of
from tocsin.node.consultations.reading import case_ahead, case_here
from tocsin.node.consultations.rows import facts_of, parts_of, times_of
from tocsin.node.correspondence.recipients import speaker_for
from tocsin.node.hospitals.models import Clinician
from tocsin.node.joint.documents import MACHINE, name_of, role_of, row_of
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.search.writing import Indexed

__all__ = ["CaseTelling", "Made"]


class CaseTelling:
    """One case, of which two hospitals say one thing after another. `posted` are our documents that travel, in order.

    asker, expert   clinicians of the hospital that asks and of the one that is asked
    """

    def __init__(
        self, world: World, asking: House, asked: House, *, at: datetime, step: timedelta, urgency: str, specialty: str,
        content: Mapping[str, Any],
    ) -> None:  # fmt: skip
        self.world, self.asking, self.asked, self.at, self.step = world, asking, asked, at, step
        self.asker, self.expert = asking.clinician(world.chance), asked.clinician(world.chance)
        self.owner = asking.hospital.origin
        self.is_national = self.owner == asked.hospital.origin
        states = {self.owner, asked.hospital.origin}
        others = sorted(states - {self.owner})
        self.states = states
        id = UUID(new_id(at))
        self.of = JointObject(
            id=id, noun="consultation", origin=self.owner, object_id=id, is_ours=self.owner == world.own,
            classification=NATIONAL if self.is_national else "SELECTIVE", addressees=others, is_exercise=True,
            opened_at=at,
        )  # fmt: skip
        self.rows: list[JointAct] = []
        self.notes: list[models.ClinicalNote] = []
        self.documents: list[Document] = []
        self.posted: list[Document] = []
        self._acts: list[Act] = []
        self._last: Act | None = None
        self._unordered: list[Act] = []
        self.content = normalised(content)
        consent = {"care": {"given": True, "on": None, "basis": "patient"}}
        said = {
            "asked": [asked.hospital.key], "specialty": specialty, "urgency": urgency, "languages": ["ru"],
            "consent": consent, "follows": None, "team": [],
        }  # fmt: skip
        self.text = world.text()
        self.asker_says("submit", note="submission", text=self.text, content=self.content, **said)

    def asker_says(self, kind: str, /, *, note: str = "", text: str = "", content: Any = None, **said: Any) -> None:
        """The clinician who asks does something."""
        self._says(self.asking, self.asker, kind, note, text, content, said)

    def expert_says(self, kind: str, /, *, note: str = "", text: str = "", **said: Any) -> None:
        """The clinician who has the case at the hospital that is asked does."""
        self._says(self.asked, self.expert, kind, note, text, None, said)

    def hospital_says(self, kind: str, /, *, note: str = "", text: str = "", **said: Any) -> None:
        """Their coordinator does."""
        self._says(self.asked, None, kind, note, text, None, said)

    def machine_says(self, kind: str) -> None:
        """The machine of the owner does."""
        self._act(self.owner, kind, {}, None, Ability.CONSULT, "en")

    def _says(
        self, house: House, clinician: Clinician | None, kind: str, note: str, text: str, content: Any,
        said: Mapping[str, Any],
    ) -> None:  # fmt: skip
        if self.rows:
            self.at = min(self.at + self.step, self.world.now)
        language = language_of(text) if text else "ru"
        origin, by = house.hospital.origin, house.coordinator if clinician is None else clinician.person
        speaker = speaker_for(clinician or house.hospital)
        full = {"as": as_json(speaker), **said}
        if note:
            full["note"] = None
        if note and (text or content):
            made = self._note(origin, note, text, content, full["as"], language, by)
            full["note"] = {"id": str(made.document_id), "digest": made.digest}
        needs = Ability.COORDINATE if clinician is None else Ability.CONSULT
        self._act(origin, kind, full, by, needs, language)
        if origin != self.owner:  # whose machine takes it in at once
            self._act(self.owner, "order", {}, None, needs, "en")

    def _act(
        self, origin: str, kind: str, said: dict[str, Any], by: Person | None, needs: Ability, language: str
    ) -> None:  # fmt: skip
        is_ours, is_first = origin == self.world.own, not self.rows
        if kind in ("order", "ask_follow_up", "expire"):
            role, name = MACHINE, ""
        else:
            role, name = (role_of(by, needs), name_of(by)) if by is not None else ("clinician", "")
        document = self._document(
            origin, "consultation", language, id=str(self.of.id) if is_first else None,
            body={
                "object": self.of.key.as_json(), "act": kind, "said": said, "by": {"role": role, "name": name},
                "order": self._order() if origin == self.owner else None,
            },
        )  # fmt: skip
        place = None if self.is_national else self._placed(document)
        row = row_of(document, self.of, is_ours=is_ours, place=place, by=by if is_ours else None)
        row.came_at = row.told_at = document.recorded_at
        self.rows.append(row)
        act = row.act
        self._acts.append(act)
        if act.is_owners:
            self._last, self._unordered = act, []
        else:
            self._unordered.append(act)

    def _order(self) -> dict[str, Any]:
        last = self._last
        return {
            "number": last.order.number + 1 if last is not None and last.order is not None else 1,
            "previous": last.digest if last is not None else None, "at": moment(self.at),
            "includes": [act.reference.as_json() for act in self._unordered],
        }  # fmt: skip

    def _note(
        self, origin: str, kind: str, text: str, content: Any, said_as: Any, language: str, by: Person | None
    ) -> models.ClinicalNote:  # fmt: skip
        body = {
            "about": self.of.key.as_json(), "kind": kind, "as": said_as, "text": text, "content": content,
            "files": [], "translates": None,
        }  # fmt: skip
        document = self._document(origin, "clinical-note", language, body=body)
        if not self.is_national:
            self._placed(document)
        is_ours = origin == self.world.own
        row = note_of(document, is_ours=is_ours)
        row.came_at = document.recorded_at
        if is_ours and by is not None:
            row.by, row.name = by, by.name
        self.notes.append(row)
        return row

    def _document(
        self, origin: str, type: str, language: str, *, body: dict[str, Any], id: str | None = None
    ) -> Document:  # fmt: skip
        document = (NationalDocument if self.is_national else Document)(
            id=id or new_id(self.at), alliance=self.world.alliance, origin=origin, recorded_at=self.at,
            classification=self.of.classification, addressees=tuple(sorted(self.states - {origin})), type=type,
            body=body, exercise=True, language=language, no_onward_sharing=True,
        )  # fmt: skip
        self.documents.append(document)
        return document

    def _placed(self, document: Document) -> tuple[int, int]:
        if document.origin == self.world.own:
            self.posted.append(document)
        return self.world.place(document.origin, document.audience)

    def made(self) -> "Made":
        """The rows of the case."""
        return Made(self)


class Made:
    """What follows from the acts of one case, as rows by their models, and what it is found by."""

    def __init__(self, told: CaseTelling) -> None:
        self.told, self.rows = told, defaultdict[Any, list[Any]](list)
        of = told.of
        others = {(act.origin, act.id): act for act in told._acts if not act.is_owners}
        arrangement = arranged([act for act in told._acts if act.is_owners], others)
        case = case_ahead(of, arrangement)
        of.through = arrangement.through
        of.number = max(act.order.number for act in told._acts if act.order is not None)
        of.ordered_at = max(one.at for one in arrangement.applied)
        of.proposals = len(arrangement.proposals)
        facts = facts_of(of, case)
        people = [row for row in told.rows if row.kind != "order"]
        of.changed_at = people[-1].came_at
        row = models.Case(
            of=of, **facts, changed_at=people[-1].came_at, severity=told.content["severity"] or "",
            summary={language: summary_line(told.content, language) for language in LANGUAGES},
        )  # fmt: skip
        row.warned = _warned(row, told.world.now)
        moments = [due_at(case_here(of, arrangement)) if of.is_ours else None, escalating.due_at(row)]
        of.due_at = min((one for one in moments if one is not None), default=None)
        self.row = row
        self._parties(case)
        if of.is_ours:
            self._asked()
        texts = texts_of(row, case, [told.asked.hospital, told.asking.hospital], told.notes)
        self.indexed = Indexed(kind=KIND, id=row.pk, scope=str(row.pk), text=texts)

    def _parties(self, case: Any) -> None:
        hospitals, clinicians = parts_of(case)
        known, row, world, times = self.told.world.rows, self.row, self.told.world, times_of(case)
        self.rows[models.CaseHospital] = [
            models.CaseHospital(
                case=row,
                hospital=known[one.origin, one.id],
                origin=one.origin,
                key=UUID(one.id),
                part=part,
                **times.get(one, {}),
            )
            for one, part in hospitals.items()
        ]
        self.rows[models.CaseClinician] = [
            models.CaseClinician(
                case=row, clinician=known[one.origin, one.id], origin=one.origin, key=UUID(one.id), part=part
            )
            for one, part in clinicians
        ]
        # Most have read what was said last; of what is going on, somebody has not.
        for one, _part in clinicians:
            person = _person(known, one)
            if person is not None and world.chance.random() < 0.8:
                self.rows[models.CaseSeen].append(models.CaseSeen(case=row, person=person, at=row.changed_at))

    def _asked(self) -> None:
        """What the clinician who asked had typed: the draft, and who the patient is, which stays."""
        told, asker = self.told, self.told.asker
        first = told.rows[0]
        draft = models.CaseDraft(
            by=asker.person, clinician=asker, specialty=self.row.specialty, urgency=self.row.urgency, languages=["ru"],
            language=first.language, consent={"care": {"given": True, "on": None, "basis": "patient"}}, text=told.text,
            content=told.content, step="look", version=9, begun_at=first.recorded_at, changed_at=first.recorded_at,
            sent=told.of,
        )  # fmt: skip
        self.rows[models.CaseDraft] = [draft]
        asked = models.CaseDraft.asked.through
        self.rows[asked] = [asked(casedraft=draft, hospital=told.asked.hospital)]
        number = told.world.chance.randrange(10**7)
        self.rows[models.PatientIdentity] = [
            models.PatientIdentity(
                draft=draft, case=self.row, names=[f"Имитация {number}"], numbers=[f"AB {number:07}"],
                changed_at=first.recorded_at,
            )
        ]  # fmt: skip


def _person(known: Mapping[tuple[str, str], Any], one: PartyId) -> Person | None:
    found: Person | None = known[one.origin, one.id].person
    return found


def _warned(row: models.Case, now: datetime) -> int:
    """As many steps as the node would have taken by now."""
    waits = row.first_answer_at is None and row.status in escalating.WAITING
    whole = row.answer_by - row.begun_at
    return sum(now >= row.begun_at + whole * share for _, share in escalating.STEPS) if waits else 0
