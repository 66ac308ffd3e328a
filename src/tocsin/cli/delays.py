"""A delay as people give it: the name of a published one, a file of probabilities, or a family with mean and sd."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from tocsin.cli.main import BadInput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tocsin.epi.delays.literature import DelayKind

__all__ = ["Delay", "delay_of"]

FAMILIES = ("gamma", "lognormal", "weibull")
SLACK = 0.01  # by which the probabilities of a file may miss 1, as rounded ones do
LONGEST = 5000


@dataclass(frozen=True, slots=True)
class Delay:
    """A delay in whole days.

    probabilities  (days,) of 0, 1 … days; the mean over `draws` where there are any
    draws          (draws, days), or None
    said           what it is, in words
    """

    probabilities: "NDArray[np.float64]"
    draws: "NDArray[np.float64] | None"
    said: str


def delay_of(given: str | Sequence[float], kind: str, where: str) -> Delay:
    """The delay.

    given   NAME, FILE, family:mean:sd, or probabilities of 0, 1 … days
    kind    of the published delay that a name means, such as "onset_to_death"
    where   how messages call it: "--delay", or the place in a plan
    """
    from tocsin.epi.delays import named
    from tocsin.epi.errors import InvalidDelay

    if not isinstance(given, str):
        return _of_numbers(given, where)
    if ":" in given and given.split(":")[0].strip().casefold() in FAMILIES:
        return _of_family(given, where)
    path = Path(given)
    if path.is_file():
        return _of_file(path, where)
    try:
        found = named(given, cast("DelayKind", kind))
    except InvalidDelay as refusal:
        raise BadInput(
            f"{where} is '{given}', which is no file, nor a delay such as gamma:14.6:10.4 (mean and standard deviation "
            f"in days), nor a published one: {refusal}"
        ) from None
    figures = f"{found.family}, mean {found.mean:.1f}, sd {found.sd:.1f} days"
    said = f"{found.name}, {kind.replace('_', ' ')}: {figures} ({found.source})"
    return Delay(found.probabilities(), None, said)


def _of_family(given: str, where: str) -> Delay:
    import numpy as np

    from tocsin.epi.delays import DelayDistribution, discretised
    from tocsin.epi.delays.families import FamilyName

    parts = [part.strip() for part in given.split(":")]
    try:
        family, (mean, sd) = parts[0].casefold(), (float(part) for part in parts[1:])
    except ValueError:
        raise BadInput(
            f"{where} is '{given}'; write the family, the mean and the standard deviation in days, as in "
            "gamma:14.6:10.4"
        ) from None
    delay = DelayDistribution(cast(FamilyName, family), np.asarray(mean), np.asarray(sd))
    return Delay(discretised(delay), None, f"{family}, mean {mean:g}, sd {sd:g} days")


def _of_numbers(given: Sequence[float], where: str) -> Delay:
    import numpy as np

    try:
        p = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise BadInput(f"{where} holds something that is no number; give probabilities of 0, 1, 2 … days") from None
    return Delay(_checked(p, where), None, f"given by the day, mean {_mean(p):.1f} days")


def _of_file(path: Path, where: str) -> Delay:
    """Columns of days and probabilities, and of draws where the delay is uncertain; or probabilities one a line."""
    import numpy as np
    import polars as pl

    try:
        frame = pl.read_csv(path, infer_schema=False, truncate_ragged_lines=True)
        frame = frame.rename({name: name.strip().casefold() for name in frame.columns})
    except (pl.exceptions.PolarsError, UnicodeDecodeError):
        raise BadInput(f"{path} given by {where} is no table; give a CSV file of days and probabilities") from None
    days = next((name for name in frame.columns if name in ("delay", "days", "day", "lag")), None)
    p = next((name for name in frame.columns if name in ("probability", "prob", "p", "density")), None)
    if days is None or p is None:
        raise BadInput(
            f"{path} given by {where} has the columns {', '.join(frame.columns)}; it needs 'days' (0, 1, 2 …) and "
            "'probability', and may have 'draw'"
        )
    try:
        lag, value = frame[days].str.strip_chars().cast(pl.Int64), frame[p].str.strip_chars().cast(pl.Float64)
    except pl.exceptions.PolarsError:
        raise BadInput(f"{path} given by {where} holds something that is no number in '{days}' or '{p}'") from None
    if frame.is_empty() or lag.null_count() or value.null_count():
        raise BadInput(f"{path} given by {where} is empty or has empty cells; give the probability of each day")
    at = lag.to_numpy()
    if at.min() < 0 or at.max() > LONGEST:
        raise BadInput(f"{path} given by {where} has delays below 0 or above {LONGEST} days")
    draws = frame["draw"].rank("dense").cast(pl.Int64).to_numpy() - 1 if "draw" in frame.columns else None
    rows = np.zeros(frame.height, dtype=np.int64) if draws is None else draws
    table = np.zeros((rows.max() + 1, at.max() + 1))
    if frame.select(pl.Series("r", rows), lag.alias("l")).is_duplicated().any():
        raise BadInput(f"{path} given by {where} has a day twice; give each day's probability once")
    table[rows, at] = value.to_numpy()
    for row in table:
        _checked(row, f"{path} given by {where}")
    mean = table.mean(axis=0)
    said = f"of {path.name}, mean {_mean(mean):.1f} days"
    return Delay(mean, table if len(table) > 1 else None, said + (f", {len(table)} draws" if len(table) > 1 else ""))


def _checked(p: "NDArray[np.float64]", where: str) -> "NDArray[np.float64]":
    import numpy as np

    if p.ndim != 1 or not len(p):
        raise BadInput(f"{where} is empty; give probabilities of 0, 1, 2 … days")
    if not np.isfinite(p).all() or (p < 0).any():
        raise BadInput(f"{where} holds {p[~np.isfinite(p) | (p < 0)][0]:g}; probabilities are from 0 to 1")
    if abs(p.sum() - 1) > SLACK:
        raise BadInput(
            f"{where} adds up to {p.sum():g}; the probabilities of all delays add up to 1: divide them by their sum, "
            "or "
            "give the longer delays too"
        )
    return p


def _mean(p: "NDArray[np.float64]") -> float:
    import numpy as np

    return float((p * np.arange(len(p))).sum() / p.sum())
