"""The frame around every page, and the pages for what went wrong."""

import re
from types import SimpleNamespace

import pytest
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from tocsin.node.look import drafts, views
from tocsin.node.look.middleware import ContentSecurityPolicy
from tocsin.node.navigation import entries

PAGE = """{% extends "base.html" %}{% block title %}Cholera in {{ place }}: 14 cases{% endblock %}
{% block act %}<a class="btn" href="#">Verify</a>{% endblock %}"""


def test_the_title_is_the_answer_twice(rendered):
    page = rendered(PAGE, place="Karsu", exercise=False)
    assert "<title>Cholera in Karsu: 14 cases · Tocsin</title>" in page
    assert "<h1>Cholera in Karsu: 14 cases</h1>" in page


def test_a_name_in_the_title_is_escaped_once(rendered):
    page = rendered(PAGE, place="<i>A & B</i>")
    assert "<h1>Cholera in &lt;i&gt;A &amp; B&lt;/i&gt;: 14 cases</h1>" in page
    assert "<i>" not in page


def test_an_exercise_is_said_in_three_languages_and_in_the_title(rendered):
    band = rendered(PAGE, exercise=True)
    assert all(word in band for word in ("EXERCISE", "УЧЕНИЕ", "演练", "exercise-band"))
    assert "<title>EXERCISE ·" in band
    assert "exercise-band" not in rendered(PAGE, exercise=False)


@pytest.mark.parametrize(("cookie", "attribute"), [("dark", "dark"), ("light", "light"), ('"><b', None), ("", None)])
def test_the_chosen_theme_is_there_at_once_and_nothing_else_is_believed(rendered, cookie, attribute):
    html = re.search(r"<html[^>]*>", rendered(PAGE, cookies={"theme": cookie})).group()
    assert (f'data-bs-theme="{attribute}"' in html) if attribute else ("data-bs-theme" not in html)


def test_navigation_marks_where_one_is(rendered):
    entries = [
        SimpleNamespace(label="Situation", url="/", current=True, count=None, aside=False),
        SimpleNamespace(label="Signals", url="/signals/", current=False, count=20, aside=False),
    ]
    page = rendered(PAGE, navigation=entries, duty=SimpleNamespace(name="Amina", telephone="+1 234 5"))
    assert re.findall(r'href="([^"]+)" aria-current="page"', page) == ["/", "/"]  # wide, and folded for phones
    assert '<span class="nav-count">20</span>' in page
    assert 'href="tel:+12345"' in page


def test_pages_that_the_bar_has_no_room_for_wait_under_more(rendered):
    entries = [
        SimpleNamespace(label="Situation", url="/", current=False, count=None, aside=False),
        SimpleNamespace(label="Duty", url="/duty/", current=True, count=None, aside=True),
    ]
    page = rendered(PAGE, navigation=entries, waiting_aside=12)
    wide = page.split('class="nav-wide"')[1].split("</nav>")[0]
    assert '<span class="nav-count">12</span></summary>' in wide
    assert wide.index('href="/"') < wide.index("<details") < wide.index('href="/duty/"')
    assert '<span class="nav-here">: Duty</span>' in wide
    narrow = page.split('class="nav-narrow"')[1].split("</nav>")[0]
    assert 'href="/"' in narrow
    assert 'href="/duty/"' in narrow


@pytest.mark.parametrize("language", ["en", "ru", "zh-hans"])
def test_the_page_names_its_language(rendered, language):
    with translation.override(language):
        page = rendered(PAGE)
    assert f'<html lang="{language}" dir="ltr"' in page
    assert re.search(rf'value="{language}"[^>]*aria-current="true"', page)


def test_classification_stands_at_both_ends_of_paper(rendered):
    page = rendered(PAGE, classification="MEMBERS")
    assert page.count('class="print-only classification') == 2


def test_no_script_and_no_style_stands_in_the_page(rendered):
    page = rendered(PAGE)
    assert not re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", page)
    assert "<style" not in page
    assert not re.findall(r'\son\w+="', page)


def test_a_saved_draft_is_told_to_the_browser(rendered):
    request = RequestFactory().get("/")
    request._messages = CookieStorage(request)
    drafts.saved(request, "signal-17", "Saved.")
    messages.error(request, "Two <rows> are wrong.")
    page = rendered(PAGE, messages=request._messages)
    assert 'class="banner banner-good" data-draft-saved="signal-17"' in page
    assert page.count("data-draft-saved") == 1
    assert "Two &lt;rows&gt; are wrong." in page


def test_the_policy_refuses_code_in_pages_and_respects_an_answer_s_own():
    def plain(request):
        return HttpResponse()

    def own(request):
        return HttpResponse(headers={"Content-Security-Policy": "sandbox"})

    policy = ContentSecurityPolicy(plain)(RequestFactory().get("/"))["Content-Security-Policy"]
    assert {"default-src 'self'", "img-src 'self' data:", "style-src-attr 'unsafe-inline'"} < set(policy.split("; "))
    assert "script-src" not in policy
    assert ContentSecurityPolicy(own)(RequestFactory().get("/"))["Content-Security-Policy"] == "sandbox"


@pytest.mark.parametrize(
    ("view", "status", "word"),
    [
        (views.bad_request, 400, "could not be understood"),
        (views.forbidden, 403, "do not allow"),
        (views.csrf_failure, 403, "too long ago"),
        (views.not_found, 404, "no such page for you"),
        (views.too_large, 413, "too large"),
    ],
)
def test_what_went_wrong_says_what_is_safe_and_what_to_do(gallery_alone, view, status, word):
    answer = view(RequestFactory().get("/"))
    page = answer.content.decode()
    assert answer.status_code == status
    assert word in re.search("<h1>(.*)</h1>", page).group(1)
    assert page.count("<p>") >= 2
    assert 'href="/"' in page


def test_a_mistake_of_the_node_is_told_in_three_languages_without_a_context():
    answer = views.server_error(None)
    assert answer.status_code == 500
    page = answer.content.decode()
    assert all(f'<section lang="{language}">' in page for language in ("en", "ru", "zh-Hans"))


def test_the_gallery_opens_and_a_stranger_s_address_is_404(gallery_alone):
    browser = Client()
    assert browser.get("/gallery/").status_code == 200
    assert browser.get("/gallery/?wrong=1").content.decode().count("field-wrong") == 1
    assert browser.get("/nowhere/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "current"),
    [("/", "/"), ("/signals/", "/signals/"), ("/screenings/", "/sources/"), ("/me/", None), ("/notices/", None)],
)
def test_the_bar_marks_the_part_one_is_in_and_none_where_one_is_in_none(amina, path, current):
    assert [entry.url for entry in entries(amina, path) if entry.current] == ([current] if current else [])
