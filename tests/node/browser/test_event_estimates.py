"""What is really happening in an outbreak, on the event's page in a browser: three languages, two themes and widths."""

import pytest
from tests.node.browser.accessible import picture, violations
from tests.node.browser.opened import chromium, visit  # noqa: F401 - fixtures
from tests.node.events.outbreak import outbreak
from tests.node.events.scenes import an_event

from tocsin.node.events.actions import estimating

pytestmark = [pytest.mark.verify, pytest.mark.django_db(transaction=True)]

SAID = {
    "en": ("What is really happening", "in the end there will probably be", "Whom it kills", "65+"),
    "ru": ("Что происходит на самом деле", "в итоге, вероятно, будет", "Риск смерти", "65+"),
    "zh-hans": ("实际情况", "最终可能为", "死亡风险", "65+"),
}


@pytest.fixture
def measles(diseases, places, amina):
    """An outbreak that grows, estimated."""
    event = an_event(diseases["measles"], places["XX-11"], amina)
    outbreak(event)
    assert estimating.run(event.pk)
    return event


@pytest.mark.parametrize(
    ("language", "theme", "width"),
    [("en", "light", 1440), ("ru", "dark", 390), ("zh-hans", "light", 390), ("ru", "light", 1440), ("en", "dark", 390),
     ("zh-hans", "light", 1440), ("en", "light", 390)],
)  # fmt: skip
def test_everybody_can_read_it(measles, visit, amina, language, theme, width):  # noqa: F811
    amina.language = language
    amina.save()
    heading, now, deadly, oldest = SAID[language]
    seen = visit(amina, f"/events/{measles.pk}/", width=width, color_scheme=theme)
    part = seen.page.locator("#estimate")
    assert part.locator("h2").inner_text() == heading
    assert now in part.locator(".estimate-said").first.inner_text()
    assert part.locator(".severity h3").inner_text() == deadly
    assert oldest in part.locator(".severity .estimate-said").inner_text()
    for box in (part.locator("> figure"), part.locator(".severity figure")):
        shown = box.locator("svg")
        assert [shown.nth(n).is_visible() for n in range(2)] == [width > 640, width <= 640]
    for summary in part.locator("summary").all():
        summary.click()
    assert part.locator(".severity tbody tr").count() == 4
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(seen.page) == []
    picture(seen.page, f"event-estimates-{language}-{width}-{theme}")
    assert seen.complaints == []
