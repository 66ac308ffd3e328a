"""As whom a person speaks in a transfer: as a clinician who has it, or as the coordinator of either hospital."""

from dataclasses import dataclass

from tocsin.joint.parties import Speaker
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.consultations.speaking import speaker_of
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.transfers.models import Transfer, TransferClinician, TransferHospital
from tocsin.node.transfers.models.transfers import Side
from tocsin.node.transfers.refusals import NoPart

__all__ = ["Voice", "voice_in", "voices_in"]


@dataclass(frozen=True, slots=True)
class Voice:
    """One way in which a person may speak in a transfer. clinician: None for a coordinator."""

    side: Side
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


def voices_in(transfer: Transfer, person: Person) -> list[Voice]:
    """Every way in which a person may speak in a transfer now; empty for whoever has no part in it."""
    found: list[Voice] = []
    if person.may(Ability.CONSULT):
        mine = TransferClinician.objects.filter(
            transfer=transfer, clinician__in=Clinician.objects.working().filter(person=person.pk, is_ours=True)
        )  # fmt: skip
        for one in mine.select_related("clinician__hospital").order_by("pk"):
            found.append(Voice(Side(one.side), one.clinician.hospital, one.clinician))
    if person.may(Ability.COORDINATE):
        where = TransferHospital.objects.filter(
            transfer=transfer, hospital__organisation=person.organisation_id, hospital__is_ours=True
        )  # fmt: skip
        found += [Voice(Side(one.side), one.hospital, None) for one in where.select_related("hospital")]
    return [one for one in found if one.hospital.status == Hospital.Status.ACTIVE]


def voice_in(transfer: Transfer, person: Person, *among: Side, clinician: bool | None = None) -> Voice:
    """The first way that will do: of one of these sides, as a clinician or as a coordinator where that matters.

    Raises NoPart where there is none.
    """
    for one in voices_in(transfer, person):
        if (not among or one.side in among) and clinician in (None, one.clinician is not None):
            return one
    raise NoPart
