"""Days in the past on which methods are asked again, and the checks that all such evaluations need."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tocsin.cli.main import BadInput

__all__ = ["checked_days", "checked_levels", "checked_methods"]

MOST_DAYS = 2000


def checked_days(
    first: str, last: str | None, step: int, *, earliest: np.datetime64, latest: np.datetime64, why: str
) -> NDArray[np.datetime64]:
    """The days from `first` on, `step` days apart. Raises BadInput where there is nothing known, or nothing came.

    earliest  before which nothing is known; latest after which nothing can be compared, and the default of `last`
    why       what the latest day is, for the refusal
    """
    begin = np.datetime64(first, "D")
    end = latest if last is None else np.datetime64(last, "D")
    if last is not None and end < begin:
        raise BadInput(f"--to {last} is before --from {first}")
    if begin < earliest:
        raise BadInput(f"--from {first} is before anything of INPUT was known: give {earliest} or a later day")
    if begin > latest:
        raise BadInput(
            f"--from {first} is after {latest}, {why}: there is nothing to compare with; give an earlier day"
        )
    if end > latest:
        raise BadInput(f"--to {last} is after {latest}, {why}; give that day, or leave --to out")
    days = np.arange(begin, end + 1, step)
    if len(days) > MOST_DAYS:
        raise BadInput(f"--from {first} to {end} are {len(days):,} days; give a longer --step")
    return days


def checked_levels(levels: Sequence[float]) -> NDArray[np.float64]:
    """Symmetric about the median, as scores of intervals need. Raises BadInput."""
    tau = np.asarray(levels, dtype=np.float64)
    if not np.allclose(tau + tau[::-1], 1) or len(tau) < 2:
        raise BadInput(
            "--quantiles must be the ends of central intervals, each with its mirror image: 0.025 with 0.975, 0.25 "
            "with 0.75"
        )
    return tau


def checked_methods(given: str, known: Sequence[str], baseline: str | None) -> tuple[tuple[str, ...], str | None]:
    """Methods by their names with commas between, `all` for every one; and the baseline, which is one of them."""
    names = tuple(known) if given == "all" else tuple(dict.fromkeys(name.strip() for name in given.split(",")))
    for name in names:
        if name not in known:
            raise BadInput(f"there is no method '{name}'; there are {', '.join(known)}, or all of them: all")
    if baseline is not None and baseline not in names:
        raise BadInput(f"--baseline {baseline} is not among --methods {','.join(names)}; name it there too")
    return names, baseline
