"""What may be erased of what states do together, and that erasing changes no outcome: nowhere, whoever comes when."""

import pytest
from tests.joint.alliance import Alliance
from tests.joint.proposals import consent, objection
from tests.joint.test_cut_off import considered, cut_off, everywhere, reconnect, says

from tocsin.exchange.erasing import erase
from tocsin.exchange.sealing import post
from tocsin.exchange.store import State, every_entry
from tocsin.exchange.streams import Stream

COMMENT = {"version": 1, "paragraph": None, "text": "Call Ivanov."}


@pytest.fixture
def alliance():
    return Alliance(["AL", "BO", "CE", "SEC"])


def entry_of(alliance, name, kind):
    """The last thing of this kind that a node has sealed."""
    acts = [
        one.act for one in alliance.nodes[name].reader.kept.values() if (one.act.origin, one.act.kind) == (name, kind)
    ]
    (entry,) = alliance.nodes[name].store.known(name, [acts[-1].id]).values()
    return entry


def has_erased(alliance, name, entry):
    """A state that keeps to no rule: it asks everybody to destroy what it had said, and gives it to nobody any more."""
    node = alliance.nodes[name]
    body = {
        "documents": [{"epoch": 1, "stream": "members", "number": entry.number, "digest": entry.digest}],
        "reason": "identifies-a-person",
    }
    post(node, alliance.document(name, "", "members", type="erasure", body=body))
    node.store.drop_item(entry.stream, entry.number)


def test_an_erased_comment_is_passed_over_by_who_had_it_and_by_who_comes_late(alliance):
    key = considered(alliance)
    cut_off(alliance, "CE")
    says(alliance, "BO", key, "comment", **COMMENT)
    alliance.rest()
    assert [one.text for one in alliance.state("AL", key).comments] == ["Call Ivanov."]
    erase(alliance.nodes["BO"], [entry_of(alliance, "BO", "comment")], reason="identifies-a-person")
    says(alliance, "BO", key, "consent", **consent())
    alliance.rest()
    reconnect(alliance)
    decision = everywhere(alliance, key)
    assert (decision.comments, decision.standing("BO").kind) == ((), "consents")
    assert {alliance.arrangement(name, key).waiting_for for name in alliance.names} == {None}
    for name in alliance.names:
        found = every_entry(alliance.nodes[name].store, Stream("BO", 1, "members"), State.ERASED)
        assert len(list(found)) == 1
    assert "Ivanov" not in str(alliance.nodes["CE"].reader.kept)


def test_a_state_cannot_have_erased_what_others_have_built_on(alliance):
    key = considered(alliance)
    says(alliance, "BO", key, "object", **objection())
    alliance.rest()
    with pytest.raises(ValueError, match="built on"):
        erase(alliance.nodes["BO"], [entry_of(alliance, "BO", "object")], reason="other")
    with pytest.raises(ValueError, match="built on"):
        erase(alliance.nodes["AL"], [entry_of(alliance, "AL", "propose")], reason="other")


def test_nor_does_the_owner_erase_a_comment_of_its_own_for_the_order_hangs_on_it(alliance):
    key = considered(alliance)
    says(alliance, "AL", key, "comment", **COMMENT)
    alliance.rest()
    with pytest.raises(ValueError, match="built on"):
        erase(alliance.nodes["AL"], [entry_of(alliance, "AL", "comment")], reason="other")


def test_an_objection_that_its_state_has_destroyed_stands_where_it_is_and_is_waited_for_elsewhere(alliance):
    key = considered(alliance)
    cut_off(alliance, "CE")
    says(alliance, "BO", key, "object", **objection())
    alliance.rest()
    has_erased(alliance, "BO", entry_of(alliance, "BO", "object"))
    alliance.rest()
    for name in ("AL", "SEC"):
        assert alliance.state(name, key).objecting == ("BO",)
    reconnect(alliance)
    waits = alliance.arrangement("CE", key).waiting_for
    assert waits is not None
    assert (waits.origin, waits.kind) == ("BO", "object"), "it does not go on as if there were none"


def test_whom_a_state_has_told_something_else_under_the_same_identifier_waits_for_what_the_others_have(alliance):
    """BO tells CE alone something under an identifier, and everybody an objection under the same."""
    key = considered(alliance)
    alone = alliance.document("BO", "…", "to:CE")
    post(alliance.nodes["BO"], alone)
    alliance.rest()
    twice = alliance._document(
        "BO", key, "object", objection(), noun="decision", audience="members", order=None, id=alone.id
    )
    alliance._send("BO", twice)
    alliance.rest()
    assert alliance.state("AL", key).objecting == ("BO",)
    assert alliance.arrangement("CE", key).waiting_for.id == alone.id
    assert alliance.state("CE", key).adopted is None
