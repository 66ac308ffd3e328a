"""The map of series by period: a strip of cells a series, classed by exceedance.

Colour is never alone: a cell above the threshold holds a dot, one far above a triangle, one
without a count is hatched, one that could not be evaluated is a small dash.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.detect.detection import Detection
from tocsin.pictures.series import runs

__all__ = ["CLASSES", "ROW", "Strip", "cell_width", "classes", "strip"]

ROW = 16
# ordinary: less than half way from the expected to the threshold; raised: at least half way;
# above: a signal; far: a signal at twice the way or more.
ORDINARY, RAISED, ABOVE, FAR, UNEVALUATED, MISSING = range(6)
CLASSES = ("ordinary", "raised", "above", "far", "unevaluated", "missing")


@dataclass(frozen=True, slots=True)
class Strip:
    """Paths of one series in a box of periods × cell width by ROW; empty paths are left out."""

    ordinary: str
    raised: str
    above: str
    far: str
    dots: str
    triangles: str
    unevaluated: str
    missing: str


def cell_width(periods: int) -> int:
    """Pixels for one period, so that a year of weeks fits beside the names."""
    return max(6, min(18, 780 // max(periods, 1)))


def classes(detection: Detection) -> NDArray[np.int8]:
    """(series, evaluated) class of each cell, as an index into CLASSES."""
    with np.errstate(invalid="ignore"):
        raised, far = detection.exceedance >= 0.5, detection.exceedance >= 2
    cell = np.where(raised, RAISED, ORDINARY)
    cell = np.where(detection.alarm, np.where(far, FAR, ABOVE), cell)
    cell = np.where(detection.evaluated, cell, UNEVALUATED)
    return np.where(np.isnan(detection.observed), MISSING, cell).astype(np.int8)


def strip(cells: NDArray[np.int8], width: int) -> Strip:
    """Draw the (evaluated,) classes of one series in cells of `width` pixels."""

    def bands(kind: int) -> str:
        return "".join(f"M{a * width} 1h{(b - a) * width - 1}v{ROW - 2}H{a * width}z" for a, b in runs(cells == kind))

    def blocks(kind: int) -> str:
        return "".join(f"M{i * width} 1h{width - 1}v{ROW - 2}h-{width - 1}z" for i in np.flatnonzero(cells == kind))

    half = (width - 1) / 2
    size = min(4.0, half)
    return Strip(
        ordinary=bands(ORDINARY),
        raised=blocks(RAISED),
        above=blocks(ABOVE),
        far=blocks(FAR),
        dots="".join(f"M{i * width + half:g} 8h0" for i in np.flatnonzero(cells == ABOVE)),
        triangles="".join(
            f"M{i * width + half - size:g} 11.5h{2 * size:g}l-{size:g}-7z" for i in np.flatnonzero(cells == FAR)
        ),
        unevaluated="".join(
            f"M{a * width + 2} 8H{max(b * width - 3, a * width + 3)}" for a, b in runs(cells == UNEVALUATED)
        ),
        missing=bands(MISSING),
    )
