"""The line list's pages: who sees what, what is typed and taken, what is said."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from tests.node.events.line_list.given import ago, listed, looked, pasted, taken

from tocsin.node.alliance.models import AuditEntry
from tocsin.node.events.models import CountsReport, EventCase, LineListTable

HEAD = ("ID", "Classification", "Onset", "Outcome", "District", "Age", "Sex")
ROWS = (
    HEAD,
    ("K-1", "confirmed", ago(10), "died", "District 11", "35", "f"),
    ("K-2", "suspected", ago(9), "recovered", "District 12", "8 m", "m"),
    ("K-3", "probable", ago(8), "ill", "District 11", "70", "m"),
)


@pytest.fixture
def delegate(person):
    """Reads events, and no single case."""
    return person("council_delegate", name="Dana")


def at(name: str, event, **more) -> str:
    return reverse(name, kwargs={"pk": event.pk, **more})


def test_an_empty_list_teaches_the_first_step(signed_in, event, amina):
    page = signed_in(amina).get(at("line_list", event))
    assert page.status_code == 200
    assert "No case in the line list yet" in page.text
    assert at("add_case_table", event) in page.text


def test_a_table_is_pasted_looked_at_and_taken(signed_in, event, amina):
    browser = signed_in(amina)
    answer = browser.post(at("add_case_table", event), {"text": pasted(*ROWS)})
    table = LineListTable.objects.get()
    assert answer.url == at("case_table", event, table=table.pk)
    seen = browser.get(answer.url)
    assert "3 rows read: all can be taken" in seen.text
    assert not EventCase.objects.exists()
    done = browser.post(at("take_case_table", event, table=table.pk))
    assert done.url == at("line_list", event)
    assert set(listed(event)) == {"K-1", "K-2", "K-3"}
    page = browser.get(done.url)
    assert "3 cases in the line list" in page.text
    assert "K-2" in page.text


def test_a_file_is_taken_like_a_paste(signed_in, event, amina):
    text = pasted(*ROWS).replace("\t", ",").encode("utf-8-sig")
    sent = {"text": "", "file": SimpleUploadedFile("cases.csv", text)}
    answer = signed_in(amina).post(at("add_case_table", event), sent)
    assert answer.status_code == 302
    table = LineListTable.objects.get()
    assert (table.name, table.added, table.left_out) == ("cases.csv", 3, 0)


@pytest.mark.parametrize(("text", "said"), [("", "Nothing was pasted"), ("ID\tOnset", "This is no table yet")])
def test_what_is_no_table_is_refused_in_a_sentence(signed_in, event, amina, text, said):
    answer = signed_in(amina).post(at("add_case_table", event), {"text": text})
    assert answer.status_code == 422
    assert said in answer.text
    assert not LineListTable.objects.exists()


def test_a_column_is_read_as_a_person_says(signed_in, event, amina):
    table = looked(event, amina, ("ID", "Zapolnen", "Onset"), ("1", "confirmed", ago(3)))
    browser = signed_in(amina)
    assert "its heading is not known" in browser.get(at("case_table", event, table=table.pk)).text
    given = {"column-0": "local_id", "column-1": "classification", "column-2": "onset"}
    browser.post(at("read_case_table", event, table=table.pk), given)
    browser.post(at("take_case_table", event, table=table.pk))
    assert listed(event)["1"].classification == "confirmed"


def test_whether_the_day_comes_first_is_asked_where_nothing_settles_it(signed_in, event, amina):
    table = looked(event, amina, ("ID", "Onset"), ("1", "01/02/2026"), ("2", "03/04/2026"))
    browser = signed_in(amina)
    page = browser.get(at("case_table", event, table=table.pk)).text
    assert "01/02/2026: is it the day or the month that comes first?" in page
    refused = browser.post(at("take_case_table", event, table=table.pk))
    assert refused.status_code == 409
    assert not EventCase.objects.exists()
    given = {"column-0": "local_id", "column-1": "onset", "order": "month"}
    browser.post(at("read_case_table", event, table=table.pk), given)
    browser.post(at("take_case_table", event, table=table.pk))
    assert str(listed(event)["1"].onset) == "2026-01-02"


def test_what_is_left_out_is_listed_with_its_row_column_value_and_reason(signed_in, event, amina):
    table = looked(event, amina, HEAD, ("K-1", "confirmed", ago(-9), "died", "District 11", "35", "f"))
    page = signed_in(amina).get(at("case_table", event, table=table.pk)).text
    assert "this day lies ahead" in page
    assert str(ago(-9)) in page
    assert "1 row cannot be used" in page
    export = signed_in(amina).get(at("case_table_problems", event, table=table.pk, kind="csv"))
    assert "future" in b"".join(export.streaming_content).decode()


def test_a_table_that_was_left_is_forgotten(signed_in, event, amina):
    table = looked(event, amina, *ROWS)
    signed_in(amina).post(at("cancel_case_table", event, table=table.pk))
    table.refresh_from_db()
    assert (table.status, table.draft, table.problems) == ("cancelled", None, [])
    assert signed_in(amina).post(at("take_case_table", event, table=table.pk)).status_code == 409


def test_readers_of_events_see_the_figures_and_no_row(signed_in, event, amina, delegate):
    taken(event, amina, *ROWS)
    page = signed_in(delegate).get(at("line_list", event)).text
    assert "3 cases in the line list" in page
    assert "K-1" not in page
    case = listed(event)["K-1"]
    for name, more in (
        ("event_case", {"case": case.pk}),
        ("line_list_export", {"kind": "csv"}),
        ("add_case_table", {}),
    ):
        assert signed_in(delegate).get(at(name, event, **more)).status_code == 403


def test_a_case_of_another_event_is_not_found_under_this_one(signed_in, event, diseases, places, amina):
    from tests.node.events.scenes import an_event

    other = an_event(diseases["plague"], places["XX-12"], amina)
    taken(other, amina, *ROWS)
    case = listed(other)["K-1"]
    assert signed_in(amina).get(at("event_case", event, case=case.pk)).status_code == 404
    table = LineListTable.objects.get()
    assert signed_in(amina).get(at("case_table", event, table=table.pk)).status_code == 404


def filled(**more) -> dict[str, object]:
    return {"classification": "suspected", "sex": "female", "outcome": "none", **more}


def test_a_case_is_typed_in_and_gets_a_number(signed_in, event, places, amina):
    given = filled(onset=str(ago(2)), place=places["XX-12"].pk, age="4", exposure="well")
    assert signed_in(amina).post(at("add_case", event), given).status_code == 302
    case = EventCase.objects.get()
    assert (case.local_id, case.place, case.exposure, case.version) == ("N-1", places["XX-12"], "well", 1)
    event.refresh_from_db()
    assert event.curve["classes"] == [1, 0, 0, 0]


def test_what_cannot_be_is_said_beside_its_field(signed_in, event, amina):
    given = filled(onset=str(ago(2)), outcome="deceased", outcome_on=str(ago(5)), local_id="Иванов Иван Иванович")
    answer = signed_in(amina).post(at("add_case", event), given)
    assert answer.status_code == 422
    assert "death before the onset" in answer.text
    assert "reads as a person’s name" in answer.text
    assert not EventCase.objects.exists()


def test_who_changes_a_case_after_somebody_else_sees_both(signed_in, event, amina, officer):
    taken(event, amina, *ROWS)
    case = listed(event)["K-1"]
    first = filled(local_id="K-1", version=1, exposure="well")
    second = filled(local_id="K-1", version=1, exposure="market")
    assert signed_in(officer).post(at("event_case", event, case=case.pk), first).status_code == 302
    answer = signed_in(amina).post(at("event_case", event, case=case.pk), second)
    assert answer.status_code == 409
    assert "Olga changed this case" in answer.text
    assert "well" in answer.text
    assert "market" in answer.text
    assert listed(event)["K-1"].exposure == "well"
    again = {**second, "version": re.search(r'name="version" value="(\d+)"', answer.text)[1]}
    assert signed_in(amina).post(at("event_case", event, case=case.pk), again).status_code == 302
    assert listed(event)["K-1"].exposure == "market"


def test_a_discarded_case_leaves_every_figure_but_its_own(signed_in, event, amina):
    taken(event, amina, *ROWS)
    case = listed(event)["K-1"]
    assert signed_in(amina).post(at("discard_case", event, case=case.pk), {"version": 7}).status_code == 409
    assert signed_in(amina).post(at("discard_case", event, case=case.pk), {"version": 1}).status_code == 302
    event.refresh_from_db()
    assert event.curve["classes"] == [1, 1, 0, 1]
    assert event.curve["outcomes"]["deceased"] == 0


def test_the_lists_counts_become_the_events(signed_in, event, amina):
    taken(event, amina, *ROWS)
    event.refresh_from_db()
    given = {"as_of": str(timezone.localdate()), "version": event.version}
    assert signed_in(amina).post(at("count_line_list", event), given).status_code == 302
    report = CountsReport.objects.get()
    assert (report.suspected, report.probable, report.confirmed, report.deaths) == (1, 1, 1, 1)
    assert report.hospitalised is None
    assert report.from_line_list
    again = signed_in(amina).post(at("count_line_list", event), given)
    assert again.status_code == 409


def test_filters_and_order_stand_in_the_address(signed_in, event, places, amina):
    taken(event, amina, *ROWS)
    browser = signed_in(amina)

    def found(query: str) -> list[str]:
        return re.findall(r"data-open href=[^>]+>(K-\d)<", browser.get(at("line_list", event) + query).text)

    assert found("") == ["K-1", "K-2", "K-3"]
    assert found("?sort=-onset") == ["K-3", "K-2", "K-1"]
    assert found("?sort=age") == ["K-2", "K-1", "K-3"]
    assert found("?outcome=deceased") == ["K-1"]
    assert found(f"?place={places['XX-11'].pk}") == ["K-1", "K-3"]
    assert found(f"?since={ago(9)}&until={ago(9)}") == ["K-2"]
    assert found("?sort=nonsense&place=x&since=2026-99-99&page=zzz") == ["K-1", "K-2", "K-3"]


@pytest.mark.parametrize("sort", ["", "-onset", "onset", "number", "-number", "age", "-age", "changed", "class"])
def test_pages_follow_each_other_without_a_gap(signed_in, event, amina, sort, monkeypatch):
    monkeypatch.setattr("tocsin.node.events.pages.line_list.A_PAGE", 7)
    rows = [(f"K-{n:02}", ago(n % 5 + 1) if n % 4 else "", n % 6 or "") for n in range(40)]
    taken(event, amina, ("ID", "Onset", "Age"), *rows)
    browser, seen, query = signed_in(amina), [], f"?sort={sort}"
    for _ in range(10):
        text = browser.get(at("line_list", event) + query).text
        seen += re.findall(r"data-open href=[^>]+>(K-\d\d)<", text)
        following = re.search(r'href="(\?[^"#]*page=[^"#]+)#cases" rel="next"', text)
        if following is None:
            break
        query = following[1].replace("&amp;", "&")
    assert len(seen) == 40
    assert len(set(seen)) == 40


def test_an_exposure_is_typed_in_and_compared(signed_in, event, amina):
    given = {"name": "vanilla ice cream", "exposed_ill": 43, "exposed": 54, "unexposed_ill": 3, "unexposed": 21}
    browser = signed_in(amina)
    assert browser.post(at("set_exposure", event), given).status_code == 302
    page = browser.get(at("attack_rates", event)).text
    assert "43 of 54 (80%)" in page
    assert "5.6" in page
    wrong = browser.post(at("set_exposure", event), {**given, "exposed_ill": 60})
    assert wrong.status_code == 422
    assert "More ill than there were" in wrong.text
    number = event.exposure_tables.get().pk
    browser.post(at("remove_exposure", event, number=number))
    assert not event.exposure_tables.exists()


def test_groups_have_rates_once_their_size_is_known(signed_in, event, amina):
    taken(event, amina, *ROWS)
    from tocsin.node.events.forms.cases import field_of

    browser = signed_in(amina)
    assert browser.post(at("set_groups", event), {field_of("age", "25-44"): 20}).status_code == 302
    page = browser.get(at("attack_rates", event)).text
    assert "5.0%" in page
    browser.post(at("set_groups", event), {field_of("age", "65+"): 10, field_of("age", "25-44"): ""})
    assert list(event.groups_at_risk.values_list("group", flat=True)) == ["65+"]


def test_an_export_is_on_record_and_runs_no_formula(signed_in, event, amina):
    taken(event, amina, ("ID", "Onset", "Exposure"), ("K-1", ago(3), "=HYPERLINK(1)"))
    answer = signed_in(amina).get(at("line_list_export", event, kind="csv"))
    assert "'=HYPERLINK(1)" in io.BytesIO(b"".join(answer.streaming_content)).read().decode("utf-8-sig")
    assert AuditEntry.objects.filter(act="line-list.exported").exists()


@pytest.mark.parametrize("language", ["ru", "zh-hans"])
@pytest.mark.parametrize("name", ["line_list", "attack_rates", "add_case_table", "add_case"])
def test_every_page_opens_in_every_language(signed_in, event, person, amina, language, name):
    taken(event, amina, *ROWS)
    reader = person("duty_officer", name="R", language=language)
    page = signed_in(reader).get(at(name, event))
    assert page.status_code == 200
    assert ">None<" not in page.content.decode(), "what nobody knows is a dash"
    table = LineListTable.objects.first()
    assert signed_in(reader).get(at("case_table", event, table=table.pk)).status_code == 200
