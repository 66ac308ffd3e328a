"""Whom a screening tells, and of what."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tocsin.node.alliance.models import DutyShift, Notice
from tocsin.node.alliance.notices import sentence
from tocsin.node.surveillance.models import Screening, Signal, Thread
from tocsin.node.surveillance.notices import on_duty, signals_published

WEEK = date(2026, 3, 9)


@pytest.fixture
def screened(source, diseases, places):
    def make(disease: str, *, kind: str) -> Screening:
        screening = Screening.objects.create(source=source, status=Screening.Status.DONE)
        thread = Thread.objects.create(
            disease=diseases[disease], place=places["XX-11"], gravity=diseases[disease].gravity, screening=screening,
            first_period=WEEK, last_period=WEEK,
        )  # fmt: skip
        Signal.objects.create(
            kind=kind, thread=thread, disease=thread.disease, place=thread.place, period=WEEK, screening=screening,
            observed=1, threshold=0.5,
        )  # fmt: skip
        return screening

    return make


def told(person) -> list[str]:
    return [sentence(notice) for notice in person.notices.order_by("made_at")]


def test_those_who_triage_are_told_how_many(screened, people):
    signals_published(screened("measles", kind="model"))
    assert told(people["epidemiologist"]) == ["1 new thread of signals in Weekly counts"]
    assert not told(people["clinician"])


def test_plague_reaches_whoever_is_on_duty_at_once(screened, people, person):
    relief = person("duty_officer", name="Relief")
    now = timezone.now()
    DutyShift.objects.create(person=relief, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1))
    signals_published(screened("plague", kind="rule"))
    assert "Needs an answer now: Plague, District 11" in told(relief)
    assert not any("Needs an answer" in line for line in told(people["duty_officer"]))


def test_where_nobody_is_on_duty_every_duty_officer_is_told(screened, people):
    assert on_duty() == [people["duty_officer"]]
    signals_published(screened("plague", kind="rule"))
    assert any("Plague" in line for line in told(people["duty_officer"]))


def test_a_model_alone_calls_nobody_out_of_bed(screened, people):
    signals_published(screened("plague", kind="model"))
    assert not any("Needs an answer" in line for line in told(people["duty_officer"]))


def test_nothing_new_tells_nobody(source, people):
    signals_published(Screening.objects.create(source=source, status=Screening.Status.DONE))
    assert not Notice.objects.exists()
