"""Whom a disease kills, in a browser: on the signal's page and beside the diseases of the situation."""

import pytest
from tests.node.browser.accessible import picture, violations
from tests.node.browser.opened import chromium, visit  # noqa: F401 - fixtures
from tests.node.estimates.outcomes_given import CASES, DEATHS, counted, estimated, followed, outcome
from tests.node.surveillance.screened import screened

pytestmark = [pytest.mark.verify, pytest.mark.django_db(transaction=True)]

SAID = {
    "en": ("Whom it kills", "of 100", "Of 100 cases die"),
    "ru": ("Риск смерти", "Из 100", "Летальность на 100 случаев"),
    "zh-hans": ("死亡风险", "每100例", "每100例死亡"),
}


@pytest.fixture
def thread(source, places, diseases):
    """Measles, of which cases, deaths and intensive care are counted by age."""
    care = {"0-4": 1, "5-64": 2, "65+": 3}
    for one, ages in ((outcome(source), DEATHS), (outcome(source, "intensive-care"), care)):
        counted(one, ages)
        screened(one)
    counted(source, CASES)
    estimated(source)
    return followed(source, places["XX"])


@pytest.mark.parametrize(
    ("language", "theme", "width"),
    [("en", "light", 1440), ("ru", "dark", 390), ("zh-hans", "light", 390), ("ru", "light", 1440)],
)
def test_everybody_can_read_it(thread, visit, amina, language, theme, width):  # noqa: F811
    amina.language = language
    amina.save()
    heading, sentence, column = SAID[language]
    seen = visit(amina, f"/signals/{thread.pk}/", width=width, color_scheme=theme)
    part = seen.page.locator("#estimate .severity")
    assert part.locator("h3").inner_text() == heading
    assert sentence.lower() in part.locator(".estimate-said").inner_text().lower()
    part.locator("summary").first.click()
    assert part.locator("tbody tr").count() == len(CASES) + 1
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(seen.page) == []
    picture(seen.page, f"severities-signal-{language}-{width}")
    situation = visit(amina, "/", width=width, color_scheme=theme)
    table = situation.page.locator("#estimates")
    assert column in (table.inner_text() if width > 640 else table.inner_html())
    assert situation.page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(situation.page) == []
    picture(situation.page, f"severities-situation-{language}-{width}")
    assert seen.complaints == situation.complaints == []
