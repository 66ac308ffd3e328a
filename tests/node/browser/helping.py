"""How states help each other, step by step, each by the pages: from what is asked for to what was handed over."""

import io
from zipfile import ZipFile

from tests.node.browser.deciding import in_days
from tests.node.browser.officers import Officer

__all__ = [
    "accepts", "begins_a_request", "clears", "closes", "dispatches", "offers", "plans", "receives", "releases", "signs",
    "submits_a_request", "takes_the_report",
]  # fmt: skip

GOODS = "oral-rehydration-salts"


def begins_a_request(officer: Officer, event: str) -> str:
    """From the event's tab, since who keeps goods reads no events. Returns the draft's address."""
    officer.goes(f"/events/{event}/assistance/")
    officer.looks("event-assistance")
    officer.clicks("a[href*='/assistance/drafts/new/?event=']")
    officer.page.fill("#id_title_ru", "Средства от холеры для Карсу")
    officer.saves()
    return _path(officer)


def submits_a_request(logistics: Officer, draft: str) -> str:
    """Found by whoever keeps goods, written to its end and submitted. Returns the address of what would leave."""
    logistics.goes("/assistance/")
    logistics.clicks(f"a[href='{draft}']")
    page = logistics.page
    page.fill("#id_title_en", "Cholera supplies for Karsu")
    page.fill("#id_title_zh", "卡尔苏霍乱防治物资")
    page.fill("#id_needed_by", in_days(7))
    page.fill("#id_lapses_on", in_days(30))
    page.select_option("#id_items-0-item", GOODS)
    page.fill("#id_items-0-quantity", "10000")
    logistics.clicks("button[name=more][value=items]")
    page.select_option("#id_items-1-item", "gloves")
    page.fill("#id_items-1-quantity", "200")
    page.select_option("#id_items-1-unit", "box")
    page.fill("#id_items-1-pack_size", "100")
    page.fill("#id_place_ru", "Карсу")
    page.fill("#id_place_en", "Karsu")
    page.fill("#id_place_zh", "卡尔苏")
    page.fill("#id_consignee_name", "Центральная больница Карсу")
    page.fill("#id_note", "По реке.\nНе ночью.")
    logistics.looks("request-draft")
    logistics.clicks("main form .acts button[name=look]")
    where = _path(logistics)
    logistics.sends("/submit/")
    return where


def releases(delegate: Officer, look: str) -> str:
    """What another person submitted. Returns the address of the request."""
    delegate.goes(look)
    delegate.sends("/release/")
    return _path(delegate)


def offers(logistics: Officer, delegate: Officer, request: str, *, of: tuple[int, ...], place: str) -> None:
    """A part of it, made ready by one person and released by another. of: quantities by line; 0 leaves one out."""
    logistics.goes("/assistance/")
    logistics.finds(f"a[href^='{request}']")
    logistics.clicks(f"a[href^='{request}']")
    logistics.clicks("a.btn-primary[href$='/offer/']")
    for line, quantity in enumerate(of):
        logistics.page.fill(f"#id_lines-{line}-quantity", str(quantity or ""))
    logistics.page.fill("#id_from_en", place)
    logistics.clicks("main form .acts button[name=look]")
    look = _path(logistics)
    logistics.sends("/submit/")
    releases(delegate, look)


def accepts(delegate: Officer, request: str, states: tuple[str, ...]) -> None:
    """Of each as much as is proposed: what is still short."""
    delegate.goes(request)
    for state in states:
        delegate.finds(f"a[href*='/offers/{state}/'][href$='/accept/']")
    delegate.looks("offers")
    for state in states:
        delegate.clicks(f"a[href*='/offers/{state}/'][href$='/accept/']")
        delegate.saves()


def plans(logistics: Officer, request: str) -> None:
    """All that was accepted, on one shipment."""
    logistics.goes(request)
    logistics.finds("a[href$='/plan/']")
    logistics.clicks("a[href$='/plan/']")
    logistics.page.fill("#id_expected_on", in_days(2))
    logistics.page.select_option("#id_paper_1", index=1)
    logistics.page.fill("#id_number_1", "17-204")
    logistics.saves()


def clears(logistics: Officer, request: str, states: tuple[str, ...]) -> None:
    """Customs and licences, by the state that asked."""
    _each(logistics, request, states, "clear")


def dispatches(logistics: Officer, request: str) -> None:
    logistics.goes(request)
    logistics.finds("a[href$='/dispatch/']")
    logistics.clicks("a[href$='/dispatch/']")
    logistics.saves()


def receives(logistics: Officer, request: str, states: tuple[str, ...]) -> None:
    """What is on its way is seen on the overview; it arrives, and is signed for by who asked."""
    logistics.goes(request)
    for state in states:
        logistics.finds(f"a[href*='/shipments/{state}/'][href$='/arrive/']")
    logistics.looks("underway")
    logistics.goes("/assistance/")
    logistics.looks("on-its-way")
    _each(logistics, request, states, "arrive")
    for state in states:
        signs(logistics, request, state)


def signs(logistics: Officer, request: str, state: str) -> None:
    """The hand-over of that state's shipment, for all that is on it."""
    logistics.goes(request)
    link = f"a[href*='/shipments/{state}/'][href$='/hand-over/']"
    logistics.finds(link)
    logistics.clicks(link)
    logistics.page.fill("#id_name_1", "A. Karim")
    logistics.saves()


def closes(delegate: Officer, request: str, delivered: str) -> None:
    """Once all that was sent is signed for by both. delivered: what the page says of it, in the reader's language."""
    delegate.goes(request)
    delegate.finds(f"td:has-text('{delivered}') >> nth=2")
    delegate.looks("handed-over")
    delegate.clicks("a[href$='/close/']")
    delegate.saves()
    delegate.looks("closed")


def takes_the_report(officer: Officer, request: str, language: str) -> tuple[bytes, str]:
    """As PDF, and the words of the one to be edited."""
    officer.goes(request)
    taken = []
    for kind in ("pdf", "docx"):
        with officer.page.expect_download() as waiting:
            officer.page.click(f"a[href$='/report/{language}/{kind}/']")
        taken.append(waiting.value.path().read_bytes())
    with ZipFile(io.BytesIO(taken[1])) as packed:
        return taken[0], packed.read("word/document.xml").decode("utf-8")


def _each(logistics: Officer, request: str, states: tuple[str, ...], step: str) -> None:
    logistics.goes(request)
    links = [f"a[href*='/shipments/{state}/'][href$='/{step}/']" for state in states]
    for link in links:
        logistics.finds(link)
    for link in links:
        logistics.clicks(link)
        logistics.saves()


def _path(officer: Officer) -> str:
    return officer.page.url.removeprefix(officer.url).partition("#")[0]
