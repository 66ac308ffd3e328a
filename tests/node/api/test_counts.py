"""Counts sent as rows of JSON become a table of the source, and nothing else."""

import pytest
from tests.node.surveillance.tables_given import shown

from tocsin.node.surveillance.models import Upload


def row(**changed):
    return {"date": "2026-01-05", "count": 3, "disease": "plague", "place": ["XX-11"], **changed}


@pytest.fixture
def push(api, source, diseases, work):
    """push(rows): sent, previewed and taken."""

    def push(*rows):
        sent = api.post(f"sources/{source.pk}/counts", {"name": "week 2", "rows": rows}).json()
        work()
        response = api.post(f"uploads/{sent['id']}/take", {})
        assert response.status_code == 202, (response.json(), Upload.objects.get(pk=sent["id"]).preview)
        work()
        source.refresh_from_db()
        return shown(source)

    return push


def test_rows_are_counts_of_places_by_code_or_by_name_in_any_script(push):
    counts = push(
        row(), row(place=["Область 1", "Район 12"], count=4), row(place=["第2州", "第21县"], count=5, disease="Чума")
    )
    assert counts == {("plague", "XX-11", ""): [3], ("plague", "XX-12", ""): [4], ("plague", "XX-21", ""): [5]}


def test_strata_and_the_whole_area_stand_beside_each_other(push):
    assert push(row(stratum=["0-4", "f"]), row(stratum=["0-4", "m"], count=1), row(place=[], count=9)) == {
        ("plague", "XX-11", "0-4 · f"): [3],
        ("plague", "XX-11", "0-4 · m"): [1],
        ("plague", "XX", ""): [9],
    }


def test_the_layout_of_the_sources_own_tables_is_none_of_theirs(push, source):
    source.layout = {"date": ["year", "week"], "count": "n", "layout": "wide", "header": 4, "separator": ";"}
    source.layout |= {"day_first": True, "sheet": "A", "cumulative": True}
    source.columns = {"disease": "d", "place": ["r"], "stratum": ["age"]}
    source.save()
    assert push(row()) == {("plague", "XX-11", ""): [3]}


def test_a_source_of_one_disease_is_told_no_other(api, push, source, diseases):
    source.disease = diseases["cholera"]
    source.save()
    response = api.post(f"sources/{source.pk}/counts", {"rows": [row(disease=None), row()]})
    assert (response.status_code, response.json()["error"]["where"][0]["field"]) == (422, "body.rows.1.disease")
    assert push(row(disease=None)) == {("cholera", "XX-11", ""): [3]}


def test_every_row_that_is_wrong_is_named_and_none_is_kept(api, source):
    rows = [row(), row(count=-1), row(count=1.5), row(date="2026-13-01"), row(place=[""]), row(count=2**40), {}]
    response = api.post(f"sources/{source.pk}/counts", {"rows": rows})
    fields = {each["field"] for each in response.json()["error"]["where"]}
    assert response.status_code == 422
    assert fields == {
        "body.rows.1.count",
        "body.rows.2.count",
        "body.rows.3.date",
        "body.rows.4.place.0",
        "body.rows.5.count",
        "body.rows.6.date",
        "body.rows.6.count",
    }
    assert not Upload.objects.exists()


@pytest.mark.parametrize("number", [0, 10_001])
def test_from_one_row_to_ten_thousand(api, source, number):
    response = api.post(f"sources/{source.pk}/counts", {"rows": [row()] * number})
    assert (response.status_code, response.json()["error"]["where"][0]["field"]) == (422, "body.rows")


def test_hostile_names_are_text_and_asked_about(api, source, diseases, work):
    names = ["=cmd|' /C calc'!A0", "<script>alert(1)</script>", "\u202egnitset", 'a,b\n"c";d', "../../etc/passwd"]
    rows = [row(place=[name]) for name in names]
    sent = api.post(f"sources/{source.pk}/counts", {"rows": rows, "name": "../../x\u202e.csv"}).json()
    work()
    told = api.get(f"uploads/{sent['id']}").json()
    assert told["status"] == "previewed", told["problem"]
    assert sorted(one["path"][-1] for one in told["preview"]["unmatched"]["places"]) == sorted(names)
    assert "/" not in told["file_name"]
    assert "\u202e" not in told["file_name"]
