"""A node is killed while people speak of a patient: of note, act and all that follows there is all or nothing."""

import base64
import os
import pickle
from copy import deepcopy
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from tests.exchange.alliances import ExerciseAlliance
from tests.exchange.world import World
from tests.node.consultations.theirs import CONTENT, GIVEN, an_act, as_whom, named, note
from tests.node.kills import KilledNode, in_order, own_database, record

from tocsin.exchange import key_files
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.intake import take
from tocsin.exchange.moments import moment
from tocsin.exchange.sealing import post, seal
from tocsin.exchange.store import State

pytestmark = [pytest.mark.verify, pytest.mark.django_db]  # a database, whose tables every node here begins with

PERSON = ["joint.said", "joint.settled"]  # the note is kept before the first, what follows before the second
MACHINE = ["joint.said", "joint.settled", "joint.settled:2"]  # it takes in what came, and a rule gives the case away
NESTED = ["joint.said", "joint.settled", "joint.settled:2"]
SEED = 20261125
NAMES = ("AL", "BO", "SEC")


@pytest.fixture
def alliance():
    return ExerciseAlliance(NAMES, now=datetime.now(UTC))


@pytest.fixture
def node(tmp_path, empty_database, alliance):
    with own_database(os.environ.get("TEST_DATABASE_URL", "")) as url:
        node = KilledNode(tmp_path, "tests.node.consultations.kill_scenes", url, tables=empty_database)
        node.home.mkdir(parents=True, exist_ok=True)
        (node.home / "node.toml").write_text('alliance = "exercise"\nstate = "AL"\n')
        for use, key in alliance.keys["AL"].items():
            key_files.write(key, key_files.folder(node.home, use) / "2026-03-09.pem")
        yield node


@pytest.fixture
def borvik(node, alliance):
    """Borenia's node, its hospital and expert; the case is written here, and nothing sent."""
    trust = base64.b64encode(pickle.dumps(dict(alliance.files))).decode()
    keys = node.run("prepare", trust=trust)
    hospital = SimpleNamespace(key=keys["borvik"], origin="BO")
    world = World(list(NAMES), made=alliance)
    return SimpleNamespace(
        world=world, node=world.nodes["BO"], hospital=hospital, asked=keys["hill"],
        expert=SimpleNamespace(key=keys["wei"], origin="BO", hospital=hospital),
    )  # fmt: skip


def brought(borvik, *documents) -> list[str]:
    """What Borenia says, as it travels."""
    for document in documents:
        post(borvik.node, document)
    batches = [borvik.node.store.batch_of(one.digest) for one in seal(borvik.node)]
    return [base64.b64encode(pickle.dumps(one)).decode() for one in batches]


def their_case(borvik) -> list[str]:
    """Borvik asks the Hill: the note and the act, in one batch."""
    world, key = borvik.world, {"origin": "BO", "id": new_id(borvik.node.now())}
    words = note(
        world, key, "submission", "What would you do?", hospital=borvik.hospital, clinician=borvik.expert,
        content=deepcopy(CONTENT),
    )  # fmt: skip
    said = {
        "as": as_whom(borvik.hospital, borvik.expert), "asked": [borvik.asked], "specialty": "infectious_diseases",
        "urgency": "urgent", "languages": ["ru"], "consent": {"care": GIVEN}, "follows": None, "team": [],
        "note": named(words),
    }  # fmt: skip
    order = {"number": 1, "previous": None, "at": moment(borvik.node.now()), "includes": []}
    return brought(borvik, words, an_act(world, key, "submit", said, order, id=key["id"]))


def their_opinion(borvik, key) -> list[str]:
    """Of our case: it is given to the expert, who signs."""
    given = {"as": as_whom(borvik.hospital), "experts": [borvik.expert.key], "by_rule": False}
    words = note(
        borvik.world, key, "opinion", "Meropenem.", hospital=borvik.hospital, clinician=borvik.expert
    )  # fmt: skip
    said = {"as": as_whom(borvik.hospital, borvik.expert), "id": "o1", "note": named(words)}
    world = borvik.world
    return brought(borvik, an_act(world, key, "allocate", given), words, an_act(world, key, "sign", said))


def reaches(borvik, batches) -> list[str]:
    """What was sealed here comes to Borenia; of what it has of ours, what stands."""
    for batch in batches:
        take(borvik.node, pickle.loads(base64.b64decode(batch)), via="AL")
    entries = borvik.node.store.entries(most=100)
    return sorted(one.type for one in entries if one.stream.origin == "AL" and one.state is State.ACCEPTED)


@pytest.mark.parametrize("window", in_order(PERSON, SEED))
def test_killed_while_a_case_is_submitted_it_is_asked_or_still_a_draft(node, borvik, window):
    before = node.run("look")
    assert (before["acts"], before["notes"], before["sent"]) == ([], [], 0)
    node.kill(window, "submit")
    assert node.run("look") == before
    node.run("submit")
    after = node.run("look")
    assert (after["acts"], after["cases"], after["sent"]) == (["AL submit"], [["AL", "submitted"]], 1)
    assert after["waiting"] == ["clinical-note submission", "consultation submit"]
    assert after["notes"] == ["AL submission What woul"]
    assert after["audited"]["consultation.submit"] == 1
    record("consultation", window, "one process", "nothing")


@pytest.mark.parametrize("window", in_order(PERSON, SEED))
def test_killed_while_an_opinion_is_signed_it_is_signed_or_nothing_of_it_is_here(node, borvik, window):
    assert node.run("take", batches=their_case(borvik)) == ["True"]
    before = node.run("look")
    assert before["acts"] == ["AL allocate", "BO submit"]
    node.kill(window, "sign")
    assert node.run("look") == before
    node.run("sign")
    after = node.run("look")
    assert after["acts"] == ["AL allocate", "AL sign", "BO submit"]
    assert after["waiting"] == [*before["waiting"], "clinical-note opinion", "consultation sign"]
    assert after["notes"] == ["AL opinion Meropenem", "BO submission What woul"]
    assert after["cases"] == [["BO", "answered"]]
    record("consultation", window, "one process", "nothing")


@pytest.mark.parametrize("window", in_order(MACHINE, SEED))
def test_killed_while_it_takes_a_case_in_and_its_rule_gives_it_away_all_is_there_or_nothing(node, borvik, window):
    batches, before = their_case(borvik), node.run("look")
    node.kill(window, "take", batches=batches)
    assert node.run("look") == before
    assert node.run("take", batches=batches) == ["True"]
    after = node.run("look")
    assert (after["acts"], after["cases"]) == (["AL allocate", "BO submit"], [["BO", "allocated"]])
    assert after["waiting"] == ["consultation allocate"]
    assert after["told"] == {"consultation.asked Rosa": 1, "consultation.given Lin": 1}
    assert node.run("take", batches=batches) == ["False"]
    assert node.run("look") == after, "what comes twice is said once"
    record("consultation", window, "one process", "nothing")


@pytest.mark.parametrize("window", in_order(NESTED, SEED))
def test_killed_while_it_takes_an_opinion_in_all_is_there_or_nothing(node, borvik, window):
    key = node.run("submit")
    batches, before = their_opinion(borvik, key), node.run("look")
    node.kill(window, "take", batches=batches)
    assert node.run("look") == before
    node.run("take", batches=batches)
    after = node.run("look")
    assert (after["cases"], after["told"]) == ([["AL", "answered"]], {"consultation.opinion Mira": 1})
    assert after["acts"] == ["AL order", "AL submit", "BO allocate", "BO sign"]
    assert after["notes"] == ["AL submission What woul", "BO opinion Meropenem"]
    record("consultation", window, "one process", "nothing")


@pytest.mark.parametrize("window", in_order(NESTED, SEED))
def test_killed_while_consent_ends_all_is_destroyed_and_asked_for_or_nothing(node, borvik, window):
    """One note of ours has left, one waits to be sealed, one of theirs is here."""
    key = node.run("submit")
    assert reaches(borvik, node.run("sealed")) == ["clinical-note", "consultation"]
    node.run("take", batches=their_opinion(borvik, key))
    node.run("supplement")
    before = node.run("look")
    assert (before["notes"], len(before["kept"])) == (
        ["AL submission What woul", "AL supplement Creatinin", "BO opinion Meropenem"], 2,
    )  # fmt: skip
    node.kill(window, "end_consent")
    assert node.run("look") == before
    node.run("end_consent")
    after = node.run("look")
    assert after["cases"] == [["AL", "withdrawn"]]
    assert (after["notes"], after["kept"], after["drafted"]) == (
        ["AL submission ", "AL supplement ", "BO opinion "], [], [""],
    )  # fmt: skip
    assert [one for one in after["waiting"] if "note" in one] == []
    assert after["waiting"].count("erasure") == 1
    assert after["audited"]["consultation.destroyed"] == 1
    reached = reaches(borvik, node.run("sealed"))
    assert ("clinical-note" in reached, "erasure" in reached) == (False, True)
    record("consultation", window, "one process", "nothing")
