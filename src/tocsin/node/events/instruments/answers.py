"""Yes, no and unknown, reckoned with as Kleene did: unknown is what may turn out either way, never a no."""

from collections.abc import Iterable
from enum import StrEnum

__all__ = ["Answer", "all_of", "any_of", "at_least"]


class Answer(StrEnum):
    """What a person answers to a question of an instrument."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


def at_least(number: int, answers: Iterable[Answer]) -> Answer:
    """Whether `number` or more of the answers are yes; unknown while the unknown ones could still decide it."""
    given = tuple(answers)
    yes = given.count(Answer.YES)
    if yes >= number:
        return Answer.YES
    return Answer.UNKNOWN if yes + given.count(Answer.UNKNOWN) >= number else Answer.NO


def any_of(answers: Iterable[Answer]) -> Answer:
    """Yes where one is yes; no where all are no."""
    return at_least(1, answers)


def all_of(answers: Iterable[Answer]) -> Answer:
    """Yes where all are yes; no where one is no."""
    given = tuple(answers)
    return at_least(len(given), given)
