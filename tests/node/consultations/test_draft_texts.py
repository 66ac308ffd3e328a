"""What cannot be sent of a text is told when it is kept, and nothing of it is lost."""

import re

import pytest
from tests.clinical.content.samples import TODAY, with_
from tests.node.consultations.draft_scenes import QUIET, again, at, seen
from tests.node.consultations.scenes import CONTENT, a_draft, ask_for

from tocsin.clinical.content import Problem, problems_of
from tocsin.node.consultations.actions import answering
from tocsin.node.consultations.actions.submitting import submit
from tocsin.node.consultations.models import Case, NoteDraft
from tocsin.node.consultations.refusals import InvalidInput
from tocsin.node.events.texts import said_against

pytestmark = pytest.mark.django_db

LONG = "a" * 20_001
MARKUP = "a <b>bold</b> word"


@pytest.fixture
def draft(mira, river):
    return a_draft(mira, [river], by=mira.person)


@pytest.fixture
def browser(mira, signed_in):
    return signed_in(mira.person)


def beside(page: str, field: str) -> str:
    """What stands at a field as wrong."""
    found = re.search(rf'id="id_{field}-error">(.*?)</div>', page, re.DOTALL)
    return found[1] if found else ""


@pytest.mark.parametrize(
    ("step", "field", "text", "why"),
    [
        ("question", "text", LONG, "20,000 characters are the most, and it has 20,001"),
        ("question", "text", MARKUP, "holds markup"),
        ("question", "question_0", MARKUP, "holds markup"),
        ("question", "question_0", "b" * 2_001, "2,000 characters are the most, and it has 2,001"),
        ("course", "presentation", "c" * 8_001, "8,000 characters are the most, and it has 8,001"),
        ("course", "presentation", "fever\u202ehidden", "invisible characters"),
        ("patient", "conditions", MARKUP, "holds markup"),
    ],
)
def test_a_text_that_cannot_be_sent_is_kept_and_told_beside_its_field(step, field, text, why, browser, draft):
    kept = browser.post(at(draft, step), seen(draft, **{field: text}), headers=QUIET).json()
    assert why in kept["kept"], "while it is typed"
    now = again(draft)
    held = {"text": now.text, "question_0": (now.content["questions"] or [""])[0]}
    assert held.get(field, now.content.get(field)) == text
    page = browser.get(at(draft, step)).text
    assert why in beside(page, field)
    assert why in browser.get(at(draft, "look")).text
    with pytest.raises(InvalidInput, match="text"):
        submit(now, version=now.version, by=now.by)
    assert not Case.objects.exists()


def test_a_sound_text_says_nothing(browser, draft):
    typed = seen(draft, question_0="p < 0.05, a & b?", text="x" * 20_000)
    kept = browser.post(at(draft, "question"), typed, headers=QUIET).json()["kept"]
    assert re.fullmatch(r"Kept at \d\d:\d\d\.", kept)
    assert not beside(browser.get(at(draft, "question")).text, "text")
    submit(again(draft), version=again(draft).version, by=draft.by)
    assert Case.objects.count() == 1


def test_the_page_that_saves_tells_only_of_its_own_step(browser, mira, river):
    draft = a_draft(mira, [river], by=mira.person, text=MARKUP, content=CONTENT | {"conditions": MARKUP})
    typed = seen(draft, presentation="Fever.")
    assert "markup" not in browser.post(at(draft, "course"), typed, headers=QUIET).json()["kept"]


def test_the_list_of_what_is_wrong_names_each_text(browser, mira, river):
    content = CONTENT | {"presentation": MARKUP, "questions": ["What?", MARKUP]}
    draft = a_draft(mira, [river], by=mira.person, text=MARKUP, content=content)
    page = browser.get(at(draft, "look")).text
    for name in ("Presentation and course", "Question 2", "What else the colleague should know"):
        assert re.search(rf"{name}: This text holds markup", page), name


def test_a_text_that_is_too_long_says_by_how_much_once(browser, mira, river):
    draft = a_draft(mira, [river], by=mira.person, content=CONTENT | {"presentation": "c" * 8_001})
    page = browser.get(at(draft, "course")).text
    assert beside(page, "presentation").count("too long") == 1
    (problem,) = problems_of(with_("/presentation", "d" * 8_005), today=TODAY)
    assert problem == Problem("/presentation", "shape", {"rule": "maxLength", "most": 8_000, "has": 8_005})


def test_an_opinion_that_is_too_long_is_kept_whole_and_told(mira, lin, river, rosa, signed_in):
    case = ask_for(mira, [river], by=mira.person)
    answering.allocate(case, [lin], by=rosa)
    expert, where = signed_in(lin.person), f"/consultations/{case.pk}/sign/"
    text = "e" * 60_000
    kept = expert.post(where, {"text": text, "version": "0"}, headers=QUIET).json()
    assert "20,000 characters are the most, and it has 60,000" in kept["kept"]
    assert NoteDraft.objects.get().text == text
    page = expert.get(where).text
    assert "it has 60,000" in beside(page, "text")
    assert "maxlength" not in re.search(r'<textarea[^>]*name="text"[^>]*>', page)[0], "no browser cuts what is pasted"
    fine = expert.post(where, {"text": "Short.", "version": "1"}, headers=QUIET).json()
    assert fine["kept"] == "Kept. Nobody else sees it before you send it."
    assert not beside(expert.get(where).text, "text")


@pytest.mark.parametrize(
    ("text", "said"),
    [("abc", ""), ("  abc  ", ""), ("abcd", "3 characters are the most, and it has 4"), ("<i", "markup"),
     ("a\nb", "invisible"), ("", "")],
)  # fmt: skip
def test_what_stands_against_a_line(text, said):
    assert (said in said_against(text, longest=3, paragraphs=False)) if said else not said_against(text, longest=3)
