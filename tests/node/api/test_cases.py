"""Line lists by the API: the acts of the pages, with their gates and their refusals."""

import pytest
from tests.node.events.scenes import an_event

from tocsin.node.alliance.roles import Ability
from tocsin.node.events.models import EventCase, LineListTable

ALL = (Ability.READ_EVENTS, Ability.READ_CASES, Ability.WRITE_EVENTS)


@pytest.fixture
def event(diseases, places, amina):
    return an_event(diseases["cholera"], places["XX-11"], amina)


@pytest.fixture
def program(caller, amina):
    return caller(amina, *ALL)


def test_a_table_is_looked_at_and_then_taken(program, event):
    text = "ID\tOnset\tФИО\tColour\nK-1\t2026-03-09\tИванов Иван\tred\nK-2\tnever\tx\tred\n"
    looked = program.post(f"events/{event.pk}/line-list", {"text": text}).json()
    assert (looked["added"], looked["left_out"], looked["asks_order"]) == (1, 1, False)
    assert looked["problems"] == [{"row": 3, "column": "Onset", "value": "never", "rule": "not_a_day", "taken": False}]
    assert [one["why"] for one in looked["columns"]] == ["", "", "name", "unknown"]
    taken = program.post(f"events/{event.pk}/line-list/{looked['id']}/take")
    assert (taken.status_code, taken.json()["status"]) == (200, "taken")
    listed = program.get(f"events/{event.pk}/cases").json()
    assert [(one["local_id"], one["onset"]) for one in listed["items"]] == [("K-1", "2026-03-09")]
    assert program.get(f"events/{event.pk}/curve").json()["figures"]["classes"] == [1, 0, 0, 0]
    again = program.post(f"events/{event.pk}/line-list/{looked['id']}/take")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "refused")


def test_what_the_preview_asks_is_answered_with_the_table(program, event):
    given = {"text": "ID\tDay\n1\t01/02/2026\n", "columns": {"1": "onset"}}
    assert program.post(f"events/{event.pk}/line-list", given).json()["asks_order"]
    looked = program.post(f"events/{event.pk}/line-list", {**given, "order": "month"}).json()
    program.post(f"events/{event.pk}/line-list/{looked['id']}/take")
    assert str(EventCase.objects.get().onset) == "2026-01-02"


def test_a_case_is_added_and_changed_by_who_saw_it_as_it_is(program, event, places):
    made = program.post(f"events/{event.pk}/cases", {"classification": "confirmed", "place": "XX-12", "age": 4.5})
    assert (made.status_code, made.json()["local_id"], made.json()["place"]) == (201, "N-1", "XX-12")
    address = f"events/{event.pk}/cases/{made.json()['id']}"
    changed = program.post(address, {"version": 1, "outcome": "deceased"})
    assert (changed.status_code, changed.json()["outcome"], changed.json()["age"]) == (200, "deceased", 4.5)
    late = program.post(address, {"version": 1, "outcome": "recovered"})
    assert late.status_code == 409
    assert EventCase.objects.get().outcome == "deceased"


def test_what_cannot_be_is_refused_by_field(program, event):
    answer = program.post(f"events/{event.pk}/cases", {"onset": "2030-01-01", "infected_by": "John Smith"})
    assert answer.status_code == 422
    assert {one["field"] for one in answer.json()["error"]["where"]} == {"body.onset", "body.infected_by"}
    assert program.post(f"events/{event.pk}/cases", {"place": "nowhere"}).status_code == 422
    assert not EventCase.objects.exists()


@pytest.mark.parametrize("missing", ALL)
def test_without_one_of_the_scopes_nothing_is_written(caller, amina, event, missing):
    program = caller(amina, *(scope for scope in ALL if scope != missing))
    assert program.post(f"events/{event.pk}/cases", {"local_id": "1"}).status_code == 403
    assert program.post(f"events/{event.pk}/line-list", {"text": "ID\tSex\n1\tf"}).status_code == 403
    assert not EventCase.objects.exists()
    assert not LineListTable.objects.exists()
