"""What time alone brings: a request of ours lapses, an offer's day is over. By the owner's clock, and no other."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.node.assistance.scenes import TheirRequest, ask, day, line, offered, seen, their_offer, theirs
from tests.node.notifications.scenes import bring

from tocsin.exchange.local import LocalNode
from tocsin.node.assistance.actions.answering import accept
from tocsin.node.assistance.models import Offer, Request
from tocsin.node.assistance.reading import request_here
from tocsin.node.joint import settling, tending
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.refusals import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def days_pass(joined, alliance_list, partner, monkeypatch):
    """days_pass(31): the clocks of all nodes go on, and this one's machine looks at what has fallen due."""
    real = timezone.now

    def go_on(days: float) -> None:
        ahead = timedelta(days=days)
        monkeypatch.setattr(timezone, "now", lambda: real() + ahead)
        monkeypatch.setattr(tending, "now", lambda: real() + ahead)
        monkeypatch.setattr(LocalNode, "now", lambda node: (real() + ahead).replace(microsecond=0))
        tending.tend_open()

    return go_on


def test_a_request_lapses_after_its_last_day_and_its_owner_says_so(joined, partner, lin, dara, days_pass):
    of = ask(lin, dara, lapses_on=day(3))
    offer = their_offer(partner, joined, "BO", of)
    of.refresh_from_db()
    assert of.due_at.date().isoformat() == day(4)
    days_pass(3)
    assert Request.objects.get().status == "open"
    days_pass(4)
    assert JointAct.objects.filter(of=of, kind="lapse", role="node").exists()
    row = Request.objects.get()
    assert (row.status, row.needs, row.items_short) == ("lapsed", [], 0)
    with pytest.raises(NotAllowed, match="lapsed"):
        accept(of, offer, quantities={"i1": 1}, **seen(of), by=dara)
    days_pass(5)
    assert JointAct.objects.filter(of=of, kind="lapse").count() == 1


def test_an_offer_that_comes_after_the_lapse_changes_nothing(joined, partner, lin, dara, days_pass):
    of = ask(lin, dara, lapses_on=day(3))
    late = theirs(partner, "BO", of, "offer", {"id": "o1", **offered(line("i1", 6))})
    days_pass(4)
    bring(partner, joined, late)
    assert not Offer.objects.exists()
    assert [one.code for one in request_here(of).refused] == ["request-ended"]


def test_the_day_of_an_offer_is_over_without_anybody_saying_so(joined, partner, lin, dara, days_pass):
    of = ask(lin, dara, lapses_on=day(30))
    offer = their_offer(partner, joined, "BO", of, expires_on=day(2))
    of.refresh_from_db()
    assert of.due_at.date().isoformat() == day(3)
    days_pass(3)
    row = Offer.objects.get()
    assert (row.status, row.takes_more) == ("expired", False)
    assert Request.objects.get().needs == []
    of.refresh_from_db()
    assert of.due_at.date().isoformat() == day(31)
    with pytest.raises(NotAllowed, match="expired"):
        accept(of, offer, quantities={"i1": 1}, **seen(of), by=dara)


def test_a_request_of_others_lapses_by_their_order_and_not_by_our_clock(joined, partner, lin, dara, days_pass):
    their = TheirRequest(partner, joined, lapses_on=day(3))
    days_pass(10)
    settling.settle([their.of.pk])
    assert Request.objects.get().status == "open"
    assert not JointAct.objects.filter(kind="lapse").exists()
    their.order("lapse", {})
    assert Request.objects.get().status == "lapsed"
    assert JointObject.objects.get().due_at is None


def test_more_than_fits_into_so_many_orders_is_taken_in_by_the_next(joined, partner, lin, dara, monkeypatch):
    of = ask(lin, dara)
    monkeypatch.setattr("tocsin.node.joint.settling.ROUNDS", 2)
    monkeypatch.setattr("tocsin.joint.ordering.MOST_INCLUDED", 1)
    bring(partner, joined, *(theirs(partner, "BO", of, "offer", {"id": f"o{n}", **offered()}) for n in range(4)))
    of.refresh_from_db()
    assert of.proposals == 2
    assert tending.tend_open() == 1
    of.refresh_from_db()
    assert (of.proposals, Offer.objects.count()) == (0, 4)
    tending.tend_open()
    assert tending.tend_open() == 0, "nothing is due any more"
