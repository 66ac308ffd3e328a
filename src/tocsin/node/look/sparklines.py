"""Small pictures for rows of a table, drawn by the server: no script, no request, the same on paper."""

from collections.abc import Collection, Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tocsin.node.language import formats

GAP = 1.0  # between bars, in the picture's own units


def sparkline(
    values: Sequence[float | None],
    *,
    expected: Sequence[float | None] | None = None,
    alarms: Collection[int] = (),
    incomplete: int = 0,
    top: float | None = None,
    width: int = 120,
    height: int = 24,
    label: str = "",
) -> SafeString:
    """Bars of `values`, oldest first; None is a gap, not a zero.

    expected    the line to compare with, as long as `values`
    alarms      positions above threshold; negative ones count from the end
    incomplete  how many of the last are not yet complete, drawn hollow
    top         the value at full height where several pictures share one scale
    label       the text alternative; by default the last value and the greatest
    """
    if not values:
        return mark_safe("")
    known = [value for value in values if value is not None]
    highest = top or max([*known, *(e for e in expected or () if e is not None), 1])
    step = width / len(values)
    above = {position % len(values) for position in alarms}
    # Numbers and names of classes alone, so nothing to escape: a list has thousands of bars.
    bars = mark_safe(
        "".join(
            f'<rect class="{_class(i, len(values), above, incomplete)}" {_bar(i, value, step, height, highest)}/>'
            for i, value in enumerate(values)
            if value is not None
        )
    )
    return format_html(
        '<svg class="sparkline" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">{}{}</svg>',
        width,
        height,
        width,
        height,
        label or _described(known),
        bars,
        _line(expected, step, height, highest) if expected else "",
    )


def _class(position: int, length: int, above: set[int], incomplete: int) -> str:
    if position in above:
        return "spark-alarm"
    return "spark-incomplete" if position >= length - incomplete else "spark-bar"


def _bar(position: int, value: float, step: float, height: int, highest: float) -> str:
    tall = max(min(value / highest, 1) * (height - 2), 0.75)
    wide = max(step - GAP, step * 0.6)
    return f'x="{position * step:.2f}" y="{height - tall:.2f}" width="{wide:.2f}" height="{tall:.2f}"'


def _line(expected: Sequence[float | None], step: float, height: int, highest: float) -> SafeString:
    """The expected values as a line, broken where there is none."""
    drawn, pen = [], "M"
    for i, value in enumerate(expected):
        if value is None:
            pen = "M"
            continue
        drawn.append(f"{pen}{(i + 0.5) * step:.2f} {height - min(value / highest, 1) * (height - 2):.2f}")
        pen = "L"
    return format_html('<path class="spark-expected" d="{}"/>', "".join(drawn))


def _described(known: Sequence[float]) -> str:
    if not known:
        return _("no data")
    return _("last %(last)s, greatest %(greatest)s of %(count)s") % {
        "last": formats.figure(known[-1]),
        "greatest": formats.figure(max(known)),
        "count": formats.whole(len(known)),
    }
