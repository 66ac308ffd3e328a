"""The alliance's own criteria for telling partners of an event, as article 19 of Regulation (EU) 2022/2371 has its.

Each group of criteria must hold, and one criterion is enough for its group; unknown is never no. Which criteria stand
in which group is the alliance's decision, in its file; the words for each are here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from tocsin.node.alliances.entries import Entry, Names
from tocsin.node.alliances.rules import CRITERIA
from tocsin.node.events.instruments.answers import Answer, all_of, any_of
from tocsin.node.events.instruments.sources import Source, open_data, read_source

__all__ = ["CRITERIA", "CriteriaOutcome", "Criterion", "evaluate", "read_criteria"]


@dataclass(frozen=True)
class Criterion:
    """A question about an event, and what to look at to answer it."""

    code: str
    text: Names
    guidance: Names


@dataclass(frozen=True)
class DefaultCriteria:
    """The criteria, and the groups of an alliance whose file names none."""

    criteria: tuple[Criterion, ...]
    groups: tuple[tuple[str, ...], ...]
    source: Source


@dataclass(frozen=True)
class CriteriaOutcome:
    """Whether an event meets the criteria.

    met             yes, no, or unknown while an open question could still decide it
    groups          the same for each group, in the alliance's order
    open_questions  criteria with the answer unknown, in groups that are not settled without them
    """

    met: Answer
    groups: tuple[Answer, ...]
    open_questions: tuple[str, ...]


def evaluate(answers: Mapping[str, str], groups: Sequence[Sequence[str]] | None = None) -> CriteriaOutcome:
    """What the answers say; `groups` are the alliance's, None for the default. A criterion left out is unknown.

    Raises ValueError for a criterion that is none of them, or another answer.
    """
    if strange := sorted(set(answers) - set(CRITERIA)):
        raise ValueError(f"no criteria are {', '.join(strange)}; known are {', '.join(CRITERIA)}")
    asked = groups or read_criteria().groups
    given = {code: Answer(answers.get(code, Answer.UNKNOWN)) for code in CRITERIA}
    settled = tuple(any_of(given[code] for code in group) for group in asked)
    met = all_of(settled)
    undecided = [group for group, answer in zip(asked, settled, strict=True) if answer is Answer.UNKNOWN]
    return CriteriaOutcome(
        met=met,
        groups=settled,
        open_questions=tuple(code for group in undecided for code in group if given[code] is Answer.UNKNOWN),
    )


@cache
def read_criteria() -> DefaultCriteria:
    """The words of the criteria and the default groups. Raises DataFileError."""
    file = open_data("criteria.toml")
    file.only({"criteria", "groups", "source", "evidence"})
    criteria = tuple(_criterion(entry) for entry in file.entries("criteria", "criterion"))
    if tuple(criterion.code for criterion in criteria) != CRITERIA:
        raise file.error(f"criteria must be {', '.join(CRITERIA)}, in this order")
    return DefaultCriteria(criteria, file.groups("groups", CRITERIA), read_source(file))


def _criterion(entry: Entry) -> Criterion:
    entry.only({"code", "text", "guidance"})
    return Criterion(entry.text("code"), entry.names("text"), entry.names("guidance"))
