"""Records of mutual assistance for tests of access: a request with an offer and a shipment, drafts, a file."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from tests.node.assistance.scenes import asked, day, item, line, offered, place

from tocsin.joint.acts import Act, Order, Reference
from tocsin.node.alliance.models import Person
from tocsin.node.assistance.actions.attaching import attach
from tocsin.node.assistance.actions.capabilities import keep_entry
from tocsin.node.assistance.actions.drafting import make_offer_draft, make_request_draft
from tocsin.node.assistance.models import Request
from tocsin.node.joint.arranging import arrangement_of
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.nouns import noun_of
from tocsin.node.records import new_id

__all__ = ["assistance_records"]

DIGESTS = ("a" * 43, "b" * 43, "c" * 43, "d" * 43, "e" * 43)


def assistance_records(people: Mapping[str, Person]) -> dict[str, Any]:
    """By the names that the table of addresses calls them."""
    logistics = people["logistics"]
    of = _request()
    stock = {"kind": "stock", "item": "respirator", "quantity": 5, "unit": "piece", "place": place()}
    return {
        "assistance": Request.objects.get(pk=of.pk),
        "assistance_draft": make_request_draft(by=logistics),
        "assistance_offer_draft": make_offer_draft(of, said=offered(line("i1", 1)), by=logistics),
        "assistance_file": attach(of, b"Waybill 7", name="note.txt", by=logistics),
        "capability": keep_entry(stock, by=logistics),
    }  # fmt: skip


def _request() -> JointObject:
    """Of BO, with an offer of CE that it has accepted in part, and a shipment."""
    key, when = new_id(), timezone.now().replace(microsecond=0)
    of = JointObject.objects.create(
        id=key, noun="assistance", origin="BO", object_id=key, is_ours=False, classification="MEMBERS"
    )
    offer = {"origin": "CE", "id": "o1"}
    helpers = [
        _act(of, "CE", "offer", {"id": "o1", **offered(line("i1", 6))}, place=(1, 1), digest=DIGESTS[0]),
        _act(of, "CE", "plan_shipment", {
            "id": "s1", "offer": offer, "lines": [{"item": "i1", "quantity": 1}], "route": "", "carrier": "",
            "documents": [], "expected_on": day(3),
        }, place=(1, 2), digest=DIGESTS[1]),
    ]  # fmt: skip
    taken = [Reference("CE", act.id, act.digest, 1, number, act.kind) for number, act in enumerate(helpers, 1)]
    said = {"offer": offer, "lines": [{"item": "i1", "quantity": 2}], "note": ""}
    theirs = [
        _act(of, "BO", "request", asked(items=[item("i1", "respirator", 10)]), id=str(key), place=(1, 1),
             digest=DIGESTS[2], order=Order(1, None, when)),
        _act(of, "BO", "accept", said, place=(1, 2), digest=DIGESTS[3],
             order=Order(2, DIGESTS[2], when, (taken[0],))),
        _act(of, "BO", "order", {}, place=(1, 3), digest=DIGESTS[4], order=Order(3, DIGESTS[3], when, (taken[1],))),
    ]  # fmt: skip
    for act in (*helpers, *theirs):
        more = {"is_ours": False, "is_exercise": False, "by": None, "classification": "MEMBERS"}
        JointAct.from_act(act, of, id=new_id(), **more).save()
    noun_of(of).settle(of, arrangement_of(of))
    return of


def _act(
    of: JointObject,
    origin: str,
    kind: str,
    said: dict[str, Any],
    *,
    place: tuple[int, int],
    digest: str,
    id: str = "",
    order: Order | None = None,
) -> Act:
    when = timezone.now().replace(microsecond=0)
    return Act(of.key, id or str(new_id()), origin, digest, kind, said, when, order, place=place, noun="assistance")
