"""Who answers the telephone."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tocsin.node.alliance.actions.duty import assign_shift
from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.models import AuditEntry, DutyShift


@pytest.fixture
def officer(person):
    return person("duty_officer", name="Olga", telephone="+1 234")


def shift(officer, *, begins=-1, ends=8, by=None, line="first"):
    now = timezone.now()
    return assign_shift(
        officer,
        line=line,
        starts_at=now + timedelta(hours=begins),
        ends_at=now + timedelta(hours=ends),
        by=by or officer,
    )


def test_whoever_is_on_duty_stands_on_every_page_with_their_number(officer, amina, signed_in):
    assert "+1 234" not in signed_in(amina).get(reverse("directory")).text.split("<main")[0]
    shift(officer)
    assert "Olga" in signed_in(amina).get(reverse("directory")).text.split("<main")[0]
    assert "On duty now: Olga" in signed_in(amina).get(reverse("duty")).text


def test_two_shifts_of_a_line_never_overlap(officer, person):
    shift(officer)
    with pytest.raises(ActRefused, match="Olga is already on duty"):
        shift(person("duty_officer", name="Pavel"), begins=7, ends=9, by=officer)
    shift(person("duty_officer", name="Quan"), begins=8, ends=9, by=officer)
    shift(person("duty_officer", name="Rustam"), begins=0, ends=9, by=officer, line="second")
    assert DutyShift.objects.count() == 3


def test_only_who_stands_duty_is_put_on_duty(officer, amina):
    with pytest.raises(ActRefused, match="does not stand duty"):
        shift(amina, by=officer)


def test_through_the_page_and_out_again(officer, signed_in):
    browser = signed_in(officer)
    given = {"person": officer.pk, "line": "first", "starts_at": "2030-03-01T20:00", "ends_at": "2030-03-02T08:00"}
    assert browser.post(reverse("duty"), given).status_code == 302
    made = DutyShift.objects.get()
    assert browser.post(reverse("duty"), given).status_code == 422
    assert browser.post(reverse("duty"), {**given, "ends_at": "2030-03-01T19:00"}).status_code == 422
    assert browser.post(reverse("remove_shift", args=[made.pk])).status_code == 302
    assert not DutyShift.objects.exists()
    assert list(AuditEntry.objects.filter(act__startswith="duty").values_list("act", flat=True)) == [
        "duty.removed",
        "duty.assigned",
    ]
