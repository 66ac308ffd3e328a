"""A series as a picture in the reader's language: SVG for PDF and messages, PNG where SVG is not shown."""

from collections.abc import Sequence

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from numpy.typing import ArrayLike

from tocsin.counts.series import Every
from tocsin.node.exports.columns import ExportRefused
from tocsin.node.exports.pdf import Page, Picture, page_pdf, picture_png
from tocsin.node.exports.tables import attachment, refusal, signed
from tocsin.node.language import formats
from tocsin.pictures.series import picture
from tocsin.pictures.svg import Words, series_svg

__all__ = ["PICTURE_FORMATS", "respond_with_picture", "series_picture"]

PICTURE_FORMATS = {
    "svg": ("image/svg+xml", lambda page, svg: svg.encode()),
    "png": ("image/png", lambda page, svg: picture_png(svg)),
    "pdf": ("application/pdf", lambda page, svg: page_pdf(page)),
}


def respond_with_picture(request: HttpRequest, page: Page, format: str, *, filename: str) -> HttpResponse:
    """The first picture of the page as SVG or PNG, or the page as PDF, as a download.

    A format that is none of PICTURE_FORMATS is answered with 400 and a sentence.
    """
    if format not in PICTURE_FORMATS:
        return refusal(
            _("Pictures are exported as %(formats)s; “%(format)s” is none of these.")
            % {"formats": ", ".join(name.upper() for name in PICTURE_FORMATS), "format": str(format)[:20]}
        )
    content_type, made = PICTURE_FORMATS[format]
    svg = next(part.svg for part in page.parts if isinstance(part, Picture))
    try:
        content = made(signed(request, page), svg)
    except ExportRefused as refused:
        return refusal(str(refused))
    return attachment(HttpResponse(content, content_type=content_type), f"{filename}.{format}")


def series_picture(
    title: str,
    dates: Sequence,
    counts: ArrayLike,
    *,
    expected: ArrayLike | None = None,
    threshold: ArrayLike | None = None,
    alarm: ArrayLike | None = None,
    every: Every | str = Every.WEEK,
    incomplete: int = 0,
    marked: int | None = None,
    top: float | None = None,
    width: int = 720,
    height: int = 230,
) -> str:
    """SVG of one series in the active language.

    title       what it shows, for those who cannot see it
    dates       (periods,) first day of each
    counts, expected, threshold   (periods,) nan or None where there is none
    alarm       (periods,) whether there is a signal
    incomplete  number of last periods whose counts will still rise: the last is hatched
    marked      index of the period whose count is written over its bar
    top         where the axis ends, to give several pictures one scale
    width, height  in user units, of which the words are 12 high
    """
    n = len(dates)
    drawn = picture(
        _curve(counts, n),
        _curve(expected, n),
        _curve(threshold, n),
        np.zeros(n, dtype=bool) if alarm is None else np.asarray(alarm, dtype=bool),
        np.asarray(dates, dtype="datetime64[D]"),
        Every(every),
        incomplete=incomplete,
        marked=marked,
        top=top,
    )
    lines = {
        "expected": _("expected %(value)s") % {"value": "{value}"},
        "threshold": _("threshold %(value)s") % {"value": "{value}"},
    }
    words = Words(title, lines, formats.whole, formats.figure, incomplete=_("incomplete") if incomplete else "")
    return series_svg(drawn, words, width=width, height=height)


def _curve(values: ArrayLike | None, periods: int) -> np.ndarray:
    if values is None:
        return np.full(periods, np.nan)
    return np.array([np.nan if value is None else value for value in np.asarray(values, dtype=object)], dtype=float)
