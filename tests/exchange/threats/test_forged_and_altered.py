"""Threat: what was never said by its origin, or was changed on its way, is taken for what its origin said."""

from dataclasses import replace

import pytest
from tests.exchange.threats.adversaries import (
    Puppet,
    Thief,
    batches,
    bundle,
    codes,
    deliver,
    flipped,
    of_records,
    records,
    sealed,
    signed,
)
from tests.exchange.threats.doors import Doors
from tests.exchange.trust.forging import edited
from tests.exchange.world import Wire, World

from tocsin.exchange import suite
from tocsin.exchange.bundles import TrustFile
from tocsin.exchange.canonical import canonical
from tocsin.exchange.checkpoints import SignedCheckpoint
from tocsin.exchange.errors import Refused, Unreachable
from tocsin.exchange.http.messages import Answer
from tocsin.exchange.streams import Stream

STREAM = Stream("AL", 1, "members")


@pytest.fixture
def world():
    """AL has sealed one document; BO has not met AL yet."""
    world = World(["AL", "BO", "CE"])
    world.post("AL", "cholera")
    world.seal("AL")
    return world


def holds_nothing(world, name="BO"):
    return not world.nodes[name].store.heads() and not world.nodes[name].reader.told


# Forged


@pytest.mark.parametrize("whose", ["another member's", "an unlisted key", "the origin's request key"])
def test_a_batch_signed_by_another_key_than_a_seal_key_of_its_origin_is_refused(world, whose):
    keys = {
        "another member's": world.alliance.keys["CE"]["seal"],
        "an unlisted key": suite.new_key("seal"),
        "the origin's request key": world.alliance.keys["AL"]["request"],
    }
    forged = sealed(world, STREAM, [world.document("AL", "war")], keys=[keys[whose]])
    said = deliver(world, "CE", "BO", [forged])
    assert [one["code"] for one in said["refused"]] == ["signature-missing"]
    world.meet("BO", "AL", Puppet(world, "BO", "AL", {("GET", "batches"): lambda *_: bundle(world, "AL", [forged])}))
    assert codes(world, "BO") == {"signature-missing"}
    assert holds_nothing(world)
    world.meet("BO", "AL")
    assert world.accepted("BO") == ["cholera"], "and the stream goes on"


def test_a_signature_made_for_a_checkpoint_is_none_under_a_manifest(world):
    forged = Thief(world, "AL").batch(STREAM, ["war"])
    for typ in ("tocsin-checkpoint", "tocsin-cosignature", "tocsin-keys"):
        shown = replace(forged, signatures=signed(forged.manifest.data, [world.alliance.keys["AL"]["seal"]], typ=typ))
        assert [one["code"] for one in deliver(world, "CE", "BO", [shown])["refused"]] == ["signature-missing"]
    assert holds_nothing(world)


def test_a_true_batch_of_another_alliance_is_refused(world):
    other = World(["AL", "BO"], alliance="other")
    other.alliance.keys = world.alliance.keys  # even if a state used its keys in both
    foreign = sealed(other, STREAM, [other.document("AL", "war")], keys=[world.alliance.keys["AL"]["seal"]])
    assert [one["code"] for one in deliver(world, "CE", "BO", [foreign])["refused"]] == ["other-alliance"]
    assert holds_nothing(world)


def test_a_document_that_says_it_is_of_another_origin_or_audience_is_kept_apart(world):
    stream, key = Stream("CE", 1, "members"), world.alliance.keys["CE"]["seal"]
    documents = [world.document("AL", "war"), world.document("CE", "secret", "to:BO"), world.document("CE", "true")]
    deliver(world, "CE", "BO", [sealed(world, stream, documents, keys=[key])])
    entries = world.nodes["BO"].store.entries(stream=stream)
    assert [entry.state for entry in entries] == ["quarantined", "quarantined", "accepted"]
    assert [entry.reasons[0].code for entry in entries[:2]] == ["head-mismatch", "head-mismatch"]
    assert list(world.nodes["BO"].reader.told) == [documents[2].id]


# Altered


def test_no_bit_of_a_page_can_change_on_its_way_and_give_other_than_what_was_said(world):
    """Accidents: the bundle's own digest finds them, wherever they are."""
    page = Wire(world, "BO").call("AL", "GET", "batches", _asking(STREAM))
    document = world.said["AL"][0]
    for at in range(len(page)):
        with pytest.raises(Refused):
            Wire(world, "CE").call("BO", "POST", "batches", {}, flipped(page, at))
        assert holds_nothing(world), f"byte {at}"
    for at in range(0, len(page), 97):
        world.forget("BO")
        world.meet("BO", "AL", Puppet(world, "BO", "AL", {("GET", "batches"): lambda *_, at=at: flipped(page, at)}))
        assert set(world.nodes["BO"].reader.told) <= {document.id}
        assert all(data == document.encode() for data in world.nodes["BO"].reader.told.values())
        world.meet("BO", "AL")
        assert world.accepted("BO") == ["cholera"], f"byte {at}"


@pytest.mark.parametrize("kind", [b"M", b"S", b"I", b"P"])
def test_no_bit_of_a_record_can_be_changed_by_whoever_also_mends_the_digest(world, kind):
    """Attackers: signatures, digests and commitments find them. A spoiled parcel is asked for anew at the origin."""
    page = records(Wire(world, "BO").call("AL", "GET", "batches", {**_asking(STREAM), "parcels": "all"}))
    place = next(at for at, record in enumerate(page) if record[0] == kind)
    payload = page[place][1]
    for at in range(0, len(payload), 1 if kind != b"P" else 11):
        altered = of_records([*page[:place], (kind, flipped(payload, at)), *page[place + 1 :]])
        try:
            Wire(world, "CE").call("BO", "POST", "batches", {}, altered)
        except Refused:
            assert holds_nothing(world)
            continue
        if kind != b"P":
            assert holds_nothing(world), f"byte {at}"
        assert set(world.nodes["BO"].reader.told) <= {world.said["AL"][0].id}
        if kind == b"P":
            world.meet("BO", "AL")
            assert world.accepted("BO") == ["cholera"], f"byte {at}"
            world.forget("BO")


def test_no_bit_of_a_checkpoint_can_change(world):
    record = world.nodes["AL"].store.checkpoint("AL", 1)
    heads = Wire(world, "BO").call("AL", "GET", "heads", {})
    for at in range(0, len(record), 7):
        altered = heads.replace(suite.encoded(record).encode(), suite.encoded(flipped(record, at)).encode())
        assert altered != heads
        world.forget("BO")
        world.meet("BO", "AL", Puppet(world, "BO", "AL", {("POST", "heads"): lambda *_, altered=altered: altered}))
        kept = world.nodes["BO"].store.checkpoint("AL", 1)
        assert kept is None or SignedCheckpoint.read(kept).checkpoint == SignedCheckpoint.read(record).checkpoint
        assert not world.nodes["BO"].store.evidence()
        assert world.accepted("BO") == ["cholera"], "the streams do not wait for the log"


def test_no_leaf_of_a_log_can_change_and_nobody_is_accused_of_it(world):
    for lie in (lambda _, leaves: flipped(leaves, 40), lambda _, leaves: leaves[:-32], lambda _, leaves: leaves[::-1]):
        world.forget("BO")
        world.meet("BO", "AL", Puppet(world, "BO", "AL", {("GET", "log"): lie}))
        assert world.nodes["BO"].store.log_size("AL", 1) == 0
        assert not world.nodes["BO"].store.evidence()
        world.meet("BO", "AL")
        assert world.nodes["BO"].store.log_size("AL", 1) == 16


def test_no_file_of_the_trust_list_can_change(world):
    held = dict(world.alliance.files)
    world.alliance.change_own("CE", urls=["https://new.ce.example"])
    for name, data in world.alliance.files.items():
        if held.get(name) == data or name.endswith(".root.json"):
            continue
        for at in range(0, len(data), 19):
            altered = {**world.alliance.files, name: flipped(data, at)}
            with pytest.raises(Refused):
                deliver(world, "CE", "BO", [TrustFile(*one) for one in altered.items()])
            assert world.nodes["BO"].store.trust_files() == held
    forged = edited(
        world.alliance.files,
        "timestamp.json",
        lambda body: body.update(version=90),
        [world.alliance.keys["CE"]["seal"]],
    )
    with pytest.raises(Refused):
        deliver(world, "CE", "BO", [TrustFile("timestamp.json", forged)])
    deliver(world, "CE", "BO", [TrustFile(*one) for one in world.alliance.files.items()])
    assert world.nodes["BO"].trust().nodes["CE"].urls == ("https://new.ce.example",)


def test_no_byte_of_a_signed_answer_can_change(world):
    doors, line = Doors(world), None

    def spoiled(at):
        def back(answer):
            if at < len(answer.body):
                return Answer(answer.status, answer.headers, flipped(answer.body, at))
            name = ("content-digest", "signature-input", "signature")[at % 3]
            value = answer.headers[name].encode()
            return Answer(
                answer.status, answer.headers.replaced({name: flipped(value, at % len(value)).decode()}), answer.body
            )

        return back

    length = len(doors.line("BO").call("AL", "GET", "heads", {}))
    for at in range(0, length + 300, 11):
        doors.seconds += 60
        line = doors.line("BO", back=spoiled(at))
        with pytest.raises(Unreachable):
            line.call("AL", "GET", "heads", {})
    with pytest.raises(Unreachable):
        doors.line("BO", back=lambda answer: Answer(203, answer.headers, answer.body)).call("AL", "GET", "heads", {})
    assert world.meet("BO", "AL", line).problem
    assert holds_nothing(world)
    assert not world.meet("BO", "AL", doors.line("BO")).problem


def test_a_body_key_that_opens_the_item_to_another_text_is_refused(world):
    """Two keys for one ciphertext would let an origin say two things under one number."""
    [honest] = batches(world.nodes["AL"], STREAM)
    false = suite.wrapped(
        {"keys": {"1": suite.encoded(suite.new_body_key())}, "manifest": honest.manifest.digest},
        world.alliance.keys["BO"]["encrypt"],
    )
    deliver(world, "CE", "BO", [replace(honest, parcels={"BO": false})])
    [entry] = world.nodes["BO"].store.entries()
    assert (entry.state, entry.reasons[0].code, entry.document) == ("locked", "commitment", None)
    world.meet("BO", "AL")
    assert world.accepted("BO") == ["cholera"]


def test_heads_that_promise_what_is_not_there_cost_nothing(world):
    said = {"origin": "AL", "epoch": 1, "stream": "to:BO", "last": 9, "manifest": suite.digest(b"nothing")}
    honest = Wire(world, "BO").call("AL", "GET", "heads", {})
    lie = honest.replace(b'"streams":[', b'"streams":[' + canonical(said) + b",")
    met = world.meet("BO", "AL", Puppet(world, "BO", "AL", {("POST", "heads"): lambda *_: lie}))
    assert not met.problem
    assert world.accepted("BO") == ["cholera"]


def _asking(stream, after=0):
    return {"origin": stream.origin, "epoch": str(stream.epoch), "stream": stream.audience, "after": str(after)}
