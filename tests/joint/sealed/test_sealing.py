"""A file made by one node and verified by whoever has the trust list: what it proves of each state."""

import json
from datetime import timedelta

import pytest
from tests.joint.sealed.deciding import TITLE, WORDS, Deciding, adopted_by_all, consent

from tocsin.exchange import suite
from tocsin.joint.sealed.making import NotSealable
from tocsin.joint.sealed.verifying import verify_sealed
from tocsin.joint.texts.paragraphs import digest_of, read_text


def verified(deciding, data, **more):
    return verify_sealed(data, deciding.trust, **{"now": deciding.now, **more})


@pytest.mark.parametrize("node", ["AL", "BO", "CE", "DE", "SEC"])
def test_any_node_that_has_it_makes_a_file_that_verifies(decided, node):
    data = decided.sealed(node)
    found = verified(decided, data)
    assert (found.faults, found.notes, found.unreadable) == ((), (), "")
    assert found.holds
    assert (found.made_by, found.object, found.acts) == (node, decided.object, len(decided.acts))
    assert json.loads(data)["documents"] == json.loads(decided.sealed("AL"))["documents"]


def test_it_says_how_each_state_takes_part_and_by_what_that_is_proven(decided, data):
    states = {one.state: one for one in verified(decided, data).states}
    assert list(states) == ["AL", "BO", "CE", "DE"]
    assert {state: one.by for state, one in states.items()} == {
        "AL": "consent", "BO": "silence", "CE": "consent", "DE": "accession",
    }  # fmt: skip
    assert [one.state for one in states.values() if one.ad_referendum] == ["CE"]
    assert (states["CE"].cleared, states["AL"].cleared) == (True, None)
    assert states["BO"].documents == ("BO/1/members 3, received", "BO/1/members 4, received")
    assert states["BO"].at - states["BO"].since == timedelta(hours=25)
    for state, one in states.items():
        assert one.keys == (suite.thumbprint(decided.world.alliance.keys[state]["seal"]),)


def test_it_says_what_was_adopted_in_every_language(decided, data):
    found = verified(decided, data)
    assert (found.title, found.body, found.kind, found.status) == (TITLE, "council", "plan", "IN_FORCE")
    assert [(one.language, one.official) for one in found.texts] == [("en", False), ("ru", True), ("zh-hans", True)]
    assert found.text("ru").paragraphs == (("title", TITLE["ru"]), ("operative", WORDS["ru"]))
    assert found.text("en").paragraphs[1] == ("operative", None)
    opening = next(act for act in decided.owned if act.kind == "propose")
    text = read_text(opening.said["text"])
    assert {one.digest for one in found.texts} == {digest_of(text, one) for one in ("en", "ru", "zh-hans")}
    assert (found.through, found.readers, found.rules.silence_hours) == (len(decided.owned), ("MEMBERS",), 24)


def test_whoever_reads_the_file_without_the_program_finds_the_words_under_their_digest(data):
    said = json.loads(data)["texts"]["zh-hans"]
    assert [one["text"] for one in said["paragraphs"]] == [TITLE["zh-hans"], WORDS["zh-hans"]]
    written = json.dumps(said["paragraphs"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert suite.digest(written.encode()) == said["digest"]


def test_a_decision_of_few_is_told_as_theirs():
    deciding = Deciding(audience="to:BO+CE")
    deciding.propose()
    theirs = [deciding.say(state, "consent", consent()) for state in ("BO", "CE")]
    ours = deciding.order("consent", consent(), *theirs)
    deciding.adopt(AL=[ours], BO=[theirs[0]], CE=[theirs[1]])
    deciding.spread()
    found = verified(deciding, deciding.sealed("CE"))
    assert found.holds
    assert found.readers == ("SELECTIVE to AL, BO, CE",)


def test_who_stayed_out_is_told_so_and_who_was_not_cleared():
    deciding = Deciding()
    deciding.propose()
    theirs = deciding.say("BO", "consent", consent(ad_referendum=True))
    out = deciding.say("CE", "stay_out", {"version": 1, "reason": "no border"})
    ours = deciding.order("consent", consent(), theirs, out)
    deciding.adopt(AL=[ours], BO=[theirs], CE=[out])
    refused = deciding.say("BO", "not_clear", {"reason": "not by parliament"})
    deciding.order("order", None, refused, role="node")
    deciding.spread()
    states = {one.state: one for one in verified(deciding, deciding.sealed()).states}
    assert states["CE"].by == "stays_out"
    assert (states["BO"].ad_referendum, states["BO"].cleared) == (True, False)


LEFT_OUT = "CE was left out of it as suspended, by its owner's word, and is active by this trust list"


@pytest.mark.parametrize("back", [False, True], ids=["still", "brought back since"])
def test_who_was_left_out_by_its_owner_is_told_so_and_whether_the_list_says_otherwise(back):
    deciding = Deciding()
    deciding.propose()
    theirs = deciding.say("BO", "consent", consent())
    ours = deciding.order("consent", consent(), theirs)
    deciding.order("leave_out", {"state": "CE", "reason": "suspended"})
    deciding.adopt(AL=[ours], BO=[theirs])
    if back:
        deciding.order("bring_back", {"state": "CE", "reason": "suspended"})
    deciding.spread("AL")
    data = deciding.sealed()
    found = verified(deciding, data)
    assert (found.holds, found.notes) == (True, (LEFT_OUT,))
    assert {one.state: one.by for one in found.states} == {"AL": "consent", "BO": "consent", "CE": "left_out"}
    deciding.world.alliance.change("CE", status="suspended")
    assert verified(deciding, data).notes == ()


def test_who_was_brought_back_before_it_was_adopted_was_not_left_out():
    deciding = Deciding()
    deciding.propose()
    deciding.order("leave_out", {"state": "CE", "reason": "suspended"})
    deciding.order("bring_back", {"state": "CE", "reason": "suspended"})
    theirs = [deciding.say(state, "consent", consent()) for state in ("BO", "CE")]
    ours = deciding.order("consent", consent(), *theirs)
    deciding.adopt(AL=[ours], BO=[theirs[0]], CE=[theirs[1]])
    deciding.spread("AL")
    found = verified(deciding, deciding.sealed())
    assert (found.holds, found.notes) == (True, ())


# What cannot be sealed


def refusal(deciding, **more):
    with pytest.raises(NotSealable) as raised:
        deciding.sealed(**more)
    return raised.value


def test_what_is_not_adopted_is_not_sealed():
    deciding = Deciding()
    deciding.propose()
    found = refusal(deciding)
    assert (found.code, found.values) == ("not-adopted", {"status": "UNDER_CONSIDERATION"})


def test_what_is_not_known_is_not_sealed(decided):
    found = refusal(decided, documents=())
    assert (found.code, found.values["id"]) == ("unknown-object", decided.object.id)


def test_an_act_that_has_not_come_yet_is_named(decided):
    (missing,) = (act for act in decided.acts.values() if act.kind == "object")
    without = [key for key in decided.acts if key != (missing.origin, missing.id)]
    found = refusal(decided, documents=without)
    assert (found.code, found.values) == ("act-missing", {"origin": "BO", "id": missing.id})


def test_an_act_whose_words_were_erased_is_named():
    deciding = adopted_by_all(Deciding())
    deciding.spread()
    objection = next(act for act in deciding.acts.values() if act.kind == "object")
    store = deciding.world.nodes["AL"].store
    entry = store.known("BO", [objection.id])[objection.id]
    store.drop_item(entry.stream, entry.number)
    found = refusal(deciding)
    assert (found.code, found.values["id"]) == ("not-readable", objection.id)


def test_what_no_order_takes_in_is_left_out_of_the_file():
    deciding = adopted_by_all(Deciding())
    deciding.say("BO", "position", {"paragraph": None, "text": "late"})
    deciding.spread()
    data = deciding.sealed()
    assert "position" not in [one["act"] for one in json.loads(data)["documents"]]
    assert len(json.loads(data)["documents"]) == len(deciding.acts) - 1
    assert verified(deciding, data).holds
