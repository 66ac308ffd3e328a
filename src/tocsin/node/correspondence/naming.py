"""What those who write and read letters are called: as the directory knows them now, in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from tocsin.joint.parties import PartyId, Speaker
from tocsin.node.alliance.naming import names as names_of_states
from tocsin.node.hospitals.models import Clinician, Hospital
from tocsin.node.hospitals.naming import in_active

__all__ = ["Names", "named_speakers", "names_in_notices", "words_of_names"]

Known = tuple[dict[PartyId, Hospital], dict[PartyId, Clinician]]
LANGUAGES = {"en": "en", "ru": "ru", "zh-hans": "zh"}


@dataclass(frozen=True)
class Names:
    """Names of speakers that were asked for together."""

    hospitals: Mapping[PartyId, Hospital]
    clinicians: Mapping[PartyId, Clinician]
    states: Mapping[str, str] = field(default_factory=dict)

    def of(self, speaker: Speaker) -> str:
        """A clinician with their hospital, or the hospital. Whoever the directory does not know is of their state."""
        hospital = self.hospital(speaker.hospital)
        if speaker.clinician is None:
            return hospital
        known = self.clinicians.get(speaker.clinician)
        name = in_active(known.names) if known is not None else ""
        return f"{name} · {hospital}" if name else _("somebody of %(hospital)s") % {"hospital": hospital}

    def hospital(self, key: PartyId) -> str:
        """Of one hospital."""
        row = self.hospitals.get(key)
        name = in_active(row.names) if row is not None else ""
        return name or _("a hospital of %(state)s") % {"state": self.states.get(key.origin, key.origin)}


def named_speakers(speakers: Iterable[Speaker]) -> Names:
    """Three queries, however many."""
    wanted = set(speakers)
    hospitals, clinicians = _known(wanted)
    return Names(hospitals, clinicians, names_of_states({one.hospital.origin for one in wanted}))


def words_of_names(speakers: Iterable[Speaker]) -> dict[Speaker, list[str]]:
    """Every name of each, in all languages: by what they are found."""
    wanted = set(speakers)
    hospitals, clinicians = _known(wanted)
    return {
        one: [
            name
            for row in (hospitals.get(one.hospital), clinicians.get(one.clinician) if one.clinician else None)
            if row is not None
            for name in row.names.values()
            if name
        ]
        for one in wanted
    }


def names_in_notices(speaker: Speaker) -> dict[str, str]:
    """The hospital that writes, in each language of the interface: notices also go by e-mail."""
    hospitals, _clinicians = _known({speaker})
    row = hospitals.get(speaker.hospital)
    otherwise = speaker.hospital.origin
    return {
        language: (in_active(row.names, short) if row is not None else "") or otherwise
        for language, short in LANGUAGES.items()
    }


def _known(speakers: Iterable[Speaker]) -> Known:
    hospitals = {one.hospital for one in speakers}
    clinicians = {one.clinician for one in speakers if one.clinician is not None}
    rows = Hospital.objects.filter(hospital_id__in={UUID(one.id) for one in hospitals})
    people = Clinician.objects.filter(clinician_id__in={UUID(one.id) for one in clinicians})
    return (
        {key: row for row in rows if (key := PartyId.of(row.key)) in hospitals},
        {key: one for one in people if (key := PartyId.of(one.key)) in clinicians},
    )
