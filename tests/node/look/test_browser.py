"""The design system in a browser: what can be seen, said, typed, printed and taken away."""

import re
from pathlib import Path

import pytest
from tests.node.browser.accessible import violations

pytestmark = pytest.mark.verify

FIRST_ROW = "[data-row]:nth-child(1)"
REASON = "#forms [data-draft] textarea"


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody_can_use_every_part(visit, theme, width):
    gallery = visit(theme, width)
    assert gallery.page.locator("html").get_attribute("data-bs-theme") == theme
    assert violations(gallery.page) == []
    gallery.page.locator("#figures .figure-tools button:first-child").evaluate_all("all => all.forEach(b => b.click())")
    assert violations(gallery.page) == []
    assert gallery.complaints == []
    assert gallery.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", ["bare", "?wrong=1"])
def test_other_pages_too(visit, path):
    gallery = visit("light", 390, path)
    assert violations(gallery.page) == []
    assert gallery.complaints == []


def test_the_policy_is_in_force(visit):
    gallery = visit()
    gallery.page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.broken = 1'}))"
    )
    assert gallery.page.evaluate("window.broken") is None
    assert "Content Security Policy" in gallery.complaints[0]


def test_the_theme_is_kept_by_the_server(visit):
    page = visit("light").page
    page.click("[data-theme-switch]")
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"
    assert 'data-bs-theme="dark"' in page.request.get(page.url).text()


def test_figures_follow_the_theme(visit):
    page = visit("light").page
    page.wait_for_selector('[data-chart=bars] svg path[fill="#0072b2" i]')
    page.click("[data-theme-switch]")
    page.wait_for_selector('[data-chart=bars] svg path[fill="#56b4e9" i]')
    assert page.locator('[data-chart=bars] svg path[fill="#0072b2" i]').count() == 0


def test_rows_by_keyboard(visit):
    page = visit().page
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.locator("[data-current]").get_attribute("data-current") == ""
    assert page.locator(f"{FIRST_ROW}[data-current]").count() == 1
    page.keyboard.press("x")
    assert page.locator("[data-bulk-count]").inner_text() == "1"
    page.keyboard.press("Enter")
    assert page.url.endswith("#row-0")


def test_keys_are_never_taken_from_a_field(visit):
    page = visit().page
    page.keyboard.press("/")
    page.keyboard.type("jkx?/")
    assert page.locator("#q").input_value() == "jkx?/"
    assert page.locator("[data-current], dialog").count() == 0


def test_help_opens_and_gives_the_focus_back(visit):
    page = visit().page
    page.focus("[data-keys-open]")
    page.keyboard.press("?")
    assert page.locator("dialog[open] h2").inner_text() == "Keyboard"
    page.keyboard.press("Escape")
    assert page.locator("dialog").count() == 0
    assert page.evaluate("document.activeElement.dataset.keysOpen") == ""


def test_all_rows_at_once(visit):
    page = visit().page
    assert page.locator("[data-bulk-bar]").is_hidden()
    page.check("[data-select-all]")
    assert page.locator("[data-bulk-count]").inner_text() == "8"
    page.uncheck(f"{FIRST_ROW} input")
    assert page.evaluate("document.querySelector('[data-select-all]').indeterminate")


def kept(page) -> list[str]:
    return page.evaluate("Object.keys(localStorage)")


def test_what_is_typed_outlives_the_page_until_it_is_saved(visit):
    page = visit().page
    page.fill(REASON, "Three cases were confirmed")
    page.reload()
    assert page.locator(REASON).input_value() == "Three cases were confirmed"
    assert page.locator(".draft-note").is_visible()
    page.click("#forms [data-draft] .btn-primary")
    page.wait_for_selector(".banner-good[data-draft-saved]")
    assert kept(page) == []
    assert page.locator(REASON).input_value() == ""


def test_a_restored_draft_can_be_discarded(visit):
    page = visit().page
    page.fill(REASON, "A mistake")
    page.reload()
    page.click("[data-draft-discard]")
    assert page.locator(REASON).input_value() == ""
    assert kept(page) == []
    page.reload()
    assert page.locator(".draft-note").count() == 0


def test_the_session_s_end_changes_nothing_on_the_screen(visit):
    page = visit().page
    page.fill(REASON, "Typed before")
    page.click("text=After the session's end")
    assert page.locator("dialog[open] h2").inner_text() == "Your session has ended"
    assert page.locator(REASON).input_value() == "Typed before"


def test_a_refused_file_is_explained_where_it_was_given(visit):
    page = visit().page
    counts = {"name": "counts.csv", "mimeType": "text/csv", "buffer": b"week,cases\n"}
    page.set_input_files("#file", counts)
    assert page.locator("[data-upload-chosen]").inner_text().startswith("counts.csv (")
    page.click("[data-upload] .btn-primary")
    page.wait_for_selector("[data-upload-error]:not([hidden])")
    assert page.locator("[data-upload-error]").inner_text().startswith("counts.csv: row 7, column “cases”")


def test_progress_is_asked_for_and_stops(visit):
    page = visit().page
    page.wait_for_selector(".progress-part:not([hx-get]) >> text=done")


def test_each_figure_has_its_table(visit):
    page = visit().page
    shown = page.locator("[data-chart=series] .figure-tools button").first
    shown.click()
    assert shown.get_attribute("aria-expanded") == "true"
    first = page.locator("[data-chart=series] tbody tr").first.inner_text().split("\t")
    assert first[:2] == ["week of 9 March 2026", "12"]
    assert "not yet complete" in first[-1]
    links = page.locator("[data-chart=tiles] svg a")
    assert links.count() == 9
    links.first.focus()
    assert "Bora: 14 cases" in page.evaluate("document.activeElement.querySelector('title').textContent")


def test_what_is_drawn_from_a_boundary_layer_cannot_be_saved(visit):
    assert visit().page.locator("[data-chart=boundaries] .figure-tools button").all_inner_texts() == ["Table"]


@pytest.mark.parametrize("kind", ["series", "small-multiples", "tiles", "bars"])
def test_each_figure_can_be_taken_away(visit, kind):
    page = visit().page
    buttons = page.locator(f"[data-chart={kind}] .figure-tools button")
    with page.expect_download() as taken:
        buttons.nth(2).click()
    svg = Path(taken.value.path()).read_text("utf-8")
    assert taken.value.suggested_filename.endswith(".svg")
    assert "Invented figures" in svg
    assert (
        page.evaluate(
            "text => new DOMParser().parseFromString(text, 'image/svg+xml').querySelector('parsererror')", svg
        )
        is None
    )
    with page.expect_download() as taken:
        buttons.nth(1).click()
    png = Path(taken.value.path()).read_bytes()
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20]) > 600  # pixels wide: twice what is on the screen


def test_a_layer_that_cannot_be_read_leaves_the_table(visit, chromium, gallery_address):
    context = chromium.new_context()
    page = context.new_page()
    page.route(re.compile("boundaries.json"), lambda route: route.fulfill(status=404))
    page.goto(gallery_address)
    page.wait_for_selector("[data-chart=boundaries] tbody tr")
    assert "could not be read" in page.locator("[data-chart=boundaries] .figure-picture").inner_text()
    context.close()


def test_on_paper_there_is_no_navigation_and_the_classification_stands_at_both_ends(visit, tmp_path):
    from pypdf import PdfReader

    page = visit("dark").page
    page.pdf(path=tmp_path / "gallery.pdf", format="A4", print_background=True)
    text = " ".join(sheet.extract_text() for sheet in PdfReader(tmp_path / "gallery.pdf").pages)
    assert "Printed:" in text
    assert text.count("MEMBERS") >= 2
    assert "УЧЕНИЕ" in text
    assert "Save as PNG" not in text
    assert "Skip to the content" not in text


def test_the_primary_act_is_within_the_thumb_s_reach(visit):
    page = visit("light", 390).page
    box = page.locator(".page-act .btn").bounding_box()
    assert box["y"] + box["height"] > 900 - 40
    assert box["height"] >= 44


def test_menus_work_without_a_script(chromium, gallery_address):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(gallery_address)
    page.click("summary:has-text('How this was computed')")
    assert page.locator("text=In plain words.").is_visible()
    assert page.locator("[data-theme-switch]").is_hidden()
    context.close()
