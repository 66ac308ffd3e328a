"""A node that transfers a patient is killed: of what a person says, and what follows, there is all or nothing."""

import base64
import os
import pickle
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from tests.exchange.alliances import ExerciseAlliance
from tests.exchange.world import World
from tests.node.consultations.theirs import CONTENT, named, note
from tests.node.kills import KilledNode, in_order, own_database, record
from tests.node.transfers.scenes import an_act

from tocsin.exchange import key_files
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.intake import take
from tocsin.exchange.moments import moment
from tocsin.exchange.sealing import post, seal
from tocsin.exchange.store import State

pytestmark = [pytest.mark.verify, pytest.mark.django_db]  # a database, whose tables every node here begins with

PERSON = ["joint.said", "joint.settled"]
MACHINE = ["joint.said", "joint.settled"]  # it takes in what came
SEED = 20261125
NOTHING = {"acts": [], "notes": [], "waiting": 0, "rows": [], "have": 0, "told": {}, "audited": {}}


@pytest.fixture
def alliance():
    return ExerciseAlliance(("AL", "BO", "SEC"), now=datetime.now(UTC))


@pytest.fixture
def node(tmp_path, empty_database, alliance):
    with own_database(os.environ.get("TEST_DATABASE_URL", "")) as url:
        node = KilledNode(tmp_path, "tests.node.transfers.kill_scenes", url, tables=empty_database)
        node.home.mkdir(parents=True, exist_ok=True)
        (node.home / "node.toml").write_text('alliance = "exercise"\nstate = "AL"\n')
        for use, key in alliance.keys["AL"].items():
            key_files.write(key, key_files.folder(node.home, use) / "2026-03-09.pem")
        yield node


@pytest.fixture
def wei(node, alliance):
    """As whom Borvik's clinician speaks."""
    return node.run("prepare", trust=base64.b64encode(pickle.dumps(dict(alliance.files))).decode())


@pytest.fixture
def key():
    return new_id(datetime.now(UTC))


@pytest.fixture
def bed(alliance, wei, key):
    """Borvik's bed, as it travels."""
    world = World(["AL", "BO", "SEC"], made=alliance)
    now = datetime.now(UTC)
    said = {
        "as": wei, "specialty": "intensive_care", "ready_at": moment(now + timedelta(hours=1)),
        "until": moment(now + timedelta(hours=30)), "note": None,
    }  # fmt: skip
    partner = world.nodes["BO"]
    post(partner, an_act(world, {"origin": "AL", "id": key}, "accept", said))
    return [base64.b64encode(pickle.dumps(partner.store.batch_of(one.digest))).decode() for one in seal(partner)]


@pytest.fixture
def asked(node, alliance, wei):
    """BO's node, and Borvik's patient for our Hill as it travels: the note and the act, in one batch."""
    hill, world, id = node.run("with_beds"), World(["AL", "BO", "SEC"], made=alliance), new_id(datetime.now(UTC))
    key, partner = {"origin": "BO", "id": id}, world.nodes["BO"]
    who = {name: SimpleNamespace(key=wei[name], origin="BO") for name in ("hospital", "clinician")}
    words = note(world, key, "submission", "She needs dialysis.", content=deepcopy(CONTENT), **who)
    said = {
        "as": wei, "to": hill, "case": None, "urgency": "emergency", "transport": "helicopter", "note": named(words),
        "consent": {"given": True, "on": "2026-03-01", "basis": "representative"},
    }  # fmt: skip
    order = {"number": 1, "previous": None, "at": moment(partner.now()), "includes": []}
    post(partner, words)
    post(partner, an_act(world, key, "request", said, order, id=id))
    batches = [base64.b64encode(pickle.dumps(partner.store.batch_of(one.digest))).decode() for one in seal(partner)]
    return SimpleNamespace(partner=partner, batches=batches)


@pytest.mark.parametrize("window", in_order(PERSON, SEED))
def test_killed_while_a_bed_is_asked_for_it_is_asked_with_its_note_or_it_is_not(node, wei, key, window):
    assert node.run("look") == NOTHING
    node.kill(window, "request", key=key)
    assert node.run("look") == NOTHING
    node.run("request", key=key)
    after = node.run("look")
    assert (after["acts"], after["notes"], after["waiting"]) == (["AL request"], ["AL submission"], 2)
    assert (after["rows"], after["have"]) == ([["requested", "receiving"]], 1)
    node.run("request", key=key)
    assert node.run("look") == after, "what is sent twice is one"
    record("transfer", window, "one process", "nothing")


@pytest.mark.parametrize("window", in_order(MACHINE, SEED))
def test_killed_while_it_takes_in_a_bed_all_that_follows_is_there_or_nothing(node, wei, key, bed, window):
    node.run("request", key=key)
    before = node.run("look")
    node.kill(window, "take", batches=bed)
    assert node.run("look") == before
    assert node.run("take", batches=bed) == ["True"]
    after = node.run("look")
    assert (after["acts"], after["rows"]) == (["AL order", "AL request", "BO accept"], [["accepted", "sending"]])
    assert (after["have"], after["told"]) == (2, {"transfer.accepted": 1})
    assert node.run("take", batches=bed) == ["False"]
    assert node.run("look") == after, "what comes twice is said once"
    record("transfer", window, "one process", "nothing")


@pytest.mark.parametrize("window", in_order(PERSON, SEED))
def test_killed_while_the_patient_leaves_they_have_left_or_not(node, wei, key, bed, window):
    node.run("request", key=key)
    node.run("take", batches=bed)
    before = node.run("look")
    node.kill(window, "depart")
    assert node.run("look") == before
    node.run("depart")
    after = node.run("look")
    assert after["rows"] == [["departed", "receiving"]]
    assert after["audited"] == before["audited"] | {"transfer.depart": 1}
    record("transfer", window, "one process", "nothing")


@pytest.mark.parametrize("window", in_order(PERSON, SEED))
def test_killed_while_the_patient_takes_consent_back_all_words_stand_or_none(node, wei, key, bed, window):
    node.run("request", key=key)
    node.run("take", batches=bed)
    before, words = node.run("look"), node.run("written")
    assert words
    node.kill(window, "consent")
    assert (node.run("look"), node.run("written")) == (before, words)
    node.run("consent")
    after = node.run("look")
    assert (after["rows"], node.run("written")) == ([["withdrawn", ""]], [])
    assert after["audited"] == before["audited"] | {"transfer.consent": 1, "transfer.destroyed": 1}
    record("transfer", window, "one process", "nothing")


@pytest.mark.parametrize("window", in_order(["joint.settled"], SEED))
def test_killed_while_it_takes_in_a_patient_whom_another_offers_they_are_there_with_their_note_or_not(
    node, asked, window
):
    assert node.run("look") == NOTHING
    node.kill(window, "take", batches=asked.batches)
    assert node.run("look") == NOTHING
    assert node.run("take", batches=asked.batches) == ["True"]
    after = node.run("look")
    assert (after["acts"], after["notes"], after["rows"]) == (
        ["BO request"], ["BO submission"], [["requested", "receiving"]],
    )  # fmt: skip
    assert after["told"] == {"transfer.asked": 1}
    assert node.run("take", batches=asked.batches) == ["False"]
    assert node.run("look") == after, "what comes twice is said once"
    record("transfer", window, "one process", "nothing")


@pytest.mark.parametrize("window", in_order(PERSON, SEED))
def test_killed_while_a_bed_is_given_it_is_given_and_said_once_or_it_is_not(node, asked, window):
    assert node.run("take", batches=asked.batches) == ["True"]
    before = node.run("look")
    node.kill(window, "accept")
    assert node.run("look") == before
    node.run("accept")
    after = node.run("look")
    assert (after["acts"], after["waiting"]) == (["AL accept", "BO request"], before["waiting"] + 1)
    assert (after["rows"], after["audited"]) == ([["accepted", "sending"]], {"transfer.accept": 1})
    for batch in node.run("sealed"):
        take(asked.partner, pickle.loads(base64.b64decode(batch)), via="AL")
    entries = asked.partner.store.entries(most=100)
    ours = [one.type for one in entries if one.stream.origin == "AL" and one.state is State.ACCEPTED]
    assert [one for one in ours if one != "receipt"] == ["transfer"]
    record("transfer", window, "one process", "nothing")
