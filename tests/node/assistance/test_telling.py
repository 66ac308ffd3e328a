"""Who is called or told of what others do, in their own language, and many at once in one."""

import pytest
from django.utils import translation
from tests.node.assistance.scenes import (
    TheirRequest,
    ask,
    asked,
    day,
    line,
    offer_to,
    offered,
    says,
    seen,
    their_offer,
    theirs,
    whose,
)

from tocsin.exchange.intake import take
from tocsin.exchange.sealing import post, seal
from tocsin.exchange.suite import digest
from tocsin.joint.assistance import Key
from tocsin.node.alliance.models import Notice
from tocsin.node.alliance.notices import sentence
from tocsin.node.assistance import notices, telling, waiting
from tocsin.node.assistance.actions.shipping import arrive, clear
from tocsin.node.duty.kinds import sentence as called
from tocsin.node.duty.models import Alert

pytestmark = pytest.mark.django_db
OURS = Key("AL", "o1")


def told(kind: str) -> set[str]:
    return {one.person.name for one in Notice.objects.filter(kind=f"assistance.{kind}")}


def test_a_partners_request_calls_whoever_stands_duty_and_tells_the_others(joined, partner, lin, dara, vera):
    TheirRequest(partner, joined)
    alert = Alert.objects.get()
    assert called(alert) == "Borenia asks for assistance: Ventilators for Port Almar"
    with translation.override("ru"):
        assert "Аппараты ИВЛ для Порт-Алмара" in called(alert)
    assert told("requested") == {"Lin", "Dara"}, "Vera is called"


def test_nobody_is_called_any_more_for_a_request_that_has_ended(joined, partner, lin, vera):
    their = TheirRequest(partner, joined)
    their.order("cancel", {"reason": "Over"})
    assert not Alert.objects.open().exists()


def test_a_request_that_ended_before_it_came_calls_nobody(joined, partner, lin):
    their = TheirRequest.__new__(TheirRequest)
    their.world, their.joined, their.owner, their.audience = partner, joined, "BO", "members"
    their.key, their.documents = {}, []
    their.order("request", asked(), bringing=False)
    their.order("cancel", {"reason": "Over"}, bringing=False)
    from tests.node.notifications.scenes import bring

    bring(partner, joined, *their.documents)
    assert not Alert.objects.exists()
    assert told("requested") == set()


def test_many_requests_at_once_call_once_and_tell_once(joined, partner, lin, vera, monkeypatch):
    monkeypatch.setattr(telling, "MOST", 2)
    for _number in range(5):
        TheirRequest(partner, joined)
    assert sorted(Alert.objects.values_list("kind", flat=True)) == [
        "assistance.requested", "assistance.requested", "assistance.requests",
    ]  # fmt: skip
    assert Notice.objects.filter(person=lin, kind="assistance.requested").count() == 2
    assert Notice.objects.filter(person=lin, kind="assistance.several").count() == 1


def test_of_our_request_we_are_told_whatever_others_do(joined, partner, lin, dara):
    of = ask(lin, dara)
    Notice.objects.all().delete()
    offer = their_offer(partner, joined, "BO", of)
    (notice,) = Notice.objects.filter(person=lin)
    assert sentence(notice) == "Borenia offers assistance: Ventilators for Port Almar"
    says(partner, joined, "BO", of, "withdraw_offer", offer=whose(offer), reason="")
    assert told("offer_changed") == {"Lin", "Dara"}


def test_of_a_partners_request_we_are_told_what_concerns_our_offers(joined, partner, lin, dara):
    their = TheirRequest(partner, joined)
    row = offer_to(their.of, lin, dara, line("i1", 6))
    says(partner, joined, "CE", their.key, "offer", **_of_ce())
    their.includes(row)
    assert told("offered") == set(), "what others offer to others is not told"
    their.order("accept", {"offer": whose(OURS), "lines": [{"item": "i1", "quantity": 1}], "note": ""})
    assert told("accepted") == {"Lin", "Dara"}


def _of_ce():
    from tests.node.assistance.scenes import offered

    return {"id": "o1", **offered(line("i1", 1))}


def test_hand_overs_say_who_has_signed_and_that_they_differ(joined, partner, lin, dara):
    from tocsin.node.assistance.actions.answering import accept
    from tocsin.node.assistance.actions.handing_over import Handed, Signature, hand_over

    of = ask(lin, dara)
    offer, shipment = their_offer(partner, joined, "BO", of, line("i1", 6)), Key("BO", "s1")
    accept(of, offer, quantities={"i1": 6}, **seen(of), by=dara)
    plan = {"id": "s1", "offer": whose(offer), "lines": [{"item": "i1", "quantity": 6}], "route": "", "carrier": ""}
    says(partner, joined, "BO", of, "plan_shipment", **plan, documents=[], expected_on=day(3))
    clear(of, shipment, **seen(of), by=lin)
    says(partner, joined, "BO", of, "dispatch", shipment=whose(shipment), note="")
    arrive(of, shipment, **seen(of), by=lin)
    assert (told("planned"), told("dispatched")) == ({"Lin", "Dara"}, {"Lin", "Dara"})

    def sign(quantity):
        line = {"item": "i1", "quantity": quantity, "condition": "good"}
        given = {"lines": [line], "signed": [{"name": "B", "title": ""}], "note": ""}
        says(partner, joined, "BO", of, "hand_over", shipment=whose(shipment), **given)

    sign(6)
    assert told("signed") == {"Lin", "Dara"}
    hand_over(of, shipment, lines=[Handed("i1", 5)], signed=[Signature("Lin")], **seen(of), by=lin)
    sign(6)
    assert told("disputed") == {"Lin", "Dara"}
    sign(5)
    assert told("handed_over") == {"Lin", "Dara"}


def test_what_waits_is_counted_and_handed_over_with_the_shift(joined, partner, lin, dara, vera):
    of = ask(lin, dara)
    their_offer(partner, joined, "BO", of)
    (found,) = waiting.open_items(vera)
    assert found.text == "Assistance asked for by Altania, Ventilators for Port Almar: offers wait for an answer"
    assert found.due_at.date().isoformat() == day(8)
    assert waiting.count(lin) == 1


def test_every_notice_has_its_sentence():
    used = {*telling.OF_OURS.values(), *telling.OF_THEIRS.values(), *telling.OF_BOTH.values()}
    assert used < set(notices.KINDS)


def test_what_has_not_taken_effect_here_is_told_once_it_has(joined, partner, lin, dara):
    """BO's order counts something of CE that is not here yet: what BO says behind it is not done, as far as we know."""
    their = TheirRequest(partner, joined)
    offer = offer_to(their.of, lin, dara, line("i1", 6))
    their.includes(offer)
    late = theirs(partner, "CE", their.key, "offer", {"id": "o1", **offered()})
    node = partner.nodes["CE"]
    post(node, late)
    sealed = [node.store.batch_of(manifest.digest) for manifest in seal(node)]
    number = node.store.known("CE", [late.id])[late.id].number
    counted = {
        "origin": "CE", "id": late.id, "digest": digest(late.encode()), "epoch": 1, "number": number, "act": "offer",
    }  # fmt: skip
    said = {"offer": whose(OURS), "lines": [{"item": "i1", "quantity": 6}], "note": ""}
    their.order("accept", said, includes=[counted])
    their.of.refresh_from_db()
    assert their.of.waiting_for, "what is counted is not here"
    assert told("accepted") == set()
    for batch in sealed:
        take(joined, batch, via="CE")
    assert told("accepted") == {"Lin", "Dara"}
    assert Notice.objects.filter(kind="assistance.accepted", person=lin).count() == 1


def test_what_we_said_in_vain_is_told_to_us_and_what_others_did_is_not(joined, partner, lin, dara):
    """Our offer was on its way when BO cancelled; CE's came later still."""
    their = TheirRequest(partner, joined)
    offer = offer_to(their.of, lin, dara, line("i1", 6))
    their.order("cancel", {"reason": "Over"})
    assert told("without_effect") == set()
    their.includes(offer)
    assert told("without_effect") == {"Lin", "Dara"}
    (notice,) = Notice.objects.filter(kind="assistance.without_effect", person=lin)
    assert sentence(notice).startswith("What we said had no effect by the order of Borenia; the record says why: Vent")
    says(partner, joined, "CE", their.key, "offer", id="o1", **offered())
    assert Notice.objects.filter(kind="assistance.without_effect").count() == 2
