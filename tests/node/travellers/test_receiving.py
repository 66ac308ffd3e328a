"""What partners tell of travellers: who is called, who looks, who answers; two at once, void and erased ones."""

import pytest
from django.core.exceptions import PermissionDenied
from tests.node.travellers.scenes import NAMES, bring, later, traveller

from tocsin.exchange.documents import Document
from tocsin.exchange.erasing import erase
from tocsin.exchange.intake import take
from tocsin.exchange.sealing import seal
from tocsin.exchange.store import State as DocumentState
from tocsin.node.alliance.models import AuditEntry, Notice
from tocsin.node.duty.actions.alerts import acknowledge as acknowledge_alert
from tocsin.node.duty.kinds import sentence
from tocsin.node.duty.models import Acknowledgement, Alert
from tocsin.node.duty.open_items import open_items
from tocsin.node.post.models import Entry, Outgoing
from tocsin.node.travellers.actions import answering
from tocsin.node.travellers.actions.refusals import ActRefused, Changed, Destroyed
from tocsin.node.travellers.models import Opening, Tracing, TravellerMessage
from tocsin.node.travellers.waiting import count


@pytest.fixture
def came(joined, diseases, partner, vera, timur) -> Tracing:
    """BO has told us of one person."""
    bring(partner, joined, traveller(partner))
    return Tracing.objects.get()


def answer(tracing, by, **change):
    given = {"found": "in_progress", "seen": 0, "language": "en", **change}
    return answering.answer(tracing, by=by, **given)


def test_people_on_duty_are_called_and_others_told_without_the_person(came, vera, timur):
    alert, notice = Alert.objects.get(), Notice.objects.get()
    assert sentence(alert) == "Borenia has sent a message about a traveller"
    assert notice.person == timur, "whoever is called needs no notice besides"
    kept = f"{alert.values}{alert.link}{notice.values}{notice.link}{list(open_items(vera))}"
    assert not [name for name in (*NAMES, "measles") if name in kept]
    assert (count(vera), count(timur)) == (1, 1)


def test_an_acknowledgement_goes_to_the_state_however_a_person_gives_it(came, vera, timur):
    acknowledge_alert(Alert.objects.get(), by=vera)
    assert (Acknowledgement.objects.get().of_type, Acknowledgement.objects.get().by) == ("traveller", vera)
    answering.acknowledge(came, by=timur)
    assert Acknowledgement.objects.count() == 1


def test_somebody_who_stands_no_duty_may_have_it_too_and_nobody_is_called_on(came, timur):
    answering.acknowledge(came, by=timur)
    assert Acknowledgement.objects.get().by_role == "contact_tracer"
    assert not Alert.objects.open().exists()


def test_more_than_twenty_at_once_call_people_once(joined, diseases, partner, vera, timur):
    bring(partner, joined, *(traveller(partner) for _ in range(21)))
    assert Alert.objects.get().kind == "travellers.came"
    assert Notice.objects.get().values == {"n": 21}


def test_whoever_looks_at_the_person_says_why_and_stands_in_the_audit_each_time(came, vera, amina):
    message = came.versions.get()
    with pytest.raises(ActRefused, match="Say why"):
        answering.open_person(message, reason="", by=vera)
    with pytest.raises(PermissionDenied):
        answering.open_person(message, reason="find", by=amina)
    assert not Opening.objects.exists()
    for _ in range(2):
        opened = answering.open_person(message, reason="find", by=vera)
    assert opened.content["identity"]["family_name"] == "Zhumagulova"
    assert Opening.objects.filter(person=vera, reason="find").count() == 2
    entries = AuditEntry.objects.filter(act="traveller.opened")
    assert [one.details for one in entries] == [{"version": 1, "reason": "find"}] * 2


def test_nothing_is_shown_if_the_audit_cannot_be_written(came, vera, monkeypatch):
    monkeypatch.setattr("tocsin.node.alliance.audit.record", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        answering.open_person(came.versions.get(), reason="find", by=vera)
    assert not Opening.objects.exists()


def test_an_answer_goes_to_the_state_that_asked_alone(came, joined, partner, vera):
    made = answer(came, vera, found="yes", outcome=["found"], contacts_found=2, text="Под наблюдением.")
    row = Outgoing.objects.last()  # after the receipt
    assert (row.audience, b'"no_onward_sharing":true' in bytes(row.document)) == ("to:BO", True)
    came.refresh_from_db()
    assert (made.by, came.found, came.outcome, count(vera)) == (vera, "yes", ["found"], 0)
    (manifest,) = seal(joined)
    take(partner.nodes["BO"], joined.store.batch_of(manifest.digest), via="AL")
    assert partner.nodes["BO"].store.entries(state=DocumentState.ACCEPTED)


def test_of_two_who_answer_at_once_the_second_is_told_who_was_first(came, vera, timur):
    answer(came, vera)
    with pytest.raises(Changed, match="Vera has answered"):
        answer(came, timur, found="no")
    assert came.answers.count() == 1
    answer(came, timur, found="no", seen=1)
    came.refresh_from_db()
    assert came.found == "no"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"found": "perhaps"}, "whether the person was found"),
        ({"found": "no", "outcome": ["found"]}, "would not take"),
        ({"text": "a\u202eb"}, "invisible"),
    ],
)
def test_what_cannot_be_answered_is_said(came, vera, change, why):
    with pytest.raises(ActRefused, match=why):
        answer(came, vera, **change)
    assert not came.answers.exists()


def test_a_state_that_is_suspended_meanwhile_is_not_answered(came, joined, vera, alliance_list):
    alliance_list.change("BO", status="suspended")
    joined.store.put_trust_files(alliance_list.files)
    with pytest.raises(ActRefused, match="Borenia takes no part"):
        answer(came, vera)


def test_one_person_works_on_it_at_a_time(came, vera, timur):
    answering.take_up(came, by=vera)
    with pytest.raises(ActRefused, match="Vera works on it already"):
        answering.take_up(came, by=timur)
    answering.put_down(came, by=timur)
    assert answering.take_up(came, by=timur).worked_on_by == timur


def test_versions_that_come_in_any_order_are_of_one_person(joined, diseases, partner, vera):
    first = traveller(partner)
    second = traveller(partner, head={"version": 2, "supersedes": first.id}, outcome=["in_hospital"])
    third = traveller(partner, head={"version": 3, "supersedes": second.id}, outcome=["recovered"])
    for one in (third, first, second):
        bring(partner, joined, one)
    tracing = Tracing.objects.get()
    assert (tracing.version, tracing.outcome, tracing.versions.count()) == (3, ["recovered"], 3)
    assert Alert.objects.open().count() == 2, "of two that were two persons until the third came"


def test_a_void_message_is_marked_and_stands_again_when_it_comes_back(came, joined, vera):
    entries = joined.store.entries(state=DocumentState.ACCEPTED)
    joined.reader.withdrawn(entries)
    came.refresh_from_db()
    assert (came.state, count(vera)) == ("void", 0)
    with pytest.raises(ActRefused, match="nothing here to be answered"):
        answer(came, vera)
    joined.reader.accepted([(Document.read(entries[0].document), entries[0])])
    came.refresh_from_db()
    assert came.state == "traveller_unanswered"


def test_what_its_origin_erases_is_gone_here_and_nobody_is_called_for_it(came, joined, partner, vera):
    bo = partner.nodes["BO"]
    erase(bo, bo.store.entries(state=DocumentState.OWN), reason="retention-ended")
    for manifest in seal(bo):
        take(joined, bo.store.batch_of(manifest.digest), via="BO")
    came.refresh_from_db()
    assert (came.state, came.destroyed_why) == ("destroyed", "erased")
    assert not Alert.objects.open().exists()
    with pytest.raises(Destroyed):
        answering.open_person(came.versions.get(), reason="find", by=vera)
    with pytest.raises(Destroyed):
        answer(came, vera)


def test_a_message_that_has_run_out_when_it_comes_is_kept_without_the_person(joined, diseases, partner, vera, work):
    document = traveller(partner, expires=later(days=10))
    partner.alliance.now = later(days=0)
    bring(partner, joined, document)
    TravellerMessage.objects.all().delete()
    Tracing.objects.all().delete()
    entry = joined.store.entries(state=DocumentState.ACCEPTED)[0]
    late = type(document)(**{
        **{name: getattr(document, name) for name in document.MEMBERS},
        "body": {**document.body, "expires_at": "2026-01-01T00:00:00Z"},
    })  # fmt: skip
    Alert.objects.all().delete()
    joined.reader.accepted([(late, entry)])
    message = TravellerMessage.objects.get()
    assert (message.content, message.journeys) == ({}, [])
    assert not Alert.objects.exists()
    work()
    message.refresh_from_db()
    assert message.destroyed_at is not None
    assert not Entry.objects.filter(type="traveller", document__isnull=False).exists()
