"""What an act on a case must meet before it has effect: as whom it is said, and where the case stands."""

from collections.abc import Collection, Iterable
from datetime import UTC, date

from tocsin.exchange.types.days import day_of
from tocsin.joint.acts import Applied
from tocsin.joint.consultations.state import Case, Opinion, Status
from tocsin.joint.parties import PartyId, Speaker, speaker, the_clinician
from tocsin.joint.refusing import NotAllowed

__all__ = [
    "REVIEWABLE", "clinicians_of", "day", "expert_of", "require", "speaker_asked", "speaker_asking",
    "the_opinion", "today",
]  # fmt: skip

# Where a hospital that is asked works on a case.
REVIEWABLE = frozenset({
    Status.SUBMITTED, Status.ALLOCATED, Status.IN_REVIEW, Status.INFO_REQUESTED, Status.ANSWERED,
})  # fmt: skip


def require(case: Case, statuses: Collection[Status]) -> None:
    """Refuse an act that does not belong where the case stands."""
    if case.status in statuses:
        return
    raise NotAllowed("case-ended" if case.ended is not None else "not-now", status=str(case.status))


def speaker_asking(case: Case, applied: Applied) -> Speaker:
    """Whoever speaks for the hospital that asks: one of its team, or its coordinator."""
    found = speaker(applied)
    if found.hospital != case.asking:
        raise NotAllowed("hospital-not-asking")
    if found.clinician is not None and found.clinician not in case.team:
        raise NotAllowed("not-on-the-case")
    return found


def speaker_asked(case: Case, applied: Applied) -> Speaker:
    """Whoever speaks for a hospital that is asked: an expert who has the case, or its coordinator."""
    found = speaker(applied)
    if found.hospital not in case.asked:
        raise NotAllowed("hospital-not-asked")
    if found.hospital in case.declined:
        raise NotAllowed("hospital-declined")
    allocation = case.allocations.get(found.hospital)
    if found.clinician is not None and (allocation is None or found.clinician not in allocation.experts):
        raise NotAllowed("not-on-the-case")
    return found


def expert_of(case: Case, applied: Applied) -> tuple[PartyId, PartyId]:
    """The expert who says it, and their hospital. What an expert signs, nobody signs for them."""
    found = speaker_asked(case, applied)
    return the_clinician(found), found.hospital


def clinicians_of(hospital: PartyId, found: Iterable[PartyId]) -> tuple[PartyId, ...]:
    """Clinicians that a hospital names. Refuses those of another state: its directory says who works there."""
    named = tuple(found)
    if any(one.origin != hospital.origin for one in named):
        raise NotAllowed("not-of-the-hospital")
    return named


def the_opinion(case: Case, id: str) -> Opinion:
    """The opinion of that name, which stands."""
    found = case.opinion(id)
    if found is None:
        raise NotAllowed("no-such-opinion", opinion=id)
    if not found.stands:
        raise NotAllowed("opinion-retracted", opinion=id)
    return found


def today(applied: Applied) -> date:
    """The day of the order's time, in UTC."""
    return applied.at.astimezone(UTC).date()


def day(text: str, name: str) -> date:
    """The day that a document says. Refuses one that is not in the calendar."""
    found = day_of(text)
    if found is None:
        raise NotAllowed("no-such-day", field=name, day=text)
    return found
