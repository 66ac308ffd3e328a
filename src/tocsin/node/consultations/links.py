"""Where pages of consultations are. Readers of documents run where the addresses of pages are not loaded."""

from uuid import UUID

__all__ = ["CONSULTATIONS", "case", "draft"]

CONSULTATIONS = "/consultations/"


def case(pk: UUID | str) -> str:
    """Of one case."""
    return f"{CONSULTATIONS}{pk}/"


def draft(pk: UUID | str) -> str:
    """Of a case that is being written."""
    return f"{CONSULTATIONS}drafts/{pk}/"
