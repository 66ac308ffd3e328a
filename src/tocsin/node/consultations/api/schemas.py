"""What programs read of consultations."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema

__all__ = ["CasePartySaid", "ConsultationSaid", "ConsultationWhole", "ConsultationsSaid"]


class ConsultationSaid(Schema):
    """A case in which the person of the token has a part. Nothing of who the patient is is in it."""

    id: UUID = Field(description="Of its row on this node.")
    origin: str = Field(description="Code of the state whose hospital asks.")
    consultation_id: UUID = Field(description="As its state knows it, and documents name it with `origin`.")
    number: str = Field(description="What people call it.")
    is_ours: bool = Field(description="Whether a hospital of this state asks.")
    status: str = Field(description="docs/consultations.md")
    round: int
    specialty: str
    urgency: str = Field(description="emergency, urgent or routine.")
    languages: list[str] = Field(description="In which an answer can be read.")
    severity: str
    summary: dict[str, str] = Field(description="One line of the patient, by language; empty once consent has ended.")
    may_be_told: bool = Field(description="Whether the patient still agrees. If not, there is no bundle.")
    waits_for: str = Field(description="asking, asked, or nobody.")
    questions_open: int
    opinions: int = Field(description="That stand.")
    submitted_at: datetime
    answer_by: datetime
    first_answer_at: datetime | None
    acknowledged_at: datetime | None
    follow_up_on: date | None
    ended_at: datetime | None
    changed_at: datetime


class CasePartySaid(Schema):
    """A hospital or a clinician of a case."""

    origin: str
    key: UUID = Field(description="As their state knows them: `hospital_id` or `clinician_id` of the directory.")
    part: str = Field(description="asking, asked, declined, expert or member.")


class ConsultationWhole(ConsultationSaid):
    """One with those who have it now."""

    hospitals: list[CasePartySaid]
    clinicians: list[CasePartySaid]
    outcome: str = Field(description="What became of the patient; empty once consent has ended.")
    rating: int | None
    follows: dict[str, Any] | None


class ConsultationsSaid(Schema):
    """A page of them."""

    items: list[ConsultationSaid]
    next: str | None = Field(description="What `after` takes to go on; null: that was the last page.")
