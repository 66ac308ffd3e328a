"""Programs read requests, make drafts ready, accept and tell of shipments; what is wrong is named by its place."""

import pytest
from tests.node.api.conftest import caller, no_calls_yet, secret
from tests.node.assistance.scenes import TheirRequest, ask, asked, item, line, offer_to, offered, their_offer, whose

from tocsin.joint.assistance import Key
from tocsin.node.assistance.models import Offer, OfferDraft, RequestDraft, Shipment

pytestmark = pytest.mark.django_db
__all__ = ["caller", "no_calls_yet", "secret"]
OURS = Key("AL", "o1")


@pytest.fixture
def logistics(person, caller):
    """A program of somebody of logistics who may use the API."""
    return caller(person("logistics", "epidemiologist", name="Ivo"))


@pytest.fixture
def delegate(person, caller):
    return caller(person("council_delegate", "epidemiologist", name="Mira"))


def test_requests_are_listed_and_read_with_what_is_short_offered_and_sent(joined, partner, lin, dara, logistics):
    of = ask(lin, dara)
    their_offer(partner, joined, "BO", of, line("i1", 6))
    (row,) = logistics.get("assistance/requests", ours="true", needs_us="true").json()["items"]
    assert (row["of"], row["status"], row["needs"]) == (str(of.pk), "open", ["answer_offers"])
    whole = logistics.get(f"assistance/requests/{of.pk}").json()
    assert [(one["item"], one["covered"]) for one in whole["items"]] == [("i1", 0), ("i2", 0)]
    assert whole["offers"][0]["lines"][0]["quantity"] == 6
    assert logistics.get("assistance/requests", status="closed").json()["items"] == []
    short = logistics.get("assistance/short", limit=1).json()
    assert len(short["items"]) == 1
    rest = logistics.get("assistance/short", after=short["next"]).json()
    assert [one["item"] for one in (*short["items"], *rest["items"])] == ["i2", "i1"]
    assert logistics.get("assistance/short", code="gown").json()["items"] == []
    assert logistics.get("assistance/shipments", moving="true").json() == {"items": [], "next": None}
    assert logistics.get("assistance/capabilities", state="BO").json()["items"] == []
    assert logistics.get(f"assistance/requests/{of.pk}/matches").json() == []


def test_a_program_makes_a_request_ready_and_releases_nothing(joined, logistics):
    answer = logistics.post("assistance/drafts", {"said": asked()})
    assert (answer.status_code, answer.json()["status"]) == (201, "draft")
    assert RequestDraft.objects.get().status == "draft"


def test_what_is_wrong_in_a_request_is_named_by_its_place_and_nothing_is_kept(joined, logistics):
    answer = logistics.post("assistance/drafts", {"said": asked(items=[item(quantity=0), item("i2", unit="litre")])})
    assert answer.status_code == 422
    where = {one["field"]: one["message"] for one in answer.json()["error"]["where"]}
    assert where["body.said.items.0.quantity"].startswith("“ventilator”: the quantity is 0")
    assert "body.said.items.1.unit" in where
    assert not RequestDraft.objects.exists()
    answer = logistics.post("assistance/drafts", {"said": {"colour": "red"}})
    assert [one["field"] for one in answer.json()["error"]["where"]] == ["body.said.colour"]


def test_an_offer_is_made_ready_likewise(joined, partner, logistics):
    their = TheirRequest(partner, joined)
    path = f"assistance/requests/{their.of.pk}/offer-drafts"
    assert logistics.post(path, {"said": offered(line("i1", 6))}).status_code == 201
    answer = logistics.post(path, {"said": offered(line("i1", 6, "kg"))})
    assert [one["field"] for one in answer.json()["error"]["where"]] == ["body.said.lines.0.unit"]
    assert OfferDraft.objects.count() == 1


def test_a_delegates_program_accepts_and_is_told_the_rule_that_refuses(joined, partner, lin, dara, delegate, logistics):
    of = ask(lin, dara)
    offer = their_offer(partner, joined, "BO", of, line("i1", 6))
    path, body = (
        f"assistance/requests/{of.pk}/accept",
        {"offer": whose(offer), "lines": [{"item": "i1", "quantity": 7}]},
    )
    answer = delegate.post(path, body)
    assert (answer.status_code, answer.json()["error"]["details"]["rule"]) == (409, "above-offered")
    body["lines"][0]["quantity"] = 6
    assert logistics.post(path, body).status_code == 403
    body["seen"] = delegate.get(f"assistance/requests/{of.pk}").json()["seen"]
    assert delegate.post(path, body).json()["is_in_order"] is True
    assert Offer.objects.get().status == "accepted"
    assert delegate.post(path, body).status_code == 409, "it has changed since"
    body["lines"] *= 2
    assert delegate.post(path, body).json()["error"]["where"][0]["field"] == "body.lines.1.item"


def test_a_shipment_is_planned_and_followed(joined, partner, lin, dara, logistics):
    their = TheirRequest(partner, joined)
    their.includes(offer_to(their.of, lin, dara, line("i1", 6)))
    their.order("accept", {"offer": whose(OURS), "lines": [{"item": "i1", "quantity": 6}], "note": ""})
    path = f"assistance/requests/{their.of.pk}"
    plan = {"offer": "o1", "lines": [{"item": "i1", "quantity": 6}], "expected_on": "2030-01-01"}
    answer = logistics.post(f"{path}/shipments", {**plan, "documents": [{"kind": "wish"}]})
    assert answer.json()["error"]["where"][0]["field"] == "body.documents.0.kind"
    answer = logistics.post(f"{path}/shipments", plan)
    assert (answer.status_code, answer.json()["is_in_order"]) == (201, False)
    their.includes(_row(answer))
    assert Shipment.objects.get().status == "planned"
    step = {"shipment": {"origin": "AL", "id": "s1"}, "act": "dispatch"}
    answer = logistics.post(f"{path}/steps", step)
    assert (answer.status_code, answer.json()["error"]["details"]["rule"]) == (409, "shipment-elsewhere")
    late = {**step, "act": "delay", "reason": "Snow", "expected_on": None}
    assert logistics.post(f"{path}/steps", late).status_code == 200
    assert logistics.post(f"{path}/steps", {**late, "reason": ""}).status_code == 422
    assert logistics.post(f"{path}/steps", {**step, "act": "steal"}).status_code == 422


def _row(answer):
    from tocsin.node.joint.models import JointAct

    return JointAct.objects.get(pk=answer.json()["id"])


def test_whoever_may_not_read_it_is_told_so_and_what_is_not_there_is_not_found(
    joined, lin, dara, caller, person, amina
):
    of = ask(lin, dara)
    laboratory = caller(person("laboratory"))
    assert laboratory.get(f"assistance/requests/{of.pk}").status_code == 403
    assert caller(amina).get("assistance/requests/01890000-0000-7000-8000-000000000000").status_code == 404
