"""Confirmed cases and deaths by age in China until 11 February 2020, as published: China CDC Weekly 2020;2(8):113-122.

doi:10.46234/ccdcw2020.032
"""

import numpy as np

AGES = ("0-9", "10-19", "20-29", "30-39", "40-49", "50-59", "60-69", "70-79", "80+")
CASES = np.array([416, 549, 3619, 7600, 8571, 10008, 8583, 3918, 1408])
DEATHS = np.array([0, 1, 7, 18, 38, 130, 309, 312, 208])
PUBLISHED = (None, 0.2, 0.2, 0.2, 0.4, 1.3, 3.6, 8.0, 14.8)  # percent
POPULATION = np.array([131.6, 120.0, 173.9, 171.5, 193.2, 156.6, 119.1, 55.1, 23.7])  # of China, millions
