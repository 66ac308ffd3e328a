"""The pages of duty, as somebody at three in the morning has them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.node.duty.browsers import Browser

from tocsin.node.alliance.models import DutyShift
from tocsin.node.duty import configuration
from tocsin.node.duty.actions.alerts import acknowledge, close_alert
from tocsin.node.duty.channels import Outcome
from tocsin.node.duty.models import Alert, PushSubscription


def test_one_button_says_that_one_has_it(roster, raised, call, olga, pavel, signed_in):
    alert = raised()
    call()
    browser = signed_in(olga)
    page = browser.get(reverse("alert", args=[alert.pk])).text
    assert page.count("I have it</button>") == 1
    assert "Something from Borenia" in page
    answer = browser.post(reverse("acknowledge_alert", args=[alert.pk]), follow=True)
    assert "You have it. Nobody else is called." in answer.text
    assert "I have it</button>" not in answer.text
    pavel.language = "en"
    pavel.save()
    second = signed_in(pavel).post(reverse("acknowledge_alert", args=[alert.pk]), follow=True)
    assert "Olga has it since" in second.text
    assert Alert.objects.get().acknowledged_by == olga


def test_the_page_shows_the_ladder_as_it_was_climbed_and_what_comes(
    roster, raised, call, calls, clock, olga, pavel, signed_in
):
    calls.fails = {("Olga", "push"): Outcome("no_browser")}
    alert = raised()
    call()
    browser = signed_in(pavel)
    pavel.language = "en"
    pavel.save()
    page = browser.get(reverse("alert", args=[alert.pk])).text
    assert "no browser is registered" in page
    assert "then: Second on call" in page
    clock.on(minutes=15)
    call()
    page = browser.get(reverse("alert", args=[alert.pk])).text
    assert page.index("First on call") < page.index("Second on call") < page.index("then: All who stand duty")
    assert "called 5 min" in page, "the record says that it was late"
    acknowledge(alert, by=pavel)
    page = browser.get(reverse("alert", args=[alert.pk])).text
    assert "a person had it after 15 min" in page
    assert "last called by" in page
    assert "then:" not in page


def test_every_page_says_so_while_nobody_has_it(roster, raised, olga, amina, signed_in):
    browser = signed_in(olga)
    assert "Nobody has it yet" not in browser.get(reverse("directory")).text
    alert = raised()
    page = browser.get(reverse("directory")).text
    assert "Nobody has it yet: Something from Borenia" in page
    assert reverse("alert", args=[alert.pk]) in page
    assert '<span class="nav-count">1</span>' in page
    raised("2")
    assert "Nobody has them yet: 2 alerts" in browser.get(reverse("directory")).text
    assert "Nobody has" not in signed_in(amina).get(reverse("directory")).text
    for one in Alert.objects.all():
        acknowledge(one, by=olga)
    assert "Nobody has" not in browser.get(reverse("directory")).text


def test_the_bar_and_the_banner_ask_once_between_them(raised, olga, signed_in, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    raised()
    browser = signed_in(olga)
    browser.get(reverse("directory"))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        browser.get(reverse("directory"))
    assert sum('FROM "duty_alert"' in one["sql"] for one in asked.captured_queries) == 1


def test_drills_and_what_has_happened_are_never_in_one_list(raised, olga, signed_in):
    raised("1", is_exercise=False)
    raised("2", is_exercise=False, is_drill=True)
    browser = signed_in(olga)
    real, drills = browser.get(reverse("alerts")), browser.get(reverse("alerts"), {"what": "drills"})
    assert [one.alert.subject_id for one in real.context["open_ones"]] == ["1"]
    assert [one.alert.subject_id for one in drills.context["open_ones"]] == ["2"]
    assert "ПРОВЕРКА СВЯЗИ" in drills.text
    drill = Alert.objects.get(is_drill=True)
    assert "DRILL" in browser.get(reverse("alert", args=[drill.pk])).text
    assert (
        "DRILL"
        not in browser.get(reverse("alert", args=[Alert.objects.get(is_drill=False).pk]))
        .text.split("<main")[1]
        .split("<h1")[1]
    )


def test_an_alert_of_a_kind_that_one_may_not_read_does_not_exist(raised, person, signed_in, amina):
    from tocsin.node.alliance.roles import Ability
    from tocsin.node.duty import kinds

    kinds.register("traveller", "A traveller", needs=Ability.TRACE_TRAVELLERS)
    alert = raised(kind="traveller")
    browser = signed_in(person("secretariat", name="Sara"))
    assert browser.get(reverse("alert", args=[alert.pk])).status_code == 404
    assert browser.post(reverse("acknowledge_alert", args=[alert.pk])).status_code == 404
    assert signed_in(amina).get(reverse("alert", args=[alert.pk])).status_code == 403


def test_closing_asks_why(raised, olga, signed_in):
    alert, browser = raised(), signed_in(olga)
    assert browser.post(reverse("close_alert", args=[alert.pk]), {"why": ""}).status_code == 422
    page = browser.post(reverse("close_alert", args=[alert.pk]), {"why": "Taken back."}, follow=True).text
    assert "Nobody is called for it any more" in page
    assert "Taken back." in page


def test_the_page_of_duty_says_who_answers_who_is_next_and_what_waits(
    roster, raised, olga, quan, clock, signed_in, amina
):
    DutyShift.objects.filter(line="first").update(ends_at=clock.now + timedelta(hours=1))
    DutyShift.objects.create(
        person=quan, line="first", starts_at=clock.now + timedelta(hours=1), ends_at=clock.now + timedelta(hours=9)
    )
    alert = raised()
    page = signed_in(olga).get(reverse("duty")).text
    assert "On duty now: Olga" in page
    assert "Next: Quan" in page
    assert reverse("alert", args=[alert.pk]) in page
    assert "register this one" in page, "duty cannot call her in a browser yet"
    others = signed_in(amina).get(reverse("duty")).text
    assert "On duty now: Olga" in others
    assert "Something from Borenia" not in others


def test_a_secretariat_stands_duty_too(state, person, signed_in):
    sara = person("secretariat", name="Sara")
    browser = signed_in(person("duty_officer", name="Vera"))
    given = {"person": sara.pk, "line": "first", "starts_at": "2030-03-01T20:00", "ends_at": "2030-03-02T08:00"}
    assert browser.post(reverse("duty"), given).status_code == 302
    assert DutyShift.objects.get().person == sara


def test_a_browser_is_registered_and_taken_out_through_the_page(olga, pavel, signed_in, settings, tmp_path):
    settings.HOME = tmp_path
    browser, keys = signed_in(olga), Browser()
    given = {
        "endpoint": "https://push.example/x",
        "p256dh": keys.p256dh,
        "auth": keys.auth,
        "browser": "Firefox, Linux",
    }
    assert browser.post(reverse("register_browser"), given).json() == {}
    page = browser.get(reverse("calls")).text
    assert "in 1 browser" in page
    assert "Firefox, Linux" in page
    one = PushSubscription.objects.get()
    assert signed_in(pavel).post(reverse("remove_browser", args=[one.pk])).status_code == 404
    assert browser.post(reverse("remove_browser", args=[one.pk])).status_code == 302
    assert not PushSubscription.objects.exists()
    refused = browser.post(reverse("register_browser"), {**given, "endpoint": "https://localhost/x"})
    assert (refused.status_code, "may not be called" in refused.json()["error"]) == (422, True)
    assert reverse("calls") in browser.get(reverse("account")).text


def test_the_worker_of_calls_is_the_nodes_own_script_at_the_root(client):
    answer = client.get("/push-worker.js")
    assert answer["Content-Type"] == "text/javascript"
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert "showNotification" in answer.text
    assert "importScripts" not in answer.text


def test_an_alert_in_the_list_says_after_how_long_a_person_had_it(roster, raised, clock, olga, signed_in):
    alert = raised()
    clock.on(minutes=7)
    acknowledge(alert, by=olga)
    close_alert(raised("2"), by=None, why="x")
    page = signed_in(olga).get(reverse("alerts")).text
    assert "No alert is open" in page
    assert "7 min" in page


@pytest.mark.parametrize("telephone", ["", "+7 000 111"])
def test_who_has_given_no_number_is_told_where_a_gateway_is_set_up(
    olga, signed_in, monkeypatch, settings, tmp_path, telephone
):
    settings.HOME = tmp_path
    monkeypatch.setattr("tocsin.node.duty.views.browsers.duty_table", lambda: {"gateway": {"command": ["x"]}})
    assert configuration.ladder_here()
    olga.telephone = telephone
    olga.save()
    assert ("No telephone number" in signed_in(olga).get(reverse("calls")).text) == (not telephone)
