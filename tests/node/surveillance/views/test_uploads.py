"""A table on its way in, through the pages: sent, explained, answered, taken, undone."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.node.surveillance.tables_given import sent, shown, table, taken

from tocsin.node.alliance.models import AuditEntry, Organisation
from tocsin.node.surveillance.models import DiseaseAlias, Place, PlaceAlias, Upload

MONDAY = date(2022, 1, 3)
PLACES = [(f"Region {r}", f"District {r}{d}") for r in (1, 2) for d in (1, 2, 3)]
WEEKS = [str(MONDAY + timedelta(weeks=week)) for week in range(92)]
GOOD = [(week, *place, disease, 3) for week in WEEKS for place in PLACES for disease in ("plague", "cholera")][:1000]
BAD = [
    ("2022-02-30", *PLACES[0], "plague", 1),
    ("never", *PLACES[0], "plague", 1),
    ("", *PLACES[0], "plague", 1),
    ("1900-01-01", *PLACES[0], "plague", 1),
    (WEEKS[85], *PLACES[1], "plague", "many"),
    (WEEKS[86], *PLACES[1], "plague", "=1+1"),
    (WEEKS[87], *PLACES[1], "plague", "<script>alert(1)</script>"),
    (WEEKS[88], *PLACES[1], "plague", "2.5"),
    (WEEKS[89], *PLACES[1], "plague", "9" * 20),
    (WEEKS[90], *PLACES[1], "plague", "<5"),
]


@pytest.fixture(autouse=True)
def unscreened(source):
    source.is_on = True
    source.save()


@pytest.fixture
def browser(amina, signed_in):
    return signed_in(amina)


def title(answer) -> str:
    return re.search(r"<h1>(.*?)</h1>", answer.text, re.S)[1].strip()


def send(browser, source, content, name="week.csv", **headers):
    file = SimpleUploadedFile(name, content, content_type="text/csv")
    return browser.post(reverse("upload_table", args=[source.pk]), {"file": file}, headers=headers)


def look(browser, upload):
    return browser.get(reverse("upload", args=[upload.pk]))


def act(browser, upload, name, **given):
    return browser.post(reverse(name, args=[upload.pk]), given, follow=True)


def test_ten_bad_rows_and_a_thousand_good_ones(browser, source, diseases, amina, work):
    source.zero_reports = False
    source.save()
    answer = send(browser, source, table([*GOOD, *BAD]))
    upload = Upload.objects.get()
    assert answer["Location"] == reverse("upload", args=[upload.pk])
    waiting = look(browser, upload)
    assert title(waiting) == "Being read: week.csv"
    assert reverse("upload_progress", args=[upload.pk]) in waiting.text
    work()
    done = browser.get(reverse("upload_progress", args=[upload.pk]), headers={"HX-Request": "true"})
    assert done["HX-Redirect"] == reverse("upload", args=[upload.pk])

    preview = look(browser, upload)
    assert title(preview) == "1,010 rows read: 1,000 can be taken, 10 cannot"
    for sentence in ("There is no such day, week or month", "The row has no date", "This is text where a count"):
        assert sentence in preview.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in preview.text
    assert "<script>alert(1)" not in preview.text
    assert "Take the 1,000 and leave the 10" in preview.text
    listed = b"".join(browser.get(reverse("upload_problems", args=[upload.pk, "csv"])).streaming_content).decode()
    assert len(listed.splitlines()) == 11
    assert "'=1+1" in listed

    refused = act(browser, upload, "upload_take", whole="1")
    assert "10 rows cannot be used, so the table is not taken whole" in refused.text
    assert shown(source) == {}
    act(browser, upload, "upload_take", whole="0")
    work()
    source.refresh_from_db()
    after = look(browser, upload)
    assert title(after) == "Taken: 1,000 rows; 1,000 counts changed"
    assert sum(sum(filter(None, row)) for row in shown(source).values()) == 3000
    screening = source.screenings.get()
    assert reverse("screening", args=[screening.pk]) in after.text
    assert AuditEntry.objects.get(act="upload.taken").by == amina


def test_the_same_file_again_leads_to_the_first(browser, source, diseases, work):
    send(browser, source, table(GOOD[:20]))
    work()
    again = send(browser, source, table(GOOD[:20]), name="copy.csv")
    upload = Upload.objects.get()
    assert again["Location"] == reverse("upload", args=[upload.pk])
    assert "This very file was sent before: “week.csv”" in look(browser, upload).text


def test_an_empty_file_is_refused_with_a_sentence(browser, source):
    page = send(browser, source, b"")
    assert page.status_code == 422
    assert "week.csv is empty; nothing was kept" in page.text
    told = send(browser, source, b"", **{"X-Requested-With": "XMLHttpRequest"})
    assert (told.status_code, "is empty" in told.json()["error"]) == (422, True)
    assert not Upload.objects.exists()


def test_a_form_without_a_file_says_so(browser, source):
    page = browser.post(reverse("upload_table", args=[source.pk]), {})
    assert page.status_code == 422
    assert "This field is required" in page.text


def test_what_is_no_table_is_explained_and_can_be_left(browser, source, diseases, work):
    send(browser, source, b"\x00\x01\x02 no table at all")
    work()
    upload = Upload.objects.get()
    page = look(browser, upload)
    assert title(page) == "week.csv cannot be read"
    assert "This is not a table" in page.text
    assert title(act(browser, upload, "upload_cancel")) == "week.csv was not taken"
    upload.refresh_from_db()
    assert upload.status == "cancelled"


def test_a_wrong_guess_is_corrected_for_this_table_alone(browser, source, diseases, work):
    header = ("seen", "region", "district", "disease", "cases")
    send(browser, source, table(GOOD[:24], header))
    work()
    upload = Upload.objects.get()
    assert "The table lacks a column that the source names" in look(browser, upload).text
    given = {
        "date": "seen", "count": "cases", "disease_column": "disease", "place_columns": "region, district",
        "negative": "missing", "totals": "leave out",
    }  # fmt: skip
    act(browser, upload, "upload_reading", **given)
    work()
    assert title(look(browser, upload)) == "24 rows read: all can be taken"
    source.refresh_from_db()
    assert source.layout == {"date": "week", "count": "cases"}
    nonsense = browser.post(reverse("upload_reading", args=[upload.pk]), {**given, "where": "region is north"})
    assert nonsense.status_code == 422
    assert "is no condition" in nonsense.text


def test_a_guess_names_the_field_that_corrects_it(browser, source, diseases, work):
    send(browser, source, table(GOOD[:24]))
    work()
    page = look(browser, Upload.objects.get())
    assert "Read as: one row for each series and period." in page.text
    assert 'href="#id_layout"' in page.text
    assert 'id="id_layout"' in page.text


def test_unknown_names_are_asked_about_once(browser, source, diseases, places, work):
    rows = [(week, "Region 1", "Dystrict 11", "the black death", 2) for week in WEEKS[:4]]
    rows += [(week, "Region 1", "Newtown", "plague", 1) for week in WEEKS[:4]]
    send(browser, source, table(rows))
    work()
    upload = Upload.objects.get()
    page = look(browser, upload)
    assert title(page) == "8 rows read: 3 names are to be settled before they can be taken"
    assert "3 names are not known here yet" in page.text
    assert 'form="take"' not in page.text
    keys = re.findall(r'name="place-name" value="([^"]*)"', page.text)
    keys = [key.replace("&quot;", '"') for key in keys]
    assert f'value="{places["XX-11"].pk}"' in page.text  # the likeliest stands first
    answers = {"disease-name": "the black death", "disease-0": "plague", "place-name": keys}
    for number, key in enumerate(keys):
        answers[f"place-{number}"] = "new" if "Newtown" in key else str(places["XX-11"].pk)
    assert "3 names are settled for good" in act(browser, upload, "upload_answers", **answers).text
    work()
    assert title(look(browser, upload)) == "8 rows read: all can be taken"
    new = Place.objects.get(name_en="Newtown")
    assert (new.parent, new.kind) == (places["XX-1"], "district")
    assert PlaceAlias.objects.get(name="Dystrict 11").place == places["XX-11"]
    assert DiseaseAlias.objects.get().disease == diseases["plague"]


def test_an_answer_about_a_place_that_is_not_there_loses_no_other(browser, source, diseases, places, work):
    send(browser, source, table([(week, "Region 1", "Newtown", "the black death", 2) for week in WEEKS[:4]]))
    work()
    upload = Upload.objects.get()
    page = act(
        browser, upload, "upload_answers", **{
            "disease-name": "the black death", "disease-0": "plague", "place-name": '["Region 1", "Newtown"]',
            "place-0": "other", "place-0-other": "XX-99",
        },
    )  # fmt: skip
    assert "“Newtown”: there is no place with the code “XX-99”" in page.text
    assert DiseaseAlias.objects.count() == 1
    assert "1 name is not known here yet" in page.text


def test_taking_what_was_taken_says_what_happened(browser, source, diseases, amina, work):
    upload = taken(source, table(GOOD[:24]), amina, work)
    page = act(browser, upload, "upload_take", whole="1")
    assert "This table is “taken”; only one that was previewed can be taken." in page.text


def test_counts_taken_meanwhile_make_the_preview_anew(browser, source, diseases, amina, work):
    first = sent(source, table(GOOD[:24]), amina)
    work()
    taken(source, table([(*row[:4], 9) for row in GOOD[:12]]), amina, work)
    page = act(browser, first, "upload_take", whole="1")
    assert "Counts of the same periods were taken since this preview" in page.text
    first.refresh_from_db()
    assert first.status == "received"


def test_an_undo_asks_first_and_says_why_afterwards(browser, source, diseases, amina, work):
    upload = taken(source, table(GOOD[:24]), amina, work)
    question = browser.get(reverse("upload_undo", args=[upload.pk]))
    assert "24 counts that this table changed will stand as they did before" in question.text
    assert act(browser, upload, "upload_undo").status_code == 422
    page = act(browser, upload, "upload_undo", text="the wrong year")
    assert title(page) == "Undoing: week.csv"
    work()
    undo = Upload.objects.get(undoes=upload)
    page = look(browser, undo)
    assert "Undone: week.csv" in title(page)
    assert "the wrong year" in page.text
    assert "This table was undone" in look(browser, upload).text
    source.refresh_from_db()
    assert all(count is None for row in shown(source).values() for count in row)


def test_warnings_name_place_and_disease(browser, source, diseases, amina, work):
    taken(source, table(GOOD[:240]), amina, work)
    send(browser, source, table([(WEEKS[20], *PLACES[0], "plague", 5000)]), name="typo.csv")
    work()
    page = look(browser, Upload.objects.get(file_name="typo.csv"))
    assert "Plague, District 11, period from 23 May 2022: 5,000, usually about 3.0. Typed wrongly?" in page.text


def test_a_name_with_markup_is_shown_as_text(browser, source, diseases, work):
    evil = "<img src=x onerror=alert(1)>"
    send(browser, source, table([(week, "Region 1", evil, "plague", 1) for week in WEEKS[:4]]), name=f"{evil}.csv")
    work()
    page = look(browser, Upload.objects.get())
    assert "<img" not in page.text
    assert "&lt;img src=x onerror=alert(1)&gt;" in page.text


@pytest.fixture
def laboratory(person, state):
    own = Organisation.objects.create(state=state, kind="laboratory", name_en="Reference Laboratory")
    return person("laboratory", name="Li", organisation=own)


def test_a_laboratory_sends_and_sees_its_own_alone(laboratory, source, diseases, amina, signed_in, work, places):
    theirs = taken(source, table(GOOD[:24]), amina, work)
    own = type(source).objects.create(
        name="Samples", organisation=laboratory.organisation, place=places["XX"], disease=diseases["plague"],
        layout={"date": "week", "count": "cases"}, columns={"place": ["region", "district"]},
    )  # fmt: skip
    browser = signed_in(laboratory)
    page = browser.get(reverse("sources"))
    assert "Samples" in page.text
    assert "Weekly counts" not in page.text
    assert look(browser, theirs).status_code == 404
    for name in ("source", "upload_table"):
        assert browser.get(reverse(name, args=[source.pk])).status_code == 404
    assert act(browser, theirs, "upload_take").status_code == 404
    assert act(browser, theirs, "upload_undo", text="why not").status_code == 404
    send(browser, own, table(GOOD[:24]))
    work()
    mine = Upload.objects.get(source=own)
    assert title(look(browser, mine)) == "24 rows read: all can be taken"
    act(browser, mine, "upload_take", whole="1")
    work()
    assert title(look(browser, mine)).startswith("Taken: 24 rows")
    assert "week.csv" in browser.get(reverse("uploads")).text
    assert browser.get(reverse("uploads_export", args=["csv"])).status_code == 403
    assert browser.get(reverse("screenings")).status_code == 403


def test_somebody_who_only_reads_is_offered_no_act(source, diseases, person, amina, signed_in, work):
    upload = sent(source, table(GOOD[:24]), amina)
    work()
    browser = signed_in(person("council_delegate"))
    page = look(browser, upload)
    assert title(page) == "24 rows read: all can be taken"
    assert "Take all" not in page.text
    for name in ("upload_take", "upload_cancel", "upload_answers", "upload_reading", "upload_undo"):
        assert act(browser, upload, name).status_code == 403
    assert browser.get(reverse("upload_table", args=[source.pk])).status_code == 403


def test_tables_can_be_exported_and_filtered(browser, source, diseases, amina, work):
    taken(source, table(GOOD[:24]), amina, work)
    sent(source, b"nothing", amina, name="other.csv")
    page = browser.get(reverse("uploads"), {"status": "taken", "source": source.pk})
    assert "week.csv" in page.text
    assert "other.csv" not in page.text
    answer = browser.get(reverse("uploads_export", args=["csv"]), {"status": "taken"})
    said = b"".join(answer.streaming_content).decode()
    assert "week.csv" in said
    assert "other.csv" not in said
    assert AuditEntry.objects.filter(act="uploads.exported").exists()
    assert browser.get(reverse("uploads_export", args=["doc"])).status_code == 400
    assert browser.get(reverse("uploads"), {"source": "no such", "status": "x"}).status_code == 200


def queries(browser, address) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)


def test_lists_ask_a_constant_number_of_queries(browser, source, amina):
    made = [Upload(source=source, by=amina, file_name=f"{n}.csv", sha256=f"{n}", status="taken") for n in range(30)]
    Upload.objects.bulk_create(made[:3])
    addresses = (reverse("uploads"), reverse("source", args=[source.pk]))
    few = [queries(browser, address) for address in addresses]
    Upload.objects.bulk_create(made[3:])
    assert [queries(browser, address) for address in addresses] == few


def test_a_preview_asks_as_many_queries_for_many_rows_as_for_few(browser, source, diseases, amina, work):
    small, large = (sent(source, table(rows), amina) for rows in (GOOD[:24], GOOD[:240]))
    work()
    few, many = (queries(browser, reverse("upload", args=[one.pk])) for one in (small, large))
    assert few == many
