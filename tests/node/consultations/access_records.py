"""Records of consultations for tests of access: cases in which the people of every role have a part, and one of others.

Everybody of these tests works in one organisation, whose hospital asks in one case and is asked in another. The acts
are written as they stand on a node: no exchange is needed for cases inside one state.
"""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from tocsin.joint.acts import Act, Order
from tocsin.node.alliance.models import Organisation, Person
from tocsin.node.consultations.actions.drafting import begin
from tocsin.node.consultations.models import Case, CaseDraft, ClinicalNote, PatientIdentity
from tocsin.node.files.models import Attached, CleanFile, CleanPiece, Upload, UploadPiece
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.joint.arranging import arrangement_of
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.nouns import noun_of
from tocsin.node.records import new_id

__all__ = ["Course", "an_upload", "attached_to", "consultation_records"]

CONTENT = b"what a file holds"
DIGEST = "f" * 64


class Course:
    """A case between two hospitals of one state, act by act."""

    def __init__(self, clinician: Clinician, asked: Hospital, *, team: tuple[Clinician, ...] = ()) -> None:
        key = new_id()
        self.of = JointObject.objects.create(
            id=key, noun="consultation", origin="AL", object_id=key, is_ours=True, classification="NATIONAL"
        )
        self.acts: list[Act] = []
        care = {"given": True, "on": "2026-03-01", "basis": "patient"}
        said = {
            "asked": [asked.key], "specialty": "infectious_diseases", "urgency": "urgent", "languages": ["ru"],
            "consent": {"care": care}, "follows": None, "team": [one.key for one in team],
        }  # fmt: skip
        self.say("submit", clinician.hospital, clinician, note=("submission", "What would you do?"), **said)

    @property
    def case(self) -> Case:
        """As its acts have made it."""
        noun_of(self.of).settle(self.of, arrangement_of(self.of))
        return Case.objects.select_related("of").get(of=self.of)

    def say(
        self, kind: str, hospital: Hospital, clinician: Clinician | None = None, note: Any = None, **said: Any
    ) -> "Course":  # fmt: skip
        """One act, in the order. `note`: its kind and its text."""
        when, number = timezone.now().replace(microsecond=0), len(self.acts) + 1
        speaker = {"hospital": hospital.key, "clinician": clinician.key if clinician else None}
        if note is not None:
            said["note"] = self._note(speaker, *note)
        order = Order(number, self.acts[-1].digest if self.acts else None, when)
        act = Act(
            self.of.key, str(new_id() if self.acts else self.of.object_id), "AL", f"{number:043d}", kind,
            {"as": speaker, **said}, when, order, noun="consultation",
            role="clinician" if clinician else "consultation_coordinator",
        )  # fmt: skip
        more = {"is_ours": True, "is_exercise": False, "by": None, "classification": "NATIONAL"}
        JointAct.from_act(act, self.of, id=new_id(), **more).save()
        self.acts.append(act)
        return self

    def _note(self, speaker: Mapping[str, Any], kind: str, text: str) -> dict[str, str]:
        key, digest = new_id(), f"n{len(self.acts):042d}"
        ClinicalNote.objects.create(
            id=key, document_id=key, origin="AL", is_ours=True, recorded_at=timezone.now(), language="en", kind=kind,
            about_origin="AL", about_id=self.of.object_id, hospital=speaker["hospital"],
            clinician=speaker["clinician"], text=text, digest=digest,
        )  # fmt: skip
        return {"id": str(key), "digest": digest}


def consultation_records(people: Mapping[str, Person], hospital: Hospital, clinician: Clinician) -> Any:
    """By the names that the table of addresses calls them: those of everybody's organisation, those of others, and
    a file of each person's own.
    """
    river, wei = _elsewhere(hospital, "River Hospital", "Wei")
    hill, _ = _elsewhere(hospital, "Hill Hospital", "Omar")
    asked = Course(clinician, river)
    asked.say("allocate", river, experts=[wei.key], by_rule=False)
    asked.say("ask", river, wei, note=("question", "Since when?"), id="q1")
    answered = Course(wei, hospital)
    answered.say("allocate", hospital, experts=[clinician.key], by_rule=False)
    answered.say("sign", hospital, clinician, note=("opinion", "Meropenem."), id="o1")
    members = [clinician.key, wei.key]
    answered.say("convene", hospital, clinician, members=members, chair=clinician.key, quorum=2)
    of_others = Course(wei, hill).case
    by = people["clinician"]
    PatientIdentity.objects.create(case=asked.case, names=["Ivanov Ivan"])
    ours = {
        "consultation": asked.case, "consultation_asked": answered.case,
        "consultation_draft": begin(clinician, asked=[river], by=by),
        "consultation_file": attached_to(asked.case),
    }  # fmt: skip
    theirs = {
        "consultation": of_others, "consultation_asked": of_others,
        "consultation_draft": CaseDraft.objects.create(by=wei.person, clinician=wei),
        "consultation_file": attached_to(of_others),
    }  # fmt: skip
    return ours, theirs, {role: an_upload(somebody) for role, somebody in people.items()}


def an_upload(by: Person) -> Upload:
    """One that was looked at, with what was made of it."""
    upload = Upload.objects.create(
        by=by, name="Ivanov.txt", size=len(CONTENT), received=len(CONTENT), state=Upload.State.CHECKED, digest=DIGEST,
        clean=_clean(),
    )  # fmt: skip
    UploadPiece.objects.create(upload=upload, first=0, size=len(CONTENT), content=CONTENT)
    return upload


def _elsewhere(hospital: Hospital, name: str, called: str) -> tuple[Hospital, Clinician]:
    """Another hospital of the state, and somebody who answers there."""
    organisation = Organisation.objects.create(state=hospital.organisation.state, kind="hospital", name_en=name)
    person = Person.objects.create_user(
        f"{called}@river.example".lower(), name=called, organisation=organisation, roles=["clinician"]
    )
    key, other = new_id(), new_id()
    row = Hospital.objects.create(
        id=key, hospital_id=key, origin="AL", is_ours=True, organisation=organisation, status="active",
        names={"en": name, "ru": "", "zh": ""}, time_zone="Asia/Almaty", languages=["ru"], verified_at=timezone.now(),
    )  # fmt: skip
    return row, Clinician.objects.create(
        id=other, clinician_id=other, origin="AL", hospital=row, is_ours=True, person=person,
        names={"en": called, "ru": "", "zh": ""}, role="consultant", languages=["ru"], time_zone="Asia/Almaty",
        status="active",
    )  # fmt: skip


def _clean() -> CleanFile:
    clean = CleanFile.objects.create(digest=DIGEST, name="text-1.txt", media_type="text/plain", size=len(CONTENT))
    CleanPiece.objects.create(file=clean, number=1, content=CONTENT)
    return clean


def attached_to(case: Case) -> Attached:
    """A file of a case."""
    return Attached.objects.create(
        kind="consultation", about_origin=case.of.origin, about_id=str(case.of.object_id), origin="AL", digest=DIGEST,
        name="text-1.txt", media_type="text/plain", size=len(CONTENT), parts=1, state=Attached.State.WHOLE,
        clean=_clean(),
    )  # fmt: skip
