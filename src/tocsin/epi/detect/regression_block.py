"""Blocks of series laid side by side for the quasi-Poisson regression: their layout and their loading."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.compilation import inner_kernel
from tocsin.epi.elementary import log

__all__ = ["LANES", "Block", "Design", "load", "log_table", "new_block", "start"]

LANES = 128
TABLE_LENGTH = 256

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]


class Design(NamedTuple):
    """The reference rows of one evaluated period, shared by all series."""

    row: Integers  # (rows,) index of the period
    group: Integers  # (rows,) level of the seasonal factor
    t: Floats  # (rows,) time, in periods, counted from the middle of the rows
    unit_step: Flags  # (rows,) whether t is that of the row before plus 1
    four: Flags  # (rows,) whether this row and the next three follow each other in one group
    n_groups: int
    group_now: int
    t_now: float


# A block's arrays are kept in four, as Numba passes every array as nine arguments; these name them.
# (rows, lanes): counts, offset factor and their quotient; omega the prior weight before `scale`, 0 where the row is
# missing, and exposure m omega; z is weight times working response in the first step and v is y log(y / m), both 0
# where the row is missing; weight is the working weight, which R takes one iterate before the mean. RATE and EXPOSURE
# are kept only where there is an offset: without one they are Y and OMEGA, and memory is what a pass waits for.
Y, M, RATE, OMEGA, EXPOSURE, Z, V, WEIGHT = range(8)
# (groups, lanes): level, the same one iterate before, and e to both powers; sums over a group of omega mu, omega mu
# t, omega mu t^2, and f0, the first without a; score the sum of the working response, later of omega (y - mu); total
# the sum of omega y; inverse 1 / s0 and centre s1 / s0 with the last working weights. The data's own sums are those of
# the first step before `scale`.
ALPHA, ALPHA_BEFORE, A, A_BEFORE, S0, S1, S2, F0, SCORE, TOTAL, INVERSE, CENTRE = range(12)
DATA_S0, DATA_S1, DATA_S2, DATA_SCORE, DATA_TOTAL = range(12, 17)
# (lanes,) estimates: spread is the sum of squares of t about the centres; phi the dispersion, at least 1, phi_weighted
# that of Pearson with working weights, phi_prior with prior weights alone, as farringtonFlexible's summaries have it.
BETA, BETA_BEFORE, WITH_TREND, SPREAD, INVERSE_SPREAD, PHI, PHI_WEIGHTED, PHI_PRIOR, DEGREES, ROWS_USED = range(10)
# (lanes,) in passing: u is e^{beta t}; score_t and y_t are the sums over rows of omega (y - mu) t and omega y t;
# constant the sum of omega (v - y); scale makes the weights sum to the rows.
U, U_BEFORE, FACTOR, FACTOR_BEFORE, NUMERATOR, DENOMINATOR, STEP, MAGNITUDE, DEVIANCE, SCORE_T = range(10, 20)
Y_T, CONSTANT, OUTLIERS, OUTLIER_WEIGHT, LARGEST, SCALE = range(20, 26)
DATA_SCORE_T, DATA_Y_T, DATA_CONSTANT, MU = range(26, 30)
# (lanes,) flags: active is to be fitted at all, fitting in the present iterations.
ACTIVE, FITTING, CONVERGED = range(3)


class Block(NamedTuple):
    """Up to LANES series side by side, and the room to fit them in."""

    rows: Floats
    groups: Floats
    lanes: Floats
    flags: Flags


def new_block(n_rows: int, n_groups: int) -> Block:
    """Room for LANES series of `n_rows` reference rows in `n_groups` groups."""
    rows = np.zeros((8, n_rows, LANES))
    rows[M] = 1.0
    return Block(
        rows,
        np.zeros((17, n_groups, LANES)),
        np.zeros((30, LANES)),
        np.zeros((3, LANES), dtype=np.bool_),
    )


def log_table() -> Floats:
    """The z and v of the counts 0, 1, ... where there is no offset, (2, TABLE_LENGTH)."""
    y = np.arange(TABLE_LENGTH, dtype=np.float64)
    return np.stack([(y + 0.1) * np.log(y + 0.1) - 0.1, y * np.log(np.maximum(y, 1.0))])


@inner_kernel
def load(b: Block, d: Design, order: Integers, lanes: int, counts: Floats, population: Floats, excluded: Flags) -> None:
    """Copy the reference rows of the series in `order`; a missing row becomes a zero of weight 0.

    Leaves `largest`, the largest reference count of each lane, or -1 where no model can predict
    because the group of the evaluated period has no row.
    """
    y, m, omega = b.rows[Y], b.rows[M], b.rows[OMEGA]
    largest, rows_used, in_group_now = b.lanes[LARGEST], b.lanes[ROWS_USED], b.lanes[STEP]
    for j in range(lanes):
        largest[j] = -1.0
        rows_used[j] = 0.0
        in_group_now[j] = 0.0
    for r in range(d.row.size):
        i = d.row[r]
        counted = 1.0 if d.group[r] == d.group_now else 0.0
        for j in range(lanes):
            y[r, j] = counts[order[j], i]
        if population.size > 0:
            for j in range(lanes):
                people = population[order[j], i]
                y[r, j] = np.nan if math.isnan(people) else y[r, j]
                m[r, j] = 1.0 if math.isnan(people) else people
        if excluded.size > 0:
            for j in range(lanes):
                y[r, j] = np.nan if excluded[order[j], i] else y[r, j]
        for j in range(lanes):
            missing = math.isnan(y[r, j])
            y[r, j] = 0.0 if missing else y[r, j]
            omega[r, j] = 0.0 if missing else 1.0
            largest[j] = max(largest[j], y[r, j] - (1.0 - omega[r, j]))
            rows_used[j] += omega[r, j]
            in_group_now[j] += counted * omega[r, j]
        if population.size > 0:
            for j in range(lanes):
                b.rows[RATE, r, j] = y[r, j] / m[r, j]
                b.rows[EXPOSURE, r, j] = omega[r, j] * m[r, j]
    for j in range(lanes):
        largest[j] = largest[j] if in_group_now[j] > 0.0 else -1.0


@inner_kernel
def start(b: Block, n_rows: int, lanes: int, offset: bool, table: Floats) -> None:
    """Row terms of the first step, whose means are y + 0.1; once a block, however often it is fitted."""
    y, m, omega, z, v = b.rows[Y], b.rows[M], b.rows[OMEGA], b.rows[Z], b.rows[V]
    if not offset and _within_table(b, n_rows, lanes):
        for r in range(n_rows):
            for j in range(lanes):
                count = int(y[r, j])
                z[r, j] = omega[r, j] * table[0, count]
                v[r, j] = table[1, count]
        return
    for r in range(n_rows):
        for j in range(lanes):
            log_m = log(m[r, j])
            z[r, j] = omega[r, j] * ((y[r, j] + 0.1) * (log(y[r, j] + 0.1) - log_m) - 0.1)
            # max keeps the logarithm in range where the count is 0; the product is then 0, as it should be.
            v[r, j] = y[r, j] * (log(max(y[r, j], 1e-300)) - log_m)


@inner_kernel
def _within_table(b: Block, n_rows: int, lanes: int) -> bool:
    """Whether all counts are whole and short enough for the table of logarithms."""
    y = b.rows[Y]
    outside = 0
    for r in range(n_rows):
        for j in range(lanes):
            outside += 0 if y[r, j] < TABLE_LENGTH and y[r, j] == math.floor(y[r, j]) else 1
    return outside == 0
