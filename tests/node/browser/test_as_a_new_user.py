"""The first day of a new user, on a node that is really served: from the sign-in to a verdict, in three languages."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from pypdf import PdfReader
from tests.node import serving
from tests.node.browser.accessible import fine
from tests.node.browser.opened import chromium  # noqa: F401 - a fixture
from tests.node.look.conftest import Visit

pytestmark = [pytest.mark.verify, pytest.mark.long]

SMALL = ("--web-workers", "1", "--workers", "1")
PATIENCE = 120_000  # milliseconds: other tests may run beside this one
WEEKS = 312
RISE = (9, 16, 27, 45)
VIOLATION = "document.addEventListener('securitypolicyviolation', said => console.error('CSP', said.violatedDirective))"
# What is wrong with each row, as a person would write it into a table: column, value, what the page says of it.
BAD = (
    ("week", "2022-02-30", "There is no such day"),
    ("week", "never", "This is not a date that can be read"),
    ("week", "", "The row has no date"),
    ("week", "1900-01-01", "lies many years away"),
    ("cases", "many", "This is text where a count"),
    ("cases", "=1+1", "This is text where a count"),
    ("cases", "<script>alert(1)</script>", "This is text where a count"),
    ("cases", "2.5", "is a whole number"),
    ("cases", "9" * 20, "No count of cases is this large"),
    ("cases", "<5", "This is text where a count"),
)


def last_monday() -> date:
    """The first day of the last week that has ended."""
    today = date.today()
    return today - timedelta(days=today.weekday() + 7)


def good_rows() -> list[tuple[str, str, str, int]]:
    """A thousand: six years of three districts, sixty-four weeks of a fourth; a rise in the last weeks of Karsu."""
    weeks = [last_monday() - timedelta(weeks=WEEKS - 1 - n) for n in range(WEEKS)]
    rng, rows = np.random.default_rng(8), []
    for district, first in (("Karsu", 0), ("Tolgan", 0), ("Vorkesh", 0), ("Yelbek", WEEKS - 64)):
        counts = rng.poisson(3, WEEKS)
        if district == "Karsu":
            counts[-len(RISE) :] = RISE
        rows += [(str(weeks[n]), "Karadun", district, int(counts[n])) for n in range(first, WEEKS)]
    return rows


def table() -> bytes:
    """The good rows with the bad ones at the end; the bad ones are of weeks before the first good one."""
    earlier = [last_monday() - timedelta(weeks=WEEKS + n) for n in range(len(BAD))]
    bad = [
        (value, "Karadun", "Karsu", 3) if column == "week" else (str(week), "Karadun", "Karsu", value)
        for week, (column, value, _said) in zip(earlier, BAD, strict=True)
    ]
    text = io.StringIO()
    csv.writer(text).writerows([("week", "region", "district", "cases"), *good_rows(), *bad])
    return text.getvalue().encode()


@dataclass
class User:
    """Somebody at a browser, and what they do there."""

    seen: Visit
    node: serving.Node
    person: dict[str, Any]
    pages: int = 0

    @property
    def page(self) -> Any:
        return self.seen.page

    @property
    def title(self) -> str:
        return self.page.locator("h1").inner_text()

    def looks(self, name: str) -> None:
        """At a desk and on a phone: axe finds nothing, the page is as wide as the window, the browser is content."""
        self.pages += 1
        fine(self.seen, f"new-user-{self.pages:02}-{name}")

    def goes_to(self, *links: str) -> None:
        """By the links of the page's head and of its tabs."""
        for link in links:
            found = self.page.locator("header .nav-wide a, main a").filter(has_text=re.compile(f"^\\s*{link}\\b")).first
            self.opens(found)
            self.page.wait_for_load_state("networkidle")

    def opens(self, link: Any) -> None:
        """Clicks it, after opening "More" if it waits there."""
        if not link.is_visible():
            self.page.click("header .nav-more > summary")
        link.click()

    def waits_for(self, title: str) -> None:
        self.page.wait_for_selector(f"h1:has-text('{title}')", timeout=PATIENCE)

    def speaks(self, language: str) -> None:
        self.page.click(f".languages button[value={language}]")
        self.page.wait_for_selector(f"html[lang={language}]", state="attached")

    def takes(self, link: Any) -> bytes:
        with self.page.expect_download() as taken:
            link.click()
        return Path(taken.value.path()).read_bytes()


@pytest.fixture(scope="module")
def node(tmp_path_factory) -> Iterator[tuple[serving.Node, dict[str, Any]]]:
    home = serving.make(tmp_path_factory.mktemp("new-user") / "node")
    person = serving.add_person(home, "epidemiologist", name="Amina Serik")
    with serving.serve(home, 0, *SMALL) as served:
        yield served, person


@pytest.fixture
def user(chromium, node) -> Iterator[User]:  # noqa: F811
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", accept_downloads=True)
    context.add_init_script(VIOLATION)
    context.set_default_timeout(PATIENCE)
    yield User(Visit(context.new_page()), *node)
    context.close()


def signs_in(user: User) -> None:
    page = user.page
    page.goto(user.node.url)
    user.looks("sign-in")
    page.fill("[name=login]", user.person["email"])
    page.fill("[name=password]", user.person["password"])
    page.click("button:has-text('Sign in')")
    page.wait_for_selector("[name=code]")
    user.looks("second-factor")
    counter = next(yield_hotp_counters_from_time())
    page.fill("[name=code]", f"{hotp_value(user.person['totp'], counter):06d}")
    page.click("button:has-text('Sign in')")
    page.wait_for_selector("header .nav-wide")
    user.looks("first-page")


def sets_a_source_up(user: User) -> None:
    page = user.page
    user.goes_to("Sources", "Set up a source")
    user.looks("new-source")
    page.fill("[name=name]", "Cholera, weekly")
    page.select_option("[name=disease]", label="Cholera")
    page.select_option("[name=every]", "week")
    chosen = [page.locator(f"[name={name}] option:checked").inner_text() for name in ("organisation", "place")]
    assert chosen == ["Sanitary and epidemiological service", "Altania"]
    page.uncheck("[name=zero_reports]")
    page.check("[name=is_exercise]")
    page.click("summary:has-text('How it is laid out')")
    page.fill("[name=place_columns]", "region, district")
    page.click("button:has-text('Set up the source')")
    user.waits_for("Cholera, weekly")
    user.looks("source")


def uploads(user: User, content: bytes) -> list[tuple[int, str, str, str]]:
    """Returns what the preview says of each row that cannot be taken: its number, column and value, and why."""
    page = user.page
    page.click("a:has-text('Upload a table') >> nth=0")
    page.wait_for_selector("input[type=file]")
    page.set_input_files("input[type=file]", {"name": "cholera.csv", "mimeType": "text/csv", "buffer": content})
    user.looks("upload")
    page.click("button:has-text('Upload')")
    user.waits_for("1,010 rows read: 1,000 can be taken, 10 cannot")
    user.looks("preview")
    rows = page.locator("#problems tbody tr").all()
    cells = [[cell.inner_text() for cell in row.locator("th, td").all()] for row in rows]
    return [(int(number.replace(",", "")), column, value, why) for number, column, value, why in cells]


def takes_and_screens(user: User) -> None:
    page = user.page
    page.click("#decide button:has-text('Take the 1,000 and leave the 10')")
    user.waits_for("Taken: 1,000 rows; 1,000 counts changed")
    user.looks("taken")
    page.click("a:has-text('To the screening')")
    page.wait_for_selector(".page-facts .chip:has-text('done')", timeout=PATIENCE)
    user.looks("screened")
    assert int(user.page.locator("dd, .fact-value").first.inner_text()) > 0


def decides(user: User) -> None:
    """To a verdict: under verification first, verified then."""
    page = user.page
    page.click(".page-act a:has-text('Verify…')")
    page.fill("#verify_text", "Karsu hospital is asked for the laboratory’s results")
    page.click("#decide-verify .btn-primary")
    page.wait_for_selector(".page-facts .chip:has-text('under verification')")
    page.click(".page-act a:has-text('Conclude…')")
    page.check("#decide-conclude [value=verified]")
    page.fill("#conclude_text", "Twelve of fifteen samples are positive by culture")
    user.looks("conclude")
    page.click("#decide-conclude .btn-primary")
    page.wait_for_selector(".page-facts .chip:has-text('verified'):not(:has-text('under'))")
    assert "Twelve of fifteen samples" in page.locator(".log").inner_text()


def reads_in_each_language(user: User) -> None:
    for language, disease, word in (("ru", "Холера", "случа"), ("zh-hans", "霍乱", "例")):
        user.speaks(language)
        assert disease in user.title
        assert word in user.title
        assert disease in user.page.title()
        user.looks(f"signal-{language}")
        user.page.click("header .nav-wide li:nth-child(2) a")
        user.page.wait_for_selector(".inbox-filters")
        user.looks(f"inbox-{language}")
        user.page.go_back()
        user.page.wait_for_selector(".log")
    user.speaks("en")
    assert user.title.startswith("Cholera in Karsu")


def walks_about_in_russian(user: User) -> None:
    """The language of the longest words is read on the other pages of the head, too."""
    user.speaks("ru")
    for address in ("/sources/", "/quality/", "/directory/", "/duty/", "/"):
        user.opens(user.page.locator(f'header .nav-wide a[href="{address}"]'))
        user.page.wait_for_url(f"{user.node.url}{address}")
        user.looks(f"{address.strip('/') or 'situation'}-ru")
    user.speaks("en")


def exported_signals(user: User) -> list[dict[str, str]]:
    user.goes_to("Signals")
    user.page.select_option("[name=status]", "all")
    user.page.click("button:text-is('Filter')")
    user.page.wait_for_url("**status=all**")
    told = user.takes(user.page.locator(".exports a:text-is('CSV')"))
    return list(csv.DictReader(io.StringIO(told.decode("utf-8-sig"))))


def exported_counts(user: User) -> list[tuple[Any, ...]]:
    user.goes_to("Series")
    user.looks("series")
    user.page.locator("main table a").filter(has_text="Cholera").first.wait_for()
    user.page.locator("main tbody tr").filter(has_text="Karsu").locator("a").first.click()
    user.page.wait_for_selector(".exports")
    user.looks("one-series")
    told = user.takes(user.page.locator(".exports a:text-is('XLSX')"))
    return list(openpyxl.load_workbook(io.BytesIO(told), read_only=True).active.iter_rows(values_only=True))


def test_from_the_sign_in_to_a_verdict_and_its_export(user, tmp_path):
    signs_in(user)
    sets_a_source_up(user)
    told = uploads(user, table())
    assert [row[:3] for row in told] == [(1002 + n, column, value) for n, (column, value, _) in enumerate(BAD)]
    unexplained = [(why, said) for (*_, why), (*_, said) in zip(told, BAD, strict=True) if said not in why]
    assert unexplained == []
    takes_and_screens(user)

    user.goes_to("Signals")
    user.looks("inbox")
    first = user.page.locator("table.inbox [data-row]").first
    assert "Cholera" in first.inner_text()
    assert "Karsu" in first.inner_text()
    first.locator("[data-open]").click()
    user.waits_for("Cholera in Karsu: 45 cases")
    user.looks("signal")
    decides(user)
    reads_in_each_language(user)
    walks_about_in_russian(user)

    signals = exported_signals(user)
    told = [(row["disease"], row["place"], float(row["observed"]), row["status"]) for row in signals]
    assert ("Cholera", "Karsu", RISE[-1], "verified") in told
    counts = {str(row[0])[:10]: row[1] for row in exported_counts(user)[1:]}
    assert counts == {week: count for week, _, district, count in good_rows() if district == "Karsu"}

    user.goes_to("Situation")
    user.looks("situation")
    user.page.pdf(path=tmp_path / "situation.pdf", format="A4", print_background=True)
    (sheet,) = PdfReader(tmp_path / "situation.pdf").pages
    assert "Cholera" in sheet.extract_text()
