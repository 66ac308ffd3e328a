"""`--holidays`: days with commas between, or a file of them."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["holidays_of"]


def holidays_of(given: str | None) -> "NDArray[np.datetime64] | None":
    """The days; None if none are given.

    In a file a day stands first in its line; what follows a comma, a space or a # is of no account, nor is a first
    line without a day.
    """
    import numpy as np

    if given is None:
        return None
    path = Path(given)
    days = _from_file(path) if path.is_file() else [_day(text, None) for text in given.split(",")]
    return np.array(days, dtype="datetime64[D]")


def _from_file(path: Path) -> list[date]:
    days = []
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise _refusal(f"{path} is no text; give a file with one day a line") from None
    for number, line in enumerate(lines, start=1):
        text = line.split("#")[0].replace(";", ",").split(",")[0].strip().strip('"').split(" ")[0]
        if text and not (number == 1 and not text[0].isdigit()):
            days.append(_day(text, f"line {number} of {path}"))
    return days


def _day(text: str, where: str | None) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        if where is None:
            raise _refusal(
                f"--holidays has '{text.strip()}', which is neither a day such as 2026-01-01 nor a file"
            ) from None
        raise _refusal(f"{where} is '{text}', no day such as 2026-01-01") from None


def _refusal(text: str) -> Exception:
    from tocsin.cli.main import BadInput

    return BadInput(text)
