"""The map of series by period: classes of cells, and the shapes they are drawn with."""

import numpy as np

from tocsin.cli.report.heatmap import classes, strip
from tocsin.epi.detect.detection import Detection


def test_cells_are_classed_by_exceedance_alarm_and_what_is_missing():
    observed = np.array([[1, 6, 9, 20, np.nan, 5, 9]], dtype=float)
    threshold = np.array([[7, 7, 7, 7, np.nan, np.nan, 7]], dtype=float)
    exceedance = np.array([[0, 0.6, 1.5, 2.4, np.nan, np.nan, 1.5]])
    alarm = np.array([[False, False, True, True, False, False, False]])
    same = np.ones_like(observed)
    d = Detection("x", {}, np.arange(7), np.arange(7), observed, same, threshold, alarm, exceedance, same, same)
    # The last exceeds its threshold without an alarm, as by a rule of fewest cases: not shown as one.
    assert classes(d).tolist() == [[0, 1, 2, 3, 5, 4, 1]]


def test_each_class_has_a_shape_beside_its_colour():
    drawn_strip = strip(np.arange(6, dtype=np.int8), 10)
    assert drawn_strip.dots.startswith("M24.5 ")
    assert drawn_strip.triangles.startswith("M30.5 ")
    assert drawn_strip.unevaluated.startswith("M42 8H")
    assert drawn_strip.missing.startswith("M50 ")
