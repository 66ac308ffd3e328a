"""What is really happening, in a browser: in three languages, two themes and widths, for everybody, on paper too."""

import pytest
from tests.node.browser.accessible import violations
from tests.node.browser.opened import chromium, visit  # noqa: F401 - fixtures
from tests.node.estimates.test_pages import thread  # noqa: F401 - a fixture

pytestmark = [pytest.mark.verify, pytest.mark.django_db(transaction=True)]

SAID = {
    "en": ("What is really happening", "in the end there will probably be"),
    "ru": ("Что происходит на самом деле", "в итоге, вероятно, будет"),
    "zh-hans": ("实际情况", "最终可能为"),
}


@pytest.mark.parametrize(
    ("language", "theme", "width"),
    [("en", "light", 1440), ("ru", "dark", 390), ("zh-hans", "light", 390), ("ru", "light", 1440), ("en", "dark", 390)],
)
def test_everybody_can_read_it(thread, visit, amina, language, theme, width):  # noqa: F811
    amina.language = language
    amina.save()
    heading, sentence = SAID[language]
    seen = visit(amina, f"/signals/{thread.pk}/", width=width, color_scheme=theme)
    part = seen.page.locator("#estimate")
    assert part.locator("h2").inner_text() == heading
    assert sentence in part.locator(".estimate-said").inner_text()
    pictures = part.locator(".estimate-picture")
    assert [pictures.nth(n).is_visible() for n in range(2)] == [width > 640, width <= 640]
    part.locator("summary").first.click()
    assert part.locator("tbody tr").count() == 12 + 4
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(seen.page) == []
    situation = visit(amina, "/", width=width, color_scheme=theme)
    assert situation.page.locator("#estimates tbody tr").count() == 2
    assert situation.page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(situation.page) == []
    assert seen.complaints == situation.complaints == []


def test_words_in_the_picture_stay_within_it_and_apart(thread, visit, amina):  # noqa: F811
    for width in (1440, 390):
        seen = visit(amina, f"/signals/{thread.pk}/", width=width)
        boxes = seen.page.evaluate(
            """() => { const all = [...document.querySelectorAll('.estimate-picture')];
            const svg = all.find((one) => one.checkVisibility());
            const frame = svg.getBoundingClientRect();
            return [...svg.querySelectorAll('text')].map((word) => { const at = word.getBoundingClientRect();
              return [at.left - frame.left, at.top - frame.top, frame.right - at.right, frame.bottom - at.bottom,
                      at.left, at.right, at.top, at.bottom]; }); }"""
        )
        assert len(boxes) > 8
        for box in boxes:
            assert min(box[:4]) > -1, (width, box)
        for n, one in enumerate(boxes):
            for other in boxes[n + 1 :]:
                apart = one[4] >= other[5] or other[4] >= one[5] or one[6] + 2 >= other[7] or other[6] + 2 >= one[7]
                assert apart, (width, one, other)


def test_on_paper_the_wide_picture_stands_alone(thread, visit, amina):  # noqa: F811
    seen = visit(amina, f"/signals/{thread.pk}/", width=390)
    seen.page.emulate_media(media="print")
    pictures = seen.page.locator("#estimate .estimate-picture")
    assert [pictures.nth(n).is_visible() for n in range(2)] == [True, False]
