"""Extensions: an address, and a value of one of FHIR's types or extensions within."""

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["extended", "holder", "of_url", "text_value", "value", "values"]

Json = dict[str, Any]


def extended(url: str, kind: str, said: Any) -> Json:
    """An extension with a value: extended(TIME_ZONE, "Code", "Asia/Almaty")."""
    return {"url": url, f"value{kind}": said}


def holder(extensions: Iterable[Json]) -> Json:
    """What an element gets of its extensions: nothing where there is none."""
    found = list(extensions)
    return {"extension": found} if found else {}


def of_url(element: Mapping[str, Any] | None, url: str) -> list[Mapping[str, Any]]:
    """The extensions of an element with this address."""
    return [one for one in (element or {}).get("extension", []) if one.get("url") == url]


def values(element: Mapping[str, Any] | None, url: str) -> list[Any]:
    """Their values, in their order."""
    return [one[key] for one in of_url(element, url) for key in one if key.startswith("value")]


def text_value(element: Mapping[str, Any] | None, url: str) -> str | None:
    """The first of them that is a text: whoever wrote another type there meant something else."""
    return next((one for one in values(element, url) if isinstance(one, str)), None)


def value(element: Mapping[str, Any] | None, url: str) -> Any:
    """The first of them; None where there is none."""
    return next(iter(values(element, url)), None)
