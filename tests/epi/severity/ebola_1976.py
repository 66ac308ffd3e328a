"""Cases by onset and deaths by day, Yambuku 1976 from 25 August; and how the folder of R's results is read.

Camacho A, Kucharski AJ, Funk S, et al (2014). Potential for large outbreaks of Ebola virus disease. Epidemics 9:70-78.
doi:10.1016/j.epidem.2014.09.003. The delay from onset to death is that of R cfr's examples: Barry A, et al (2018).
Lancet 392:213-221. doi:10.1016/S0140-6736(18)31387-4.
"""

import csv

import numpy as np
from scipy.stats import gamma

CASES = np.array(
    [
        1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 4, 1, 1, 3, 2, 7, 9, 4, 8, 9, 8, 9, 6, 6, 3, 8, 10, 5, 16, 12, 11, 11,
        7, 7, 4, 4, 3, 7, 2, 3, 8, 5, 7, 5, 2, 3, 4, 3, 6, 2, 1, 0, 0, 0, 1, 1, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0,
    ],
    dtype=float,
)  # fmt: skip
DEATHS = np.array(
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 1, 3, 1, 2, 1, 8, 4, 3, 5, 8, 6, 6, 10, 3, 7, 8, 11,
        7, 13, 12, 9, 9, 7, 6, 8, 6, 2, 6, 4, 3, 2, 6, 4, 6, 7, 7, 2, 4, 1, 1, 4, 1, 1, 0, 0, 0, 2, 0, 2, 1,
        0, 0, 0, 0, 0, 0, 1,
    ],
    dtype=float,
)  # fmt: skip
DELAY = gamma.pdf(np.arange(200), 2.4, scale=3.33)


def reference(shared, name):
    """Columns of a file of ../shared/reference, NA as nan, dates left out."""
    rows = list(csv.DictReader((shared / "reference" / name).read_text(encoding="utf-8").splitlines()))
    return {
        key: np.array([np.nan if row[key] == "NA" else float(row[key]) for row in rows])
        for key in rows[0]
        if key != "date"
    }
