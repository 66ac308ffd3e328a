"""Triage in a browser: from the inbox to a verdict by the keyboard alone, readable by everybody, nothing typed lost."""

import math
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone
from tests.node.browser.accessible import picture, violations
from tests.node.browser.opened import chromium  # noqa: F401 - a fixture
from tests.node.kills import soon
from tests.node.look.conftest import Visit
from tests.node.surveillance.counts_given import given_counts
from tests.node.surveillance.views.conftest import WEEK, signal_of, thread  # noqa: F401 - a fixture

from tocsin.node.surveillance.actions import triage
from tocsin.node.surveillance.models import Thread

pytestmark = [pytest.mark.verify, pytest.mark.django_db(transaction=True)]

WEEKS = 320
FIRST = WEEK - timedelta(weeks=WEEKS - 1)
NAMES = ("plague", "cholera", "measles", "meningococcal", "typhoid", "dengue", "influenza", "brucellosis")


@pytest.fixture
def visit(chromium, live_server, signed_in):  # noqa: F811
    """visit(person, path, theme, width): a page as somebody who has signed in sees it."""
    contexts = []

    def go(person, path: str = "/signals/", theme: str = "light", width: int = 1440, **options: object) -> Visit:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, locale="en-GB", **options
        )
        contexts.append(context)
        cookie = signed_in(person).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
        visit = Visit(context.new_page())
        visit.page.goto(live_server.url + path)
        visit.page.wait_for_load_state("networkidle")
        if options.get("java_script_enabled", True):
            visit.when_drawn()
        return visit

    yield go
    for context in contexts:
        context.close()


@pytest.fixture
def rises(thread, source, diseases, places, amina):  # noqa: F811
    """Six years of weeks of eight diseases in six districts; two dozen threads, the first in four places."""
    source.last_taken_at = timezone.now()
    rng = np.random.default_rng(3)
    wave = [6 + 4 * math.sin(2 * math.pi * week / 52) for week in range(WEEKS)]
    codes = [code for code in NAMES if code in diseases]
    keys = [(code, place, "") for code in codes for place in places if len(place) == 5]
    keys += [("cholera", place, "") for place in ("XX-1", "XX-2")]
    keys += [("cholera", "XX-11", group) for group in ("0–4", "5–14", "15–44", "45 +")]
    counts = {key: rng.poisson(wave).astype(float) for key in keys}
    counts["cholera", "XX-11", ""][-3:] = (14, 21, 33)
    counts["cholera", "XX-11", "0–4"][-1] = 19
    counts["measles", "XX-12", ""][-9] = np.nan
    given_counts(source, counts, FIRST)
    figures = {"observed": 33.0, "expected": 5.2, "threshold": 12.0, "exceptionality": 9.0, "priority": 50.0}
    line = counts["cholera", "XX-11", ""][-26:].tolist()
    figures |= {"places_by_kind": {"region": 1, "district": 3}, "sparkline": line}
    first = thread("cholera", "XX-11", kinds=["model"], **figures)
    for place in ("XX-12", "XX-13", "XX-1"):
        signal_of(first, source, place=places[place])
    for week in (1, 2):
        signal_of(first, source, period=WEEK - timedelta(weeks=week))
    made = [first]
    for n in range(25):
        disease, place = codes[n % len(codes)], f"XX-{1 + n % 2}{1 + n % 3}"
        line = [None if math.isnan(count) else count for count in counts[disease, place, ""][-26:].tolist()]
        figures = {"observed": 9.0 + n % 7, "expected": 3.4 + n % 3, "threshold": 8.1, "priority": 45.0 - n}
        status = {4: "under_verification", 9: "triaged"}.get(n, "new")
        figures["sparkline"] = [*line[:-1], figures["observed"]]
        kinds = ["laboratory", "model"] if n == 2 else ["model"]
        made.append(
            thread(disease, place, status=status, assignee=amina if n in (4, 7) else None, kinds=kinds, **figures)
        )
    return made


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody_can_read_every_page(visit, amina, rises, theme, width):
    first = rises[0]
    pages = {
        "inbox": "/signals/?below=1",
        "found": "/signals/?status=all&q=chol&sort=-observed",
        "signal": f"/signals/{first.pk}/?decide=discard",
        "report": "/signals/new/",
        "series": "/series/?disease=cholera",
        "one-series": f"/series/{first.headline.series_id}/",
    }
    for name, path in pages.items():
        seen = visit(amina, path, theme, width)
        picture(seen.page, f"{name}-{theme}-{width}")
        assert violations(seen.page) == [], name
        assert seen.complaints == [], name
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width, name


def test_from_the_inbox_to_a_verdict_by_the_keyboard(visit, amina, rises):
    page = visit(amina).page
    for key in ("j", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url(f"**/signals/{rises[0].pk}/")
    page.keyboard.press("v")
    page.keyboard.type("asked the district physician")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".chip:has-text('under verification')")
    assert "asked the district physician" in page.locator(".log").inner_text()
    rises[0].refresh_from_db()
    assert rises[0].status == "under_verification"


def test_many_by_the_keyboard(visit, amina, rises):
    page = visit(amina).page
    for key in ("j", "j", "x", "j", "x", "d"):
        page.keyboard.press(key)
    page.wait_for_selector("#deciding form")
    picture(page, "bulk-light-1440")
    assert violations(page) == []
    page.keyboard.press("c")  # in a list of choices a letter chooses: "chance", not a key of the page
    page.keyboard.press("Tab")
    page.keyboard.type("single cases")
    page.locator("#deciding form").evaluate("form => form.requestSubmit()")
    page.wait_for_selector(".banner:has-text('2 threads are discarded')")
    assert Thread.objects.filter(status="discarded").count() == 2


def test_the_current_row_is_meant_where_none_is_selected(visit, amina, rises):
    page = visit(amina).page
    page.keyboard.press("d")
    assert page.locator("#deciding form").count() == 0
    page.keyboard.press("j")
    page.keyboard.press("w")
    page.wait_for_selector("#deciding form")
    assert page.locator("#deciding .decision-threads li").count() == 1
    page.click("[data-decision-cancel]")
    assert page.locator("#deciding form").count() == 0


def test_the_help_names_every_key(visit, amina, rises):
    page = visit(amina).page
    page.keyboard.press("?")
    said = page.locator("dialog .keys").inner_text()
    assert all(word in said for word in ("next row", "Discard", "Watch until", "Assign", "Verify"))


def test_everything_is_reached_by_tab_too(visit, amina, rises):
    page = visit(amina, f"/signals/{rises[0].pk}/").page
    reached = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.closest('details')?.id ?? ''"))
    assert {f"decide-{name}" for name in ("verify", "triage", "watch", "assign", "discard")} <= reached


def test_what_was_typed_outlives_a_session_that_ended(visit, amina, rises, live_server, signed_in):
    path = f"/signals/{rises[0].pk}/"
    page = visit(amina, path).page
    page.keyboard.press("v")
    page.keyboard.type("forty words of reasoning")
    assert soon(lambda: "forty words of reasoning" in page.evaluate("JSON.stringify(localStorage)")), (
        "the browser keeps it"
    )
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/login/**")
    cookie = signed_in(amina).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    page.goto(live_server.url + path)
    page.wait_for_load_state("networkidle")
    assert page.locator("#verify_text").input_value() == "forty words of reasoning"
    rises[0].refresh_from_db()
    assert rises[0].status == "new"


def test_two_people_at_once_each_see_the_others_words(visit, amina, person, rises):
    bek = person("epidemiologist", name="Bek")
    page = visit(amina, f"/signals/{rises[0].pk}/?decide=discard").page
    page.select_option("#discard_reason", "chance")
    page.fill("#discard_text", "my own words")
    triage.verify([rises[0]], text="the laboratory rings back", by=bek, versions={rises[0].pk: 0})
    page.click("#decide-discard .btn-primary")
    page.wait_for_selector("[role=alert]")
    picture(page, "conflict-light-1440")
    assert "the laboratory rings back" in page.locator("[role=alert]").inner_text()
    assert page.locator("#discard_text").input_value() == "my own words"
    assert violations(page) == []


def test_without_a_script_many_are_decided_too(visit, amina, rises):
    page = visit(amina, java_script_enabled=False).page
    for box in page.locator("[data-row] input[type=checkbox]").all()[:2]:
        box.check()
    page.click("button[value=verify]")
    page.fill("textarea", "by telephone")
    page.click(".btn-primary")
    assert "2 threads are under verification" in page.locator(".messages").inner_text()


def test_the_list_of_places_follows_what_is_typed(visit, amina, rises):
    page = visit(amina, "/signals/new/").page
    page.type("#id_place_q", "Район 21")
    page.wait_for_selector("#id_place option:has-text('District 21')", state="attached")
    assert page.locator("#id_place option").all_inner_texts() == ["District 21 · Region 2"]


def test_places_of_what_partners_share_have_room_in_every_language(visit, thread, person, state):  # noqa: F811
    """A line for the place, one for whose it is, one for how many it is in; of the disease two at most."""
    for disease in ("cholera", "covid-19", "dengue"):
        thread(disease, shared_by_id="BO", places_by_kind={"region": 4, "country": 1}, kinds=["rule", "model"])
    for language in ("ru", "zh-hans", "en"):
        reader = person("epidemiologist", name=language, language=language)
        page = visit(reader, "/signals/?whose=partners").page
        rows = page.eval_on_selector_all("[data-row]", "rows => rows.map(row => row.getBoundingClientRect().height)")
        assert len(rows) == 3
        assert max(rows) <= 66, language
        picture(page, f"partners-{language}-1440")
        narrow = visit(reader, "/signals/?whose=partners", width=390).page
        assert narrow.evaluate("document.documentElement.scrollWidth <= innerWidth"), language
        assert violations(narrow) == []
