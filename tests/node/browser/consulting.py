"""What clinicians do about a patient whom they know, by the pages alone: a question step by step, and what follows."""

from datetime import date
from typing import Any

from playwright.sync_api import expect
from tests.node.browser.answering import LIST, finds_the_case, says
from tests.node.browser.officers import Officer

__all__ = [
    "SAID", "acknowledges", "answers", "asks", "begins", "breaks_off", "closes", "follows_up", "gives_a_picture",
    "goes_on", "is_stopped_by_the_name", "looks_at_the_picture", "reopens", "sees_the_new_opinion",
    "takes_the_name_out", "writes_on",
]  # fmt: skip

SAID = {
    "name": "Заурбеков Пётр Сергеевич",
    "course": "Лихорадка девять дней, со вчерашнего дня одышка. Больной Заурбеков в сознании. Рвоты нет.",
    "question": "Какой антибиотик сейчас?",
    "text": "Гемодиализ у нас возможен, посев крови взят.",
    "answer": "Аллергии нет.",
    "went": "На третий день лихорадки нет.",
    "again": "Через неделю снова лихорадка.",
}
REMOVED = "[удалено]"


def begins(asker: Officer, *hospitals: str) -> None:
    """Whom to ask, each found by a word of its name in whatever script."""
    page = asker.page
    asker.goes(LIST)
    asker.looks("inbox-empty")
    asker.clicks("a.btn-primary[href$='/new/']")
    page.select_option("[name=specialty]", "infectious_diseases")
    page.check("input[name=urgency][value=urgent]")
    for words in hospitals:
        page.fill("#id_q", words)
        asker.clicks("button[name=search]")
        page.locator(".draft-card input:not(:checked)").first.check()
    asker.looks("whom")
    _on(asker)


def breaks_off(asker: Officer) -> None:
    """In the middle of a step: what was typed is kept by itself, nothing is sent, and the browser is closed."""
    page = asker.page
    page.fill("[name=names]", SAID["name"])
    page.fill("[name=age]", "54")
    was = str(page.locator("[data-kept]").text_content())
    page.locator("[name=age]").blur()
    expect(page.locator("[data-kept]")).not_to_have_text(was)
    page.context.close()


def goes_on(asker: Officer) -> None:
    """In a new browser: on the step where it was left, with what was typed."""
    page = asker.page
    asker.goes(LIST)
    asker.clicks("#drafts a")
    assert page.url.endswith("/patient/")
    assert [page.input_value(f"[name={name}]") for name in ("names", "age")] == [SAID["name"], "54"]


def writes_on(asker: Officer) -> None:
    """The patient, the consent, the course; the name slips into the course."""
    page = asker.page
    page.select_option("[name=sex]", "male")
    page.check("input[name=severity][value=severe]")
    page.fill("[name=allergies]", SAID["answer"])
    asker.looks("patient")
    _on(asker)
    page.check("[name=care-given]")
    page.select_option("[name=care-basis]", "patient")
    page.fill("[name=care-on]", date.today().isoformat())
    asker.looks("consent")
    _on(asker)
    page.fill("[name=presentation]", SAID["course"])
    _chooses_a_code(page, "холер")
    _measures(page)
    asker.looks("course")
    _on(asker)


def gives_a_picture(asker: Officer, name: str, content: bytes) -> None:
    """With the question. It is told that somebody has to look at the picture first."""
    page = asker.page
    page.fill("[name=question_0]", SAID["question"])
    page.fill("[name=text]", SAID["text"])
    page.set_input_files("#files", {"name": name, "mimeType": "image/jpeg", "buffer": content})
    page.wait_for_selector("[data-files-list] li:has(input[name=files]):not(:has(progress))", state="attached")
    asker.looks("question")
    _on(asker)
    assert page.url.endswith("/question/")
    assert name in page.inner_text(".banner:visible:has-text('.jpg')")
    asker.looks("picture-not-looked-at")


def looks_at_the_picture(asker: Officer) -> None:
    """On the page of files; then on with the draft, at the last step."""
    asker.clicks("main a[href='/files/']")
    asker.looks("files")
    asker.clicks("form[action*='/accept'] button")
    asker.goes(LIST)
    asker.clicks("#drafts a")


def is_stopped_by_the_name(asker: Officer) -> None:
    """What would leave is shown with the place marked, and there is no button to ask."""
    page = asker.page
    assert page.url.endswith("/look/")
    assert page.inner_text("#places mark") == SAID["name"].split()[0]
    assert not page.locator("form[action$='/submit/']").count()
    asker.looks("stopped")


def takes_the_name_out(asker: Officer) -> None:
    asker.clicks("#places button[name=take_out]")
    assert not asker.page.locator("#places").count()
    assert REMOVED in asker.page.inner_text("main")


def asks(asker: Officer) -> str:
    """Returns where the case is."""
    asker.looks("what-will-leave")
    asker.clicks("form[action$='/submit/'] button")
    asker.looks("asked")
    return _path(asker)


def answers(asker: Officer, case: str) -> None:
    """What an expert has asked back."""
    asker.goes(case)
    asker.finds("a[href*='/reply/']")
    asker.looks("asked-back")
    asker.clicks("a[href*='/reply/']")
    says(asker, SAID["answer"])
    asker.looks("answer")
    asker.saves()


def acknowledges(asker: Officer, case: str, opinion: str) -> None:
    """Once it is there and read."""
    asker.goes(case)
    asker.finds("a[href$='/acknowledge/']")
    assert opinion in asker.page.inner_text(".case-talk")
    asker.looks("answered")
    asker.clicks("a[href$='/acknowledge/']")
    asker.page.select_option("[name=rating]", "5")
    asker.looks("acknowledge")
    asker.saves()


def follows_up(asker: Officer) -> None:
    """How it went, from the page of the case."""
    asker.clicks("a[href$='/follow-up/']")
    asker.page.check("input[name=outcome] >> nth=0")
    asker.page.check("input[name=advice_followed] >> nth=0")
    says(asker, SAID["went"])
    asker.looks("follow-up")
    asker.saves()


def closes(asker: Officer) -> None:
    asker.clicks("a[href$='/close/']")
    asker.saves()
    asker.looks("closed")


def reopens(asker: Officer) -> None:
    asker.clicks("a[href$='/reopen/']")
    says(asker, SAID["again"])
    asker.saves()


def sees_the_new_opinion(asker: Officer, case: str, opinion: str) -> None:
    asker.goes(case)
    asker.finds(f".case-talk :text('{opinion}')")
    asker.looks("answered-again")
    finds_the_case(asker, case)
    asker.looks("inbox")


def _chooses_a_code(page: Any, words: str) -> None:
    page.locator("#id_diagnoses-0-text").press_sequentially(words)
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def _measures(page: Any) -> None:
    page.fill("#id_vitals-0-day", date.today().isoformat())
    for code, value in {"temperature": "38,9", "heart_rate": "112", "respiratory_rate": "26", "spo2": "91"}.items():
        page.fill(f"#id_vitals-0-{code}", value)


def _on(asker: Officer) -> None:
    """To the next step."""
    asker.clicks("main form .acts button.btn-primary")


def _path(asker: Officer) -> str:
    return str(asker.page.url.removeprefix(asker.url))
