"""A node that decides is killed: of what a person says, and of all that follows from it, there is all or nothing."""

import base64
import os
import pickle
from datetime import UTC, datetime

import pytest
from tests.exchange.alliances import ExerciseAlliance
from tests.exchange.world import World
from tests.node.joint.scenes import body
from tests.node.kills import KilledNode, in_order, own_database, record

from tocsin.exchange import key_files
from tocsin.exchange.sealing import post, seal

pytestmark = [pytest.mark.verify, pytest.mark.django_db]

PERSON = ["joint.said", "joint.settled"]
MACHINE = ["joint.said", "joint.settled"]  # it takes in what came
BOTH = ["joint.said", "joint.said:2", "joint.settled"]  # a person adopts, and the machine puts it into force
SEED = 20261124


@pytest.fixture
def alliance():
    return ExerciseAlliance(("AL", "BO", "SEC"), now=datetime.now(UTC))


@pytest.fixture
def node(tmp_path, empty_database, alliance):
    with own_database(os.environ.get("TEST_DATABASE_URL", "")) as url:
        node = KilledNode(tmp_path, "tests.node.joint.kill_scenes", url, tables=empty_database)
        node.home.mkdir(parents=True, exist_ok=True)
        (node.home / "node.toml").write_text('alliance = "exercise"\nstate = "AL"\n')
        for use, key in alliance.keys["AL"].items():
            key_files.write(key, key_files.folder(node.home, use) / "2026-03-09.pem")
        yield node


@pytest.fixture
def proposed(node, alliance):
    """What BO says to the decision that is proposed, as it travels."""
    trust = base64.b64encode(pickle.dumps(dict(alliance.files))).decode()
    key = node.run("prepare", trust=trust)
    partner = World(["AL", "BO", "SEC"], made=alliance).nodes["BO"]
    world = World(["AL", "BO", "SEC"], made=alliance)
    said = body(key, "consent", {"version": 1, "ad_referendum": False})
    post(partner, world.document("BO", "", "members", type="decision", body=said))
    return [base64.b64encode(pickle.dumps(partner.store.batch_of(one.digest))).decode() for one in seal(partner)]


@pytest.mark.parametrize("window", in_order(PERSON, SEED))
def test_killed_while_a_person_consents_it_is_said_or_it_is_not(node, proposed, window):
    before = node.run("look")
    assert (before["acts"], before["status"], before["waiting"]) == (
        ["AL consider", "AL propose"],
        "under_consideration",
        2,
    )
    node.kill(window, "consent")
    assert node.run("look") == before
    node.run("consent")
    after = node.run("look")
    assert (after["acts"], after["waiting"], after["through"]) == (["AL consent", "AL consider", "AL propose"], 3, 3)
    assert after["audited"] == {"decision.propose": 1, "decision.consider": 1, "decision.consent": 1}
    record("decision", window, "one process", "nothing")


@pytest.mark.parametrize("window", in_order(MACHINE, SEED))
def test_killed_while_it_takes_in_what_came_all_that_follows_is_there_or_nothing(node, proposed, window):
    node.run("consent")
    before = node.run("look")
    node.kill(window, "take", batches=proposed)
    assert node.run("look") == before
    assert node.run("take", batches=proposed) == ["True"]
    after = node.run("look")
    assert after["acts"] == ["AL consent", "AL consider", "AL order", "AL propose", "BO consent"]
    assert after["through"] == 4
    assert node.run("take", batches=proposed) == ["False"]
    assert node.run("look") == after, "what comes twice is said once"
    record("decision", window, "one process", "nothing")


@pytest.mark.parametrize("window", in_order(BOTH, SEED))
def test_killed_while_it_adopts_it_is_nowhere_half_adopted(node, proposed, window):
    node.run("consent")
    node.run("take", batches=proposed)
    before = node.run("look")
    node.kill(window, "adopt")
    assert node.run("look") == before
    node.run("adopt")
    after = node.run("look")
    assert (after["status"], after["through"]) == ("in_force", 6)
    assert set(after["acts"]) - set(before["acts"]) == {"AL adopt", "AL enter_force"}
    assert after["audited"] == before["audited"] | {"decision.adopt": 1, "decision.enter_force": 1}
    record("decision", window, "one process", "nothing")
