"""The pages of exercises, through their addresses."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tocsin.node.events.actions.opening import open_event
from tocsin.node.exercises import delivering
from tocsin.node.exercises.models import Exercise, Observation
from tocsin.node.exercises.simulation import play


def url(name, exercise, *more):
    return reverse(name, args=[exercise.pk, *more])


@pytest.fixture
def form(script):
    """The form as it is offered in the exercise alliance."""
    played = script.defaults["exercise"]
    return {
        "code_word": "Grey Heron", "minutes_a_day": "15", "starts_at": "", "language": "ru",
        **{f"state_{role}": code for role, code in played["states"].items()},
        **{f"place_{part}": code for part, code in played["places"].items()},
    }  # fmt: skip


def test_the_form_offers_who_plays_what_in_the_exercise_alliance(land, signed_in, dora):
    page = signed_in(dora).get(reverse("new_exercise"))
    assert 'value="AL-0803"' in page.text
    assert "Cholera on the river" in page.text


def test_an_exercise_begins_and_shows_its_clock(land, signed_in, dora, form):
    answer = signed_in(dora).post(reverse("new_exercise"), form, follow=True)
    exercise = Exercise.objects.get()
    assert answer.redirect_chain[-1][0] == url("exercise", exercise)
    assert "Cholera on the river: day 1 of 21, 00:00" in answer.text
    assert (exercise.language, exercise.minutes_a_day, exercise.role) == ("ru", 15, "origin")


def test_what_was_typed_stays_where_it_cannot_begin(land, signed_in, dora, form):
    answer = signed_in(dora).post(reverse("new_exercise"), {**form, "place_district": "AL-7777"})
    assert answer.status_code == 422
    assert "“AL-7777” is no place of AL" in answer.text
    assert 'value="Grey Heron"' in answer.text
    assert not Exercise.objects.exists()


def test_a_moment_that_is_over_is_refused_by_the_form(land, signed_in, dora, form):
    past = (timezone.localtime() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    answer = signed_in(dora).post(reverse("new_exercise"), {**form, "starts_at": past})
    assert answer.status_code == 422
    assert "This moment is over." in answer.text


def test_players_see_what_came_and_nothing_of_what_is_to_come(played, signed_in, vera, amina):
    exercise = played(day=4)
    mark = play(exercise.script, "Grey Heron").fingerprint
    for somebody in (vera, amina):
        page = signed_in(somebody).get(url("exercise", exercise)).text
        assert "The laboratory has a result" in page
        assert "What the district asks" not in page
        assert "grey heron" not in page
        assert mark not in page


def test_directing_staff_see_what_is_to_come_the_curve_and_the_mark(played, signed_in, dora):
    exercise = played(day=4)
    page = signed_in(dora).get(url("exercise", exercise)).text
    assert "What the district asks" in page
    assert "grey heron" in page
    assert play(exercise.script, "Grey Heron").fingerprint in page
    assert "The simulated cases by place and day of onset" in page
    assert "Dolin" in page, "the partner's region by its name"


def test_whoever_joins_the_staff_sees_it_too(played, signed_in, vera):
    exercise, browser = played(day=4), signed_in(vera)
    page = browser.post(url("join_exercise", exercise), follow=True).text
    assert "What the district asks" in page


def test_a_line_list_can_be_copied_and_taken_as_a_file(played, signed_in, amina):
    exercise, browser = played(day=3), signed_in(amina)
    inject = exercise.injects.get(code="first-cases")
    answer = browser.get(url("exercise_cases", exercise, inject.number))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    expected = len(list(play(exercise.script, "Grey Heron").reported("origin", until=2)))
    assert len(rows) - 1 == expected > 5
    assert "EXERCISE" in answer["Content-Disposition"]
    page = browser.get(url("exercise", exercise)).text
    assert "\t".join(rows[1]) in page


def test_a_line_list_that_has_not_come_is_not_there(played, signed_in, amina):
    exercise = played(day=3)
    later = exercise.injects.get(code="second-cases")
    message = exercise.injects.get(code="briefing")
    for number in (later.number, message.number, 99):
        assert signed_in(amina).get(url("exercise_cases", exercise, number)).status_code == 404


def test_it_is_paused_goes_on_and_ends_by_buttons(played, signed_in, dora):
    exercise, browser = played(day=2), signed_in(dora)
    assert "paused" in browser.post(url("pause_exercise", exercise), follow=True).text
    assert "paused already" not in browser.post(url("pause_exercise", exercise), follow=True).text
    browser.post(url("resume_exercise", exercise))
    assert Exercise.objects.get().paused_at is None
    page = browser.post(url("end_exercise", exercise), follow=True).text
    assert "The exercise is over." in page
    assert url("end_exercise", exercise) not in page


def test_an_observation_stands_beside_its_objective_and_in_the_report(played, signed_in, dora):
    exercise, browser = played(day=2), signed_in(dora)
    said = {"objective": "verify", "rating": "partly", "text": "They called late.", "language": "en"}
    browser.post(url("observe_exercise", exercise), said)
    assert Observation.objects.get().by == dora
    for name in ("exercise", "exercise_report"):
        page = browser.get(url(name, exercise)).text
        assert "They called late." in page
        assert "achieved in part" in page


def test_an_observation_without_a_rating_is_asked_for_again(played, signed_in, dora):
    exercise = played(day=2)
    answer = signed_in(dora).post(url("observe_exercise", exercise), {"text": "So it was.", "language": "en"})
    assert answer.status_code == 422
    assert "So it was." in answer.text
    assert not Observation.objects.exists()


def test_the_report_says_what_was_reached_and_what_never_came(played, signed_in, vera, land, diseases, clock):
    exercise = played(day=2)
    thread = exercise.injects.get(code="first-report").signal.thread
    clock.on(minutes=5)
    open_event(disease=diseases["cholera"], place=land["AL-0803"], by=vera, threads=[thread])
    page = signed_in(vera).get(url("exercise_report", exercise)).text
    assert "5 min after inject 2 (0.5 days of the exercise)" in page
    assert "not yet" in page
    assert "inject 4 has not come yet" in page
    assert "injects have not come." in page


def test_the_list_shows_each_with_its_clock(played, signed_in, vera):
    exercise = played(day=6.5)
    page = signed_in(vera).get(reverse("exercises")).text
    assert "1 exercise" in page
    assert "day 6 of 21, 12:00" in page
    assert url("exercise", exercise) in page


def test_a_page_asks_no_more_queries_as_more_comes(played, signed_in, dora, clock, django_assert_max_num_queries):
    exercise, browser = played(day=2), signed_in(dora)
    browser.get(url("exercise", exercise))
    clock.on(days=1)
    delivering.deliver()
    with django_assert_max_num_queries(50):
        browser.get(url("exercise", exercise))


@pytest.mark.parametrize("language", ["ru", "zh-hans"])
def test_the_script_speaks_the_readers_language(played, signed_in, person, language):
    olga = person("duty_officer", name="Olga", language=language)
    page = signed_in(olga).get(url("exercise", played(day=2))).text
    assert {"ru": "Звонок из больницы", "zh-hans": "医院来电"}[language] in page
    assert {"ru": "Карсу", "zh-hans": "卡尔苏"}[language] in page
