"""Suppression: nobody works out a small cell from what is published, and what is published stays true.

Two attackers are the oracles. One writes the table down as unknown numbers of people by place, age and sex and finds
the least and the most that each small cell can be, by linear programming without any of the code under test. The other,
for small tables, tries every table of whole numbers there is.
"""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from tests.exchange.types.bodies import AGES, KNOWN, PARENTS, SEXES, WEEK_BEFORE, found, indicators, row, table

from tocsin.exchange.types.suppression import suppress
from tocsin.exchange.types.tables import AGE, FLAG, INDICATOR, PLACE, SEX, VALUE, key_of

LEAVES = ["AL-0101", "AL-0102", "AL-02"]
INSIDE = {"AL": LEAVES, "AL-01": LEAVES[:2]}


def suppressed(rows, below=5, **options):
    return suppress(rows, below=below, parents=PARENTS, **options)


def hidden(rows):
    return {index for index, one in enumerate(rows) if one[FLAG:] == ["suppressed"]}


def small(rows, below):
    return [index for index, one in enumerate(rows) if one[VALUE] is not None and 0 < one[VALUE] < below]


def holds(label, leaf):
    return label in (leaf, "all") or leaf in INSIDE.get(label, ())


def people_in(one, atoms):
    """1 for each atom that is counted in the row; an atom is (place, age, sex, whether dead)."""
    dead = one[INDICATOR] == "deaths"
    return [
        float(holds(one[PLACE], p) and holds(one[AGE], a) and holds(one[SEX], s) and (d or not dead))
        for p, a, s, d in atoms
    ]


class Attacker:
    """Knows all published rows, that a suppressed one counts somebody, and that everybody is in one of the atoms."""

    def __init__(self, published, ages=AGES, with_deaths=False):
        self.atoms = list(product(LEAVES, ages, SEXES, [False, True] if with_deaths else [False]))
        given = [one for one in published if one[VALUE] is not None]
        self.known = np.array([people_in(one, self.atoms) for one in given])
        self.counts = [one[VALUE] for one in given]
        self.somebody = [people_in(one, self.atoms) for one in published if one[FLAG:] == ["suppressed"]]

    def bounds(self, one):
        """The least and the most that a row can count."""
        cell, ends = np.array(people_in(one, self.atoms)), []
        for sign in (1, -1):
            solution = linprog(
                sign * cell,
                A_ub=-np.array(self.somebody) if self.somebody else None,
                b_ub=-np.ones(len(self.somebody)) if self.somebody else None,
                A_eq=self.known if len(self.known) else None,
                b_eq=self.counts or None,
                method="highs",
            )
            assert solution.status in (0, 3), solution.message  # 3: there is no most
            ends.append(sign * solution.fun if solution.status == 0 else np.inf)
        return ends

    def can_tell(self, rows, below):
        """Small cells of which fewer than `below` counts are possible."""
        told = []
        for index in small(rows, below):
            least, most = self.bounds(rows[index])
            if most - least < below - 1 - 1e-5:
                told.append((rows[index], least, most))
        return told


def rests_of_one_sex(rows):
    """The rows for men where those for all and for women are there, and the other way round."""
    counts = {key_of(one): one[VALUE] for one in rows}
    rests = []
    for key, count in counts.items():
        for named, other in (SEXES, SEXES[::-1]):
            part, rest = ((*key[:SEX], sex) for sex in (named, other))
            if key[SEX] == "all" and part in counts and rest not in counts:
                rests.append([*rest, count - counts[part]])
    return rests


people = st.lists(st.sampled_from([0, 0, 1, 2, 3, 5, 8, 13, 40]), min_size=18, max_size=18)
thresholds = st.sampled_from([2, 3, 5, 10])


@settings(max_examples=25, deadline=None)
@given(people, thresholds)
def test_no_small_cell_of_a_full_table_can_be_worked_out(counts, below):
    rows = table(counts)
    published = suppressed(rows, below)
    assert not Attacker(published).can_tell(rows, below)


@settings(max_examples=25, deadline=None)
@given(people, thresholds, st.data())
def test_no_small_cell_of_a_table_with_rows_left_away_can_be_worked_out(counts, below, data):
    kept = data.draw(st.lists(st.booleans(), min_size=60, max_size=60))
    rows = [one for one, keep in zip(table(counts), kept, strict=True) if keep]
    published = suppressed(rows, below)
    attacker = Attacker(published)
    assert not attacker.can_tell(rows, below)
    assert not attacker.can_tell(rests_of_one_sex(rows), below)


@settings(max_examples=25, deadline=None)
@given(people, people, thresholds)
def test_no_small_cell_can_be_worked_out_from_cases_and_deaths_together(cases, deaths, below):
    counts = table(cases), table(map(min, cases, deaths), indicator="deaths")
    rows = [one for one in counts[0] + counts[1] if one[SEX] == "all"]
    published = suppressed(rows, below)
    assert not Attacker(published, with_deaths=True).can_tell(rows, below)


def test_cells_are_small_beside_millions_as_well():
    rows = table([3, 2_000_000, 1, 40_000_000, 2, 7, *[9_000_000] * 12])
    published = suppressed(rows)
    assert len(hidden(published)) < len(rows) / 2
    assert not Attacker(published).can_tell(rows, 5)


def test_the_attacker_finds_what_primary_suppression_alone_gives_away():
    rows = table([3, *[20] * 17])
    primary = [[*one[:VALUE], None, "suppressed"] if 0 < one[VALUE] < 5 else one for one in rows]
    assert len(hidden(primary)) == 1
    assert Attacker(primary).can_tell(rows, 5) == [(rows[0], pytest.approx(3), pytest.approx(3))]
    assert len(hidden(suppressed(rows))) > 1


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 7), min_size=4, max_size=4), st.sampled_from([2, 3, 5]))
def test_as_many_whole_counts_as_the_threshold_remain_possible_for_a_small_cell(counts, below):
    """Every table of two ages and two sexes with up to 12 people in a cell is tried."""
    atoms = list(product(["0-4", "5+"], SEXES))
    rows = []
    for age, sex in product(["0-4", "5+", "all"], [*SEXES, "all"]):
        inside = [n for n, (a, s) in zip(counts, atoms, strict=True) if age in (a, "all") and sex in (s, "all")]
        rows.append(row(sum(inside), age=age, sex=sex))
    published = suppressed(rows, below)
    tables = np.stack(np.meshgrid(*[np.arange(13)] * 4), axis=-1).reshape(-1, 4)
    sums = [
        tables[:, [i for i, (a, s) in enumerate(atoms) if one[AGE] in (a, "all") and one[SEX] in (s, "all")]].sum(
            axis=1
        )
        for one in rows
    ]
    possible = np.ones(len(tables), dtype=bool)
    for one, counted in zip(published, sums, strict=True):
        possible &= counted >= 1 if one[VALUE] is None else counted == one[VALUE]
    for index in small(rows, below):
        assert len(np.unique(sums[index][possible])) >= below


@settings(max_examples=20, deadline=None)
@given(people, thresholds)
def test_what_is_published_is_true_and_every_small_cell_and_no_zero_is_left_out(counts, below):
    rows = table(counts)
    published = suppressed(rows, below)
    for before, after in zip(rows, published, strict=True):
        assert after == before or after == [*before[:VALUE], None, "suppressed"]
        assert before[VALUE] > 0 or after == before
    assert set(small(rows, below)) <= hidden(published)
    rule = {"below": below, "rule": "small-cells-and-complements"}
    assert not found(indicators(published, suppression=rule), KNOWN)


def test_without_small_cells_nothing_is_left_out():
    rows = table([5] * 18)
    assert suppressed(rows) == rows


def test_rows_that_are_not_linked_to_a_small_cell_stay():
    rows = [row(3), row(3, disease="measles"), row(12, week=WEEK_BEFORE), row(40, place="AL-02")]
    assert hidden(suppressed(rows)) == {0, 1}


def test_one_neighbour_is_left_out_where_one_is_enough():
    rows = [row(60), row(3, age="0-4"), row(17, age="5-64"), row(40, age="65+")]
    assert hidden(suppressed(rows)) == {1, 2}


def test_two_small_cells_that_protect_each_other_need_no_third():
    rows = [row(48), row(4, age="0-4"), row(4, age="5-64"), row(40, age="65+")]
    assert hidden(suppressed(rows)) == {1, 2}
    ones = [row(42), row(1, age="0-4"), row(1, age="5-64"), row(40, age="65+")]  # 2 in both: nobody would doubt 1 and 1
    assert hidden(suppressed(ones)) > {1, 2}


def test_a_small_rest_that_no_row_names_is_protected_too():
    rows = [row(60), row(57, sex="female")]
    assert hidden(suppressed(rows))
    assert hidden(suppressed([row(60), row(50, sex="female")])) == set()
    assert hidden(suppressed([row(60), row(57, place="AL-0101")]))


def test_people_of_whom_the_sex_is_not_known_are_no_cell():
    rows = [row(60), row(30, sex="female"), row(28, sex="male")]
    assert hidden(suppressed(rows)) == set()


def test_a_missing_part_is_not_taken_for_nobody():
    rows = [row(60), row(57, sex="female"), row("missing", sex="male")]
    published = suppressed(rows)
    assert hidden(published)
    assert published[2] == rows[2]


def test_a_total_through_a_level_that_is_not_given_is_seen():
    atoms = [row(9, age=age, sex=sex) for age, sex in product(["0-4", "5+"], SEXES)]
    atoms[3] = row(3, age="5+", sex="male")
    assert len(hidden(suppressed([row(30), *atoms]))) > 1


def test_deaths_among_cases_bound_each_other_unless_each_counts_by_its_own_date():
    rows = [
        row(13), row(5, age="0-4"), row(8, age="5+"),
        row(12, indicator="deaths"), row(4, age="0-4", indicator="deaths"), row(8, age="5+", indicator="deaths"),
    ]  # fmt: skip
    assert hidden(suppressed(rows, by_event=True)) == {4, 5}
    assert hidden(suppressed(rows)) > {4, 5}


def test_what_an_earlier_version_left_out_is_left_out_again():
    rows = [row(60), row(3, age="0-4"), row(17, age="5-64"), row(40, age="65+")]
    first = suppressed(rows)
    before = {key_of(rows[index]) for index in hidden(first)}
    later = [row(61), row(3, age="0-4"), row(17, age="5-64"), row(12, age="65+"), row(29, age="unknown")]
    assert hidden(suppressed(later, before=before)) >= hidden(first)
    grown = [row(70), row(13, age="0-4"), row(17, age="5-64"), row(40, age="65+")]
    assert hidden(suppressed(grown)) == set()
    assert hidden(suppressed(grown, before=before)) == {1, 2}
    gone = [row(57), row(0, age="0-4"), row(17, age="5-64"), row(40, age="65+")]
    assert hidden(suppressed(gone, before=before)) == {2}


def test_the_same_rows_are_left_out_each_time():
    rows = table([1, 2, 0, 7, 9, 4, 40, 3, 8, 8, 2, 1, 0, 0, 6, 11, 5, 3])
    assert suppressed(rows) == suppressed(rows)


def test_counts_that_no_people_can_make_up_are_left_out_whole():
    everybody_is_small_and_a_girl = [
        row(20),
        row(20, age="0-4"),
        row(20, sex="female"),
        row(3, age="0-4", sex="female"),
    ]
    assert hidden(suppressed(everybody_is_small_and_a_girl)) == {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([row(3), row(3)], "a second count"),
        ([row("suppressed")], "suppressed already"),
        ([row(-3)], "counts -3"),
        ([row(3), row(2, sex="female"), row(2, sex="male")], "less than its parts"),
        ([row(3, age="0-14"), row(8, age="10-19")], "overlap"),
    ],
)
def test_rows_that_cannot_be_protected_are_refused(rows, problem):
    with pytest.raises(ValueError, match=problem):
        suppressed(rows)


def test_a_threshold_that_makes_nothing_small_is_refused():
    with pytest.raises(ValueError, match="below is 1"):
        suppressed([row(3)], below=1)


# Rows that are told in any case

TOTAL = key_of(row(place="AL"))


@settings(max_examples=25, deadline=None)
@given(people, thresholds)
def test_beside_a_total_that_is_told_no_small_cell_can_be_worked_out_or_nothing_is_left_to_work_it_out_by(
    counts, below
):
    rows = table(counts)
    published = suppressed(rows, below, told={TOTAL})
    inside = [one for one in rows if key_of(one) != TOTAL]
    if any(one[VALUE] for one in published if key_of(one) != TOTAL):
        assert not Attacker(published).can_tell(inside, below)


def test_what_is_told_stays_however_small_and_however_much_it_gives_away():
    rows = [row(3, place="AL"), row(2), row(1, place="AL-02")]
    assert hidden(suppressed(rows, told={TOTAL})) == {1, 2}
    assert hidden(suppressed(rows)) == {0, 1, 2}
