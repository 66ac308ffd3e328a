"""Several nodes, each with a database and a folder of its own: what each knows, and what is in no byte of others."""

import base64
import os
import pickle
import shutil
from datetime import UTC, datetime

import pytest
from tests.exchange.alliances import ExerciseAlliance
from tests.node.kills import KilledNode
from tests.node.notifications.nodes_at_work import EXPOSURE, LOCAL_ID, NAME, SECRETS

from tocsin.exchange import key_files

pytestmark = [
    pytest.mark.verify,
    pytest.mark.skipif(bool(os.environ.get("TEST_DATABASE_URL")), reason="a database file is searched byte for byte"),
]
SCENES = "tests.node.notifications.nodes_at_work"
STATES = ("AL", "BO", "CE", "DO", "SEC")  # DO is a partner, CE a member, the secretariat carries for all


@pytest.fixture(scope="module")
def founded(tmp_path_factory, empty_database):
    """The folders of nodes that have joined, to be copied."""
    made = ExerciseAlliance(STATES, now=datetime.now(UTC), tiers={"DO": "partner"})
    trust = base64.b64encode(pickle.dumps(dict(made.files))).decode()
    homes = tmp_path_factory.mktemp("founded")
    for code in STATES:
        node = KilledNode(homes / code, SCENES, tables=empty_database)
        (node.home / "node.toml").write_text(f'alliance = "exercise"\nstate = "{code}"\n')
        for use, key in made.keys[code].items():
            key_files.write(key, key_files.folder(node.home, use) / "2026-03-09.pem")
        node.run("found", trust=trust)
    return homes


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    homes = tmp_path_factory.mktemp("running")
    return {code: KilledNode(homes / code, SCENES) for code in STATES}


@pytest.fixture
def nodes(running, founded):
    """As they were founded: each test finds them so."""
    for code, node in running.items():
        shutil.rmtree(node.home.parent, ignore_errors=True)
        shutil.copytree(founded / code, node.home.parent)
    return running


def holding(node, *secrets):
    """Files of a node that hold one of these, in any encoding that something of ours writes."""
    forms = {form for one in secrets for form in (one.encode(), one.encode("utf-16-le"), one.encode().hex().encode())}
    return [path.name for path in node.home.rglob("*") if path.is_file() and any(f in path.read_bytes() for f in forms)]


def test_what_members_are_told_is_in_no_byte_of_a_partners_node(nodes):
    told = nodes["AL"].run("notify", event=nodes["AL"].run("event"))
    secrets = (*SECRETS.values(), told["body"]["event"])
    assert nodes["BO"].run("take", batches=told["batches"], via="AL")["events"] == [["AL", "notified", 1, 23]]
    assert holding(nodes["BO"], *SECRETS.values()), "the search finds what is there"
    for via in ("AL", "CE", "SEC"):
        came = nodes["DO"].run("take", batches=told["batches"], via=via)
        assert came == {"came": ["not-for-us"], "read": [], "events": [], "alerts": []}
    assert holding(nodes["DO"], *secrets) == []


def test_what_one_state_is_told_is_on_no_third_node_and_a_relay_cannot_read_it(nodes):
    event = nodes["AL"].run("event")
    told = nodes["AL"].run("notify", event=event, classification="SELECTIVE", addressees=["BO"])
    secrets = (*SECRETS.values(), event)
    assert nodes["BO"].run("take", batches=told["batches"], via="SEC")["alerts"] == ["notification.came"]
    for code in ("CE", "DO"):
        assert nodes[code].run("take", batches=told["batches"], via="SEC")["came"] == ["not-for-us"]
    assert nodes["SEC"].run("take", batches=told["batches"], via="AL")["came"] == ["True"], "it carries it"
    for code in ("CE", "DO", "SEC"):
        assert holding(nodes[code], *secrets) == [], code


# Whoever is told reads it; by tier of the state, and the Secretariat.
READERS = {
    "SELECTIVE": {"BO"},
    "MEMBERS": {"BO", "CE", "SEC"},
    "FAMILY": {"BO", "CE", "DO", "SEC"},
    "PUBLIC": {"BO", "CE", "DO", "SEC"},
}


@pytest.mark.parametrize("classification", READERS)
def test_each_tier_reads_what_it_is_told_and_nothing_else(nodes, classification):
    chosen = {"addressees": ["BO"]} if classification == "SELECTIVE" else {}
    al = nodes["AL"]
    told = al.run("notify", event=al.run("event"), classification=classification, **chosen)
    found = {code: node.run("take", batches=told["batches"], via="AL") for code, node in nodes.items() if code != "AL"}
    assert {code for code, one in found.items() if one["events"]} == READERS[classification]
    assert {code for code, one in found.items() if "notification.came" in one["alerts"]} == READERS[classification]
    assert set(al.run("look", notification=told["id"])["stands"]) == READERS[classification]


def test_nothing_leaves_but_what_was_looked_at(nodes):
    told = nodes["AL"].run("notify", event=nodes["AL"].run("event"))
    nodes["BO"].run("take", batches=told["batches"], via="AL")
    names = ("Vera", "Igor", "vera@service.example")
    never = (LOCAL_ID, EXPOSURE, NAME, "Akte12")
    assert holding(nodes["AL"], *never), "they are here"
    assert holding(nodes["BO"], *never) == []
    assert not any(name in str(told["body"]) for name in names)
    small = [row for row in told["body"]["rows"] if row[4] is None]
    assert small, "counts of two or three by age are withheld"
    assert all(row[5] == "suppressed" for row in small)
    assert not any(row[4] and row[4] < 5 for row in told["body"]["rows"])


def test_two_nodes_tell_ask_and_answer(nodes):
    al, bo = nodes["AL"], nodes["BO"]
    told = al.run("notify", event=al.run("event"))
    assert al.run("look", notification=told["id"])["stands"]["BO"] == ["sent", ""]
    assert bo.run("take", batches=told["batches"], via="AL")["alerts"] == ["notification.came"]
    answers = bo.run("answer")
    came = al.run("take", batches=answers, via="BO")
    assert {"acknowledgement", "relevance", "verification-request"} <= set(came["read"])
    assert came["alerts"] == ["verification.asked"]
    seen = al.run("look", notification=told["id"])
    assert seen["stands"]["BO"] == ["acknowledged", "may_affect_us"]
    assert seen["stands"]["CE"] == ["sent", ""]
    assert (seen["open"], seen["answers"]) == (1, [""])
    bo.run("take", batches=al.run("reply"), via="AL")
    assert bo.run("take", batches=answers, via="BO")["came"], "its own, offered back, harm nothing"
    assert al.run("look", notification=told["id"])["answers"] == ["verified"]


def test_a_silent_officer_abroad_is_followed_by_the_alternate_and_both_records_say_so(nodes):
    al, bo = nodes["AL"], nodes["BO"]
    told = al.run("notify", event=al.run("event"))
    bo.run("roster")
    bo.run("take", batches=told["batches"], via="AL")
    assert {(at, who) for at, who, *_ in bo.run("called_after", minutes=0)} == {(0, "Vera")}
    assert {who for _, who, *_ in bo.run("called_after", minutes=9)} == {"Vera"}
    calls = bo.run("called_after", minutes=10)
    assert {tuple(one) for one in calls} == {(0, "Vera", "first", "handed_over"), (10, "Igor", "second", "handed_over")}
    assert al.run("look", notification=told["id"])["acknowledged"] == {}, "that its node has it is no person's word"
    al.run("take", batches=bo.run("alternate_answers"), via="BO")
    assert al.run("look", notification=told["id"])["acknowledged"] == {"BO": "duty_officer"}
    assert bo.run("called_after", minutes=300) == calls, "nobody is called any more"


def test_a_state_that_is_cut_off_for_a_day_is_outstanding_and_never_taken_as_given(nodes):
    al, bo, ce = nodes["AL"], nodes["BO"], nodes["CE"]
    told = al.run("notify", event=al.run("event"))
    ce.run("take", batches=told["batches"], via="AL")
    al.run("take", batches=ce.run("answer"), via="CE")
    seen = al.run("look", notification=told["id"], hours=25)
    assert seen["stands"]["BO"] == ["sent", ""]
    assert "BO" in seen["late"]
    assert seen["outstanding"] == [one for one in seen["stands"] if one != "CE"]
    assert seen["acknowledged"] == {"CE": "duty_officer"}
    bo.run("take", batches=told["batches"], via="AL")
    assert "BO" in al.run("look", notification=told["id"], hours=26)["late"], "that it has come is not that it was read"
    al.run("take", batches=bo.run("answer"), via="BO")
    seen = al.run("look", notification=told["id"], hours=27)
    assert (seen["stands"]["BO"][0], "BO" in seen["late"]) == ("acknowledged", False)


def test_of_two_who_release_at_once_one_does(nodes):
    assert nodes["AL"].run("release_at_once") == {
        "came": ["refused: DraftChanged", "released"], "versions": 1, "waiting": 1,
    }  # fmt: skip


def test_of_two_who_begin_at_once_both_work_on_one_draft(nodes):
    assert nodes["AL"].run("prepare_at_once") == {"same": True, "drafts": 1}


def test_an_update_and_a_withdrawal_at_once_end_as_one_of_both(nodes):
    found = nodes["AL"].run("update_against_withdrawal")
    assert "refused: DraftChanged" in found["came"]
    (done,) = [one for one in found["came"] if not one.startswith("refused")]
    assert (found["status"], found["version"], found["versions"]) == (done, 2, 2)


def test_of_two_who_acknowledge_at_once_one_is_the_person(nodes):
    told = nodes["AL"].run("notify", event=nodes["AL"].run("event"))
    nodes["BO"].run("take", batches=told["batches"], via="AL")
    found = nodes["BO"].run("acknowledge_at_once")
    assert (found["sent"], sum(one.startswith("refused") for one in found["came"])) == (1, 1)
