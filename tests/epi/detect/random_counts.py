"""Random input for methods and oracles: counts with gaps, and periods left out."""

import numpy as np
from hypothesis import strategies as st


@st.composite
def counts_and_exclusions(draw, *, periods, highest=12, series=2):
    """Counts (series, periods), some nan, and a mask of exclusions, one for all or one a series."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    y = rng.poisson(rng.gamma(0.7, highest, (series, 1)), (series, periods)).astype(float)
    y[rng.random(y.shape) < draw(st.sampled_from([0.0, 0.1, 0.5]))] = np.nan
    shape = draw(st.sampled_from([(periods,), (series, periods)]))
    excluded = rng.random(shape) < draw(st.sampled_from([0.0, 0.2]))
    return y, excluded


def rows(y, excluded):
    """Each series with its own exclusions, as plain lists."""
    for counts, left_out in zip(y, np.broadcast_to(excluded, y.shape), strict=True):
        yield counts.tolist(), left_out.tolist()
