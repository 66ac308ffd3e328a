"""A state that is cut off, comes late, is suspended or robbed: what stands, and that it stands everywhere alike.

AL keeps the decision; BO and CE are concerned; the Secretariat reads. Silence lasts 24 hours.
"""

from datetime import timedelta

import pytest
from tests.joint.alliance import Alliance
from tests.joint.proposals import DAY, amendment, consent, objection, proposal

from tocsin.exchange.documents import Document
from tocsin.exchange.restoring import begin_recovery, open_epoch
from tocsin.joint.acts import Act, Order
from tocsin.joint.decisions.adopting import adoptable, pending
from tocsin.joint.decisions.state import Status

NAMES = ["AL", "BO", "CE", "SEC"]
SILENCE, ADOPTED, IN_FORCE = Status.SILENCE_PROCEDURE, Status.ADOPTED, Status.IN_FORCE


def considered(alliance, *, audience="members", **more):
    """A decision under consideration, that everybody has."""
    key = alliance.open("AL", "decision", "propose", proposal("AL", "BO", "CE", **more), audience=audience)
    says(alliance, "AL", key, "consider", until=None)
    alliance.rest()
    return key


def says(alliance, name, key, kind, **said):
    """A person says it, and the node lets them."""
    refused = alliance.act(name, key, kind, **said)
    assert refused is None, refused


def cut_off(alliance, name):
    alliance.cut = {frozenset((name, other)) for other in alliance.names if other != name}


def reconnect(alliance):
    alliance.cut.clear()
    alliance.rest()


def everywhere(alliance, key):
    """The one state that every node has come to."""
    states = [alliance.state(name, key) for name in alliance.names]
    assert all(one == states[0] for one in states)
    return states[0]


def statuses(alliance, key):
    return {name: alliance.state(name, key).status for name in alliance.names}


def cited(decision):
    return {one.state: one.by for one in decision.adoption.citations}


def waits(alliance, name, key):
    """For whom the owner's node waits, and why."""
    decision = alliance.state(name, key)
    return {one.state: one.why for one in pending(decision, alliance.nodes[name].now())}


@pytest.fixture
def alliance():
    return Alliance(NAMES)


@pytest.fixture
def silent(alliance):
    """CE is cut off when the silence begins; BO has received it."""
    key = considered(alliance)
    cut_off(alliance, "CE")
    says(alliance, "AL", key, "silence", version=1, hours=DAY)
    alliance.rest()
    return key


@pytest.mark.parametrize("ahead", [(), ("AL",), ("CE",), ("AL", "BO", "SEC"), tuple(NAMES)], ids="+".join)
def test_who_is_cut_off_at_the_deadline_is_not_silent_whatever_the_clocks_say(alliance, silent, ahead):
    alliance.hours_pass(DAY + 1)
    alliance.skews |= dict.fromkeys(ahead, timedelta(days=3))
    alliance.rest()
    alliance.hours_pass(5 * DAY)
    alliance.rest()
    found = statuses(alliance, silent)
    assert found.pop("CE") is Status.UNDER_CONSIDERATION, "it knows nothing of the silence"
    assert set(found.values()) == {SILENCE}
    assert waits(alliance, "AL", silent)["CE"] == "not-received"


def test_once_it_is_back_it_has_its_own_whole_time_and_then_all_is_adopted_everywhere(alliance, silent):
    alliance.hours_pass(3 * DAY)
    alliance.rest()
    reconnect(alliance)
    assert everywhere(alliance, silent).status is SILENCE
    assert waits(alliance, "AL", silent) == {"CE": "silence-runs"}
    alliance.hours_pass(DAY - 1)
    alliance.rest()
    assert everywhere(alliance, silent).status is SILENCE
    alliance.hours_pass(2)
    alliance.rest()
    decision = everywhere(alliance, silent)
    assert decision.status is IN_FORCE
    assert cited(decision) == {"AL": "silence", "BO": "silence", "CE": "silence"}


def test_while_it_is_back_it_may_object(alliance, silent):
    alliance.hours_pass(3 * DAY)
    reconnect(alliance)
    alliance.hours_pass(DAY - 1)
    says(alliance, "CE", silent, "object", **objection())
    alliance.rest()
    alliance.hours_pass(2 * DAY)
    alliance.rest()
    decision = everywhere(alliance, silent)
    assert (decision.status, decision.objecting) == (Status.UNDER_CONSIDERATION, ("CE",))


def test_an_objection_that_was_on_its_way_in_time_is_not_passed_over(alliance):
    """CE has received the silence, objects within it, and is cut off before anybody hears of that."""
    key = considered(alliance)
    says(alliance, "AL", key, "silence", version=1, hours=DAY)
    alliance.rest()
    cut_off(alliance, "CE")
    alliance.hours_pass(DAY - 1)
    says(alliance, "CE", key, "object", **objection())
    alliance.hours_pass(3 * DAY)
    alliance.rest()
    assert waits(alliance, "AL", key) == {"CE": "not-closed"}, "its time has run, and it has not answered the call"
    assert ADOPTED not in statuses(alliance, key).values()
    reconnect(alliance)
    alliance.hours_pass(10 * DAY)
    alliance.rest()
    decision = everywhere(alliance, key)
    assert decision.status is SILENCE, "no machine adopts over it: a person of the owner decides, and says so"
    (late,) = decision.refused
    assert (late.code, late.values["answered"], late.applied.act.origin) == ("objection-late", False, "CE")
    says(alliance, "AL", key, "reconsider", reason="Возражение пришло поздно.")
    alliance.rest()
    says(alliance, "CE", key, "object", **objection())
    alliance.rest()
    assert everywhere(alliance, key).objecting == ("CE",)


@pytest.mark.parametrize(("seconds", "counts"), [(-1, True), (0, True), (1, False)])
def test_the_last_second_is_that_of_the_order(alliance, seconds, counts):
    key = considered(alliance)
    says(alliance, "AL", key, "silence", version=1, hours=DAY)
    alliance.rest()
    until = alliance.state("AL", key).standing("BO").until
    alliance.alliance.now = until - timedelta(minutes=1)
    says(alliance, "BO", key, "object", **objection())
    alliance.seal("BO")
    alliance.alliance.now = until + timedelta(seconds=seconds)
    alliance.meet("AL", "BO")
    alliance.rest()
    decision = everywhere(alliance, key)
    assert (decision.objecting == ("BO",)) is counts
    assert [one.code for one in decision.refused] == ([] if counts else ["objection-late"])
    assert decision.status is (Status.UNDER_CONSIDERATION if counts else SILENCE)


def test_of_two_delegates_who_amend_at_once_the_order_has_one_first(alliance):
    key = considered(alliance)
    says(alliance, "BO", key, "amend", **amendment(words="12"))
    says(alliance, "CE", key, "amend", **amendment(words="48"))
    alliance.rest()
    decision = everywhere(alliance, key)
    assert decision.version.number == 2
    (refused,) = decision.refused
    assert (refused.code, {refused.applied.act.origin, decision.version.applied.act.origin}) == (
        "version-not-current", {"BO", "CE"},
    )  # fmt: skip


def test_of_two_delegates_of_one_state_the_last_word_counts(alliance):
    key = considered(alliance)
    says(alliance, "BO", key, "consent", **consent())
    says(alliance, "BO", key, "object", **objection())
    says(alliance, "CE", key, "object", **objection())
    says(alliance, "CE", key, "consent", **consent())
    alliance.rest()
    decision = everywhere(alliance, key)
    assert {state: decision.standing(state).kind for state in ("BO", "CE")} == {"BO": "objects", "CE": "consents"}


def test_a_state_that_is_suspended_in_the_middle_is_left_out_on_record_and_can_join_later(alliance):
    key = considered(alliance)
    says(alliance, "CE", key, "consent", **consent())
    alliance.rest()
    says(alliance, "AL", key, "silence", version=1, hours=DAY)
    alliance.rest()
    alliance.alliance.change("BO", status="suspended")
    for name in alliance.names:
        alliance.give_list(name)
    says(alliance, "BO", key, "object", **objection())
    alliance.hours_pass(3 * DAY)
    alliance.rest()
    assert {alliance.state(name, key).status for name in ("AL", "CE", "SEC")} == {SILENCE}, "nothing follows by itself"
    says(alliance, "AL", key, "leave_out", state="BO", reason="suspended")
    alliance.rest()
    decision = alliance.state("CE", key)
    assert (decision.status, cited(decision)) == (IN_FORCE, {"AL": "silence", "CE": "consent"})

    alliance.alliance.change("BO", status="active")
    for name in alliance.names:
        alliance.give_list(name)
    alliance.rest()
    decision = everywhere(alliance, key)
    assert decision.bound == ("AL", "CE")
    assert [(one.code, one.applied.act.origin) for one in decision.refused][-1] == ("left-out", "BO")
    says(alliance, "AL", key, "bring_back", state="BO", reason="left")
    alliance.rest()
    says(alliance, "BO", key, "accede", declaration="Без оговорок.")
    alliance.rest()
    assert everywhere(alliance, key).bound == ("AL", "CE", "BO")


def test_a_partner_accedes_years_later():
    alliance = Alliance([*NAMES, "DO"], tiers={"DO": "partner"})
    key = adopted(alliance, considered(alliance, audience="family", may_join=["DO"]))
    alliance.hours_pass(5 * 365 * DAY)
    says(alliance, "DO", key, "accede", declaration="")
    alliance.rest()
    decision = everywhere(alliance, key)
    assert decision.bound == ("AL", "BO", "CE", "DO")
    assert decision.accessions[0].applied.at - decision.adopted.at > timedelta(days=5 * 364)


def adopted(alliance, key):
    """All three consent, and a person of the owner adopts."""
    for name in ("AL", "BO", "CE"):
        says(alliance, name, key, "consent", **consent())
    alliance.rest()
    found = adoptable(alliance.state("AL", key), alliance.nodes["AL"].now())
    says(alliance, "AL", key, "adopt", **found.as_said())
    alliance.rest()
    assert everywhere(alliance, key).status is IN_FORCE
    return key


def test_what_was_adopted_is_changed_by_nobody(alliance):
    key = adopted(alliance, considered(alliance))
    before = everywhere(alliance, key)
    for name in ("AL", "BO"):
        assert alliance.act(name, key, "amend", **amendment()).code == "text-is-adopted"
    alliance.force("BO", key, "amend", amendment())
    alliance.rest()
    after = everywhere(alliance, key)
    assert (after.text, after.status, after.adopted) == (before.text, IN_FORCE, before.adopted)
    assert [one.code for one in after.refused] == ["text-is-adopted"]


def test_an_owner_that_says_two_things_under_one_number_is_held_to_the_first(alliance):
    """After the adoption it says that in its place it had put another text on the table, and adopted that."""
    key = adopted(alliance, considered(alliance))
    before = everywhere(alliance, key)
    chain = [one.act for one in alliance.arrangement("AL", key).applied if one.act.origin == "AL"]
    alliance.idle.add(key)
    third = chain[2].order
    alliance.force("AL", key, "amend", amendment(), order=third)
    amended = Act.of(Document.read(alliance.nodes["AL"].store.outbox(9)[-1].document))
    again = Order(4, amended.digest, third.at)
    adoption = {"version": 2, "states": [{"state": "AL", "by": "consent", "acts": [amended.id]}]}
    alliance.force("AL", key, "adopt", adoption, order=again)
    alliance.rest()
    assert everywhere(alliance, key) == before


# A key is stolen


def heads_of(alliance, name):
    """How far each stream of a node is: what an end names, if nothing behind it is the node's own."""
    streams = alliance.nodes[name].store.heads()
    return {
        head.first_manifest: (head.last, head.manifest) for stream, head in streams.items() if stream.origin == name
    }


def robbed(alliance, name, heads):
    """The state ends the stolen key where it was last its own, takes another, and opens the next epoch."""
    alliance.alliance.end_key(name, "seal", heads=heads, reason="stolen")
    alliance.put_keys(name)
    for one in alliance.names:
        alliance.give_list(one)
    open_epoch(alliance.nodes[name])
    alliance.rest()


def before_the_theft(alliance, name, key):
    """Something that the node still said itself."""
    says(alliance, name, key, "comment", version=1, paragraph=None, text="?")
    alliance.rest()
    return heads_of(alliance, name)


def test_a_consent_that_a_thief_signed_is_void_everywhere_and_the_state_can_say_its_own(alliance):
    key = considered(alliance)
    heads = before_the_theft(alliance, "BO", key)
    cut_off(alliance, "CE")  # it never gets what the thief said
    says(alliance, "BO", key, "consent", **consent())
    alliance.rest()
    assert alliance.state("AL", key).standing("BO").kind == "consents"
    robbed(alliance, "BO", heads)
    assert {alliance.state(name, key).standing("BO").kind for name in ("AL", "BO", "SEC")} == {"outstanding"}
    alliance.cut.clear()
    alliance.rest()
    says(alliance, "BO", key, "object", **objection())
    alliance.rest()
    assert everywhere(alliance, key).objecting == ("BO",)
    assert {alliance.arrangement(name, key).waiting_for for name in NAMES} == {None}


def test_what_was_adopted_with_a_thiefs_consent_was_not_adopted(alliance):
    key = considered(alliance)
    heads = before_the_theft(alliance, "BO", key)
    adopted(alliance, key)
    robbed(alliance, "BO", heads)
    decision = everywhere(alliance, key)
    assert (decision.status, decision.adopted) == (Status.UNDER_CONSIDERATION, None)
    assert decision.refused[0].code == "states-missing"
    says(alliance, "BO", key, "consent", **consent())
    alliance.rest()
    found = adoptable(alliance.state("AL", key), alliance.nodes["AL"].now())
    says(alliance, "AL", key, "adopt", **found.as_said())
    alliance.rest()
    assert everywhere(alliance, key).status is IN_FORCE


def test_a_consent_from_before_the_theft_stands(alliance):
    key = adopted(alliance, considered(alliance))
    heads = heads_of(alliance, "BO")
    alliance.force("BO", key, "comment", {"version": 1, "paragraph": None, "text": "by the thief"})
    alliance.rest()
    robbed(alliance, "BO", heads)
    decision = everywhere(alliance, key)
    assert (decision.status, decision.comments) == (IN_FORCE, ())


def test_an_owner_that_was_robbed_goes_on_where_it_still_was_itself(alliance):
    key = considered(alliance)
    heads = before_the_theft(alliance, "AL", key)
    says(alliance, "AL", key, "withdraw", reason="by the thief")
    alliance.rest()
    assert everywhere(alliance, key).status is Status.WITHDRAWN
    robbed(alliance, "AL", heads)
    assert everywhere(alliance, key).status is Status.UNDER_CONSIDERATION
    assert everywhere(alliance, adopted(alliance, key)).bound == ("AL", "BO", "CE")


# An epoch is lost


def test_what_was_adopted_stands_though_an_objection_of_an_earlier_epoch_turns_up(alliance):
    """BO objects, only CE hears of it, BO is restored from a backup that knows nothing of that; CE is back later."""
    key = considered(alliance)
    reader = alliance.nodes["BO"].reader
    store, kept, told, ours = alliance.nodes["BO"].store.copy(), dict(reader.kept), dict(reader.told), dict(reader.ours)
    alliance.cut = {frozenset((one, other)) for one in ("BO", "CE") for other in ("AL", "SEC")}
    says(alliance, "BO", key, "object", **objection())
    alliance.rest()
    alliance.nodes["BO"] = alliance._node("BO", store)
    vars(alliance.nodes["BO"].reader).update(kept=kept, told=told, ours=ours)
    begin_recovery(alliance.nodes["BO"], why="restored from a backup")
    open_epoch(alliance.nodes["BO"])
    cut_off(alliance, "CE")
    says(alliance, "AL", key, "leave_out", state="CE", reason="left")
    says(alliance, "AL", key, "silence", version=1, hours=DAY)
    alliance.rest()
    alliance.hours_pass(DAY + 1)
    alliance.rest()
    assert alliance.state("AL", key).status is IN_FORCE
    alliance.hours_pass(30 * DAY)
    reconnect(alliance)
    decision = everywhere(alliance, key)
    assert decision.status is IN_FORCE
    assert [(one.code, one.applied.act.origin) for one in decision.refused] == [("objection-late", "BO")]
