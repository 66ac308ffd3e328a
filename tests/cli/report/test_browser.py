"""The page in a real browser, opened from disk with no network."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tocsin.cli.report import write_report
from tocsin.cli.report.estimates import estimate

pytestmark = [pytest.mark.verify, pytest.mark.filterwarnings("default")]

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright (pip) to drive a browser")
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("needs a Chromium on the path")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def report_file(make_report, noted_table, tmp_path) -> Path:
    report = make_report(table=noted_table, expected_false_alarms=0.8, command="tocsin detect x.csv", title="Title")
    estimates = estimate(report.table, report.rows, [0, 1, 2])
    return write_report(replace(report, estimates=estimates), tmp_path / "report.html")


@pytest.fixture
def visit(browser, report_file) -> Iterator[Any]:
    """`visit(width=360, …)` opens the page; at the end nothing may have been asked of the network or complained of."""
    asked: list[str] = []
    complaints: list[str] = []
    contexts = []

    def open_page(width: int = 1280, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(report_file.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert complaints == []


def shown_title(page: Any) -> str:
    return page.locator("h1").inner_text()


def test_the_language_is_switched_by_mouse_and_by_keyboard(visit):
    page = visit()
    assert "are above their threshold" in shown_title(page)
    page.locator("label[for=show-zh]").click()
    assert "高于阈值" in shown_title(page)
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    assert "高于阈值" in page.title()
    page.locator("#show-zh").focus()
    page.keyboard.press("ArrowLeft")
    assert "выше порога" in shown_title(page)
    assert "3,4" in page.locator("#signals").inner_text()
    assert "3.4" not in page.locator("#signals").inner_text()


def test_it_is_whole_without_its_script(visit):
    page = visit(java_script_enabled=False)
    page.locator("label[for=show-ru]").click()
    assert "выше порога" in shown_title(page)
    assert page.locator("figure").count() == 3
    assert page.locator("th button").count() == 0


def test_tables_are_sorted_by_their_heads(visit):
    page = visit()
    table = page.locator("#signals table").first

    def observed() -> list[float]:
        return [float(v) for v in table.locator("td.o").evaluate_all("cells => cells.map(c => c.dataset.v)")]

    head = table.locator("th", has=page.get_by_text("Cases"))
    assert observed() == [14, 8]
    head.locator("button").click()
    assert (observed(), head.get_attribute("aria-sort")) == ([14, 8], "descending")
    head.locator("button").press("Enter")
    assert (observed(), head.get_attribute("aria-sort")) == ([8, 14], "ascending")
    name = table.locator("th").first
    name.locator("button").click()
    assert table.locator("tbody td.k").first.inner_text() == "cholera"
    assert head.get_attribute("aria-sort") is None


@pytest.mark.parametrize("width", [360, 390, 768, 1000, 1280])
@pytest.mark.parametrize("language", ["en", "ru", "zh"])
def test_the_page_never_scrolls_sideways(visit, width, language):
    page = visit(width)
    page.locator(f"label[for=show-{language}]").click()
    for details in page.locator("details").all():
        details.evaluate("e => e.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [360, 390])
@pytest.mark.parametrize("language", ["en", "ru", "zh"])
def test_a_telephone_shows_what_counts_without_scrolling_a_table(visit, width, language):
    page = visit(width)
    page.locator(f"label[for=show-{language}]").click()
    tables = page.locator("#signals .scroll").all()
    assert len(tables) == 2
    for table in tables:
        assert table.evaluate("e => e.scrollWidth - e.clientWidth") == 0
        for row in table.locator("tbody tr").all():
            cells = [cell for cell in row.locator("td").all() if cell.is_visible()]
            assert len(cells) == len(table.locator("thead th:visible").all()) == 4
            # Both keys, when, cases and expected, in the order of the page.
            shown = [cell.inner_text() for cell in cells]
            assert " · " in shown[0]
            assert shown[1].startswith("2026-")
            assert shown[3] == ("3,4" if language == "ru" else "3.4")


def test_a_wide_screen_gives_each_key_its_column(visit):
    page = visit(1280)
    row = page.locator("#signals tbody tr").first
    assert row.locator("td.k").all_inner_texts() == ["cholera", "Karsu"]
    assert len([cell for cell in row.locator("td").all() if cell.is_visible()]) == 9


CONTRASTS = """() => {
  const parse = (c) => c.match(/[\\d.]+/g).map(Number);
  const linear = (v) => v / 255 <= .03928 ? v / 255 / 12.92 : ((v / 255 + .055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => {
    return .2126 * linear(r) + .7152 * linear(g) + .0722 * linear(b); };
  const paper = light(parse(getComputedStyle(document.body).backgroundColor));
  const found = [];
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.getClientRects().length || e.closest("svg, script")) continue;
    const ink = light(parse(getComputedStyle(e).color));
    const ratio = (Math.max(ink, paper) + .05) / (Math.min(ink, paper) + .05);
    if (ratio < 4.5) found.push([e.className, e.textContent.slice(0, 40), ratio]);
  }
  return found;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_has_contrast_in_light_and_dark(visit, scheme):
    page = visit(color_scheme=scheme)
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (background == "rgb(255, 255, 255)") == (scheme == "light")
    assert page.evaluate(CONTRASTS) == []


def test_pictures_have_names_and_dots_keep_their_size(visit):
    page = visit(360)
    picture = page.get_by_role("img", name="cholera · Karsu")
    assert picture.count() >= 1
    dot = page.locator("figure path.al").first
    assert dot.evaluate("e => getComputedStyle(e).vectorEffect") == "non-scaling-stroke"
    assert page.locator("figure svg").first.bounding_box()["width"] < 320


def test_a_forecast_is_drawn_after_the_last_bar_and_read_out_with_its_sentence(visit):
    page = visit(390)
    page.locator("label[for=show-ru]").click()
    ahead = page.locator("#series-0 .plot.next")
    bars, fan = (ahead.locator(f"path.{kind}").bounding_box() for kind in ("bars", "f95"))
    assert fan["x"] >= bars["x"] + bars["width"] - 1
    assert fan["width"] > 20
    assert "Прогноз" in page.locator("#next-0").inner_text()
    assert "next-0" in ahead.get_attribute("aria-labelledby")


def test_print_drops_what_paper_cannot_use(visit):
    page = visit()
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert not page.locator(".languages").is_visible()
    assert page.locator("footer").is_visible()
