"""Tags of languages: ours are lower-case (zh-hans), FHIR's as RFC 5646 writes them (zh-Hans)."""

import re

__all__ = ["as_fhir", "as_ours"]

_OURS = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?")


def as_fhir(tag: str) -> str:
    """zh-hans as zh-Hans, pt-br as pt-BR."""
    first, *rest = tag.split("-")
    return "-".join([first.lower(), *(_written(part) for part in rest)])


def as_ours(tag: str) -> str | None:
    """zh-Hans-CN as zh-hans: the language, and what follows first. None for what is no such tag."""
    ours = "-".join(tag.strip().lower().replace("_", "-").split("-")[:2])
    return ours if _OURS.fullmatch(ours) else None


def _written(part: str) -> str:
    if len(part) == 2 and part.isalpha():
        return part.upper()
    return part.title() if len(part) == 4 and part.isalpha() else part.lower()
