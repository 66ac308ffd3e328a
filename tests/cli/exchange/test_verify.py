"""A file checked offline: what is in it, what is wrong and where, and the exit status that says which."""

import json

import pytest
from tests.exchange.alliances import ExerciseAlliance

from tocsin.exchange.bundles import CheckpointRecord, TrustFile, write_bundle
from tocsin.exchange.canonical import canonical
from tocsin.exchange.evidence import Evidence
from tocsin.exchange.streams import Stream
from tocsin.exchange.trust.files import records

MEMBERS = Stream("AL", 1, "members")


@pytest.fixture
def said(alliance):
    """An alliance of which AL has said three things, each in a batch of its own."""
    for text in ("one", "two", "three"):
        alliance.tell("AL", text)
    return alliance


def batches(people, after=0):
    return people.nodes["AL"].store.batches(MEMBERS, after=after, documents=100, size=1 << 30)


def bundle(people, *parts, name="x.tocsin"):
    """A bundle in a file, of these parts."""
    path = people.folder / name
    with path.open("wb") as file:
        write_bundle(file, parts, alliance="exercise", sender="AL", made_at=people.now)
    return path


def whole(people):
    """A bundle of all that AL has shown, with the list and its checkpoint."""
    store = people.nodes["AL"].store
    return bundle(people, *records(store.trust_files()), *batches(people), CheckpointRecord(store.checkpoint("AL", 1)))


def test_a_bundle_is_told_of_and_verified(said):
    shown = said.run("bo-root", "verify", whole(said), "--trust", said.list).stdout
    assert "from AL, made at 2026-03-09T06:00:00Z" in shown
    assert "AL/1/members         1 to 3: 3 documents in 3 batches, keys for AL, BO, CE, SEC" in shown
    assert "checkpoint AL/1 at 48, 2026-03-09T06:00:00Z, cosigned by nobody" in shown
    assert "All of it verifies." in shown


def test_a_root_alone_is_enough_for_a_bundle_that_brings_the_list(said):
    root = said.list / "1.root.json"
    assert "All of it verifies." in said.run("x", "verify", whole(said), "--root", root).stdout
    without = bundle(said, *batches(said))
    refused = said.run("x", "verify", without, "--root", root, status=2)
    assert "there is no timestamp.json" in refused.stderr
    said.run("x", "verify", without, "--root", root, "--trust", said.list)
    assert "by which list?" in said.run("x", "verify", without, status=2).stderr


def test_everything_is_said_to_programs(said):
    path = bundle(said, *batches(said)[1:])
    shown = json.loads(said.run("x", "verify", path, "--trust", said.list, "--json").stdout)
    assert shown["streams"] == [
        {
            "stream": "AL/1/members",
            "first": 2,
            "last": 3,
            "batches": 2,
            "documents": 2,
            "withheld": 0,
            "parcels_for": ["AL", "BO", "CE", "SEC"],
        }
    ]
    assert (shown["kind"], shown["from"], shown["faulty"], shown["unreadable"]) == ("bundle", "AL", 0, "")


def test_what_is_wrong_is_named_by_its_place(said):
    one, two, three = batches(said)
    altered = type(two)(two.manifest, two.signatures, [b"eyJ" + two.items[0][3:-4] + b"AAAA"], two.parcels)
    unsigned = type(three)(three.manifest, [], three.items, three.parcels)
    path = bundle(said, one, altered, unsigned)
    shown = said.run("x", "verify", path, "--trust", said.list, status=1).stdout
    assert "WRONG  AL/1/members 2: it is not the document that was signed for (item-altered)" in shown
    assert "WRONG  AL/1/members 3-3: 0 valid signatures by keys of AL; the trust list asks for 1" in shown
    assert "All of it verifies" not in shown
    assert shown.count("WRONG") == 2


def test_a_bundle_cut_off_shows_what_was_there_and_cannot_be_read(said):
    path = whole(said)
    data = path.read_bytes()
    cuts = {len(data) - 40: "1 to 2", len(data) * 3 // 4: "files of a trust list", 30: "", 3: ""}
    for length, seen in cuts.items():
        path.write_bytes(data[:length])
        result = said.run("x", "verify", path, "--trust", said.list, status=2)
        assert "All of it verifies" not in result.stdout
        if seen:
            assert seen in result.stdout
            assert "x.tocsin could not be read to its end: not a whole bundle: it ends in the middle" in result.stderr


@pytest.mark.parametrize("place", [10, 300, -1, -40, -200])
def test_a_changed_byte_is_noticed_wherever_it_is(said, place):
    path = bundle(said, *batches(said))
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    result = said.run("x", "verify", path, "--trust", said.list, status=2)
    assert "All of it verifies" not in result.stdout


@pytest.mark.parametrize("content", [b"", b"hello", b"{}", b"\x89PNG", b'{"asked":[]}'])
def test_a_file_of_another_kind_is_said_to_be_one(said, content):
    path = said.folder / "x"
    path.write_bytes(content)
    refused = said.run("y", "verify", path, "--trust", said.list, status=2)
    assert "is neither a bundle nor evidence" in refused.stderr


def test_a_bundle_of_another_alliance_is_wrong(said):
    path = said.folder / "x.tocsin"
    with path.open("wb") as file:
        write_bundle(file, (), alliance="other", sender="AL", made_at=said.now)
    shown = said.run("x", "verify", path, "--trust", said.list, status=1).stdout
    assert "it says it is of the alliance other (other-alliance)" in shown


def test_evidence_is_verified_by_anybody_who_has_the_list(said):
    copy = said.nodes["AL"].store.copy()
    said.tell("AL", "to BO")
    ours = batches(said)[-1]
    said.restore("AL", copy)
    said.tell("AL", "to CE")
    evidence = Evidence.of_batches(ours, batches(said)[-1])
    path = said.folder / "evidence.json"
    path.write_bytes(evidence.encode())
    shown = said.run("x", "verify", path, "--trust", said.list).stdout
    assert "evidence in exercise that AL has signed two histories:\n  AL/1/members 4-4\n  AL/1/members 4-4" in shown
    forged = json.loads(evidence.encode())
    forged["first"]["signatures"] = []
    path.write_bytes(canonical(forged))
    shown = said.run("x", "verify", path, "--trust", said.list, status=1).stdout
    assert "0 signatures count of AL" in shown


def test_a_list_is_verified_by_the_root_that_people_compared(said):
    root = said.folder / "root.json"
    root.write_bytes((said.list / "1.root.json").read_bytes())
    shown = said.run("x", "verify", said.list, "--root", root).stdout
    assert "4 nodes: SEC, AL, BO, CE" in shown
    path = next((said.list / "nodes").glob("*.AL.json"))
    path.write_bytes(path.read_bytes().replace(b'"signatures":1', b'"signatures":2'))
    shown = said.run("x", "verify", said.list, "--root", root, status=1).stdout
    assert "is not the one that is named" in shown


def test_a_list_of_strangers_is_not_taken_for_one_of_ours(said, tmp_path):
    other = tmp_path / "root.json"
    other.write_bytes(ExerciseAlliance(["SEC"]).root)
    said.run("x", "verify", said.list, "--root", other, status=1)
    (tmp_path / "draft.json").write_bytes(b"{}")
    refused = said.run("x", "verify", said.list, "--root", tmp_path / "draft.json", status=2)
    assert "the root is not to be trusted" in refused.stderr


def test_a_bundle_may_bring_a_list_that_ran_out_on_its_way(said):
    path = bundle(said, *records(said.nodes["AL"].store.trust_files()), *batches(said))
    said.pass_time(days=20)
    said.renew()
    shown = said.run("x", "verify", path, "--trust", said.list).stdout
    assert "note: its trust list is not taken" in shown
    assert "All of it verifies." in shown


def test_a_bundle_whose_list_was_forged_is_wrong(said):
    files = dict(said.nodes["AL"].store.trust_files())
    files["timestamp.json"] = files["timestamp.json"].replace(b'"version":', b'"version":9')
    path = bundle(said, *(TrustFile(name, data) for name, data in files.items()), *batches(said))
    shown = said.run("x", "verify", path, "--trust", said.list, status=1).stdout
    assert "WRONG  trust list:" in shown
