"""The language and the time zone of a page are its reader's."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path
from django.utils import timezone, translation

from tocsin.node.language import formats
from tocsin.node.language.middleware import PersonsLanguage

pytestmark = pytest.mark.any_database

SET = "/language/"
NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)


class Site:
    """A page to look at, and the address that sets the language."""

    urlpatterns = (
        path("page", lambda _: HttpResponse(formats.short_moment(NOON))),
        path("language/", include("tocsin.node.language.urls")),
    )


@pytest.fixture(autouse=True)
def small_site(settings):
    settings.ROOT_URLCONF = Site


def page_for(**person: str) -> str:
    """What a page writes for this person, where the browser has asked for English."""
    request = RequestFactory().get("/")
    request.user = SimpleNamespace(**person)
    with translation.override("en"):
        shown = PersonsLanguage(lambda _: HttpResponse(formats.short_moment(NOON)))(request).text
        assert timezone.get_current_timezone_name() == timezone.get_default_timezone_name(), "left for the next person"
    return shown.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("person", "shown"),
    [
        ({"language": "ru", "time_zone": "Asia/Bishkek"}, "9 мар. 2026 г., 18:00"),
        ({"language": "zh-hans", "time_zone": "Asia/Shanghai"}, "2026年3月9日 20:00"),
        ({"language": "", "time_zone": "Europe/Moscow"}, "9 Mar 2026, 15:00"),
        ({"language": "tlh", "time_zone": "Asia/Almaty"}, "9 Mar 2026, 17:00"),
        ({"language": "ru", "time_zone": "Mars/Olympus"}, "9 мар. 2026 г., 12:00"),
        ({"language": "ru", "time_zone": "../../etc/passwd"}, "9 мар. 2026 г., 12:00"),
        ({}, "9 Mar 2026, 12:00"),
    ],
)
def test_a_page_is_in_its_readers_language_and_time(person, shown, settings):
    settings.TIME_ZONE = "UTC"
    assert page_for(**person) == shown


def test_a_language_that_the_node_no_longer_speaks_leaves_the_visitors():
    request = RequestFactory().get("/")
    request.user = SimpleNamespace(language="fr")
    with translation.override("ru"):
        shown = PersonsLanguage(lambda _: HttpResponse(translation.get_language()))(request).text
    assert shown == "ru"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wish", "language"),
    [
        ("zh-CN", "zh-hans"),
        ("zh", "zh-hans"),
        ("zh-Hans-CN,zh;q=0.9", "zh-hans"),
        ("ru-KZ", "ru"),
        ("fr", "en"),
        ("", "en"),
    ],
)  # fmt: skip
def test_a_visitor_gets_what_the_browser_asks_for(client: Client, wish, language):
    response = client.get("/page", headers={"accept-language": wish})
    assert response.headers["Content-Language"] == language


@pytest.mark.django_db
def test_a_visitors_choice_is_kept_in_a_cookie(client: Client):
    response = client.post(SET, {"language": "zh-hans", "next": "/page"})
    assert response.headers["Location"] == "/page"
    assert client.get("/page", headers={"accept-language": "ru"}).headers["Content-Language"] == "zh-hans"


def test_a_persons_choice_is_kept_on_the_person_and_not_on_others(amina, person, signed_in):
    other = person("epidemiologist", name="Other")
    signed_in(amina).post(SET, {"language": "ru", "next": "/"})
    amina.refresh_from_db()
    other.refresh_from_db()
    assert (amina.language, other.language) == ("ru", "en")


def test_a_language_that_the_node_does_not_speak_changes_nothing(amina, signed_in):
    response = signed_in(amina).post(SET, {"language": "tlh", "next": "/"})
    amina.refresh_from_db()
    assert (response.status_code, amina.language) == (302, "en")
    assert not response.cookies


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""])
def test_nobody_is_sent_to_another_site(client: Client, address):
    response = client.post(SET, {"language": "ru", "next": address}, headers={"referer": "https://elsewhere.example/x"})
    assert response.headers["Location"] == "/"


@pytest.mark.django_db
def test_looking_at_the_address_changes_nothing(client: Client):
    assert client.get(SET, {"language": "ru"}).status_code == 405
