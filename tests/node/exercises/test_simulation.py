"""One code word is one outbreak, and its line list is one that an event takes."""

import pytest
from django.utils import translation
from tests.node.events.line_list.given import listed
from tests.node.events.scenes import an_event

from tocsin.node.events.actions.cases import receive_table, take_table
from tocsin.node.events.line_list.tables import open_file, open_text
from tocsin.node.exercises.case_table import HEADINGS, WORDS, as_csv, as_tsv
from tocsin.node.exercises.pages.exercise_page import cases_of
from tocsin.node.exercises.simulation import play


def test_one_code_word_is_one_outbreak_however_it_is_typed(script):
    one, again, other = (play(script, word) for word in ("Grey Heron", "  grey   HERON ", "Red Heron"))
    assert one.cases == again.cases
    assert one.fingerprint == again.fingerprint != other.fingerprint


def test_the_outbreak_of_a_code_word_is_what_it_was(script):
    """Nodes of two versions play together: whoever changes this changes the outbreak of every code word."""
    played = play(script, "Grey Heron")
    assert (played.fingerprint, len(played.cases)) == ("b612-ec7d", 530)


@pytest.mark.parametrize("number", range(40))
def test_whatever_the_word_there_is_something_to_report_when_a_signal_comes(script, number):
    played = play(script, f"word {number}")
    for inject in script.injects:
        if inject.signal and inject.counted:
            assert played.counted(inject.place, until=inject.day)[0] > 0, inject.code
    last = [played.counted(code, until=script.days)[0] for code in script.outbreak.places]
    assert 50 < sum(last) < 5_000


def test_cases_are_numbered_by_report_and_nobody_is_known_before_they_are_reported(script):
    played = play(script, "Grey Heron")
    for role in ("origin", "neighbour"):
        cases = list(played.reported(role, until=12))
        assert [case.number for case in cases] == list(range(1, len(cases) + 1))
        assert all(case.onset <= case.reported <= 12 for case in cases)
    earlier = {case.number for case in played.reported("origin", until=5)}
    assert earlier < {case.number for case in played.reported("origin", until=6)}


def test_deaths_are_counted_when_they_happen(script):
    played = play(script, "Grey Heron")
    dead = [case for case in played.cases if case.outcome == "deceased" and case.place == "district"]
    assert played.counted("district", until=script.days)[1] == sum(case.ended_on <= script.days for case in dead) > 0


def test_every_language_has_every_word():
    assert set(WORDS) == set(HEADINGS) == {"en", "ru", "zh-hans"}
    assert {len(heading) for heading in HEADINGS.values()} == {11}
    assert len({frozenset(words) for words in WORDS.values()}) == 1


@pytest.mark.parametrize("language", ["en", "ru", "zh-hans"])
@pytest.mark.parametrize("way", ["pasted", "file"])
def test_a_line_list_is_taken_as_it_is(played, vera, land, diseases, language, way):
    exercise = played(day=21)
    event = an_event(diseases["cholera"], land["AL-0803"], vera)
    inject = exercise.injects.get(code="last-cases")
    with translation.override(language):
        rows = cases_of(exercise, inject)
    cells = open_text(as_tsv(rows)) if way == "pasted" else open_file(as_csv(rows), "cases.csv")
    table = receive_table(event, cells, by=vera)
    assert [problem for problem in table.problems if not problem[4]] == [], "every row is used"
    take_table(table, by=vera)
    found = listed(event)
    assert len(found) == len(rows) - 1 > 100
    expected = {
        f"EX-{case.number:04d}": case for case in play(exercise.script, "Grey Heron").reported("origin", until=20)
    }
    for number, case in found.items():
        drawn = expected[number]
        assert case.onset == exercise.date_of(drawn.onset)
        assert case.reported == exercise.date_of(drawn.reported)
        assert (case.age, case.sex, case.classification) == (drawn.age, drawn.sex, drawn.classification)
        assert case.outcome == (drawn.outcome if drawn.ended_on <= 20 else "none")
        assert case.place.code == exercise.places[drawn.place]
