"""Hospitals and clinicians of a case as its page names them: who it is, as what, where, and what time it is there."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from tocsin.joint.acts import Applied
from tocsin.joint.consultations import Case
from tocsin.joint.parties import PartyId, Speaker
from tocsin.node.alliance.naming import names
from tocsin.node.consultations.words import coded
from tocsin.node.hospitals.hours import local
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.hospitals.reading import is_on_hours

__all__ = ["Parties", "Person", "parties_named", "parties_of"]


@dataclass(frozen=True, slots=True)
class Person:
    """A clinician or the coordinator of a hospital: name, role, hospital and state, in the reader's language.

    on_hours  whether they are there now; None where nobody has said
    """

    name: str
    role: str
    hospital: str
    state: str
    specialties: str
    languages: tuple[str, ...]
    there: datetime | None
    on_hours: bool | None
    is_revoked: bool = False


@dataclass(frozen=True)
class Parties:
    """Everybody whom a case names, looked up once."""

    hospitals: Mapping[PartyId, Hospital]
    clinicians: Mapping[PartyId, Clinician]
    states: Mapping[str, str]
    now: datetime

    def hospital(self, key: PartyId | None) -> str:
        """What a hospital is called; one that the directory does not have, by its state."""
        if key is None:
            return ""
        found = self.hospitals.get(key)
        return str(found) if found is not None else self.states.get(key.origin, key.origin)

    def state(self, key: PartyId) -> str:
        """The state that a hospital or a clinician is of."""
        return self.states.get(key.origin, key.origin)

    def time_in(self, key: PartyId) -> datetime | None:
        """What clocks show at a hospital. Without a zone: a template would show the time here in place of it."""
        found = self.hospitals.get(key)
        return local(found.time_zone, self.now).replace(tzinfo=None) if found is not None else None

    def clinician(self, key: PartyId, name: str = "") -> Person:
        """`name`: as the act has it, for one whom the directory does not have."""
        one = self.clinicians.get(key)
        if one is None:
            return Person(name, "", "", self.states.get(key.origin, key.origin), "", (), None, None)
        specialties = ", ".join(coded("specialty", code) for code in one.specialties[:3])
        return Person(
            str(one), coded("clinician_role", one.role), str(one.hospital), self.states.get(one.origin, one.origin),
            specialties, tuple(one.languages), local(one.zone, self.now), is_on_hours(one, self.now),
            one.status == Clinician.Status.REVOKED,
        )  # fmt: skip

    def speaker(self, speaker: Speaker, name: str, coordinator: str) -> Person:
        """Who says an act. `coordinator`: the word for one."""
        if speaker.clinician is not None:
            return self.clinician(speaker.clinician, name)
        hospital = self.hospital(speaker.hospital)
        return Person(name, coordinator, hospital, self.state(speaker.hospital), "", (), None, None)


def parties_of(case: Case) -> Parties:
    """In three queries, whatever the case."""
    hospitals = {*case.asked, *([case.asking] if case.asking is not None else [])}
    clinicians = set(case.readers) | {one.by for one in case.opinions} | {one.by for one in case.questions}
    return parties_named(hospitals, clinicians, case.history)


def parties_named(
    hospitals: AbstractSet[PartyId], clinicians: AbstractSet[PartyId], history: Iterable[Applied]
) -> Parties:
    """These, and everybody who has said something, or was named in it. In three queries."""
    hospitals, clinicians = set(hospitals), set(clinicians)
    for applied in history:
        said = applied.act.said.get("as") if applied.act.said else None
        if said is not None:
            speaker = Speaker.of(said)
            hospitals.add(speaker.hospital)
            if speaker.clinician is not None:
                clinicians.add(speaker.clinician)
        for named in ("experts", "members", "clinicians"):
            clinicians |= {PartyId.of(one) for one in applied.act.said.get(named, ())}
    return Parties(
        _hospitals(hospitals), _clinicians(clinicians), names({one.origin for one in hospitals | clinicians}),
        timezone.now(),
    )  # fmt: skip


def _hospitals(keys: Iterable[PartyId]) -> dict[PartyId, Hospital]:
    wanted = set(keys)
    rows = Hospital.objects.filter(hospital_id__in={key.id for key in wanted})
    return {key: row for row in rows if (key := PartyId(row.origin, str(row.hospital_id))) in wanted}


def _clinicians(keys: Iterable[PartyId]) -> dict[PartyId, Clinician]:
    wanted = set(keys)
    rows = Clinician.objects.filter(clinician_id__in={key.id for key in wanted}).select_related("hospital")
    return {key: row for row in rows if (key := PartyId(row.origin, str(row.clinician_id))) in wanted}
