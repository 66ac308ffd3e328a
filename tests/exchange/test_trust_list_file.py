"""What the files of the trust list say: one state's mistake, or malice, costs it its keys, and the others nothing."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.specimens import NOW, RFC_7515, RFC_8037, b64, digests

from tocsin.exchange import suite
from tocsin.exchange.errors import Malformed, NotTrusted, Refused
from tocsin.exchange.streams import Stream
from tocsin.exchange.trust.list import End, TrustList, check_own_file

FIRST, LAST = digests(2)
SEAL, SECOND, REQUEST, ENCRYPT = (suite.new_key(use) for use in ("seal", "seal", "request", "encrypt"))
GOST = {"kty": "EC", "crv": "GOST256", "x": b64(bytes(32)), "y": b64(bytes(32))}


def listed(use, key, ends=None):
    return {"use": use, "jwk": suite.public_jwk(key), "ends": ends}


KEYS = [listed("seal", SEAL), listed("request", REQUEST), listed("encrypt", ENCRYPT)]


def own(node="AL", **changes):
    file = {"node": node, "urls": [f"https://{node.lower()}.example"], "tls_ca": None, "signatures": 1, "keys": KEYS}
    return file | changes


def standing(node="AL", **changes):
    said = {"node": node, "kind": "state", "tier": "member", "status": "active", "relay": False}
    return said | {"private_addresses": False} | changes


def alliance(*nodes, **changes):
    return {"alliance": "exercise", "exercise": True, "nodes": list(nodes or [standing()])} | changes


def the_list(said=alliance(), **files):  # noqa: B008
    return TrustList.of(said, files, version=7, root_version=2, expires=NOW + timedelta(days=7))


def is_refused(said) -> bool:
    with pytest.raises(Malformed) as refusal:
        the_list(said, AL=own())
    return refusal.value.code == "list-invalid"


def is_without_keys(file) -> bool:
    """Whether a state's own file is refused without taking the list from the others."""
    trust = the_list(alliance(standing(), standing("BO")), AL=file, BO=own("BO"))
    assert len(trust.nodes["BO"].keys) == 3
    with pytest.raises(Malformed) as refusal:
        check_own_file(file, "AL")
    assert refusal.value.code == "list-invalid"
    return trust.nodes["AL"].keys == () and trust.nodes["AL"].urls == ()


def test_a_list_says_who_takes_part_and_with_which_keys():
    trust = the_list(AL=own())
    entry = trust.entry("AL")
    assert (trust.alliance, trust.exercise, trust.version, trust.root_version) == ("exercise", True, 7, 2)
    assert (entry.node, entry.kind, entry.tier, entry.relay) == ("AL", "state", "member", False)
    assert (entry.urls, entry.tls_ca, entry.signatures) == (("https://al.example",), None, 1)
    for use, key in (("seal", SEAL), ("request", REQUEST), ("encrypt", ENCRYPT)):
        assert list(entry.live(use)) == [suite.thumbprint(key)]
    assert list(entry.seal_keys()) == [suite.thumbprint(SEAL)]
    assert entry.ends() == {}


def test_members_that_are_not_known_are_ignored():
    trust = the_list(alliance(standing(later=1), later=1), AL=own(later={}, keys=[k | {"later": 1} for k in KEYS]))
    assert len(trust.entry("AL").keys) == 3


# alliance.json


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        {},
        alliance() | {"nodes": None},
        alliance() | {"nodes": {"AL": {}}},
        alliance(alliance="Exercise"),
        alliance(exercise=1),
        alliance(standing(), standing()),
        alliance(None),
        alliance("AL"),
        alliance(standing("al")),
        alliance(standing(None)),
        alliance(standing(kind="city")),
        alliance(standing(tier="MEMBER")),
        alliance(standing(tier=["member"])),
        alliance(standing(status=None)),
        alliance(standing(relay=0)),
        alliance(standing(relay="false")),
        alliance(standing(private_addresses=None)),
        alliance() | {"nodes": [standing(f"N{n:04}") for n in range(1_001)]},
    ],
)
def test_a_list_of_nodes_that_is_not_of_its_form_is_refused(said):
    assert is_refused(said)


# nodes/AL.json


@pytest.mark.parametrize(
    "file",
    [
        None,
        [],
        "AL",
        {},
        own("BO"),
        own() | {"node": None},
        own(urls=None),
        own(urls="https://al.example"),
        own(urls=["https://al.example"] * 9),
        own(tls_ca=5),
        own(tls_ca="x" * 50_001),
        own(signatures=0),
        own(signatures=9),
        own(signatures=True),
        own(signatures=1.0),
        own(signatures=None),
        own(keys=None),
        own(keys={}),
        own(keys=[None]),
        own(keys=["key"]),
        own(keys=KEYS * 100),
        own(keys=[*KEYS, KEYS[0]]),
        own(keys=[*KEYS, KEYS[0] | {"ends": {"reason": "stolen", "heads": {}}}]),
        own(keys=[KEYS[0], KEYS[0] | {"use": "request"}]),  # one key for two uses
        own(keys=[KEYS[0] | {"jwk": None}]),
        own(keys=[KEYS[0] | {"jwk": []}]),
        own(keys=[KEYS[0] | {"jwk": RFC_8037}]),  # private
        own(keys=[KEYS[0] | {"jwk": suite.public_jwk(SEAL) | {"x": "AAAA"}}]),
        own(keys=[KEYS[0] | {"jwk": {"kty": "OKP", "crv": "Ed25519"}}]),
        own(keys=[KEYS[0] | {"jwk": {"kty": "EC", "crv": "P-256", "x": b64(bytes(32)), "y": b64(bytes(32))}}]),
        own(keys=[KEYS[0] | {"jwk": suite.public_jwk(SEAL) | {"x": b64((1).to_bytes(32, "little"))}}]),
        own(keys=[KEYS[2] | {"jwk": suite.public_jwk(ENCRYPT) | {"x": b64(bytes(32))}}]),
    ],
)
def test_a_file_that_is_not_of_its_form_leaves_its_node_without_keys_and_the_others_as_they_are(file):
    assert is_without_keys(file)


def test_a_file_that_says_the_most_it_may_is_taken():
    ends = {"reason": "rotated", "heads": {FIRST: {"last": 1, "manifest": FIRST}}}
    many = [listed("request", suite.new_key("request")) for _ in range(255)]
    urls = [f"https://{n}.{'a' * 188}:1" for n in range(8)]  # of 200 letters
    file = own(signatures=8, urls=urls, tls_ca="x" * 50_000, keys=[listed("seal", SEAL, ends), *many])
    entry = the_list(AL=file).entry("AL")
    assert (entry.signatures, entry.urls, len(entry.tls_ca), len(entry.keys)) == (8, tuple(urls), 50_000, 256)
    assert entry.ends()[suite.thumbprint(SEAL)].heads == {FIRST: (1, FIRST)}
    assert is_without_keys(own(keys=[*many, *KEYS]))


def test_a_list_keeps_when_the_signatures_of_its_roles_run_out():
    expiring = {"root": NOW + timedelta(days=365), "timestamp": NOW}
    trust = TrustList.of(alliance(), {}, version=1, root_version=1, expires=NOW, expiring=expiring)
    assert trust.expiring == expiring
    assert the_list().expiring == {}


def test_a_node_without_a_file_is_listed_without_keys():
    entry = the_list().entry("AL")
    assert (entry.keys, entry.urls, entry.signatures) == ((), (), 1)


@pytest.mark.parametrize(
    "key",
    [
        {"use": "seal", "jwk": GOST, "ends": None},
        {"use": "seal", "jwk": {"kty": "GOST", "n": 1}, "ends": None},
        {"use": "seal", "jwk": {"kty": ["OKP"], "crv": {}}, "ends": None},
        {"use": "seal", "jwk": {}, "ends": None},
        {"use": "encrypt", "jwk": suite.public_jwk(SECOND), "ends": None},
        {"use": "seal", "jwk": suite.public_jwk(ENCRYPT), "ends": None},
        {"use": "cosign", "jwk": suite.public_jwk(SECOND), "ends": None},
        {"use": ["seal"], "jwk": suite.public_jwk(SECOND), "ends": None},
        {"use": None},
        {},
    ],
)
def test_a_key_of_a_kind_or_use_that_is_not_known_is_looked_past_but_not_by_its_own_state(key):
    # So that a state may add its national algorithm without losing its other keys.
    entry = the_list(AL=own(keys=[key, *KEYS])).entry("AL")
    assert len(entry.keys) == 3
    with pytest.raises(Malformed):
        check_own_file(own(keys=[key, *KEYS]), "AL")


def test_a_state_checks_its_own_file_before_it_signs_it():
    entry = check_own_file(own(signatures=2, keys=[*KEYS, listed("seal", SECOND)]), "AL")
    assert len(entry.live("seal")) == entry.signatures == 2


def test_keys_of_p_256_sign_as_well():
    key = suite.private_key(RFC_7515)
    entry = the_list(AL=own(keys=[listed("seal", key), listed("request", SECOND)])).entry("AL")
    assert list(entry.live("seal")) == [suite.thumbprint(key)]


# Addresses


@pytest.mark.parametrize(
    "url",
    [
        *(
            "https://al.example",
            "https://al.example:8443",
            "https://a-1.b.c.example:1",
            "https://xn--80ak6aa92e.example",
        ),
        *("https://localhost:65535", "https://10.0.0.1:8443", "https://[::1]:8443", "https://[2001:db8::1]"),
    ],
)
def test_addresses_are_a_host_and_perhaps_a_port(url):
    assert the_list(AL=own(urls=[url])).entry("AL").urls == (url,)


@pytest.mark.parametrize(
    "url",
    [
        "http://al.example",
        "https://al.example/",
        "https://al.example/exchange",
        "https://al.example?x",
        "https://al.example?",
        "https://al.example#",
        *(f"https://al.example:{port}" for port in ("443", "0", "08443", "65536", "9" * 20, "", "٣")),
        "https://user@al.example",
        "https://user:word@al.example",
        "https://AL.example",
        "HTTPS://al.example",
        "https://al.example.",
        "https://-al.example",
        "https://al..example",
        "https://al example",
        "https://al.example\n",
        "https://al.example\\@evil.example",
        "https://al%2eexample",
        "https://ал.example",
        "https://[::1",
        "https://[::1%eth0]",
        "https://[al]",
        "https://",
        "https:///etc",
        "https:al.example",
        "//al.example",
        "file:///etc/passwd",
        "https://" + "a" * 200,
        "",
        None,
        5,
        ["https://al.example"],
    ],
)
def test_anything_else_is_no_address(url):
    assert is_without_keys(own(urls=[url]))


def test_a_node_that_can_only_call_out_has_no_address():
    assert the_list(AL=own(urls=[])).entry("AL").urls == ()


# Keys that ended


def test_a_key_that_ended_says_up_to_where_it_may_have_signed():
    ends = {"reason": "stolen", "heads": {FIRST: {"last": 12, "manifest": LAST}}}
    entry = the_list(AL=own(keys=[listed("seal", SEAL, ends), listed("seal", SECOND)])).entry("AL")
    assert list(entry.live("seal")) == [suite.thumbprint(SECOND)]
    assert set(entry.seal_keys()) == {suite.thumbprint(SEAL), suite.thumbprint(SECOND)}
    assert entry.ends() == {suite.thumbprint(SEAL): End("stolen", {FIRST: (12, LAST)})}


def test_a_request_or_encryption_key_that_ended_is_used_no_more():
    ends = {"reason": "rotated", "heads": {}}
    entry = the_list(AL=own(keys=[listed("request", REQUEST, ends), listed("encrypt", ENCRYPT, ends)])).entry("AL")
    assert entry.live("request") == entry.live("encrypt") == entry.seal_keys() == entry.ends() == {}


HEAD = {"last": 12, "manifest": LAST}


@pytest.mark.parametrize(
    "ends",
    [
        False,
        {},
        [],
        "stolen",
        {"reason": "lost", "heads": {}},
        {"reason": ["stolen"], "heads": {}},
        {"reason": "stolen"},
        {"reason": "stolen", "heads": None},
        {"reason": "stolen", "heads": []},
        {"reason": "stolen", "heads": {FIRST: None}},
        {"reason": "stolen", "heads": {FIRST: {}}},
        {"reason": "stolen", "heads": {FIRST: HEAD | {"last": 0}}},
        {"reason": "stolen", "heads": {FIRST: HEAD | {"last": True}}},
        {"reason": "stolen", "heads": {FIRST: HEAD | {"last": "12"}}},
        {"reason": "stolen", "heads": {FIRST: HEAD | {"manifest": None}}},
        {"reason": "stolen", "heads": {FIRST: HEAD | {"manifest": LAST[:-1] + "B"}}},
        {"reason": "stolen", "heads": {"1/members": HEAD}},
        {"reason": "stolen", "heads": {FIRST + "=": HEAD}},
    ],
)
def test_an_end_that_is_not_of_its_form_leaves_the_node_without_keys(ends):
    # The safe side: a key whose end cannot be read is not taken for one without an end.
    assert is_without_keys(own(keys=[KEYS[0] | {"ends": ends}, listed("seal", SECOND)]))


# Who takes part, and in what


def test_nodes_that_are_not_active_are_refused_by_their_standing():
    trust = the_list(alliance(standing(), standing("BO", status="suspended"), standing("CE", status="left")))
    for node, code in (("BO", "suspended"), ("CE", "left"), ("DE", "unknown-node"), ("", "unknown-node")):
        with pytest.raises(NotTrusted) as refusal:
            trust.entry(node)
        assert refusal.value.code == code
    assert [entry.node for entry in trust.active()] == ["AL"]


AUDIENCES = {
    # member, partner, guest, secretariat (listed as a guest), another member that is suspended
    "public": {"ME", "PA", "GU", "SEC"},
    "family": {"ME", "PA", "SEC"},
    "members": {"ME", "SEC"},
    "to:GU": {"GU"},
    "to:PA+SU+XX": {"PA"},
}


@pytest.mark.parametrize("audience", AUDIENCES)
def test_an_audience_is_who_the_protocol_says_and_its_origin(audience):
    trust = the_list(
        alliance(
            standing("ME"),
            standing("PA", tier="partner"),
            standing("GU", tier="guest", relay=True),
            standing("SEC", kind="secretariat", tier="guest"),
            standing("SU", status="suspended", relay=True),
            standing("OR", tier="guest"),
        )
    )
    stream = Stream("OR", 1, audience)
    assert {entry.node for entry in trust.audience(stream)} == AUDIENCES[audience] | {"OR"}
    for node in ("ME", "PA", "GU", "SEC", "SU", "OR", "XX"):
        assert trust.in_audience(node, stream) == (node in AUDIENCES[audience] | {"OR"})
        assert trust.may_carry(node, stream) == (node in AUDIENCES[audience] | {"OR", "GU"})


def test_a_list_is_stale_from_the_moment_it_runs_out():
    trust = the_list()
    assert not trust.stale(trust.expires - timedelta(seconds=1))
    assert trust.stale(trust.expires)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from([*own(), "use", "jwk", "ends", "kty", "crv", "x", "reason", "heads"]), values)
def test_whatever_a_state_writes_the_list_of_the_others_stands(name, value):
    jwk = suite.public_jwk(SEAL)
    ends = {"reason": "stolen", "heads": {FIRST: HEAD}}
    file = own()
    if name in jwk:
        file["keys"] = [KEYS[0] | {"jwk": jwk | {name: value}}]
    elif name in ends:
        file["keys"] = [KEYS[0] | {"ends": ends | {name: value}}]
    elif name in KEYS[0]:
        file["keys"] = [KEYS[0] | {name: value}]
    else:
        file[name] = value
    trust = the_list(alliance(standing(), standing("BO")), AL=file, BO=own("BO"))
    assert len(trust.entry("BO").keys) == 3


@given(values)
def test_whatever_stands_in_place_of_the_list_is_refused_and_nothing_else_is_raised(value):
    for said in (value, alliance(value), alliance(standing(node=value)), alliance(standing(tier=value))):
        with suppress(Refused):
            the_list(said)
