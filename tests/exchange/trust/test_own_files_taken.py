"""One state's mistake takes the list from nobody else; one carrier's omission is taken from nobody at all."""

from dataclasses import replace

import pytest
from tests.exchange.alliances import ExerciseAlliance
from tests.exchange.trust.forging import edited, own_role, resealed, vouched

from tocsin.exchange import suite
from tocsin.exchange.canonical import canonical
from tocsin.exchange.errors import NotTrusted
from tocsin.exchange.trust import publishing, repository, signing
from tocsin.exchange.trust.files import FILE_BYTES
from tocsin.exchange.trust.refreshing import begin, load, refreshed
from tocsin.exchange.trust.repository import Holders


@pytest.fixture
def alliance():
    return ExerciseAlliance(["AL", "BO", "SEC"])


def own_file(alliance, node="AL"):
    return dict(repository.own_file(alliance.repository, node))


def says(change):
    """AL's second file: what its first one says, changed."""
    return lambda alliance: own_role(alliance, "AL", says=change(own_file(alliance)), version=2)


def names(change):
    """AL's second role: a good file, named otherwise than it is."""

    def made(alliance):
        def body(said):
            change(said["targets"]["nodes/AL.json"])

        return own_role(alliance, "AL", says=own_file(alliance), version=2, change=body)

    return made


def role(**change):
    """AL's second role, naming a good file, with other members."""
    return lambda alliance: own_role(
        alliance, "AL", says=own_file(alliance), version=2, change=lambda body: body.update(change)
    )


def stranger(alliance):
    """A good file, signed by somebody else."""
    return own_role(alliance, "AL", says=own_file(alliance), version=2, key=suite.new_key("identity"))


BROKEN = {
    "signed by a stranger": stranger,
    "no JSON": says(lambda own: b"{"),
    "not canonical": says(lambda own: canonical(own) + b" "),
    "nested too deeply": says(lambda own: b"[" * 5000 + b"]" * 5000),
    "of another node": says(lambda own: {**own, "node": "BO"}),
    "without keys": says(lambda own: {**own, "keys": None}),
    "with a path in an address": says(lambda own: {**own, "urls": ["https://al.example/x"]}),
    "expired": role(expires="2026-03-08T00:00:00Z"),
    "naming no file": role(targets={}),
    "delegating": role(delegations={}),
    "of another version": role(version=3),
    "naming its file without SHA-256": names(lambda file: file.update(hashes={"md5": "0" * 32})),
    "naming its file by a second digest that is wrong": names(lambda file: file["hashes"].update(sha512="0" * 128)),
    "naming its file with a wrong length": names(lambda file: file.update(length=1)),
    "metadata that is none": lambda alliance: {"2.node-AL.json": b"{}"},
    "metadata of the version before": lambda alliance: {"2.node-AL.json": alliance.files["1.node-AL.json"]},
    "metadata of another role": lambda alliance: {"2.node-AL.json": alliance.files["timestamp.json"]},
}


@pytest.fixture(params=BROKEN)
def broken(request, alliance):
    """A whole list in which AL's newest file, its second, is wrong in itself."""
    return resealed(alliance, alliance.files, BROKEN[request.param](alliance))


def test_a_newcomer_gets_the_list_and_that_state_without_keys(alliance, broken):
    state = refreshed(begin(alliance.root), broken, now=alliance.now)
    assert state.list.version == 2
    assert state.list.nodes["BO"] == alliance.list.nodes["BO"]
    assert state.list.nodes["AL"] == replace(alliance.list.nodes["AL"], urls=(), keys=())
    assert set(state.amiss) == {"AL"}
    assert "AL is listed without keys" in state.amiss["AL"]
    assert load(state.files).list == state.list


def test_whoever_holds_its_file_from_before_keeps_it(alliance, broken):
    state = refreshed(alliance.files, broken, now=alliance.now)
    assert state.list.version == 2
    assert state.list.nodes == alliance.list.nodes
    assert set(state.amiss) == {"AL"}
    assert "its file of version 1 stays in use" in state.amiss["AL"]
    assert load(state.files).list.nodes == alliance.list.nodes


def test_it_stays_in_use_through_further_lists(alliance, broken):
    state = refreshed(alliance.files, broken, now=alliance.now)
    state = refreshed(state.files, resealed(alliance, broken), now=alliance.now)
    assert state.list.version == 3
    assert state.list.nodes == alliance.list.nodes


def test_what_such_a_node_holds_serves_a_newcomer_who_must_not_take_the_file_from_before(alliance, broken):
    held = refreshed(alliance.files, broken, now=alliance.now).files
    state = refreshed(begin(alliance.root), held, now=alliance.now)
    assert state.list.version == 2
    assert state.list.nodes["AL"].keys == ()
    third = refreshed(begin(alliance.root), state.files, now=alliance.now)
    assert third.list == state.list


def test_the_states_next_good_file_is_taken(alliance, broken):
    for held in (alliance.files, begin(alliance.root)):
        state = refreshed(held, broken, now=alliance.now)
        urls = ["https://new.example"]
        good = own_role(alliance, "AL", says={**own_file(alliance), "urls": urls}, version=3)
        state = refreshed(state.files, resealed(alliance, broken, good), now=alliance.now)
        assert state.list.nodes["AL"].urls == tuple(urls)
        assert not state.amiss
        assert not {"1.node-AL.json", "2.node-AL.json"} & set(state.files)


def test_another_file_of_the_same_version_pushes_out_nothing(alliance):
    forged = own_role(alliance, "AL", says={}, version=1)
    files = resealed(alliance, alliance.files, forged)
    state = refreshed(alliance.files, files, now=alliance.now)
    assert state.list.nodes == alliance.list.nodes
    assert load(state.files).list == state.list
    assert set(load(state.files).amiss) == {"AL"}


def test_a_key_of_a_kind_unknown_here_is_looked_past_and_spoils_nothing(alliance):
    key = {"use": "seal", "jwk": {"kty": "GOST", "crv": "256-A"}, "ends": None}
    new = says(lambda own: {**own, "keys": [*own["keys"], key]})(alliance)
    files = resealed(alliance, alliance.files, new)
    state = refreshed(begin(alliance.root), files, now=alliance.now)
    assert state.list.nodes == alliance.list.nodes
    assert not state.amiss


def test_a_file_too_large_to_travel_is_its_states_own_fault(alliance):
    large = own_role(alliance, "AL", says=b" " * (FILE_BYTES + 1), version=2)
    offered = resealed(alliance, alliance.files, {"2.node-AL.json": large["2.node-AL.json"]})
    state = refreshed(alliance.files, offered, now=alliance.now)
    assert state.list.nodes == alliance.list.nodes
    assert "1048577 bytes" in state.amiss["AL"]


def test_an_old_file_shown_as_the_newest_does_not_come_back_into_use(alliance):
    """A thief of the online keys names AL's first role as its third: the key that the second one ended stays ended."""
    first = alliance.files["1.node-AL.json"]
    kid = alliance.end_key("AL", reason="stolen")
    replayed = resealed(alliance, alliance.repository, {"3.node-AL.json": first})
    for held in (alliance.files, alliance.repository):
        state = refreshed(held, replayed, now=alliance.now)
        assert kid in state.list.nodes["AL"].ends()
        state = refreshed({**held, **state.files}, replayed, now=alliance.now)
        assert kid in state.list.nodes["AL"].ends()
        assert kid in load(state.files).list.nodes["AL"].ends()


# What a carrier leaves out


@pytest.mark.parametrize("file", ["2.node-AL.json", "nodes/"])
def test_a_carrier_cannot_keep_a_stolen_key_alive_by_leaving_out_the_file_that_ends_it(alliance, file):
    held = alliance.files
    alliance.end_key("AL", reason="stolen")
    new = {name for name in alliance.files if name not in held and name.startswith(file)}
    assert len(new) == 1
    lacking = {name: data for name, data in alliance.files.items() if name not in new}
    altered = {**alliance.files, **{name: held[old] for name in new for old in held if old.endswith(name[-7:])}}
    for offered in (lacking, altered):
        with pytest.raises(NotTrusted, match="lost, altered or withheld") as refusal:
            refreshed(held, offered, now=alliance.now)
        assert refusal.value.code == "list-invalid"


def test_an_older_file_of_a_state_beside_the_newest_is_not_taken_for_it(alliance):
    held = alliance.files
    ended = alliance.end_key("AL", reason="stolen")
    offered = {**held, **alliance.files}
    state = refreshed(begin(alliance.root), offered, now=alliance.now)
    assert ended in state.list.nodes["AL"].ends()


# Delegations


def test_a_node_that_has_not_signed_yet_is_listed_without_keys(alliance):
    key = suite.new_key("identity")
    new = repository.Listed("CE", Holders((key,)))
    alliance._publish(signing.draft_list(alliance.repository, [new], now=alliance.now))
    alliance.renew()
    state = refreshed(begin(alliance.root), alliance.files, now=alliance.now)
    assert state.list.nodes["CE"].keys == ()
    assert "has not published" in state.amiss["CE"]


def test_a_file_that_the_states_new_holders_have_not_signed_goes_out_of_use(alliance):
    held = alliance.files
    alliance.change("AL", holders=Holders((suite.new_key("identity"),)))
    for start in (held, begin(alliance.root)):
        state = refreshed(start, alliance.files, now=alliance.now)
        assert state.list.nodes["AL"].keys == ()
        assert set(state.amiss) == {"AL"}


def test_a_state_that_wants_two_signatures_is_not_spoken_for_by_one(alliance):
    two = Holders((alliance.identity_keys["AL"], suite.new_key("identity")), 2)
    alliance.change("AL", holders=two)
    state = refreshed(begin(alliance.root), alliance.files, now=alliance.now)
    assert state.list.nodes["AL"].keys == ()


def test_an_own_role_that_expires_stays_in_use_where_it_was_and_newcomers_do_not_begin_with_it(alliance):
    held = alliance.files
    alliance.pass_time(days=364)
    alliance._publish(signing.draft_root(alliance.repository, now=alliance.now))
    alliance._publish(signing.draft_list(alliance.repository, (), now=alliance.now))
    alliance.pass_time(days=2)
    alliance.renew()
    state = refreshed(held, alliance.files, now=alliance.now)
    assert state.list.nodes == load(held).list.nodes
    assert set(state.amiss) == {"AL", "BO", "SEC"}
    assert state.list.expiring["node-AL"] < alliance.now < state.list.expires

    new = refreshed(begin(alliance.root), state.files, now=alliance.now)
    assert all(not entry.keys for entry in new.list.nodes.values())
    assert load(new.files).list == new.list
    assert load(state.files).list == state.list
    assert refreshed(state.files, new.files, now=alliance.now).list == state.list


def test_a_role_that_the_alliance_no_longer_delegates_to_is_not_read(alliance):
    def drop(body):
        body["version"] = 2
        body["delegations"]["roles"] = [role for role in body["delegations"]["roles"] if role["name"] != "node-AL"]

    new = {"2.targets.json": edited(alliance.files, "1.targets.json", drop, alliance.list_keys)}
    state = refreshed(alliance.files, resealed(alliance, alliance.files, new), now=alliance.now)
    assert state.list.nodes["AL"].keys == ()
    assert not any("AL.json" in name for name in state.files)


def test_an_own_role_named_without_its_digest_is_the_fault_of_the_snapshot(alliance):
    def change(body):
        body["meta"]["node-AL.json"] = {"version": 1}

    with pytest.raises(NotTrusted, match="without its SHA-256"):
        refreshed(alliance.files, resealed(alliance, alliance.files, snapshot=change), now=alliance.now)


def test_the_secretariat_is_told_whose_file_nodes_will_not_take(alliance):
    alliance._publish(
        signing.draft_list(
            alliance.repository,
            [replace(repository.listed(alliance.repository)["AL"], holders=Holders((suite.new_key("identity"),)))],
            now=alliance.now,
        )
    )
    state = publishing.renewed(alliance.repository, alliance.online_keys, now=alliance.now)
    assert set(state.amiss) == {"AL"}


def test_vouched_is_what_the_signing_side_says(alliance):
    """The forge used here must agree with the real thing, or these tests would refuse for the wrong reason."""
    state = refreshed(alliance.files, resealed(alliance, alliance.files), now=alliance.now)
    assert state.list.nodes == alliance.list.nodes
    good = own_role(alliance, "AL", says=own_file(alliance), version=2)
    assert not refreshed(alliance.files, resealed(alliance, alliance.files, good), now=alliance.now).amiss
    assert vouched(b"x")["length"] == 1
