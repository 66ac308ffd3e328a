"""Threat: signatures that count though they should not, or that spoil the good one they stand beside."""

import hashlib
import hmac
import json
from dataclasses import replace

import pytest
from tests.exchange.threats.adversaries import codes, deliver, sealed, signed, states
from tests.exchange.world import World

from tocsin.exchange import suite
from tocsin.exchange.canonical import canonical
from tocsin.exchange.errors import TooLarge
from tocsin.exchange.manifests import TYP
from tocsin.exchange.streams import Stream

STREAM = Stream("AL", 1, "members")


@pytest.fixture
def world():
    return World(["AL", "BO", "CE"])


@pytest.fixture
def batch(world):
    """A batch of AL without any signature yet."""
    whole = sealed(world, STREAM, [world.document("AL", "cholera")], keys=[])
    assert whole.signatures == []
    return whole


@pytest.fixture
def key(world):
    return world.alliance.keys["AL"]["seal"]


def refused(world, batch, *signatures):
    """The codes with which BO refuses the batch under these signatures."""
    said = deliver(world, "CE", "BO", [replace(batch, signatures=list(signatures))])
    return [one["code"] for one in said["refused"]]


def made(header, signature=b"\x00" * 64):
    """A signature with this protected header."""
    return {"protected": suite.encoded(canonical(header)), "signature": suite.encoded(signature)}


def true_header(key):
    return {"alg": "Ed25519", "kid": suite.thumbprint(key), "typ": TYP}


def raw_signature(key, header, payload):
    return key.private_key.sign(f"{suite.encoded(canonical(header))}.{suite.encoded(payload)}".encode())


@pytest.mark.parametrize("alg", ["none", "None", "", "HS256", "HS512", "EdDSA", "RS256", "ES256", "PS256", "Ed448"])
def test_no_algorithm_but_the_keys_own_counts_whatever_a_header_says(world, batch, key, alg):
    header = true_header(key) | {"alg": alg}
    public = suite.public_jwk(key)["x"].encode()
    secrets = [b"", public, suite.decoded(public.decode(), code="locked", what="x"), suite.thumbprint(key).encode()]
    data = f"{suite.encoded(canonical(header))}.{suite.encoded(batch.manifest.data)}".encode()
    tries = [b"", *(hmac.new(secret, data, hashlib.sha256).digest() for secret in secrets)]
    for signature in [*tries, raw_signature(key, header, batch.manifest.data)]:
        assert refused(world, batch, made(header, signature)) == ["signature-missing"]
    assert not world.nodes["BO"].store.heads()


@pytest.mark.parametrize(
    "more",
    [
        {"crit": ["exp"], "exp": 1},
        {"crit": []},
        {"crit": ["b64"], "b64": False},
        {"b64": False},
        {"jwk": {"kty": "OKP"}},
        {"jku": "https://evil.example/keys"},
        {"x5u": "https://evil.example/"},
        {"cty": "x"},
        {"typ": "JWT"},
        {"typ": None},
        {"kid": None},
        {"kid": ["a"]},
    ],
)
def test_a_header_with_more_or_other_members_does_not_count_though_it_verifies(world, batch, key, more):
    header = true_header(key) | more
    assert refused(world, batch, made(header, raw_signature(key, header, batch.manifest.data))) == ["signature-missing"]


def test_a_header_that_is_not_canonical_does_not_count_though_it_verifies(world, batch, key):
    for text in (
        json.dumps(true_header(key)),
        json.dumps(true_header(key), separators=(",", ":"))[:-1] + ',"typ":"tocsin-manifest"}',
        " " + canonical(true_header(key)).decode(),
    ):
        protected = suite.encoded(text.encode())
        signature = key.private_key.sign(f"{protected}.{suite.encoded(batch.manifest.data)}".encode())
        one = {"protected": protected, "signature": suite.encoded(signature)}
        assert refused(world, batch, one) == ["signature-missing"]


def test_a_good_signature_counts_whatever_stands_beside_it(world, batch, key):
    """An algorithm of the state's own, a broken one, one of somebody else: nobody can spoil a batch by adding one."""
    [good] = signed(batch.manifest.data, [key])
    beside = [
        made({"alg": "GOST3410-2012-256", "kid": "national", "typ": TYP}),
        made({"alg": "SM2", "crit": ["sm"], "kid": "x", "sm": 1, "typ": TYP}),
        {"protected": "!", "signature": "!"},
        {"signature": "x"},
        {"protected": good["protected"], "signature": good["signature"], "header": {"alg": "none"}},
        {**good, "signature": good["signature"][:-4] + "AAAA"},
        *signed(batch.manifest.data, [world.alliance.keys["CE"]["seal"], suite.new_key("seal")]),
    ]
    assert refused(world, batch, *beside) == ["signature-missing"]
    assert refused(world, batch, *beside, good, *beside[:7]) == []
    assert states(world, "BO", STREAM) == ["accepted"]


def test_more_signatures_than_anybody_needs_refuse_the_whole(world, batch, key):
    [good] = signed(batch.manifest.data, [key])
    with pytest.raises(TooLarge):
        refused(world, batch, *[good] * 17)
    assert refused(world, batch, *[good] * 16) == []


def test_where_two_must_sign_one_twice_is_not_enough(world, batch, key):
    second = world.alliance.add_key("AL", "seal")
    world.alliance.change_own("AL", signatures=2)
    world.give_list("BO")
    [one] = signed(batch.manifest.data, [key])
    again = {**one, "signature": one["signature"]}
    malleable = _other_s(one)
    for signatures in ([one], [one, again], [one, malleable], [one, one, one]):
        assert refused(world, batch, *signatures) == ["signature-missing"]
    elsewhere = signed(sealed(world, STREAM, [world.document("AL", "other")], keys=[]).manifest.data, [second])
    assert refused(world, batch, one, *elsewhere) == ["signature-missing"]
    assert refused(world, batch, *signed(batch.manifest.data, [second, key])) == []
    assert codes(world, "BO") == {"signature-missing"}


def _other_s(signature):
    """The same signature with s + L for s: some verifiers take it for another."""
    order = 2**252 + 27742317777372353535851937790883648493
    data = suite.decoded(signature["signature"], code="locked", what="x")
    s = int.from_bytes(data[32:], "little") + order
    return {**signature, "signature": suite.encoded(data[:32] + s.to_bytes(32, "little"))}


def test_a_signature_for_one_manifest_is_none_for_another(world, batch, key):
    other = sealed(world, STREAM, [world.document("AL", "other")], keys=[key])
    assert refused(world, batch, *other.signatures) == ["signature-missing"]


def test_keys_of_another_use_or_of_a_role_of_the_list_sign_no_batch(world, batch):
    keys = [world.alliance.keys["AL"]["request"], world.alliance.identity_keys["AL"], *world.alliance.root_keys]
    for one in [*keys, *world.alliance.online_keys]:
        assert refused(world, batch, *signed(batch.manifest.data, [one])) == ["signature-missing"]
