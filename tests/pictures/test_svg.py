"""The picture that stands alone: the geometry of `series` in its own units, and words around it."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from tocsin.counts.series import Every
from tocsin.pictures.series import picture
from tocsin.pictures.svg import Words, series_svg

SVG = "{http://www.w3.org/2000/svg}"
WEEKS = np.datetime64("2024-01-01") + np.timedelta64(7, "D") * np.arange(8)
WORDS = Words("Title", {"expected": "expected {value}", "threshold": "limit {value}"}, "{:.0f}".format, "{:.1f}".format)


def drawn(counts, level=4.0):
    curve = np.full(8, level)
    alarm = np.array(counts) > 8
    series = picture(np.array(counts, dtype=float), curve, 2 * curve, alarm, WEEKS, Every.WEEK)
    return ElementTree.fromstring(series_svg(series, WORDS, width=720, height=240))


def bars(picture, colour):
    """(left, bottom, top, width) of each bar."""
    (path,) = (p.get("d") for p in picture.iter(f"{SVG}path") if p.get("fill") == colour)
    found = re.findall(r"M([\d.]+) ([\d.]+)V([\d.]+)h([\d.]+)", path)
    return [tuple(map(float, bar)) for bar in found]


def test_bars_stand_on_one_line_and_are_as_high_as_their_counts():
    found = bars(drawn([1, 2, 3, 4, 5, 6, 7, 8]), "#0072b2")
    assert len({bottom for _, bottom, _, _ in found}) == 1
    heights = np.array([bottom - top for _, bottom, top, _ in found])
    np.testing.assert_allclose(heights / heights[-1], np.arange(1, 9) / 8, atol=0.01)
    assert np.ptp(np.diff([left for left, _, _, _ in found])) == pytest.approx(0, abs=0.05)


def test_a_count_above_its_threshold_has_its_colour_and_a_dot_at_its_top():
    picture = drawn([1, 2, 3, 4, 5, 6, 7, 12])
    ((left, _, top, width),) = bars(picture, "#d55e00")
    (dot,) = picture.findall(f"{SVG}circle")
    assert float(dot.get("cx")) == pytest.approx(left + width / 2, abs=0.02)
    assert float(dot.get("cy")) == pytest.approx(top, abs=0.02)


def test_the_lines_names_stand_at_their_heights():
    picture = drawn([1, 2, 3, 4, 5, 6, 7, 8])
    names = {text.text: float(text.get("y")) for text in picture.iter(f"{SVG}text")}
    lines = [p.get("d") for p in picture.iter(f"{SVG}path") if p.get("stroke") == "#838e95"]
    level = float(re.match(r"M[\d.]+ ([\d.]+)", lines[0])[1])
    assert names["expected 4.0"] == pytest.approx(level + 4, abs=0.2)
    assert names["limit 8.0"] < names["expected 4.0"]


def test_a_fan_is_drawn_in_two_bands_under_its_middle():
    nothing = np.full(8, np.nan)
    weeks = WEEKS[0] + np.timedelta64(7, "D") * np.arange(10)
    ahead = np.array([[1, 2, 4, 6, 8], [1, 2, 4, 6, 8.0]])
    series = picture(
        np.full(8, 4.0), nothing, nothing, np.zeros(8, dtype=bool), weeks, Every.WEEK, top=10.0, ahead=ahead
    )
    words = Words("Title", {"forecast": "forecast {value}"}, "{:.0f}".format, "{:.1f}".format)
    drawing = ElementTree.fromstring(series_svg(series, words, width=720, height=240))
    outer, inner = (path.get("d") for path in drawing.iter(f"{SVG}path") if path.get("fill") in ("#cce3f0", "#99c7e0"))
    # Two of ten slots of 558 units, beginning after the eighth; 200 units high.
    assert re.match(r"M490\.40 54\.00h55\.80V54\.00h55\.80V194\.00h-55\.80V194\.00h-55\.80z$", outer)
    assert re.match(r"M490\.40 94\.00h55\.80", inner)
    assert "forecast 4.0" in [text.text for text in drawing.iter(f"{SVG}text")]
