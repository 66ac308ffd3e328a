"""How states decide together, step by step, each by the pages: from an event to a measure that was verified."""

import re
from datetime import date, timedelta

from tests.node.browser.officers import Officer

__all__ = [
    "adopts", "agrees", "amends", "calls_a_session", "concludes", "in_days", "names_who_comes", "objects",
    "opens_an_event", "opens_the_session", "proposes", "reports_the_measure", "verifies_the_measure", "writes_a_draft",
]  # fmt: skip

TITLE = {
    "ru": "О мерах в пункте пропуска Карсу",
    "zh-hans": "关于卡尔苏口岸的措施",
    "en": "Measures at the Karsu crossing",
}
TEXT = (
    ("preamble", {
        "ru": "Принимая во внимание холеру в районе Карсу,",
        "zh-hans": "鉴于卡尔苏地区发生霍乱，",
        "en": "Considering the cholera in the district of Karsu,",
    }),
    ("operative", {
        "ru": "усилить санитарно-карантинный контроль на 30 дней;",
        "zh-hans": "加强卫生检疫，为期30天；",
        "en": "to strengthen sanitary and quarantine control for 30 days;",
    }),
)  # fmt: skip
LONGER = {
    "ru": "усилить санитарно-карантинный контроль на 60 дней;",
    "zh-hans": "加强卫生检疫，为期60天；",
    "en": "to strengthen sanitary and quarantine control for 60 days;",
}
MEASURE = {"ru": "Обследовать источники воды", "zh-hans": "调查水源", "en": "Survey the sources of water"}
REASON = "Thirty days are too short:\nthe river carries it for longer."


def in_days(ahead: int) -> str:
    return str(date.today() + timedelta(days=ahead))


def opens_an_event(officer: Officer) -> str:
    """Where nobody has a signal: what is known is typed in. Returns the event's identifier."""
    officer.goes("/events/new/")
    page = officer.page
    page.select_option("#id_disease", "cholera")
    page.fill("#id_place_q", "Карсу")
    page.locator("#id_place option").nth(3).wait_for(state="detached")
    page.select_option("#id_place", index=1)
    page.fill("#id_suspected", "61")
    page.fill("#id_deaths", "2")
    page.fill("#id_text", "Все брали воду из реки ниже рынка.")
    officer.saves()
    return re.search(r"/events/([0-9a-f-]{36})/", page.url)[1]


def calls_a_session(delegate: Officer, event: str, *, but: tuple[str, ...]) -> str:
    """From the event's tab, by the form that it fills in. but: states that are not invited. Returns its address."""
    delegate.goes(f"/events/{event}/council/")
    delegate.looks("event-council")
    delegate.clicks("a[href*='/council/sessions/convene/']")
    assert delegate.page.input_value("#id_title_zh")
    assert delegate.page.input_value("#id_brief_en").count("\n") > 3
    for state in but:
        delegate.page.uncheck(f"input[name=invited][value={state}]")
    delegate.looks("convene")
    delegate.saves()
    return _path(delegate)


def names_who_comes(delegate: Officer, session: str, name: str) -> None:
    """Found in the list, once it is there."""
    delegate.goes("/council/sessions/")
    delegate.finds(f"a[href='{session}']")
    delegate.clicks(f"a[href='{session}']")
    delegate.clicks("a.btn-primary[href$='/delegation/']")
    delegate.page.fill("[name=delegates-0-name]", name)
    delegate.saves()


def opens_the_session(delegate: Officer, session: str, *, coming: str) -> None:
    """Once it is known who comes from elsewhere; its first item is taken up."""
    delegate.goes(session)
    delegate.finds(f"text={coming}")
    delegate.sends("/open/")
    delegate.sends("/take-up/")


def writes_a_draft(delegate: Officer, session: str, *, but: tuple[str, ...]) -> None:
    """From the session: what is to be decided, in three languages, with a measure for Borenia."""
    delegate.goes(session)
    delegate.clicks("a[href*='/council/drafts/new/']")
    page = delegate.page
    page.select_option("#id_kind", "decision")
    page.fill("#id_title", TITLE["ru"])
    delegate.saves()
    for language, words in TITLE.items():
        page.fill(f"[name=title_{language}]", words)
    page.click("#head details summary")
    for state in but:
        page.uncheck(f"input[name=concerned][value={state}]")
    for number, (kind, words) in enumerate(TEXT, start=1):
        with page.expect_navigation():
            page.locator("button[name=act][value^='add:']").last.click()
        page.select_option(f"#kind-p{number}", kind)
        for language, said in words.items():
            page.fill(f"[name=text-p{number}-{language}]", said)
    delegate.clicks("button[value='more:measures']")
    for language, words in MEASURE.items():
        page.fill(f"[name=measures-0-title_{language}]", words)
    page.select_option("[name=measures-0-state]", "BO")
    page.select_option("[name=measures-0-verifier]", "AL")
    page.fill("[name=measures-0-deadline]", in_days(14))
    delegate.looks("draft")
    delegate.clicks("main form .acts button[name=propose]")


def proposes(delegate: Officer) -> str:
    """Looks at what would leave, proposes it and puts it to the states. Returns its address."""
    delegate.looks("propose")
    delegate.clicks("#propose form button.btn-primary")
    where = _path(delegate)
    delegate.clicks("a[href$='/act/consider/']")
    delegate.saves()
    return where


def objects(delegate: Officer, decision: str) -> None:
    """Found in the list, in the reader's language; objected to by a paragraph."""
    delegate.goes("/council/")
    delegate.finds(f"a[href='{decision}']")
    delegate.clicks(f"a[href='{decision}']")
    delegate.finds("a[href$='/act/object/']")
    delegate.page.click("details[data-menu] summary.btn")
    delegate.clicks("a[href$='/act/object/']")
    delegate.page.select_option("#id_paragraph", "p2")
    delegate.page.fill("#id_reason", REASON)
    delegate.looks("object")
    delegate.saves()


def amends(delegate: Officer, decision: str) -> None:
    """The objection is read; the page leads to changing what it is about."""
    delegate.goes(decision)
    delegate.finds("text=the river carries it for longer")
    delegate.looks("objection")
    delegate.clicks("a.btn-primary[href$='/amend/']")
    for language, words in LONGER.items():
        delegate.page.fill(f"[name=text-p2-{language}]", words)
    delegate.page.fill("#id_note", "Шестьдесят дней вместо тридцати.")
    delegate.saves()


def agrees(delegate: Officer, decision: str, *, version: int, after: int) -> None:
    """after: how many have agreed before; whoever answers what others have just changed is asked to look again."""
    delegate.goes(decision)
    delegate.finds(f"#text h2:has-text('{version}')")
    if after:
        delegate.finds(f".standings .chip-good >> nth={after - 1}")
    delegate.clicks("a.btn-primary[href$='/act/consent/']")
    delegate.saves()


def adopts(delegate: Officer, decision: str) -> None:
    """Once all have agreed."""
    delegate.goes(decision)
    delegate.finds("a.btn-primary[href$='/act/adopt/']")
    delegate.clicks("a.btn-primary[href$='/act/adopt/']")
    delegate.saves()
    delegate.looks("adopted")


def concludes(delegate: Officer, session: str) -> None:
    """The item, with the decision that came of it."""
    delegate.goes(session)
    delegate.clicks("a[href$='/conclude/']")
    delegate.page.select_option("#id_decision", index=1)
    delegate.page.fill("#id_outcome_ru", "Решение принято.")
    delegate.saves()
    delegate.looks("session")


def reports_the_measure(delegate: Officer) -> str:
    """Taken on in the state's name, then reported done. Returns its address."""
    delegate.goes("/council/measures/")
    delegate.finds("tbody th a")
    delegate.looks("measures")
    delegate.clicks("tbody th a")
    where = _path(delegate)
    delegate.sends("/decide/accept/")
    delegate.finds("#act-finish")
    delegate.page.click("#act-finish > summary")
    delegate.page.fill("#act-finish textarea", "Twelve wells sampled, two closed.")
    delegate.page.fill("#act-finish [name=title_1]", "Laboratory report 17")
    delegate.sends("/report/finish/")
    return where


def verifies_the_measure(delegate: Officer, measure: str) -> None:
    delegate.goes(measure)
    delegate.finds("form[action$='/decide/verify/']")
    delegate.sends("/decide/verify/")


def _path(officer: Officer) -> str:
    return officer.page.url.removeprefix(officer.url).partition("#")[0]
