"""A series as an SVG that stands alone: for documents, messages, and whoever asks for the file.

The paths are those of `series`; around them stand the words, which come from the caller in its language.
Strokes would be stretched with the paths where a program knows no `vector-effect`, so all is drawn in the
picture's own units by a transformation of the numbers, and the result looks alike everywhere.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from tocsin.pictures.series import HEIGHT, Picture

__all__ = ["Words", "series_svg"]

INK, SOFT, LINE, GAP = "#1a2226", "#56636a", "#dfe4e6", "#e9ecee"
DATA, EXPECTED, LIMIT, ABOVE, ABOVE_TEXT = "#0072b2", "#838e95", "#2d383d", "#d55e00", "#a84400"
OUTER, INNER = "#cce3f0", "#99c7e0"
FONT = "'Noto Sans', 'Noto Sans SC', 'Noto Sans CJK SC', Arial, sans-serif"
LEFT, RIGHT, TOP, BOTTOM = 44, 118, 14, 26
_STEP = re.compile(r"([MHVhvz])([-\d.]*) ?([-\d.]*)")
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Words:
    """What is written in a picture, in one language.

    title        what the picture shows, for those who cannot see it
    lines        the name of each line by its kind, with {value} where its last value goes
    count, value how a count is written, and what stands in a line's name
    incomplete   beside the hatched bar: that this count will still rise; "" if nothing is to be said
    """

    title: str
    lines: Mapping[str, str]
    count: Callable[[float], str]
    value: Callable[[float], str]
    incomplete: str = ""


def series_svg(drawn: Picture, words: Words, *, width: int = 720, height: int = 230) -> str:
    """The picture in a box of `width` × `height` user units, words at 12 of them."""
    return "".join(_Canvas(drawn, words, width, height).parts())


class _Canvas:
    def __init__(self, drawn: Picture, words: Words, width: int, height: int) -> None:
        self.drawn, self.words, self.width, self.height = drawn, words, width, height
        self.across, self.down = width - LEFT - RIGHT, height - TOP - BOTTOM

    def parts(self) -> Iterator[str]:
        yield (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" width="{self.width}" '
            f'height="{self.height}" role="img" font-family={quoteattr(FONT)} font-size="12" fill="{SOFT}">'
            f"<title>{_plain(self.words.title)}</title>"
        )
        yield from self._grid()
        yield from self._paths()
        yield from self._hatched()
        yield from self._labels()
        yield "</svg>"

    def x(self, share: float) -> float:
        """Of a place given in per cent of the width of the drawing."""
        return LEFT + self.across * share / 100

    def y(self, share: float) -> float:
        """Of a height given in per cent above the axis."""
        return TOP + self.down * (1 - share / 100)

    def fitted(self, path: str) -> str:
        """A path of `series` in the picture's own units."""
        across, down = self.across / max(self.drawn.width, 1), self.down / HEIGHT
        steps = []
        for command, first, second in _STEP.findall(path):
            if command == "M":
                steps.append(f"M{LEFT + float(first) * across:.2f} {TOP + float(second) * down:.2f}")
            elif command in "Hh":
                steps.append(f"{command}{float(first) * across + (LEFT if command == 'H' else 0):.2f}")
            elif command in "Vv":
                steps.append(f"{command}{float(first) * down + (TOP if command == 'V' else 0):.2f}")
            else:
                steps.append("z")
        return "".join(steps)

    def _grid(self) -> Iterator[str]:
        for tick in self.drawn.y_ticks:
            y = self.y(tick.at)
            colour = SOFT if tick.at == 0 else LINE
            yield f'<path d="M{LEFT} {y:.1f}h{self.across}" stroke="{colour}" stroke-width="1"/>'
            yield self._text(self.words.count(float(tick.value)), LEFT - 8, y + 4, 'text-anchor="end"')
        for tick in self.drawn.x_ticks:
            x = self.x(tick.at)
            yield f'<path d="M{x:.1f} {TOP + self.down}v5" stroke="{SOFT}" stroke-width="1"/>'
            yield self._text(str(tick.value), x + 3, TOP + self.down + 17)

    def _paths(self) -> Iterator[str]:
        drawn = self.drawn
        if drawn.fan is not None:
            yield self._filled(drawn.fan.outer, OUTER)
            yield self._filled(drawn.fan.inner, INNER)
        lines = (
            *(((drawn.fan.middle, DATA, 1.5),) if drawn.fan is not None else ()),
            (drawn.expected, "#fff", 3.5),
            (drawn.expected, EXPECTED, 2),
            (drawn.threshold, LIMIT, 1.25),
        )
        yield from (
            self._filled(path, fill) for path, fill in ((drawn.gaps, GAP), (drawn.bars, DATA), (drawn.above, ABOVE))
        )
        yield from (
            f'<path d="{self.fitted(path)}" fill="none" stroke="{colour}" stroke-width="{thick}"/>'
            for path, colour, thick in lines
            if path
        )
        # Dots as circles: some programs draw nothing for a line without length.
        for command, x, y in _STEP.findall(drawn.dots):
            if command == "M":
                at = f'cx="{self.x(100 * float(x) / drawn.width):.2f}" cy="{TOP + float(y) * self.down / HEIGHT:.2f}"'
                yield f'<circle {at} r="3" fill="{ABOVE}"/>'

    def _filled(self, path: str, colour: str) -> str:
        return f'<path d="{self.fitted(path)}" fill="{colour}"/>' if path else ""

    def _hatched(self) -> Iterator[str]:
        """The last bar, whose count will still rise: outlined, with strokes across it."""
        if self.drawn.incomplete is None:
            return
        left, wide, high = self.drawn.incomplete
        x, y = self.x(left), self.y(high)
        wide, high = self.across * wide / 100, self.down * high / 100
        yield f'<rect x="{x:.2f}" y="{y:.2f}" width="{wide:.2f}" height="{high:.2f}" fill="#fff" stroke="{DATA}"/>'
        strokes = "".join(
            f"M{x:.2f} {min(bottom, y + high):.2f}L{x + wide:.2f} {max(bottom - wide, y):.2f}"
            for bottom in _every(y + wide, y + high, 4)
        )
        yield f'<path d="{strokes}" stroke="{DATA}" stroke-width="1" fill="none"/>' if strokes else ""
        if self.words.incomplete:
            yield self._text(self.words.incomplete, x + wide + 6, TOP + self.down + 17)

    def _labels(self) -> Iterator[str]:
        for label in self.drawn.labels:
            words = self.words.lines[label.kind].replace("{value}", self.words.value(label.value))
            weight = f'fill="{LIMIT}" font-weight="700"' if label.kind == "threshold" else ""
            yield self._text(words, LEFT + self.across + 8, self.y(label.at) + 4, weight)
        if self.drawn.marked is not None:
            at, level, count = self.drawn.marked
            end = self.x(at) > LEFT + self.across - 24
            anchor = 'text-anchor="end"' if end else 'text-anchor="middle"'
            x, y = self.x(at) + (6 if end else 0), max(self.y(min(level, 100)) - 8, 11)
            yield self._text(self.words.count(count), x, y, f'{anchor} fill="{ABOVE_TEXT}" font-weight="700"')

    def _text(self, words: str, x: float, y: float, more: str = "") -> str:
        return f'<text x="{x:.1f}" y="{y:.1f}"{" " + more if more else ""}>{_plain(words)}</text>'


def _every(first: float, last: float, step: float) -> Iterator[float]:
    while first <= last:
        yield first
        first += step


def _plain(words: str) -> str:
    return escape(_ILLEGAL.sub("\ufffd", words))
