"""What stands against telling something to partners."""

from dataclasses import dataclass

__all__ = ["Problem"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason, in the words of the person who reads it. `code` for tests and for pages that lead to what mends it.

    A warning stops nothing once a person has said that they saw it.
    """

    code: str
    text: str
    is_warning: bool = False

    def __str__(self) -> str:
        return self.text
