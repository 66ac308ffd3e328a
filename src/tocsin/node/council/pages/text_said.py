"""Measures and duties of a version as documents say them, to be edited."""

from dataclasses import asdict
from typing import Any

from tocsin.joint.decisions.state import Decision

__all__ = ["said_duties", "said_measures"]


def said_measures(decision: Decision) -> list[dict[str, Any]]:
    """Of the version on the table."""
    return [
        {
            "id": one.id, "title": dict(sorted(one.title.items())), "state": one.state,
            "deadline": one.deadline.isoformat(), "evidence": one.evidence, "verifier": one.verifier,
            "paragraph": one.paragraph,
            "links": [asdict(link) for link in one.links],
        }
        for one in decision.version.measures
    ]  # fmt: skip


def said_duties(decision: Decision) -> list[dict[str, Any]]:
    """Of the version on the table."""
    return [
        {
            "id": one.id, "title": dict(sorted(one.title.items())), "trigger": one.trigger, "owner": one.owner,
            "hours": one.hours,
        }
        for one in decision.version.duties
    ]  # fmt: skip
