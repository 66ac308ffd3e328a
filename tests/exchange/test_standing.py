"""How the exchange stands: the figures that people are shown, each from a situation in which it is known."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.exchange.world import World

from tocsin.exchange.local import Keys
from tocsin.exchange.restoring import begin_recovery
from tocsin.exchange.standing import Urgency, expiries, standing
from tocsin.exchange.store import Reason, Refusal, State
from tocsin.exchange.streams import Stream


@pytest.fixture
def world():
    world = World(["AL", "BO", "CE", "SEC"], tiers={"CE": "partner"})
    world.round()
    return world


def partner(world, node, other):
    return next(one for one in standing(world.nodes[node]).partners if one.node == other)


def test_a_node_says_whether_it_signs_and_why_not(world):
    node = world.nodes["AL"]
    assert standing(node).may_sign
    node.keys = Keys()
    assert "0 keys that the trust list lets sign" in standing(node).why_not
    world.put_keys("AL")
    begin_recovery(node, why="restored")
    said = standing(node)
    assert (said.may_sign, said.recovering) == (False, node.now())
    assert "restored" in said.why_not


def test_a_node_that_recovers_says_who_was_not_asked_yet(world):
    world.alliance.now += timedelta(minutes=1)
    begin_recovery(world.nodes["AL"], why="restored")
    world.meet("BO", "AL")
    assert standing(world.nodes["AL"]).unasked == ("BO", "CE", "SEC"), "BO told of streams, and nothing of the log"
    world.meet("AL", "BO")
    assert standing(world.nodes["AL"]).unasked == ("CE", "SEC")


def test_what_waits_to_be_signed_is_counted(world):
    for _ in range(3):
        world.post("AL", "x")
    assert standing(world.nodes["AL"]).waiting == 3


def test_what_a_partner_lacks_is_what_was_written_for_it_and_neither_confirmed_nor_said_to_be_there(world):
    world.post("AL", "to members")
    world.seal("AL")
    world.alliance.now += timedelta(hours=1)
    world.post("AL", "to BO", "to:BO")
    world.post("AL", "to all", "family")
    world.seal("AL")
    first = world.alliance.now - timedelta(hours=1)
    assert (partner(world, "AL", "BO").lacking, partner(world, "AL", "BO").lacking_since) == (3, first)
    assert (partner(world, "AL", "CE").lacking, partner(world, "AL", "CE").lacking_since) == (
        1,
        first + timedelta(hours=1),
    )
    world.meet("BO", "AL")  # it says in its hint how far it has them; its receipt is still to come
    assert partner(world, "AL", "BO").lacking == 0
    assert partner(world, "AL", "BO").receipt_at is None
    world.round()
    world.round()
    assert partner(world, "AL", "BO").receipt_at == world.alliance.now


def test_a_receipt_alone_says_that_a_partner_has_it(world):
    world.tell("one")
    world.round()
    store = world.nodes["AL"].store
    store.put_peer(replace(store.peer("BO"), holds={}))
    assert partner(world, "AL", "BO").lacking == 0
    # Receipts are not confirmed: those that AL wrote to BO are in nobody's receipt, and are not counted.
    world.tell("two", name="BO")
    world.round()
    store.put_peer(replace(store.peer("BO"), holds={}))
    assert store.head(Stream("AL", 1, "to:BO")) is not None
    assert partner(world, "AL", "BO").lacking == 0


def test_what_a_partner_says_it_has_and_nobody_signed_does_not_count(world):
    world.post("AL", "x")
    world.seal("AL")
    store = world.nodes["AL"].store
    store.put_peer(replace(store.peer("BO"), holds={"1/members": (1, "A" * 43)}))
    assert partner(world, "AL", "BO").lacking == 1
    # Nor does the manifest of another stream, or what was never said at all.
    world.post("AL", "to all", "family")
    world.seal("AL")
    other = store.head(Stream("AL", 1, "family"))
    store.put_peer(replace(store.peer("BO"), holds={"1/members": (other.last, other.manifest)}))
    assert partner(world, "AL", "BO").lacking == 2
    store.put_peer(replace(store.peer("BO"), holds={}))
    assert partner(world, "AL", "BO").lacking == 2


def test_what_is_behind_quarantined_held_and_locked_is_counted_by_partner(world):
    world.tell("one", name="BO")
    store = world.nodes["AL"].store
    entry = store.entry(Stream("BO", 1, "members"), 1)
    for state, name in ((State.QUARANTINED, "quarantined"), (State.HELD, "held"), (State.LOCKED, "locked")):
        store.put_entries([replace(entry, state=state, reasons=(Reason("schema", "x"),))])
        counts = {one: getattr(partner(world, "AL", "BO"), one) for one in ("quarantined", "held", "locked")}
        assert counts == {**dict.fromkeys(counts, 0), name: 1}
        assert getattr(partner(world, "AL", "CE"), name) == 0
    store.put_peer(replace(store.peer("BO"), behind=7))
    assert partner(world, "AL", "BO").behind == 7


def test_meetings_that_failed_are_told(world):
    world.cut.add(frozenset(("AL", "BO")))
    world.alliance.now += timedelta(hours=2)
    world.meet("AL", "BO")
    world.meet("AL", "BO")
    said = partner(world, "AL", "BO")
    assert (said.failures, said.problem) == (2, "BO does not answer")
    assert said.met_at == world.alliance.now - timedelta(hours=2)


def test_refusals_of_a_partner_and_of_files_are_told_apart(world):
    store, now = world.nodes["AL"].store, world.alliance.now
    for place, source in enumerate(("BO", "BO", "x.tocsin")):
        store.put_refusal(Refusal(now + timedelta(seconds=place), source, f"what {place}", "gap", "why"))
    said = partner(world, "AL", "BO")
    assert (said.refused, said.refusal.what) == (2, "what 1")
    assert standing(world.nodes["AL"]).files_refused == {"x.tocsin": 1}


def test_a_partner_that_signed_two_histories_is_stopped(world):
    world.nodes["AL"].store.put_evidence("BO", b"x")
    assert partner(world, "AL", "BO").stopped
    assert not partner(world, "AL", "CE").stopped


@pytest.mark.parametrize(
    ("role", "days", "urgency"),
    [
        ("root", 91, Urgency.LATER),
        ("root", 90, Urgency.NOTICE),
        ("root", 31, Urgency.NOTICE),
        ("root", 30, Urgency.WARNING),
        ("targets", 8, Urgency.WARNING),
        ("node-AL", 7, Urgency.URGENT),
        ("node-AL", 0, Urgency.PAST),
        ("snapshot", 11, Urgency.LATER),
        ("snapshot", 3, Urgency.URGENT),
        ("timestamp", 5, Urgency.LATER),
        ("timestamp", 2, Urgency.WARNING),
        ("timestamp", 1, Urgency.URGENT),
        ("timestamp", -2, Urgency.PAST),
    ],
)
def test_what_runs_out_is_told_in_three_steps(world, role, days, urgency):
    trust = world.alliance.list
    said = {one.what: one for one in expiries(trust, trust.expiring[role] - timedelta(days=days))}
    assert said[role].urgency is urgency
    assert said[role].days == days


def test_the_end_of_a_tls_authority_is_told_too(world):
    ca = authority(world.alliance.now + timedelta(days=20))
    world.alliance.change_own("BO", tls_ca=ca)
    world.alliance.change_own("CE", tls_ca="-----BEGIN CERTIFICATE-----\nno certificate")
    said = {one.what: one for one in expiries(world.alliance.list, world.alliance.now)}
    assert (said["tls BO"].days, said["tls BO"].urgency) == (20, Urgency.WARNING)
    assert "tls CE" not in said
    assert "tls AL" not in said
    world.alliance.change("BO", status="left")
    assert not [one for one in expiries(world.alliance.list, world.alliance.now) if one.what == "tls BO"]


def authority(until) -> str:
    """A certificate of an authority that is good until then."""
    key, name = Ed25519PrivateKey.generate(), x509.Name([])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(until - timedelta(days=365))
        .not_valid_after(until)
        .sign(key, None)
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()
