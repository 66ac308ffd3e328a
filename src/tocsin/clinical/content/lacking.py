"""What a question to a colleague cannot do without, though clinical content has its form without it."""

from collections.abc import Mapping
from typing import Any

from tocsin.clinical.content.problems import Problem

__all__ = ["lacking"]


def lacking(content: Mapping[str, Any]) -> list[Problem]:
    """What is missing of content in its form before a case is sent: who it is, what happened, what is asked.

    Severity, diagnoses and measurements are not demanded: whoever asks may not know them, and the first case of a
    hospital must not fail for them.
    """
    empty = {
        "/patient/age": content["patient"]["age"] is None,
        "/patient/sex": content["patient"]["sex"] == "unknown",
        "/presentation": not content["presentation"].strip(),
        "/questions": not any(question.strip() for question in content["questions"]),
    }
    return [Problem(field, "lacking") for field, is_empty in empty.items() if is_empty]
