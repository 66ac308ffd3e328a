"""Days as our documents have them: 2026-11-23."""

from datetime import date

__all__ = ["day_of"]


def day_of(moment: object) -> str | None:
    """The day of a date or moment of FHIR. None for a month, a year, and what is neither."""
    text = moment[:10] if isinstance(moment, str) else ""
    try:
        return text if date.fromisoformat(text).isoformat() == text else None
    except ValueError:
        return None
