"""Series, and the reference that names them."""

import csv
import io
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.node.surveillance.screened import FIRST, given

from tocsin.node.alliance.models import AuditEntry
from tocsin.node.surveillance.models import Series


@pytest.fixture
def series(source, diseases):
    counts = {("dengue", code, ""): [1, 0, None, 3] for code in ("XX", "XX-11", "XX-12")}
    return given(source, {**counts, ("plague", "XX-21", "=0-4"): [0, 0, 0, 1]})


def found(api, **asked):
    return {(one["disease"], one["place"], one["stratum"]) for one in api.get("series", **asked).json()["items"]}


def test_filters(api, series):
    assert found(api) == set(series)
    assert found(api, disease="plague") == {("plague", "XX-21", "=0-4")}
    assert found(api, place="XX") == {("dengue", "XX", "")}
    assert found(api, place="XX-1", inside=True) == {("dengue", "XX-11", ""), ("dengue", "XX-12", "")}
    assert found(api, stratum="") == {key for key in series if not key[2]}
    assert api.get("series", place="nowhere").status_code == 404


def test_pages_hold_every_series_once(api, series):
    first = api.get("series", limit=3).json()
    rest = api.get("series", limit=3, after=first["next"]).json()
    keys = [one["id"] for one in first["items"] + rest["items"]]
    assert sorted(keys) == sorted(one.pk for one in series.values())
    assert rest["next"] is None


def test_one_series_with_its_counts(api, series):
    one = api.get(f"series/{series['dengue', 'XX-11', ''].pk}").json()
    assert one["counts"] == [1, 0, None, 3]
    assert one["dates"] == [str(FIRST + timedelta(weeks=n)) for n in range(4)]
    assert api.get("series/999999").status_code == 404
    assert api.get(f"series/{2**70}").status_code == 422


def test_counts_leave_as_csv_without_formulas_and_on_record(api, series, amina):
    response = api.get("series.csv", disease="plague")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["stratum"], row["period"], row["count"]) for row in rows] == [
        ("'=0-4", str(FIRST + timedelta(weeks=n)), "0.0" if n < 3 else "1.0") for n in range(4)
    ]
    entry = AuditEntry.objects.get(act="series.exported")
    assert (entry.by, entry.details["filters"]) == (amina, {"disease": ["plague"]})


def test_what_is_missing_is_no_row(api, series):
    text = b"".join(api.get("series.csv", place="XX").streaming_content).decode()
    assert len(text.splitlines()) == 1 + 3


def test_to_stream_counts_one_may_read_them_and_export(caller, amina, series):
    assert caller(amina, "export").get("series.csv").status_code == 403
    assert caller(amina, "read_surveillance").get("series.csv").status_code == 403
    assert caller(amina, "read_surveillance", "export").get("series.csv").status_code == 200


def test_a_stream_costs_queries_by_hundreds_of_series_not_by_series(api, source, diseases, places):
    def queries():
        with CaptureQueriesContext(connection) as counted:
            assert len(b"".join(api.get("series.csv").streaming_content)) > 100
        return len(counted)

    given(source, {("dengue", "XX-11", ""): np.ones(9)})
    queries()  # the first call with a token keeps when it was used
    few = queries()
    given(source, {("dengue", "XX-11", str(n)): np.ones(9) for n in range(150)})
    assert Series.objects.count() == 151
    assert queries() == few


def test_diseases_and_places_are_told_to_whoever_reports(caller, lab, diseases, places):
    mine = caller(lab, "report_signal")
    told = mine.get("diseases")
    assert {one["code"] for one in told.json()} == set(diseases)
    assert mine.get("diseases", headers={"If-None-Match": told["ETag"]}).status_code == 304
    assert [one["code"] for one in mine.get("places", q="Область 2").json()["items"]] == ["XX-2"]
    assert [one["code"] for one in mine.get("places", inside="XX-1", kind="district").json()["items"]] == [
        "XX-11",
        "XX-12",
        "XX-13",
    ]
    first = mine.get("places", limit=5).json()
    rest = mine.get("places", limit=5, after=first["next"]).json()
    assert {one["code"] for one in first["items"] + rest["items"]} == set(places)


def test_screenings_are_asked_for_and_told(api, source, series, work):
    asked = api.post("screenings", {"source": str(source.pk), "evaluate": 1})
    assert (asked.status_code, asked.json()["status"]) == (202, "waiting")
    (told,) = api.get("screenings", source=source.pk).json()["items"]
    assert told == api.get(f"screenings/{asked.json()['id']}").json()
    work()
    assert api.get(f"screenings/{told['id']}").json()["status"] == "done"


def test_a_source_without_counts_cannot_be_screened(api, source):
    response = api.post("screenings", {"source": str(source.pk)})
    assert (response.status_code, response.json()["error"]["code"]) == (409, "refused")
