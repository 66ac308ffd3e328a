"""Draw README's picture out of the demo's table: .venv/bin/python scripts/picture.py, after `make demo`.

Dengue in Lambayeque as `tocsin detect` sees it week after week of 2022, in the geometry of the report's pictures.
"""

from pathlib import Path

import numpy as np

from tocsin.counts import read
from tocsin.epi.detect import farrington_flexible
from tocsin.pictures.series import HEIGHT, picture

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "demo" / "dengue_peru.csv"
PICTURE = ROOT / "docs" / "images" / "dengue_lambayeque.svg"

LEFT, TOP, WIDTH, DEEP = 48, 56, 700, 230
STYLE = """
text { font: 13px system-ui, "Noto Sans", sans-serif; fill: #56636a; }
.title { font-size: 16px; font-weight: 600; fill: #1a2226; } .limit { fill: #2d383d; font-weight: 600; }
.grid { stroke: #dfe4e6; } .bars { fill: #0072b2; } .above { fill: #d55e00; } .told { fill: #a84400; font-weight: 600; }
.line { fill: none; vector-effect: non-scaling-stroke; }
"""


def main() -> None:
    table = read(TABLE, date=("ano", "semana"), week_start="sunday", by=("departamento",))
    counts = table.counts[table.keys["departamento"].to_list().index("LAMBAYEQUE")]
    found = farrington_flexible(counts, table.dates, evaluate=49, years_back=3)
    expected, threshold, alarm = np.full(counts.size, np.nan), np.full(counts.size, np.nan), np.zeros(counts.size, bool)
    expected[found.periods], threshold[found.periods] = found.expected[0], found.threshold[0]
    alarm[found.periods] = found.alarm[0]
    first, peak = int(np.flatnonzero(alarm)[0]), int(np.nanargmax(counts))
    drawn = picture(counts, expected, threshold, alarm, table.dates, table.every, marked=first)
    title = (
        f"Dengue in Lambayeque, Peru: {counts[first]:.0f} cases in the week of {_day(table.dates[first])}, "
        f"{expected[first]:.0f} expected, threshold {threshold[first]:.0f}"
    )
    below = [
        f"Cases a week, {_day(table.dates[0])} to {_day(table.dates[-1])}. Orange: above the threshold. Each week of "
        "2022 is compared",
        f"with the three years before it. The first signal comes {peak - first} weeks before the peak "
        f"of {counts[peak]:.0f} cases.",
    ]
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(
        "\n".join(_svg(drawn, title, below, (first + 0.5) / counts.size)), encoding="utf-8", newline="\n"
    )
    print(f"Written: {PICTURE.relative_to(ROOT)}")


def _day(date: np.datetime64) -> str:
    day = date.item()
    return f"{day.day} {day:%B %Y}"


def _svg(drawn, title, below, first):
    """Lines of the file: the report's paths stretched into a box, and around it the words."""
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 880 360" role="img"><title>{title}</title>'
    yield f"<style>{STYLE}</style>"
    yield '<rect width="880" height="360" fill="#fff"/>'
    yield f'<text class="title" x="{LEFT}" y="28">{title}</text>'
    for tick in drawn.y_ticks:
        y = TOP + DEEP * (1 - tick.at / 100)
        yield f'<path class="grid" d="M{LEFT} {y:.1f}h{WIDTH}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tick.value:,.0f}</text>'
    box = f'x="{LEFT}" y="{TOP}" width="{WIDTH}" height="{DEEP}" viewBox="0 0 {drawn.width} {HEIGHT}"'
    yield f'<svg {box} preserveAspectRatio="none" overflow="visible">'
    yield f'<path class="bars" d="{drawn.bars}"/><path class="above" d="{drawn.above}"/>'
    yield f'<path class="line" stroke="#fff" stroke-width="3.5" d="{drawn.expected}"/>'
    yield f'<path class="line" stroke="#838e95" stroke-width="2" d="{drawn.expected}"/>'
    yield f'<path class="line" stroke="#2d383d" stroke-width="1.25" d="{drawn.threshold}"/>'
    yield f'<path class="line" stroke="#d55e00" stroke-width="6" stroke-linecap="round" d="{drawn.dots}"/></svg>'
    for tick in drawn.x_ticks:
        yield f'<text x="{LEFT + WIDTH * tick.at / 100:.1f}" y="{TOP + DEEP + 18}">{tick.value}</text>'
    for label in drawn.labels:
        style = ' class="limit"' if label.kind == "threshold" else ""
        y = TOP + DEEP * (1 - label.at / 100) + 4
        yield f'<text{style} x="{LEFT + WIDTH + 8}" y="{y:.1f}">{label.kind} {label.value:.0f}</text>'
    at, level = LEFT + WIDTH * first, TOP + DEEP * (1 - drawn.marked[1] / 100)
    told = f"first signal: {drawn.marked[2]:.0f}"
    yield f'<text class="told" x="{at - 8:.1f}" y="{level - 6:.1f}" text-anchor="end">{told}</text>'
    for line, words in enumerate(below):
        yield f'<text x="{LEFT}" y="{TOP + DEEP + 46 + 19 * line}">{words}</text>'
    yield "</svg>\n"


if __name__ == "__main__":
    main()
