"""Parcels: the keys of one manifest reach their addressee alone, and whatever else is handed over is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwe
from joserfc.jwk import ECKey, OKPKey
from tests.exchange.specimens import ALPHABET, b64, digests

from tocsin.exchange import suite
from tocsin.exchange.canonical import canonical
from tocsin.exchange.errors import Malformed
from tocsin.exchange.parcels import keys_of, parcel_for

MANIFEST, ANOTHER = digests(2)
OURS = suite.new_key("encrypt")
KEYS = {17: bytes(range(32)), 18: bytes(range(1, 33))}


def ours(*keys):
    return {suite.thumbprint(key): key for key in keys or (OURS,)}


def made(content=None, *, epk=None, recipient=OURS, **header):
    """A parcel that really opens, with whatever header and content; a header of None is left out."""
    said = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "kid": suite.thumbprint(recipient), "typ": "tocsin-keys"}
    said = {name: value for name, value in sorted((said | header).items()) if value is not None}
    if content is None:
        content = {"keys": {"17": b64(KEYS[17])}, "manifest": MANIFEST}
    plain = content if isinstance(content, bytes) else canonical(content)
    parcel = jwe.FlattenedJSONEncryption(said, plain)
    parcel.add_recipient(None, recipient)
    if epk is not None:
        parcel.recipients[0].ephemeral_key = epk
    algorithms = [said.get("alg"), said.get("enc"), "DEF"]
    registry = jwe.JWERegistry(algorithms=algorithms, strict_check_header=False)
    return dict(jwe.encrypt_json(parcel, None, registry=registry))


def is_locked(parcel, keys=None, manifest=MANIFEST) -> bool:
    with pytest.raises(Malformed) as refusal:
        keys_of(parcel, ours() if keys is None else keys, manifest=manifest)
    return refusal.value.code == "locked"


def test_a_parcel_hands_its_keys_to_its_addressee():
    parcel = parcel_for(OURS, manifest=MANIFEST, keys=KEYS)
    assert keys_of(parcel, ours(), manifest=MANIFEST) == KEYS
    assert keys_of(made(), ours(), manifest=MANIFEST) == {17: KEYS[17]}


def test_a_parcel_of_all_the_keys_of_the_largest_batch_opens():
    # A library's own limit below the protocol's would lock batches of thousands of documents.
    keys = {number: suite.digest(str(number).encode())[:32].encode() for number in range(1, 5_001)}
    assert keys_of(parcel_for(OURS, manifest=MANIFEST, keys=keys), ours(), manifest=MANIFEST) == keys


def test_a_parcel_is_opened_by_an_earlier_key_as_well_as_by_the_present_one():
    earlier = suite.new_key("encrypt")
    for key in (earlier, OURS):
        parcel = parcel_for(key, manifest=MANIFEST, keys=KEYS)
        assert keys_of(parcel, ours(OURS, earlier), manifest=MANIFEST) == KEYS


def test_nobody_else_opens_a_parcel():
    parcel = parcel_for(OURS, manifest=MANIFEST, keys=KEYS)
    another = suite.new_key("encrypt")
    assert is_locked(parcel, ours(another))
    assert is_locked(parcel, {})
    assert is_locked(parcel, {suite.thumbprint(OURS): another})


def test_two_parcels_of_the_same_keys_have_nothing_in_common():
    one, other = (parcel_for(OURS, manifest=MANIFEST, keys=KEYS) for _ in range(2))
    for name in ("header", "encrypted_key", "iv", "ciphertext", "tag"):
        assert one[name] != other[name]


def test_a_parcel_of_another_manifest_is_refused():
    parcel = parcel_for(OURS, manifest=ANOTHER, keys=KEYS)
    assert is_locked(parcel)
    assert keys_of(parcel, ours(), manifest=ANOTHER) == KEYS


@pytest.mark.parametrize(
    "header",
    [
        {"zip": "DEF"},
        {"alg": "ECDH-ES"},
        {"alg": "ECDH-ES+A128KW"},
        {"enc": "A128GCM"},
        {"enc": "A256CBC-HS512"},
        {"typ": "tocsin-document"},
        {"typ": None},
        {"kid": None},
        {"kid": "unknown"},
        {"crit": ["typ"]},
        {"apu": "AA"},
        {"apv": "AA"},
        {"cty": "json"},
    ],
)
def test_a_parcel_made_in_another_way_is_refused_though_it_would_open(header):
    assert is_locked(made(**header))


def test_keys_that_a_compressed_parcel_hides_are_not_looked_for():
    assert is_locked(made({"keys": {str(n): b64(bytes(32)) for n in range(1, 2_000)}, "manifest": MANIFEST}, zip="DEF"))


@pytest.mark.parametrize(
    "change",
    [
        {"unprotected": {}},
        {"unprotected": {"kid": "x"}},
        {"aad": ""},
        {"aad": "AA"},
        {"recipients": []},
        {"header": {}},
        {"header": None},
        {"header": ["epk"]},
        {"header": "epk"},
        {"iv": 5},
        {"iv": None},
        {"iv": ""},
        {"tag": ""},
        {"tag": [0] * 16},
        {"ciphertext": None},
        {"encrypted_key": ""},
        {"encrypted_key": 10**30},
        {"protected": None},
        {"protected": "e30"},
        {"protected": "AAAA"},
    ],
)
def test_a_parcel_of_another_form_is_refused(change):
    assert is_locked(made() | change)


def test_a_text_written_as_a_list_of_its_bytes_is_no_text():
    # The library would take it for bytes: a second writing of the same parcel.
    whole = made()
    for name in ("encrypted_key", "iv", "ciphertext", "tag"):
        assert is_locked(whole | {name: list(whole[name].encode())})


def test_a_parcel_that_lacks_a_member_is_refused():
    whole = made()
    for name in whole:
        assert is_locked({member: value for member, value in whole.items() if member != name})


ephemeral = OKPKey.generate_key("X25519")
public = suite.public_jwk(ephemeral)


@pytest.mark.parametrize(
    "epk",
    [
        ephemeral.as_dict(private=True),
        public | {"kid": "x"},
        public | {"key_ops": ["deriveBits"]},
        public | {"crv": "Ed25519"},
        public | {"crv": "X448"},
        public | {"x": public["x"] + "="},
        public | {"x": b64(bytes(32))},  # of low order: the secret would be known to all
        public | {"x": b64((1).to_bytes(32, "little"))},
        public | {"x": 5},
        suite.public_jwk(ECKey.generate_key("P-256")),
        {"kty": "oct", "k": "AAAA"},
        {},
        None,
        [],
        "AAAA",
    ],
)
def test_a_senders_key_that_is_not_just_a_point_is_refused(epk):
    assert is_locked(made(epk=ephemeral) | {"header": {"epk": epk}})
    assert keys_of(made(epk=ephemeral), ours(), manifest=MANIFEST)


@pytest.mark.parametrize(
    "number", ["0", "01", "-1", "+1", " 1", "1 ", "1\n", "1_0", "1e3", "1.0", "x", "", "1" * 17, "9" * 5_000]
)
def test_a_number_is_written_in_one_way(number):
    assert is_locked(made({"keys": {number: b64(KEYS[17])}, "manifest": MANIFEST}))


@pytest.mark.parametrize(
    "key", [b64(b""), b64(bytes(31)), b64(bytes(33)), b64(KEYS[17]) + "=", b64(KEYS[17])[:-1] + "9", 5, None, []]
)
def test_what_is_no_body_key_is_refused(key):
    assert is_locked(made({"keys": {"17": key}, "manifest": MANIFEST}))


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"keys": {}},
        {"manifest": MANIFEST},
        {"keys": [], "manifest": MANIFEST},
        {"keys": None, "manifest": MANIFEST},
        {"keys": {}, "manifest": None},
        {"keys": {}, "manifest": MANIFEST + "A"},
        [],
        "keys",
    ],
)
def test_a_parcel_that_holds_something_else_is_refused(content):
    assert is_locked(made(content))


def test_what_a_parcel_holds_is_canonical():
    for plain in (b"", b"{", b'{"manifest":"x","keys":{}}', f'{{"keys":{{}}, "manifest":"{MANIFEST}"}}'.encode()):
        with pytest.raises(Malformed):
            keys_of(made(plain), ours(), manifest=MANIFEST)
    twice = f'{{"keys":{{"17":"{b64(KEYS[17])}","17":"{b64(KEYS[18])}"}},"manifest":"{MANIFEST}"}}'
    with pytest.raises(Malformed) as refusal:
        keys_of(made(twice.encode()), ours(), manifest=MANIFEST)
    assert refusal.value.code == "not-canonical"


def test_a_parcel_of_which_any_letter_is_another_does_not_open():
    parcel = made()
    for name in ("protected", "encrypted_key", "iv", "ciphertext", "tag"):
        text = parcel[name]
        for place in range(len(text)):
            letter = ALPHABET[(ALPHABET.index(text[place]) + 1) % 64]
            assert is_locked(parcel | {name: text[:place] + letter + text[place + 1 :]})


values = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["epk", "kty", "OKP", "x"])
nested = st.recursive(values, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner))


@given(
    nested, st.sampled_from(["protected", "header", "encrypted_key", "iv", "ciphertext", "tag", "all", "epk", "more"])
)
def test_whatever_stands_in_place_of_a_parcel_is_refused_and_nothing_else_is_raised(value, where):
    parcel = (
        value if where == "all" else {**WHOLE, "header": {"epk": value}} if where == "epk" else {**WHOLE, where: value}
    )
    assert is_locked(parcel)


WHOLE = made()
