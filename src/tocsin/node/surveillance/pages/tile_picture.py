"""A map of tiles as an SVG that stands alone: for documents and for paper, where charts.js does not draw."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from django.utils.safestring import SafeString, mark_safe

from tocsin.node.language import formats
from tocsin.node.surveillance.pages.tile_maps import Cell, Map, type_size

__all__ = ["tile_picture"]

WIDE, TALL, GAP = 88, 64, 6
PALE, FULL = (0xE5, 0xF0, 0xF7), (0x00, 0x72, 0xB2)
INK, SOFT, PAPER, RULE, ALARM = "#1a2226", "#56636a", "#ffffff", "#dfe4e6", "#d55e00"
FONT = "'Noto Sans', 'Noto Sans SC', 'Noto Sans CJK SC', Arial, sans-serif"


def tile_picture(made: Map, *, least: int = 0) -> SafeString:
    """SVG in the colours of paper, whatever the theme. Bars, of places without positions, are tiles in rows of six.

    least  width in user units, so that a map of few tiles is not blown up where pictures are as wide as the page
    """
    cells = [(cell, *_position(cell, at)) for at, cell in enumerate(made.cells)]
    columns = max(column for _cell, _row, column in cells) + 1
    rows = max(row for _cell, row, _column in cells) + 1
    high = max([2.0 if made.disease else 1.0, *(cell.value or 0 for cell in made.cells)])
    inside = "".join(_tile(cell, row, column, high) for cell, row, column in cells)
    width, height = max(least, columns * (WIDE + GAP) - GAP), rows * (TALL + GAP) - GAP
    return mark_safe(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label={quoteattr(_clean(made.caption))} font-family={quoteattr(FONT)}>{inside}</svg>'
    )


def _position(cell: Cell, at: int) -> tuple[int, int]:
    if cell.row is None or cell.column is None:
        return divmod(at, 6)
    return cell.row, cell.column


def _tile(cell: Cell, row: int, column: int, high: float) -> str:
    fill, ink = _shade(cell.value, high)
    edge = ALARM if cell.is_alarm else RULE if cell.value is None else "none"
    parts = [
        f"<title>{escape(_clean(f'{cell.name}: {cell.text}'))}</title>",
        f'<rect x="1.5" y="1.5" width="{WIDE - 3}" height="{TALL - 3}" rx="6" fill="{fill}" stroke="{edge}" '
        f'stroke-width="{3 if cell.is_alarm else 1.5}"/>',
        f'<text x="10" y="24" fill="{ink}" font-size="{type_size(cell.short)}" font-weight="700">'
        f"{escape(_clean(cell.short))}</text>",
        f'<text x="{WIDE - 10}" y="{TALL - 12}" fill="{ink}" font-size="15" text-anchor="end">{_value(cell)}</text>',
    ]
    if cell.is_alarm:
        parts.append(f'<path d="M18 {TALL - 26}l8 14h-16z" fill="{ALARM}" stroke="{PAPER}" stroke-width="1"/>')
    return f'<g transform="translate({column * (WIDE + GAP)} {row * (TALL + GAP)})">{"".join(parts)}</g>'


def _value(cell: Cell) -> str:
    if cell.value is None:
        return formats.NO_VALUE
    return formats.whole(cell.value) if cell.value.is_integer() else formats.decimal(cell.value)


def _shade(value: float | None, high: float) -> tuple[str, str]:
    if value is None:
        return PAPER, SOFT
    share = min(1.0, value / high)
    fill = [round(pale + (full - pale) * share) for pale, full in zip(PALE, FULL, strict=True)]
    return "#{:02x}{:02x}{:02x}".format(*fill), INK if _luminance(fill) > 0.18 else PAPER


def _luminance(colour: Sequence[int]) -> float:
    """Relative luminance of WCAG 2: above 0.18 black reads better than white."""
    linear = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _clean(words: str) -> str:
    """Without what XML cannot hold."""
    return "".join(letter for letter in words if letter >= " " and letter not in "\ufffe\uffff")
