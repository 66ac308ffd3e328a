"""A valid part of a file."""

from typing import Any

__all__ = ["FULL", "HEADS", "MINIMAL", "PART"]

PART: dict[str, Any] = {
    "about": {"origin": "AL", "id": "0197c2aa-0000-7000-8000-0000000000c1"}, "file": "0a" * 32, "number": 2, "parts": 3,
    "bytes": "SGIgMTE4IGcvTA",
}  # fmt: skip
FULL = {"file-part": PART}
MINIMAL: dict[str, dict[str, Any]] = {"file-part": {"number": 1, "parts": 1, "bytes": "AA"}}
HEADS = {"file-part": {"classification": "SELECTIVE", "addressees": ("BO",), "no_onward_sharing": True}}
