"""Beginning, delivering, pausing and ending: what comes when, once, and in its order."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.models import AuditEntry, Notice
from tocsin.node.exercises import delivering
from tocsin.node.exercises.actions.observing import observe
from tocsin.node.exercises.actions.running import end, join_staff, pause, resume
from tocsin.node.exercises.models import Exercise, Inject, Observation
from tocsin.node.exercises.simulation import play
from tocsin.node.surveillance.models import Signal, Thread
from tocsin.node.work import windows


def came(exercise) -> list[str]:
    return list(exercise.injects.delivered().order_by("delivered_at", "number").values_list("code", flat=True))


def test_what_is_due_comes_in_its_order_and_what_is_not_waits(begun, clock):
    exercise = begun(minutes_a_day=10)
    assert delivering.deliver() == 1
    assert came(exercise) == ["briefing"]
    clock.on(minutes=4)  # day 1, hour 9
    delivering.deliver()
    assert came(exercise) == ["briefing", "first-report"]
    clock.on(minutes=21)
    delivering.deliver()
    assert came(exercise) == ["briefing", "first-report", "first-cases", "culture"]


def test_after_a_downtime_all_come_once_and_in_order(begun, clock):
    exercise = begun()
    clock.on(days=3)
    assert delivering.deliver() == exercise.injects.count()
    expected = [one.code for one in exercise.script.injects_for("origin")]
    assert came(exercise) == expected
    assert delivering.deliver() == 0
    assert Signal.objects.count() == 2


def test_a_signal_is_made_by_the_act_that_people_use(played, dora):
    exercise = played(day=2)
    signal = exercise.injects.get(code="first-report").signal
    cases, deaths = play(exercise.script, "grey heron").counted("district", until=1)
    assert (signal.kind, signal.disease_id, signal.place.code) == ("clinician", "cholera", "AL-0803")
    assert (signal.cases, signal.deaths, signal.by) == (cases, deaths, dora)
    assert signal.text.startswith("EXERCISE · УЧЕНИЕ · 演练\nKarsu: ")
    assert f"{cases} patients" in signal.text
    assert signal.thread.is_exercise
    assert AuditEntry.objects.filter(act="signal.reported").exists()


def test_a_signal_speaks_the_language_that_was_chosen(played):
    exercise = played(day=2, language="ru")
    signal = exercise.injects.get(code="first-report").signal
    assert signal.language == "ru"
    assert "Карсу: за несколько дней" in signal.text


def test_nobody_falls_ill_in_the_future(played):
    exercise = played()
    assert exercise.date_of(exercise.script.days) == timezone.localdate(exercise.starts_at)
    last = exercise.injects.get(code="culture").signal
    assert last.period <= timezone.localdate()


def test_whoever_may_look_is_told_of_a_message(played, vera, amina, person):
    clinician = person("clinician")
    exercise = played(day=1)
    told = Notice.objects.filter(kind="exercise.came")
    assert {notice.person for notice in told} >= {vera, amina}
    assert clinician not in {notice.person for notice in told}
    assert {notice.link for notice in told} == {reverse("exercise", args=[exercise.pk])}


def test_a_kill_after_the_claim_leaves_nothing_and_it_comes_again(begun, clock, monkeypatch):
    exercise = begun()
    monkeypatch.setattr(delivering, "at", lambda window: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        delivering.deliver()
    assert not came(exercise)
    assert not Notice.objects.filter(kind="exercise.came").exists()
    monkeypatch.setattr(delivering, "at", windows.at)
    assert delivering.deliver() == 1


def test_what_cannot_be_made_is_said_and_the_next_comes_all_the_same(begun, clock, dora):
    exercise = begun()
    dora.roles = ["secretariat"]
    dora.save()
    clock.on(minutes=30)
    delivering.deliver()
    assert came(exercise)[:4] == ["briefing", "first-report", "first-cases", "culture"]
    assert "report signal" in exercise.injects.get(code="first-report").refused
    assert not Signal.objects.exists()


def test_a_pause_holds_everything_back_and_moves_what_is_to_come(begun, clock, dora, vera):
    exercise = begun(minutes_a_day=10)
    clock.on(minutes=2)
    pause(exercise, by=vera)  # whoever may run exercises may: something real may have happened
    clock.on(hours=5)
    assert delivering.deliver() == 0
    before = exercise.injects.get(code="culture").due_at
    exercise = resume(exercise, by=dora)
    assert exercise.injects.get(code="culture").due_at == before + timedelta(hours=5)
    assert exercise.due(3, 10) == before + timedelta(hours=5)
    assert exercise.day_at(clock.now) == (1, 4)
    assert delivering.deliver() == 1
    clock.on(minutes=2)
    delivering.deliver()
    assert came(exercise) == ["briefing", "first-report"]


def test_its_clock_stands_while_it_is_paused_and_after_its_end(begun, clock, dora):
    exercise = begun(minutes_a_day=24)
    assert exercise.state_at(clock.now) == "running"
    clock.on(minutes=30)
    assert exercise.day_at(clock.now) == (2, 6)
    exercise = pause(exercise, by=dora)
    clock.on(minutes=30)
    assert (exercise.state_at(clock.now), exercise.day_at(clock.now)) == ("paused", (2, 6))
    exercise = end(exercise, by=dora)
    assert (exercise.state_at(clock.now), exercise.day_at(clock.now)) == ("ended", (2, 6))
    assert exercise.ended_at == clock.now - timedelta(minutes=30), "when it stopped"


def test_a_planned_exercise_waits_for_its_moment(begun, clock):
    exercise = begun(starts_at=clock.now + timedelta(hours=2))
    assert exercise.state_at(clock.now) == "planned"
    assert exercise.day_at(clock.now) == (0, 0)
    assert delivering.deliver() == 0
    clock.on(hours=2)
    assert delivering.deliver() == 1


def test_after_its_end_nothing_comes_and_nothing_is_lost(begun, clock, dora):
    exercise = begun()
    clock.on(minutes=5)
    delivering.deliver()
    end(exercise, by=dora)
    clock.on(days=1)
    assert delivering.deliver() == 0
    assert came(exercise) == ["briefing", "first-report"]
    assert Thread.objects.filter(is_exercise=True).exists()
    assert AuditEntry.objects.get(act="exercise.ended").details["not_delivered"] > 5
    with pytest.raises(ActRefused, match="over already"):
        end(exercise, by=dora)
    with pytest.raises(ActRefused, match="runs"):
        pause(exercise, by=dora)
    with pytest.raises(ActRefused, match="not paused"):
        resume(exercise, by=dora)


def test_one_exercise_at_a_time(begun, dora):
    first = begun()
    with pytest.raises(ActRefused, match="not over yet"):
        begun()
    end(first, by=dora)
    assert begun().pk != first.pk


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"code_word": " a  "}, "3 to 60 characters"),
        ({"minutes_a_day": 0}, "from 1 to 1,440 minutes"),
        ({"minutes_a_day": 1441}, "from 1 to 1,440 minutes"),
        ({"states": {"origin": "AL", "neighbour": "AL"}}, "Two different states"),
        ({"states": {"origin": "AL", "neighbour": "QQ"}}, "no state “QQ”"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(begun, given, said):
    with pytest.raises(ActRefused, match=said):
        begun(**given)
    assert not Exercise.objects.exists()


@pytest.mark.parametrize(("part", "code"), [("district", "AL-9999"), ("district", "BO-01"), ("region", "BO-99")])
def test_a_place_is_one_of_the_state_that_plays_its_part(begun, script, part, code):
    places = {**script.defaults["exercise"]["places"], part: code}
    with pytest.raises(ActRefused, match=f"“{code}” is no place of"):
        begun(places=places)


def test_it_begins_neither_long_ago_nor_in_the_far_future(begun, clock):
    for away in (timedelta(minutes=-5), timedelta(days=400)):
        with pytest.raises(ActRefused, match="now or within a year"):
            begun(starts_at=clock.now + away)


def test_a_state_that_has_no_part_is_one_of_the_others(begun, script):
    exercise = begun(states={"origin": "BO", "neighbour": "CE"}, places={
        **dict.fromkeys(("district", "upstream", "crossing"), "BO-01"), **dict.fromkeys(("region", "gate"), "CE-01"),
    })  # fmt: skip
    assert exercise.role == "others"
    assert not exercise.injects.filter(kind="signal").exists()
    assert "Dolin" in exercise.injects.get(code="others-hear").text["en"]


def test_the_secretariat_directs_only_where_there_are_no_signals(begun, person):
    sara = person("secretariat", name="Sara")
    with pytest.raises(ActRefused, match="decides upon signals"):
        begun(by=sara)


def test_acts_are_for_those_who_run_exercises(begun, amina, dora):
    with pytest.raises(PermissionDenied):
        begun(by=amina)
    exercise = begun()
    for act in (pause, resume, end, join_staff):
        with pytest.raises(PermissionDenied):
            act(exercise, by=amina)
    with pytest.raises(PermissionDenied):
        observe(exercise, rating="achieved", text="x", by=amina)


def test_joining_the_staff_is_on_record_once(begun, vera):
    exercise = begun()
    join_staff(exercise, by=vera)
    join_staff(exercise, by=vera)
    assert exercise.is_directed_by(vera)
    assert AuditEntry.objects.filter(act="exercise.joined", by=vera).count() == 1


def test_an_observation_is_of_an_objective_of_this_part_and_says_something(begun, dora):
    exercise = begun()
    made = observe(exercise, objective="verify", rating="partly", text=" They called late.\r\n", by=dora, language="en")
    assert Observation.objects.get() == made
    assert made.text == "They called late."
    for wrong in ({"objective": "open-across"}, {"rating": "great"}, {"text": "  "}):
        with pytest.raises(ActRefused):
            observe(exercise, **{"objective": "verify", "rating": "partly", "text": "x", "by": dora, **wrong})


def test_the_texts_stand_as_they_were_when_it_began(played):
    exercise = played(day=5)
    text = exercise.injects.get(code="market").text
    assert "Karsu" in text["en"]
    assert "Borenia" in text["en"]
    assert "Борения" in text["ru"]
    assert "卡尔苏" in text["zh-hans"]
    assert all("{" not in said for one in Inject.objects.all() for said in one.text.values())
