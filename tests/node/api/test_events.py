"""Events by the API: the acts of the pages, and what a program is told when it was too slow."""

import pytest
from tests.node.events.scenes import a_thread, an_event

from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions.linking import merge
from tocsin.node.events.models import Event
from tocsin.node.events.serials import serial
from tocsin.node.events.standing import today_there


@pytest.fixture
def event(diseases, places, amina):
    return an_event(diseases["cholera"], places["XX-11"], amina)


@pytest.fixture
def program(caller, amina):
    return caller(amina, Ability.READ_EVENTS, Ability.WRITE_EVENTS, Ability.READ_SURVEILLANCE)


def test_a_program_opens_an_event_from_a_signal(program, diseases, places):
    thread = a_thread(diseases["cholera"], places["XX-12"], status="verified")
    given = {"disease": "cholera", "place": "XX-11", "text": "Nine ill", "threads": [str(thread.pk)]}
    answer = program.post("events", given)
    said = answer.json()
    assert answer.status_code == 201, said
    made = Event.objects.get()
    assert (said["serial"], said["verification"], said["places"]) == (serial(made), "verified", ["XX-11", "XX-12"])
    assert [line["act"] for line in said["log"]][-1] == "opened"
    assert said["facts"]["transmission"] == []
    assert said["clocks"]["detection"] == {
        "standing": "unknown", "days": None, "target": 7, "estimated": False, "last_day": None,
    }  # fmt: skip


def test_sent_twice_under_one_key_it_is_opened_once(program, diseases, places):
    given = {"disease": None, "place": "XX-11"}
    first, second = (program.post("events", given, key="one") for _ in range(2))
    assert first.json() == second.json()
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"place": "YY"}, "body.place"), ({"disease": "dragons"}, "body.disease"),
     ({"threads": ["01890000-0000-7000-8000-000000000000"]}, "body.threads")],
)  # fmt: skip
def test_what_is_not_known_is_named(program, diseases, places, wrong, field):
    answer = program.post("events", {"disease": None, "place": "XX-11", **wrong})
    assert (answer.status_code, answer.json()["error"]["where"][0]["field"]) == (422, field)
    assert not Event.objects.exists()


def test_counts_take_the_version_that_was_seen(program, event):
    given = {"version": event.version, "as_of": today_there().isoformat(), "confirmed": 4, "deaths": 1}
    said = program.post(f"events/{event.pk}/counts", given).json()
    assert (said["cases"], said["deaths"], said["suspected"]) == (4, 1, None)
    late = program.post(f"events/{event.pk}/counts", given)
    assert (late.status_code, late.json()["error"]["code"]) == (409, "changed")
    assert late.json()["error"]["details"] == {"version": said["version"]}


def test_counts_that_cannot_be_are_refused_with_the_reason(program, event):
    given = {"version": event.version, "as_of": today_there().isoformat()}
    answer = program.post(f"events/{event.pk}/counts", given)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "refused")
    assert "at least one count" in answer.json()["error"]["message"]


def test_of_a_merged_event_nothing_more_is_taken(program, event, diseases, places, amina):
    other = an_event(diseases["cholera"], places["XX-12"], amina)
    merge(event, other, text="One well", by=amina, version=event.version)
    given = {"version": 9, "as_of": today_there().isoformat(), "suspected": 1}
    answer = program.post(f"events/{event.pk}/counts", given)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "merged")
    assert answer.json()["error"]["details"] == {"merged_into": str(other.pk)}
    listed = [one["id"] for one in program.get("events").json()["items"]]
    assert listed == [str(other.pk)]
    assert len(program.get("events", merged="with").json()["items"]) == 2


def test_the_list_is_paged_by_a_cursor_and_filtered(program, event, diseases, places, amina):
    for _ in range(3):
        an_event(diseases["measles"], places["XX-12"], amina)
    seen, after = [], None
    while True:
        page = program.get("events", limit=2, **({"after": after} if after else {})).json()
        seen += [one["id"] for one in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 4
    assert len(program.get("events", disease="measles").json()["items"]) == 3
    assert program.get("events", response="closed").json()["items"] == []


def test_a_token_that_may_not_read_signals_names_none(caller, amina, diseases, places):
    thread = a_thread(diseases["cholera"], places["XX-12"])
    narrow = caller(amina, Ability.READ_EVENTS, Ability.WRITE_EVENTS)
    answer = narrow.post("events", {"disease": None, "place": "XX-11", "threads": [str(thread.pk)]})
    assert answer.status_code == 422
    assert not Event.objects.exists()
