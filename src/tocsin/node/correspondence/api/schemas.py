"""What programs read and write of letters."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema

from tocsin.node.api.schemas import Asked

__all__ = [
    "LetterAnswerAsked", "LetterAsked", "LetterFileSaid", "LetterPartyAsked", "LetterPartySaid", "LetterReaderSaid",
    "LetterSaid", "LetterSent", "LetterThreadSaid", "LetterThreadWhole", "LetterThreadsSaid", "LettersOpened",
    "place_of",
]  # fmt: skip


class LetterPartySaid(Schema):
    """A clinician of a hospital, or the hospital as a whole where `clinician` is null; as documents name them."""

    hospital: dict[str, str] = Field(description="origin and id")
    clinician: dict[str, str] | None


class LetterReaderSaid(LetterPartySaid):
    """Somebody to whom a letter of ours went."""

    state: str = Field(description="waits_to_be_signed, under_way, delivered or letter_read.")
    at: datetime | None = Field(description="When it was delivered, or opened.")


class LetterFileSaid(Schema):
    digest: str = Field(description="SHA-256")
    name: str
    media_type: str
    bytes: int
    parts: int


class LetterSaid(Schema):
    """A letter as it was signed."""

    id: UUID = Field(description="Of its row on this node.")
    origin: str
    document_id: UUID
    said_as: LetterPartySaid
    name: str = Field(description="Of whoever wrote it.")
    to: list[LetterPartySaid]
    language: str
    subject: str
    text: str
    files: list[LetterFileSaid]
    in_reply_to: dict[str, str] | None
    translates: dict[str, str] | None = Field(description="The letter that this one puts into another language.")
    recorded_at: datetime = Field(description="When it was written.")
    came_at: datetime
    withdrawn_at: datetime | None = Field(description="Since when it is void: the key that signed it had ended.")
    erased_at: datetime | None
    is_ours: bool
    readers: list[LetterReaderSaid] = Field(description="Of ours; of others nobody here knows who has read them.")


class LetterThreadSaid(Schema):
    """A thread in one box of the person's."""

    thread: UUID
    box: UUID = Field(description="Of the clinician or the hospital in whose name it is read.")
    subject: str = Field(description="Of the last letter.")
    last_at: datetime
    unread: int


class LetterThreadsSaid(Schema):
    items: list[LetterThreadSaid]
    next: str | None = Field(description="What `after` takes to go on; null: that was the last page.")


class LetterThreadWhole(Schema):
    thread: UUID
    origin: str
    thread_id: UUID = Field(description="As letters name it, with `origin`.")
    letters: list[LetterSaid] = Field(description="In the order of reading, the last five hundred.")


class LetterPartyAsked(Asked):
    """Rows of this node's directory: a clinician, or a hospital as a whole."""

    clinician: UUID | None = None
    hospital: UUID | None = None


class LetterAsked(Asked):
    """A letter that begins a thread."""

    to: list[LetterPartyAsked] = Field(min_length=1, max_length=50)
    subject: str = Field(min_length=1, max_length=200)
    text: str = Field(min_length=1, max_length=20_000)
    language: str = Field(pattern="^[a-z]{2,3}(-[a-z0-9]{2,8})*$", max_length=12)
    box: UUID | None = Field(None, description="In whose name; by default the person's own, or their hospital's.")
    looked: str = Field("", max_length=64, description="`details.looked` of a refusal “identifying”, after a look.")


class LetterAnswerAsked(Asked):
    """An answer, to all who read the letter."""

    text: str = Field(min_length=1, max_length=20_000)
    language: str = Field(pattern="^[a-z]{2,3}(-[a-z0-9]{2,8})*$", max_length=12)
    looked: str = Field("", max_length=64, description="As of a letter.")


class LetterSent(Schema):
    letter: UUID
    thread: UUID


class LettersOpened(Schema):
    opened: int = Field(description="How many letters were new.")


def place_of(place: Any) -> dict[str, Any]:
    """Where a letter seems to name a patient, without the words: answers of programs end up in logs."""
    return {
        "field": place.field, "start": place.found.start, "end": place.found.end, "kind": str(place.found.kind),
    }  # fmt: skip
