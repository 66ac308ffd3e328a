"""A request of ours from the draft to the hand-over that both sides have signed, with offers of two partners."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.node.assistance.scenes import ask, asked, day, item, line, says, seen, their_offer, theirs, whose
from tests.node.notifications.scenes import bring

from tocsin.exchange.documents import Document
from tocsin.joint.assistance import Key
from tocsin.node.alliance.models import AuditEntry, Notice
from tocsin.node.assistance.actions.answering import accept, decline, give_up
from tocsin.node.assistance.actions.handing_over import Handed, Signature, hand_over
from tocsin.node.assistance.actions.keeping import cancel, close, renew
from tocsin.node.assistance.actions.shipping import arrive, clear
from tocsin.node.assistance.models import Offer, Request, RequestItem, Shipment
from tocsin.node.assistance.reading import request_here
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.refusals import Changed, NotAllowed

pytestmark = pytest.mark.django_db


def waiting(joined) -> list[Document]:
    return [Document.read(row.document) for row in joined.store.outbox(100)]


def test_what_is_released_leaves_and_has_its_rows(joined, lin, dara):
    of = ask(lin, dara)
    (document,) = waiting(joined)
    assert (document.type, document.body["act"], document.classification) == ("assistance", "request", "MEMBERS")
    assert document.body["by"] == {"role": "council_delegate", "name": "Dara"}
    row = Request.objects.get()
    assert (row.origin, row.is_ours, row.status, row.covered, row.items_short) == ("AL", True, "open", 0, 2)
    assert next(one.names["ru"] for one in row.items.all()) == "аппарат ИВЛ"
    assert AuditEntry.objects.filter(act="assistance.request", by=dara, target_id=str(of.pk)).exists()


def test_two_partial_offers_are_accepted_in_part_sent_and_signed_for(joined, partner, lin, dara):
    of = ask(lin, dara)
    first = their_offer(partner, joined, "BO", of, line("i1", 6), line("i2", 5, "kit", 96))
    second = their_offer(partner, joined, "CE", of, line("i1", 8))
    row = Request.objects.get()
    assert (row.offers_all, row.offers_waiting, row.needs) == (2, 2, ["answer_offers"])
    accept(of, first, quantities={"i1": 6, "i2": 5}, **seen(of), by=dara)
    accept(of, second, quantities={"i1": 4}, **seen(of), by=dara)
    row.refresh_from_db()
    assert (row.status, row.covered_least, row.covered, row.items_short) == ("partly_covered", 50, 75, 1)
    tests = RequestItem.objects.get(item="i2")
    assert (tests.requested, tests.accepted, tests.covered, tests.is_short) == (960, 480, 50, True)
    assert [(one.origin, one.status) for one in Offer.objects.order_by("origin")] == [
        ("BO", "accepted"), ("CE", "partly_accepted"),
    ]  # fmt: skip

    plan = {"id": "s1", "offer": whose(second), "lines": [{"item": "i1", "quantity": 4}], "route": "", "carrier": "",
            "documents": [], "expected_on": day(3)}  # fmt: skip
    says(partner, joined, "CE", of, "plan_shipment", **plan)
    shipment = Key("CE", "s1")
    assert Request.objects.get().needs == ["clear_shipment"]
    licence = {"kind": "import_licence", "number": "AL/7", "title": ""}
    clear(of, shipment, documents=[licence], **seen(of), by=lin)
    says(partner, joined, "CE", of, "dispatch", shipment=whose(shipment), note="")
    says(partner, joined, "CE", of, "in_transit", shipment=whose(shipment), where="Lake pass")
    moving = Shipment.objects.get()
    assert (moving.status, moving.where, moving.is_moving) == ("in_transit", "Lake pass", True)
    assert (moving.from_names["en"], moving.to_names["en"]) == ("Borvik", "Port Almar")
    assert RequestItem.objects.get(item="i1").moving == 4
    arrive(of, shipment, **seen(of), by=lin)
    assert "sign" in Request.objects.get().needs
    hand_over(of, shipment, lines=[Handed("i1", 4)], signed=[Signature("A. Karim", "Storekeeper")], **seen(of), by=lin)
    assert "sign" not in Request.objects.get().needs
    signed = {"lines": [{"item": "i1", "quantity": 4, "condition": "good"}], "signed": [{"name": "B", "title": ""}]}
    says(partner, joined, "CE", of, "hand_over", shipment=whose(shipment), note="", **signed)
    moving.refresh_from_db()
    assert (moving.status, moving.is_moving, moving.signed_by, moving.lines[0]["handed"]) == (
        "handed_over", False, ["AL", "CE"], 4,
    )  # fmt: skip
    assert RequestItem.objects.get(item="i1").delivered == 4
    close(of, **seen(of), by=dara)
    row.refresh_from_db()
    assert (row.status, row.needs_us, row.items_short) == ("closed", False, 0)
    assert request_here(of).refused == ()


def test_of_two_who_accept_at_once_the_second_is_told_and_nothing_is_over_accepted(joined, partner, lin, dara, nodira):
    of = ask(lin, dara)
    first = their_offer(partner, joined, "BO", of, line("i1", 10))
    second = their_offer(partner, joined, "CE", of, line("i1", 10))
    looked = seen(of)
    accept(of, first, quantities={"i1": 10}, **looked, by=dara)
    with pytest.raises(Changed, match="Dara"):
        accept(of, second, quantities={"i1": 10}, **looked, by=nodira)
    with pytest.raises(NotAllowed, match="“ventilator”: 10 is asked for") as refusal:
        accept(of, second, quantities={"i1": 10}, **seen(of), by=nodira)
    assert refusal.value.code == "above-requested"
    assert RequestItem.objects.get(item="i1").accepted == 10


def test_a_delegate_accepts_and_logistics_does_not(joined, partner, lin, dara):
    of = ask(lin, dara)
    offer = their_offer(partner, joined, "BO", of)
    with pytest.raises(PermissionDenied):
        accept(of, offer, quantities={"i1": 1}, **seen(of), by=lin)
    assert Offer.objects.get().status == "confirmed"


def test_an_offer_is_not_accepted_above_what_it_offers(joined, partner, lin, dara):
    of = ask(lin, dara)
    offer = their_offer(partner, joined, "BO", of, line("i1", 6))
    with pytest.raises(NotAllowed, match="6 is offered"):
        accept(of, offer, quantities={"i1": 7}, **seen(of), by=dara)


def test_a_pledge_is_accepted_once_it_is_confirmed(joined, partner, lin, dara):
    of = ask(lin, dara)
    offer = their_offer(partner, joined, "BO", of, confirmed=False)
    with pytest.raises(NotAllowed, match="pledge"):
        accept(of, offer, quantities={"i1": 1}, **seen(of), by=dara)
    says(partner, joined, "BO", of, "confirm_offer", offer=whose(offer))
    accept(of, offer, quantities={"i1": 1}, **seen(of), by=dara)
    assert Offer.objects.get().status == "partly_accepted"


def test_what_is_given_up_can_be_covered_by_another(joined, partner, lin, dara):
    of = ask(lin, dara)
    first = their_offer(partner, joined, "BO", of, line("i1", 10))
    accept(of, first, quantities={"i1": 10}, **seen(of), by=dara)
    give_up(of, first, quantities={"i1": 4}, reason="Too late for four", **seen(of), by=dara)
    second = their_offer(partner, joined, "CE", of, line("i1", 4))
    accept(of, second, quantities={"i1": 4}, **seen(of), by=dara)
    assert RequestItem.objects.get(item="i1").covered == 100


def test_a_declined_offer_says_why_and_takes_no_more(joined, partner, lin, dara):
    of = ask(lin, dara)
    offer = their_offer(partner, joined, "BO", of)
    decline(of, offer, reason="Covered by others", **seen(of), by=dara)
    assert Offer.objects.get().status == "declined"
    with pytest.raises(NotAllowed, match="declined"):
        accept(of, offer, quantities={"i1": 1}, **seen(of), by=dara)


def test_the_same_offer_twice_counts_once(joined, partner, lin, dara):
    of = ask(lin, dara)
    document = theirs(partner, "BO", of, "offer", {"id": "o1", **_offer()})
    bring(partner, joined, document)
    bring(partner, joined, document)
    again = theirs(partner, "BO", of, "offer", {"id": "o1", **_offer()})
    bring(partner, joined, again)
    assert Offer.objects.count() == 1
    assert [one.code for one in request_here(of).refused] == ["offer-exists"]


def _offer():
    from tests.node.assistance.scenes import offered

    return offered(line("i1", 6))


def test_an_offer_beyond_all_measure_is_kept_and_shown_as_more_than_enough(joined, partner, lin, dara):
    of = ask(lin, dara, items=[item(code="infusion-solution", unit="ml", quantity=1)])
    most = line("i1", 10**10, "canister", 10**6)
    for number in range(1, 4):
        their_offer(partner, joined, "BO", of, most, id=f"o{number}")
    row = RequestItem.objects.get()
    assert row.offered == 3 * 10**19
    assert (row.accepted, row.covered) == (0, 0)


def test_an_offer_whose_key_had_ended_is_gone_and_one_that_stands_again_is_back(joined, partner, lin, dara):
    of = ask(lin, dara)
    their_offer(partner, joined, "BO", of)
    row = JointAct.objects.get(kind="offer")
    (entry,) = joined.store.known("BO", [str(row.document_id)]).values()
    joined.reader.withdrawn([entry])
    assert not Offer.objects.exists()
    assert Request.objects.get().needs == []
    joined.reader.accepted([(Document.read(entry.document), entry)])
    assert Offer.objects.get().origin == "BO"


def test_only_what_has_changed_is_written(joined, partner, lin, dara):
    of = ask(lin, dara)
    their_offer(partner, joined, "BO", of, line("i1", 2), id="o1")
    kept = {row.offer: row.pk for row in Offer.objects.all()}
    with CaptureQueriesContext(connection) as asked:
        their_offer(partner, joined, "CE", of, line("i1", 3), id="o2")
    written = [one["sql"] for one in asked if one["sql"].startswith('INSERT INTO "assistance_')]
    (offers,) = [sql for sql in written if sql.startswith('INSERT INTO "assistance_offer"')]
    assert "'o2'" in offers
    assert "'o1'" not in offers
    assert not [sql for sql in written if "assistance_shipment" in sql]
    assert [("'i1'" in sql, "'i2'" in sql) for sql in written if "assistance_requestitem" in sql] == [(True, False)]
    assert kept.items() <= {row.offer: row.pk for row in Offer.objects.all()}.items()


def test_a_review_that_was_erased_is_passed_over_and_what_was_offered_counts(joined, partner, lin, dara):
    of = ask(lin, dara)
    offer = their_offer(partner, joined, "BO", of)
    accept(of, offer, quantities={"i1": 6}, **seen(of), by=dara)
    says(partner, joined, "BO", of, "after_action", well={"en": "Ask Ivanov"}, badly={}, change={})
    row = JointAct.objects.get(kind="after_action")
    assert [one.well for one in request_here(of).reviews] == [{"en": "Ask Ivanov"}]
    joined.reader.erased(list(joined.store.known("BO", [str(row.document_id)]).values()))
    assert request_here(of).reviews == ()
    assert RequestItem.objects.get(item="i1").accepted == 6


def test_of_what_something_was_last_said_stands_first(joined, partner, lin, dara):
    first, second = ask(lin, dara), ask(lin, dara)
    assert [row.pk for row in Request.objects.all()] == [second.pk, first.pk]
    their_offer(partner, joined, "BO", first)
    assert [row.pk for row in Request.objects.all()] == [first.pk, second.pk]


def test_what_others_may_not_say_of_ours_changes_nothing(joined, partner, lin, dara):
    of = ask(lin, dara)
    offer = their_offer(partner, joined, "BO", of)
    says(partner, joined, "CE", of, "confirm_offer", offer=whose(offer))
    says(partner, joined, "CE", of, "withdraw_offer", offer=whose(offer), reason="")
    assert Offer.objects.get().status == "confirmed"
    assert {one.code for one in request_here(of).refused} == {"not-yours"}
    assert not Notice.objects.filter(kind="assistance.offer_changed").exists()


def test_a_request_of_some_is_read_by_these_alone(joined, partner, lin, dara):
    of = ask(lin, dara, classification="SELECTIVE", addressees=["BO"])
    assert (of.classification, of.addressees) == ("SELECTIVE", ["BO"])
    astray = theirs(partner, "BO", of, "offer", {"id": "o1", **_offer()})
    bring(partner, joined, astray)
    assert not Offer.objects.exists()


def test_renewed_it_stands_longer_and_no_longer_than_ninety_days(joined, lin, dara):
    from datetime import date

    of = ask(lin, dara)
    renew(of, lapses_on=date.fromisoformat(day(80)), reason="", **seen(of), by=dara)
    assert Request.objects.get().lapses_on.isoformat() == day(80)
    with pytest.raises(NotAllowed, match="90 days"):
        renew(of, lapses_on=date.fromisoformat(day(91)), reason="", **seen(of), by=dara)


def test_cancelled_it_takes_nothing_more(joined, partner, lin, dara):
    of = ask(lin, dara)
    offer = their_offer(partner, joined, "BO", of)
    cancel(of, reason="The outbreak is over", **seen(of), by=dara)
    with pytest.raises(NotAllowed, match="cancelled"):
        accept(of, offer, quantities={"i1": 1}, **seen(of), by=dara)
    assert JointObject.objects.get().due_at is None


def test_things_that_the_catalogue_does_not_have_are_asked_for_by_name(joined, lin, dara):
    names = {"en": "Dialysis fluid", "ru": "Раствор для диализа", "zh": ""}
    ask(lin, dara, items=[item(code="other", called=names, unit="litre", quantity=500)])
    assert RequestItem.objects.get().names == {**names, "zh": "Dialysis fluid"}
    assert asked()["items"][0]["item"] == "ventilator"
