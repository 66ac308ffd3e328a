"""The Council's pages in a browser: a decision that one state objects to, its versions, measures, a session."""

import pytest
from tests.node.browser.accessible import picture, violations
from tests.node.browser.opened import chromium, visit  # noqa: F401 - fixtures
from tests.node.council.conftest import alliance_list, clock, dara, joined, nothing_remembered, partner  # noqa: F401
from tests.node.council.scenes import MEASURE, a_proposal, consent, say

from tocsin.node.council.actions import answering, keeping, texts

pytestmark = [pytest.mark.verify, pytest.mark.django_db(transaction=True)]

SAID = {
    "en": ("Borenia objects", "Council"),
    "ru": ("возраж", "Совет"),
    "zh-hans": ("反对", "委员会"),
}
TITLE = {"ru": "О мерах в пункте пропуска Карсу", "zh-hans": "关于卡尔苏口岸的措施"}
TITLE["en"] = "Measures at the Karsu crossing"


STANDING = {"ru": "authentic", "zh-hans": "authentic", "en": "human_checked"}


def paragraph(key, kind, ru, zh, en=""):
    """With a text in each language, the official ones authentic."""
    words = {"ru": ru, "zh-hans": zh} | ({"en": en} if en else {})
    texts = {one: {"text": text, "rev": 1, "standing": STANDING[one]} for one, text in words.items()}
    return {"id": key, "kind": kind, "rev": 1, "texts": texts}


TEXT = {
    "paragraphs": [
        paragraph(
            "p1", "preamble", "Принимая во внимание холеру в районе Карсу,", "鉴于卡尔苏地区发生霍乱，",
            "Considering the cholera in the district of Karsu,",
        ),
        paragraph(
            "p2", "operative", "усилить санитарно-карантинный контроль [на 30 дней];", "加强卫生检疫[为期30天]；",
            "to strengthen sanitary and quarantine control [for 30 days];",
        ),
        paragraph("p3", "operative", "провести совместное обследование источников воды.", "联合调查水源。"),
    ]
}  # fmt: skip


@pytest.fixture
def opposed(joined, partner, dara, clock):  # noqa: F811
    """Ours, under consideration: CE agrees, BO objects to a paragraph."""
    measure = MEASURE | {"title": {"ru": "Совместное обследование", "zh-hans": "联合调查", "en": "Joint survey"}}
    of = a_proposal(dara, title=TITLE, text=TEXT, measures=[measure])
    keeping.consider(of, by=dara)
    answering.consent(of, version=1, ad_referendum=True, by=dara)
    consent(partner, joined, "CE", of)
    say(partner, joined, "BO", of, "object", version=1, paragraph="p2", reason="Тридцать дней – слишком мало.")
    answering.comment(of, version=1, paragraph="p2", text="Предлагаем шестьдесят.", language="ru", by=dara)
    return of


def amended(of, by):
    """Without brackets, in both official languages."""
    russian = "усилить санитарно-карантинный контроль на 60 дней;"
    to = paragraph("p2", "operative", russian, "加强卫生检疫，为期60天；") | {"rev": 2}
    for text in to["texts"].values():
        text["rev"] = 2
    changes = [{"paragraph": "p2", "after": None, "to": to}]
    texts.amend(of, base=1, changes=changes, note="60", language="ru", by=by)


@pytest.mark.parametrize(
    ("language", "theme", "width"),
    [("en", "light", 1440), ("ru", "light", 1440), ("zh-hans", "light", 390), ("ru", "dark", 390)],
)
def test_a_delegate_sees_who_says_what(opposed, visit, dara, language, theme, width):  # noqa: F811
    dara.language = language
    dara.save()
    seen = visit(dara, f"/council/decisions/{opposed.pk}/", width=width, color_scheme=theme)
    objects, council = SAID[language]
    assert objects in seen.page.locator("h1").inner_text()
    assert council in seen.page.locator(".crumbs").inner_text()
    rows = seen.page.locator(".standings tbody tr")
    assert rows.count() == 3
    assert "Тридцать дней" in rows.nth(1).inner_text()
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(seen.page) == []
    picture(seen.page, f"decision-{language}-{width}-{theme}")
    for name, path in (
        ("list", "/council/"), ("side", f"/council/decisions/{opposed.pk}/?text=all"),
        ("record", f"/council/decisions/{opposed.pk}/record/"), ("draft", "/council/drafts/new/"),
        ("amend", f"/council/decisions/{opposed.pk}/amend/"), ("measures", "/council/measures/"),
        ("sessions", "/council/sessions/"), ("convene", "/council/sessions/convene/"), ("plans", "/council/plans/"),
        ("verify", "/council/verify/"),
    ):  # fmt: skip
        other = visit(dara, path, width=width, color_scheme=theme)
        assert other.page.evaluate("document.documentElement.scrollWidth") <= width, name
        picture(other.page, f"council-{name}-{language}-{width}-{theme}")
        assert other.complaints == []
    assert seen.complaints == []


def test_what_changed_between_two_versions_is_marked_by_more_than_colour(opposed, visit, dara):  # noqa: F811
    amended(opposed, dara)
    seen = visit(dara, f"/council/decisions/{opposed.pk}/compare/?from=1&to=2&text=ru")
    assert "60" in "".join(seen.page.locator("ins").all_inner_texts())
    assert "30" in "".join(seen.page.locator("del").all_inner_texts())
    assert violations(seen.page) == []
    picture(seen.page, "compare-ru")
