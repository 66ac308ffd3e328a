"""A request whose opening turns out to be void: its row says so, needs nobody, and counts nowhere."""

import pytest
from django.urls import reverse
from tests.node.api.conftest import caller, no_calls_yet, secret
from tests.node.assistance.scenes import TheirRequest, ask, line, offered, their_offer
from tests.node.notifications.scenes import bring

from tocsin.node.assistance import waiting
from tocsin.node.assistance.actions.drafting import make_offer_draft, make_request_draft, submit
from tocsin.node.assistance.building.drafts import problems_of
from tocsin.node.assistance.models import Offer, OfferDraft, Request, RequestItem
from tocsin.node.assistance.refusals import ActRefused, InvalidInput
from tocsin.node.duty.models import Alert
from tocsin.node.joint.models import JointAct
from tocsin.node.joint.settling import settle

pytestmark = pytest.mark.django_db
__all__ = ["caller", "no_calls_yet", "secret"]


@pytest.fixture
def their(joined, partner, vera):
    return TheirRequest(partner, joined, "BO")


@pytest.fixture
def void(their, joined, lin):
    """BO's key had been stolen: what it had opened does not stand. An offer of ours was being made ready."""
    make_offer_draft(their.of, said=offered(line("i1", 6)), by=lin)
    (entry,) = joined.store.known("BO", [their.key["id"]]).values()
    joined.reader.withdrawn([entry])
    return their


def test_its_row_says_so_and_nothing_of_it_is_asked_for(void, dara):
    row = Request.objects.get()
    assert (row.status, row.needs_us, row.needs, row.items_short, row.offers_all) == ("unopened", False, [], 0, 0)
    assert not RequestItem.objects.exists()
    assert not row.is_standing
    assert (waiting.count(dara), list(waiting.open_items(dara))) == (0, [])


def test_nobody_is_called_for_it_any_more(their, joined):
    assert Alert.objects.open().exists()
    (entry,) = joined.store.known("BO", [their.key["id"]]).values()
    joined.reader.withdrawn([entry])
    assert not Alert.objects.open().exists()


def test_pages_show_it_as_void_and_count_it_nowhere(void, lin, signed_in):
    browser = signed_in(lin)
    page = browser.get(reverse("assistance")).text
    assert "Nobody asks for help now" in page
    assert 'id="waiting"' not in page
    one = browser.get(reverse("assistance_request", args=[void.of.pk]))
    assert (one.status_code, "This request does not stand" in one.text) == (200, True)
    assert "Borenia signed the request had ended" in one.text
    for name, more in (("assistance_offer", []), ("assistance_report", ["en", "pdf"]), ("assistance_attach", [])):
        assert browser.get(reverse(name, args=[void.of.pk, *more])).status_code == 404


def test_programs_do_not_find_it_among_those_that_stand(void, caller, person):
    program = caller(person("logistics", "epidemiologist", name="Ivo"))
    assert program.get("assistance/requests").json()["items"] == []
    assert program.get("assistance/short").json()["items"] == []
    (row,) = program.get("assistance/requests", status="unopened").json()["items"]
    assert row["of"] == str(void.of.pk)
    assert program.get(f"assistance/requests/{void.of.pk}").json()["status"] == "unopened"


def test_what_was_made_ready_for_it_cannot_be_sent_and_says_why(void, lin, signed_in):
    draft = OfferDraft.objects.get()
    assert [str(one) for one in problems_of(draft)] == [
        "The request does not stand: the key that signed it had ended. Nothing can be said of it."
    ]
    with pytest.raises(InvalidInput, match="does not stand"):
        submit(draft, version=1, by=lin)
    browser = signed_in(lin)
    assert "does not stand" in browser.get(reverse("assistance_offer_draft_look", args=[draft.pk])).text
    assert browser.get(reverse("assistance_offer_draft", args=[draft.pk])).status_code == 200
    assert browser.get(reverse("assistance")).status_code == 200


def test_one_of_ours_that_is_void_is_not_changed(joined, partner, lin, dara):
    of = ask(lin, dara)
    their_offer(partner, joined, "BO", of, line("i1", 6))
    begun = make_request_draft(amends=of, by=lin)
    JointAct.objects.filter(of=of, kind="request").update(withdrawn_at=of.changed_at)
    settle([of.pk])
    assert Request.objects.get().status == "unopened"
    assert not Offer.objects.exists()
    with pytest.raises(ActRefused, match="does not stand"):
        make_request_draft(amends=of, by=lin)
    assert "does not stand" in str(problems_of(begun)[0])


def test_one_that_stands_again_is_as_it_was(void, joined):
    opening = void.documents[0]
    bring(void.world, joined, opening, name="BO")
    JointAct.objects.filter(document_id=opening.id).update(withdrawn_at=None)
    settle([void.of.pk])
    row = Request.objects.get()
    assert (row.status, row.items_all, row.items.count()) == ("open", 2, 2)


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("accept", {"offer": {"origin": "CE", "id": "o1"}, "lines": [{"item": "i1", "quantity": 1}]}),
        ("offer-drafts", {"said": offered(line("i1", 6))}),
    ],
)
def test_a_program_that_speaks_of_it_is_refused(void, caller, person, where, said):
    roles = ("logistics", "council_delegate", "epidemiologist")
    program = caller(person(*roles, name="Ivo"))
    assert program.post(f"assistance/requests/{void.of.pk}/{where}", said).status_code in (409, 422)
