"""Threat: one person inside, with one real key, changes what several must agree on."""

import pytest
from tests.exchange.alliances import ExerciseAlliance
from tests.exchange.threats.adversaries import deliver, trust_files
from tests.exchange.trust.forging import body_of, resealed, signed_by
from tests.exchange.world import World

from tocsin.exchange.errors import ExchangeError, Refused
from tocsin.exchange.trust import drafts, publishing, signing
from tocsin.exchange.trust.repository import Holders, Listed


@pytest.fixture
def world():
    return World(["AL", "BO", "CE"])


@pytest.fixture
def alliance(world):
    return world.alliance


def new_list(alliance: ExerciseAlliance) -> drafts.Draft:
    """A list with a node that nobody else has agreed to."""
    holders = Holders((alliance.identity_keys["AL"],))
    return signing.draft_list(alliance.repository, [Listed("EVIL", holders)], now=alliance.now)


def targets_signed(alliance, *keys):
    """Files of a list with another node, its targets signed by these keys, past all checks of the signers."""
    draft = new_list(alliance)
    name = f"{draft.version}.targets.json"
    return resealed(alliance, alliance.files, {**draft.files, name: signed_by(draft.metadata["signed"], keys)})


@pytest.mark.parametrize("who", ["nobody", "one", "one, three times", "two", "three of other roles"])
def test_fewer_holders_than_the_threshold_change_nothing_in_the_list(world, alliance, who):
    one, two = alliance.list_keys[:2]
    keys = {
        "nobody": [],
        "one": [one],
        "one, three times": [one, one, one],
        "two": [one, two],
        "three of other roles": [*alliance.online_keys, alliance.identity_keys["AL"], alliance.identity_keys["BO"]],
    }[who]
    held = world.nodes["BO"].store.trust_files()
    with pytest.raises(Refused):
        deliver(world, "AL", "BO", trust_files(targets_signed(alliance, *keys)))
    assert world.nodes["BO"].store.trust_files() == held
    draft = new_list(alliance)
    for key in keys:
        if key in alliance.list_keys:
            draft = drafts.signed(draft, key)
    with pytest.raises(ExchangeError, match="enough"):
        publishing.published(alliance.repository, draft, now=alliance.now)


def test_three_holders_change_it(world, alliance):
    deliver(world, "AL", "BO", trust_files(targets_signed(alliance, *alliance.list_keys[:3])))
    assert "EVIL" in world.nodes["BO"].trust().nodes


def test_one_key_listed_under_two_names_counts_once(world, alliance):
    """The insider writes its own key into the root a second time, so that it signs for two."""
    one = alliance.root_keys[0]
    body = body_of(alliance.files, "1.root.json")
    kid = next(iter(body["roles"]["root"]["keyids"]))
    body["version"] = 2
    body["keys"]["x" * 43] = body["keys"][kid]
    body["roles"]["root"] = {"keyids": [kid, "x" * 43], "threshold": 1}
    held = world.nodes["BO"].store.trust_files()
    with pytest.raises(Refused):
        deliver(world, "AL", "BO", trust_files({**alliance.files, "2.root.json": signed_by(body, [one])}))
    assert world.nodes["BO"].store.trust_files() == held


def test_a_state_signs_for_itself_alone(world, alliance):
    """AL's holder signs BO's file, and the alliance's: neither counts."""
    own = {**alliance._own("BO"), "urls": ["https://al.example"]}
    draft = signing.draft_own_file(alliance.repository, own, now=alliance.now)
    with pytest.raises(ExchangeError, match="not among the keys"):
        drafts.signed(draft, alliance.identity_keys["AL"])
    name = f"{draft.version}.node-BO.json"
    forged = signed_by(draft.metadata["signed"], [alliance.identity_keys["AL"]])
    files = resealed(alliance, alliance.files, {**draft.files, name: forged})
    deliver(world, "AL", "CE", trust_files(files))
    assert world.nodes["CE"].trust().nodes["BO"].urls == ("https://bo.example",)


def test_where_a_state_demands_two_holders_one_of_them_changes_none_of_its_keys(world, alliance):
    second = alliance.identity_keys["BO"]
    holders = Holders((alliance.identity_keys["AL"], second), 2)
    alliance._list([Listed("AL", holders)])
    alliance.renew()
    world.give_list("BO")
    own = {**alliance._own("AL"), "urls": ["https://evil.example"]}
    draft = drafts.signed(
        signing.draft_own_file(alliance.repository, own, now=alliance.now), alliance.identity_keys["AL"]
    )
    draft = drafts.signed(draft, alliance.identity_keys["AL"])
    assert draft.missing
    with pytest.raises(ExchangeError, match="enough"):
        publishing.published(alliance.repository, draft, now=alliance.now)


def test_the_secretariats_online_key_alone_names_nobody_and_no_key(world, alliance):
    """It says which versions are the latest. An alliance.json of its own making is signed by nobody who may."""
    held = world.nodes["BO"].trust()
    body = body_of(alliance.files, "1.root.json")
    body["version"], body["roles"]["targets"] = 2, body["roles"]["snapshot"]
    with pytest.raises(Refused):
        deliver(
            world, "AL", "BO", trust_files({**alliance.files, "2.root.json": signed_by(body, alliance.online_keys)})
        )
    with pytest.raises(Refused):
        deliver(world, "AL", "BO", trust_files(targets_signed(alliance, *alliance.online_keys)))
    assert world.nodes["BO"].trust().nodes == held.nodes
