"""What axe finds wrong with a page; and a page looked at as people have it, by day and night, at a desk and a phone."""

import os
from pathlib import Path
from typing import Any

from tests.node.look.conftest import Visit

__all__ = ["WIDTHS", "fine", "picture", "violations"]

AXE = Path(__file__).resolve().parents[3] / "frontend/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Pictures of the pages are written here where somebody wants to look at them.
PICTURES = os.environ.get("TOCSIN_PICTURES", "")
WIDTHS = (1440, 390)
EVERY_RULE = {"runOnly": RULES, "resultTypes": ["violations"]}
# A theme changes colours and nothing else.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}


def violations(page: Any, options: dict[str, Any] = EVERY_RULE) -> list[str]:
    """One line a place in the page: which rule, and its markup."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("options => axe.run(options)", options)["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


# What stands beyond the right edge: the first few, with their words.
BEYOND = """() => [...document.querySelectorAll("body *")]
  .filter((one) => one.getBoundingClientRect().right > window.innerWidth + 1)
  .slice(0, 5)
  .map((one) => [one.parentElement.outerHTML, one.outerHTML].map((said) => said.slice(0, 80)).join(" > "))"""


def fine(seen: Visit, name: str) -> None:
    """Everybody can use the page, at both widths and in both themes; nothing stands beside it, nobody complains."""
    page = seen.page
    page.wait_for_load_state("networkidle")
    seen.when_drawn()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("window.scrollTo(0, 0)")  # what lies under the act at a phone's foot follows from where one is
        page.emulate_media(color_scheme="dark")
        assert violations(page, COLOURS) == [], f"{name}, {width} px, dark"
        page.emulate_media(color_scheme="light")
        assert violations(page) == [], f"{name}, {width} px"
        picture(page, f"{name}-{width}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name}: {page.evaluate(BEYOND)}"
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    assert seen.complaints == [], name


def picture(page: Any, name: str) -> None:
    """Where pictures are asked for."""
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)
