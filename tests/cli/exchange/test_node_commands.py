"""What a node's operator asks of it: how it stands, whether all is as it was signed, what others may have of it."""

import json
import sys
from dataclasses import replace

import pytest

from tocsin.exchange import key_files
from tocsin.exchange.bundles import write_bundle
from tocsin.exchange.memory import MemoryStore
from tocsin.exchange.store import Refusal
from tocsin.exchange.streams import Stream


def test_the_status_says_what_a_partner_lacks_and_since_when(alliance):
    alliance.tell("AL", "one")
    alliance.pass_time(hours=3)
    alliance.tell("AL", "two")
    said = alliance.run("al", "status").stdout
    assert "is not known to have 2 of ours, the first sealed 3 hours ago" in said
    assert "met 3 hours ago" in said
    alliance.round()
    said = alliance.run("al", "status").stdout
    assert "is not known to have" not in said
    assert "last receipt 2026-03-09 09:00Z" in said


def test_the_status_says_who_does_not_answer_and_why(alliance):
    alliance.unreached = {"CE"}
    alliance.round()
    said = alliance.run("bo", "status").stdout
    assert "not reached, 2 times in a row: CE does not answer" in said


def test_the_status_says_whose_clock_is_wrong_and_what_was_refused(alliance):
    store = alliance.nodes["AL"].store
    store.put_peer(replace(store.peer("BO"), clock_ahead=-240, trust_version=1))
    store.put_refusal(Refusal(alliance.now, "BO", "BO/1/members 1-1", "gap", "it does not follow"))
    store.put_refusal(Refusal(alliance.now, "disk.tocsin", "x", "gap", "it does not follow"))
    said = alliance.run("al", "status").stdout
    assert "its clock is 240 s behind ours" in said
    assert "had trust list 1 when met, here it is 4" in said
    assert "1 refused; the last at 2026-03-09 06:00Z: BO/1/members 1-1: it does not follow (gap)" in said
    assert "1 refused of what came as disk.tocsin" in said


def test_the_status_is_told_even_if_a_key_cannot_be_read(alliance, monkeypatch):
    whole = alliance.local_node

    def local_node(*, sealing=False, hinted=None):
        if sealing:
            raise key_files.BadKey("x.pem can be read by others than its owner")
        return whole()

    monkeypatch.setattr(sys.modules["tocsin.node.post.here"], "local_node", local_node)
    said = alliance.run("al", "status").stdout
    assert "DOES NOT SIGN: x.pem can be read by others than its owner" in said
    assert "BO: state, member, active" in said


def test_an_audit_names_what_was_altered_and_ends_with_1(alliance):
    alliance.tell("AL", "one")
    alliance.round()
    store = alliance.nodes["BO"].store
    stream = Stream("AL", 1, "members")
    store.put_entries([replace(store.entry(stream, 1), document=b"{}")])
    assert "nothing wrong" in alliance.run("bo", "audit").stderr
    found = alliance.run("bo", "audit", "--deep", "--quiet", status=1)
    assert found.stdout == " WRONG  AL/1/members 1: says something else than what is recorded of it\n"
    assert found.stderr == ""
    lines = [json.loads(line) for line in alliance.run("bo", "audit", "--deep", "--json", status=1).stdout.splitlines()]
    assert lines[0] == {
        "where": "AL/1/members 1",
        "what": "says something else than what is recorded of it",
        "wrong": True,
    }
    assert lines[-1]["wrong"] == 1
    assert lines[-1]["counts"]["opened"] == 2


def test_heads_are_those_of_this_node_alone_and_written_once(alliance):
    alliance.tell("AL", "one")
    alliance.pass_time(days=1)
    alliance.tell("AL", "two")
    alliance.tell("AL", "for BO", "to:BO")
    alliance.tell("BO", "three")
    alliance.round()
    alliance.run("al", "heads", "now.json")
    alliance.run("al", "heads", "then.json", "--until", "2026-03-10T06:00:00Z")
    now, then = (json.loads((alliance.folder / name).read_text()) for name in ("now.json", "then.json"))
    assert {one["stream"]: one["last"] for one in now["streams"]} == {"1/members": 2, "1/to:BO": 2}  # and a receipt
    assert [(one["stream"], one["last"]) for one in then["streams"]] == [("1/members", 1)]
    assert "now.json: File exists" in alliance.run("al", "heads", "now.json", status=2).stderr
    assert "2026-03-09T06:00:00Z" in alliance.run("al", "heads", "x.json", "--until", "yesterday", status=2).stderr
    assert "signed nothing yet" in alliance.run("ce", "heads", "none.json", "--until", "2026-03-01T00:00:00Z").stderr


def test_a_file_that_is_there_is_never_written_over(alliance):
    (alliance.folder / "x.tocsin").write_bytes(b"mine")
    refused = alliance.run("al", "export", "x.tocsin", status=2)
    assert "x.tocsin is there already" in refused.stderr
    assert (alliance.folder / "x.tocsin").read_bytes() == b"mine"
    assert "new to whom?" in alliance.run("al", "export", "y.tocsin", "--new", status=2).stderr
    for node, why in (("XX", "has no node 'XX'"), ("CE", "CE is suspended")):
        if node == "CE":
            alliance.run("al-root", "trust", "change", alliance.list, "CE", "--status", "suspended")
            alliance.sign_list()
            alliance.run("al", "trust", "take", alliance.list)
        assert why in alliance.run("al", "export", "y.tocsin", "--to", node, status=2).stderr
    assert not list(alliance.folder.glob("*y.tocsin*"))


def test_a_file_that_is_refused_in_part_is_told_of_and_ends_with_1(alliance):
    alliance.tell("AL", "one")
    alliance.tell("AL", "two")
    one, two = alliance.nodes["AL"].store.batches(Stream("AL", 1, "members"), after=0, documents=9, size=9 << 20)
    with (alliance.folder / "x.tocsin").open("wb") as file:
        parts = [replace(one, signatures=[]), two]
        write_bundle(file, parts, alliance="exercise", sender="AL", made_at=alliance.now)
    result = alliance.run("bo", "import", "x.tocsin", status=1)
    assert " REFUSED  AL/1/members 1-1: AL/1/members 1-1 has 0 valid signatures by keys of AL" in result.stdout
    assert "1 batches behind a refused one were left out" in result.stdout
    said = json.loads(alliance.run("bo", "import", "x.tocsin", "--json", status=1).stdout)
    assert (said["refused"], said["left_out"], said["documents"]) == (1, 1, 0)
    assert "2 refused of what came as file x.tocsin" in alliance.run("bo", "status").stdout


@pytest.mark.parametrize("content", [b"", b"hello", b"TOCSIN", b"TOCSIN\x01", b"TOCSIN\x07"])
def test_a_file_that_is_no_bundle_is_not_taken(alliance, content):
    (alliance.folder / "AL").write_bytes(content)
    refused = alliance.run("bo", "import", "AL", status=2)
    assert "bundle" in refused.stderr


@pytest.mark.parametrize("stream", ["members", "x/members", "1/", "1/to:XX"])
def test_what_is_not_there_is_not_erased(alliance, stream):
    two = ("--first", "Amina", "--second", "Igor")
    refused = alliance.run("al", "erase", stream, 1, "--reason", "other", *two, "--yes", status=2)
    assert "there is no document 1" in refused.stderr or "is not one of this node's streams" in refused.stderr


def test_nothing_is_settled_or_opened_that_is_not_in_question(alliance):
    assert "there is no unsettled evidence against BO" in alliance.run("al", "settle", "BO", status=2).stderr
    refused = alliance.run("al", "epoch", "--first", "A", "--second", "B", "--yes", status=2)
    assert "AL may sign in epoch 1" in refused.stderr
    alliance.run("al", "recover", agree="n\n", status=2)
    assert alliance.nodes["AL"].store.own().confirmed


def test_a_node_without_a_list_says_how_it_gets_its_first(alliance):
    alliance.restore("BO", MemoryStore())
    for command in (["status"], ["audit"], ["heads", "x"], ["recover"], ["settle", "AL"]):
        refused = alliance.run("bo", *command, status=2)
        assert "BO takes no part yet; `tocsin exchange trust take FOLDER`" in refused.stderr


def test_without_a_node_it_is_said_how_one_is_made(people, monkeypatch):
    monkeypatch.undo()
    monkeypatch.chdir(people.folder)
    for command in (["status"], ["audit"], ["heads", "x"], ["recover"], ["settle", "AL"]):
        refused = people.run("nowhere", *command, status=2)
        assert "there is no node in" in refused.stderr
