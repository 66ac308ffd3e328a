"""A node is killed while people write to each other: of a letter, and of its having been read, there is all or
nothing; and whatever is done again is said once.
"""

import base64
import os
import pickle
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from tests.exchange.alliances import ExerciseAlliance
from tests.exchange.world import World
from tests.node.correspondence.scenes import letter_of_bo, read_by_bo
from tests.node.files.scenes import parts_of
from tests.node.kills import KilledNode, in_order, own_database, record

from tocsin.exchange import key_files
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.intake import take
from tocsin.exchange.sealing import post, seal
from tocsin.exchange.store import State
from tocsin.node.hospitals.models import Clinician, Hospital

pytestmark = [pytest.mark.verify, pytest.mark.django_db]  # a database, whose tables every node here begins with

SENT = ["file.part", "file.part:2", "letter.sent"]
SEALED = ["exchange.seal.before-the-transaction-is-committed", "exchange.seal.after-the-transaction-is-committed"]
TAKEN = ["exchange.take.before-the-transaction-is-committed", "exchange.take.after-the-transaction-is-committed"]
SEED = 20261125
NAMES = ("AL", "BO", "SEC")
WORDS = "How many beds are free?"


@pytest.fixture
def alliance():
    return ExerciseAlliance(NAMES, now=datetime.now(UTC))


@pytest.fixture
def node(tmp_path, empty_database, alliance):
    with own_database(os.environ.get("TEST_DATABASE_URL", "")) as url:
        node = KilledNode(tmp_path, "tests.node.correspondence.kill_scenes", url, tables=empty_database)
        node.home.mkdir(parents=True, exist_ok=True)
        (node.home / "node.toml").write_text('alliance = "exercise"\nstate = "AL"\n')
        for use, key in alliance.keys["AL"].items():
            key_files.write(key, key_files.folder(node.home, use) / "2026-03-09.pem")
        yield node


@pytest.fixture
def lake(node, alliance):
    """BO's node, with Wei; our Hill and Mira as it knows them. The letter is written here, and nothing sent."""
    keys = node.run("prepare", trust=base64.b64encode(pickle.dumps(dict(alliance.files))).decode())
    world = World(list(NAMES), made=alliance)
    hill, lake = (Hospital(origin=keys[one]["origin"], hospital_id=keys[one]["id"]) for one in ("hill", "lake"))
    mira, wei = (
        Clinician(origin=keys[one]["origin"], clinician_id=keys[one]["id"], hospital=there)
        for one, there in (("mira", hill), ("wei", lake))
    )
    return SimpleNamespace(world=world, node=world.nodes["BO"], hill=hill, mira=mira, wei=wei)


def brought(lake, *documents) -> list[str]:
    """What BO says, as it travels."""
    for document in documents:
        post(lake.node, document)
    batches = [lake.node.store.batch_of(one.digest) for one in seal(lake.node)]
    return [base64.b64encode(pickle.dumps(one)).decode() for one in batches]


def their_letters(lake) -> list[str]:
    """Wei writes to Mira and to the Hill, with a file of two parts, and once more in the same thread."""
    id = new_id(lake.node.now())
    key = {"origin": "BO", "id": id}
    parts, digest = parts_of(lake.world, b"y" * 1500, about=key)
    scan = {"digest": digest, "name": "text-1.txt", "media_type": "text/plain", "bytes": 1500, "parts": 2}
    first = letter_of_bo(lake.world, lake.wei, lake.mira, lake.hill, id=id, text="Question.", files=[scan])
    second = letter_of_bo(
        lake.world, lake.wei, lake.mira, lake.hill, thread=key, text="And one more.", in_reply_to=key
    )  # fmt: skip
    return brought(lake, *parts, first, second)


def reached(lake, batches) -> list[str]:
    """What was sealed here comes to BO, twice; of what BO has of ours, what stands."""
    for batch in [*batches, *batches]:
        take(lake.node, pickle.loads(base64.b64decode(batch)), via="AL")
    entries = lake.node.store.entries(most=100)
    types = [one.type for one in entries if one.stream.origin == "AL" and one.state is State.ACCEPTED]
    return sorted(one for one in types if one != "receipt")


@pytest.mark.parametrize("window", in_order(SENT, SEED))
def test_killed_while_a_letter_is_sent_all_of_it_is_there_or_the_draft_alone(node, lake, window):
    before = node.run("look")
    assert (before["letters"], before["threads"], before["copies"], before["found"]) == ([], 0, [], 0)
    assert (before["waiting"], before["files"], before["told"], before["audited"]) == ([], [], {}, {})
    assert before["drafts"] == [["ECMO", WORDS, 2, False]]
    node.kill(window, "send")
    assert node.run("look") == before
    key = node.run("send")
    after = node.run("look")
    assert (key["origin"], after["letters"], after["threads"]) == ("AL", [f"AL {WORDS}"], 1)
    assert after["drafts"] == [["", "", 3, True]], "its words stand in the letter alone"
    assert after["copies"] == ["Hill Hospital", "Mira sent"]
    assert after["new"] == [["Hill Hospital", 1], ["Mira", 0], ["Wei", 0]]
    assert (after["found"], after["parts"] > 1, after["files"]) == (1, True, [f"AL whole {after['parts']}"])
    assert after["waiting"] == [*["file-part"] * after["parts"], "letter"]
    assert [state for _, state in after["delivered"]] == ["waits_to_be_signed", "delivered"]
    assert after["told"] == {"letter.came_to_hospital Rosa": 1}
    assert after["audited"] == {"letter.sent": 1, "file.sent": 1}
    assert "sent already" in node.run("send")
    assert node.run("look") == after, "what is sent twice is said once"
    assert reached(lake, node.run("sealed")) == after["waiting"]
    record("letter", window, "one process", "nothing")


@pytest.mark.parametrize("window", in_order(SEALED, SEED))
def test_killed_while_a_letter_is_signed_it_waits_or_is_under_way_and_arrives_once(node, lake, window):
    node.run("send")
    before = node.run("look")
    node.kill(window, "sealed")
    after = node.run("look")
    is_signed = window == SEALED[1]
    assert (after["waiting"], after["delivered"][0]) == (
        ([], ["Wei · Lake Hospital", "under_way"])
        if is_signed
        else (before["waiting"], ["Wei · Lake Hospital", "waits_to_be_signed"])
    )
    assert after | {"waiting": [], "delivered": []} == before | {"waiting": [], "delivered": []}
    node.run("sealed")
    assert reached(lake, node.run("left")) == before["waiting"]
    record("letter", window, "one process", "all" if is_signed else "nothing")


@pytest.mark.parametrize("window", in_order(TAKEN, SEED))
def test_killed_while_it_takes_letters_in_all_of_them_are_there_or_none(node, lake, window):
    batches, before = their_letters(lake), node.run("look")
    node.kill(window, "take", batches=batches)
    is_here, killed = window == TAKEN[1], node.run("look")
    assert node.run("take", batches=batches) == [str(not is_here)]
    after = node.run("look")
    assert killed == (after if is_here else before)
    assert (after["letters"], after["threads"]) == (["BO Question.", "BO And one more."], 1)
    assert after["copies"] == ["Hill Hospital", "Hill Hospital", "Mira", "Mira"]
    assert after["new"] == [["Hill Hospital", 2], ["Mira", 2], ["Wei", 0]]
    assert (after["found"], after["files"]) == (2, ["BO whole 2"])
    assert after["told"] == {"letter.came Mira": 2, "letter.came_to_hospital Rosa": 2}
    assert after["drafts"] == before["drafts"]
    assert node.run("take", batches=batches) == ["False"]
    assert node.run("look") == after, "what comes twice is said once"
    record("letter", window, "one process", "all" if is_here else "nothing")


@pytest.mark.parametrize("window", in_order(["letters.opened"], SEED))
def test_killed_while_letters_are_opened_they_are_read_and_counted_or_new(node, lake, window):
    node.run("take", batches=their_letters(lake))
    before = node.run("look")
    node.kill(window, "open_all", by="Mira")
    assert node.run("look") == before
    assert node.run("open_all", by="Mira") == 2
    after = node.run("look")
    assert after["copies"] == ["Hill Hospital", "Hill Hospital", "Mira read due", "Mira read due"]
    assert after["new"] == [["Hill Hospital", 2], ["Mira", 0], ["Wei", 0]]
    assert node.run("open_all", by="Mira") == 0
    assert node.run("look") == after
    record("letter", window, "one process", "nothing")


@pytest.mark.parametrize("window", in_order(["letters-read.sent", "letters-read.sent:2"], SEED))
def test_killed_while_it_tells_what_was_read_each_reader_is_told_of_once(node, lake, window):
    """Mira and Rosa have read: two documents, each with its rows in a transaction of its own."""
    node.run("take", batches=their_letters(lake))
    for name in ("Mira", "Rosa"):
        assert node.run("open_all", by=name) == 2
    before = node.run("look")
    node.kill(window, "tell")
    said = ["letters-read", "letters-read"]
    stands = 1 if window.endswith(":2") else 0
    killed = node.run("look")
    assert (killed["waiting"], killed["receipts"]) == (said[:stands], [stands, 0])
    told = [one for one in killed["copies"] if one.endswith(" told")]
    assert (len(told), len(set(told))) == (2 * stands, stands), "all that one reader has read, or nothing of theirs"
    assert len([one for one in killed["copies"] if one.endswith(" due")]) == 2 * (2 - stands)
    assert node.run("tell") == 2 - stands
    after = node.run("look")
    assert after["copies"] == [*["Hill Hospital read told"] * 2, *["Mira read told"] * 2]
    changed = {"copies", "waiting", "receipts"}
    assert {one for one in after if after[one] != before[one]} == changed
    assert (after["waiting"], after["receipts"], node.run("tell")) == (said, [2, 0], 0)
    assert node.run("look") == after
    assert reached(lake, node.run("sealed")) == said
    record("letter", window, "one process", "nothing")


@pytest.mark.parametrize("window", in_order(TAKEN, SEED))
def test_killed_while_it_takes_in_that_a_letter_was_read_it_was_read_or_not(node, lake, window):
    letter = SimpleNamespace(key=node.run("send"))
    batches, before = brought(lake, read_by_bo(lake.world, lake.wei, letter)), node.run("look")
    node.kill(window, "take", batches=batches)
    is_here, killed = window == TAKEN[1], node.run("look")
    assert node.run("take", batches=batches) == [str(not is_here)]
    after = node.run("look")
    assert killed == (after if is_here else before)
    assert after["delivered"] == [["Wei · Lake Hospital", "letter_read"], *before["delivered"][1:]]
    assert after | {"receipts": [], "delivered": []} == before | {"receipts": [], "delivered": []}
    assert (after["receipts"], node.run("take", batches=batches)) == ([1, 1], ["False"])
    assert node.run("look") == after
    record("letter", window, "one process", "all" if is_here else "nothing")
