"""Series of counts: found in three scripts, zero and missing told apart, known causes, and a million rows away."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from tests.node.surveillance.counts_given import given_counts
from tests.node.surveillance.views.conftest import WEEK

from tocsin.counts.places import UNKNOWN_AGE
from tocsin.node.alliance.models import AuditEntry
from tocsin.node.alliance.roles import Ability
from tocsin.node.surveillance.models import KnownCause, SourceBreak, Upload
from tocsin.node.surveillance.pages.strata import group_text

LIST = "/series/"
FIRST = WEEK - timedelta(weeks=59)


@pytest.fixture
def browser(amina, signed_in):
    return signed_in(amina)


@pytest.fixture
def counted(source, diseases, places):
    """Sixty weeks of two diseases in three places; cholera in XX-11 ends with a zero, a gap and fourteen cases."""
    row = [5] * 57
    keys = [(d, p, "") for d in ("cholera", "measles") for p in ("XX-11", "XX-12", "XX-21")]
    counts = {key: [*row, 1, 2, 3] for key in keys} | {("cholera", "XX-11", ""): [*row, 0, None, 14]}
    return given_counts(source, counts | {("measles", "XX-11", "0–4"): [1] * 60}, FIRST)


def rows(text: str) -> list[str]:
    """Disease, place and group of each row."""
    cells = re.findall(r'data-open href="[^"]*">([^<]*)</a></th><td>([^<]*)<.*?</td><td>([^<]*)</td>', text)
    return ["/".join(part.strip() for part in cell if part.strip()) for cell in cells]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"disease": "холера"}, ["Cholera/District 11", "Cholera/District 12", "Cholera/District 21"]),
        ({"disease": "霍乱", "place": "Область 2"}, ["Cholera/District 21"]),
        ({"disease": "measles", "sort": "-place"}, [f"Measles/District {n}" for n in ("21", "12", "11", "11/0–4")]),
        ({"stratum": "0–4"}, ["Measles/District 11/0–4"]),
        ({"place": "XX-12"}, ["Cholera/District 12", "Measles/District 12"]),
        ({"source": "no-such", "sort": "password", "place": "XX-21"}, ["Cholera/District 21", "Measles/District 21"]),
    ],
)  # fmt: skip
def test_series_are_found_in_three_scripts_and_sorted(browser, counted, asked, found):
    assert rows(browser.get(LIST, asked).text) == found


def test_the_list_shows_the_last_count_and_empty_lists_teach(browser, counted, source):
    text = browser.get(LIST, {"place": "XX-11", "disease": "cholera"}).text
    assert '<td class="num">14</td>' in text
    assert "week of 9 March 2026" in text
    assert "No series fits these filters" in browser.get(LIST, {"disease": "zzz"}).text


def test_zero_and_missing_are_told_apart(browser, counted):
    text = browser.get(reverse("one_series", args=[counted["cholera", "XX-11", ""].pk])).text
    assert "Cholera in District 11: 14 cases, week of 9 March 2026" in text
    assert "1 period not reported" in text
    assert "1 zero report" in text
    week_of_zero, week_missing = "week of 23 February 2026", "week of 2 March 2026"
    zero = text.split(f">{week_of_zero}</th>")[1].split("</tr>")[0]
    missing = text.split(f">{week_missing}</th>")[1].split("</tr>")[0]
    assert "zero report" in zero
    assert ">0<" in zero
    assert "not reported" in missing
    assert ">–<" in missing


def test_a_known_cause_is_added_shown_and_withdrawn(browser, amina, counted):
    one = counted["cholera", "XX-11", ""]
    page = reverse("one_series", args=[one.pk])
    given = {"what": "mass <b>gathering</b>", "first_period": "2026-02-16", "last_period": "2026-02-22"}
    wrong = browser.post(reverse("add_cause", args=[one.pk]), given | {"last_period": "2026-02-01"})
    assert wrong.status_code == 422
    assert "It ends before it begins" in wrong.text
    assert "mass &lt;b&gt;" in wrong.text
    text = browser.post(reverse("add_cause", args=[one.pk]), given, follow=True).text
    cause = KnownCause.objects.get()
    assert (cause.disease_id, cause.place.code, cause.by) == ("cholera", "XX-11", amina)
    left_out = text.split(">week of 16 February 2026</th>")[1].split("</tr>")[0]
    assert "mass &lt;b&gt;gathering" in left_out
    assert f'data-draft-saved="cause-{one.pk}"' in text
    browser.post(reverse("withdraw_cause", args=[one.pk, cause.pk]))
    text = browser.get(page).text
    assert "<s>mass" in text
    assert "mass" not in text.split(">week of 16 February 2026</th>")[1].split("</tr>")[0]
    elsewhere = reverse("withdraw_cause", args=[counted["measles", "XX-12", ""].pk, cause.pk])
    assert browser.post(elsewhere).status_code == 404


def test_revisions_and_breaks_are_shown(browser, counted, source):
    one = counted["cholera", "XX-12", ""]
    given_counts(source, {("cholera", "XX-12", ""): [5] * 57 + [1, 4, 3, 9]}, FIRST)
    Upload.objects.create(
        source=source, status="taken", file_name="week 11.csv", generation=source.generation, taken_at=timezone.now()
    )
    SourceBreak.objects.create(source=source, starts_on=date(2026, 1, 5), what="PCR replaces culture")
    text = browser.get(reverse("one_series", args=[one.pk])).text
    assert "1 period new, 1 revised (+2)" in text
    assert "week 11.csv" in text
    assert "60 periods new" in text
    assert "PCR replaces culture" in text


def test_rows_do_not_cost_queries(browser, source, diseases, places):
    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(address).status_code == 200
        return len(captured)

    few = given_counts(source, {("cholera", "XX-11", f"{n}"): [1] * 9 for n in range(3)}, FIRST)
    one = reverse("one_series", args=[next(iter(few.values())).pk])
    before = queries(LIST), queries(one)
    given_counts(source, {("cholera", "XX-11", f"{n}"): [1] * 90 for n in range(30)}, FIRST)
    assert (queries(LIST), queries(one)) == before
    assert max(before) <= 19


def test_all_counts_are_exported_in_chunks(browser, counted, source, people, signed_in):
    answer = browser.get(reverse("series_export", args=["csv"]), {"disease": "cholera", "source": str(source.pk)})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    body = [line for line in lines if line.startswith("Weekly counts,cholera,XX-11")]
    assert len(body) == 60
    assert body[-1].replace("14.0", "14").endswith("2026-03-09,14,cases")
    assert body[-2].endswith("2026-03-02,,cases")
    assert not any("measles" in line for line in lines)
    assert AuditEntry.objects.get(act="counts.exported").details["kind"] == "csv"
    one = browser.get(reverse("one_series_export", args=[counted["cholera", "XX-11", ""].pk, "csv"]))
    text = b"".join(one.streaming_content).decode("utf-8-sig")
    assert "zero report" in text
    assert "2026-03-02,,no" in text
    assert browser.get(reverse("series_export", args=["exe"])).status_code == 400
    assert AuditEntry.objects.filter(act="counts.exported").count() == 2


def test_names_are_text(browser, counted, places):
    places["XX-12"].name_en = "<script>alert(1)</script>"
    places["XX-12"].save()
    for address in (LIST, reverse("one_series", args=[counted["cholera", "XX-12", ""].pk])):
        assert "<script>alert" not in browser.get(address).text


def test_who_may_see_change_and_export(people, signed_in, client, counted):
    one = counted["cholera", "XX-11", ""].pk
    for role, somebody in people.items():
        browser = signed_in(somebody)
        reads, exports, decides = (somebody.may(a) for a in (Ability.READ_SURVEILLANCE, Ability.EXPORT, Ability.TRIAGE))
        for address in (LIST, reverse("one_series", args=[one])):
            assert browser.get(address).status_code == (200 if reads else 403), role
        for address in (reverse("series_export", args=["csv"]), reverse("one_series_export", args=[one, "csv"])):
            assert browser.get(address).status_code == (200 if exports else 403), role
        assert browser.post(reverse("add_cause", args=[one])).status_code == (422 if decides else 403), role
    assert client.get(LIST).headers["Location"].startswith("/account/login/")
    assert signed_in(people["epidemiologist"]).get(reverse("one_series", args=[10**12])).status_code == 404


def test_a_group_that_the_reader_of_tables_made_is_named_in_the_readers_language():
    assert group_text("female, 00-04") == "female, 00-04"
    with translation.override("ru"):
        assert group_text(f"female, {UNKNOWN_AGE}") == "female, (неизвестно)"
