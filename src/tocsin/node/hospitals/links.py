"""Where pages of hospitals are, as strings: readers of documents run where the addresses of pages are not loaded."""

from uuid import UUID

__all__ = ["HOSPITALS", "clinician", "hospital"]

HOSPITALS = "/hospitals/"


def hospital(pk: UUID | str) -> str:
    """Of one hospital."""
    return f"{HOSPITALS}{pk}/"


def clinician(pk: UUID | str) -> str:
    """Of the entry of one clinician, for themself and whoever keeps their hospital."""
    return f"{HOSPITALS}clinicians/{pk}/"
