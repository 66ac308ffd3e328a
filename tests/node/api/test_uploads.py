"""Tables through the API go the way of every table: sent, previewed, answered, taken, undone."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.node.surveillance.tables_given import shown, table

from tocsin.node.surveillance.models import PlaceAlias, Source, Upload

WEEK = "2026-01-05"
GOOD = table([(WEEK, "Region 1", "District 11", "plague", 1), (WEEK, "Region 1", "District 12", "plague", 2)])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def send(api, source, diseases):
    def send(content=GOOD, type="text/csv", **options):
        return api.post(f"sources/{source.pk}/uploads", content, type=type, **options)

    return send


def test_from_the_body_of_a_request_to_counts_that_are_shown(send, api, source, work):
    sent = send()
    assert sent.status_code == 201
    told = sent.json()
    assert (told["status"], told["via"], told["size"]) == ("received", "api", len(GOOD))
    work()
    previewed = api.get(f"uploads/{told['id']}").json()
    assert (previewed["status"], previewed["preview"]["changes"]["new"]) == ("previewed", 2)
    taken = api.post(f"uploads/{told['id']}/take", {})
    assert (taken.status_code, taken.json()["status"]) == (202, "taking")
    work()
    source.refresh_from_db()
    assert shown(source) == {("plague", "XX-11", ""): [1], ("plague", "XX-12", ""): [2]}
    undo = api.post(f"uploads/{told['id']}/undo", {"text": "wrong week"})
    assert (undo.status_code, undo.json()["undoes"]) == (202, told["id"])
    work()
    source.refresh_from_db()
    assert set(map(tuple, shown(source).values())) <= {(None,), ()}


def test_a_form_is_taken_as_well_and_its_file_never_held_in_memory(api, source, diseases, settings):
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0
    file = SimpleUploadedFile("неделя.csv", GOOD, "text/csv")
    response = api.send(f"sources/{source.pk}/uploads", {"file": file})
    assert (response.status_code, response.json()["file_name"]) == (201, "неделя.csv")
    assert Upload.objects.get().size == len(GOOD)


def test_a_form_without_a_file_is_told_so(api, source):
    response = api.send(f"sources/{source.pk}/uploads", {"other": "x"})
    assert (response.status_code, response.json()["error"]["where"][0]["field"]) == (422, "body.file")


@pytest.mark.filterwarnings("error")
def test_a_form_that_is_cut_off_leaves_nothing_open(api, source, settings):
    cut = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nweek,cas'
    response = api.post(f"sources/{source.pk}/uploads", cut, type="multipart/form-data; boundary=x")
    assert response.status_code == 422
    assert not [file for file in settings.UPLOADS.rglob("*") if file.is_file()]


def test_the_same_bytes_are_the_same_table(send):
    first, second = send(), send()
    assert (first.status_code, second.status_code) == (201, 200)
    assert (second.json()["id"], second.json()["is_repeat"]) == (first.json()["id"], True)


@pytest.mark.parametrize("type", ["application/json", "image/png", ""])
def test_what_is_no_table_is_refused_by_its_type(send, type):
    assert send(type=type).status_code == 415
    assert not Upload.objects.exists()


def test_a_table_beyond_the_limit_is_refused_before_it_is_read(send, api, source, settings):
    settings.LARGEST_UPLOAD = 20
    response = send()
    assert (response.status_code, response.json()["error"]["code"]) == (413, "too_large")
    settings.LARGEST_UPLOAD = -(1 << 20) + 20
    form = api.send(f"sources/{source.pk}/uploads", {"file": SimpleUploadedFile("a.csv", GOOD)})
    assert form.status_code == 413
    assert not [file for file in settings.UPLOADS.rglob("*") if file.is_file()]


def test_an_empty_table_is_refused(api, source):
    response = api.send(f"sources/{source.pk}/uploads", {"file": SimpleUploadedFile("a.csv", b"")})
    assert (response.status_code, response.json()["error"]["code"]) == (422, "file_refused")


def test_bad_rows_are_listed_in_pages_and_the_rest_is_taken_only_when_said(send, api, source, work):
    bad = [(f"no day {n}", "Region 1", "District 11", "plague", 1) for n in range(10)]
    good = [(WEEK, "Region 1", f"District 1{n}", "plague", n) for n in (1, 2, 3)] * 10
    sent = send(table([*good, *bad])).json()
    work()
    first = api.get(f"uploads/{sent['id']}/problems", limit=6).json()
    rest = api.get(f"uploads/{sent['id']}/problems", limit=6, after=first["next"]).json()
    values = [row["value"] for row in first["items"] + rest["items"]]
    assert (values, rest["next"]) == ([row[0] for row in bad], None)
    assert api.post(f"uploads/{sent['id']}/take", {}).status_code == 409
    assert api.post(f"uploads/{sent['id']}/take", {"whole": False}).status_code == 202
    work()
    source.refresh_from_db()
    assert shown(source)["plague", "XX-12", ""] == [20]


def test_names_that_nobody_knows_are_asked_about_and_answered(send, api, source, work):
    sent = send(table([(WEEK, "Region 1", "Disrict Eleven", "чума X", 5)])).json()
    work()
    asked = api.get(f"uploads/{sent['id']}").json()["preview"]["unmatched"]
    assert (asked["places"][0]["path"], asked["diseases"][0]["name"]) == (["Region 1", "Disrict Eleven"], "чума X")
    unknown = {"places": [{"path": ["Region 1", "Disrict Eleven"], "place": "XX-99"}]}
    assert api.post(f"uploads/{sent['id']}/matches", unknown).status_code == 422
    answers = {
        "places": [{"path": ["Region 1", "Disrict Eleven"], "place": "XX-11"}],
        "diseases": [{"name": "чума X", "disease": "plague"}],
    }
    assert api.post(f"uploads/{sent['id']}/matches", answers).status_code == 200
    work()
    api.post(f"uploads/{sent['id']}/take", {})
    work()
    source.refresh_from_db()
    assert shown(source) == {("plague", "XX-11", ""): [5]}


def test_an_answer_that_does_not_fit_takes_none_of_them(send, api, work):
    sent = send(table([(WEEK, "Region 1", "Somewhere", "plague", 5), (WEEK, "Region 1", "Else", "plague", 5)])).json()
    work()
    before = PlaceAlias.objects.count()
    answers = {
        "places": [
            {"path": ["Region 1", "Somewhere"], "place": "XX-11"},
            {"path": ["Region 1", "Else"], "place": "XX-21"},
        ]
    }
    response = api.post(f"uploads/{sent['id']}/matches", answers)
    assert (response.status_code, response.json()["error"]["code"]) == (409, "refused")
    assert PlaceAlias.objects.count() == before


def test_a_preview_that_is_outdated_is_made_anew_though_the_call_is_refused(send, api, work):
    first, second = send().json(), send(table([(WEEK, "Region 1", "District 13", "plague", 3)])).json()
    work()
    api.post(f"uploads/{first['id']}/take", {})
    work()
    response = api.post(f"uploads/{second['id']}/take", {}, key="once")
    assert (response.status_code, response.json()["error"]["code"]) == (409, "preview_outdated")
    assert Upload.objects.get(pk=second["id"]).status == "received"
    work()
    assert api.post(f"uploads/{second['id']}/take", {}).status_code == 202


def test_cancelled_tables_are_not_taken(send, api, work):
    sent = send().json()
    work()
    assert api.post(f"uploads/{sent['id']}/cancel").json()["status"] == "cancelled"
    assert api.post(f"uploads/{sent['id']}/take", {}).status_code == 409


def test_tables_are_listed_newest_first_in_pages(send, api, source):
    for n in range(5):
        send(GOOD + b"\n" * n)
    first = api.get(f"sources/{source.pk}/uploads", limit=3).json()
    rest = api.get(f"sources/{source.pk}/uploads", limit=3, after=first["next"]).json()
    keys = [one["id"] for one in first["items"] + rest["items"]]
    assert (keys, rest["next"]) == (sorted(keys, reverse=True), None)
    assert len(keys) == 5


def test_a_laboratory_sends_to_its_own_sources_and_sees_its_own_tables(caller, lab, source, diseases, api, person):
    mine = caller(lab)
    sent = mine.post(f"sources/{source.pk}/uploads", GOOD, type="text/csv").json()
    assert mine.get(f"uploads/{sent['id']}").status_code == 200
    other = type(source.organisation).objects.create(state=lab.organisation.state, kind="laboratory", name_en="Other")
    stranger = caller(person("laboratory", name="Olga", organisation=other))
    assert stranger.get(f"uploads/{sent['id']}").status_code == 404
    assert stranger.post(f"uploads/{sent['id']}/cancel").status_code == 404
    assert stranger.post(f"sources/{source.pk}/uploads", GOOD, type="text/csv").status_code == 404
    assert stranger.get("sources").json() == []
    assert Upload.objects.get().status == "received"


def test_a_workbook_that_unpacks_to_gigabytes_is_unreadable_and_breaks_nothing(send, api, work):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b"0" * (60 << 20))
    sent = send(bomb.getvalue(), type=XLSX).json()
    work()
    told = api.get(f"uploads/{sent['id']}").json()
    assert told["status"] == "unreadable"
    assert "unpack" in told["problem"]["text"]


def test_sources_are_told_with_what_is_due(api, source):
    (told,) = api.get("sources").json()
    assert (told["id"], told["place"], told["state"]) == (str(source.pk), "XX", "on_time")
    Source.objects.update(made_at="2020-01-01T00:00:00Z")
    assert api.get(f"sources/{source.pk}").json()["state"] == "overdue"
