"""Alerts: raised once, acknowledged by one person, and what follows from it."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation
from tests.node.duty.conftest import record_of

from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.models import AuditEntry, Notice
from tocsin.node.alliance.roles import Ability
from tocsin.node.duty import kinds
from tocsin.node.duty.actions.alerts import AlreadySettled, acknowledge, acknowledged_by, close_alert, raise_alert
from tocsin.node.duty.kinds import sentence
from tocsin.node.duty.models import Alert, Step
from tocsin.node.post.actions.refusals import ActRefused as ExchangeRefused


def test_the_same_subject_is_raised_once_whoever_raises_it_again(raised, olga):
    first = raised("7")
    acknowledge(first, by=olga)
    assert raised("7").pk == first.pk
    assert raised("8").pk != first.pk
    assert AuditEntry.objects.filter(act="alert.raised").count() == 2


def test_an_alert_of_no_known_kind_is_not_raised(state):
    with pytest.raises(ValueError, match=r"duty\.kinds\.register"):
        raise_alert(kind="nobodys", subject_type="thing", subject_id=1, link="/")
    assert not Alert.objects.exists()


def test_its_sentence_is_in_the_readers_language(raised):
    alert = raised()
    assert sentence(alert) == "Something from Borenia"
    with translation.override("ru"):
        assert "Борения" in sentence(alert)


def test_nothing_stands_if_the_audit_cannot_be_written(raised, monkeypatch):
    monkeypatch.setattr("tocsin.node.alliance.audit.record", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        raised()
    assert not Alert.objects.exists()


def test_a_second_person_is_told_who_has_it_and_since_when(roster, raised, olga, pavel):
    alert = raised()
    acknowledge(alert, by=olga)
    with pytest.raises(AlreadySettled, match="Olga has it since") as refused:
        acknowledge(alert, by=pavel)
    assert refused.value.alert.acknowledged_by == olga
    assert AuditEntry.objects.filter(act="alert.acknowledged").count() == 1


def test_who_says_it_twice_is_not_refused(raised, olga):
    alert = raised()
    first = acknowledge(alert, by=olga)
    assert acknowledge(alert, by=olga).acknowledged_at == first.acknowledged_at
    assert AuditEntry.objects.filter(act="alert.acknowledged").count() == 1


def test_who_does_not_stand_duty_acknowledges_nothing(raised, amina):
    alert = raised()
    with pytest.raises(PermissionDenied):
        acknowledge(alert, by=amina)
    with pytest.raises(PermissionDenied):
        close_alert(alert, by=amina, why="no")
    assert Alert.objects.get().is_open


def test_an_alert_is_for_those_who_may_read_what_it_is_about(roster, state, person, call, olga):
    """A secretariat stands duty, and traces no travellers: it is neither called nor shown, and acknowledges nothing."""
    kinds.register("traveller", "A traveller", needs=Ability.TRACE_TRAVELLERS)
    secretariat = person("secretariat", name="Sara")
    alert = raise_alert(kind="traveller", subject_type="traveller", subject_id=1, link="/")
    call()
    assert "Sara" not in {name for _, name, *_ in record_of(alert)}
    assert list(Alert.objects.visible_to(secretariat)) == []
    assert list(Alert.objects.visible_to(olga)) == [alert]
    with pytest.raises(PermissionDenied):
        acknowledge(alert, by=secretariat)


def test_others_who_were_called_are_told_who_has_it_and_not_what_it_is(roster, raised, call, clock, olga, pavel, quan):
    alert = raised()
    call()
    clock.on(minutes=10)
    call()
    acknowledge(alert, by=pavel)
    notice = Notice.objects.get()
    assert (notice.person, notice.kind, notice.values) == (olga, "alert.taken", {"by": "Pavel"})


def test_what_apps_have_registered_follows_in_the_same_transaction(raised, olga):
    seen = []
    acknowledged_by("test", lambda alert, *, by: seen.append((alert.pk, by)))
    alert = raised()
    acknowledge(alert, by=olga)
    acknowledge(alert, by=olga)
    assert seen == [(alert.pk, olga)]


def test_an_acknowledgement_whose_consequence_has_a_fault_does_not_stand(raised, olga):
    acknowledged_by("test", lambda alert, *, by: 1 / 0)
    alert = raised()
    with pytest.raises(ZeroDivisionError):
        acknowledge(alert, by=olga)
    assert Alert.objects.get(pk=alert.pk).is_open


@pytest.mark.parametrize("refusal", [ActRefused, ExchangeRefused])
def test_one_who_has_it_has_it_though_a_partner_cannot_be_told(raised, olga, refusal):
    def hook(alert, *, by):
        Notice.objects.create(person=by, kind="x")
        raise refusal("BO takes no part in the exchange now.")

    acknowledged_by("test", hook)
    alert = acknowledge(raised(), by=olga)
    alert.refresh_from_db()
    assert alert.not_told == "BO takes no part in the exchange now."
    assert alert.acknowledged_by == olga
    assert not Notice.objects.filter(kind="x").exists(), "what the hook had begun is undone"


def test_closing_asks_a_person_why_and_leaves_an_acknowledgement_alone(raised, olga):
    alert = raised()
    with pytest.raises(ActRefused, match="Say why"):
        close_alert(alert, by=olga, why="  ")
    acknowledge(alert, by=olga)
    assert close_alert(alert, by=None).closed_at is None
    other = raised("2")
    close_alert(other, by=None, why="withdrawn")
    with pytest.raises(AlreadySettled, match="it was closed"):
        acknowledge(other, by=olga)


def test_the_database_knows_no_alert_that_a_machine_has_acknowledged(raised):
    alert = raised()
    with pytest.raises(IntegrityError), transaction.atomic():
        Alert.objects.filter(pk=alert.pk).update(acknowledged_at=timezone.now(), next_at=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Alert.objects.filter(pk=alert.pk).update(next_at=None)


def test_who_looked_before_another_pressed_does_not_overwrite_them(raised, olga, pavel):
    alert, as_pavel_sees_it = raised(), Alert.objects.get()
    acknowledge(alert, by=olga)
    with pytest.raises(AlreadySettled):
        acknowledge(as_pavel_sees_it, by=pavel)
    assert Alert.objects.get().acknowledged_by == olga


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite in memory lets nobody write beside another")
def test_of_people_who_press_at_the_same_moment_one_has_it(raised, person):
    alert = raised()
    people = [person("duty_officer", name=f"Officer {n}") for n in range(4)]
    together, told = threading.Barrier(len(people)), []

    def press(somebody) -> None:
        try:
            together.wait()
            told.append(acknowledge(alert, by=somebody).acknowledged_by)
        except AlreadySettled as refused:
            told.append(refused.alert.acknowledged_by)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[one]) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winner = Alert.objects.get().acknowledged_by
    assert told == [winner] * len(people), "all are told the same"
    assert AuditEntry.objects.filter(act="alert.acknowledged").count() == 1


def test_the_call_that_was_answered_is_the_last_one_that_reached_that_person(roster, raised, call, clock, calls, olga):
    alert = raised()
    call()
    clock.on(minutes=20)
    call()
    acknowledged = acknowledge(alert, by=olga)
    assert acknowledged.after_step.rung == 2
    assert acknowledged.after_step.state == Step.State.HANDED_OVER


def test_one_who_was_not_called_may_have_it_all_the_same(raised, quan):
    assert acknowledge(raised(), by=quan).after_step is None
