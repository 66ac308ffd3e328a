"""What a body that decides together may do: plain data, so that every node applies the same rules."""

from dataclasses import dataclass

__all__ = ["BodyRules"]


@dataclass(frozen=True)
class BodyRules:
    """The rules of a body, as its alliance's file has them.

    code           of the body
    kinds          of decisions that it may adopt: statement, plan, agreement, resolution, decision
    silence        whether a decision may pass by silence; where it may not, only acts of states count
    silence_hours  the least that a silence lasts; None where there is none
    members        codes of the states entitled to decide, in the alliance's order
    official       languages in which a decision's text is authentic
    may_join       codes of the states that may accede once a decision is adopted, in the alliance's order
    """

    code: str
    kinds: tuple[str, ...]
    silence: bool
    silence_hours: int | None
    members: tuple[str, ...]
    official: tuple[str, ...]
    may_join: tuple[str, ...]
