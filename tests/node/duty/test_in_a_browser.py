"""The pages of duty in a browser: axe finds nothing at a desk or on a phone, and a browser is registered by a click."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation
from tests.node.browser.accessible import fine
from tests.node.browser.opened import chromium, visit
from tests.node.duty.browsers import Browser

from tocsin.node.alliance.models import DutyShift
from tocsin.node.duty import escalating
from tocsin.node.duty.actions.alerts import acknowledge
from tocsin.node.duty.actions.drills import start_drill
from tocsin.node.duty.actions.log import hand_over, write_entry
from tocsin.node.duty.channels import Outcome
from tocsin.node.duty.models import PushSubscription

pytestmark = [pytest.mark.verify, pytest.mark.django_db(transaction=True)]

__all__ = ["chromium", "visit"]

TEXTS = {
    "en": "BO called at two: three cases in one family. They send the sample by the morning train.",
    "ru": "В два часа звонили из BO: три случая в одной семье. Пробу отправят утренним поездом.",
    "zh-hans": "凌晨两点BO来电：同一家庭出现三例病例。样本将由早班列车送出。",
}


@pytest.fixture
def night(roster, raised, calls, clock, olga, pavel, quan, settings, tmp_path):
    """A night in which one alert was answered late, one is open, and drills were run."""
    settings.HOME = tmp_path
    answered, calls.fails = raised("1"), {("Olga", "push"): Outcome("no_browser")}
    for minutes in (0, 10, 3):
        clock.on(minutes=minutes)
        escalating.escalate(clock, calls.channels)
    acknowledge(answered, by=pavel)
    drill = start_drill(kind="call_at_night", scenario="Nothing has happened.", answer_within=15, by=olga)
    escalating.escalate(clock, calls.channels)
    clock.on(minutes=2)
    acknowledge(drill.alert, by=olga)
    second = start_drill(kind="call", scenario="Nothing has happened.", answer_within=15, by=olga)
    opened = raised("2")
    clock.on(minutes=25)
    escalating.escalate(clock, calls.channels)
    for language, text in TEXTS.items():
        write_entry(text=text, by=olga, language=language, about_type="alert", about_id=opened.pk)
    made = hand_over(text=TEXTS["en"], by=olga, language="en")
    DutyShift.objects.create(
        person=quan, line="first", starts_at=clock.now + timedelta(days=4), ends_at=clock.now + timedelta(days=5)
    )
    PushSubscription.objects.create(
        person=olga, endpoint="https://push.example/", endpoint_digest="x", browser="Firefox"
    )
    return {"answered": answered, "opened": opened, "drill": drill, "second": second, "handover": made}


@pytest.mark.parametrize("language", ["en", "ru", "zh-hans"])
def test_everybody_can_use_the_pages_at_a_desk_and_on_a_phone(night, olga, visit, language):
    olga.language = language
    olga.save()
    pages = {
        "duty": reverse("duty"),
        "alerts": reverse("alerts"),
        "alert-open": reverse("alert", args=[night["opened"].pk]),
        "alert-answered": reverse("alert", args=[night["answered"].pk]),
        "log": reverse("shift_log"),
        "hand-over": reverse("hand_over"),
        "handover": reverse("handover", args=[night["handover"].pk]),
        "drills": reverse("drills"),
        "drill": reverse("drill", args=[night["drill"].pk]),
        "new-drill": reverse("new_drill"),
        "calls": reverse("calls"),
    }
    with translation.override(language):
        for name, address in pages.items():
            fine(visit(olga, address), f"{name}-{language}")


def test_on_a_phone_one_thumb_says_i_have_it(night, olga, visit):
    seen = visit(olga, reverse("alert", args=[night["opened"].pk]), width=390)
    button = seen.page.get_by_role("button", name="I have it")
    box = button.bounding_box()
    assert box["height"] >= 48
    assert box["y"] + box["height"] <= 900, "within the thumb's reach without scrolling"
    button.click()
    seen.page.wait_for_load_state("networkidle")
    assert "You have it" in seen.page.content()
    night["opened"].refresh_from_db()
    assert night["opened"].acknowledged_by == olga


REGISTERED = """
(keys) => {
  Notification.requestPermission = async () => keys.permission;
  PushManager.prototype.subscribe = async function (options) {
    window.asked = options;
    return { toJSON: () => ({ endpoint: "https://push.example/abc", keys }) };
  };
}
"""


def test_a_browser_is_registered_by_a_click_and_never_before(night, olga, visit):
    PushSubscription.objects.all().delete()
    keys = Browser()
    seen = visit(olga, reverse("calls"))
    given = {"p256dh": keys.p256dh, "auth": keys.auth}
    button = seen.page.get_by_role("button", name="Call me in this browser")
    seen.page.evaluate(REGISTERED, {**given, "permission": "denied"})
    button.click()
    seen.page.get_by_role("alert").filter(has_text="not to let Tocsin call you").wait_for()
    assert not PushSubscription.objects.exists()
    seen.page.evaluate(REGISTERED, {**given, "permission": "granted"})
    with seen.page.expect_navigation():
        button.click()
    seen.page.wait_for_load_state("networkidle")
    assert PushSubscription.objects.get().endpoint == "https://push.example/abc"
    assert "Duty calls you in this browser from now on" in seen.page.content()
    assert seen.page.evaluate("navigator.serviceWorker.ready.then(one => new URL(one.active.scriptURL).pathname)") == (
        "/push-worker.js"
    )
    assert seen.complaints == []
