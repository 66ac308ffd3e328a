"""Diseases and fixed rules: shown with their sources, switched with a reason, added by a state."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from tocsin.node.alliance.models import AuditEntry
from tocsin.node.surveillance.actions.setting_up import load_diseases
from tocsin.node.surveillance.models import DiseaseRule


@pytest.fixture
def browser(amina, signed_in):
    return signed_in(amina)


@pytest.fixture
def plague(diseases):
    return DiseaseRule.objects.get(disease="plague")


def title(answer) -> str:
    return re.search(r"<h1>(.*?)</h1>", answer.text, re.S)[1].strip()


OWN = {
    "disease": "measles", "cases": 3, "days": 14, "places": ["district", "region"], "level": "epidemic",
    "source": "Order No. 7 of 2026",
}  # fmt: skip


def test_each_rule_stands_with_its_source(browser, plague):
    page = browser.get(reverse("rules"), {"q": "чума"})
    assert "Plague: every case is a signal." in page.text
    assert "International Health Regulations (2005)" in page.text
    assert "Cholera" not in page.text
    assert title(page).endswith("fixed rules are on")


def test_rules_are_told_in_the_language_of_the_reader(person, signed_in, plague):
    russian = signed_in(person("epidemiologist", language="ru"))
    assert plague.text_ru in russian.get(reverse("rules"), {"q": "plague"}).text


def test_a_rule_is_switched_off_with_a_reason_and_on_again(browser, plague, amina):
    address = reverse("switch_rule", args=[plague.code])
    assert browser.post(address, {"on": "0"}).status_code == 422
    plague.refresh_from_db()
    assert plague.is_on
    page = browser.post(address, {"on": "0", "reason": "natural focus, list of 2026"}, follow=True)
    assert "1 switched off" in title(page)
    plague.refresh_from_db()
    assert not plague.is_on
    entry = AuditEntry.objects.get(act="rule.switched_off")
    assert (entry.by, entry.details["reason"]) == (amina, "natural focus, list of 2026")
    assert "natural focus, list of 2026" in browser.get(address).text
    second = browser.post(address, {"on": "0", "reason": "again"}, follow=True)
    assert "Somebody else has switched it already" in second.text
    load_diseases(by=None)  # a new release leaves off what was switched off
    plague.refresh_from_db()
    assert not plague.is_on
    browser.post(address, {"on": "1", "reason": "list of 2027"})
    plague.refresh_from_db()
    assert plague.is_on


def test_a_state_adds_its_own_rule(browser, diseases, amina):
    page = browser.post(reverse("new_rule"), OWN, follow=True)
    assert page.status_code == 200
    rule = DiseaseRule.objects.get(code="own-measles-1")
    assert (rule.kind, rule.parameters) == ("count", {"cases": 3, "days": 14})
    assert (set(rule.places), rule.level) == ({"district", "region"}, "epidemic")
    assert rule.text_en == "Measles: 3 cases within 14 days."
    assert "Корь" in rule.text_ru
    assert "麻疹" in rule.text_zh
    assert AuditEntry.objects.get(act="rule.added").by == amina
    shown = browser.get(reverse("rules"), {"q": "measles"})
    assert "Measles: 3 cases within 14 days." in shown.text
    assert "Order No. 7 of 2026" in shown.text
    browser.post(reverse("new_rule"), {**OWN, "cases": 5})
    assert DiseaseRule.objects.filter(code="own-measles-2", parameters={"cases": 5, "days": 14}).exists()


def test_an_own_rule_of_one_case_needs_no_days_and_speaks(browser, diseases, places, source, work):
    from datetime import date

    import numpy as np
    from tests.node.surveillance.counts_given import given_counts

    from tocsin.node.surveillance.diseases.evaluation import evaluate_rules
    from tocsin.node.surveillance.panels import source_panel

    browser.post(reverse("new_rule"), {**OWN, "cases": 1, "days": "", "disease": "varicella"})
    rule = DiseaseRule.objects.get(disease="varicella")
    assert (rule.kind, rule.text_en) == ("case", "Varicella: every case is a signal.")
    given_counts(source, {("varicella", "XX-11", ""): [0, 0, 1]}, date(2026, 1, 5))
    source.refresh_from_db()
    said = evaluate_rules(rule, source_panel(source).counts, None, "week", np.array([1, 2]))
    assert said.alarm.tolist() == [[False, True]]


@pytest.mark.parametrize("changed", [{"days": ""}, {"cases": 0}, {"places": []}, {"source": ""}, {"disease": "x"}])
def test_half_a_rule_is_refused(browser, diseases, changed):
    before = DiseaseRule.objects.count()
    page = browser.post(reverse("new_rule"), {**OWN, **changed})
    assert page.status_code == 422
    assert DiseaseRule.objects.count() == before


def test_filters_and_export(browser, diseases, plague):
    browser.post(reverse("switch_rule", args=[plague.code]), {"on": "0", "reason": "x"})
    page = browser.get(reverse("rules"), {"rules": "off"})
    assert "Plague: every case" in page.text
    assert "Cholera: every case" not in page.text
    assert "Plague" not in browser.get(reverse("rules"), {"gravity": "1"}).text
    assert "Cholera" not in browser.get(reverse("rules"), {"rules": "none"}).text
    said = b"".join(browser.get(reverse("rules_export", args=["csv"]), {"rules": "off"}).streaming_content).decode()
    assert len(said.splitlines()) == 2
    assert ",off," in said


def test_who_reads_may_not_switch(person, signed_in, plague):
    reader = signed_in(person("council_delegate"))
    assert reader.get(reverse("rules")).status_code == 200
    assert reader.post(reverse("switch_rule", args=[plague.code]), {"on": "0", "reason": "x"}).status_code == 403
    assert reader.get(reverse("new_rule")).status_code == 403


def test_the_page_asks_a_constant_number_of_queries(browser, diseases):
    def queries(**asked):
        with CaptureQueriesContext(connection) as found:
            browser.get(reverse("rules"), asked)
        return len(found)

    assert queries(q="plague") == queries()


@pytest.mark.parametrize("name", ["sources", "uploads", "screenings", "places", "rules"])
def test_the_bar_says_that_the_tabs_belong_to_the_sources(browser, diseases, name):
    bar = re.search(r'<nav class="nav-wide".*?</nav>', browser.get(reverse(name)).text, re.S)[0]
    assert re.findall(r'aria-current="page">(\w+)', bar) == ["Sources"]


def test_what_is_said_of_a_source_is_in_the_readers_language(diseases):
    rule = DiseaseRule.objects.get(code="plague-case")
    assert rule.cited.startswith(f"{rule.source}: ")
    assert "default of Tocsin" in rule.cited
    with translation.override("ru"):
        assert "по умолчанию" in rule.cited
    with translation.override("zh-hans"):
        assert rule.cited.startswith(f"{rule.source}：")
    rule.source_note = {}
    assert rule.cited == rule.source
