"""Acts that an order takes in and that count nowhere: words that were erased, and what a key signed behind its end."""

import json
from dataclasses import replace

import pytest
from tests.joint.sealed.deciding import Deciding, adopted_by_two, consent
from tests.joint.sealed.forging import changed, codes, only, put_together, verified
from tests.joint.sealed.test_keys_and_lists import ended

from tocsin.exchange import suite
from tocsin.exchange.erasing import erase
from tocsin.exchange.store import Own
from tocsin.joint import limits
from tocsin.joint.sealed import making
from tocsin.joint.sealed.form import Bounds
from tocsin.joint.sealed.making import NotSealable

NOT_CARRIED = "comments and positions that its order takes in and that the file does not carry: {}"


def entry_of(deciding, act, node):
    return deciding.world.nodes[node].store.known(act.origin, [act.id])[act.id]


def with_comments(deciding):
    """BO comments twice, consents, and the order takes all of it in."""
    deciding.propose(concerned=["AL", "BO"])
    comments = [
        deciding.say("BO", "comment", {"version": 1, "paragraph": None, "text": text}) for text in ("one", "two")
    ]
    theirs = deciding.say("BO", "consent", consent())
    ours = deciding.order("consent", consent(), *comments, theirs)
    deciding.adopt(AL=[ours], BO=[theirs])
    deciding.spread()
    return comments


# Words that are gone


def test_an_erased_comment_makes_no_adopted_decision_unprovable():
    deciding = Deciding()
    gone, kept = with_comments(deciding)
    erase(deciding.world.nodes["BO"], [entry_of(deciding, gone, "BO")], reason="sent-in-error")
    deciding.world.seal("BO")
    deciding.spread()
    deciding.world.join("FA")
    deciding.spread()
    for node in ("AL", "BO", "FA"):
        data = deciding.sealed(node)
        found = verified(deciding, data)
        assert (found.faults, found.notes) == ((), (NOT_CARRIED.format(1),)), node
        assert found.status == "ADOPTED"
        assert sum(one["act"] == "comment" for one in json.loads(data)["documents"]) == 1
    assert entry_of(deciding, kept, "AL").document is not None


def test_a_comment_that_was_taken_in_by_nothing_and_erased_hinders_nothing():
    deciding = adopted_by_two(Deciding())
    late = deciding.say("BO", "comment", {"version": 1, "paragraph": None, "text": "late"})
    deciding.spread()
    erase(deciding.world.nodes["BO"], [entry_of(deciding, late, "BO")], reason="sent-in-error")
    deciding.world.seal("BO")
    deciding.spread()
    found = verified(deciding, deciding.sealed())
    assert (found.holds, found.notes) == (True, ())


@pytest.mark.parametrize("limit", ["bytes", "documents"])
def test_a_file_that_would_be_too_large_leaves_comments_out_and_says_so(monkeypatch, limit):
    deciding = Deciding()
    with_comments(deciding)
    whole = deciding.sealed()
    if limit == "bytes":
        monkeypatch.setattr(making, "FILE_BYTES", len(whole) - 1)
    else:
        monkeypatch.setattr(making, "ANY_FILE", Bounds(documents=len(json.loads(whole)["documents"]) - 1))
    data = deciding.sealed()
    found = verified(deciding, data)
    assert (found.holds, found.notes) == (True, (NOT_CARRIED.format(2),))
    assert len(json.loads(data)["documents"]) == len(json.loads(whole)["documents"]) - 2
    assert found.states == verified(deciding, whole).states


def test_a_file_that_nobody_would_read_is_not_made(monkeypatch):
    deciding = Deciding()
    with_comments(deciding)
    monkeypatch.setattr(making, "FILE_BYTES", 3_000)
    with pytest.raises(NotSealable) as raised:
        deciding.sealed()
    assert (raised.value.code, raised.value.values["id"]) == ("too-large", deciding.object.id)


@pytest.mark.parametrize("act", ["consent", "object"])
def test_only_comments_and_positions_need_not_be_carried(decided, data, act):
    def change(said):
        said["documents"] = [one for one in said["documents"] if one["act"] != act or one["from"]["origin"] == "AL"]

    found = verified(decided, changed(data, change))
    assert "act-missing" in codes(found)
    assert not found.holds


FLOODED = "acts that the file does not carry, since their states had said before all that they may: {}"


def flooded(deciding):
    """BO says one thing after the other: of what comes behind the fifth, no node counts anything."""
    deciding.propose(concerned=["AL", "BO", "CE"])
    first = [deciding.say("BO", "consent", consent()), *(deciding.say("BO", "clear", {"reason": ""}) for _ in range(4))]
    deciding.order("order", None, *first, role="node")
    late = [deciding.say("BO", "object", {"version": 1, "paragraph": None, "reason": "not so"}) for _ in range(4)]
    theirs = deciding.say("CE", "consent", consent())
    ours = deciding.order("consent", consent(), *late, theirs)
    deciding.adopt(AL=[ours], BO=[first[0]], CE=[theirs])
    deciding.spread("AL")
    return late


def test_who_says_without_end_makes_no_decision_unprovable(monkeypatch):
    monkeypatch.setattr(limits, "MOST_ACTS", 5)
    deciding = Deciding()
    flooded(deciding)
    whole = deciding.sealed()
    assert verified(deciding, whole).notes == ()
    monkeypatch.setattr(making, "FILE_BYTES", len(whole) - 1)
    data = deciding.sealed()
    found = verified(deciding, data)
    assert (found.holds, found.notes) == (True, (FLOODED.format(4),))
    assert found.states == verified(deciding, whole).states
    acts = [one["act"] for one in json.loads(data)["documents"]]
    assert ("object" in acts, acts.count("clear")) == (False, 4)


def test_what_a_state_said_before_it_had_said_all_cannot_be_left_out(monkeypatch):
    """An objection of a state that may say one thing more is missed, and so is one of a state that has said nothing."""
    monkeypatch.setattr(limits, "MOST_ACTS", 5)
    deciding = Deciding()
    flooded(deciding)
    data = deciding.sealed()

    def without(act, origin):
        def change(said):
            said["documents"] = [
                one for one in said["documents"] if (one["act"], one["from"]["origin"]) != (act, origin)
            ]

        return verified(deciding, changed(data, change))

    assert without("object", "BO").holds
    assert codes(without("consent", "CE")) == ["act-missing"]
    assert codes(without("clear", "BO")) == ["act-missing"]
    monkeypatch.setattr(limits, "MOST_ACTS", 6)
    assert codes(without("object", "BO")) == ["act-missing"]


def test_an_objection_that_its_owner_calls_a_comment_is_in_no_order():
    """No node takes it in, and no file that holds it verifies."""
    deciding = Deciding()
    deciding.propose(concerned=["AL", "BO"])
    theirs = deciding.say("BO", "consent", consent())
    objection = deciding.say("BO", "object", {"version": 1, "paragraph": None, "reason": "not so"})
    called = _Named(replace(objection.reference, kind="comment"))
    ours = deciding.order("consent", consent(), theirs, called)
    deciding.adopt(AL=[ours], BO=[theirs])
    deciding.spread()
    found = verified(deciding, put_together(deciding, deciding.acts.values()))
    assert [(one.code, one.where) for one in found.faults] == [("not-in-order", "BO/1/members 2, object")]
    assert (found.status, found.states) == ("", ())


class _Named:
    def __init__(self, reference):
        self.reference = reference


# Keys that had ended


def with_void(deciding, *, anew, reason="stolen"):
    """BO's key was stolen after its consent; what it signed behind that was taken in before anybody knew.

    anew   it was a thief's, and BO says something else in its place; else BO had said it, and goes on in its next epoch
    """
    world = deciding.world
    world.tell("of another matter", "BO")
    deciding.propose(concerned=["AL", "BO"])
    theirs = deciding.say("BO", "consent", consent())
    world.tell("of another matter", "BO")
    before = world.nodes["BO"].store.copy()
    stray = deciding.say("BO", "clear", {"reason": "as we said"})
    ours = deciding.order("consent", consent(), theirs, stray)
    deciding.adopt(AL=[ours], BO=[theirs])
    deciding.spread("AL", "CE")
    if anew:
        world.nodes["BO"] = world._node("BO", before)
    ended(deciding, "BO", after=_At(3), reason=reason)
    if not anew:
        world.nodes["BO"].store.set_own(Own(2))
    world.post("BO", "we go on here")
    world.seal("BO")
    deciding.spread()
    return stray


@pytest.mark.parametrize("reason", ["stolen", "rotated"])
@pytest.mark.parametrize("anew", [True, False], ids=["another has its place", "a later epoch"])
def test_an_act_behind_the_end_of_its_key_is_shown_to_count_nowhere(anew, reason):
    deciding = Deciding()
    stray = with_void(deciding, anew=anew, reason=reason)
    for node in ("AL", "CE"):
        data = deciding.sealed(node)
        found = verified(deciding, data)
        assert found.faults == ()
        assert found.holds
        assert found.notes == (
            "BO/1/members 4, clear: the key that signed it had ended there, so that it counts at no node",
        )
    assert stray.id in {act.id for act in deciding.acts.values()}


@pytest.mark.parametrize("anew", [True, False], ids=["another has its place", "a later epoch"])
def test_what_shows_it_cannot_be_left_out(anew):
    deciding = Deciding()
    with_void(deciding, anew=anew)
    data = deciding.sealed()
    named = {one["manifest"] for one in json.loads(data)["documents"]}
    beside = [one["digest"] for one in json.loads(data)["manifests"] if one["digest"] not in named]
    assert beside
    for digest in beside:

        def change(said, without=digest):
            said["manifests"] = [one for one in said["manifests"] if one["digest"] != without]

        found = verified(deciding, changed(data, change))
        assert codes(found) == ["key-ended"]
        assert "nor to count for nobody" in found.faults[0].what


def test_an_act_that_is_void_and_is_not_here_is_told_so():
    """Of a node that came later nobody can ask for what it never had."""
    deciding = Deciding()
    stray = with_void(deciding, anew=False)
    deciding.world.join("FA")
    deciding.spread()
    with pytest.raises(NotSealable) as raised:
        deciding.sealed("FA")
    assert (raised.value.code, raised.value.values["id"]) == ("act-missing", stray.id)
    assert verified(deciding, deciding.sealed("CE")).holds


def objected_to(deciding):
    """BO consents, then objects, and AL adopts against that: no node follows it. What AL signed stays signed."""
    deciding.propose(concerned=["AL", "BO"])
    theirs = deciding.say("BO", "consent", consent())
    return theirs, lambda objection: deciding.adopt(
        AL=[deciding.order("consent", consent(), theirs, objection)], BO=[theirs]
    )


def with_later_epoch(deciding, *acts):
    """A file of these acts that also brings what BO said in its second epoch."""
    store = deciding.world.nodes["AL"].store
    later = next(store.manifests(deciding.world.stream("BO", epoch=2))).manifest.digest
    batch = store.batch_of(later)

    def change(said):
        said["manifests"].append({
            "digest": later, "manifest": suite.encoded(batch.manifest.data), "signatures": list(batch.signatures),
        })  # fmt: skip

    return changed(put_together(deciding, acts), change)


def second_epoch(deciding):
    deciding.world.nodes["BO"].store.set_own(Own(2))
    deciding.world.post("BO", "we go on here")
    deciding.world.seal("BO")
    deciding.spread()


def test_an_objection_before_the_end_of_a_stolen_key_is_not_passed_off_as_void():
    """Whoever leaves out what leads from it to the end shows only that its key has ended."""
    deciding = Deciding()
    _, adopt = objected_to(deciding)
    objection = deciding.say("BO", "object", {"version": 1, "paragraph": None, "reason": "not so"})
    adopt(objection)
    deciding.world.tell("later", "BO")
    deciding.spread()
    last = deciding.world.nodes["BO"].store.head(deciding.world.stream("BO")).last
    ended(deciding, "BO", after=_At(last), reason="stolen")
    second_epoch(deciding)
    found = verified(deciding, with_later_epoch(deciding, *deciding.acts.values()))
    assert "key-ended" in codes(found)
    assert "at no node" not in " ".join(found.notes)
    assert not found.holds


def test_an_objection_of_a_key_that_lives_is_not_passed_off_as_void():
    """Its manifest without its signature is none that an ended key signed."""
    deciding = Deciding()
    theirs, adopt = objected_to(deciding)
    deciding.spread()
    ended(deciding, "BO", after=theirs, reason="stolen")
    objection = deciding.say("BO", "object", {"version": 1, "paragraph": None, "reason": "not so"})
    adopt(objection)
    second_epoch(deciding)
    data = with_later_epoch(deciding, *deciding.acts.values())
    assert codes(verified(deciding, data))[0] == "not-adopted"

    def strip(said):
        at = next(one["manifest"] for one in said["documents"] if one["act"] == "object")
        next(one for one in said["manifests"] if one["digest"] == at)["signatures"] = []

    found = verified(deciding, changed(data, strip))
    assert codes(found) == ["signature-missing"]
    assert not found.holds


class _At:
    def __init__(self, number):
        self.place = (1, number)


def test_what_is_void_and_no_order_takes_in_has_no_place_in_the_file():
    deciding = Deciding()
    with_void(deciding, anew=False)
    data = deciding.sealed()
    assert only(deciding, "clear").place == (1, 4)

    def change(said):
        at = next(at for at, one in enumerate(said["documents"]) if one["act"] == "clear")
        said["documents"].append(said["documents"][at])

    assert codes(verified(deciding, changed(data, change))) == ["stands-twice"]
