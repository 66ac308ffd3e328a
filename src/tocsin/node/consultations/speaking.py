"""As whom a person speaks in a case: as a clinician who has it, or as the coordinator of a hospital of it."""

from dataclasses import dataclass

from tocsin.joint.parties import PartyId, Speaker
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.consultations.models import Case, CaseClinician, CaseHospital
from tocsin.node.consultations.models.cases import HAVE_IT, Part
from tocsin.node.consultations.refusals import NoPart
from tocsin.node.hospitals.models import Clinician, Hospital

__all__ = ["Voice", "speaker_of", "voice_in", "voices_in"]


@dataclass(frozen=True, slots=True)
class Voice:
    """One way in which a person may speak in a case.

    part       asking, expert, member, or asked (the coordinator of a hospital that is asked)
    clinician  None for a coordinator
    """

    part: Part
    hospital: Hospital
    clinician: Clinician | None

    @property
    def speaker(self) -> Speaker:
        """As the rules know it."""
        return speaker_of(self.hospital, self.clinician)

    @property
    def needs(self) -> Ability:
        """What the person must be able to do, to speak so."""
        return Ability.COORDINATE if self.clinician is None else Ability.CONSULT


def speaker_of(hospital: Hospital, clinician: Clinician | None) -> Speaker:
    """As documents name them."""
    return Speaker(PartyId.of(hospital.key), None if clinician is None else PartyId.of(clinician.key))


def voices_in(case: Case, person: Person) -> list[Voice]:
    """Every way in which a person may speak in a case now; empty for whoever has no part in it."""
    found: list[Voice] = []
    if person.may(Ability.CONSULT):
        mine = CaseClinician.objects.filter(
            case=case, clinician__in=Clinician.objects.working().filter(person=person.pk, is_ours=True)
        )  # fmt: skip
        for one in mine.select_related("clinician__hospital").order_by("pk"):
            found.append(Voice(Part(one.part), one.clinician.hospital, one.clinician))
    if person.may(Ability.COORDINATE):
        where = CaseHospital.objects.filter(
            case=case, hospital__organisation=person.organisation_id, hospital__is_ours=True, part__in=HAVE_IT
        )  # fmt: skip
        found += [Voice(Part(one.part), one.hospital, None) for one in where.select_related("hospital")]
    return [one for one in found if one.hospital.status == Hospital.Status.ACTIVE]


def voice_in(case: Case, person: Person, *among: Part, clinician: bool | None = None) -> Voice:
    """The first way that will do: as one of these parts, as a clinician or as a coordinator where that matters.

    Raises NoPart where there is none.
    """
    for one in voices_in(case, person):
        if (not among or one.part in among) and clinician in (None, one.clinician is not None):
            return one
    raise NoPart
