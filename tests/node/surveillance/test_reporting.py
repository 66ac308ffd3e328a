"""Signals that people bring."""

from datetime import timedelta

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from tests.node.surveillance.screened import MONDAY, WEEKS, ending, given, inbox, screened

from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.models import AuditEntry, DutyShift, Notice, Organisation
from tocsin.node.alliance.roles import MAY, Ability, Role
from tocsin.node.surveillance.actions import triage
from tocsin.node.surveillance.actions.reporting import KINDS, kinds_for, report
from tocsin.node.surveillance.models import Signal, Thread

TODAY = timezone.localdate()


@pytest.fixture
def clinician(person):
    return person("clinician", name="Dr Bek")


@pytest.fixture
def saw(diseases, places, clinician):
    """saw(disease code, place code, …): the clinician reports."""

    def tell(disease: str | None = "plague", place: str = "XX-12", **said) -> Signal:
        given_ = {"kind": "clinician", "day": TODAY, "text": "Man, 41, fever and buboes", "by": clinician, **said}
        return report(disease=diseases[disease] if disease else None, place=places[place], **given_)

    return tell


def test_a_report_is_at_once_a_thread_with_its_gravity(saw, clinician):
    signal = saw(cases=1, reference="ward 3")
    (thread,) = inbox()
    assert (thread.status, thread.gravity, thread.kinds, thread.observed) == ("new", 4, ["clinician"], 1)
    assert thread.priority >= 80
    assert (signal.organisation, signal.by, signal.period.weekday()) == (clinician.organisation, clinician, 0)
    assert signal.thread == thread
    assert AuditEntry.objects.filter(act="signal.reported", by=clinician).exists()


def test_a_second_report_joins_and_so_does_what_a_rule_finds(saw, source, diseases):
    saw(day=TODAY - timedelta(days=7))
    saw(place="XX-1")
    given(source, {("plague", "XX-12", ""): ending(np.zeros(WEEKS), 1)})
    screened(source)
    (thread,) = inbox()
    assert thread.kinds == ["rule", "clinician"]
    assert (thread.signals_count, thread.places_count, thread.place.code) == (3, 2, "XX-1")
    assert thread.headline_place.code == "XX-12"


def test_reports_of_an_unknown_disease_stand_alone(saw):
    saw(None)
    saw(None)
    assert len(inbox()) == 2
    assert str(inbox()[0]) == "unknown disease, District 12"


def test_the_duty_officer_is_told_once_it_is_saved(saw, person, django_capture_on_commit_callbacks):
    officer, now = person("duty_officer"), timezone.now()
    DutyShift.objects.create(person=officer, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=7))
    with django_capture_on_commit_callbacks(execute=True):
        saw()
    notice = Notice.objects.get()
    assert (notice.person, notice.kind, notice.values["by"]) == (officer, "thread.reported", "Dr Bek")


def test_each_kind_has_its_tellers_and_they_may_all_report(people):
    assert set(KINDS) == set(Signal.Kind) - set(Signal.BY_MACHINE)
    for role in Role:
        assert bool(kinds_for(people[role])) == (Ability.REPORT_SIGNAL in MAY[role]), role
    assert kinds_for(people["border_post"]) == ["border"]


def test_nobody_speaks_as_another(saw, person, clinician):
    with pytest.raises(ActRefused, match="brought by others"):
        saw(kind="laboratory")
    with pytest.raises(ActRefused, match="brought by others"):
        saw(kind="rule")
    with pytest.raises(PermissionDenied):
        saw(by=person("translator"))
    assert not Thread.objects.exists()


@pytest.mark.parametrize(("said", "says"), [
    ({"text": "  "}, "in a sentence"),
    ({"text": "x" * 10_001}, "too long"),
    ({"reference": "x" * 201}, "reference is too long"),
    ({"day": TODAY + timedelta(days=2)}, "must not lie ahead"),
    ({"day": TODAY - timedelta(days=900)}, "two years"),
    ({"cases": -1}, "whole numbers"),
    ({"cases": 1, "deaths": 2}, "more deaths than cases"),
])  # fmt: skip
def test_what_cannot_be_is_refused(saw, said, says):
    with pytest.raises(ActRefused, match=says):
        saw(**said)
    assert not Signal.objects.exists()
    assert not Thread.objects.exists()


def test_those_who_only_report_see_the_threads_of_their_own_organisation(saw, person, state, clinician):
    saw()
    elsewhere = Organisation.objects.create(state=state, kind="hospital", name_en="Elsewhere")
    assert Thread.objects.visible_to(clinician).count() == 1
    assert not Thread.objects.visible_to(person("clinician", name="Other", organisation=elsewhere)).exists()


def test_a_report_links_threads_that_nobody_acted_upon(saw, amina):
    first, second = saw(place="XX-11"), saw(place="XX-12")
    assert first.thread_id != second.thread_id
    saw(place="XX-1", cases=3)
    (thread,) = inbox()
    assert thread.signals.count() == thread.signals_count == 3
    gone = Thread.objects.get(merged_into=thread)
    assert gone.verdicts.get().act == "joined"


def test_a_report_wakes_no_closed_thread_but_names_it(saw, amina):
    first = saw()
    triage.discard([first.thread], reason="data_error", by=amina, versions={first.thread_id: 0})
    again = saw()
    assert again.thread.earlier_id == first.thread_id
    assert again.thread.status == "new"
    assert again.period <= MONDAY + timedelta(days=7)
