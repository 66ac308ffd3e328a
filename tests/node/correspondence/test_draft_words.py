"""Words of a letter that could not be sent: kept, told when they are kept, refused when they are sent."""

import re

import pytest
from tests.node.correspondence.scenes import speaks
from tests.node.correspondence.test_letter_pages import draft_page, text_of, typed

from tocsin.node.correspondence.actions.drafting import begin_letter
from tocsin.node.correspondence.models import Letter, LetterDraft

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(mira, signed_in):
    return signed_in(mira.person)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"text": "a" * 20_001}, "20,000 characters are the most, and it has 20,001"),
        ({"text": "a <b>bold</b> word"}, "holds markup"),
        ({"subject": "Beds <i>now"}, "holds markup"),
        ({"subject": "Beds\u202e"}, "invisible characters"),
    ],
)
def test_words_that_cannot_be_sent_are_kept_and_told(said, why, mira, lin, browser):
    draft = begin_letter(to=[speaks(lin)], by=mira.person)
    where = draft_page(draft)
    assert why not in text_of(browser.get(where))
    kept = browser.post(where, typed(draft, browser.get(where), act="save", **said))
    assert kept.status_code == 302
    draft = LetterDraft.objects.get()
    assert {name: getattr(draft, name) for name in said} == said, "whole"
    page = browser.get(where)
    assert re.search(rf'<p class="field-warning">(?:(?!</p>).)*{why}', text_of(page), re.DOTALL)
    assert "What is wrong stands here" not in text_of(page), "nobody has tried to"
    refused = browser.post(where, typed(draft, page, act="send", **said))
    assert refused.status_code == 422
    (field,) = said
    assert re.search(rf'id="id_{field}-error">(?:(?!</div>).)*{why}', text_of(refused), re.DOTALL)
    assert text_of(refused).count(why) == 1
    assert not Letter.objects.exists()


def test_sound_words_say_nothing(mira, lin, browser):
    draft = begin_letter(to=[speaks(lin)], by=mira.person)
    where = draft_page(draft)
    browser.post(where, typed(draft, browser.get(where), act="save", text="p < 0.05; a & b\n" + "a" * 19_000))
    assert "field-warning" not in text_of(browser.get(where))
