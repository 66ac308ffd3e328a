"""Threat: a trust list that is older than the one known, kept from its readers, put together wrongly, or run out."""

import pytest
from tests.exchange.threats.adversaries import Puppet, batches, bundle, codes, deliver, states, trust_files
from tests.exchange.trust.forging import resealed, until
from tests.exchange.world import World

from tocsin.exchange.errors import Refused
from tocsin.exchange.streams import Stream

STREAM = Stream("AL", 1, "members")


@pytest.fixture
def world():
    """CE is an honest member that has something to say; BO meets AL, which offers lists as it likes."""
    world = World(["AL", "BO", "CE"])
    world.post("CE", "one")
    world.seal("CE")
    return world


def offering(world, files, *, version=None):
    """A meeting of BO with AL, which says it has a newer list and gives these files."""
    said = world.nodes["AL"].trust().version if version is None else version

    def heads(query, honest):
        ours = f'"version":{world.nodes["AL"].trust().version}'.encode()
        return honest.replace(ours, f'"version":{said + 1_000}'.encode())

    lies = {("POST", "heads"): heads, ("GET", "trust"): lambda *_: bundle(world, "AL", trust_files(files))}
    return world.meet("BO", "AL", Puppet(world, "BO", "AL", lies))


def list_of(world, name="BO"):
    return dict(world.nodes[name].store.trust_files())


def test_an_older_list_is_refused_and_the_meeting_goes_on(world):
    older = dict(world.alliance.files)
    world.alliance.change("CE", status="suspended")
    newer = dict(world.alliance.files)
    world.give_list("BO")
    world.post("AL", "cholera")
    world.seal("AL")
    met = offering(world, older)
    assert not met.problem
    assert list_of(world) == newer
    assert codes(world, "BO") == {"list-rollback"}
    assert world.accepted("BO") == ["cholera"]
    with pytest.raises(Refused):
        deliver(world, "AL", "BO", trust_files(older))
    assert world.nodes["BO"].trust().nodes["CE"].status == "suspended"


def test_an_older_timestamp_of_the_same_list_is_refused(world):
    """It would hide for a while that there is a newer list: a freeze."""
    older = dict(world.alliance.files)
    world.alliance.pass_time(days=1)
    world.alliance.renew()
    world.give_list("BO")
    held = list_of(world)
    offering(world, older)
    assert list_of(world) == held
    assert codes(world, "BO") == {"list-rollback"}


def test_parts_of_two_lists_are_no_list(world):
    """A carrier leaves out the file that ends a stolen key, or takes it from an older list."""
    older = dict(world.alliance.files)
    kid = world.alliance.end_key("CE", "seal", reason="stolen")
    newer, held = dict(world.alliance.files), list_of(world)
    of_ce = [name for name in newer if "CE" in name and name not in older]
    mixed = {
        "without it": {name: data for name, data in newer.items() if name not in of_ce},
        "with the old one under its name": {
            **newer,
            **{name: older[max(old for old in older if old[-8:] == name[-8:])] for name in of_ce},
        },
        "the new timestamp alone": {**older, "timestamp.json": newer["timestamp.json"]},
        "an old timestamp over it": {**newer, "timestamp.json": older["timestamp.json"]},
        "the timestamp alone": {"timestamp.json": newer["timestamp.json"]},
    }
    for how, files in mixed.items():
        met = offering(world, files)
        assert not met.problem, how
        assert list_of(world) == held, how
    assert codes(world, "BO") <= {"list-invalid", "list-rollback"}
    offering(world, newer)
    assert kid not in world.nodes["BO"].trust().nodes["CE"].live("seal")


def test_a_list_that_has_run_out_is_refused_even_if_it_is_the_newest(world):
    held = list_of(world)
    world.alliance.change("CE", tier="guest")
    world.alliance.pass_time(days=8)
    offering(world, world.alliance.files)
    assert list_of(world) == held
    assert codes(world, "BO") == {"list-expired"}
    world.alliance.renew()
    offering(world, world.alliance.files)
    assert world.nodes["BO"].trust().nodes["CE"].tier == "guest"


def test_a_stale_list_says_so_and_the_exchange_goes_on_by_the_keys_it_knows(world):
    """A freeze costs what is new, and nothing of what is known."""
    world.alliance.pass_time(days=40)
    for name in world.names:
        assert world.nodes[name].trust().stale(world.nodes[name].now())
    for name in world.names:
        world.post(name, f"of {name}")
    for _ in range(2):
        world.round()
    for name in world.names:
        others = {f"of {other}" for other in world.names if other != name}
        assert others <= set(world.accepted(name))
    assert not any(codes(world, name) - {"list-expired"} for name in world.names)


def test_of_a_stale_list_nothing_newer_is_trusted(world):
    """A node, a key, an end of a key that only an expired newer list names."""
    held = list_of(world)
    world.alliance.add_node("DO")
    world.alliance.end_key("CE", "seal", heads={})
    world.put_keys("CE")
    world.alliance.pass_time(days=40)
    expired = resealed(
        world.alliance, world.alliance.files, snapshot=until(world.alliance.now), timestamp=until(world.alliance.now)
    )
    for files in (world.alliance.files, expired):
        offering(world, files)
        assert list_of(world) == held
    [before] = batches(world.nodes["CE"], Stream("CE", 1, "members"))
    world.post("CE", "by the new key")
    world.seal("CE")
    assert len(batches(world.nodes["CE"], Stream("CE", 1, "members"))) == 1, "nor does its own node use it yet"
    assert deliver(world, "AL", "BO", [before])["refused"] == []


def test_a_list_that_a_thief_of_the_online_key_signed_changes_no_node_and_no_key(world):
    """Snapshot and timestamp only say what is the latest; the files they name need the signatures of states."""
    held = world.nodes["BO"].trust()
    forged = resealed(
        world.alliance,
        world.alliance.files,
        {name: data[:-2] + b" }" for name, data in world.alliance.files.items() if name.endswith(".node-CE.json")},
    )
    offering(world, forged)
    after = world.nodes["BO"].trust()
    assert after.nodes["AL"] == held.nodes["AL"]
    assert after.nodes["CE"].live("seal").keys() <= held.nodes["CE"].live("seal").keys()


def test_a_list_goes_from_node_to_node_without_its_publisher(world):
    world.alliance.change_own("CE", urls=["https://other.ce.example"])
    world.give_list("CE")
    assert not world.meet("AL", "CE").problem
    assert not world.meet("BO", "AL").problem
    assert world.nodes["BO"].trust().nodes["CE"].urls == ("https://other.ce.example",)


@pytest.mark.parametrize("status", ["suspended", "left"])
def test_a_node_that_takes_no_part_is_given_nothing_and_nothing_of_its_is_taken(world, status):
    world.meet("BO", "CE")
    world.alliance.change("CE", status=status)
    for name in ("AL", "BO"):
        world.give_list(name)
    world.post("AL", "not for CE")
    world.seal("AL")
    world.post("CE", "two")
    world.seal("CE")
    stream = Stream("CE", 1, "members")
    assert world.meet("CE", "AL").problem
    assert [one["code"] for one in deliver(world, "AL", "BO", batches(world.nodes["CE"], stream))["refused"]] == [
        status
    ] * 2
    assert not world.accepted("CE")
    assert states(world, "BO", stream) == ["accepted"], "what it said before stays"
    if status == "suspended":
        world.alliance.change("CE", status="active")
        for name in ("AL", "BO"):
            world.give_list(name)
        world.round()
        world.round()
        assert world.accepted("BO", "CE") == ["one", "two"], "its stream waited"
        assert world.accepted("CE") == ["not for CE"]


def test_a_partition_of_thirty_days_ends_with_everything_everywhere(world):
    world.cut |= {frozenset(("BO", name)) for name in ("AL", "CE")}
    for day in range(30):
        world.alliance.pass_time(days=1)
        if day % 6 == 0:
            world.alliance.renew()
            world.give_list("AL")
        for name in world.names:
            world.post(name, f"day {day} of {name}")
        world.round()
    assert world.nodes["BO"].trust().stale(world.nodes["BO"].now())
    world.cut.clear()
    world.alliance.renew()
    world.give_list("AL")
    world.round()
    world.round()
    for name in world.names:
        for other in world.names:
            if other != name:
                found = world.accepted(name, other)
                assert [text for text in found if "day" in text] == [f"day {day} of {other}" for day in range(30)]
    assert not world.nodes["BO"].trust().stale(world.nodes["BO"].now())
