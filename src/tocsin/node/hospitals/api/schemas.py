"""What programs read of hospitals."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema

__all__ = ["ClinicianSaid", "HospitalSaid", "HospitalWhole", "HospitalsSaid", "ServiceLineSaid"]


class HospitalSaid(Schema):
    """A hospital of any state."""

    id: UUID = Field(description="Of its row on this node.")
    origin: str = Field(description="Code of the state that it is in.")
    hospital_id: UUID = Field(description="As its state knows it, and documents name it with `origin`.")
    is_ours: bool
    names: dict[str, str]
    status: str = Field(description="applied, verified, active, suspended or left.")
    status_reason: str
    status_since: datetime
    time_zone: str
    languages: list[str]
    place_code: str
    place_names: dict[str, str]
    latitude: int | None = Field(description="In millionths of a degree.")
    longitude: int | None
    address: str
    contact: str
    note: str
    changed_at: datetime


class ServiceLineSaid(Schema):
    """What a hospital can do now in one specialty."""

    specialty: str
    status: str = Field(description="full, partial, none or unknown.")
    reason: str
    since: date


class ClinicianSaid(Schema):
    """Somebody who may be asked, or was: how to reach a person is told to nobody."""

    id: UUID
    origin: str
    clinician_id: UUID
    names: dict[str, str]
    role: str
    specialties: list[str]
    languages: list[str]
    time_zone: str
    availability: list[dict[str, Any]] = Field(
        description="Weekdays (1 is Monday), from, until, in `time_zone`; empty where nobody has said."
    )
    status: str = Field(description="invited, identity_checked, active, away or revoked.")
    away_until: date | None
    takes_consultations: bool
    is_available: bool = Field(description="On hours now, and not away; false where hours are not said.")


class HospitalWhole(HospitalSaid):
    """One with its lines and its people."""

    lines: list[ServiceLineSaid]
    clinicians: list[ClinicianSaid]


class HospitalsSaid(Schema):
    """A page of them."""

    items: list[HospitalSaid]
    next: str | None = Field(description="What `after` takes to go on; null: that was the last page.")
