"""Drills and acknowledgements between nodes: what leaves, what comes, and what is measured."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from tocsin.exchange.documents import Document
from tocsin.exchange.intake import take
from tocsin.exchange.moments import moment
from tocsin.exchange.sealing import seal
from tocsin.exchange.store import State
from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.models import AuditEntry
from tocsin.node.duty.actions.acknowledgements import acknowledgements_of, send_acknowledgement
from tocsin.node.duty.actions.alerts import acknowledge
from tocsin.node.duty.actions.drills import start_drill
from tocsin.node.duty.models import Acknowledgement, Alert, Drill
from tocsin.node.duty.pages.drills import answers, measured
from tocsin.node.post.actions.refusals import ActRefused as ExchangeRefused
from tocsin.node.post.models import Outgoing

GIVEN = {"kind": "call", "scenario": "Nothing has happened.", "answer_within": 30}


@pytest.fixture
def vera(person):
    return person("duty_officer", name="Vera")


def say(world, joined, kind: str, body: dict, name: str = "BO", audience: str = "to:AL", **more) -> Document:
    """A document of a partner, sealed there and taken in here."""
    document = world.post(name, "", audience, type=kind, body=body, **more)
    for manifest in seal(world.nodes[name]):
        take(joined, world.nodes[name].store.batch_of(manifest.digest), via=name)
    return document


def drill_of(joined, minutes_ago: int = 0, **more) -> dict:
    asked = joined.now() - timedelta(minutes=minutes_ago)
    return {
        "kind": "call",
        "scenario": "Say that you are there.",
        "asked_at": moment(asked),
        "answer_within": 30,
        **more,
    }


def told_to(world, joined, name: str) -> list[Document]:
    """What leaves this node, as `name` reads it."""
    for manifest in seal(joined):
        take(world.nodes[name], joined.store.batch_of(manifest.digest), via="AL")
    return [Document.read(data) for data in world.nodes[name].reader.told.values()]


def test_a_drill_leaves_with_its_audit_for_those_who_were_chosen(joined, partner, vera):
    drill = start_drill(**GIVEN, by=vera, addressees=["CE", "BO"])
    (sent,) = told_to(partner, joined, "BO")
    assert (sent.id, sent.type, sent.addressees) == (str(drill.pk), "drill", ("BO", "CE"))
    assert sent.body["scenario"] == "Nothing has happened."
    assert AuditEntry.objects.get(act="drill.started").details["to"] == ["BO", "CE"]
    assert not Alert.objects.exists(), "nobody here is called for a drill of others"


def test_nothing_leaves_if_the_audit_cannot_be_written(joined, vera, monkeypatch):
    monkeypatch.setattr("tocsin.node.alliance.audit.record", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        start_drill(**GIVEN, by=vera, addressees=["BO"])
    assert not Drill.objects.exists()
    assert not Outgoing.objects.exists()


@pytest.mark.parametrize("scenario", ["pay \u202eexe.txt", "<script>alert(1)</script>"])
def test_what_partners_would_not_take_is_refused_before_it_is_sent(joined, vera, scenario):
    with pytest.raises(ActRefused):
        start_drill(**{**GIVEN, "scenario": scenario}, by=vera, addressees=["BO"])
    assert not Drill.objects.exists()


def test_a_node_that_is_away_is_not_drilled(joined, alliance_list, vera):
    alliance_list.change("BO", status="suspended")
    joined.store.put_trust_files(alliance_list.files)
    with pytest.raises(ActRefused, match="takes no part"):
        start_drill(**GIVEN, by=vera, addressees=["BO"])


def test_who_may_not_run_exercises_starts_none(state, amina):
    with pytest.raises(PermissionDenied):
        start_drill(**GIVEN, by=amina)


def test_a_partners_drill_calls_people_and_the_one_who_has_it_answers_signed(joined, partner, vera):
    document = say(partner, joined, "drill", drill_of(joined))
    alert = Alert.objects.get()
    assert (alert.kind, alert.is_drill, alert.values["state"]["en"]) == ("drill", True, "Borenia")
    assert Drill.objects.get().alert == alert
    acknowledge(alert, by=vera)
    (answer,) = told_to(partner, joined, "BO")
    assert (answer.type, answer.addressees) == ("acknowledgement", ("BO",))
    assert answer.body["of"] == {"id": document.id, "origin": "BO", "type": "drill"}
    assert answer.body["by_role"] == "duty_officer"
    assert "Vera" not in str(answer), "which person it was stays here"
    mine = Acknowledgement.objects.get()
    assert (mine.by, mine.alert, mine.is_ours) == (vera, alert, True)


def test_an_acknowledgement_is_sent_once_a_document(joined, partner, vera):
    document = say(partner, joined, "drill", drill_of(joined))
    waiting = Outgoing.objects.count()
    one = send_acknowledgement(of_id=document.id, of_origin="BO", of_type="drill", by=vera)
    assert send_acknowledgement(of_id=document.id, of_origin="BO", of_type="drill", by=vera).pk == one.pk
    assert Outgoing.objects.count() == waiting + 1


def test_who_has_it_has_it_though_the_partner_was_suspended_meanwhile(joined, partner, alliance_list, vera):
    say(partner, joined, "drill", drill_of(joined))
    alliance_list.change("BO", status="suspended")
    joined.store.put_trust_files(alliance_list.files)
    with pytest.raises(ExchangeRefused):
        send_acknowledgement(of_id=Drill.objects.get().pk, of_origin="BO", of_type="drill", by=vera)
    alert = acknowledge(Alert.objects.get(), by=vera)
    assert "takes no part" in alert.not_told
    assert not Acknowledgement.objects.exists()


def test_nobody_is_woken_for_a_drill_whose_time_is_over(joined, partner):
    say(partner, joined, "drill", drill_of(joined, minutes_ago=31))
    assert Drill.objects.get().alert is None
    assert not Alert.objects.exists()


def test_the_same_documents_told_again_call_nobody_again(joined, partner):
    document = say(partner, joined, "drill", drill_of(joined))
    entry = joined.store.entries(state=State.ACCEPTED)[0]
    joined.reader.accepted([(document, entry)])
    assert (Drill.objects.count(), Alert.objects.count()) == (1, 1)


def test_a_drill_that_is_void_or_erased_calls_nobody_any_more(joined, partner):
    say(partner, joined, "drill", drill_of(joined))
    entries = joined.store.entries(state=State.ACCEPTED)
    joined.reader.withdrawn(entries)
    drill = Drill.objects.get()
    assert drill.withdrawn_at
    assert not drill.alert.is_open
    joined.reader.erased(entries)
    assert Drill.objects.get().scenario == ""


def acknowledged(joined, drill: Drill, minutes: float, **of) -> dict:
    of = {"id": str(drill.pk), "origin": "AL", "type": "drill", **of}
    return {"of": of, "by_role": "secretariat", "at": moment(drill.asked_at + timedelta(minutes=minutes))}


@pytest.fixture
def ours(joined, vera, monkeypatch) -> Drill:
    """A drill of ours with BO and CE, begun 40 minutes ago, to be answered within 30."""
    drill = start_drill(**GIVEN, by=vera, addressees=["BO", "CE"])
    drill.asked_at -= timedelta(minutes=40)
    drill.save()
    return drill


def test_who_has_answered_when_and_in_which_role_and_who_is_outstanding(joined, partner, ours):
    say(partner, joined, "acknowledgement", acknowledged(joined, ours, 12))
    by_name = {one.name: one for one in answers(ours)}
    assert list(by_name) == ["Borenia", "Cetara"]
    borenia, cetara = by_name.values()
    assert (borenia.state, borenia.role, borenia.took) == ("acknowledged", "secretariat", timedelta(minutes=12))
    assert (cetara.state, cetara.took) == ("outstanding", None)
    (report,) = measured([ours])
    assert (report.asked, report.answered, report.in_time) == (2, 1, 1)
    assert (report.middle, report.longest) == (timedelta(minutes=12),) * 2


def test_an_answer_after_its_time_is_late_and_not_outstanding(joined, partner, ours):
    say(partner, joined, "acknowledgement", acknowledged(joined, ours, 35), name="CE")
    cetara = answers(ours)[1]
    assert (cetara.state, cetara.took) == ("too_late", timedelta(minutes=35))
    (report,) = measured([ours])
    assert (report.answered, report.in_time) == (1, 0)


def test_the_first_word_of_a_node_counts_whatever_comes_after(joined, partner, ours):
    for minutes in (20, 10, 30):
        say(partner, joined, "acknowledgement", acknowledged(joined, ours, minutes))
    assert answers(ours)[0].took == timedelta(minutes=10)
    assert measured([ours])[0].answered == 1


def test_a_partner_whose_clock_is_behind_has_answered_at_once_and_not_before(joined, partner, ours):
    say(partner, joined, "acknowledgement", acknowledged(joined, ours, -2))
    assert answers(ours)[0].took == timedelta()


def test_one_who_was_not_asked_counts_for_nothing(joined, partner, ours):
    say(partner, joined, "acknowledgement", acknowledged(joined, ours, 3), name="SEC")
    assert {one.state for one in answers(ours)} == {"outstanding"}
    assert measured([ours])[0].answered == 0


def test_an_acknowledgement_of_anothers_document_is_not_ours_to_keep(joined, partner, ours):
    say(partner, joined, "acknowledgement", acknowledged(joined, ours, 3, origin="CE"))
    assert not Acknowledgement.objects.exists()


def test_an_acknowledgement_that_is_void_leaves_the_document_outstanding(joined, partner, ours):
    say(partner, joined, "acknowledgement", acknowledged(joined, ours, 3))
    entries = joined.store.entries(state=State.ACCEPTED)
    joined.reader.withdrawn(entries)
    assert acknowledgements_of([ours.pk]) == {str(ours.pk): []}
    assert answers(ours)[0].state == "outstanding"


def test_ours_that_this_node_had_forgotten_come_back(joined, partner, vera):
    drill = start_drill(**GIVEN, by=vera, addressees=["BO"])
    document = told_to(partner, joined, "BO")[0]
    Drill.objects.all().delete()
    joined.reader.returned([(document, joined.store.entries(state=State.OWN)[0])])
    back = Drill.objects.get()
    assert (back.pk, back.is_ours, back.by) == (drill.pk, True, None)


def test_a_local_drill_calls_our_own_people_and_sends_nothing(roster, call, olga, clock, signed_in):
    drill = start_drill(**GIVEN, by=olga)
    assert call() == [("Olga", "mail"), ("Olga", "push")]
    clock.on(minutes=4)
    acknowledge(drill.alert, by=olga)
    assert not Outgoing.objects.exists()
    drill.refresh_from_db()
    (mine,) = answers(drill)
    assert (mine.state, mine.took, mine.role) == ("acknowledged", timedelta(minutes=4), "duty officer, focal point")
    page = signed_in(olga).get(reverse("drill", args=[drill.pk])).text
    assert "Drill: 1 of 1 answered" in page
    assert "ПРОВЕРКА СВЯЗИ" in page


def test_through_the_pages(joined, partner, vera, signed_in):
    browser = signed_in(vera)
    page = browser.get(reverse("new_drill")).text
    assert 'value="BO"' in page
    assert browser.post(reverse("new_drill"), {**GIVEN, "language": "en", "answer_within": 0}).status_code == 422
    answer = browser.post(reverse("new_drill"), {**GIVEN, "language": "en", "addressees": ["BO"]})
    drill = Drill.objects.get()
    assert answer.url == reverse("drill", args=[drill.pk])
    assert "Drill: 0 of 1 answered" in browser.get(answer.url).text
    assert "0 of 1" in browser.get(reverse("drills")).text
    assert timezone.now() >= drill.asked_at
