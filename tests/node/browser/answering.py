"""What hospitals that are asked do about a patient whom they do not know, by the pages alone."""

from tests.node.browser.officers import Officer

__all__ = [
    "LIST", "OPINIONS", "asks_back", "begins", "declines", "finds_the_case", "gives", "keeps_an_opinion", "says",
    "signs_anew", "signs_what_was_kept", "speaks",
]  # fmt: skip

LIST = "/consultations/"
ASKED_BACK = "Any diuresis since yesterday?"
OPINIONS = ("Stop ceftriaxone, begin meropenem 1 g every 8 hours.", "Look for an abscess of the liver by ultrasound.")


def finds_the_case(officer: Officer, case: str) -> None:
    """In the list, as soon as it is there: its address is the same at every node."""
    officer.goes(LIST)
    officer.finds(f"a[data-open][href='{case}']")


def speaks(officer: Officer, language: str) -> None:
    """Chooses the language of the pages."""
    officer.goes(LIST)
    officer.page.click(f".languages button[value={language}]")
    officer.page.wait_for_selector(f"html[lang={language}]", state="attached")


def gives(coordinator: Officer, case: str, expert: str) -> None:
    """To the expert of that name."""
    finds_the_case(coordinator, case)
    coordinator.looks("inbox")
    coordinator.clicks(f"a[data-open][href='{case}']")
    coordinator.looks("case")
    coordinator.clicks("a[href$='/allocate/']")
    coordinator.page.locator(".candidate").filter(has_text=expert).locator("input").check()
    coordinator.looks("allocate")
    coordinator.saves()


def declines(coordinator: Officer, case: str) -> None:
    """Another hospital that was asked, and has nobody."""
    finds_the_case(coordinator, case)
    coordinator.looks("inbox")
    coordinator.clicks(f"a[data-open][href='{case}']")
    coordinator.looks("case")
    coordinator.clicks("a[href$='/decline/']")
    coordinator.page.check("input[name=reason] >> nth=0")
    coordinator.looks("decline")
    coordinator.saves()
    assert coordinator.page.url.endswith(LIST), "whoever declines does not read the case any more"


def begins(expert: Officer, case: str) -> None:
    finds_the_case(expert, case)
    expert.clicks(f"a[data-open][href='{case}']")
    expert.clicks("a[href$='/take/']")
    expert.saves()
    expert.looks("begun")


def asks_back(expert: Officer) -> None:
    expert.clicks("a[href$='/ask/']")
    says(expert, ASKED_BACK)
    expert.saves()


def keeps_an_opinion(expert: Officer, case: str, answer: str) -> None:
    """Once the answer is there; it is typed, kept by itself, and left."""
    page = expert.page
    expert.goes(case)
    expert.finds(f".case-talk :text('{answer}')")
    expert.clicks("a[href$='/sign/']")
    says(expert, OPINIONS[0])
    page.locator("[name=text]").blur()
    page.wait_for_selector("[data-kept]:not(:empty)")
    expert.looks("opinion-kept")
    expert.goes(case)


def signs_what_was_kept(expert: Officer) -> None:
    expert.clicks("a[href$='/sign/']")
    assert expert.page.input_value("[name=text]") == OPINIONS[0]
    expert.saves()
    expert.looks("signed")


def signs_anew(expert: Officer, case: str, again: str) -> None:
    """After the case was opened again, because of what has changed."""
    expert.goes(case)
    expert.finds(f".case-talk :text('{again}')")
    expert.clicks("a[href$='/sign/']")
    says(expert, OPINIONS[1])
    expert.saves()
    expert.looks("signed-anew")


def says(officer: Officer, text: str) -> None:
    officer.page.fill("[name=text]", text)
