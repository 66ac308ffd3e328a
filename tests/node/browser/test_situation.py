"""The first page in a browser: seen, switched, printed on one sheet."""

import os
from datetime import timedelta

import numpy as np
import pytest
from django.conf import settings as node
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import Client
from django.test.testcases import LiveServerThread
from django.utils import timezone
from pypdf import PdfReader
from tests.node.browser.accessible import violations
from tests.node.estimates.payloads_given import FALLS, GROWS, UNCLEAR, estimated, payload
from tests.node.surveillance.screened import ending, given, screened, usual

from tocsin.node.alliance.actions.setting_up import load_states
from tocsin.node.alliance.alliance_file import alliance, here
from tocsin.node.alliance.models import Organisation, Person, State
from tocsin.node.surveillance.actions.setting_up import load_diseases, load_places
from tocsin.node.surveillance.models import Place, Series, Source

pytestmark = [pytest.mark.verify, pytest.mark.django_db(transaction=True)]
BROWSER = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
DISEASES = ("dengue", "measles", "cholera", "influenza", "pertussis", "mumps", "shigellosis", "brucellosis", "typhoid")
LAYER = (
    '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"AL-01"},'
    '"geometry":{"type":"Polygon","coordinates":[[[0,0],[2,0],[2,2],[0,2],[0,0]]]}}]}'
)


@pytest.fixture(scope="module", autouse=True)
def may_use_the_database_beside_playwright():
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE") if before is None else None


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=BROWSER)
        yield browser
        browser.close()


@pytest.fixture
def full(db) -> Person:
    """As much as the page ever shows: nine diseases, estimated, six late sources, ten screened or not; who looks."""
    load_states(alliance(), here=here().code, by=None)
    load_diseases(by=None)
    root = load_places(alliance().state(here().code), by=None) or Place.objects.get(code=here().code)
    root = Place.objects.get(code=here().code)
    service = Organisation.objects.create(
        state=State.objects.get(is_here=True), kind="service", name_en="Sanitary Service of Altania",
        name_ru="Санитарно-эпидемиологическая служба Алтании", name_zh="阿尔坦尼亚卫生防疫局",
    )  # fmt: skip
    districts = list(Place.objects.filter(kind="district").values_list("code", flat=True)[:12])
    counts = {}
    for number, disease in enumerate(DISEASES):
        counts[disease, districts[number], ""] = ending(usual(6, number), 6, 40)
        counts[disease, root.code, ""] = ending(usual(60, number), 60, 94)
    counts["plague", districts[10], ""] = ending(np.zeros(520), 1)
    for number in range(10):
        source = Source.objects.create(
            name=f"Weekly notifications of infectious diseases {number}", organisation=service, place=root,
            provenance="Invented counts", made_at=timezone.now() - timedelta(days=9 * number),
        )  # fmt: skip
        if not number:
            given(source, counts)
            screened(source)
            whole = Series.objects.filter(source=source, place=root)
            ways = (GROWS, UNCLEAR, FALLS)
            estimated(source, {one: payload(ways[at % 3], 1_000.0 + at) for at, one in enumerate(whole)})
    return Person.objects.create_user(
        "amina@service.example", name="Amina", roles=["epidemiologist"], organisation=service,
        seen_situation_at=timezone.now() - timedelta(hours=10),
    )  # fmt: skip


@pytest.fixture
def visit(chromium, full, settings, tmp_path):
    """visit(path, theme, width, language): the page as Amina sees it, and what the browser complained about."""
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    folder = tmp_path / "home" / "boundaries"
    folder.mkdir(parents=True)
    (folder / "regions.geojson").write_text(LAYER)
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    assert server.error is None
    contexts = []

    def go(path: str = "/", theme: str = "light", width: int = 1440, language: str = "en"):
        Person.objects.filter(pk=full.pk).update(language=language)
        browser = Client()
        browser.force_login(full, backend=node.AUTHENTICATION_BACKENDS[0])
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, locale="en-GB")
        contexts.append(context)
        address = f"http://127.0.0.1:{server.port}"
        cookie = browser.cookies[node.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": node.SESSION_COOKIE_NAME, "value": cookie, "url": address}])
        page, complaints = context.new_page(), []
        page.on("console", lambda said: said.type in {"error", "warning"} and complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address + path)
        page.wait_for_selector("figure[data-chart]:not([data-drawn])", state="detached")
        return page, complaints

    yield go
    for context in contexts:
        context.close()
    server.terminate()
    server.join()


def with_layer(settings, tmp_path) -> None:
    from dataclasses import replace

    settings.HOME = tmp_path / "home"
    settings.CONFIGURATION = replace(node.CONFIGURATION, boundaries="regions.geojson", boundaries_key="id")


def test_everybody_can_use_it_in_each_language_theme_and_width(visit):
    for language, theme, width, path in (
        ("en", "light", 1440, "/"), ("ru", "dark", 1440, "/?level=district"), ("zh-hans", "light", 390, "/"),
        ("ru", "light", 390, "/?level=district&axes=own"), ("en", "dark", 390, "/"),
    ):  # fmt: skip
        page, complaints = visit(path, theme, width, language)
        assert violations(page) == [], (language, theme, width)
        assert complaints == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(
    ("language", "path", "classification", "printed", "happening"),
    [
        ("en", "/", "NATIONAL", "Printed:", "What is really happening"),
        ("ru", "/?level=district", "ДЛЯ НАЦИОНАЛЬНОГО ПОЛЬЗОВАНИЯ", "Напечатано:", "Что происходит на самом деле"),
        ("zh-hans", "/?axes=own", "限本国", "打印", "实际情况"),
    ],
)
def test_it_prints_on_one_sheet_with_its_classification_at_both_ends(
    visit, tmp_path, language, path, classification, printed, happening
):
    page, _complaints = visit(path, "dark", 1440, language)
    page.pdf(path=tmp_path / "situation.pdf", format="A4", print_background=True)
    (sheet,) = PdfReader(tmp_path / "situation.pdf").pages
    text = sheet.extract_text()
    assert text.count(classification) == 2
    assert printed in text
    assert happening in text
    assert "УЧЕНИЕ" in text
    for gone in ("Look at the signals", "Save as PNG", "Skip to the content", "Yours", "CSV"):
        assert gone not in text


def test_the_map_is_switched_in_its_place_and_the_address_follows(visit, full):
    page, complaints = visit()
    page.evaluate("window.kept = 1")
    page.select_option("#map-level", "district")
    page.wait_for_selector("#map svg.tiles > :nth-child(20)")
    assert "level=district" in page.url
    assert page.evaluate("window.kept") == 1
    page.select_option("#map-disease", "measles")
    page.wait_for_selector("#map figcaption:has-text('Measles')")
    assert complaints == []


def test_a_tile_leads_to_its_threads(visit):
    page, _complaints = visit()
    page.locator("#map svg.tiles a").first.click()
    page.wait_for_url("**/signals/?status=open&place=AL-*")


def test_boundaries_are_on_the_screen_and_tiles_on_paper(visit, settings, tmp_path):
    with_layer(settings, tmp_path)
    page, complaints = visit()
    page.click("text=boundaries")
    page.wait_for_selector("figure[data-chart=boundaries][data-drawn] svg path")
    assert page.locator("figure[data-chart=boundaries] .figure-tools button").all_inner_texts() == ["Table"]
    assert page.locator(".map-on-paper").is_hidden()
    page.emulate_media(media="print")
    assert page.locator("figure[data-chart=boundaries]").is_hidden()
    assert page.locator(".map-on-paper svg").is_visible()
    page.emulate_media(media="screen")
    assert violations(page) == []
    assert complaints == []


def test_the_report_menu_opens_by_keyboard_without_leaving_the_page(visit):
    page, _complaints = visit()
    page.focus(".take summary")
    page.keyboard.press("Enter")
    links = page.locator(".take .menu-sheet a")
    assert links.count() == 6
    assert links.first.is_visible()
    with page.expect_download() as taken:
        links.nth(1).click()
    assert taken.value.suggested_filename.endswith(".docx")
