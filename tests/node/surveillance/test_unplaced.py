"""Rows that leave their place empty: totals stay totals, and cases of unknown place are in every sum, once."""

import pytest
from tests.node.surveillance.tables_given import shown, table, taken

CHOLERA = "Cholera"


def rows(empty: int, region: str = "Region 1"):
    return [
        ("2026-03-02", region, "District 11", CHOLERA, 7),
        ("2026-03-02", region, "District 12", CHOLERA, 5),
        ("2026-03-02", region, "", CHOLERA, empty),
    ]


@pytest.fixture
def counted(source, diseases, amina, work):
    def count(given) -> tuple[dict, dict]:
        taken(source, table(given), amina, work)
        return shown(source), shown(source, derived=True)

    return count


def test_a_remainder_is_counted_once_in_every_sum(counted):
    own, sums = counted(rows(empty=2))
    assert own["cholera", "XX-1-?", ""] == [2]
    assert sums["cholera", "XX-1", ""] == [14]
    assert sums["cholera", "XX", ""] == [14]


@pytest.mark.parametrize("total", [12, 15])
def test_what_holds_all_the_named_places_is_their_total(counted, total):
    own, sums = counted(rows(empty=total))
    assert own["cholera", "XX-1", ""] == [total]
    assert ("cholera", "XX-1", "") not in sums
    assert sums["cholera", "XX", ""] == [total]


def test_a_table_of_regions_alone_is_not_a_remainder(counted):
    own, sums = counted([("2026-03-02", "Region 1", "", CHOLERA, 3), ("2026-03-02", "Region 2", "", CHOLERA, 4)])
    assert own["cholera", "XX-1", ""] == [3]
    assert sums["cholera", "XX", ""] == [7]


def test_a_person_of_unknown_place_is_never_a_total(source, diseases, amina, work):
    source.layout = {"date": "onset"}
    source.columns = {"disease": "disease", "place": ["region", "district"], "stratum": []}
    source.save()
    people = [("2026-03-02", "Region 1", "District 11", CHOLERA)] + [("2026-03-02", "Region 1", "", CHOLERA)] * 3
    taken(source, table(people, header=("onset", "region", "district", "disease")), amina, work)
    assert shown(source)["cholera", "XX-1-?", ""] == [3]
    assert shown(source, derived=True)["cholera", "XX-1", ""] == [4]


def test_the_next_table_finds_the_same_place(counted):
    counted(rows(empty=2))
    own, sums = counted([(w.replace("03-02", "03-09"), *rest) for w, *rest in rows(empty=1)])
    assert own["cholera", "XX-1-?", ""] == [2, 1]
    assert sums["cholera", "XX", ""] == [14, 13]
