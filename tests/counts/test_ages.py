"""Names of age groups, and words for what became of a patient."""

import pytest

from tocsin.counts.ages import all_ages, band_of, by_age, positions, unknown_age
from tocsin.counts.errors import InvalidReading
from tocsin.counts.outcomes import outcomes_of


@pytest.mark.parametrize(
    "names",
    [
        ["0-9", "10-19", "20-29", "80+"],
        ["<1", "1-4", "5-14", "15-49", "50+"],
        ["0-11 months", "1-4", "5-9", "10-14"],
        ["до 5 лет", "5-17 лет", "18-64", "65 и старше"],
        ["5岁以下", "5-14岁", "15岁以上"],
        ["infants", "1-4", "≥65"],
        ["9", "10", "10-19", "100", "adults"],
    ],
)
def test_ages_stand_from_young_to_old(names):
    assert by_age(names[::-1]) == names
    assert by_age(sorted(names)) == names


def test_bands_hold_their_first_age_and_not_the_next():
    assert [band_of(age, (0, 20, 60)) for age in ("0", "19", "20", "59.0", "60", "125")] == [
        *("0-19", "0-19", "20-59", "20-59", "60+", "60+")
    ]
    assert band_of("126", (0, 20)) is None
    assert band_of("3", (5, 20)) is None


def test_groups_that_are_no_ages():
    assert all(map(all_ages, ("all", "Total", "всего", "合计", "00+")))
    assert all(map(unknown_age, ("", " Unknown ", "неизвестно", "不详")))
    assert not any(map(all_ages, ("0-9", "80+")))
    assert not any(map(unknown_age, ("0", "80+", "adults")))


def test_positions_are_middles_in_usual_widths():
    assert positions(["0-9", "10-19", "20+"]) == (0.5, 1.5, 2.5)
    assert positions(["0-4", "5-19", "20-59", "60-99"]) == (2.5 / 40, 12.5 / 40, 1.0, 2.0)
    assert positions(["young", "old"]) is None
    assert positions(["0-9", "5-14"]) is not None
    assert positions(["0+", "10-19"]) is None  # an open end before another group


def test_words_of_three_languages_say_what_became_of_a_patient():
    words = {
        "died": ["Died", " DEATH ", "умерла", "Летальный исход", "死亡"],
        "recovered": ["Recover", "discharged", "выздоровел", "выписан", "治愈", "出院"],
        "neither": ["", "Alive", "жив", "лечится", "在治", "NA"],
        "severe": ["severe", "тяжёлый", "Тяжелый", "重症"],
        "mild": ["no_warning_signs", "лёгкое", "轻症"],
    }
    for kind, texts in words.items():
        assert set(outcomes_of("outcome", texts, {}).values()) == {kind}
    assert outcomes_of("outcome", ["Alive"], {"alive": "recovered"}) == {"Alive": "recovered"}
    with pytest.raises(InvalidReading, match="holds 'gone', of which it is not known"):
        outcomes_of("outcome", ["died", "gone"], {})
