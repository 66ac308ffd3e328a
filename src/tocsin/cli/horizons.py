"""`--horizon`: so many days or weeks ahead."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from tocsin.cli.main import BadInput

if TYPE_CHECKING:
    from tocsin.cli.series import Counts

__all__ = ["HORIZON", "Ahead"]

MOST = {"d": 28, "w": 8}


@dataclass(frozen=True, slots=True)
class Ahead:
    """number  of periods; weeks  whether they are weeks."""

    number: int
    weeks: bool

    def __str__(self) -> str:
        return f"{self.number}{'w' if self.weeks else 'd'}"

    def options(self, counts: "Counts") -> dict[str, Any]:
        """Of the engine's `forecast`. Raises BadInput where weeks are to give days."""
        if counts.days == 7 and not self.weeks:
            raise BadInput(f"--horizon {self} is of days, but INPUT counts weeks; give weeks, such as --horizon 4w")
        summed = 7 if self.weeks and counts.days == 1 else 1
        return {"horizon": self.number, "step": "day" if counts.days == 1 else "week", "sum_over": summed}


class Horizon(click.ParamType):
    """28d or 4w."""

    name = "28d|4w"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Ahead:
        if isinstance(value, Ahead):
            return value
        found = re.fullmatch(r"([1-9][0-9]{0,3})([dw])", value)
        if found is None:
            self.fail(f"{value!r} is not a number of days or weeks such as 28d or 4w", param, ctx)
        number, unit = int(found[1]), found[2]
        if number > MOST[unit]:
            self.fail(
                f"{value!r} is too far: a forecast reaches {MOST['d']} days, or {MOST['w']} weeks; of what lies "
                "beyond nothing is known that a scenario would not state better",
                param,
                ctx,
            )
        return Ahead(number, unit == "w")


HORIZON = Horizon()
