"""Registers of what states could send: ours is kept and shared, those of partners follow their documents."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.exchange.types.assisting import CAPABILITIES
from tests.node.assistance.scenes import TheirRequest, ask, day, item, line, place, seen, their_offer
from tests.node.notifications.scenes import bring, delivered

from tocsin.exchange.documents import Document
from tocsin.node.assistance.actions.answering import accept
from tocsin.node.assistance.actions.capabilities import keep_entry, remove_entry, share_register
from tocsin.node.assistance.models import Capability, Register
from tocsin.node.assistance.pages.suggestions import suggestions
from tocsin.node.assistance.readers.registers import RegisterReader
from tocsin.node.assistance.reading import request_here
from tocsin.node.assistance.refusals import ActRefused, InvalidInput
from tocsin.node.assistance.suggesting import matches_for, reason_in_words

pytestmark = pytest.mark.django_db


def stock(**change):
    return {
        "kind": "stock", "item": "ventilator", "quantity": 12, "unit": "piece", "ready_hours": 24,
        "place": place("Depot", "AL-02"), **change,
    }  # fmt: skip


def team(**change):
    return {
        "kind": "team", "item": "emt-type-1-mobile", "quantity": 2, "members": 30, "self_sufficient_days": 14,
        "languages": ["en"], "place": place("Depot", "AL-02"), **change,
    }  # fmt: skip


def register(world, version=1, before=None, **change) -> Document:
    said = {**CAPABILITIES, "as_of": day(), **change}
    head = {"version": version, "supersedes": before}
    return world.document("BO", "", "members", type="capabilities", body=said, language="ru", **head)


def stocks(quantity: int):
    return [{**CAPABILITIES["stocks"][0], "id": "s1", "item": "ventilator", "quantity": quantity, "unit": "piece",
             "pack_size": None, "best_before": None, "available": True, "called": None}]  # fmt: skip


def test_our_register_is_kept_and_shared_whole(joined, partner, lin, dara):
    keep_entry(stock(), by=lin)
    keep_entry(team(), by=lin)
    keep_entry({"kind": "expert", "item": "expert-epidemiology", "quantity": 3, "place": place("Depot")}, by=lin)
    laboratory = {"kind": "laboratory", "item": "mobile-laboratory", "quantity": 1, "methods": ["pcr"]}
    keep_entry({**laboratory, "place": place("Depot")}, by=lin)
    with pytest.raises(PermissionDenied):
        share_register(by=lin)
    row = share_register(contact="+1 555 0100", by=dara)
    (document,) = [Document.read(one.document) for one in joined.store.outbox(10)]
    assert (document.type, document.version, document.supersedes) == ("capabilities", 1, None)
    assert [one["item"] for one in document.body["stocks"]] == ["ventilator"]
    assert document.body["teams"][0]["emt_type"] == "type_1_mobile"
    assert document.body["experts"][0]["field"] == "epidemiology"
    assert document.body["laboratories"][0]["methods"] == ["pcr"]
    delivered(joined, partner)
    assert partner.nodes["BO"].store.known("AL", [str(row.document_id)])


def test_it_is_shared_again_only_where_something_has_changed(joined, lin, dara):
    entry = keep_entry(stock(), by=lin)
    first = share_register(by=dara)
    with pytest.raises(ActRefused, match="has not changed"):
        share_register(by=dara)
    keep_entry(stock(quantity=5), entry=entry, version=1, by=lin)
    second = share_register(by=dara)
    assert (second.version, second.supersedes) == (2, first.document_id)
    assert second.body["stocks"][0]["quantity"] == 5


def test_of_two_who_write_an_entry_at_once_the_second_is_told(joined, lin, person):
    entry = keep_entry(stock(), by=lin)
    keep_entry(stock(quantity=5), entry=entry, version=1, by=lin)
    with pytest.raises(ActRefused, match="Lin changed this entry"):
        keep_entry(stock(quantity=9), entry=entry, version=1, by=lin)
    with pytest.raises(ActRefused, match="Lin changed this entry"):
        remove_entry(entry, version=1, by=lin)
    remove_entry(entry, version=2, by=lin)
    assert not Capability.objects.exists()


def test_a_name_that_partners_know_is_not_given_to_another_entry(joined, lin, dara):
    entry = keep_entry(stock(), by=lin)
    share_register(by=dara)
    remove_entry(entry, version=1, by=lin)
    assert keep_entry(stock(item="gown", quantity=9), by=lin).entry == "s2"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (stock(quantity=0), ".quantity"),
        (stock(item="emt-type-1-mobile"), "item"),
        (team(item="ventilator"), "item"),
        (stock(kind="wish"), "kind"),
        (stock(unit="litre"), "unit"),
        (stock(ready_hours=-1), "ready_hours"),
        (team(members=0), "members"),
        (stock(best_before=day(-1)), "best_before"),
        (stock(regulatory="maybe"), "regulatory"),
        (stock(place=place("")), "place.names"),
        (team(methods=["guessing"]), "methods"),
    ],
)
def test_bad_entries_are_refused_by_field(joined, lin, given, field):
    with pytest.raises(InvalidInput) as refusal:
        keep_entry(given, by=lin)
    assert [problem.field for problem in refusal.value.problems] == [field]
    assert not Capability.objects.exists()


def test_a_partners_register_replaces_the_one_before_whatever_comes_first(joined, partner, lin):
    first = register(partner, stocks=stocks(5))
    second = register(partner, version=2, before=first.id, stocks=stocks(3))
    bring(partner, joined, second, first)
    assert Capability.objects.get(kind="stock").quantity == 3
    assert Register.objects.count() == 2
    expected = sum(len(second.body[name]) for name in ("teams", "laboratories", "experts", "stocks"))
    assert Capability.objects.filter(state="BO", is_ours=False).count() == expected


def test_an_entry_keeps_its_row_when_its_register_comes_anew(joined, partner, lin):
    """Links and forms that were opened from a suggestion name it."""
    first = register(partner, stocks=stocks(5))
    bring(partner, joined, first)
    row = Capability.objects.get(kind="stock")
    gone = {**stocks(5)[0], "id": "s2"}
    second = register(partner, version=2, before=first.id, stocks=[*stocks(3), gone])
    bring(partner, joined, second)
    row.refresh_from_db()
    assert row.quantity == 3
    bring(partner, joined, register(partner, version=3, before=second.id, stocks=stocks(3)))
    assert list(Capability.objects.filter(kind="stock").values_list("pk", "entry")) == [(row.pk, "s1")]


def test_one_name_in_two_lists_of_a_partner_is_two_entries(joined, partner, lin):
    team = {**CAPABILITIES["teams"][0], "id": "a1"}
    bring(partner, joined, register(partner, stocks=[{**stocks(5)[0], "id": "a1"}], teams=[team]))
    assert set(Capability.objects.filter(entry="a1").values_list("kind", flat=True)) == {"team", "stock"}


def test_a_void_register_gives_way_to_the_one_before_and_an_erased_one_to_nothing(joined, partner, lin):
    first = register(partner, stocks=stocks(5))
    second = register(partner, version=2, before=first.id, stocks=stocks(3))
    bring(partner, joined, first, second)
    entries = {one: joined.store.known("BO", [one])[one] for one in (first.id, second.id)}
    reader = RegisterReader()
    reader.withdrawn([entries[second.id]])
    assert Capability.objects.get(kind="stock").quantity == 5
    reader.accepted([(second, entries[second.id])])
    assert Capability.objects.get(kind="stock").quantity == 3
    reader.erased([entries[second.id]])
    assert not Capability.objects.exists()
    assert Register.objects.get(version=2).body == {}


def test_what_we_keep_is_not_changed_by_what_partners_send(joined, partner, lin):
    keep_entry(stock(), by=lin)
    bring(partner, joined, register(partner, stocks=stocks(5)))
    assert Capability.objects.get(is_ours=True).quantity == 12


def test_a_restored_node_that_lost_its_entries_has_them_from_what_it_shared(joined, lin, dara):
    keep_entry(stock(), by=lin)
    row = share_register(by=dara)
    from tocsin.exchange.sealing import seal

    seal(joined)
    (entry,) = joined.store.known("AL", [str(row.document_id)]).values()
    Register.objects.all().delete(), Capability.objects.all().delete()
    RegisterReader().returned([(Document.read(entry.document), entry)])
    assert (Capability.objects.get().item, Capability.objects.get().is_ours) == ("ventilator", True)


def test_suggestions_are_ranked_and_explained_and_follow_what_is_open(joined, partner, lin, dara):
    of = ask(lin, dara, items=[item(quantity=10)])
    bring(partner, joined, register(partner, stocks=stocks(4)))
    keep_entry(stock(), by=lin)
    (match,) = matches_for(of, by=lin)
    assert (match.capability.state, match.quantity) == ("BO", 4)
    said = [reason_in_words(reason, {"BO": "Borenia"}) for reason in match.reasons]
    assert said[0] == "covers a part: 4 pieces; 6 more would be missing"
    assert all(said)
    accept(of, their_offer(partner, joined, "BO", of, line("i1", 10)), quantities={"i1": 10}, **seen(of), by=dara)
    assert matches_for(of, by=lin) == ()


def test_many_suggestions_take_no_more_queries_than_one(joined, partner, lin, dara):
    """Each says which state it is of, and that it is a neighbour."""
    of, counted = ask(lin, dara, items=[item(quantity=10)]), []
    request = request_here(of)
    last = None
    for version, count in enumerate((1, 4), start=1):
        entries = [{**stocks(4)[0], "id": f"s{number}"} for number in range(count)]
        last = register(partner, version=version, before=last and last.id, stocks=entries)
        bring(partner, joined, last)
        with CaptureQueriesContext(connection) as asked:
            found = suggestions(of, request, lin)
        assert [one.state for one in found] == ["Borenia"] * count
        assert any("Borenia has a common border" in one for one in found[0].reasons)
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_of_a_partners_request_we_see_what_we_could_offer(joined, partner, lin):
    their = TheirRequest(partner, joined)
    keep_entry(stock(), by=lin)
    bring(partner, joined, register(partner, stocks=stocks(4)))
    assert [match.capability.state for match in matches_for(their.of, by=lin)] == ["AL"]


def test_whoever_may_not_read_registers_gets_no_suggestions(joined, partner, lin, dara, person):
    of = ask(lin, dara)
    bring(partner, joined, register(partner, stocks=stocks(4)))
    assert matches_for(of, by=person("clinician")) == ()
