"""What a source counts is said wherever its counts are: nobody reads deaths, or admissions, as cases."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from tests.node.indicators.incoming import bring, document, monday, other_nodes, row
from tests.node.indicators.test_sharing_pages import GIVEN

from tocsin.node.alliance.actions.tokens import make_token
from tocsin.node.alliance.roles import Ability
from tocsin.node.indicators.models import PartnerSource, SharingRule
from tocsin.node.surveillance.models import Series, Signal, Source, Thread
from tocsin.node.surveillance.pages.measures import counted, heading

YESTERDAY = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
TITLES = {
    "en": "Dengue in BO-01, Borenia: 21 deaths, ",
    "ru": "Лихорадка денге, BO-01, Борения: 21 летальный исход, ожидалось ",
    "zh-hans": "：死亡21例，预期",
}
COUNTED = {
    "en": {
        "cases": ("1 case", "5 cases"), "deaths": ("1 death", "5 deaths"),
        "hospital-admissions": ("1 hospital admission", "5 hospital admissions"),
        "intensive-care": ("1 admission to intensive care", "5 admissions to intensive care"),
        "detections": ("1 detection", "5 detections"), "tests": ("1 test", "5 tests"),
    },
    "ru": {
        "cases": ("1 случай", "3 случая", "5 случаев", "21 случай"),
        "deaths": ("1 летальный исход", "3 летальных исхода", "5 летальных исходов", "21 летальный исход"),
        "hospital-admissions": ("1 госпитализация", "3 госпитализации", "5 госпитализаций", "21 госпитализация"),
        "intensive-care": ("1 поступление в реанимацию", "3 поступления в реанимацию", "5 поступлений в реанимацию"),
        "detections": ("1 положительный результат", "3 положительных результата", "5 положительных результатов"),
        "tests": ("1 исследование", "3 исследования", "5 исследований", "21 исследование"),
    },
    "zh-hans": {
        "cases": ("5例病例",), "deaths": ("死亡5例",), "hospital-admissions": ("住院5例",),
        "intensive-care": ("重症监护收治5例",), "detections": ("阳性检出5例",), "tests": ("检测5次",),
    },
}  # fmt: skip


@pytest.fixture
def deaths(joined, alliance_list, diseases, work) -> Source:
    """A partner's deaths, in the last week far above what is usual there."""
    partner = other_nodes(joined, alliance_list)
    usual = [row("BO-01", monday(ago), 3 + ago % 3, indicator="deaths", disease="dengue") for ago in range(1, 260)]
    bring(partner, joined, document(partner, usual, recorded_at=YESTERDAY, body_suppression=None))
    bring(
        partner,
        joined,
        document(partner, [row("BO-01", monday(0), 21, indicator="deaths", disease="dengue")], body_suppression=None),
    )
    work()
    return Source.objects.get()


def title(answer) -> str:
    return re.sub(r"\s+", " ", re.search(r"<h1[^>]*>(.*?)</h1>", answer.content.decode(), re.DOTALL)[1]).strip()


@pytest.mark.parametrize(
    ("language", "measure", "said"),
    [(language, measure, said) for language, all_of in COUNTED.items() for measure, said in all_of.items()],
)
def test_a_number_agrees_with_what_it_counts_in_every_language(language, measure, said):
    with translation.override(language):
        assert tuple(counted(measure, int(re.search(r"[0-9]+", one)[0])) for one in said) == said


def test_every_measure_has_its_words():
    assert set(COUNTED["en"]) == set(Source.Measure.values) == set(SharingRule.Indicator.values)
    assert heading("intensive-care") == "Admissions to intensive care"


def test_a_partners_series_counts_what_its_documents_say(deaths):
    assert deaths.measure == PartnerSource.objects.get().indicator == "deaths"
    assert set(Signal.objects.values_list("measure", flat=True)) == {"deaths"}
    assert Thread.objects.shown().get().measure == "deaths"


@pytest.mark.parametrize("language", TITLES)
def test_a_signal_of_deaths_is_told_as_deaths(deaths, person, signed_in, language):
    browser = signed_in(person("epidemiologist", language=language))
    thread = Thread.objects.shown().get()
    page = browser.get(reverse("signal", args=[thread.pk]))
    with translation.override(language):
        assert TITLES[language].replace("BO-01", str(thread.headline_place)) in title(page)
    cases = {"en": r"[0-9] cases?\b", "ru": "[0-9] случа", "zh-hans": "例病例"}[language]
    assert not re.search(cases, page.content.decode())
    row_of_it = browser.get(reverse("signals"), {"whose": "partners"}).content.decode()
    word = {"en": "deaths", "ru": "летальные исходы", "zh-hans": "死亡数"}[language]
    assert f'<span class="beside line">{word}</span>' in row_of_it
    assert f'<span class="beside line">{word}</span>' in browser.get("/", {"whose": "partners"}).content.decode()


def test_the_method_is_explained_and_drawn_in_deaths(deaths, amina, signed_in):
    thread = Thread.objects.shown().get()
    whole = signed_in(amina).get(reverse("signal_chart", args=[thread.pk])).content.decode()
    assert "21 deaths counted; " in whole
    assert '"unit": "deaths"' in whole.replace("&quot;", '"')


def test_the_page_of_a_series_of_deaths_speaks_of_deaths(deaths, amina, signed_in):
    answer = signed_in(amina).get(reverse("one_series", args=[Series.objects.get().pk]))
    assert ": 21 deaths, " in title(answer)
    page = answer.content.decode()
    assert '<th scope="col" class="num">Deaths</th>' in page
    assert "cases" not in re.sub(r"case definition|shared: cases", "", page.split("<main", 1)[1].split("</main>")[0])


def test_files_and_the_feed_say_what_is_counted(deaths, person, signed_in):
    somebody = person("epidemiologist")
    browser = signed_in(somebody)
    thread, series = Thread.objects.shown().get(), Series.objects.get()
    for address, said in (
        (reverse("series_export", args=["csv"]), r",21(\.0)?,deaths,BO,"),
        (reverse("one_series_export", args=[series.pk, "csv"]), r",deaths,BO,"),
        (reverse("signal_export", args=[thread.pk, "csv"]), r",deaths,BO,"),
        (reverse("signals_export", args=["csv"]) + "?whose=all", r",deaths,BO"),
    ):
        told = b"".join(browser.get(address).streaming_content).decode()
        assert re.search(said, told), address
    _, secret = make_token(somebody, name="feed", scopes=[Ability.READ_SURVEILLANCE], days=30, by=somebody)
    asked = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
    fed = json.loads(Client().get("/api/v1/signals", **asked).content)
    assert {one["measure"] for one in fed["items"]} == {"deaths"}
    thread_said = json.loads(Client().get(f"/api/v1/threads/{thread.pk}", **asked).content)
    assert (thread_said["measure"], thread_said["observed"]) == ("deaths", 21)
    assert json.loads(Client().get(f"/api/v1/sources/{deaths.pk}", **asked).content)["measure"] == "deaths"


@pytest.mark.parametrize("whose", ["own", "partners", "all"])
def test_they_are_documents_for_paper_too(deaths, amina, signed_in, whose):
    browser, thread, series = signed_in(amina), Thread.objects.shown().get(), Series.objects.get()
    for address in (
        reverse("signals_export", args=["pdf"]) + f"?whose={whose}",
        reverse("signal_export", args=[thread.pk, "pdf"]),
        reverse("one_series_export", args=[series.pk, "pdf"]),
    ):
        answer = browser.get(address)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf"), address


def test_a_source_of_deaths_is_not_shared_as_cases(source, diseases, joined, vera, signed_in):
    Source.objects.filter(pk=source.pk).update(measure="deaths")
    browser, given = signed_in(vera), {**GIVEN, "source": str(source.pk)}
    answer = browser.post(reverse("new_sharing_rule"), given)
    assert answer.status_code == 422
    assert "This source counts deaths" in answer.content.decode()
    assert not SharingRule.objects.exists()
    browser.post(reverse("new_sharing_rule"), {**given, "indicator": "deaths"})
    assert SharingRule.objects.get().indicator == "deaths"


def test_what_a_source_counts_is_chosen_once(source, person, signed_in):
    browser = signed_in(person("epidemiologist"))
    page = browser.get(reverse("edit_source", args=[source.pk])).content.decode()
    assert re.search(r'<select name="measure"(?![^>]*disabled)', page)
    Source.objects.filter(pk=source.pk).update(generation=1)
    page = browser.get(reverse("edit_source", args=[source.pk])).content.decode()
    assert re.search(r'<select name="measure"[^>]*disabled', page)
    assert "Cases" in browser.get(reverse("source", args=[source.pk])).content.decode().title()
