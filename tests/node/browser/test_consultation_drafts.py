"""A case that is written in the browser: kept as it is typed, on a line that breaks, and with nothing left behind."""

import re

import pytest
from tests.node.browser.accessible import fine
from tests.node.browser.opened import chromium, visit
from tests.node.consultations.conftest import alliance_list, hill, joined, mira, nothing_remembered, partner, river
from tests.node.consultations.scenes import a_draft

from tocsin.node.consultations.actions.drafting import keep
from tocsin.node.consultations.models import CaseDraft

__all__ = ["alliance_list", "chromium", "hill", "joined", "mira", "nothing_remembered", "partner", "river", "visit"]

pytestmark = [pytest.mark.verify, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft(mira, river):
    return a_draft(mira, [river], by=mira.person)


@pytest.fixture
def opened(visit, draft, mira):
    def go(step: str):
        return visit(mira.person, f"/consultations/drafts/{draft.pk}/{step}/")

    return go


def kept(page) -> None:
    page.locator("[data-kept]", has_text="Kept at").wait_for()


def test_what_is_typed_is_kept_by_itself_and_nothing_stays_in_the_browser(opened, draft):
    seen = opened("question")
    page = seen.page
    page.fill("[name=question_0]", "Half a sentence")
    page.press("[name=question_0]", "Tab")
    kept(page)
    now = CaseDraft.objects.get()
    assert now.content["questions"][0] == "Half a sentence"
    assert page.input_value("form#draft [name=version]") == str(now.version)
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:'))") == []
    page.fill("[name=question_0]", "A whole sentence?")
    page.click(".acts .btn-primary")
    page.wait_for_url("**/look/")
    assert CaseDraft.objects.get().content["questions"][0] == "A whole sentence?"
    assert seen.complaints == []


def test_a_step_that_is_left_while_it_is_kept_meets_no_change_of_its_own(opened):
    page = opened("question").page
    page.route("**/question/", lambda route: (page.wait_for_timeout(700), route.continue_()))
    page.fill("[name=question_0]", "Typed in haste")
    page.evaluate("document.querySelector('[name=question_0]').dispatchEvent(new Event('change', { bubbles: true }))")
    page.wait_for_timeout(400)
    page.click(".acts .btn-primary")
    page.wait_for_url("**/look/")
    assert CaseDraft.objects.get().content["questions"][0] == "Typed in haste"


def test_a_broken_line_is_said_and_what_was_typed_is_kept_when_it_is_back(opened):
    page = opened("question").page
    page.context.set_offline(True)
    page.fill("[name=question_0]", "Without a line")
    page.press("[name=question_0]", "Tab")
    page.locator("[data-kept]", has_text="line is broken").wait_for()
    page.context.set_offline(False)
    kept(page)
    assert CaseDraft.objects.get().content["questions"][0] == "Without a line"


def test_a_change_made_elsewhere_is_told_and_both_texts_are_shown(opened, draft, mira):
    page = opened("question").page
    keep(draft, {"text": "From the other window."}, version=draft.version, by=mira.person)
    page.fill("[name=text]", "From this window.")
    page.press("[name=text]", "Tab")
    page.wait_for_selector("[data-conflict]:not([hidden])")
    assert CaseDraft.objects.get().text == "From the other window."
    page.click("[data-conflict] button")
    page.wait_for_selector("text=From the other window.")
    assert page.input_value("[name=text]") == "From this window."


def test_a_code_is_chosen_by_the_keyboard_and_a_row_is_added(opened):
    page = opened("course").page
    page.locator("#id_diagnoses-0-text").press_sequentially("холер")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("#id_diagnoses-0-text") == "1A00 cholera"
    page.click("[data-add-row=diagnoses]")
    assert page.evaluate("document.activeElement.id") == "id_diagnoses-1-text"
    page.locator("#id_diagnoses-1-text").press_sequentially("J18.9")
    page.keyboard.press("Tab")
    kept(page)
    page.wait_for_timeout(500)
    codes = [(row["system"], row["code"]) for row in CaseDraft.objects.get().content["diagnoses"]]
    assert codes == [("icd11", "1A00"), ("icd10", "J18.9")]


@pytest.mark.parametrize("step", ["whom", "patient", "consent", "course", "question", "look", "give-up"])
def test_every_step_is_for_everybody(opened, step):
    fine(opened(step), f"draft-{step}")


def test_the_whole_form_works_without_a_script(visit, draft, mira):
    page = visit(mira.person, f"/consultations/drafts/{draft.pk}/whom/", java_script_enabled=False).page
    for step in ("patient", "consent", "course", "question", "look"):
        page.click(".acts .btn-primary")
        assert re.search(rf"/{step}/$", page.url)
    page.click(".page-act .btn-primary")
    assert CaseDraft.objects.get().sent is not None
