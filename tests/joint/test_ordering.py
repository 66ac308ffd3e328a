"""The order that an owner gives: the same for everybody who has the same documents, and only ever longer."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.joint.acting import BEGIN, Acting, reference

from tocsin.joint.acts import Order
from tocsin.joint.ordering import arranged, chain_of


def kinds(arrangement):
    return [(one.act.origin, one.act.kind) for one in arrangement.applied]


def test_included_acts_come_before_the_owners_own():
    acting = Acting()
    acting.order("propose")
    objection = acting.say("BO", "object")
    acting.order("consider", includes=[objection], at=1)
    found = arranged(acting.owned, acting.others)
    assert kinds(found) == [("AL", "propose"), ("BO", "object"), ("AL", "consider")]
    assert [one.number for one in found.applied] == [1, 2, 2]
    assert (found.through, found.waiting_for, found.proposals) == (2, None, ())


def test_what_no_order_includes_is_a_proposal():
    acting = Acting()
    acting.order("propose")
    objection = acting.say("BO", "object")
    found = arranged(acting.owned, acting.others)
    assert kinds(found) == [("AL", "propose")]
    assert found.proposals == (objection,)


def test_an_owner_cannot_pass_over_what_a_state_had_said_before():
    """The objection stands before the answer to the closing call in BO's stream, so it comes into the order with it."""
    acting = Acting()
    acting.order("propose")
    acting.say("BO", "object")
    answer = acting.say("BO", "received")
    acting.order("adopt", includes=[answer], at=30)
    assert kinds(arranged(acting.owned, acting.others)) == [
        ("AL", "propose"), ("BO", "object"), ("BO", "received"), ("AL", "adopt"),
    ]  # fmt: skip


def test_what_is_not_here_yet_stops_the_order_before_the_document_that_includes_it():
    acting = Acting()
    acting.order("propose")
    known, missing = acting.say("BO", "consent"), acting.say("CE", "object")
    acting.order("order", includes=[known, missing], at=1)
    acting.order("adopt", at=2)
    del acting.others["CE", missing.id]
    found = arranged(acting.owned, acting.others)
    assert kinds(found) == [("AL", "propose")]
    assert found.waiting_for == reference(missing)
    assert found.proposals == (known,), "it is in no order that could be followed"


def test_what_is_void_is_passed_over_and_not_waited_for():
    acting = Acting()
    acting.order("propose")
    forged, good = acting.say("BO", "consent"), acting.say("BO", "object")
    acting.order("order", includes=[forged, good], at=1)
    for there in (True, False):
        others = dict(acting.others)
        if not there:
            del others["BO", forged.id]
        found = arranged(acting.owned, others, void={("BO", forged.id)})
        assert kinds(found) == [("AL", "propose"), ("BO", "object"), ("AL", "order")]


def test_what_turns_up_of_a_lost_epoch_is_not_slipped_into_the_past():
    """BO was put back without its last act of epoch 1; only a node that was cut off had it, and comes back."""
    acting = Acting()
    acting.order("propose")
    lost = acting.say("BO", "object", place=(1, 9))
    consent = acting.say("BO", "consent", place=(2, 1))
    acting.order("adopt", includes=[consent], at=1)
    without = {key: act for key, act in acting.others.items() if act is not lost}
    before, after = arranged(acting.owned, without), arranged(acting.owned, acting.others)
    assert before.applied == after.applied
    assert after.proposals == (lost,), "until the owner takes it in"
    acting.order("order", includes=[lost], at=2)
    assert kinds(arranged(acting.owned, acting.others))[-2:] == [("BO", "object"), ("AL", "order")]


def test_an_act_counts_once_however_often_it_is_included():
    acting = Acting()
    acting.order("propose")
    consent = acting.say("BO", "consent")
    acting.order("order", includes=[consent, consent], at=1)
    acting.order("order", includes=[consent], at=2)
    assert kinds(arranged(acting.owned, acting.others)).count(("BO", "consent")) == 1


def test_a_reference_that_says_something_else_than_the_act_brings_nothing():
    acting = Acting()
    acting.order("propose")
    consent = acting.say("BO", "consent")
    order = Order(2, acting.owned[0].digest, BEGIN, (replace(reference(consent), digest="x" * 43),))
    adopt = replace(acting.owned[0], id="another", kind="adopt", order=order)
    found = arranged([acting.owned[0], adopt], acting.others)
    assert kinds(found) == [("AL", "propose"), ("AL", "adopt")]


def test_a_reference_that_says_of_an_act_that_it_does_something_else_brings_nothing():
    """Else a node that comes when the act is erased would take an objection for a comment, and pass it over."""
    acting = Acting()
    acting.order("propose")
    objection = acting.say("BO", "object")
    order = Order(2, acting.owned[0].digest, BEGIN, (replace(reference(objection), kind="comment"),))
    adopt = replace(acting.owned[0], id="another", kind="adopt", order=order)
    found = arranged([acting.owned[0], adopt], acting.others)
    assert kinds(found) == [("AL", "propose"), ("AL", "adopt")]
    assert found.proposals == (objection,)


def test_a_comment_brings_nothing_with_it_so_that_nothing_goes_with_it_when_it_is_erased():
    acting = Acting()
    acting.order("propose")
    objection, comment = acting.say("BO", "object"), acting.say("BO", "comment")
    acting.order("order", includes=[comment], at=1)
    before = arranged(acting.owned, acting.others)
    assert kinds(before) == [("AL", "propose"), ("BO", "comment"), ("AL", "order")]
    erased = {("BO", comment.id)}
    for others in (acting.others, {("BO", objection.id): objection}):  # who had it, and who comes late
        after = arranged(acting.owned, others, void=erased)
        assert kinds(after) == [("AL", "propose"), ("AL", "order")]
        assert after.proposals == (objection,)


def test_nor_does_a_comment_come_with_anything():
    """A node that never had it, since it was erased, follows the same order."""
    acting = Acting()
    acting.order("propose")
    comment, objection = acting.say("BO", "comment"), acting.say("BO", "object")
    consent = acting.say("BO", "consent")
    acting.order("order", includes=[consent], at=1)
    for others in (acting.others, {key: one for key, one in acting.others.items() if one is not comment}):
        found = arranged(acting.owned, others)
        assert [one.act for one in found.applied if one.act.origin == "BO"] == [objection, consent]
    acting.order("order", includes=[comment], at=2)
    assert [one.act for one in arranged(acting.owned, acting.others).applied][-2] is comment


def test_an_order_that_has_a_gap_says_so():
    acting = Acting()
    acting.order("propose")
    acting.order("consider", at=1)
    acting.order("order", at=2)
    assert not arranged(acting.owned, {}).is_broken
    without = arranged([acting.owned[0], acting.owned[2]], {})
    assert (without.through, without.is_broken) == (1, True)


def test_an_act_that_was_sent_again_after_a_restore_is_the_same_act_wherever_it_stands():
    acting = Acting()
    acting.order("propose")
    consent = acting.say("BO", "consent")
    acting.order("order", includes=[consent], at=1)
    elsewhere = {("BO", consent.id): replace(consent, place=(2, 1))}
    assert kinds(arranged(acting.owned, elsewhere)) == kinds(arranged(acting.owned, acting.others))


def test_time_never_runs_backwards():
    acting = Acting()
    acting.order("propose", at=5)
    acting.order("consider", at=-70)
    acting.order("adopt", at=6)
    assert [one.at - BEGIN for one in arranged(acting.owned, {}).applied] == [
        timedelta(hours=5), timedelta(hours=5), timedelta(hours=6),
    ]  # fmt: skip


def test_of_two_documents_that_claim_one_place_the_later_epoch_stands_and_within_one_the_first():
    acting = Acting()
    acting.order("propose")
    first = acting.order("consider", at=1)
    second = replace(first, id="second", digest="b" * 43, kind="withdraw", place=(1, 9))
    later = replace(first, id="later", digest="c" * 43, kind="silence", place=(2, 1))
    waiting = replace(first, id="waiting", digest="d" * 43, kind="lapse", place=None)
    opening = acting.owned[0]
    assert chain_of([second, opening, first]) == [opening, first]
    assert chain_of([second, later, opening, first]) == [opening, later]
    assert chain_of([waiting, later, opening, first]) == [opening, waiting], "what we are about to say is the latest"


def test_a_document_that_does_not_follow_is_not_in_the_chain():
    acting = Acting()
    acting.order("propose")
    acting.order("consider", at=1)
    stray = replace(acting.owned[1], order=replace(acting.owned[1].order, number=3, previous="z" * 43))
    other_opening = replace(acting.owned[0], id="another-opening")
    assert [act.kind for act in chain_of([other_opening, stray, *acting.owned])] == ["propose", "consider"]


@st.composite
def histories(draw):
    """An object with acts of four nodes; the owner includes some, in any order, some twice, some never."""
    acting = Acting()
    acting.order("propose")
    for hour in range(draw(st.integers(1, 6))):
        for origin in draw(st.lists(st.sampled_from(["BO", "CE", "DO"]), max_size=4)):
            acting.say(origin, draw(st.sampled_from(["consent", "object", "received"])))
        said = list(acting.others.values())
        acting.order(includes=draw(st.lists(st.sampled_from(said), max_size=4)) if said else [], at=hour)
    return acting


@given(histories(), st.randoms(use_true_random=False))
@settings(max_examples=200)
def test_the_order_in_which_documents_came_makes_no_difference(acting, random):
    owned, others = list(acting.owned), list(acting.others.items())
    random.shuffle(owned)
    random.shuffle(others)
    assert arranged(owned, dict(others)) == arranged(acting.owned, acting.others)


@given(histories(), st.data())
@settings(max_examples=200)
def test_whoever_knows_less_knows_a_beginning(acting, data):
    """A node that was cut off has the beginnings of streams: as far as it knows, it knows what all know."""
    whole = arranged(acting.owned, acting.others)
    heads = {origin: data.draw(st.integers(0, 20), origin) for origin in ("AL", "BO", "CE", "DO")}
    owned = [act for act in acting.owned if act.place[1] <= heads["AL"]]
    others = {key: act for key, act in acting.others.items() if act.place[1] <= heads[act.origin]}
    part = arranged(owned, others)
    assert part.applied == whole.applied[: len(part.applied)]
    assert part.through <= whole.through
    assert {one.act.id for one in whole.applied} >= {one.act.id for one in part.applied}


@given(histories())
@settings(max_examples=200)
def test_each_node_is_heard_in_the_order_in_which_it_spoke(acting):
    found = arranged(acting.owned, acting.others)
    for origin in ("BO", "CE", "DO"):
        places = [one.act.place for one in found.applied if one.act.origin == origin]
        assert places == sorted(set(places))
        left = [act.place for act in found.proposals if act.origin == origin]
        assert all(before < after for before in places for after in left)
