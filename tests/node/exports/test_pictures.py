"""A series as SVG in the reader's language."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from django.test import RequestFactory
from django.utils import translation

from tocsin.node.exports.pdf import Page, Picture, picture_png
from tocsin.node.exports.pictures import respond_with_picture, series_picture

SVG = "{http://www.w3.org/2000/svg}"
DATES = np.datetime64("2026-01-05") + np.timedelta64(7, "D") * np.arange(8)


def drawn(**more):
    options = {
        "expected": [3.0] * 8,
        "threshold": [7.0] * 8,
        "alarm": [False] * 5 + [True] * 2 + [False],
        "incomplete": 1,
        "marked": 6,
        **more,
    }
    return ElementTree.fromstring(series_picture("Cholera, Karsu", DATES, [2, 3, None, 4, 3, 9, 14, 5], **options))


def texts(picture):
    return [text.text for text in picture.iter(f"{SVG}text")]


def test_it_says_what_it_shows_and_names_its_lines():
    picture = drawn()
    assert picture.find(f"{SVG}title").text == "Cholera, Karsu"
    assert {"expected 3.0", "threshold 7.0", "14", "incomplete"} <= set(texts(picture))


def test_numbers_follow_the_language():
    with translation.override("ru"):
        assert any("3,0" in text for text in texts(drawn()))


def test_each_alarm_is_a_dot_on_its_bar():
    dots = drawn().findall(f"{SVG}circle")
    assert len(dots) == 2
    assert float(dots[1].get("cy")) < float(dots[0].get("cy"))


def test_the_incomplete_period_is_hatched_and_alone_outlined():
    box = drawn().find(f"{SVG}rect")
    assert box.get("fill") == "#fff"
    assert float(box.get("x")) > float(drawn().findall(f"{SVG}circle")[1].get("cx"))
    assert drawn(incomplete=0).find(f"{SVG}rect") is None


def test_everything_lies_within_the_picture():
    picture = drawn()
    width, height = float(picture.get("width")), float(picture.get("height"))
    for path in picture.iter(f"{SVG}path"):
        for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", path.get("d")):
            assert 0 <= float(x) <= width
            assert 0 <= float(y) <= height


@pytest.mark.parametrize("title", ["<script>&", "\x00\x08", 'a"b', "霍乱"])
def test_any_title_stands_as_text(title):
    svg = series_picture(title, DATES, [1] * 8)
    assert ElementTree.fromstring(svg).find(f"{SVG}title").text == title.replace("\x00", "\ufffd").replace(
        "\x08", "\ufffd"
    )


def test_a_series_without_a_single_count_can_be_drawn():
    assert picture_png(series_picture("Nothing", DATES, [None] * 8), ppi=20).startswith(b"\x89PNG")


def test_several_pictures_can_share_their_scale():
    def scale(counts, **more):
        return texts(ElementTree.fromstring(series_picture("", DATES, counts, **more)))

    assert scale([1] * 8, top=100) == scale([90] * 8, top=100)
    assert scale([1] * 8) != scale([90] * 8)


@pytest.mark.parametrize(
    ("format", "content_type", "magic"),
    [("svg", "image/svg+xml", b"<svg "), ("png", "image/png", b"\x89PNG"), ("pdf", "application/pdf", b"%PDF-")],
)
def test_a_picture_is_a_download_in_each_format(format, content_type, magic):
    page = Page("Cholera", parts=["Words", Picture(series_picture("Cholera", DATES, [1] * 8))])
    response = respond_with_picture(RequestFactory().get("/"), page, format, filename="холера")
    assert (response.status_code, response["Content-Type"]) == (200, content_type)
    assert response.content.startswith(magic)
    assert response["Content-Disposition"].startswith(f'attachment; filename="______.{format}"')


def test_a_picture_in_another_format_is_refused():
    response = respond_with_picture(RequestFactory().get("/"), Page("T"), "gif", filename="x")
    assert response.status_code == 400
    assert response.content.decode() == "Pictures are exported as SVG, PNG, PDF; “gif” is none of these."
